"""A pair of files to a frame, and every way it is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import NyuPaths
from PIL import Image

from sgnet_model.data.pair import load_pair
from sgnet_model.types import Origin, UserError

MILLIMETRES = np.random.default_rng(0).integers(900, 4000, (48, 64), np.uint16)


@pytest.fixture
def rgb(tmp_path: Path) -> Path:
    """64 x 48."""
    path = tmp_path / "frame7.png"
    Image.new("RGB", (64, 48), (10, 200, 30)).save(path)
    return path


def depth(tmp_path: Path, values: np.ndarray) -> Path:
    path = tmp_path / "depth.png"
    Image.fromarray(values).save(path)
    return path


def test_a_frame(tmp_path: Path, rgb: Path) -> None:
    frame = load_pair(rgb, depth(tmp_path, MILLIMETRES))
    assert frame.name == "frame7"
    assert frame.size == (48, 64)
    assert frame.rgb[5, 5].tolist() == [10, 200, 30]
    assert frame.depth_m is not None
    assert frame.depth_m.dtype == np.float32
    np.testing.assert_allclose(frame.depth_m, MILLIMETRES / 1000, rtol=1e-6)
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, frame.depth_info.origin) == ("mm", Origin.GUESS)
    assert frame.intrinsics.origin is Origin.GUESS
    assert frame.notes == ()
    assert frame.path == str(rgb)


def test_what_is_given_is_taken(tmp_path: Path, rgb: Path) -> None:
    frame = load_pair(
        rgb, depth(tmp_path, MILLIMETRES), unit="0.1mm", intrinsics="60,60,31.5,23.5", name="x"
    )
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, frame.depth_info.origin) == ("0.1mm", Origin.GIVEN)
    assert (frame.intrinsics.fx, frame.intrinsics.origin) == (60, Origin.GIVEN)
    assert frame.name == "x"


def test_another_size_of_the_same_aspect_is_resized_and_said(tmp_path: Path, rgb: Path) -> None:
    half = MILLIMETRES[::2, ::2][:, :32]
    half[0, 0] = 0
    frame = load_pair(rgb, depth(tmp_path, half))
    assert frame.depth_m is not None
    assert frame.depth_m.shape == (48, 64)
    np.testing.assert_allclose(frame.depth_m, half.repeat(2, 0).repeat(2, 1) / 1000, rtol=1e-6)
    assert frame.depth_info is not None
    assert frame.depth_info.resized_from == (24, 32)
    assert "32 x 24" in frame.notes[0]
    assert "nearest" in frame.notes[0]


@pytest.mark.parametrize(("width", "fits"), [(130, True), (126, True), (132, False), (124, False)])
def test_aspect_within_two_per_cent(tmp_path: Path, rgb: Path, width: int, fits: bool) -> None:
    path = depth(tmp_path, np.full((96, width), 2000, np.uint16))  # 128 would be exact
    if fits:
        assert load_pair(rgb, path).depth_m is not None
    else:
        with pytest.raises(UserError, match="same aspect"):
            load_pair(rgb, path)


REFUSED = [
    (np.full((48, 64), 90, np.uint8), "8-bit depth, which has no metric scale"),
    (np.zeros((48, 64), np.uint16), "no valid depth"),
    (np.full((64, 48), 2000, np.uint16), "same aspect"),
    (np.full((48, 64, 3), (1, 2, 3), np.uint8), "cannot be turned back"),
]


@pytest.mark.parametrize(("values", "sentence"), REFUSED)
def test_refused_depth(tmp_path: Path, rgb: Path, values: np.ndarray, sentence: str) -> None:
    path = depth(tmp_path, values)
    with pytest.raises(UserError, match=sentence):
        load_pair(rgb, path)
    frame = load_pair(rgb, path, strict=False)  # the window keeps the picture
    assert frame.depth_m is None
    assert frame.depth_info is None
    assert len(frame.notes) == 1
    assert sentence in frame.notes[0]
    assert frame.rgb.shape == (48, 64, 3)


def test_missing_depth(tmp_path: Path, rgb: Path) -> None:
    for path, sentence in ((None, "without a depth file"), (tmp_path / "no.png", "not exist")):
        with pytest.raises(UserError, match=sentence):
            load_pair(rgb, path)
        assert sentence in load_pair(rgb, path, strict=False).notes[0]


def test_a_broken_picture_always_raises(tmp_path: Path) -> None:
    broken = tmp_path / "rgb.png"
    broken.write_text("no picture")
    with pytest.raises(UserError, match="not a picture"):
        load_pair(broken, depth(tmp_path, MILLIMETRES), strict=False)


def test_an_odd_median_is_doubted_aloud(tmp_path: Path, rgb: Path) -> None:
    frame = load_pair(rgb, depth(tmp_path, MILLIMETRES), unit="cm")
    assert "median of 2" in frame.notes[0]
    assert "choose another depth unit" in frame.notes[0]
    assert frame.depth_info is not None
    assert frame.depth_info.doubt == frame.notes[0]
    assert dict(frame.depth_info.alternatives)["mm"] == pytest.approx(2.0, rel=0.5)


def test_a_given_unit_that_makes_no_room_of_millimetres_is_doubted_silently(
    tmp_path: Path, rgb: Path
) -> None:
    file = depth(tmp_path, MILLIMETRES)
    frame = load_pair(rgb, file, unit="1/5000m")
    assert frame.notes == ()  # a desk may be what was taken
    assert frame.depth_info is not None
    assert "it may be in mm" in frame.depth_info.doubt
    for unit in ("mm", "0.25mm"):
        info = load_pair(rgb, depth(tmp_path, 2 * MILLIMETRES), unit=unit).depth_info
        assert info is not None
        assert info.doubt == ""


def test_labels_that_do_not_fit_are_a_note(tmp_path: Path, rgb: Path) -> None:
    path = depth(tmp_path, MILLIMETRES)
    Image.fromarray(np.full((24, 32), 3, np.uint8)).save(tmp_path / "small.png")
    assert load_pair(rgb, path, labels_path=tmp_path / "small.png").labels is not None
    Image.fromarray(np.full((24, 24), 3, np.uint8)).save(tmp_path / "square.png")
    for name in ("square.png", "none.png"):
        frame = load_pair(rgb, path, labels_path=tmp_path / name)
        assert frame.labels is None
        assert frame.label_scheme is None
        assert frame.notes[0].startswith("No ground truth: ")


def test_real_nyu_frames(nyu_frame: NyuPaths) -> None:
    frame = load_pair(nyu_frame.rgb, nyu_frame.depth, labels_path=nyu_frame.labels)
    assert frame.name == nyu_frame.name
    assert frame.size == (480, 640)
    assert frame.intrinsics.origin is Origin.DATASET
    assert frame.intrinsics.cx == 325.582449
    assert frame.label_scheme is not None
    assert frame.label_scheme.name == "nyu40"
    assert frame.labels is not None
    assert frame.labels.max() <= 40
    assert frame.depth_m is not None
    assert 1.4 < frame.depth_m[frame.depth_m > 0].min() < frame.depth_m.max() < 6
