"""Data sets in their exact layouts, just large enough to be trained on: three stripes."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
from PIL import Image
from scipy.io import savemat

HEIGHT, WIDTH = 40, 56
STRIPES = np.broadcast_to(np.arange(WIDTH) * 3 // WIDTH + 1, (HEIGHT, WIDTH)).astype(np.uint8)


def make_esanet(root: Path, train: int = 5, test: int = 2) -> Path:
    """NYUv2 as ESANet lays it out: the depth of frame k is k metres."""
    for split, count in (("train", train), ("test", test)):
        names = [f"{number:04d}" for number in range(1, count + 1)]
        for number, name in enumerate(names, 1):
            _write_rgb(root / split / "rgb" / f"{name}.png")
            _write(root / split / "depth" / f"{name}.png", _flat(1000 * number))
            _write(root / split / "labels_40" / f"{name}.png", STRIPES)
        (root / f"{split}.txt").write_text("\n".join(names) + "\n")
    return root


def make_sunrgbd(root: Path) -> Path:
    """The official tree with the toolbox's files: three frames to train on, one to test."""
    keys = [f"kv1/b3dodata/img_{number:04d}" for number in (1, 2, 3, 4)]
    for key in keys:
        frame = root / "SUNRGBD" / key
        _write_rgb(frame / "image" / "a.jpg")
        _write(frame / "depth_bfx" / "a.png", _flat(2000 << 3))
        (frame / "intrinsics.txt").write_text("50 0 28 0 50 20 0 0 1")
    toolbox = root / "SUNRGBDtoolbox"
    for folder in ("traintestSUNRGBD", "Metadata"):
        (toolbox / folder).mkdir(parents=True)
    listed = [f"/n/fs/sun3d/data/SUNRGBD/{key}/" for key in keys]
    split = {"alltrain": _cell(listed[:3]), "alltest": _cell(listed[3:])}
    savemat(toolbox / "traintestSUNRGBD/allsplit.mat", split)
    meta = np.zeros((1, 4), [("sequenceName", object)])
    for index, key in enumerate(keys):
        meta[0, index] = (f"SUNRGBD/{key}/",)
    savemat(toolbox / "Metadata/SUNRGBDMeta.mat", {"SUNRGBDMeta": meta})
    with h5py.File(toolbox / "Metadata/SUNRGBD2Dseg.mat", "w", userblock_size=512) as file:
        refs = file.create_dataset("SUNRGBD2Dseg/seglabel", (4, 1), h5py.ref_dtype)
        for index in range(4):
            refs[index, 0] = file.create_dataset(f"#refs#/{index}", data=STRIPES.T).ref
    return root


def make_cityscapes(root: Path) -> Path:
    """Two cities: two frames to train on, one to validate; stripes of road, sidewalk, building."""
    ids = np.array([0, 7, 8, 11], np.uint8)[STRIPES]
    for split, name in (
        ("train", "a_000000_000019"),
        ("train", "a_000001_000019"),
        ("val", "b_0_1"),
    ):
        place = f"{split}/{name[0]}/{name}"
        _write_rgb(root / "leftImg8bit" / f"{place}_leftImg8bit.png")
        _write(root / "disparity" / f"{place}_disparity.png", _flat(2561))
        _write(root / "gtFine" / f"{place}_gtFine_labelIds.png", ids)
        camera = {
            "extrinsic": {"baseline": 0.2},
            "intrinsic": {"fx": 50.0, "fy": 50.0, "u0": 28.0, "v0": 20.0},
        }
        file = root / "camera" / f"{place}_camera.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(camera))
    return root


def _write_rgb(path: Path) -> None:
    _write(path, np.repeat(STRIPES[..., None] * np.uint8(60), 3, -1))


def _write(path: Path, values: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path)


def _flat(stored: int) -> np.ndarray:
    return np.full((HEIGHT, WIDTH), stored, np.uint16)


def _cell(values: list[str]) -> np.ndarray:
    """A MATLAB cell, 1 x N."""
    cell = np.empty((1, len(values)), object)
    cell[0, :] = values
    return cell
