"""Inspections that run the network again: gradient, influence, shares, switches, noise."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from inspection_support import SIZE, frame, network, self_check, subject
from torch import Tensor, nn

from sgnet_model.benchmark.inspecting import inspection_speeds
from sgnet_model.config import VARIANTS
from sgnet_model.geometry import depth_to_points
from sgnet_model.inspection.ask import ask
from sgnet_model.inspection.backward import Backward, Scored, backward
from sgnet_model.inspection.finding import Finding, HeatMap, SignedMap, Taps, TwoHueMap
from sgnet_model.inspection.inputs import Inputs
from sgnet_model.inspection.kinds.shares import best_two, median_plane
from sgnet_model.inspection.noise import kinect_sigma, noise_for, stereo_sigma
from sgnet_model.inspection.protocol import Options
from sgnet_model.inspection.registry import inspection
from sgnet_model.inspection.subject import Subject, subject_of
from sgnet_model.inspection.tap_check import ROUNDING, TF32_ROUNDING, rounding_of
from sgnet_model.nn.operator import TapChange
from sgnet_model.nn.s_conv import SConv
from sgnet_model.nn.sgnet import SGNetOutput
from sgnet_model.prediction import Prediction
from sgnet_model.predictor import Predictor
from sgnet_model.switches import parse_switches
from sgnet_model.types import Frame, Intrinsics, LabelScheme, LayerTrace, UserError
from sgnet_model.variants import build

PIXEL = (41, 33)
SMALL = {"blocks": (1, 1, 1, 1), "s_conv_blocks": ((0,),) * 4}


def _ask(name: str, asked: Subject, **options: object) -> Finding:
    return ask(inspection(name), asked, PIXEL, Options(**options))  # type: ignore[arg-type]


def _map(finding: Finding, name: str) -> np.ndarray:
    for part in finding.parts:
        if part.name == name:
            assert isinstance(part, HeatMap | SignedMap | TwoHueMap)
            return part.values
    raise AssertionError(f"no {name} in {[part.name for part in finding.parts]}")


def _inputs(asked: Subject) -> Inputs:
    return Inputs.of(asked.shown, SIZE, asked.network.network.config)


def _kept(asked: Subject) -> Backward:
    """The derivatives that the last answer came from."""
    return backward(asked, PIXEL, asked.score(PIXEL), _inputs(asked))


class _TwoLayers(nn.Module):
    """An S-Conv whose kernel is 2 at the centre and 4 at the tap to the right, its modulation
    0.5 everywhere; then a 1x1 convolution to two classes, of 3 and -1."""

    def __init__(self) -> None:
        super().__init__()
        self.first = SConv(3, 1, projector_channels=4)
        nn.init.zeros_(self.first.weight)
        self.first.weight.data[0, 0, 1, 1:] = torch.tensor([2.0, 4.0])
        nn.init.zeros_(self.first.weight_generator.to_taps.weight)
        nn.init.zeros_(self.first.weight_generator.to_taps.bias)
        self.last = nn.Conv2d(1, 2, 1, bias=False)
        self.last.weight.data = torch.tensor([3.0, -1.0]).view(2, 1, 1, 1)

    def forward(self, rgb: Tensor, spatial: Tensor, changes: dict[str, TapChange]) -> SGNetOutput:
        taps = self.first(rgb, spatial, changes["a"])
        return SGNetOutput(self.last(taps.features), None, {"a": taps})


def test_two_layers_by_hand() -> None:
    """z = (3 - -1) 0.5 (2 x(p) + 4 x(p + right)) = 4 x(p) + 8 x(p + right)."""
    made = _TwoLayers().double().eval()
    rows, columns = torch.zeros(5).double(), torch.zeros(6).double()
    rows[2] = columns[3] = 1
    scored = Scored(made, rows, columns, (0, 1), {"a": TapChange()})
    rgb = torch.rand(1, 3, 5, 6, dtype=torch.float64, requires_grad=True)
    depth = torch.rand(1, 1, 5, 6, dtype=torch.float64)
    gain = torch.ones(1, 9, 5, 6, dtype=torch.float64, requires_grad=True)
    z = scored(rgb, depth, {"a": gain})
    here, right = rgb.detach()[0, 0, 2, 3:5].tolist()
    assert float(z.detach()) == pytest.approx(4 * here + 8 * right)
    by_rgb, influence = torch.autograd.grad(z, (rgb, gain))
    expected = np.zeros((3, 5, 6))
    expected[0, 2, 3], expected[0, 2, 4] = 4, 8
    assert by_rgb[0].numpy() == pytest.approx(expected)
    assert influence[0, :, 2, 3].numpy() == pytest.approx(
        [0, 0, 0, 0, 4 * here, 8 * right, 0, 0, 0]
    )
    silenced = torch.ones_like(gain)
    silenced[0, 5, 2, 3] = 0
    assert float(scored(rgb, depth, {"a": silenced}).detach()) == pytest.approx(4 * here)
    one_class = Scored(made, rows, columns, (1,), {"a": TapChange()})
    assert float(one_class(rgb, depth).detach()) == pytest.approx(-(here + 2 * right))


def test_sum_depth_of_points_is_how_z_moves_with_them() -> None:
    """Everything a metre further along its ray; fed at half the picture's size."""
    made = network("sgnet-r101-xyz", 0.05, **SMALL)
    asked = subject_of(Predictor(made, device="cpu", size=(64, 80)), frame((128, 160)))
    found = _ask("gradient", asked, check=True)
    away = found.checks[-1]
    assert away.what.startswith("sum_depth")
    assert away.error < 1e-5 * max(abs(found.values["sum_depth"]), 1)
    config = made.config
    shown = asked.shown
    assert shown.depth_m is not None
    step = 1e-3
    z = []
    for sign in (1, -1):
        depth_m = np.where(shown.depth_m > 0, shown.depth_m + sign * step, 0).astype(np.float32)
        inputs = Inputs.of(replace(shown, depth_m=depth_m), (64, 80), config)
        assert found.score is not None
        scored = Scored.of(deepcopy(made).double(), asked.prediction, PIXEL, found.score)
        assert inputs.spatial is not None
        z.append(float(scored(inputs.rgb.double(), inputs.spatial.double()).detach()))
    assert found.values["sum_depth"] == pytest.approx((z[0] - z[1]) / (2 * step), rel=1e-2)


@pytest.mark.parametrize("variant", ["sgnet-compact", "sgnet-r50"])
def test_gradient_holds_its_own_checks(variant: str) -> None:
    asked = subject(variant, offsets=0.05, **SMALL)
    found = _ask("gradient", asked, check=True)
    outside, agree, directions, away = found.checks
    assert outside.error == 0
    assert agree.error < 1e-3 * max(abs(found.score.value), 1) if found.score else False
    assert directions.error < 1e-5
    assert away.error < 1e-5 * max(abs(found.values["sum_depth"]), 1)
    assert _map(found, "gradient_rgb").max() > 0
    by_rgb = _inputs(asked).to_picture(_kept(asked).rgb)
    assert _map(found, "gradient_rgb") == pytest.approx(np.linalg.norm(by_rgb, axis=2))
    assert _map(found, "gradient_depth").sum() == pytest.approx(found.values["sum_depth"])
    blocks = _map(found, "gradient_depth_blocks")
    assert blocks.shape == (4, 6)
    assert blocks[1, 2] == pytest.approx(_map(found, "gradient_depth")[16:32, 32:48].sum())
    (part,) = (one for one in found.maps() if one.name == "gradient_depth_blocks")
    rows, columns = part.grid.cells(SIZE, blocks.shape)  # drawn over the pixels that it sums
    assert rows.tolist() == [v // 16 for v in range(SIZE[0])]
    assert columns.tolist() == [u // 16 for u in range(SIZE[1])]


def test_gradient_is_at_the_pictures_resolution_and_gives_holes_back() -> None:
    """Fed at half the picture's size: z moves as the picture's own gradient says."""
    made = network("sgnet-compact", 0.05, **SMALL)
    shown = frame((128, 160))
    asked = subject_of(Predictor(made, device="cpu", size=(64, 80)), shown)
    score = asked.score(PIXEL)
    inputs = Inputs.of(shown, (64, 80), made.config)
    found = backward(asked, PIXEL, score, inputs)
    assert found.spatial is not None
    by_depth = inputs.to_depth(found.spatial)
    assert shown.depth_m is not None
    assert not by_depth[shown.depth_m == 0].any()
    assert by_depth.sum() == pytest.approx(float(found.spatial.sum()), rel=1e-4, abs=1e-5)
    by_rgb = inputs.to_picture(found.rgb)
    assert by_rgb.shape == (128, 160, 3)
    channels = found.rgb[0].flip(0).sum((1, 2)).numpy()  # BGR to RGB
    assert by_rgb.sum((0, 1)) == pytest.approx(channels, rel=1e-3, abs=1e-5)


def test_the_derivative_by_points_is_brought_to_depth_by_their_rays() -> None:
    """x, y and z of a pixel's point grow with its depth as the point at one metre says."""
    config = replace(VARIANTS["sgnet-r101-xyz"], fill_holes=False)
    camera = Intrinsics(70.0, 90.0, 40.0, 25.0, SIZE[1], SIZE[0])
    shown = replace(frame(), depth_m=np.full(SIZE, 2.0, np.float32), intrinsics=camera)
    by_points = np.random.default_rng(0).normal(size=(3, *SIZE))
    found = Inputs.of(shown, SIZE, config).to_depth(torch.from_numpy(by_points)[None])
    rays = depth_to_points(np.ones(SIZE, np.float32), camera)
    assert found == pytest.approx(np.einsum("chw,hwc->hw", by_points, rays), abs=1e-5)


@pytest.mark.parametrize("holes", [0, 40])
@pytest.mark.parametrize("size", [SIZE, (48, 72)])
def test_the_derivative_by_depth_is_that_before_smoothing(
    size: tuple[int, int], holes: int
) -> None:
    """Against differences of the network's input, whose filter is OpenCV's. The median, which sets
    the filter's width, stays: no pixel that it looks at is moved."""
    config = VARIANTS["sgnet-compact-smooth"]
    random = np.random.default_rng(0)
    depth_m = np.linspace(3.0, 1.5, SIZE[0])[:, None] + random.normal(0, 0.05, SIZE)
    depth_m[:, 50:] += 0.3  # an edge that is half kept
    depth_m.ravel()[random.choice(depth_m.size, holes, replace=False)] = 0
    way = random.normal(size=SIZE) * (depth_m > 0)
    if size == SIZE:
        way[::4, ::4] = 0
    gradient = random.normal(size=(1, 1, *size))

    def fed(step: float) -> np.ndarray:
        moved = replace(frame(), depth_m=(depth_m + step * way).astype(np.float32))
        spatial = Inputs.of(moved, size, config).spatial
        assert spatial is not None
        return spatial.double().numpy()

    step = 1e-3
    measured = float((gradient * (fed(step) - fed(-step))).sum()) / (2 * step)
    shown = replace(frame(), depth_m=depth_m.astype(np.float32))
    by_depth = Inputs.of(shown, size, config).to_depth(torch.from_numpy(gradient))
    scale = float(np.linalg.norm(by_depth))
    assert float((by_depth * way).sum()) == pytest.approx(measured, abs=1e-2 * scale)
    assert not by_depth[depth_m == 0].any()
    assert by_depth.sum() == pytest.approx(gradient.sum(), rel=1e-6, abs=1e-6 * scale)


@pytest.mark.parametrize("variant", ["baseline-compact", "dcnv2-compact", "baseline-rgbd-compact"])
def test_who_reads_depth_is_asked_about_it(variant: str) -> None:
    """Two networks do not, and one by its stem alone, without a layer that has taps."""
    small = SMALL if variant == "dcnv2-compact" else {"blocks": (1, 1, 1, 1)}
    asked = subject(variant, **small)
    reads = variant == "baseline-rgbd-compact"
    for name in ("shares", "noise"):
        if reads:
            _ask(name, asked, count=2)
        else:
            with pytest.raises(UserError, match="sees no depth"):
                _ask(name, asked, count=2)
    found = _ask("gradient", asked, check=True)
    assert (found.values["sum_depth"] != 0) == reads
    assert all(check.error < 1e-3 for check in found.checks)


@pytest.mark.parametrize("kind", ["xyz", "hha", "feature"])
def test_other_guidance_has_its_own_derivative_or_says_why_not(kind: str) -> None:
    asked = subject(f"sgnet-r101-{kind}", offsets=0.02, width=4, **SMALL)
    found = _ask("gradient", asked)
    named = [part.name for part in found.parts]
    assert ("gradient_depth" in named) == (kind == "xyz")
    said = " ".join(found.notes)
    assert ("is left out" in said) == (kind != "xyz")


def test_influence_predicts_what_silencing_a_tap_does() -> None:
    asked = subject("sgnet-r50", offsets=0.05, **SMALL)
    found = _ask("influence", asked)
    silenced = found.values["silenced"]
    assert silenced["true"] == pytest.approx(silenced["predicted"], rel=0.2, abs=1e-3)
    assert silenced["true"] != 0
    assert found.checks[0].error == pytest.approx(abs(silenced["true"] - silenced["predicted"]))
    layers = {layer["name"]: layer for layer in found.values["layers"]}
    assert list(layers) == [trace.name for trace in asked.prediction.traces]
    for part in found.parts:
        if isinstance(part, Taps):
            said = [tap["influence"] for tap in layers[part.layer.name]["taps"]]
            assert part.values == pytest.approx(said)
    for name, influence in _kept(asked).influence.items():
        assert layers[name]["total"] == pytest.approx(np.abs(influence).sum(), rel=1e-4)
    strongest = max(abs(tap["influence"]) for layer in layers.values() for tap in layer["taps"])
    assert strongest == pytest.approx(abs(silenced["predicted"]))


def test_shares_add_up_here_and_everywhere() -> None:
    asked = subject()
    found = _ask("shares", asked)
    z = found.values["values"]
    both = found.values["phi_depth"] + found.values["phi_rgb"]
    assert both == pytest.approx(z["rgb_depth"] - z["grey_flat"], abs=1e-4)
    maps = _map(found, "shares")
    assert maps.shape == (2, *SIZE)
    assert maps[0, PIXEL[1], PIXEL[0]] == pytest.approx(found.values["phi_rgb"], abs=1e-3)
    assert maps[1, PIXEL[1], PIXEL[0]] == pytest.approx(found.values["phi_depth"], abs=1e-3)
    assert found.checks[0].error < 1e-3
    with pytest.raises(UserError, match="sees no depth"):
        _ask("shares", subject("sgnet-r101-feature", width=4, **SMALL))


def test_the_best_two_are_those_of_a_sorting() -> None:
    """Of equal logits the first."""
    logits = np.random.default_rng(1).integers(0, 4, (6, 9, 11)).astype(np.float32)
    order = (-logits).argsort(0, kind="stable")
    winner, second = best_two(logits)
    assert (winner == order[0]).all()
    assert (second == order[1]).all()


def test_a_flat_grey_frame_leaves_nothing_to_share() -> None:
    shown = frame()
    rgb, depth_m = np.full((*SIZE, 3), 90, np.uint8), np.full(SIZE, 2.0, np.float32)
    found = _ask("shares", subject(shown=replace(shown, rgb=rgb, depth_m=depth_m)))
    assert found.values["phi_depth"] == found.values["phi_rgb"] == 0


def test_switches_names_each_layer_and_counts_flips() -> None:
    asked = subject()
    found = _ask("switches", asked, layer="layer2.0", check=True)
    assert [row["switch"] for row in found.values["rows"]] == ["offsets=zero", "modulation=one"]
    for row in found.values["rows"]:
        other = asked.predict(switches=parse_switches([f"layer2.0:{row['switch']}"]))
        assert row["flipped"] == (other.labels != asked.prediction.labels).mean()
        score = asked.score(PIXEL)
        assert row["dz"] == pytest.approx(score.read(other.logits_at(*PIXEL)) - score.value)
        assert row["dz"] != 0
    same, regular = found.checks
    assert same.error == 0
    assert regular.error < 1e-3
    assert row["dmiou"] is None  # the frame has no ground truth


def test_switches_counts_mean_iou_where_there_is_truth() -> None:
    asked = subject()
    truth = (asked.prediction.labels + 1).astype(np.uint8)
    labelled = replace(frame(), labels=truth, label_scheme=asked.prediction.scheme)
    found = _ask("switches", replace(asked, frame=labelled), layer="layer1.0")
    assert all(row["dmiou"] <= 0 for row in found.values["rows"])
    assert {row["dmiou"] < 0 for row in found.values["rows"]} != {False}


def test_noise_flips_more_the_stronger_it_is() -> None:
    asked = subject()
    weak = _ask("noise", asked, noise="0.005", count=6)
    strong = _ask("noise", asked, noise="0.3", count=6, check=True)
    assert 0 <= weak.values["flip_rate"] < strong.values["flip_rate"] < 1
    rate = _map(strong, "flips")
    assert _map(strong, "flips_error") == pytest.approx(np.sqrt(rate * (1 - rate) / 6))
    assert strong.checks[1].error == 0  # no noise, no change
    by_layer = {row["name"]: row["px"] for row in strong.values["jitter"]}
    assert all(row["px"] < by_layer[row["name"]] for row in weak.values["jitter"])
    assert 0 < strong.checks[0].error < 0.2 * strong.values["flip_rate"]  # two halves agree
    again = _ask("noise", asked, noise="0.3", count=6)
    assert np.array_equal(_map(again, "flips"), rate)  # seeded


class ByHand:
    """Answers F(r, d) = 2 r + 3 d + r d for its first class and 0 for the second, at every pixel,
    with r the red in grey levels and d metres; its taps lie d / 2 cells too low."""

    def predict(self, rgb: Any, depth_m: Any, _: Any = None, **__: Any) -> Prediction:
        red, depth = rgb[..., 0].astype(np.float32), depth_m.astype(np.float32)
        logits = np.stack((2 * red + 3 * depth + red * depth, np.zeros_like(red)))
        offsets = np.zeros((18, *depth.shape), np.float32)
        offsets[0::2] = depth / 2
        trace = LayerTrace("layer1.0", offsets, np.ones((9, *depth.shape), np.float32), 1, 1, SIZE)
        scheme = LabelScheme("two", ("near", "far"), np.zeros((2, 3), np.uint8))
        labels = (depth > 2).astype(np.uint8)
        sure = np.ones(SIZE, np.float32)
        return Prediction(labels, sure, logits, (trace,), SIZE, scheme, 1.0)


def by_hand(shown: Frame) -> Subject:
    """What it says of a frame; the inspection's own refusals do not concern it."""
    made: Any = ByHand()
    plain = made.predict(shown.rgb, shown.depth_m)
    return Subject(shown, plain, plain, predictor=made)


def test_shares_by_hand() -> None:
    """Red 90 on the left and 110 on the right, so 100 in the mean; 1 m and 3 m, so 1 m flat."""
    rgb = np.zeros((*SIZE, 3), np.uint8)
    rgb[:, :48, 0], rgb[:, 48:, 0] = 90, 110
    depth_m = np.full(SIZE, 1.0, np.float32)
    depth_m[:10] = 3.0
    shown = replace(frame(), rgb=rgb, depth_m=depth_m)
    found = inspection("shares").ask(by_hand(shown), (60, 5), Options())

    def f(red: float, depth: float) -> float:
        return 2 * red + 3 * depth + red * depth

    assert found.values["values"] == pytest.approx(
        {
            "rgb_depth": f(110, 3),
            "rgb_flat": f(110, 1),
            "grey_depth": f(100, 3),
            "grey_flat": f(100, 1),
        }
    )
    # Depth brings 2 (3 + r): 226 beside the frame's red, 206 beside grey; colour 10 (2 + d).
    assert found.values["phi_depth"] == pytest.approx((226 + 206) / 2)
    assert found.values["phi_rgb"] == pytest.approx((50 + 30) / 2)
    maps = _map(found, "shares")
    assert maps[:, 5, 60] == pytest.approx([40, 216], rel=1e-5)
    (part,) = found.parts
    assert isinstance(part, TwoHueMap)
    assert part.causes == ("colour", "depth")  # in the order of the maps
    assert maps[:, 40, 10] == pytest.approx([-30, 0], abs=1e-3)  # flat depth brings nothing


def test_flat_depth_is_the_median_of_what_is_there() -> None:
    depth_m = np.array([[0, 0, 0, 0, 1, 3, 5]], np.float32)
    assert (median_plane(depth_m) == 3).all()


def test_noise_by_hand() -> None:
    """Where the noisy depth passes 2 m the class flips; taps wander by half of it."""
    shown = replace(frame(), depth_m=np.full(SIZE, 1.95, np.float32))
    asked, count = by_hand(shown), 12
    found = inspection("noise").ask(asked, PIXEL, Options(noise="0.05", count=count))
    noise = noise_for("0.05", shown, asked.depth_m)
    copies = np.stack(
        [noise.copy_of(asked.depth_m, np.random.default_rng(seed)) for seed in range(count)]
    )
    assert np.array_equal(_map(found, "flips"), (copies > 2).mean(0))
    u, v = PIXEL
    (row,) = found.values["jitter"]
    assert row["px_here"] == pytest.approx(copies[:, v, u].std(ddof=1) / 2, rel=1e-4)
    assert row["px"] == pytest.approx(np.sqrt(copies.var(0, ddof=1).mean()) / 2, rel=1e-4)
    assert found.values["flip_rate_here"] == (copies[:, v, u] > 2).mean()
    assert found.values["flip_rate_here_error"] == _map(found, "flips_error")[v, u]


def test_jitter_is_in_pixels_of_the_picture() -> None:
    """A network fed at twice the picture's size, whose cells are two of its pixels; and one fed
    at twice its height alone, so that a cell is two of its columns, and as high as one row."""

    class Fed(ByHand):
        def __init__(self, wide: int) -> None:
            self.wide = wide

        def predict(self, rgb: Any, depth_m: Any, _: Any = None, **__: Any) -> Prediction:
            plain = super().predict(rgb, depth_m)
            trace = replace(plain.traces[0], stride_in=2, stride_out=2)
            return replace(plain, traces=(trace,), network_size=(2 * SIZE[0], self.wide * SIZE[1]))

    shown = replace(frame(), depth_m=np.full(SIZE, 1.95, np.float32))
    rows = []
    for made in (ByHand(), Fed(2), Fed(1)):
        plain = made.predict(shown.rgb, shown.depth_m)
        predictor: Any = made
        asked = Subject(shown, plain, plain, predictor=predictor)
        options = Options(noise="0.05", count=4)
        rows += inspection("noise").ask(asked, PIXEL, options).values["jitter"]
    assert rows[1] == pytest.approx(rows[0])
    assert rows[2]["px"] == pytest.approx(rows[0]["px"])  # its taps move up and down alone


def test_models_of_sensors() -> None:
    shown = frame()
    assert shown.depth_m is not None
    assert kinect_sigma(np.array([[2.0]], np.float32))[0, 0] == pytest.approx(
        0.0012 + 0.0019 * 1.6**2
    )
    # z^2 / (f B) of 0.08 px: at 2 m with f = 500 px and B = 0.05 m.
    assert stereo_sigma(np.array([[2.0]], np.float32), 500)[0, 0] == pytest.approx(0.0128)
    for name in ("kinect", "stereo", "0.01"):
        noise = noise_for(name, shown, shown.depth_m)
        copies = [noise.copy_of(shown.depth_m, np.random.default_rng(seed)) for seed in range(40)]
        at = np.array([copy[40, 60] for copy in copies])
        assert at.std() == pytest.approx(noise.sigma_m[40, 60], rel=0.4)
        holes = np.mean([copy == 0 for copy in copies], 0)
        assert holes[22, 32] > 0.5 > holes[40, 60]
        assert 0 < holes[20, 30] < 1  # its border wanders
    with pytest.raises(UserError, match="noise 'fog' is not known"):
        noise_for("fog", shown, shown.depth_m)


def test_noise_of_a_recorded_still_scene(tmp_path: Path) -> None:
    """Frames of which one half lies 10 mm nearer, but for a corner that is seen half the time."""
    for folder in ("rgb", "depth"):
        (tmp_path / folder).mkdir()
    for index in range(8):
        depth = np.full((40, 60), 2000 + 10 * (index % 2), np.uint16)
        if index < 4:
            depth[:5, :5] = 0
        cv2.imwrite(str(tmp_path / "depth" / f"{index}.png"), depth)
        cv2.imwrite(str(tmp_path / "rgb" / f"{index}.png"), np.full((40, 60, 3), 90, np.uint8))
    shown = frame()
    assert shown.depth_m is not None
    noise = noise_for(f"measured:{tmp_path}", shown, shown.depth_m)
    assert noise.sigma_m[30, 40] == pytest.approx(np.std([0, 0.01] * 4, ddof=1), rel=1e-3)
    assert noise.valid is not None
    assert (noise.valid[0, 0], noise.valid[40, 60]) == (0.5, 1)


def test_the_unprepared_network_is_made_once_and_takes_no_gradients() -> None:
    made = network()
    predictor = Predictor(made, device="cpu", size=SIZE)
    first = predictor.differentiable()
    assert predictor.differentiable() is first
    assert first is not made
    assert not any(parameter.requires_grad for parameter in first.parameters())
    assert any(parameter.requires_grad for parameter in made.parameters())
    assert not first.training


def test_a_full_r50_of_the_authors_layout_is_explained() -> None:
    """Random weights, a small picture: every inspection that looks through all of it."""
    torch.manual_seed(0)
    made = build(VARIANTS["sgnet-r50"]).eval()
    for name, parameter in made.named_parameters():
        if "offset_generator" in name:
            nn.init.normal_(parameter, std=0.01)
    asked = subject_of(Predictor(made, device="cpu", size=None), frame())
    score = asked.score(PIXEL)
    scale = max(abs(score.value), 1.0)
    composed, gradient, influence = (
        _ask(name, asked) for name in ("composed", "gradient", "influence")
    )
    assert composed.checks[0].error < 1e-6
    assert gradient.checks[0].error == 0
    assert gradient.checks[1].error < 1e-3 * scale
    silenced = influence.values["silenced"]
    assert silenced["true"] == pytest.approx(silenced["predicted"], rel=0.2, abs=1e-3 * scale)
    assert self_check(asked, PIXEL).good
    reads, shares, noise, switches = (
        _ask(name, asked, layer="layer2.0" if name == "switches" else None, count=2, check=True)
        for name in ("reads", "shares", "noise", "switches")
    )
    assert reads.checks[0].error < 1e-5
    assert shares.checks[0].error < 1e-3 * scale
    assert noise.checks[1].error == 0
    unchanged, regular = switches.checks
    assert unchanged.error == 0
    assert regular.error < 1e-3
    every = (composed, gradient, influence, reads, shares, noise, switches)
    assert [found.score for found in every] == [score] * len(every)


@pytest.mark.parametrize("variant", ["sgnet-compact", "sp-og-compact", "dcnv2-compact"])
def test_the_taps_drawn_are_the_taps_summed(variant: str) -> None:
    found = self_check(subject(variant, offsets=0.02), PIXEL)
    assert len(found.errors) == 12
    assert found.good
    assert 0 < found.worst < 1e-4


def test_the_self_check_is_of_the_format_that_answered() -> None:
    network = subject(offsets=0.02).network.differentiable()
    asked = subject_of(Predictor(network, device="cpu", size=None, precision="bf16"), frame())
    found = self_check(asked, PIXEL)
    assert found.rounding == ROUNDING["bf16"]
    assert ROUNDING["fp32"] < found.worst < ROUNDING["bf16"]


@pytest.mark.parametrize("allowed", [True, False])
def test_on_a_gpu_fp32_is_as_exact_as_its_products(
    allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", allowed)
    expected = TF32_ROUNDING if allowed else ROUNDING["fp32"]
    assert rounding_of("fp32", torch.device("cuda", 1)) == expected
    assert rounding_of("fp32", torch.device("cpu")) == ROUNDING["fp32"]
    assert rounding_of("fp16", torch.device("cuda")) == ROUNDING["fp16"]


def test_the_self_check_sees_a_tap_that_is_drawn_elsewhere() -> None:
    asked = subject(offsets=0.02)
    trace = asked.prediction.trace("layer2.0")
    moved = replace(trace, offsets=trace.offsets + np.float32(0.25))
    traces = tuple(moved if one is trace else one for one in asked.prediction.traces)
    wrong = replace(asked, prediction=replace(asked.prediction, traces=traces))
    found = self_check(wrong, PIXEL)
    assert not found.good
    assert max(found.errors, key=found.errors.__getitem__) == "layer2.0"


def test_the_benchmark_measures_each_against_its_budget() -> None:
    asked = subject(shown=frame((256, 352)))
    speeds = {one.name: one.to_dict() for one in inspection_speeds(asked.network, asked.frame, 1)}
    assert {"prediction", "reads", "composed", "switch", "brush stroke", "shares"} < set(speeds)
    assert speeds["prediction"]["predictions"] == 1
    assert speeds["shares"]["budget_ms"] == 5 * speeds["prediction"]["milliseconds"]
    assert all(one["milliseconds"] > 0 for one in speeds.values())
