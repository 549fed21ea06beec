"""The frames of real_frames.json, and what checkpoints make of them, in one picture.

A row a frame: the picture, then the labels of each checkpoint over it with the classes' names. Of a
frame that may not be passed on ("labels_alone") the labels are shown without the picture.

    QT_QPA_PLATFORM=offscreen .venv/bin/python scripts/picture_real_frames.py FOLDER \
        assets/screenshots/real-frames.jpg checkpoints/sgnet-compact-scratch.safetensors \
        checkpoints/sgnet-compact.safetensors
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QGuiApplication, QImage, QPainter, QTransform

from sgnet_model import Frame, Predictor, UserError, load_pair
from sgnet_model.data.palettes import NYU40
from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.picture import RegionName
from sgnet_viewer.painting.images import image_from_array
from sgnet_viewer.painting.region_names import paint_names
from sgnet_viewer.render.regions import region_names

FRAMES = Path(__file__).with_name("real_frames.json")
WIDTH, HEIGHT = 320, 240  # of a frame in the picture
OPACITY = 0.5
EMPTY = 235  # grey of what is not shown
QUALITY = 86  # of JPEG


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    given = parser.parse_args()
    _application = QGuiApplication([])  # fonts need one
    described: list[dict[str, Any]] = json.loads(FRAMES.read_text())["frames"]
    frames = [_load(given.folder, one) for one in described]
    columns = 1 + len(given.checkpoints)
    page = QImage(columns * WIDTH, len(frames) * HEIGHT, QImage.Format.Format_RGB888)
    page.fill(0)
    painter = QPainter(page)
    painter.setFont(QFont("sans-serif", 8))
    predictors = [Predictor.load(path) for path in given.checkpoints]
    for row, (one, frame) in enumerate(zip(described, frames, strict=True)):
        picture = None if one.get("labels_alone") else frame.rgb
        for column, predictor in enumerate([None, *predictors]):
            painter.save()
            painter.translate(column * WIDTH, row * HEIGHT)
            painter.setClipRect(0, 0, WIDTH, HEIGHT)
            _cell(painter, frame, picture, predictor)
            painter.restore()
    painter.end()
    if not page.save(str(given.out), quality=QUALITY):
        raise UserError(f"{given.out} cannot be written: name a .jpg in a folder that is there.")


def _load(folder: Path, described: dict[str, Any]) -> Frame:
    rgb, depth = folder / described["rgb"], folder / described["depth"]
    return load_pair(rgb, depth, unit=described["unit"])


def _cell(
    painter: QPainter, frame: Frame, picture: UInt8Array | None, predictor: Predictor | None
) -> None:
    """The picture, or the labels of a network over it."""
    shown = np.full_like(frame.rgb, EMPTY) if picture is None else picture
    names: tuple[RegionName, ...] = ()
    if predictor is not None:
        assert frame.depth_m is not None
        labels = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics).labels
        colours = NYU40.palette[labels]
        opacity = 1.0 if picture is None else OPACITY
        shown = np.rint(opacity * colours + (1 - opacity) * shown).astype(np.uint8)
        names = region_names(labels, NYU40.classes, NYU40.palette)
    height, width = frame.size
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRect(0, 0, WIDTH, HEIGHT), image_from_array(shown))
    paint_names(painter, names, QTransform.fromScale(WIDTH / width, HEIGHT / height))


if __name__ == "__main__":
    main()
