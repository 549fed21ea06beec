"""The report's pictures: where a field's cells lie, whose taps are drawn, what a file is called."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from cli_support import small_network

from sgnet_model.inspection.offset_statistics import measure_offsets
from sgnet_model.inspection.receptive_field import taps_at
from sgnet_model.machine import describe_machine
from sgnet_model.predictor import Predictor
from sgnet_model.report.blocks import Image
from sgnet_model.report.explained import explained_sheet
from sgnet_model.report.fields import PIXEL_COLOURS, field_picture, field_sheet
from sgnet_model.report.pictures import WIDTH, drawing, file_name, photo
from sgnet_model.types import Frame, Intrinsics, LayerTrace, UserError

RGB = np.random.default_rng(5).integers(0, 256, (64, 96, 3), np.uint8)
DEPTH = np.tile(np.linspace(1, 3, 96, dtype=np.float32), (64, 1))
FRAME = Frame("a frame", RGB, DEPTH, Intrinsics(90, 90, 48, 32, 96, 64))


def pixels(image: Image) -> np.ndarray:
    decoded = cv2.imdecode(np.frombuffer(image.data, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded)[..., ::-1]


def trace(longest: np.ndarray) -> LayerTrace:
    """Offsets whose sum of lengths is `longest`, (h, w), all of it in the first tap's row."""
    offsets = np.zeros((18, *longest.shape), np.float32)
    offsets[0] = longest
    size = (longest.shape[0], longest.shape[1])
    return LayerTrace("layer2.0", offsets, np.ones((9, *size), np.float32), 8, 8, size)


def test_a_pixel_shows_the_nearest_index() -> None:
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    picture = field_picture(trace(values), (24, 32), (24, 32))
    assert picture.shape == (24, 32, 3)
    shown = np.rint(picture[..., 0] * (11 / 255)).astype(int)
    assert shown[0, [0, 3, 4, 11, 12, 27, 31]].tolist() == [0, 0, 1, 1, 2, 3, 3]
    assert shown[[0, 3, 4, 12, 23], 0].tolist() == [0, 0, 4, 8, 8]
    twice = field_picture(trace(values), (24, 32), (48, 64))  # network pixel x at 2x + 0.5
    assert np.rint(twice[0, [8, 9], 0] * (11 / 255)).tolist() == [0, 1]


def test_a_constant_field_is_mid_grey() -> None:
    assert (field_picture(trace(np.ones((3, 4), np.float32)), (24, 32), (24, 32)) == 128).all()


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(small_network(), device="cpu", size=(64, 96))


def test_a_sheet_shows_every_layer_with_the_taps_asked_for(predictor: Predictor) -> None:
    sheet = field_sheet(predictor, FRAME, "a frame", [(10, 20), (70, 40)], number=3)
    layers = predictor.network.config.tap_layers
    assert [image.alt.split(":")[0] for image in sheet.images] == ["a frame", *layers]
    assert len({image.name for image in sheet.images}) == 13
    assert all(image.name.startswith("field3-a-frame") for image in sheet.images)
    colours = {tuple(colour) for colour in pixels(sheet.images[1]).reshape(-1, 3).tolist()}
    assert {PIXEL_COLOURS[0], PIXEL_COLOURS[1]} <= colours
    assert PIXEL_COLOURS[2] not in colours
    expected = measure_offsets(predictor, [FRAME])
    assert [row[0] for row in sheet.rows] == list(layers)
    assert [row[2] for row in sheet.rows] == [f"{entry.mean:.2f}" for entry in expected]
    assert sheet.header[-2:] == ("spread at 10,20, px", "spread at 70,40, px")
    assert len(sheet.rows[0]) == len(sheet.header)


def test_dots_lie_on_the_taps(predictor: Predictor) -> None:
    """Those that stand alone, of all layers."""
    prediction = predictor.predict(RGB, DEPTH, FRAME.intrinsics)
    sheet = field_sheet(predictor, FRAME, "a frame", [(48, 32)])
    alone = 0
    for trace, image in zip(prediction.traces, sheet.images[1:], strict=True):
        taps = taps_at(trace, 48, 32, (64, 96), (64, 96))
        rows, columns = np.nonzero((pixels(image) == PIXEL_COLOURS[0]).all(-1))
        for x, y in zip(taps.x, taps.y, strict=True):
            crowd = (np.hypot(taps.x - x, taps.y - y) < 16).sum()
            if crowd > 1 or not (8 < x < 88 and 8 < y < 56):
                continue
            near = np.hypot(columns - x, rows - y) < 8
            assert (columns[near].mean(), rows[near].mean()) == pytest.approx((x, y), abs=0.3)
            alone += 1
    assert alone >= 5


def test_what_cannot_be_drawn_is_refused(predictor: Predictor) -> None:
    with pytest.raises(UserError, match="lies outside the picture"):
        field_sheet(predictor, FRAME, "a frame", [(96, 0)])
    blind = Frame("blind", RGB, None, FRAME.intrinsics)
    with pytest.raises(UserError, match="blind has no usable depth"):
        field_sheet(predictor, blind, "blind")


def test_pictures_are_reduced_without_mixing_flat_colours() -> None:
    wide = np.zeros((300, 1000, 3), np.uint8)
    wide[:, 500:] = (250, 0, 10)
    small = pixels(drawing("x", wide, "flat"))
    assert small.shape == (126, WIDTH, 3)
    assert {tuple(colour) for colour in small.reshape(-1, 3).tolist()} == {(0, 0, 0), (250, 0, 10)}
    assert pixels(photo("x", RGB, "small")).shape == RGB.shape  # never enlarged
    assert photo("x", RGB, "small").mime == "image/jpeg"


def test_file_names_are_plain() -> None:
    assert (
        file_name("worst1", "kv1/b3 dodata/../img_0063.png") == "worst1-kv1-b3-dodata-img-0063-png"
    )
    assert len(file_name("worst1", "x" * 500)) < 80


def test_a_gpu_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"A GPU, {device}")
    assert describe_machine(torch.device("cuda:1"))["GPU"] == "A GPU, cuda:1"  # what bench reads


def test_the_machine_is_told_without_names_of_hosts() -> None:
    about = describe_machine(torch.device("cpu"))
    assert about["PyTorch"] == torch.__version__
    assert "logical cores" in about["processor"]
    assert set(about) == {"processor", "threads", "system", "Python", "PyTorch"}


def test_a_sheet_says_why_a_pixel_is_what_it_is(predictor: Predictor) -> None:
    sheet = explained_sheet(predictor, FRAME, "a frame", (48, 32), number=2)
    prediction = predictor.predict(FRAME.rgb, FRAME.depth_m, FRAME.intrinsics)
    label = prediction.scheme.classes[int(prediction.labels[32, 48])]
    assert sheet.title == f"a frame, why pixel 48,32 is {label}"
    assert [image.alt.split(":")[0] for image in sheet.images] == ["composed", "gradient", "shares"]
    assert [row[0] for row in sheet.rows] == ["composed", "gradient", "shares"]
    assert "phi_depth" in sheet.rows[2][2]
    assert all(len(row) == len(sheet.header) for row in sheet.rows)
