"""What the mouse and the keys do, and what this is."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from sgnet_viewer.contract.commands import CommandModel
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.window.about import about_html

Section = tuple[str, tuple[tuple[str, str], ...]]

GESTURES: tuple[Section, ...] = (
    (
        "Picture",
        (
            (
                "Hover",
                "read u, v, depth, position, class and probability; a ring marks the place in "
                "cloud and maps, and the other way round",
            ),
            ("Click", "use the tool: probe a pixel, measure, edit the depth, or wipe"),
            ("Drag", "pan"),
            ("Wheel", "zoom at the cursor; close by, each pixel shows its depth"),
            ("Hold L", "a loupe at the cursor"),
            ("Right click", "copy the pixel, its values or the picture; more"),
            ("Hold Space", "the picture without the overlay"),
            ("Esc", "cancel what is running, close the notices, or put the tool down"),
        ),
    ),
    (
        "Depth brush (B) and wipe (W)",
        (
            ("Drag", "edit the depth; the network answers meanwhile, Ctrl+Z takes a stroke back"),
            ("Ctrl+wheel", "size of the brush"),
            ("Shift+wheel", "its strength: by how far it shifts, or the constant distance"),
            ("Middle button", "pan"),
            ("X", "flicker between the two answers, A and B"),
            ("Hollow diamond", "a tap of B, beside A's dots"),
        ),
    ),
    (
        "Probe",
        (
            ("Arrow keys", "move the active probe by a pixel; with Shift by ten"),
            ("Pin", "keep the probe; the next click places another"),
            ("Row of the table", "show the taps of that layer only"),
            ("Delete", "in the card: remove the probe"),
        ),
    ),
    (
        "Taps",
        (
            ("Dot", "a tap; its size or opacity is its modulation, its colour the layer"),
            ("Double click on a map", "the layer's map over the whole picture, and away again"),
            ("Hollow square", "where a plain 3x3 convolution would look"),
            ("Hover, click a tap", "its number, offset, weight, depth and class; a click holds it"),
            (
                "Diamond",
                "a tap of the second answer, B: the same; so are loupe and numbers of pixels",
            ),
            ("Half dot", "a tap partly beyond the layer's map"),
            ("Ring with a cross", "a tap beyond the layer's map: it contributes nothing"),
        ),
    ),
    (
        "Point cloud",
        (
            ("Drag", "orbit; with Shift or another button move sideways"),
            ("Wheel, Page Up, Page Down", "closer and farther"),
            ("Click", "use the tool on the point"),
            ("Arrow keys", "orbit; with Shift move sideways"),
            ("R, Home, double click", "back to the first view, obliquely from above"),
            ("S", "as the camera saw it"),
            ("T", "from straight above: the plan of the room"),
            ("F", "all points in sight"),
            ("C", "cut parts off: ranges of depth, height and sideways"),
            ("Ctrl+C", "a picture of it to the clipboard"),
            (
                "Right click",
                "views, colours, light, files; turn about the point, copy where it is",
            ),
            ("+ and −", "larger and smaller points"),
            ("Grid", "on the floor, or at the lowest points where no floor is seen"),
            ("Bar at the right", "a length in the middle of the view"),
        ),
    ),
    (
        "Live",
        (
            ("Space", "freeze or resume: a frozen frame can be probed and saved"),
            ("Dropped", "frames that were not shown: the newest is always next, none are queued"),
            ("± px, flips", "how far taps wander, how often classes flip: noise of a still camera"),
            ("Spread over time", "how far each layer's taps spread at the active probe"),
            ("Lost", "the camera is looked for by its serial number until it is back"),
        ),
    ),
    (
        "Timeline of a recording",
        (
            ("Drag, or a click", "go to a frame; arrow keys go frame by frame"),
            ("Shift+I, Shift+O", "the range that is repeated begins, or ends, at this frame"),
            ("Freeze", "the recording pauses"),
            ("Every frame", "chosen with the source: none is left out, and . and , step through"),
        ),
    ),
    (
        "Classes",
        (
            ("Tick, or Space", "show or hide a class"),
            ("Hover", "the class is lit up in the picture"),
            ("Double click, or Enter", "show only that class; again: all"),
            ("Click on the colour", "choose another for that class"),
            ("?", "the network is unsure of it: less than 0.5 confidence on average"),
        ),
    ),
    (
        "Atlas and evaluation (menu Explain)",
        (
            ("Click, or Enter, on an underlined cell", "list the frames behind it"),
            ("Click on a frame of the list", "open it, with a probe at the pixel"),
        ),
    ),
    (
        "Frames",
        (
            ("Ctrl+F", "search by name or scene; Down goes to the list, Enter opens the first"),
            ("Up, Down, Enter", "move along the list and open a frame"),
            ("Drop", "files or a folder onto the window"),
        ),
    ),
)


class TextDialog(QDialog):
    """A page of text that does not block the window."""

    def __init__(self, title: str, html: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.text = QTextBrowser()
        self.text.setHtml(html)
        self.text.setAccessibleName(title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.addWidget(self.text)
        layout.addWidget(buttons)


def help_dialog(commands: tuple[CommandModel, ...], parent: QWidget | None = None) -> TextDialog:
    """What mouse and keys do."""
    dialog = TextDialog("Mouse and keys", help_html(commands), parent)
    dialog.resize(640, 720)
    return dialog


def about_dialog(parent: QWidget | None = None) -> TextDialog:
    """What this is, whose network, and the licences."""
    dialog = TextDialog("About sgnet-viewer", about_html(), parent)
    dialog.resize(560, 640)
    return dialog


def card_dialog(
    name: str, rows: tuple[tuple[str, str], ...], parent: QWidget | None = None
) -> TextDialog:
    """What is known of a network: rows of one title stand under it once."""
    lines, before = [], ""
    for title, text in rows:
        lines.append(("" if title == before else escape(title), escape(text)))
        before = title
    dialog = TextDialog(f"About {name}", _section(escape(name), tuple(lines)), parent)
    dialog.resize(640, 520)
    return dialog


def help_html(commands: tuple[CommandModel, ...]) -> str:
    """Gestures, then the keys of the commands by menu, as tables of two columns."""
    return "".join(_section(title, rows) for title, rows in (*GESTURES, *_keys(commands)))


def _keys(commands: tuple[CommandModel, ...]) -> tuple[Section, ...]:
    """One section for each menu that has keys."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for model in commands:
        if model.shortcut:
            keys = QKeySequence(model.shortcut, QKeySequence.SequenceFormat.PortableText)
            shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
            about = f"{model.plain_title}: {model.tip}" if model.tip else model.plain_title
            menu = model.plain_menu.split(",")[0] or "Other"
            rows.setdefault(menu, []).append((escape(shown), escape(about.replace("…", ""))))
    return tuple((f"Menu {menu}", tuple(found)) for menu, found in rows.items())


def _section(title: str, rows: tuple[tuple[str, str], ...]) -> str:
    lines = "".join(
        f'<tr><td width="170"><b>{what}</b></td><td>{meaning}</td></tr>' for what, meaning in rows
    )
    return f'<h3>{title}</h3><table cellpadding="3">{lines}</table>'
