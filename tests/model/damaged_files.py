"""Reads damaged files of every kind, as a program of its own: what crashes a library ends only it.

Usage: damaged_files.py FOLDER COUNT [SEED]. Prints a JSON object: by kind how many files were told
damaged and how many read, the longest time, and what was raised that is no UserError.
"""

from __future__ import annotations

import json
import random
import resource
import struct
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import h5py
import numpy as np
from PIL import Image
from scipy.io import savemat

from sgnet_model.data.images import read_depth, read_rgb
from sgnet_model.data.intrinsics import choose_camera
from sgnet_model.data.labels import read_labels
from sgnet_model.types import UserError

MEMORY = 6 << 30  # of addresses: libraries reserve more than they use
RNG = np.random.default_rng(0)
DEPTH = RNG.integers(500, 9000, (24, 32)).astype(np.uint16)
METRES = (DEPTH / 1000).astype(np.float32)
COLOUR = RNG.integers(0, 256, (24, 32, 3)).astype(np.uint8)


def write_samples(folder: Path) -> list[Path]:
    """A whole file of each kind, the depth of each a small one."""
    (folder / "raw.pgm").write_bytes(b"P5 32 24 9000\n" + DEPTH.astype(">u2").tobytes())
    words = " ".join(map(str, DEPTH.ravel()))
    (folder / "words.pgm").write_text(f"P2\n# made here\n32 24\n9000\n{words}\n")
    np.savez(folder / "plain.npz", depth=METRES, rgb=COLOUR)
    np.savez_compressed(folder / "packed.npz", depth=METRES, rgb=COLOUR)
    np.save(folder / "array.npy", METRES)
    savemat(folder / "old.mat", {"depth": METRES, "rgb": COLOUR})
    savemat(folder / "packed.mat", {"depth": METRES}, do_compression=True)
    with h5py.File(folder / "frame.h5", "w") as file:
        file["depth"], file["rgb"] = METRES, np.moveaxis(COLOUR, -1, 0)
    with h5py.File(folder / "packed.hdf5", "w") as file:
        file.create_dataset("dataset", data=METRES, compression="gzip", chunks=(8, 8))
    Image.fromarray(DEPTH).save(folder / "grey.png")
    header = struct.pack("<iff", 0, 0.0, 0.0)
    (folder / "ros.bin").write_bytes(header + (folder / "grey.png").read_bytes())
    _write_tiffs(folder)
    _write_exrs(folder)
    _write_cameras(folder)
    return sorted(path for path in folder.iterdir() if path.is_file())


def _write_tiffs(folder: Path) -> None:
    import tifffile

    cv2.imwrite(str(folder / "float.tiff"), METRES)
    tifffile.imwrite(folder / "half.tiff", METRES.astype(np.float16))
    tifffile.imwrite(folder / "big.tiff", METRES, bigtiff=True)
    tifffile.imwrite(folder / "deflate.tiff", METRES.astype(np.float16), compression="deflate")


def _write_exrs(folder: Path) -> None:
    import OpenEXR

    for name in ("NO", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "DWAA", "DWAB"):
        header = {"compression": getattr(OpenEXR, f"{name}_COMPRESSION")}
        values = METRES.astype(np.float16) if name in ("B44", "PIZ") else METRES
        with OpenEXR.File(header, {"Z": values}) as file:
            file.write(str(folder / f"{name}.exr"))
    tiles = OpenEXR.TileDescription()
    tiles.xSize = tiles.ySize = 16
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.tiledimage, "tiles": tiles}
    with OpenEXR.File(header, {"Z": METRES}) as file:
        file.write(str(folder / "tiled.exr"))
    parts = [
        OpenEXR.Part({}, {"RGB": COLOUR.astype(np.float16)}, "colour"),
        OpenEXR.Part({}, {"Z": METRES}, "depth"),
    ]
    with OpenEXR.File(parts) as file:
        file.write(str(folder / "parts.exr"))


def _write_cameras(folder: Path) -> None:
    numbers: dict[str, Any] = {"fx": 26.0, "fy": 26.0, "cx": 15.5, "cy": 11.5}
    (folder / "camera.json").write_text(json.dumps({"color": numbers, "depth_scale": 1000}))
    (folder / "camera.yaml").write_text(
        "%YAML:1.0\n---\ncamera_matrix: !!opencv-matrix\n  rows: 3\n  cols: 3\n  dt: d\n"
        "  data: [26., 0., 15.5, 0., 26., 11.5, 0., 0., 1.]\n"
    )
    (folder / "intrinsics.txt").write_text("26 0 15.5\n0 26 11.5\n0 0 1\n")
    np.save(folder / "intrinsics.npy", np.array([26.0, 26.0, 15.5, 11.5]))


def damaged(whole: bytes, source: random.Random) -> bytes:
    """Cut, or with bytes changed, most of them where headers are."""
    if source.random() < 0.15:
        return whole[: source.randrange(len(whole))]
    content = bytearray(whole)
    end = min(len(whole), 600) if source.random() < 0.6 else len(whole)
    for _ in range(source.choice((1, 1, 2, 4, 16))):
        at = source.randrange(end)
        if source.random() < 0.7:
            content[at] = source.choice((0, 255, 127, 128, source.randrange(256)))
        else:
            content[at : at + 4] = source.choice(
                (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\0\0\0\x80")
            )
    return bytes(content)


def read_all(path: Path) -> int:
    """How many of the readers that a user's file may come to took it; others raised UserError."""
    if path.stem in ("camera", "intrinsics"):
        readers = [lambda file: choose_camera(str(file), file.with_name("rgb.png"), (32, 24))]
    else:
        readers = [read_depth, read_rgb, read_labels]
    taken = 0
    for reader in readers:
        try:
            reader(path)
            taken += 1
        except UserError as error:
            if "\n" in str(error):
                raise ValueError("a sentence of two lines") from error
    return taken


def main() -> int:
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int((sys.argv[3:] or ["0"])[0])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    source = random.Random(seed)
    samples = write_samples(folder)
    trial = folder / "trial"
    trial.mkdir()
    report: dict[str, Any] = {"told": 0, "read": 0, "longest_s": 0.0, "others": []}
    for sample in samples:
        whole = sample.read_bytes()
        for _ in range(count):
            path = trial / sample.name
            path.write_bytes(damaged(whole, source))
            print(sample.name, file=sys.stderr)  # the last one is what a crash came from
            began = time.perf_counter()
            try:
                report["read" if read_all(path) else "told"] += 1
            except BaseException as error:
                report["others"].append(f"{sample.name}: {type(error).__name__} {error}")
            report["longest_s"] = max(report["longest_s"], time.perf_counter() - began)
    report["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
