"""A command: one thing the user can ask for, and when it can be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Refusal = Callable[[], str]


def always() -> str:
    """A refusal that never is one."""
    return ""


def marked(read: Callable[[], object], value: object) -> Callable[[], bool]:
    """A command's mark: set while what is `read` is `value`."""
    return lambda: read() == value


@dataclass(frozen=True, slots=True)
class Command:
    """`key`: its name in settings, such as "file.open". `title`: as in a menu, "&" before its
    letter. `run`: does it, on the GUI thread.

    `menu`: where it stands, such as "&File" or "&View/&Theme"; "" is in the palette alone.
    `shortcut`: the key it begins with, in Qt's portable form ("Ctrl+O"); "" for none.
    `refusal`: why it cannot be done now, in a sentence; "" where it can. `checked`: whether its
    mark is set, None where it has none; `group`: of the commands of a group one is marked.
    `after_line`: a line stands above it in its menu. `tip`: more than the title says.
    `held`: the key acts while it is held, or belongs to a panel, so that no menu may take it.
    `icon`: of assets/icons, where it has a button.
    """

    key: str
    title: str
    run: Callable[[], object]
    menu: str = ""
    shortcut: str = ""
    refusal: Refusal = always
    checked: Callable[[], bool] | None = None
    group: str = ""
    after_line: bool = False
    tip: str = ""
    held: bool = False
    icon: str = ""
