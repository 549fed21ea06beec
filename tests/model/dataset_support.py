"""What the tests of the data sets share: small pictures wherever a layout wants them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from sgnet_model.data.intrinsics import choose_camera
from sgnet_model.types import Intrinsics, Origin

HEIGHT, WIDTH = 6, 8
SIZE = WIDTH, HEIGHT


def write_rgb(path: Path, value: int = 9, size: tuple[int, int] = SIZE) -> None:
    """A flat colour picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (value, 2, 3)).save(path)


def write_depth(
    path: Path, stored: int, dtype: str = "uint16", size: tuple[int, int] = SIZE
) -> None:
    """A flat depth picture of that stored value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.full(size[::-1], stored, dtype)
    if path.suffix == ".npy":
        np.save(path, values)
    else:
        Image.fromarray(values).save(path)


def write_labels(path: Path, top: int, palette: bool = False, size: tuple[int, int] = SIZE) -> None:
    """Void in the first row, `top` in the others; with `palette` as indices of colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.full(size[::-1], top, np.uint8)
    values[0] = 0
    image = Image.fromarray(values)
    if palette:
        image = image.convert("P")
        image.putdata(values.ravel().tolist())
    image.save(path)


def camera_in_files(rgb_path: Path, width: int, height: int) -> Intrinsics | None:
    """The one that the files beside the picture or beside its folder say."""
    camera = choose_camera(None, rgb_path, (width, height)).camera
    return camera if camera.origin is Origin.FILE else None
