"""Scenes as files that other tools read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from sgnet_model.files import make_folder, write_atomically
from sgnet_model.types import Frame, Intrinsics, UserError
from sgnet_model.unfinished import unfinished
from sgnet_model.untrusted import read_json

from .generate import render_scene
from .profile import CLASSIC, Profile

LIST_FILE = "scenes.json"


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

    A folder holds one set: the same call writes the same files anew, a larger `count` more of them.
    Raises UserError where scenes.json tells of another size, profile or seeds.
    """
    if count < 1:
        raise UserError(f"{count} scenes were asked for: ask for at least one.")
    asked = _summary(count, seed, size, profile)
    _check_same_set(out, asked)
    for folder in ("rgb", "depth", "labels", "camera"):
        make_folder(out / folder)
    paths = []
    for index in range(count):
        frame = render_scene(seed + index, size, profile=profile)
        if index == 0:  # before the scenes: what an interrupted call leaves says which set it is
            write_atomically(out / LIST_FILE, _json(asked))
            write_camera(out / "camera_intrinsic.json", frame.intrinsics)
        paths.append(_write(out, f"{index:06d}", frame))
        if progress:
            progress(index + 1, count)
    return paths


def write_camera(path: Path, camera: Intrinsics) -> None:
    """Open3D's camera file: the 3x3 matrix column by column."""
    write_atomically(path, _camera(camera))


def depth_png(frame: Frame) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """(H, W) uint16 millimetres, 0 = hole."""
    assert frame.depth_m is not None  # every scene has depth
    return np.clip(np.rint(1000 * frame.depth_m), 0, 65_535).astype(np.uint16)


def _summary(count: int, seed: int, size: tuple[int, int], profile: Profile) -> dict[str, Any]:
    return {
        "size": list(size),
        "labels": "nyu40",
        "depth_unit": "mm",
        "profile": profile.name,
        "scenes": [{"file": f"{k:06d}", "seed": seed + k} for k in range(count)],
    }


def _check_same_set(out: Path, asked: dict[str, Any]) -> None:
    """UserError where the folder holds scenes that are not the first ones of what is asked for."""
    path = out / LIST_FILE
    if not path.exists():
        return
    found = read_json(path, f"{path} is not a list of scenes: choose another folder.")
    found = found if isinstance(found, dict) else {}
    scenes = found.get("scenes")
    same = {
        "another size": found.get("size") == asked["size"],
        "another profile": found.get("profile", CLASSIC.name) == asked["profile"],
        "other seeds": isinstance(scenes, list) and asked["scenes"][: len(scenes)] == scenes,
    }
    different = [what for what, is_same in same.items() if not is_same]
    if different:
        raise UserError(
            f"{out} holds scenes of {' and of '.join(different)}, as its {LIST_FILE} says: choose "
            "another folder, or ask for the same scenes, or for more of them."
        )


def _write(out: Path, stem: str, frame: Frame) -> Path:
    """A scene's four files; the picture comes last, since readers look for that."""
    files = {out / "camera" / f"{stem}.json": _camera(frame.intrinsics)}
    files |= {out / kind / f"{stem}.png": data for kind, data in _images(frame).items()}
    _write_together(files)
    return out / "rgb" / f"{stem}.png"


def _write_together(files: Mapping[Path, bytes]) -> None:
    """Each beside its place, then all are moved there, in turn."""
    with ExitStack() as stack:
        beside = {path: stack.enter_context(unfinished(path)) for path in files}
        try:
            for path, data in files.items():
                beside[path].write_bytes(data)
            for path in files:
                beside[path].replace(path)
        except OSError as error:
            raise UserError(
                f"{path} could not be written ({error.strerror}): check the folder's rights and "
                "free space."
            ) from error


def _camera(camera: Intrinsics) -> bytes:
    layout: dict[str, Any] = {
        "width": camera.width,
        "height": camera.height,
        "intrinsic_matrix": [camera.fx, 0, 0, 0, camera.fy, 0, camera.cx, camera.cy, 1],
    }
    return _json(layout)


def _images(frame: Frame) -> dict[str, bytes]:
    """PNG files by kind, the picture last."""
    assert frame.labels is not None  # every scene has labels
    return {
        "labels": _png(frame.labels),
        "depth": _png(depth_png(frame)),
        "rgb": _png(frame.rgb[..., ::-1]),
    }


def _png(image: np.ndarray[Any, Any]) -> bytes:
    _, data = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 6])
    return data.tobytes()


def _json(values: dict[str, Any]) -> bytes:
    return (json.dumps(values, indent=1) + "\n").encode()
