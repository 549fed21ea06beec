"""Pictures with a rotation tag, and depth that follows it or does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageOps

from sgnet_model.data.decode import decode
from sgnet_model.data.orientation import orientation_of, turn, turn_camera
from sgnet_model.data.pair import load_pair
from sgnet_model.types import Frame, Intrinsics

TAGS = range(2, 9)
HEIGHT, WIDTH = 60, 80  # of the picture as shown


def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A bright near box before a dark wall, off the middle: colour, millimetres, labels."""
    rgb = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
    depth = np.full((HEIGHT, WIDTH), 3000, np.uint16)
    labels = np.ones((HEIGHT, WIDTH), np.uint8)
    box = np.s_[8:30, 12:34]
    rgb[box], depth[box], labels[box] = 220, 1200, 7
    rgb[50:, 60:] = 130  # and a mark on the floor
    depth[50:, 60:] = 2000
    return rgb, depth, labels


def inverse(picture: np.ndarray, tag: int) -> np.ndarray:
    """What a camera stores so that the tag turns it to `picture`."""
    return turn(picture, {6: 8, 8: 6}.get(tag, tag))


def write(folder: Path, tag: int, depth: np.ndarray, labels: np.ndarray) -> Frame:
    exif = Image.Exif()
    exif[0x0112] = tag
    stored = Image.fromarray(inverse(scene()[0], tag))
    stored.save(folder / "rgb.jpg", exif=exif, quality=95, subsampling=0)
    Image.fromarray(depth).save(folder / "depth.png")
    Image.fromarray(labels).save(folder / "labels40.png")
    return load_pair(folder / "rgb.jpg", folder / "depth.png", labels_path=folder / "labels40.png")


@pytest.mark.parametrize("tag", TAGS)
def test_tags_turn_as_pillow_does(tmp_path: Path, tag: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = tag
    stored = inverse(scene()[0], tag)
    Image.fromarray(stored).save(tmp_path / "a.png", exif=exif)
    assert orientation_of(tmp_path / "a.png") == tag
    with Image.open(tmp_path / "a.png") as image:
        shown = np.asarray(ImageOps.exif_transpose(image))
    np.testing.assert_array_equal(turn(stored, tag), shown)


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("as_stored", [True, False])
def test_picture_depth_and_labels_stay_aligned(tmp_path: Path, tag: int, as_stored: bool) -> None:
    rgb, depth, labels = scene()
    if as_stored:
        frame = write(tmp_path, tag, inverse(depth, tag), inverse(labels, tag))
    else:
        frame = write(tmp_path, tag, depth, labels)
    assert np.abs(frame.rgb.astype(int) - rgb).max() < 60  # upright
    assert frame.depth_m is not None
    np.testing.assert_allclose(frame.depth_m, depth / 1000, rtol=1e-6)
    np.testing.assert_array_equal(frame.labels, labels)
    assert (frame.intrinsics.width, frame.intrinsics.height) == (WIDTH, HEIGHT)
    assert "rgb.jpg is tagged as" in frame.notes[0]


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_the_pixels_of_a_tiff_lie_as_stored(tmp_path: Path, tag: int, order: str) -> None:
    """Whatever the version of OpenCV makes of the tag, and for every type of depth and labels."""
    extra = [(0x0112, 3, 1, tag, True)]
    for dtype in ("uint8", "uint16", "float32", "float64", "float16"):
        stored = np.arange(12).reshape(3, 4).astype(dtype)
        tifffile.imwrite(tmp_path / "a.tif", stored, byteorder=order, extratags=extra)
        for wanted in ("colour", "depth", "labels"):
            np.testing.assert_array_equal(decode(tmp_path / "a.tif", wanted), stored)


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("as_stored", [True, False])
def test_a_tiff_is_turned_once_and_its_depth_as_it_lies(
    tmp_path: Path, tag: int, as_stored: bool
) -> None:
    rgb, depth, _ = scene()
    extra = [(0x0112, 3, 1, tag, True)]
    tifffile.imwrite(tmp_path / "rgb.tif", inverse(rgb, tag), photometric="rgb", extratags=extra)
    if as_stored:
        tifffile.imwrite(tmp_path / "depth.tif", inverse(depth, tag), extratags=extra)
    else:
        tifffile.imwrite(tmp_path / "depth.tif", depth)
    frame = load_pair(tmp_path / "rgb.tif", tmp_path / "depth.tif")
    np.testing.assert_array_equal(frame.rgb, rgb)
    assert frame.depth_m is not None
    np.testing.assert_allclose(frame.depth_m, depth / 1000, rtol=1e-6)


def test_a_camera_of_the_pixels_as_stored_is_turned_too(tmp_path: Path) -> None:
    _, depth, labels = scene()
    (tmp_path / "camera.json").write_text(
        '{"width": 60, "height": 80, "fx": 70, "fy": 71, "cx": 28, "cy": 41}'
    )
    frame = write(tmp_path, 6, depth, labels)  # stored upright, 60 wide: shown lying, 80 wide
    camera = frame.intrinsics
    assert (camera.fx, camera.fy) == (71, 70)
    assert (camera.cx, camera.cy) == (79 - 41, 28)


def test_mirrored_cameras() -> None:
    camera = Intrinsics(70, 71, 38, 28, 80, 60)
    assert turn_camera(camera, 2).cx == 79 - 38
    assert turn_camera(turn_camera(camera, 6), 8) == camera
    for tag in (2, 3, 4, 5, 7):
        assert turn_camera(turn_camera(camera, tag), tag) == camera


def test_files_without_a_tag(tmp_path: Path) -> None:
    Image.fromarray(scene()[0]).save(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_bytes(b"no picture")
    for name in ("a.jpg", "b.jpg", "none.jpg"):
        assert orientation_of(tmp_path / name) == 1


def test_a_sample_is_read_without_pillows_other_formats() -> None:
    """Forty modules that the window's start would wait for."""
    code = (
        "import sys\n"
        "from sgnet_model.data.open import open_frames\n"
        "from sgnet_model.resources import sample_dir, samples\n"
        "open_frames(sample_dir(samples()[0])).load(0)\n"
        "print('PIL.PdfImagePlugin' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
