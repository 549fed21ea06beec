"""The commands of the View menu: what picture and cloud show, zoom, panels, theme."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sgnet_viewer.contract.commands import MAXIMISE_PANEL, SWAP_PANES
from sgnet_viewer.settings import SCALES
from sgnet_viewer.state.view_settings import BUTTON_MODES, MODE_TITLES

from .classes_menu import class_look_commands
from .cloud_menu import cloud_commands
from .command import Command, marked
from .depth_menu import depth_commands
from .parts import Parts
from .view_options import choice_of

VIEW = "&View"
PANELS, THEME = (f"{VIEW}/{name}" for name in ("&Panels", "&Theme"))
SCALE = f"{VIEW}/&Interface scale"
UNCERTAINTY = f"{VIEW}/&Uncertainty"
ZOOM = 1.5


def view_commands(parts: Parts) -> Iterator[Command]:
    """In the order of the menu."""
    yield from _modes(parts)
    yield from class_look_commands(parts)
    yield from depth_commands(parts)
    yield from cloud_commands(parts)
    window = parts.window
    yield Command(
        "view.fit",
        "&Whole picture",
        window.picture.reset_view,
        VIEW,
        "Ctrl+0",
        after_line=True,
    )
    yield Command(
        "view.actual", "&100 %", window.show_actual_size, VIEW, "Ctrl+1", parts.needs_frame
    )
    yield Command(
        "view.zoom_taps",
        "Zoom to the &taps",
        window.zoom_to_taps,
        VIEW,
        "Z",
        parts.needs_probe,
        tip="The active probe's taps fill the picture's view",
    )
    yield Command(
        "view.loupe",
        "&Loupe",
        lambda: None,
        VIEW,
        "L",
        parts.needs_frame,
        held=True,
        tip="While the key is held, what lies under the cursor four times as large",
    )
    yield Command("view.zoom_in", "Zoom &in", partial(window.zoom, ZOOM), VIEW, "Ctrl++")
    yield Command("view.zoom_out", "Zoom o&ut", partial(window.zoom, 1 / ZOOM), VIEW, "Ctrl+-")
    yield from _window(parts)


def _modes(parts: Parts) -> Iterator[Command]:
    for number, (mode, (title, tip)) in enumerate(MODE_TITLES.items(), 1):
        yield choice_of(
            parts.view,
            "mode",
            mode,
            f"view.mode.{mode.value}",
            title,
            VIEW if mode in BUTTON_MODES else UNCERTAINTY,
            shortcut=str(number % 10),
            refusal=partial(parts.needs_mode, mode),
            group="mode",
            tip=tip,
        )


def _choose_scale(parts: Parts, scale: float) -> None:
    parts.window.choose_scale(scale)
    parts.notices.tell(f"From the next start on everything is drawn at {round(100 * scale)} %.")


def _window(parts: Parts) -> Iterator[Command]:
    window = parts.window
    for name in window.panels():
        yield Command(
            f"view.panel.{name}",
            name,
            partial(window.toggle_panel, name),
            PANELS,
            checked=partial(window.is_panel_shown, name),
            after_line=name == window.panels()[0],
        )
    yield Command(
        "view.reset_layout", "&Reset layout", window.reset_layout, PANELS, after_line=True
    )
    for theme in window.themes():
        yield Command(
            f"view.theme.{theme}",
            theme.capitalize(),
            partial(window.choose_theme, theme),
            THEME,
            checked=marked(lambda: window.theme(), theme),
            group="theme",
        )
    yield Command(
        SWAP_PANES,
        "&Swap picture and cloud",
        window.swap_panes,
        VIEW,
        "F8",
        checked=window.is_swapped,
        tip="The cloud in the large pane, or back",
    )
    yield Command(
        MAXIMISE_PANEL,
        "Ma&ximise the panel in use",
        window.toggle_maximised_panel,
        VIEW,
        "F9",
        checked=window.is_panel_maximised,
        tip="The one that has the keyboard; Esc or the same key puts it back",
    )
    for scale in SCALES:
        yield Command(
            f"view.scale.{round(100 * scale)}",
            f"{round(100 * scale)} %",
            partial(_choose_scale, parts, scale),
            SCALE,
            checked=marked(window.scale, scale),
            group="scale",
            tip="Of the whole window, from the next start",
        )
    yield Command("view.full_screen", "&Full screen", window.toggle_full_screen, VIEW, "F11")
