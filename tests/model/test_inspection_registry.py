"""A new inspection is one file; what is common to all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cli_support import Run, SmallFrame
from inspection_support import frame, subject

from sgnet_model import Predictor, inspect
from sgnet_model.inspection import kinds, registry
from sgnet_model.inspection.ask import ask
from sgnet_model.inspection.finding import Grid, HeatMap, SignedMap
from sgnet_model.inspection.pictures import enlarged, map_picture
from sgnet_model.inspection.protocol import Options
from sgnet_model.inspection.registry import inspection, inspections
from sgnet_model.inspection.write import plain, write_finding
from sgnet_model.types import UserError

PROMISED = {"inspection", "pixel", "score", "check", "files"}
DUMMY = """
import numpy as np
from sgnet_model.inspection.finding import Check, Finding, Grid, HeatMap
from sgnet_model.inspection.protocol import Cost, Inspection, Need


class Brightness(Inspection):
    name, title = "brightness", "How bright is it?"
    needs, cost = Need.TRACES, Cost.CHEAP

    def ask(self, subject, pixel, options):
        grey = subject.shown.rgb.mean(2)
        part = HeatMap("brightness", "Brightness", grey, Grid(), "grey levels")
        check = Check("a mean of bytes", 0.0)
        values = {"brightness": float(grey[pixel[1], pixel[0]])}
        return Finding(self.name, pixel, None, (check,), (part,), values)


INSPECTION = Brightness()
"""


@pytest.fixture
def dummy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file more in the folder of inspections."""
    (tmp_path / "brightness.py").write_text(DUMMY)
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    registry._own.cache_clear()
    yield
    registry._own.cache_clear()
    sys.modules.pop("sgnet_model.inspection.kinds.brightness", None)


@pytest.mark.usefixtures("dummy")
def test_one_file_is_a_new_inspection(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, tmp_path: Path
) -> None:
    assert "brightness" in run("inspect", "--list").out
    flags = ("--checkpoint", small_checkpoint, "--size", "64x96", "--pixel", "5,6")
    out = tmp_path / "out"
    said = run("inspect", "brightness", *small_frame.flags, *flags, "--out", out, "--json").json
    assert set(said) > PROMISED
    assert said["pixel"] == [5, 6]
    assert said["files"] == {name: str(out / name) for name in ("brightness.npy", "brightness.png")}
    assert np.load(out / "brightness.npy")[6, 5] == said["brightness"]


def test_one_may_be_registered_or_given() -> None:
    code = compile(DUMMY, "dummy", "exec")
    names: dict[str, object] = {}
    exec(code, names)
    own = names["INSPECTION"]
    asked = subject()
    found = ask(own, asked, (3, 4), Options())
    assert found.values["brightness"] == pytest.approx(frame().rgb[4, 3].mean())
    predictor = asked.predictor
    assert isinstance(predictor, Predictor)
    assert inspect(own, predictor, frame(), (3, 4)).values == found.values
    registry.register(own)
    try:
        assert inspection("brightness") is own
    finally:
        registry._REGISTERED.clear()
    assert "brightness" not in inspections()


def test_the_registry_needs_no_torch() -> None:
    code = "import sys; from sgnet_model.inspection.registry import inspections; inspections()"
    code += "; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_wrong_questions_are_refused(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path
) -> None:
    with pytest.raises(UserError, match="no inspection called 'rads': the nearest are reads"):
        inspection("rads")
    asked = subject()
    with pytest.raises(UserError, match="outside the picture"):
        ask(inspection("reads"), asked, (96, 0), Options())
    with pytest.raises(UserError, match="no layer with taps called 'x'"):
        ask(inspection("reads"), asked, (0, 0), Options(layer="x"))
    with pytest.raises(UserError, match="no class called 'unicorn'"):
        asked.score((0, 0), "unicorn")
    with pytest.raises(UserError, match="no layer with taps: the question"):
        ask(inspection("reads"), subject("baseline-compact"), (0, 0), Options())
    assert "NAME, --rgb, --depth, --pixel must be given" in run("inspect").sentence
    flags = ("--checkpoint", small_checkpoint, "--size", "64x96")
    wrong = run("inspect", "reads", *small_frame.flags, *flags, "--pixel", "999,1")
    assert "outside the picture" in wrong.sentence
    seed = ("--pixel", "1,1", "--count", "2", "--seed", "-1")
    wrong = run("inspect", "noise", *small_frame.flags, *flags, *seed)
    assert "seed of -1 cannot be taken" in wrong.sentence


def test_a_margin_is_between_the_two_best_of_the_frame_as_it_is() -> None:
    asked = subject()
    logits = asked.plain.full_logits()[:, 10, 20]
    best, second = np.argsort(-logits)[:2]
    score = asked.score((20, 10))
    assert score.indices == (best, second)
    assert score.value == pytest.approx(logits[best] - logits[second], rel=1e-4)
    name = asked.plain.scheme.classes[3]
    assert asked.score((20, 10), name).value == pytest.approx(logits[3], rel=1e-4)


def test_maps_are_enlarged_by_the_nearest_cell_and_zero_stays_white() -> None:
    values = np.arange(6.0).reshape(2, 3)
    part = HeatMap("a", "", values, Grid.of_stride(4, (8, 12), (8, 12)), "m")
    large = enlarged(part, (8, 12))
    assert large[0, 1] == 0
    assert large[0, 2] == 1  # 2 / 4 rounds up, as a click's index does
    assert large[7, 11] == 5
    signed = SignedMap("b", "", np.array([[-2.0, 0.0, 1.0]]), Grid(), "m")
    rgb = np.full((40, 60, 3), 100, np.uint8)
    drawn = map_picture(signed, rgb, (30, 30))
    assert drawn.shape == (74, 60, 3)
    assert drawn[5, 0, 2] > drawn[5, 0, 0]  # blue for what is below zero
    assert (drawn[5, 1] == 100).all()  # nothing over the picture where it is zero
    assert drawn[5, 59, 0] > drawn[5, 59, 2]


def test_json_has_no_numpy_and_no_nan(tmp_path: Path) -> None:
    said = plain({"a": np.float32(1), "b": [np.nan, np.int64(2)], "c": np.arange(2)})
    assert json.loads(json.dumps(said, allow_nan=False)) == {"a": 1, "b": [None, 2], "c": [0, 1]}
    found = ask(inspection("reads"), subject(), (3, 4), Options(layer="layer2.0"))
    files = write_finding(tmp_path / "new", found, frame().rgb)
    assert sorted(files) == ["reads_layer2.0.npy", "reads_layer2.0.png"]
