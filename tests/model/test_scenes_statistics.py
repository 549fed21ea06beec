"""The numbers that rendered rooms and real frames are held against each other by."""

from __future__ import annotations

import numpy as np
import pytest

from sgnet_model.data.palettes import NYU40
from sgnet_model.scenes.sensor.optics import undistortion_border
from sgnet_model.scenes.statistics import measure, of_frame
from sgnet_model.types import Frame, Intrinsics, Origin, UserError

CAMERA = Intrinsics(500, 500, 320, 240, 640, 480, Origin.DATASET)


def frame(rgb: np.ndarray, depth: np.ndarray | None, labels: np.ndarray | None) -> Frame:  # type: ignore[type-arg]
    return Frame(
        name="made",
        rgb=rgb.astype(np.uint8),
        depth_m=None if depth is None else depth.astype(np.float32),
        intrinsics=CAMERA,
        labels=None if labels is None else labels.astype(np.uint8),
        label_scheme=NYU40,
    )


def flat(grey: int = 128) -> np.ndarray:  # type: ignore[type-arg]
    return np.full((480, 640, 3), grey)


def test_holes_inside_the_margin_are_told_apart() -> None:
    depth = np.full((480, 640), 2.0)
    depth[:60] = 0  # the margin alone
    values = of_frame(frame(flat(), depth, None)).values
    assert values["holes"] == pytest.approx(60 / 480)
    assert values["holes_inside"] == 0
    assert [values[f"depth_{p}"] for p in (5, 50, 95)] == [2, 2, 2]


def test_a_picture_narrower_than_its_margins_has_no_inside() -> None:
    depth = np.full((480, 40), 2.0)
    values = of_frame(frame(flat()[:, :40], depth, None)).values
    assert "holes_inside" not in values
    assert values["holes"] == 0
    assert all(np.isfinite(value) for value in values.values())
    wide = frame(flat(), np.zeros((480, 640)), None)
    narrow = frame(flat()[:, :40], depth, None)
    assert measure([narrow, wide]).values["holes_inside"] == 1


@pytest.mark.parametrize("size", [(480, 640), (240, 320), (48, 64)])
def test_the_white_border_of_undistortion_is_no_colour_and_no_detail(size: tuple[int, int]) -> None:
    plain = np.full((*size, 3), 128)
    bordered = plain.copy()
    for seed in range(6):
        bordered[undistortion_border(size, np.random.default_rng(seed))] = 255
    assert (bordered == 255).any()
    values = of_frame(frame(bordered, None, None)).values
    assert values == of_frame(frame(plain, None, None)).values
    assert values["blown"] == values["gradient_95"] == 0


def test_curvature_is_in_units_of_the_square_of_the_distance() -> None:
    ramp = np.broadcast_to(np.linspace(1, 3, 640), (480, 640))
    assert of_frame(frame(flat(), ramp, None)).values["curvature"] < 1e-6
    zigzag = 2.0 + 0.01 * (np.arange(640) % 2) + np.zeros((480, 1))
    # every second difference is 0.02 m at about 2 m
    value = of_frame(frame(flat(), zigzag, None)).values["curvature"]
    assert value == pytest.approx(0.02 / 4, rel=0.02)


def test_colours_against_hand_worked_ones() -> None:
    grey = of_frame(frame(flat(119), None, None)).values
    assert grey["lightness"] == pytest.approx(50, abs=0.6)
    assert grey["chroma"] == pytest.approx(0, abs=0.1)
    red = flat(0)
    red[..., 0] = 255  # L 53.2, a 80.1, b 67.2
    values = of_frame(frame(red, None, None)).values
    assert values["chroma"] == pytest.approx(np.hypot(80.1, 67.2), abs=0.5)
    half = flat(255)
    half[:240] = 10
    values = of_frame(frame(half, None, None)).values
    assert (values["dark"], values["blown"]) == (0.5, 0.5)


def test_detail_counts_waves_of_the_band_only() -> None:
    x = np.arange(640)

    def power(cycles: float) -> float:
        wave = 128 + 40 * np.sin(2 * np.pi * cycles * x)
        picture = np.broadcast_to(np.rint(wave)[None, :, None], (480, 640, 3))
        return of_frame(frame(picture, None, None)).values["power"]

    assert power(0.18) > power(0.05) + 2
    assert power(0.18) > power(0.4) + 2


def test_gradients_are_twice_the_slope() -> None:
    step = np.full((480, 640, 3), 50)
    step[:, 320:] = 150
    assert of_frame(frame(step, None, None)).values["gradient_95"] == 0  # a single edge is rare
    slope = np.broadcast_to((np.arange(640) % 200)[None, :, None], (480, 640, 3))
    # Sobel's weights sum to 8 over a slope of one level a pixel; a quarter of it
    assert of_frame(frame(slope, None, None)).values["gradient_75"] == pytest.approx(2, abs=0.01)


def test_contrast_is_measured_inside_classes_not_across_their_borders() -> None:
    rng = np.random.default_rng(0)
    labels = np.full((480, 640), 3)
    labels[:, 320:] = 7
    rgb = flat(40)
    rgb[:, 320:] = 200 + rng.normal(0, 10, (480, 320, 1)).round()
    found = measure([frame(rgb, None, labels)])
    assert found.contrast[2] == 0
    assert found.contrast[6] == pytest.approx(10, rel=0.05)
    assert np.isnan(found.contrast[0])
    assert found.shares[2] == found.shares[6] == 0.5
    told = found.to_dict(NYU40.classes)
    assert set(told["contrast"]) == {NYU40.classes[2], NYU40.classes[6]}


def test_frames_without_depth_or_labels_count_for_the_rest() -> None:
    depth = np.full((480, 640), 2.0)
    found = measure([frame(flat(), None, None), frame(flat(), depth, None)])
    assert found.frames == 2
    assert found.values["depth_50"] == 2
    assert found.shares.sum() == 0
    with pytest.raises(UserError, match="no frame"):
        measure([])
