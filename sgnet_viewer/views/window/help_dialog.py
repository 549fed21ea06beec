"""What the mouse and the keys do, and what this is."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from sgnet_viewer.views.kit.theme import STEP

Section = tuple[str, tuple[tuple[str, str], ...]]

SECTIONS: tuple[Section, ...] = (
    (
        "Picture",
        (
            ("Hover", "read u, v, depth, position, class and probability"),
            ("Click", "probe a pixel: where did each S-Conv look for it?"),
            ("Drag", "pan"),
            ("Wheel", "zoom at the cursor"),
            ("Ctrl+0", "the whole picture"),
            ("Ctrl++, Ctrl+−", "zoom in and out"),
        ),
    ),
    (
        "Probe",
        (
            ("Arrow keys", "move the active probe by a pixel; with Shift by ten"),
            ("[ and ]", "previous and next layer"),
            ("Pin", "keep the probe; the next click places another"),
            ("Row of the table", "show the taps of that layer only"),
        ),
    ),
    (
        "Taps",
        (
            ("Dot", "a tap; its size or opacity is its modulation, its colour the layer"),
            ("Hollow square", "where a plain 3x3 convolution would look"),
            ("Half dot", "a tap partly beyond the layer's map"),
            ("Ring with a cross", "a tap beyond the layer's map: it contributes nothing"),
        ),
    ),
    (
        "View",
        (
            ("1 to 7", "RGB, overlay, labels, confidence, depth, truth, error"),
            ("Hold Space", "the picture without the overlay"),
            ("Page Up, Page Down", "previous and next frame"),
            ("F11", "full screen"),
            ("Esc", "cancel what is running"),
        ),
    ),
    (
        "Live",
        (
            ("Ctrl+Alt+L", "choose a camera, a recording or a video to stream"),
            ("Space", "freeze the picture, or go on: a frozen frame can be probed and saved"),
            (".", "one more frame, then frozen"),
            ("Ctrl+R", "record what the camera sends; it opens like any folder of frames"),
            ("Dropped", "frames nobody saw: the newest one is always shown, none are queued"),
            ("Spread over time", "how far each layer's taps spread at the active probe"),
            ("Lost", "the camera is looked for by its serial number until it is back"),
        ),
    ),
    (
        "Classes",
        (
            ("Tick, or Space", "show or hide a class"),
            ("Click, or Enter", "show only that class; again: all"),
        ),
    ),
    (
        "Frames",
        (
            ("Ctrl+F", "search by name or scene; Down goes to the list, Enter opens the first"),
            ("Up, Down, Enter", "move along the list and open a frame"),
        ),
    ),
    (
        "Files",
        (
            ("Ctrl+O", "open a frame"),
            ("Ctrl+Shift+O", "open an RGB + depth pair"),
            ("Drop", "files or a folder onto the window"),
            ("Ctrl+S", "save the view, taps included"),
            ("Ctrl+Shift+S", "save the point cloud"),
        ),
    ),
)

ABOUT = """<h3>sgnet-viewer</h3>
<p>Shows what an RGBD segmentation network sees: SGNet, whose S-Conv shifts and weighs its taps by
depth.</p>
<p>The network follows L.-Z. Chen, Z. Lin, Z. Wang, Y.-L. Yang, M.-M. Cheng, <i>Spatial Information
Guided Convolution for Real-Time RGBD Semantic Segmentation</i>, IEEE Transactions on Image
Processing, 2021 (arXiv 2004.04534).</p>
<p>The program is free software under the MIT licence.</p>"""


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


def help_dialog(parent: QWidget | None = None) -> TextDialog:
    """What mouse and keys do."""
    dialog = TextDialog("Mouse and keys", help_html(), parent)
    dialog.resize(640, 720)
    return dialog


def about_dialog(parent: QWidget | None = None) -> TextDialog:
    """What this is, and whose network."""
    dialog = TextDialog("About sgnet-viewer", ABOUT, parent)
    dialog.resize(460, 300)
    return dialog


def help_html() -> str:
    """The sections as tables of two columns."""
    return "".join(_section(title, rows) for title, rows in SECTIONS)


def _section(title: str, rows: tuple[tuple[str, str], ...]) -> str:
    lines = "".join(
        f'<tr><td width="170"><b>{what}</b></td><td>{meaning}</td></tr>' for what, meaning in rows
    )
    return f'<h3>{title}</h3><table cellpadding="3">{lines}</table>'
