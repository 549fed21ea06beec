"""What taps do over a data set."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cli_support import Run
from inspection_support import frame, subject

from sgnet_model.geometry import point_at
from sgnet_model.inspection.atlas import GROUPINGS, Atlas, slope_of, values_of
from sgnet_model.inspection.subject import Subject
from sgnet_model.inspection.tap_measures import Places, Scene, features_of
from sgnet_model.report.atlas import atlas_document, write_atlas
from sgnet_model.switches import parse_switches
from sgnet_model.types import Frame, Intrinsics, LayerTrace, UserError

DEAD = parse_switches(["all:offsets=zero", "all:modulation=one"])
Layer = dict[str, object]


def _atlas(asked: Subject, *named: tuple[str, Frame]) -> dict[str, object]:
    atlas = Atlas(asked.prediction.scheme.classes)
    for name, shown in named:
        assert shown.depth_m is not None
        prediction = asked.network.predict(shown.rgb, shown.depth_m, switches=asked.switches)
        atlas.add(name, shown, prediction, lambda trace: _seen(trace))
    return atlas.to_json()


def _seen(trace: LayerTrace) -> np.ndarray:
    h, w = trace.output_size
    return (np.linspace(1, 4, h, dtype=np.float32)[:, None] * np.ones((h, w))).astype(np.float32)


def test_dead_offsets_have_dilation_one_and_gain_nothing() -> None:
    asked = subject()
    still = replace(asked, prediction=asked.predict(switches=DEAD))
    found = _atlas(still, ("a", frame()))
    for layer in found["layers"]:
        cells = layer["dilation"]["cells"]
        assert (cells["mean"], cells["std"]) == (pytest.approx(1), pytest.approx(0, abs=1e-6))
        assert layer["same_surface"]["gain"] == pytest.approx(0, abs=1e-9)
        assert layer["label_purity"]["gain"] == pytest.approx(0, abs=1e-9)
        assert layer["modulation_entropy"] == pytest.approx(1)
        assert layer["slope"]["value"] == pytest.approx(0, abs=1e-6)  # constant in pixels


def test_bins_add_up_and_the_order_of_frames_does_not_matter() -> None:
    asked = subject()
    other = replace(frame(), rgb=frame().rgb[:, ::-1].copy())
    one = _atlas(asked, ("a", frame()), ("b", other))
    two = _atlas(asked, ("b", other), ("a", frame()))
    assert one["check"]["error"] < 1e-9
    for first, second in zip(one["layers"], two["layers"], strict=True):
        for key in GROUPINGS:
            assert sum(group["positions"] for group in first[key]) == first["positions"]
        assert _numbers(first) == pytest.approx(_numbers(second), rel=1e-9, nan_ok=True)


def _numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [number for one in value.values() for number in _numbers(one)]
    if isinstance(value, list):
        return [number for one in value for number in _numbers(one)]
    return [float(value)] if isinstance(value, int | float) else []


def test_an_example_leads_to_its_position() -> None:
    """The pixel of the widest taps of a bin has that dilation when it is probed."""
    asked = subject()
    layer = next(
        one for one in _atlas(asked, ("a", frame()))["layers"] if one["name"] == "layer1.0"
    )
    trace = asked.prediction.trace("layer1.0")
    places = Places.of(trace, asked.prediction)
    scene = Scene.of(frame(), asked.prediction, asked.prediction.scheme.classes)
    _, cells = features_of(trace, places, scene)
    example = max(
        (group["examples"][0] for group in layer["by_size"]), key=lambda one: one["dilation_px"]
    )
    assert example["dilation_px"] == pytest.approx(4 * cells.max())
    at = int(cells.argmax())
    assert example["pixel"] == [places.columns[at], places.rows[at]]
    said = layer["dilation"]
    for unit, scale in (("cells", 1), ("px", 4)):
        assert said[unit]["mean"] == pytest.approx(scale * cells.mean())
        assert said[unit]["std"] == pytest.approx(scale * cells.std())


def test_a_plane_is_one_surface_and_a_step_is_two() -> None:
    """By hand: all nine taps of a regular grid lie on a slanted plane; with a step of a metre
    through the middle of the grid three or six columns of taps do."""
    asked = subject()
    prediction = asked.predict(switches=DEAD)
    trace = prediction.trace("layer1.0")
    v, u = np.mgrid[0:64, 0:96]
    plane = (1 / (0.3 + 0.001 * u + 0.002 * v)).astype(np.float32)
    step = np.where(u < 50, 1.0, 3.0).astype(np.float32)
    for depth, expected in ((plane, 1.0), (step, 2 / 3)):
        scene = Scene.of(replace(frame(), depth_m=depth), prediction, ("x",))
        places = Places.of(trace, prediction)
        features, _ = features_of(trace, places, scene)
        near_step = np.flatnonzero((places.columns == 48) & (places.rows == 32))[0]
        same = features[9, near_step]
        assert features[8, near_step] == 1  # its plane is known
        assert same == pytest.approx(expected)


def _regular_taps(shown: Frame) -> tuple[Places, Scene, np.ndarray]:
    """Of the first layer without offsets, whose taps lie four pixels apart, and its features."""
    asked = subject()
    prediction = asked.predict(switches=DEAD)
    trace = prediction.trace("layer1.0")
    places = Places.of(trace, prediction)
    scene = Scene.of(shown, prediction, prediction.scheme.classes)
    return places, scene, features_of(trace, places, scene)[0]


def _at(places: Places, u: int, v: int) -> int:
    return int(np.flatnonzero((places.columns == u) & (places.rows == v))[0])


def test_metres_between_taps_are_those_between_their_points() -> None:
    """One by one, of pairs whose both taps have depth; fewer than six of twelve say nothing."""
    depth = (np.linspace(1, 4, 64)[:, None] + np.linspace(0, 1, 96)).astype(np.float32)
    depth[32, 48] = depth[28, 44] = 0  # the middle and a corner: six pairs are left
    depth[40, 80] = depth[36, 76] = depth[44, 84] = 0
    camera = Intrinsics(60.0, 80.0, 40.0, 25.0, 96, 64)
    places, _, features = _regular_taps(replace(frame(), depth_m=depth, intrinsics=camera))
    for u, v in ((48, 32), (20, 12), (72, 52)):
        points = np.array(
            [[point_at(depth, camera, u + x, v + y) for x in (-4, 0, 4)] for y in (-4, 0, 4)]
        )
        steps = [*np.diff(points, axis=0).reshape(-1, 3), *np.diff(points, axis=1).reshape(-1, 3)]
        expected = np.nanmean(np.linalg.norm(steps, axis=1))
        assert features[5:7, _at(places, u, v)] == pytest.approx([1, expected], rel=1e-5)
    assert features[5:7, _at(places, 80, 40)].tolist() == [0, 0]


def test_groups_of_positions_and_what_lies_outside_the_map() -> None:
    labels = np.ones((64, 96), np.uint8)
    labels[8:28, 8:28] = labels[28:58, 28:58] = 2  # 20 and 30 px wide, they touch at a corner
    depth = np.full((64, 96), 1.5, np.float32)
    depth[:, 48:] = 2.0
    depth[32, 32] = 0
    scheme = subject().prediction.scheme
    shown = replace(frame(), depth_m=depth, labels=labels, label_scheme=scheme)
    places, scene, features = _regular_taps(shown)
    groups = scene.groups_at(places)
    by_size = [groups["by_size"][_at(places, *at)] for at in ((16, 16), (40, 40), (80, 8))]
    assert by_size == [0, 0, 1]
    by_depth = [groups["by_depth"][_at(places, *at)] for at in ((16, 16), (48, 16), (32, 32))]
    assert by_depth == [1, 2, 7]  # an edge belongs to what begins there; the last: missing
    outside = [features[3, _at(places, *at)] for at in ((0, 0), (48, 0), (48, 32))]
    assert outside == pytest.approx([5 / 9, 3 / 9, 0])


def test_labels_of_two_halves() -> None:
    """Beside a border of labels six of nine regular taps have the centre's label."""
    asked = subject()
    prediction = asked.predict(switches=DEAD)
    truth = np.ones((64, 96), np.uint8)
    truth[:, 50:] = 2
    shown = replace(frame(), labels=truth, label_scheme=prediction.scheme)
    scene = Scene.of(shown, prediction, prediction.scheme.classes)
    places = Places.of(prediction.trace("layer1.0"), prediction)
    features, _ = features_of(prediction.trace("layer1.0"), places, scene)
    at = (places.columns == 48) & (places.rows == 32)
    assert features[12, at] == pytest.approx(6 / 9)
    groups = scene.groups_at(places)
    assert groups["by_class"][at] == 0
    assert groups["by_border"][at] == 0  # one pixel away


def test_numbers_of_a_row_by_hand() -> None:
    """Ten positions at stride 4, of which eight have metres, five a plane, and ten a label."""
    sums = np.array([10, 20, 60, 2, 5, 8, 4, 4, 5, 4, 3, 10, 9, 6], float)
    assert values_of(sums, 4) == {
        "positions": 10,
        "dilation": {
            "cells": {"mean": 2, "std": pytest.approx(2**0.5)},
            "px": {"mean": 8, "std": pytest.approx(4 * 2**0.5)},
            "m": {"mean": 0.5, "std": 0.5},
        },
        "outside": 0.2,
        "modulation_entropy": 0.5,
        "same_surface": {"share": 0.8, "regular": 0.6, "gain": pytest.approx(0.2)},
        "label_purity": {"share": 0.9, "regular": 0.6, "gain": pytest.approx(0.3)},
    }
    unknown = values_of(np.array([10, 20, 60, 2, 5, *[0] * 9], float), 4)
    assert unknown["dilation"]["m"] == {"mean": None, "std": None}
    assert unknown["same_surface"] == {"share": None, "regular": None, "gain": None}


def test_slope_of_what_is_constant_in_metres_is_minus_one() -> None:
    random = np.random.default_rng(0)
    frames = {}
    for name in "abcdef":
        x = np.log(random.uniform(1, 5, 400))
        y = 2 - x + random.normal(0, 0.1, 400)
        frames[name] = np.array([400, x.sum(), y.sum(), (x * x).sum(), (x * y).sum()])
    found = slope_of(frames)
    assert found["value"] == pytest.approx(-1, abs=0.03)
    assert found["low"] is not None
    assert found["high"] is not None
    assert found["low"] < -1 + 0.03
    assert found["high"] > -1 - 0.03
    assert slope_of(dict(reversed(frames.items()))) == found
    assert slope_of({}) == {"value": None, "low": None, "high": None}


def test_the_page_shows_every_layer(tmp_path: Path) -> None:
    found = _atlas(subject(), ("a<b", frame()))
    page = write_atlas(tmp_path, found, "small on <a>").read_text()
    assert "small on &lt;a&gt;" in page
    assert "a&lt;b" in page
    for layer in found["layers"]:
        assert page.count(layer["name"]) >= 1 + len(GROUPINGS)
    titles = [section.title for section in atlas_document(found, "x").sections]
    assert titles[:2] == ["Layers", "By depth"]


def test_the_command(run: Run, small_checkpoint: Path, tmp_path: Path) -> None:
    flags = ("--checkpoint", small_checkpoint, "--size", "64x96", "--out", tmp_path)
    said = run("atlas", "--synthetic", "--count", 2, *flags, "--json").json
    assert said["frames"] == 2
    assert {"name", "dilation", "outside", "slope", *GROUPINGS} < set(said["layers"][0])
    assert set(said["layers"][0]["dilation"]) == {"cells", "px", "m"}
    written = json.loads((tmp_path / "atlas.json").read_text())
    assert written["layers"] == said["layers"]
    assert (tmp_path / "atlas.html").is_file()


def test_a_network_without_taps_has_no_atlas() -> None:
    from sgnet_model.evaluation.synthetic import SceneSet
    from sgnet_model.inspection.measure_atlas import measure_atlas

    with pytest.raises(UserError, match="no layer with taps"):
        measure_atlas(subject("baseline-compact").network, SceneSet(1, 0))
