"""Commands that set one field of the view's settings: a choice among values, or a flag."""

from __future__ import annotations

from typing import Any

from sgnet_viewer.state.view import ViewState

from .command import Command, marked


def choice_of(
    view: ViewState, field: str, value: object, key: str, title: str, menu: str, **more: Any
) -> Command:
    """Sets `field` to `value`, and is marked while it is. `more`: of the command."""
    return Command(
        key,
        title,
        lambda: view.change(**{field: value}),
        menu,
        checked=marked(lambda: getattr(view.settings, field), value),
        **more,
    )


def flag_of(view: ViewState, field: str, key: str, title: str, menu: str, **more: Any) -> Command:
    """Turns the flag `field` on and off, and is marked while it is on."""
    return Command(
        key,
        title,
        lambda: view.change(**{field: not getattr(view.settings, field)}),
        menu,
        checked=lambda: bool(getattr(view.settings, field)),
        **more,
    )
