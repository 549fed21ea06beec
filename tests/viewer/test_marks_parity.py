"""The file equals the screen: the same marks painted by the window and by the saved figure."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from views_support import drawn_svg, flat_image, probe_marks, tap_marks

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.picture import PictureModel, ProbeMarks
from sgnet_viewer.exports.figure import Figure
from sgnet_viewer.exports.pages import figure_png, figure_svg
from sgnet_viewer.render.mark_shapes import (
    LARGEST_RADIUS,
    SHORTEST,
    SMALLEST_RADIUS,
    TIP_GAP,
    Circle,
    HalfDisc,
    TapKind,
    TapStyle,
    arrow_shapes,
    arrows,
    is_tight,
    level_of,
    tap_shapes,
)
from sgnet_viewer.state.view_settings import TapWeight
from sgnet_viewer.views.picture.marks_item import MarksItem

SCALE = 15  # 86 pixels become 1290; odd, so that a copied drawing falls on whole pixels
WIDTH, HEIGHT = 86, 60
PICTURE = PictureModel(flat_image(HEIGHT, WIDTH, grey=90))


def probe(active: bool, shift: float = 0.0, number: int = 1) -> ProbeMarks:
    taps = tap_marks(
        [(12.0, 20.0 + shift), (40.0, 20.0 + shift), (63.0, 20.0 + shift)],
        outside=[False, False, True],
        partly=[False, True, False],
        grid=[(x, 45.0 + shift) for x in (38.0, 40.0, 42.0)],
    )
    varied = replace(taps, modulation=np.array([0.2, 1.0, 0.7], np.float32))
    return probe_marks(70, round(30 + shift), varied, number=number, active=active)


def on_the_screen(probes: tuple[ProbeMarks, ...], weight: TapWeight, grid: bool) -> UInt8Array:
    item = MarksItem()
    item.set_marks(probes, weight, grid)
    image = QImage(WIDTH * SCALE, HEIGHT * SCALE, QImage.Format.Format_RGB32)
    image.fill(0xFF5A5A5A)
    painter = QPainter(image)
    painter.translate(SCALE / 2, SCALE / 2)
    painter.scale(SCALE, SCALE)
    item.paint(painter)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return rows[..., 2::-1].copy()


def in_the_file(
    probes: tuple[ProbeMarks, ...], weight: TapWeight, grid: bool, suffix: str = ".png"
) -> UInt8Array:
    figure = Figure(PICTURE, probes, weight, grid)
    data = figure_png(figure) if suffix == ".png" else drawn_svg(figure_svg(figure))
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


def without_numbers(image: UInt8Array, probes: tuple[ProbeMarks, ...]) -> np.ndarray:
    """Their fonts differ: the window's own, and whatever the file's reader has."""
    image = image.astype(float)
    for mark in probes:
        x, y = (mark.u + 0.5) * SCALE, (mark.v + 0.5) * SCALE
        image[int(y) - 36 : int(y) - 6, int(x) + 8 : int(x) + 34] = 0
    return image


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("grid", [True, False])
@pytest.mark.parametrize("weight", list(TapWeight))
@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_file_is_painted_as_the_screen_is(suffix: str, weight: TapWeight, grid: bool) -> None:
    probes = probe(True), probe(False, shift=8.0, number=2)
    screen = without_numbers(on_the_screen(probes, weight, grid), probes)
    saved = without_numbers(in_the_file(probes, weight, grid, suffix), probes)
    painted = np.abs(screen - 90).max(-1) > 12
    assert np.count_nonzero(painted) > 1000
    off = np.abs(screen - saved).max(-1)
    assert np.percentile(off[painted], 98) < 12
    assert off[~painted].max() < 40  # the file paints nowhere else


@pytest.mark.usefixtures("qapp")
def test_numbers_stand_where_the_screen_has_them() -> None:
    probes = (probe(True),)
    plates = []
    for image in (
        on_the_screen(probes, TapWeight.SIZE, False),
        in_the_file(probes, TapWeight.SIZE, False),
    ):
        corner = image[30 * SCALE - 30 : 30 * SCALE, 70 * SCALE + 18 : 70 * SCALE + 45]
        rows, columns = np.nonzero((corner > 250).all(-1))
        plates.append((columns.min(), rows.max()))  # the lower left
    assert np.abs(np.subtract(*plates)).max() <= 1


def test_short_arrows_are_left_out_and_long_ones_end_before_the_dot() -> None:
    def between(length: float) -> tuple[tuple[float, ...], ...]:
        return arrows(np.zeros((1, 2), np.float32), np.array([[length, 0]], np.float32))

    assert between(SHORTEST - 0.1) == ()
    assert len(between(SHORTEST + 0.1)) == 1
    shaft, *head = between(40.0)
    assert shaft == (0.0, 0.0, 40.0 - TIP_GAP, 0.0)
    assert len(head) == 2
    assert all(line[:2] == shaft[2:] and line[2] < shaft[2] for line in head)


def test_passive_arrows_have_no_dark_line() -> None:
    ends = np.array([[40, 0]], np.float32)
    active = arrow_shapes(ends * 0, ends, (1, 2, 3), True)
    assert arrow_shapes(ends * 0, ends, (1, 2, 3), False) == active[1:]


def test_a_tap_shows_its_kind_and_its_weight() -> None:
    def disc(modulation: float, kind: TapKind, weight: TapWeight) -> list[Circle | HalfDisc]:
        shapes = tap_shapes(TapStyle(kind, (9, 8, 7), level_of(modulation), weight))
        coloured = [s for s in shapes if s.colour[:3] == (9, 8, 7)]
        return [s for s in coloured if isinstance(s, Circle | HalfDisc)]

    (small,) = disc(0.0, TapKind.INSIDE, TapWeight.SIZE)
    (large,) = disc(1.0, TapKind.INSIDE, TapWeight.SIZE)
    assert (small.radius, large.radius) == (SMALLEST_RADIUS, LARGEST_RADIUS)
    (faint,) = disc(0.0, TapKind.INSIDE, TapWeight.OPACITY)
    (full,) = disc(1.0, TapKind.INSIDE, TapWeight.OPACITY)
    assert faint.radius == full.radius
    assert faint.colour[3] < full.colour[3] == 1.0
    (half,) = disc(1.0, TapKind.PARTLY, TapWeight.SIZE)
    assert isinstance(half, HalfDisc)
    (ring,) = disc(1.0, TapKind.OUTSIDE, TapWeight.SIZE)
    assert isinstance(ring, Circle)
    assert ring.width > 0


def test_ghosts_are_tight_by_their_columns() -> None:
    grid = np.array([[x, y] for y in (0, 500, 1000) for x in (0, 13, 26)], np.float32)
    assert is_tight(grid)
    assert not is_tight(grid * 2)
