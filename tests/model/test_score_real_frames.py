"""scripts/score_real_frames.py: what counts as right on outlines drawn by hand."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sgnet_model.data.palettes import NYU40

SCRIPTS = Path(__file__).parents[2] / "scripts"
WALL, TABLE, DESK = (NYU40.classes.index(name) for name in ("wall", "table", "desk"))


def loaded() -> Any:
    spec = importlib.util.spec_from_file_location("score", SCRIPTS / "score_real_frames.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rectangle(left: int, right: int, *classes: str) -> dict[str, Any]:
    """Columns `left` to `right`, both of them, of ten rows."""
    points = [[left, 0], [right, 0], [right, 9], [left, 9]]
    return {"classes": list(classes), "points": points}


def test_several_classes_count_as_right_and_void_counts_not_at_all() -> None:
    script = loaded()
    outlines = [
        rectangle(0, 7, "wall"),
        rectangle(4, 5, "desk", "table"),  # over the wall
        rectangle(6, 7),  # void again; so are columns 8 and 9, which no outline covers
    ]
    truths = script.drawn((10, 10), outlines)
    labels = np.full((10, 10), WALL, np.uint8)
    labels[:, 4] = TABLE
    labels[5:, 0] = DESK  # wrong
    labels[:, 6:] = DESK  # void
    confidence = np.full((10, 10), 0.95, np.float32)
    found = script.score(SimpleNamespace(labels=labels, confidence=confidence), truths)
    # 60 pixels: 35 of the wall and 10 of the table are right; the wall that is called desk, and
    # the table's second column, which is called wall, are not.
    assert found.accuracy == pytest.approx(45 / 60)
    wall, table = 35 / (40 + 10), 10 / (10 + 10)  # the classes that are there
    assert found.mean_iou == pytest.approx((wall + table) / 2)
    assert script.calibration_error([found]) == pytest.approx(0.95 - 45 / 60)


def test_the_outlines_name_known_classes_inside_the_picture() -> None:
    described = json.loads((SCRIPTS / "real_frames.json").read_text())["frames"]
    outlines = [one for frame in described for one in frame.get("outlines", [])]
    assert len(described) == 6
    assert len(outlines) > 40
    for outline in outlines:
        assert set(outline["classes"]) <= set(NYU40.classes)
        assert len(outline["points"]) >= 3
        assert min(min(point) for point in outline["points"]) >= 0
