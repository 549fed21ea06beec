"""How large the picture is shown; a click shows it pixel for pixel, or whole again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from sgnet_viewer.views.picture.picture_canvas import PictureCanvas

TIP = "Zoom: click for 100 %, one pixel of the screen for each of the picture, or for all of it"


class ZoomButton(QPushButton):
    """Stands at the end of the line under the picture."""

    def __init__(self, canvas: PictureCanvas) -> None:
        super().__init__()
        self._canvas = canvas
        self.setProperty("flat", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(TIP)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0000 %") + 12)
        canvas.view_changed.connect(self._follow)
        self.clicked.connect(self._toggle)
        self._follow()

    def _follow(self) -> None:
        percent = round(self._canvas.percent)
        self.setText(f"{percent} %")
        self.setAccessibleName(f"Zoom {percent} percent")
        self.setVisible(self._canvas.has_picture)

    def _toggle(self) -> None:
        if round(self._canvas.percent) == 100:
            self._canvas.fit()
        else:
            self._canvas.show_actual()
