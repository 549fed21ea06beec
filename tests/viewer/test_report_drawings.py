"""The report's drawings in a program that is no browser: Qt knows no CSS variables."""

from __future__ import annotations

import cv2
import numpy as np
from views_support import drawn_svg

from sgnet_model.report.svg import LIGHT, Svg, circle, line, rect


def test_a_drawing_has_its_light_colours_in_qt() -> None:
    body = "".join(
        (
            rect(10, 10, 20, 20, colour="accent"),
            line(50, 20, 90, 20, colour="other", width=8),
            circle(120, 20, 10, colour="muted"),
            circle(160, 20, 10, filled=False),
        )
    )
    image = drawn_svg(Svg(180, 40, body, "four colours").file())
    picture = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    places = {"paper": (5, 5), "accent": (20, 20), "other": (70, 20), "muted": (120, 20)}
    for name, (x, y) in places.items():
        assert "#{:02x}{:02x}{:02x}".format(*picture[y, x]) == LIGHT[name]
    assert "#{:02x}{:02x}{:02x}".format(*picture[20, 160]) == LIGHT["paper"]
