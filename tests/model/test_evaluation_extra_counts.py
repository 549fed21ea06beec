"""Calibration, borders and depth bins, against hand-worked values and slow references."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from cli_support import Run

from sgnet_model.data import guess_intrinsics
from sgnet_model.evaluation.bins import (
    confidence_bins,
    confidence_range_name,
    depth_bins,
    depth_range,
    depth_range_name,
)
from sgnet_model.evaluation.boundaries import Boundaries, borders, depth_steps, near, width_of
from sgnet_model.evaluation.calibration import Calibration
from sgnet_model.evaluation.confusion import confusion, scores
from sgnet_model.evaluation.extra_counts import ExtraCounts
from sgnet_model.types import Frame

KEYS = ("ece", "temperature", "boundary_iou", "by_depth")


def _drawn(temperature: float, size: int = 160) -> tuple[torch.Tensor, np.ndarray]:
    """Logits and truth drawn from their own probabilities at that temperature."""
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (4, size, size)).astype(np.float32)
    odds = np.exp(logits / temperature)
    chances = (odds / odds.sum(0)).cumsum(0)
    truth = (random.uniform(size=(size, size)) > chances).sum(0) + 1
    return torch.from_numpy(logits), np.minimum(truth, 4).astype(np.uint8)


def test_honest_probabilities_have_no_error_and_temperature_one() -> None:
    honest = Calibration.of(*_drawn(1.0))
    assert honest.ece == pytest.approx(0, abs=0.02)
    assert honest.temperature == pytest.approx(1, abs=0.25)
    boastful = Calibration.of(*_drawn(2.5))
    assert boastful.ece is not None
    assert boastful.ece > 0.15
    assert boastful.temperature == pytest.approx(2.5, rel=0.25)


def test_calibration_by_hand_and_by_parts() -> None:
    """Two pixels of probability 0.75, one right; void does not count."""
    logits = torch.log(torch.tensor([[[0.75, 0.75, 0.9]], [[0.25, 0.25, 0.1]]]))
    truth = np.array([[1, 2, 0]], np.uint8)
    found = Calibration.of(logits, truth)
    assert found.ece == pytest.approx(0.25)
    assert found.pixels.sum() == 2
    assert Calibration.empty().ece is None
    assert Calibration.empty().temperature is None
    logits, truth = _drawn(1.5)
    whole, parts = Calibration.of(logits, truth), Calibration.empty()
    for rows in (slice(0, 80), slice(80, 160)):
        parts.add(Calibration.of(logits[:, rows], truth[rows]))
    assert parts.ece == pytest.approx(whole.ece)
    assert parts.temperature == pytest.approx(whole.temperature)


def _slow(truth: np.ndarray, labels: np.ndarray, classes: int) -> float:
    """Boundary IoU pixel by pixel, class by class."""
    d = width_of(truth.shape)
    around = []
    for image, known in ((truth.astype(int) - 1, truth > 0), (labels, truth >= 0)):
        edge = borders(image.astype(np.uint8), known)
        v, u = np.nonzero(edge)
        rows, columns = np.mgrid[0 : truth.shape[0], 0 : truth.shape[1]]
        away = np.hypot(rows[..., None] - v, columns[..., None] - u).min(-1)
        around.append((away <= d) & (truth > 0))
    values = []
    for index in range(classes):
        own = around[0] & (truth == index + 1)
        said = around[1] & (labels == index)
        if (own | said).any():
            values.append((own & said).sum() / (own | said).sum())
    return float(np.mean(values))


def test_boundary_iou_is_that_of_the_slow_way() -> None:
    random = np.random.default_rng(0)
    coarse = random.integers(0, 4, (6, 8))
    truth = coarse.repeat(10, 0).repeat(10, 1).astype(np.uint8)  # 0 is void
    labels = np.roll(np.maximum(truth, 1) - 1, 3, 1).astype(np.uint8)
    found = Boundaries.of(truth, labels, None, 3).to_json()
    assert found["d_px"] == 2
    assert found["all"] == pytest.approx(_slow(truth, labels, 3))
    assert found["occlusion"] is found["flush"] is None
    same = np.maximum(truth, 1)
    perfect = Boundaries.of(same, (same - 1).astype(np.uint8), None, 3).to_json()
    assert perfect["all"] == 1


def test_the_depth_step_decides_what_a_border_is() -> None:
    """A border that is met at a depth step and one on a plane that is missed by far."""
    truth = np.ones((100, 200), np.uint8)
    truth[:, 60:] = 2
    truth[:, 140:] = 3
    depth = np.full(truth.shape, 2.0, np.float32)
    depth[:, :60] = 1
    labels = (truth - 1).astype(np.uint8)
    labels[:, 110:140] = 2
    found = Boundaries.of(truth, labels, depth, 3).to_json()
    assert found["occlusion"] == 1
    assert found["flush"] is not None
    assert found["flush"] < 0.4
    assert found["all"] is not None
    assert found["flush"] < found["all"] < 1


def test_a_step_of_four_per_cent_is_an_occlusion() -> None:
    for farther, steps in ((2.06, False), (2.1, True)):
        depth = np.full((20, 30), 2.0, np.float32)
        depth[:, 15:] = farther
        step, flat = depth_steps(depth)
        assert (step[10, 14], flat[10, 14]) == (steps, not steps)
        assert not step[10, 3]
        assert flat[10, 3]
    depth[10, 14] = 0
    step, flat = depth_steps(depth)
    assert step[10, 15]  # a step is seen beside a hole,
    assert not flat[10, 12]  # a surface without one is not


def test_void_and_the_frame_are_no_borders() -> None:
    truth = np.zeros((20, 30), np.uint8)
    truth[:, :10] = 1
    assert not borders(truth, truth > 0).any()
    assert not near(np.zeros((4, 4), bool), 3).any()


def test_bins_of_depth_by_hand() -> None:
    """A lower edge belongs to its bin; the last has no upper edge; 0 is missing."""
    depth_m = np.array([[0.0, 0.5, 1.0], [3.999, 4.0, 50.0]], np.float32)
    assert depth_bins(depth_m).tolist() == [[7, 0, 1], [3, 4, 6]]
    ranges = [depth_range(bin) for bin in (0, 6, 7)]
    assert ranges == [
        {"from_m": 0.0, "to_m": 1.0, "missing": False},
        {"from_m": 10.0, "to_m": None, "missing": False},
        {"from_m": None, "to_m": None, "missing": True},
    ]
    assert list(map(depth_range_name, ranges)) == ["0 to 1 m", "10 m and more", "missing"]


def test_bins_of_probability_by_hand() -> None:
    assert confidence_bins(np.array([0.0, 0.06, 0.07, 0.99, 1.0])).tolist() == [0, 0, 1, 14, 14]
    assert confidence_range_name(14) == "0.93 to 1.00"


def test_depth_bins_add_up_to_the_confusion_matrix_and_come_back_from_json() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 5, (40, 60)).astype(np.uint8)
    labels = random.integers(0, 4, (40, 60)).astype(np.uint8)
    depth = random.uniform(0, 12, (40, 60)).astype(np.float32)
    depth[:5] = 0
    rgb = np.zeros((40, 60, 3), np.uint8)
    frame = Frame("a", rgb, depth, guess_intrinsics(60, 40))
    more = ExtraCounts.of(frame, truth, labels, torch.randn(4, 40, 60))
    assert np.array_equal(more.by_depth.sum(0), confusion(truth, labels, 4))
    bins = more.to_json()["by_depth"]
    assert bins[-1]["pixels"] == (truth[:5] > 0).sum()
    second = (depth >= 1) & (depth < 2) & (truth > 0)
    assert (bins[1]["from_m"], bins[1]["to_m"]) == (1, 2)
    assert bins[1]["pixels"] == second.sum()
    assert bins[1]["acc"] == pytest.approx((labels + 1 == truth)[second].mean())
    of_bin = scores(confusion(np.where(second, truth, 0).astype(np.uint8), labels, 4))
    assert (bins[1]["macc"], bins[1]["miou"]) == pytest.approx((of_bin.macc, of_bin.miou))
    again = ExtraCounts.from_state(json.loads(json.dumps(more.state())), 4)
    assert again.to_json() == more.to_json()
    twice = ExtraCounts.empty(4)
    twice.add(more)
    twice.add(again)
    one, both = more.to_json(), twice.to_json()
    assert both["ece"] == pytest.approx(one["ece"])
    assert both["boundary_iou"] == pytest.approx(one["boundary_iou"])
    assert [row["pixels"] for row in both["by_depth"]] == [2 * row["pixels"] for row in bins]
    with pytest.raises(ValueError, match="other classes"):
        ExtraCounts.from_state(more.state(), 5)


def test_the_command_prints_them_and_takes_them_up_again(
    run: Run, small_checkpoint: object, tmp_path: object
) -> None:
    flags = ("--checkpoint", small_checkpoint, "--size", "64x96", "--json")
    resume = ("--resume", f"{tmp_path}/state.json")
    said = run("evaluate", "--synthetic", "--count", 1, *flags, *resume).json
    assert set(KEYS) < set(said)
    assert 0 <= said["ece"] <= 1
    assert set(said["boundary_iou"]) == {"all", "occlusion", "flush", "d_px"}
    assert said["boundary_iou"]["d_px"] == 16  # of 480 x 640
    again = run("evaluate", "--synthetic", "--count", 1, *flags, *resume).json
    assert again["resumed"] == 1
    assert {key: again[key] for key in KEYS} == {key: said[key] for key in KEYS}
