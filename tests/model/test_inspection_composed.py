"""Where a pixel could look through all layers together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from inspection_support import SIZE, frame, network, subject

from sgnet_model.config import VARIANTS
from sgnet_model.geometry import depth_to_points
from sgnet_model.inspection.ask import ask
from sgnet_model.inspection.contours import contours_of
from sgnet_model.inspection.finding import HeatMap
from sgnet_model.inspection.kinds.composed import MOVED, measure_of
from sgnet_model.inspection.protocol import Options
from sgnet_model.inspection.pull_back import PullBack
from sgnet_model.inspection.registry import inspection
from sgnet_model.nn.planning import plan_of
from sgnet_model.plan import LOGITS, PICTURE, Add, Average, Convolve, Plan, Pool, Resize
from sgnet_model.predictor import Predictor
from sgnet_model.switches import parse_switches
from sgnet_model.types import LayerTrace

EVEN = np.full(9, 1 / 9)
REGULAR = parse_switches(["all:offsets=zero", "all:modulation=one"])


def _point(size: tuple[int, int], row: int, column: int) -> np.ndarray:
    start = np.zeros(size)
    start[row, column] = 1
    return start


def _trace(name: str, size: tuple[int, int], seed: int, spread: float = 1.5) -> LayerTrace:
    random = np.random.default_rng(seed)
    offsets = random.normal(0, spread, (18, *size)).astype(np.float32)
    modulation = random.uniform(0, 1, (9, *size)).astype(np.float32)
    return LayerTrace(name, offsets, modulation, 1, 1, size)


def _paths(
    layers: list[tuple[np.ndarray, LayerTrace]], at: tuple[int, int], mass: float
) -> Iterator[tuple[tuple[int, int], float]]:
    """Every path from a cell through all layers, one by one, and its mass."""
    if not layers:
        yield at, mass
        return
    (weights, trace), *others = layers
    for tap in range(9):
        dy, dx = trace.offsets[2 * tap : 2 * tap + 2, at[0], at[1]].astype(np.float64)
        y, x = at[0] + tap // 3 - 1 + dy, at[1] + tap % 3 - 1 + dx
        share = mass * weights[tap] * float(trace.modulation[tap, at[0], at[1]])
        low, left = int(np.floor(y)), int(np.floor(x))
        for row, column in product((low, low + 1), (left, left + 1)):
            beta = max(0, 1 - abs(y - row)) * max(0, 1 - abs(x - column))
            inside = 0 <= row < trace.input_size[0] and 0 <= column < trace.input_size[1]
            if beta > 0 and inside:
                yield from _paths(others, (row, column), share * beta)


def test_three_layers_are_the_sum_over_all_paths() -> None:
    """729 paths of taps, each shared by four cells at every step."""
    size = (9, 11)
    random = np.random.default_rng(5)
    weights = [w / w.sum() for w in random.uniform(0, 1, (3, 9))]
    traces = [_trace(name, size, seed) for seed, name in enumerate("abc")]
    steps = (
        Convolve(PICTURE, "one", weights[0], 1, 1, 1, "a"),
        Convolve("one", "two", weights[1], 1, 1, 1, "b"),
        Convolve("two", LOGITS, weights[2], 1, 1, 1, "c"),
    )
    pulled = PullBack(Plan(steps, {}), size, {t.name: t for t in traces}).pull(_point(size, 4, 5))
    expected = np.zeros(size)
    for cell, mass in _paths(list(zip(weights, traces, strict=True))[::-1], (4, 5), 1.0):
        expected[cell] += mass
    assert pulled.measures[PICTURE] == pytest.approx(expected, abs=1e-6)
    assert expected.sum() > 0.05
    lost = pulled.beyond + pulled.modulated
    assert pulled.measures[PICTURE].sum() + lost == pytest.approx(1, abs=1e-9)


def test_two_layers_by_hand() -> None:
    """A 1x1 mean of two paths over a strided 3x3: at a border two thirds of a row are inside."""
    steps = (
        Convolve(PICTURE, "a", EVEN, 2, 1),
        Convolve("a", "b", np.ones(1)),
        Add(("a", "b"), LOGITS),
    )
    pulled = PullBack(Plan(steps, {}), (6, 6), {}).pull(_point((3, 3), 0, 1))
    expected = np.zeros((6, 6))
    expected[0:2, 1:4] = 1 / 9
    assert pulled.measures[PICTURE] == pytest.approx(expected)
    assert pulled.beyond == pytest.approx(3 / 9)


@pytest.mark.parametrize(("kernel", "stride", "dilation"), [(3, 1, 2), (3, 2, 1), (3, 1, 12)])
def test_plain_taps_are_the_transpose_of_the_convolution(
    kernel: int, stride: int, dilation: int
) -> None:
    """Of what torch computes; and no mass where there is none in exact arithmetic."""
    size, weights = (21, 26), np.random.default_rng(3).uniform(0.1, 1, kernel**2)
    step = Convolve(PICTURE, LOGITS, weights / weights.sum(), stride, dilation, dilation)
    plan = Plan((step,), {})
    height, width = plan.sizes(size)[LOGITS]
    start = np.random.default_rng(4).uniform(0, 1, (height, width))
    start[:, : width // 2] = 0
    start[0] = 0
    pulled = PullBack(plan, size, {}).pull(start).measures[PICTURE]
    picture = torch.zeros((1, 1, *size), dtype=torch.float64, requires_grad=True)
    taps = torch.from_numpy(step.weights).reshape(1, 1, kernel, kernel)
    out = torch.nn.functional.conv2d(picture, taps, None, stride, dilation, dilation)
    (expected,) = torch.autograd.grad(out, picture, torch.from_numpy(start)[None, None])
    assert pulled == pytest.approx(expected[0, 0].numpy(), abs=1e-12)
    assert ((pulled > 0) == (expected[0, 0].numpy() > 0)).all()


def test_pooling_resizing_and_means_keep_the_mass() -> None:
    pool = PullBack(Plan((Pool(PICTURE, LOGITS),), {}), (6, 6), {}).pull(_point((3, 3), 0, 1))
    expected = np.zeros((6, 6))
    expected[0:2, 1:4] = 1 / 6  # what is beyond the border is no candidate
    assert pool.measures[PICTURE] == pytest.approx(expected)
    steps = (
        Convolve(PICTURE, "small", np.ones(1), 2),
        Convolve(PICTURE, "large", np.ones(1)),
        Resize("small", LOGITS, "large"),
    )
    resized = PullBack(Plan(steps, {}), (5, 5), {}).pull(_point((5, 5), 2, 1))
    # Corner to corner, row 2 of 5 is row 1 of 3, and column 1 lies between columns 0 and 1.
    assert resized.measures["small"] == pytest.approx(
        np.array([[0, 0, 0], [0.5, 0.5, 0], [0, 0, 0]])
    )
    mean = PullBack(Plan((Average(PICTURE, LOGITS),), {}), (4, 5), {}).pull(_point((4, 5), 0, 0))
    assert mean.measures[PICTURE] == pytest.approx(np.full((4, 5), 1 / 20))


def test_far_taps_are_beyond_the_map() -> None:
    trace = _trace("a", (5, 5), 0)
    far = replace(trace, offsets=np.full_like(trace.offsets, 1e12))
    steps = (Convolve(PICTURE, LOGITS, EVEN, 1, 1, 1, "a"),)
    pulled = PullBack(Plan(steps, {}), (5, 5), {"a": far}).pull(_point((5, 5), 2, 2))
    assert pulled.measures[PICTURE].sum() == 0
    assert pulled.modulated == pytest.approx(1 - trace.modulation[:, 2, 2].mean())
    assert pulled.beyond == pytest.approx(trace.modulation[:, 2, 2].mean())


def _reach(plan: Plan) -> tuple[int, int]:
    """Half of the closed-form receptive field of the deepest chain of convolutions, and its
    stride: each 3x3 of dilation d at stride s so far reaches s d further."""
    reach, stride = 0, 1
    for step in plan.steps:
        if isinstance(step, Convolve | Pool) and not getattr(step, "target", "").endswith(
            "shortcut"
        ):
            dilation = step.dilation if isinstance(step, Convolve) else 1
            reach += stride * dilation * (step.kernel // 2)
            stride *= step.stride
    return reach, stride


@pytest.mark.parametrize("variant", ["sgnet-r50", "baseline-r50"])
def test_the_regular_support_is_the_closed_form(variant: str) -> None:
    """A shallow network of the same kind, so that its field fits into the picture."""
    blocks = {"blocks": (1, 1, 1, 1), "s_conv_blocks": ((0,),) * 4}
    if variant == "baseline-r50":
        blocks["s_conv_blocks"] = ((),) * 4
    made = network(variant, width=4, **blocks)
    size = (256, 256)
    predictor = Predictor(made, device="cpu", size=None)
    shown = frame(size)
    assert shown.depth_m is not None
    switches = REGULAR if "sgnet" in variant else parse_switches([])
    prediction = predictor.predict(shown.rgb, shown.depth_m, switches=switches)
    reach, stride = _reach(plan_of(made))
    assert stride == 16
    # Corner to corner the logit of index 8 of 0..15 lies at 8 x 255 / 15 = 136: no neighbour.
    rows, columns = np.nonzero(measure_of(prediction, (136, 136)))
    assert (rows.min(), rows.max()) == (128 - reach, 128 + reach)
    assert (columns.min(), columns.max()) == (128 - reach, 128 + reach)


@pytest.mark.parametrize("variant", ["dac-r101", "sgnet-r101-unapplied"])
def test_what_keeps_its_dilation_is_regular_with_it(variant: str) -> None:
    """Without what depth does to it the network is the baseline."""
    blocks = {"blocks": (1, 1, 1, 1), "s_conv_blocks": ((0,),) * 4, "width": 4}
    plain = plan_of(network("baseline-r101", **(blocks | {"s_conv_blocks": ((),) * 4})))
    steps, expected = (
        [(one.stride, one.padding, one.dilation) for one in plan.steps if isinstance(one, Convolve)]
        for plan in (plan_of(network(variant, **blocks)), plain)
    )
    assert steps == expected


@pytest.mark.parametrize("variant", ["sgnet-r50", "sp-og-r101", "dac-r101"])
def test_colours_outside_the_support_change_no_bit(variant: str) -> None:
    """Offsets and modulation depend on depth alone; in float64, on the network as it was built."""
    made = network(variant, 0.05, blocks=(1, 1, 1, 1), s_conv_blocks=((0,),) * 4).double()
    size = (224, 288)
    predictor = Predictor(made, device="cpu", size=None)
    shown = frame(size)
    assert shown.depth_m is not None
    prediction = predictor.predict(shown.rgb, shown.depth_m)
    row, column = prediction.weights_at(20, 15)
    outside = measure_of(prediction, (20, 15)) == 0
    assert 0.1 < outside.mean() < 0.95
    depth = torch.from_numpy(shown.depth_m)[None, None].double()
    rgb = 50 * torch.randn(1, 3, *size, dtype=torch.float64)
    other = torch.where(torch.from_numpy(outside), torch.randn_like(rgb) * 99, rgb)
    with torch.no_grad():
        before, after = (made(picture, depth).logits[0].numpy() for picture in (rgb, other))
    read = np.ix_(range(6), np.flatnonzero(row), np.flatnonzero(column))
    assert np.array_equal(before[read], after[read])
    assert not np.array_equal(before, after)


@pytest.mark.parametrize("variant", [v for v in VARIANTS if "r50" in v or "compact" in v])
def test_every_kind_of_network_composes(variant: str) -> None:
    found = ask(inspection("composed"), subject(variant), (41, 33), Options())
    assert found.checks[0].error < 1e-6
    main = found.parts[0]
    assert isinstance(main, HeatMap)
    assert main.values.shape == SIZE
    assert main.values.dtype == np.float64
    assert (main.values >= 0).all()
    assert found.values["mass_inside"] == pytest.approx(main.values.sum())
    assert found.values["regular"]["mass_outside"]["modulation"] == 0


def test_two_streams_and_feature_guidance_compose() -> None:
    small = {"blocks": (1, 1, 1, 1), "s_conv_blocks": ((0,),) * 4, "width": 4}
    for variant in ("hhanet-dcnv2-r101", "sgnet-r101-feature", "sgnet-r101-unapplied"):
        found = ask(inspection("composed"), subject(variant, **small), (41, 33), Options())
        assert found.checks[0].error < 1e-6, variant
        # Where colours move the taps the support contains less than it says: that is told.
        assert (MOVED in found.notes) is (variant != "sgnet-r101-unapplied"), variant


def test_the_values_and_the_slider() -> None:
    asked = subject("sgnet-r50")
    found = ask(inspection("composed"), asked, (41, 33), Options())
    main = found.parts[0]
    assert isinstance(main, HeatMap)
    assert (main.root, main.unit) == (True, "share of the view per pixel")
    rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    distance2 = (rows - 33) ** 2 + (columns - 41) ** 2
    radius = np.sqrt((main.values * distance2).sum() / main.values.sum())
    assert found.values["radius_px"] == pytest.approx(radius)
    assert asked.shown.depth_m is not None
    points = depth_to_points(asked.shown.depth_m, asked.shown.intrinsics)
    metres2 = ((points - points[33, 41]) ** 2).sum(2)  # NaN in the hole: that mass is left out
    seen = main.values[np.isfinite(metres2)].sum()
    metres = np.sqrt(np.nansum(main.values * metres2) / seen)
    assert found.values["radius_m"] == pytest.approx(metres, rel=1e-4)
    for contour in main.contours:
        held = main.values[main.values >= contour.level].sum() / main.values.sum()
        assert held >= contour.share - 1e-9
        assert found.values["contours"][str(contour.share)] == contour.cells
    assert [step.layer for step in found.steps][:2] == ["layer4.2", "layer4.1"]
    one = ask(inspection("composed"), asked, (41, 33), Options(layer="layer3.0")).parts[0]
    step = next(step for step in found.steps if step.layer == "layer3.0")
    assert isinstance(one, HeatMap)
    assert np.array_equal(one.values, step.values)
    assert one.values.shape == (8, 12)


def test_areas_on_a_layers_map_are_in_pixels() -> None:
    """Those of the network's input: a cell of layer 3's map stands for 8 x 8."""
    asked = subject("sgnet-r50")
    found = ask(inspection("composed"), asked, (41, 33), Options(layer="layer3.0"))
    part = found.parts[0]
    assert isinstance(part, HeatMap)
    assert found.values["support_px"] == 64 * np.count_nonzero(part.values)
    areas = [64 * contour.cells for contour in part.contours]
    assert list(found.values["contours"].values()) == areas


@pytest.mark.parametrize("size", [(33, 33), (47, 33), (32, 95)])
def test_a_cell_of_a_small_map_is_as_wide_as_its_stride(size: tuple[int, int]) -> None:
    """33 pixels make three cells of 16, eleven apart if they were shared out evenly."""
    asked = subject(shown=frame(size))
    for layer, stride in (("layer1.0", 4), ("layer2.2", 8), ("layer4.2", 16)):
        part = ask(inspection("composed"), asked, (20, 15), Options(layer=layer)).parts[0]
        assert isinstance(part, HeatMap)
        assert (part.grid.step_x, part.grid.step_y) == (stride, stride)


def test_contours_are_the_smallest_sets() -> None:
    measure = np.array([[0.5, 0.2], [0.2, 0.1]])
    areas = [contour.cells for contour in contours_of(measure, (0.5, 0.7, 0.9, 0.95))]
    assert areas == [1, 2, 3, 4]
    assert contours_of(np.zeros((2, 2))) == ()
    even = contours_of(np.full((10, 10), 0.01), (0.5, 0.95))
    assert [contour.cells for contour in even] == [50, 95]
