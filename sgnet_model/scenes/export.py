"""Scenes as files that other tools read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from sgnet_model.types import Frame, Intrinsics, UserError

from .generate import render_scene
from .profile import CLASSIC, Profile


def synthesize(
    out: Path,
    count: int,
    seed: int,
    size: tuple[int, int] = (480, 640),
    progress: Callable[[int, int], None] | None = None,
    profile: Profile = CLASSIC,
) -> list[Path]:
    """Writes scenes `seed` .. `seed + count - 1` under `out`; returns the RGB files' paths.

    rgb/NNNNNN.png, depth/NNNNNN.png (uint16 millimetres, 0 = hole), labels/NNNNNN.png (0 = void,
    1..40), camera/NNNNNN.json (Open3D's layout; each scene has its own lens), camera_intrinsic.json
    (that of the first scene) and scenes.json. `progress(done, count)` is called after each.
    """
    if count < 1:
        raise UserError(f"{count} scenes were asked for: ask for at least one.")
    for folder in ("rgb", "depth", "labels", "camera"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    paths = []
    for index in range(count):
        frame = render_scene(seed + index, size, profile=profile)
        paths.append(_write(out, f"{index:06d}", frame))
        if index == 0:
            write_camera(out / "camera_intrinsic.json", frame.intrinsics)
        if progress:
            progress(index + 1, count)
    scenes = [{"file": f"{k:06d}", "seed": seed + k} for k in range(count)]
    summary = {
        "size": list(size),
        "labels": "nyu40",
        "depth_unit": "mm",
        "profile": profile.name,
        "scenes": scenes,
    }
    (out / "scenes.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    return paths


def write_sample(folder: Path, seed: int, size: tuple[int, int] = (480, 640)) -> None:
    """One scene as a folder of its own: rgb.png, depth.png, labels.png, camera_intrinsic.json.

    The bundled samples were written so: seed 122 as living-room, seed 2081 as kitchen.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frame = render_scene(seed, size)
    _write_images(frame, *(folder / f"{kind}.png" for kind in ("rgb", "depth", "labels")))
    write_camera(folder / "camera_intrinsic.json", frame.intrinsics)


def write_camera(path: Path, camera: Intrinsics) -> None:
    """Open3D's camera file: the 3x3 matrix column by column."""
    layout: dict[str, Any] = {
        "width": camera.width,
        "height": camera.height,
        "intrinsic_matrix": [camera.fx, 0, 0, 0, camera.fy, 0, camera.cx, camera.cy, 1],
    }
    path.write_text(json.dumps(layout, indent=1) + "\n", encoding="utf-8")


def depth_png(frame: Frame) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """(H, W) uint16 millimetres, 0 = hole."""
    assert frame.depth_m is not None  # every scene has depth
    return np.clip(np.rint(1000 * frame.depth_m), 0, 65_535).astype(np.uint16)


def _write(out: Path, stem: str, frame: Frame) -> Path:
    rgb, depth, labels = (out / kind / f"{stem}.png" for kind in ("rgb", "depth", "labels"))
    _write_images(frame, rgb, depth, labels)
    write_camera(out / "camera" / f"{stem}.json", frame.intrinsics)
    return rgb


def _write_images(frame: Frame, rgb: Path, depth: Path, labels: Path) -> None:
    assert frame.labels is not None  # every scene has labels
    _save(rgb, frame.rgb[..., ::-1])
    _save(depth, depth_png(frame))
    _save(labels, frame.labels)


def _save(path: Path, image: np.ndarray[Any, Any]) -> None:
    if not cv2.imwrite(str(path), image, [cv2.IMWRITE_PNG_COMPRESSION, 6]):
        raise UserError(f"{path} could not be written: check the folder's rights and free space.")
