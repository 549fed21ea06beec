"""Depth, colour and labels in the files that cameras, simulators and tools write."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import cv2
import h5py
import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from sgnet_model.data.decode import decode
from sgnet_model.data.images import read_depth, read_rgb, read_stored_depth
from sgnet_model.data.labels import read_labels
from sgnet_model.data.pair import load_pair
from sgnet_model.data.ros_depth import read_compressed_depth
from sgnet_model.types import UserError

RNG = np.random.default_rng(0)
COLOUR = RNG.integers(0, 256, (24, 32, 3), np.uint8)
MILLIMETRES = RNG.integers(500, 4000, (24, 32), np.uint16)
METRES = (MILLIMETRES / 1000).astype(np.float32)


@pytest.mark.parametrize("top", [4000, 4095, 9000, 65535])
def test_samples_of_a_pgm_are_as_stored(tmp_path: Path, top: int) -> None:
    raw, words = tmp_path / "raw.pgm", tmp_path / "words.pgm"
    header = f"P5\n# a comment\n32 24\n{top}\n".encode()
    raw.write_bytes(header + MILLIMETRES.astype(">u2").tobytes())
    words.write_text(f"P2 32 24 {top}\n" + "\n".join(map(str, MILLIMETRES.ravel())))
    for path in (raw, words):
        np.testing.assert_array_equal(read_depth(path), MILLIMETRES)


def test_labels_in_a_pgm_of_few_classes(tmp_path: Path) -> None:
    classes = RNG.integers(0, 41, (24, 32), np.uint8)
    (tmp_path / "labels40.pgm").write_bytes(b"P5 32 24 40\n" + classes.tobytes())
    np.testing.assert_array_equal(read_labels(tmp_path / "labels40.pgm")[0], classes)


def test_colour_of_a_ppm_fills_its_range(tmp_path: Path) -> None:
    tenth = (COLOUR.astype(np.uint32) * 1023 // 255).astype(">u2")
    (tmp_path / "a.ppm").write_bytes(b"P6 32 24 1023\n" + tenth.tobytes())
    rgb, _ = read_rgb(tmp_path / "a.ppm")
    assert np.abs(rgb.astype(int) - COLOUR).max() <= 1
    (tmp_path / "b.ppm").write_bytes(b"P6 32 24 15\n" + (COLOUR // 17).tobytes())
    assert np.abs(read_rgb(tmp_path / "b.ppm")[0].astype(int) - COLOUR).max() <= 17


@pytest.mark.parametrize("planes", [2, 4])
def test_alpha_beside_depth_is_left_out_and_said(tmp_path: Path, planes: int) -> None:
    stored = np.repeat(MILLIMETRES[..., None], planes, axis=2)
    stored[..., -1] = 65535
    np.save(tmp_path / "depth.npy", stored)
    depth, said = read_stored_depth(tmp_path / "depth.npy")
    np.testing.assert_array_equal(depth, MILLIMETRES)
    assert "transparency" in said
    if planes == 4:
        cv2.imwrite(str(tmp_path / "depth.png"), stored)
        np.testing.assert_array_equal(read_depth(tmp_path / "depth.png"), MILLIMETRES)


@pytest.mark.parametrize("shape", [(24, 32, 7), (7, 24, 32), (24, 32, 5), (2, 24, 32)])
def test_arrays_of_several_planes_are_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    np.save(tmp_path / "depth.npy", np.ones(shape, np.float32))  # equal planes or not
    with pytest.raises(UserError, match="differing channels"):
        read_depth(tmp_path / "depth.npy")


def test_batches_of_one_are_taken(tmp_path: Path) -> None:
    np.save(tmp_path / "depth.npy", METRES[None, None])
    np.testing.assert_array_equal(read_depth(tmp_path / "depth.npy"), METRES)


@pytest.mark.parametrize(
    ("dtype", "options"),
    [
        (np.float16, {}),
        (np.float16, {"compression": "deflate"}),
        (np.float16, {"bigtiff": True}),
        (np.float32, {"bigtiff": True}),
        (np.uint16, {"bigtiff": True, "byteorder": ">"}),
    ],
)
def test_tiffs(tmp_path: Path, dtype: type, options: dict[str, Any]) -> None:
    import tifffile

    values = (METRES if np.dtype(dtype).kind == "f" else MILLIMETRES).astype(dtype)
    tifffile.imwrite(tmp_path / "depth.tiff", values, **options)
    np.testing.assert_array_equal(read_depth(tmp_path / "depth.tiff"), values)


def test_npz_by_name_and_alone(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "both.npz", depth=METRES, rgb=COLOUR, pose=np.eye(4))
    np.testing.assert_array_equal(read_depth(tmp_path / "both.npz"), METRES)
    np.testing.assert_array_equal(read_rgb(tmp_path / "both.npz")[0], COLOUR)
    np.savez(tmp_path / "alone.npz", METRES)
    np.testing.assert_array_equal(read_depth(tmp_path / "alone.npz"), METRES)
    np.savez(tmp_path / "unclear.npz", near=METRES, far=METRES)
    with pytest.raises(UserError, match="several arrays that could be its depth"):
        read_depth(tmp_path / "unclear.npz")


def test_an_npz_that_unpacks_to_gigabytes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        head = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            head, {"descr": "<f8", "fortran_order": False, "shape": (1 << 15, 1 << 15)}
        )
        archive.writestr("depth.npy", head.getvalue() + bytes(1 << 20))
    with pytest.raises(UserError, match="too large"):
        read_depth(tmp_path / "a.npz")


def test_hdf5_of_a_frame(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "frame.h5", "w") as file:
        file["depth"], file["rgb"] = METRES, np.moveaxis(COLOUR, -1, 0)
    np.testing.assert_array_equal(read_depth(tmp_path / "frame.h5"), METRES)
    np.testing.assert_array_equal(read_rgb(tmp_path / "frame.h5")[0], COLOUR)


def test_matlab(tmp_path: Path) -> None:
    """Both of its formats; the later one is HDF5 with columns first."""
    for packed in (False, True):
        texts = np.array(["a", "b"], object)
        whole = {"depth": MILLIMETRES.astype(np.float64), "name": "a", "texts": texts}
        savemat(tmp_path / "old.mat", whole, do_compression=packed)
        stored = read_depth(tmp_path / "old.mat")
        assert stored.dtype == np.float64
        np.testing.assert_array_equal(stored, MILLIMETRES)
    with h5py.File(tmp_path / "new.mat", "w", userblock_size=512) as file:
        file["rawDepth"] = METRES.T
    content = bytearray((tmp_path / "new.mat").read_bytes())
    content[:19] = b"MATLAB 7.3 MAT-file"
    (tmp_path / "new.mat").write_bytes(content)
    np.testing.assert_array_equal(read_depth(tmp_path / "new.mat"), METRES)


def png_bytes(values: np.ndarray) -> bytes:
    data = io.BytesIO()
    Image.fromarray(values).save(data, "PNG")
    return data.getvalue()


def test_compressed_depth_of_ros(tmp_path: Path) -> None:
    counts = struct.pack("<iff", 0, 0.0, 0.0) + png_bytes(MILLIMETRES)
    (tmp_path / "depth.bin").write_bytes(counts)
    np.testing.assert_array_equal(read_depth(tmp_path / "depth.bin"), MILLIMETRES)
    near, far = 100.0, 10.0  # its quantisation, and the farthest it holds
    a = near * (near + 1)
    b = 1 - a / far
    inverse = np.where(METRES > 0, a / METRES + b, 0).astype(np.uint16)
    inverse[0, 0] = 0
    metres = read_compressed_depth(struct.pack("<iff", 0, a, b) + png_bytes(inverse), 1 << 20)
    assert metres.dtype == np.float32
    assert metres[0, 0] == 0
    np.testing.assert_allclose(metres.ravel()[1:], METRES.ravel()[1:], rtol=1e-2)


def rvl_bytes(values: np.ndarray) -> bytes:
    """A slow reference of the packing, number by number."""
    nibbles: list[int] = []

    def put(number: int) -> None:
        while number > 7:
            nibbles.append(number & 7 | 8)
            number >>= 3
        nibbles.append(number)

    flat, place, last = values.ravel().tolist(), 0, 0
    while place < len(flat):
        for is_missing in (True, False):
            end = place
            while end < len(flat) and (flat[end] == 0) == is_missing:
                end += 1
            put(end - place)
            for value in [] if is_missing else flat[place:end]:
                step = value - last
                put(2 * step if step >= 0 else -2 * step - 1)
                last = value
            place = end
    nibbles += [0] * (-len(nibbles) % 8)
    digits = "".join(f"{nibble:x}" for nibble in nibbles)
    words = [int(digits[at : at + 8], 16) for at in range(0, len(digits), 8)]
    return struct.pack(f"<{len(words)}I", *words)


def test_rvl_of_ros() -> None:
    holes = np.where(RNG.random((24, 32)) < 0.3, 0, MILLIMETRES).astype(np.uint16)
    holes[3:5] = 0
    for values in (holes, MILLIMETRES, np.zeros((24, 32), np.uint16)):
        head = struct.pack("<iffII", 0, 0.0, 0.0, 32, 24)
        np.testing.assert_array_equal(
            read_compressed_depth(head + rvl_bytes(values), 1 << 20), values
        )
    whole = struct.pack("<iffII", 0, 0.0, 0.0, 32, 24) + rvl_bytes(holes)
    for cut in (14, 40, len(whole) // 2):
        with pytest.raises((ValueError, IndexError, struct.error)):
            read_compressed_depth(whole[:cut], 1 << 20)


def smooth_metres() -> np.ndarray:
    v, u = np.mgrid[:48, :64]
    return (2 + 0.03 * u + 0.05 * v).astype(np.float32)


def test_tartanairs_floats(tmp_path: Path) -> None:
    metres = smooth_metres()
    metres[0, 0] = np.inf
    packed = metres.view(np.uint8).reshape(48, 64, 4)
    cv2.imwrite(str(tmp_path / "depth.png"), packed)  # blue, green, red, alpha: as it was written
    depth, said = read_stored_depth(tmp_path / "depth.png")
    np.testing.assert_array_equal(depth, np.where(np.isfinite(metres), metres, 0))
    assert "TartanAir" in said


@pytest.mark.parametrize("planes", [3, 4])
def test_carlas_24_bits(tmp_path: Path, planes: int) -> None:
    metres = smooth_metres()
    counts = np.rint(metres / 1000 * (256**3 - 1)).astype(np.uint32)
    counts[:4] = 256**3 - 1  # the sky
    packed = np.stack([counts & 255, counts >> 8 & 255, counts >> 16, counts * 0 + 255], axis=-1)
    Image.fromarray(packed[..., :planes].astype(np.uint8)).save(tmp_path / "depth.png")
    depth, said = read_stored_depth(tmp_path / "depth.png")
    np.testing.assert_allclose(depth[4:], metres[4:], atol=1e-3)
    assert not depth[:4].any()
    assert "CARLA" in said


def test_coloured_depth_and_photographs_hold_no_packed_depth(tmp_path: Path) -> None:
    near = np.rint(255 * (smooth_metres() - 2) / 5).astype(np.uint8)
    for name, picture in {
        "jet": cv2.applyColorMap(near, cv2.COLORMAP_JET),
        "noise": RNG.integers(0, 256, (48, 64, 3), np.uint8),
        "alpha": RNG.integers(0, 256, (48, 64, 4), np.uint8),
    }.items():
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
        with pytest.raises(UserError, match="cannot be turned back into metres"):
            read_depth(tmp_path / f"{name}.png")


@pytest.mark.parametrize(
    ("name", "dtype", "tolerance"),
    [
        *[(name, np.float32, 0) for name in ("NO", "RLE", "ZIPS", "ZIP", "PIZ")],
        ("PIZ", np.float16, 2e-3),
        ("PXR24", np.float32, 1e-3),
        ("B44", np.float16, 0.2),
        ("DWAA", np.float32, 0.2),
        ("DWAB", np.float16, 0.2),
    ],
)
def test_exr_of_every_compression(tmp_path: Path, name: str, dtype: type, tolerance: float) -> None:
    import OpenEXR

    metres = smooth_metres()
    header = {"compression": getattr(OpenEXR, f"{name}_COMPRESSION")}
    with OpenEXR.File(header, {"Z": metres.astype(dtype)}) as file:
        file.write(str(tmp_path / "a.exr"))
    np.testing.assert_allclose(read_depth(tmp_path / "a.exr"), metres, rtol=0, atol=tolerance)


def test_exr_with_tiles_and_of_several_parts(tmp_path: Path) -> None:
    import OpenEXR

    metres, light = smooth_metres(), RNG.random((48, 64, 3)).astype(np.float16)
    tiles = OpenEXR.TileDescription()
    tiles.xSize = tiles.ySize = 16
    header = {"compression": OpenEXR.PIZ_COMPRESSION, "type": OpenEXR.tiledimage, "tiles": tiles}
    with OpenEXR.File(header, {"RGB": light, "Z": metres}) as file:
        file.write(str(tmp_path / "tiled.exr"))
    parts = [OpenEXR.Part({}, {"RGB": light}, "seen"), OpenEXR.Part({}, {"Z": metres}, "depth")]
    with OpenEXR.File(parts) as file:
        file.write(str(tmp_path / "parts.exr"))
    for name in ("tiled.exr", "parts.exr"):
        np.testing.assert_array_equal(read_depth(tmp_path / name), metres)
        np.testing.assert_array_equal(decode(tmp_path / name), light.astype(np.float32))


def test_distances_along_rays_are_made_planar(tmp_path: Path) -> None:
    """A wall at 3 m: its corners are farther along their rays, as Hypersim stores them."""
    Image.fromarray(np.full((48, 64, 3), 99, np.uint8)).save(tmp_path / "frame.0000.color.png")
    focal = 886.81 * 64 / 1024
    v, u = np.mgrid[:48, :64]
    rays = np.sqrt(1 + ((u - 31.5) / focal) ** 2 + ((v - 23.5) / focal) ** 2)
    path = tmp_path / "frame.0000.depth_meters.hdf5"
    with h5py.File(path, "w") as file:
        file["dataset"] = (3 * rays).astype(np.float16)
    frame = load_pair(tmp_path / "frame.0000.color.png", path)
    assert frame.depth_m is not None
    np.testing.assert_allclose(frame.depth_m, 3, rtol=2e-3)
    assert frame.intrinsics.fx == pytest.approx(focal)
    assert any("along each pixel's ray" in note for note in frame.notes)


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ((COLOUR / 255 * 1.02).astype(np.float32), "above 1 was cut off"),
        ((COLOUR / 255 - 0.01).astype(np.float32), ""),
        (COLOUR.astype(np.float32) * 1.02, ""),
        (COLOUR.astype(np.uint16) * 16, "12 bits in 16"),
        (COLOUR.astype(np.uint16) * 4, "10 bits in 16"),
        (COLOUR.astype(np.uint16) * 257, "16 bits a colour"),
        (COLOUR.astype(np.uint16), ""),
    ],
)
def test_colour_is_scaled_by_what_the_file_holds(
    tmp_path: Path, stored: np.ndarray, said: str
) -> None:
    np.save(tmp_path / "a.npy", stored)
    rgb, notes = read_rgb(tmp_path / "a.npy")
    assert np.abs(rgb.astype(int) - COLOUR).max() <= 6
    assert said in " ".join(notes)
    assert bool(notes) == bool(said)


@pytest.mark.parametrize(
    ("rgb", "depth", "unit", "median_m"),
    [
        ("pgm_maxval/rgb.jpg", "pgm_maxval/depth_4095.pgm", "mm", 3.461),
        ("pgm_maxval/rgb.jpg", "pgm_maxval/depth_datamax.pgm", "mm", 3.461),
        ("pgm_maxval/rgb.jpg", "pgm_maxval/disparity_2047.pgm", "kinect-disparity", 3.461),
        ("depth_rgba16/rgb.jpg", "depth_rgba16/depth.png", "mm", 3.461),
        ("tiff/rgb.jpg", "tiff/depth_bigtiff.tiff", "m", 3.461),
        ("tiff/rgb.jpg", "tiff/depth_half.tif", "m", 3.461),
        ("float_rgb/bicubic.tiff", "float_rgb/depth.png", "mm", 3.461),
        ("exif_180/IMG_0002_rgb.jpg", "exif_180/IMG_0002_depth.png", "mm", 3.461),
        ("exif_90/IMG_0001_rgb.jpg", "exif_90/IMG_0001_depth.png", "mm", 3.461),
        ("bop/000048/rgb/000001.jpg", "bop/000048/depth/000001.png", "0.1mm", 3.427),
        ("record3d/rgb/0.jpg", "record3d/depth/0.exr", "m", 3.461),
    ],
)
def test_field_cases(shared_data: Path, rgb: str, depth: str, unit: str, median_m: float) -> None:
    frame = load_pair(shared_data / "field" / rgb, shared_data / "field" / depth)
    assert frame.depth_info is not None
    assert frame.depth_info.unit == unit
    assert frame.depth_info.median_m == pytest.approx(median_m, abs=2e-3)
    assert 120 < frame.rgb.mean() < 160
    assert frame.depth_m is not None
    assert frame.depth_m.shape == frame.size
