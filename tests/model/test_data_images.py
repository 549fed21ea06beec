"""Files to arrays: every format, and every way a file can be wrong."""

from __future__ import annotations

import os
import pickle
import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from sgnet_model.data.decode import decode
from sgnet_model.data.images import read_depth, read_rgb
from sgnet_model.types import UserError

RNG = np.random.default_rng(0)
COLOUR = RNG.integers(0, 256, (12, 16, 3), np.uint8)
MILLIMETRES = RNG.integers(500, 9000, (12, 16), np.uint16)
METRES = (MILLIMETRES / 1000).astype(np.float32)


def write(path: Path, values: np.ndarray[Any, Any]) -> Path:
    """By the suffix; TIFF through OpenCV, which writes every dtype."""
    if path.suffix == ".npy":
        np.save(path, values)
    elif path.suffix == ".tiff":
        cv2.imwrite(str(path), values[..., ::-1] if values.ndim == 3 else values)
    else:
        Image.fromarray(values).save(path)
    return path


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".ppm", ".tiff", ".npy"])
def test_lossless_colour(tmp_path: Path, suffix: str) -> None:
    rgb, notes = read_rgb(write(tmp_path / f"a{suffix}", COLOUR))
    assert rgb.dtype == np.uint8
    np.testing.assert_array_equal(rgb, COLOUR)
    assert notes == ()


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_lossy_colour_keeps_its_channels(tmp_path: Path, suffix: str) -> None:
    orange = np.full((16, 16, 3), (240, 130, 20), np.uint8)
    rgb, _ = read_rgb(write(tmp_path / f"a{suffix}", orange))
    np.testing.assert_allclose(rgb.reshape(-1, 3).mean(axis=0), (240, 130, 20), atol=6)


@pytest.mark.parametrize(
    ("suffix", "values"),
    [
        (".png", MILLIMETRES),
        (".pgm", MILLIMETRES),
        (".tiff", MILLIMETRES),
        (".tiff", METRES),
        (".tiff", METRES.astype(np.float64)),
        (".npy", METRES),
        (".npy", METRES.astype(">f4")),
        (".npy", METRES[None]),
        (".npy", METRES[..., None]),
    ],
)
def test_depth_as_stored(tmp_path: Path, suffix: str, values: np.ndarray[Any, Any]) -> None:
    stored = read_depth(write(tmp_path / f"a{suffix}", values))
    assert stored.shape == (12, 16)
    assert stored.dtype == values.dtype.newbyteorder("=")
    np.testing.assert_array_equal(stored, values.reshape(12, 16))


def test_formats_are_told_by_content_and_names_may_be_anything(tmp_path: Path) -> None:
    path = write(tmp_path / "tiefe ö 深度.png", MILLIMETRES)
    np.testing.assert_array_equal(read_depth(path), MILLIMETRES)
    liar = write(tmp_path / "b.tiff", MILLIMETRES).rename(tmp_path / "ü.png")
    np.testing.assert_array_equal(read_depth(liar), MILLIMETRES)


def test_kinect_byte_order(tmp_path: Path) -> None:
    disparity = RNG.integers(400, 1000, (12, 16), np.uint16)
    disparity[0] = 2047
    swapped = tmp_path / "a.pgm"  # the file's rule is big-endian; these recorders wrote little
    swapped.write_bytes(b"P5 16 12 65535\n" + disparity.astype("<u2").tobytes())
    proper = tmp_path / "b.pgm"
    proper.write_bytes(b"P5 16 12 65535\n" + disparity.astype(">u2").tobytes())
    np.testing.assert_array_equal(read_depth(swapped), disparity)
    np.testing.assert_array_equal(read_depth(proper), disparity)


def test_unusual_colours(tmp_path: Path) -> None:
    grey, notes = read_rgb(write(tmp_path / "g.png", COLOUR[..., 0]))
    np.testing.assert_array_equal(grey, COLOUR[..., :1].repeat(3, axis=2))
    assert "grey" in notes[0]
    alpha = np.dstack([COLOUR, np.full((12, 16), 7, np.uint8)])
    rgb, notes = read_rgb(write(tmp_path / "a.png", alpha))
    np.testing.assert_array_equal(rgb, COLOUR)
    assert "transparency" in notes[0]
    rgb, _ = read_rgb(write(tmp_path / "f.npy", (COLOUR / 255).astype(np.float32)))
    np.testing.assert_array_equal(rgb, COLOUR)
    rgb, _ = read_rgb(write(tmp_path / "c.npy", np.moveaxis(COLOUR, -1, 0)))
    np.testing.assert_array_equal(rgb, COLOUR)


def test_16_bit_colour_is_read_in_full(tmp_path: Path) -> None:
    wide = COLOUR.astype(np.uint16) * 257
    cv2.imwrite(str(tmp_path / "a.png"), wide[..., ::-1])
    np.testing.assert_array_equal(decode(tmp_path / "a.png"), wide)
    rgb, notes = read_rgb(tmp_path / "a.png")
    np.testing.assert_array_equal(rgb, COLOUR)
    assert "16 bits" in notes[0]


def test_palette_pictures_give_indices_only_when_asked(tmp_path: Path) -> None:
    indices = RNG.integers(0, 40, (12, 16), np.uint8)
    image = Image.new("P", (16, 12))
    image.putdata(indices.ravel().tolist())
    image.putpalette(RNG.integers(0, 256, 768, np.uint8).tobytes())
    image.save(tmp_path / "a.png")
    np.testing.assert_array_equal(decode(tmp_path / "a.png", "labels"), indices)
    assert decode(tmp_path / "a.png").shape == (12, 16, 3)
    image.save(tmp_path / "b.png", transparency=bytes(256))
    assert decode(tmp_path / "b.png").shape == (12, 16, 4)


def test_equal_channels_are_one_and_coloured_depth_is_refused(tmp_path: Path) -> None:
    same = np.repeat(MILLIMETRES[..., None], 3, axis=2)
    np.testing.assert_array_equal(read_depth(write(tmp_path / "a.npy", same)), MILLIMETRES)
    with pytest.raises(UserError, match="cannot be turned back into metres"):
        read_depth(write(tmp_path / "b.png", COLOUR))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".ppm", ".tiff", ".npy", ".bmp", ".webp"])
@pytest.mark.parametrize("kept", [0.4, 0.8])
def test_truncated(
    tmp_path: Path, suffix: str, kept: float, capfd: pytest.CaptureFixture[str]
) -> None:
    values = METRES if suffix == ".exr" else RNG.integers(0, 256, (120, 160, 3), np.uint8)
    whole = write(
        tmp_path / f"a{suffix}", np.tile(values, (10, 10)) if suffix == ".exr" else values
    )
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * kept)])
    with pytest.raises(UserError, match="truncated") as refusal:
        decode(cut)
    assert "\n" not in str(refusal.value)
    assert "".join(capfd.readouterr()) == ""  # nothing beside the one sentence


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tiff", "a.exr", "a.npy", "a.pgm"])
@pytest.mark.parametrize("content", [b"hello, this is text\n", b"", b"\x89PNG\r\n\x1a\n", b"P5\n"])
def test_no_picture_at_all(
    tmp_path: Path, name: str, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    expected = "not a picture|truncated" if content else "is empty"
    with pytest.raises(UserError, match=expected):
        decode(tmp_path / name)
    assert "".join(capfd.readouterr()) == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.dng", {"extratags": [(50706, 1, 4, (1, 4, 0, 0), True)]}),
        ("b.tif", {"extratags": [(50706, 1, 4, (1, 4, 0, 0), True)]}),
        ("c.tif", {"photometric": 32803, "extratags": [(33421, 3, 2, (2, 2), True)]}),
        ("d.NEF", {}),
    ],
)
def test_a_raw_file_is_not_taken_for_its_thumbnail(
    tmp_path: Path, name: str, told: dict[str, Any]
) -> None:
    tifffile.imwrite(tmp_path / name, np.full((12, 16), 9, np.uint8), **told)
    with pytest.raises(UserError, match="camera's raw file"):
        decode(tmp_path / name)


def write_repeating_tiff(path: Path, side: int) -> Path:
    """side x side bytes of grey whose strips, 16 rows each, all are one and the same packed one."""
    strip = zlib.compress(bytes(16 * side))
    count = side // 16
    start = 8 + 2 + 12 * 8 + 4  # behind the header and the directory of eight entries
    lists = 4 * count
    values = (
        *((256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1)),
        *((273, 4, count, start), (278, 4, 1, 16), (279, 4, count, start + lists)),
    )
    entries = b"".join(struct.pack("<HHII", *entry) for entry in values)
    offsets = struct.pack("<I", start + 2 * lists) * count
    lengths = struct.pack("<I", len(strip)) * count
    head = b"II*\x00" + struct.pack("<IH", 8, len(values))
    path.write_bytes(head + entries + bytes(4) + offsets + lengths + strip)
    return path


def test_a_tiff_is_measured_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """17 KB that would become 268 MB."""
    small = write_repeating_tiff(tmp_path / "small.tif", 64)
    assert decode(small).shape == (64, 64)
    large = write_repeating_tiff(tmp_path / "large.tif", 16384)
    assert large.stat().st_size < 30_000
    monkeypatch.delattr(cv2, "imdecode")
    with pytest.raises(UserError, match="16384 x 16384 pixels, and pictures up to 64 million"):
        decode(large)


def test_paths_that_are_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        decode(tmp_path / "none.png")
    with pytest.raises(UserError, match="is a folder"):
        decode(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")  # reading one would wait for ever
        with pytest.raises(UserError, match="not a regular file"):
            decode(tmp_path / "pipe.png")


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    fuse = tmp_path / "fuse"
    np.save(tmp_path / "a.npy", np.array([_Trap(fuse)], object), allow_pickle=True)
    (tmp_path / "b.npy").write_bytes(pickle.dumps(_Trap(fuse)))
    for name in ("a.npy", "b.npy"):
        with pytest.raises(UserError):
            decode(tmp_path / name)
    assert not fuse.exists()


class _Trap:
    """Creates a file when unpickled."""

    def __init__(self, fuse: Path) -> None:
        self._fuse = fuse

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._fuse,)


@pytest.mark.parametrize("side", [9000, 12000, 60000])
def test_absurd_sizes_are_refused_before_decoding(tmp_path: Path, side: int) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"") + chunk(b"IEND", b""))
    with pytest.raises(UserError, match="64 million pixels"):
        decode(path)


def test_an_npy_that_lies_about_its_shape(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    with path.open("wb") as file:
        header = {"descr": "<f4", "fortran_order": False, "shape": (100000, 100000)}
        np.lib.format.write_array_header_1_0(file, header)
        file.write(b"\0" * 100)
    with pytest.raises(UserError, match="truncated"):
        decode(path)


@pytest.mark.parametrize("shape", [(4,), (2, 3, 4, 5), (0, 7)])
def test_arrays_that_are_no_picture(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(UserError, match="a picture is"):
        decode(write(tmp_path / "a.npy", np.zeros(shape, np.float32)))


def test_a_png_that_unpacks_to_gigabytes_is_refused_at_once(tmp_path: Path) -> None:
    """16 bits a colour go through OpenCV, which would unpack all 2 GB of it."""
    path = tmp_path / "bomb.png"
    path.write_bytes(_png_16_bit(beyond=64 << 20))
    with pytest.raises(UserError, match="truncated or damaged"):
        decode(path)
    path.write_bytes(_png_16_bit(beyond=0))
    assert decode(path).shape == (8, 8, 3)


def _png_16_bit(beyond: int) -> bytes:
    """8 x 8 black pixels and `beyond` bytes that no pixel needs."""
    header = struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(8 * (1 + 8 * 6) + beyond))
    parts = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
