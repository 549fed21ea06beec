"""The commands of the Edit menu: undo, probes, palette, shortcuts."""

from __future__ import annotations

from collections.abc import Iterator

from .command import Command
from .copy_menu import NO_PIXEL
from .parts import Parts

EDIT = "&Edit"


def edit_commands(parts: Parts) -> Iterator[Command]:
    """Listed again at each look: what would be undone stands in the title."""
    document, window = parts.document, parts.window
    undone, redone = document.undo_title, document.redo_title
    yield Command(
        "edit.undo",
        f"&Undo {undone}".rstrip(),
        document.undo,
        EDIT,
        "Ctrl+Z",
        lambda: "" if document.undo_title else "There is nothing to undo.",
    )
    yield Command(
        "edit.redo",
        f"&Redo {redone}".rstrip(),
        document.redo,
        EDIT,
        "Ctrl+Shift+Z",
        lambda: "" if document.redo_title else "There is nothing to redo.",
    )
    yield Command(
        "edit.clear_probes",
        "&Clear all probes",
        parts.probes.clear_all,
        EDIT,
        refusal=lambda: "" if parts.probes.points else "There is no probe.",
        after_line=True,
    )
    yield from _probe_commands(parts)
    yield Command(
        "edit.palette",
        "Command &palette…",
        window.show_palette,
        EDIT,
        "Ctrl+Shift+P",
        after_line=True,
        tip="Find any command, recent file, sample, layer or class by a few letters",
    )
    yield Command(
        "edit.preferences",
        "Pr&eferences…",
        window.show_preferences,
        EDIT,
        "Ctrl+,",
        after_line=True,
    )
    yield Command("edit.shortcuts", "Keyboard &shortcuts…", window.show_shortcuts, EDIT)


def _probe_commands(parts: Parts) -> Iterator[Command]:
    """Of the active probe."""
    probes = parts.probes

    def needs_probe() -> str:
        return "" if probes.active is not None else "There is no probe."

    def place() -> None:
        pixel = parts.copying.pixel()
        if pixel is not None:
            probes.place(*pixel)

    def remove() -> None:
        if probes.active is not None:
            probes.remove(probes.active.number)

    yield Command(
        "probe.here",
        "Pr&obe here",
        place,
        EDIT,
        refusal=lambda: "" if parts.copying.pixel() is not None else NO_PIXEL,
        tip="The pixel under the cursor",
    )
    yield Command(
        "probe.pin",
        "Pi&n the probe",
        probes.toggle_pin,
        EDIT,
        "Shift+P",
        needs_probe,
        lambda: probes.active is not None and probes.active.pinned,
        tip="It stays where it is, and the next click places another",
    )
    yield Command("probe.remove", "Re&move the probe", remove, EDIT, refusal=needs_probe)
