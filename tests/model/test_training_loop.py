"""The loop learns, resumes to the same losses, and stops on a loss that is not finite."""

from __future__ import annotations

import math
import signal
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
import torch
from training_support import SETTINGS, TINY, batch, batches, trainer

from sgnet_model.evaluation.confusion import Scores
from sgnet_model.nn import SGNet, SGNetOutput
from sgnet_model.training.batches import VOID
from sgnet_model.training.loop import Trainer
from sgnet_model.training.losses import segmentation_loss
from sgnet_model.training.optimiser import (
    Pull,
    clip_gradients,
    make_optimiser,
    make_schedule,
    of_backbone,
)
from sgnet_model.training.settings import TrainSettings
from sgnet_model.types import UInt8Array, UserError
from sgnet_model.variants import build
from sgnet_model.weights import load_checkpoint


def test_loss_falls_and_offsets_learn(tmp_path: Path) -> None:
    made = trainer(tmp_path, replace(SETTINGS, steps=20, save_every=100, dropout=False))
    made.run(repeat(batch(0)))  # one batch again and again: it can be learnt by heart
    assert made.losses[-1] < 0.6 * made.losses[0]
    offsets = [p for n, p in made.network.named_parameters() if "offset_generator.weight" in n]
    assert len(offsets) == 12
    assert all(p.abs().max() > 0 for p in offsets)


@pytest.mark.parametrize("able", [True, False])
def test_bf16_is_used_where_the_processor_computes_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, able: bool
) -> None:
    for name in ("avx512_bf16", "amx_tile"):
        monkeypatch.setattr(torch.cpu, f"_is_{name}_supported", lambda: able)
    used: list[bool] = []
    real = torch.autocast

    def noted(device: str, dtype: torch.dtype, enabled: bool) -> torch.autocast:
        used.append(enabled)
        return real(device, dtype, enabled=enabled)

    monkeypatch.setattr(torch, "autocast", noted)
    trainer(tmp_path, replace(SETTINGS, bf16=True)).train_step(batch(0))
    assert used == [able]


def test_a_killed_run_continues_with_the_same_losses(tmp_path: Path) -> None:
    unbroken = trainer(tmp_path / "a")
    unbroken.run(batches())
    trainer(tmp_path / "b").run(batches(), until=3)
    second = trainer(tmp_path / "b")
    torch.rand(7)  # whatever drew random numbers meanwhile
    assert second.resume()
    second.run(batches(3))
    assert second.losses == unbroken.losses  # bit for bit
    assert load_checkpoint(tmp_path / "b" / "last.safetensors").provenance["steps"] == 6


def test_a_state_of_before_validation_can_be_continued(tmp_path: Path) -> None:
    first = trainer(tmp_path)
    first.run(batches(), until=2)
    state = first.state()
    for name in ("optimiser_kind", "class_weights", "best"):
        del state[name]
    torch.save(state, tmp_path / "state.pt")
    second = trainer(tmp_path)
    assert second.resume()
    assert (second.step, second.losses) == (2, first.losses)
    assert math.isnan(second.best)


def test_a_state_of_before_one_pass_updates_can_be_continued(tmp_path: Path) -> None:
    """Its optimiser took one tensor after another; its moments mean the same."""
    unbroken = trainer(tmp_path / "a")
    unbroken.run(batches())
    first = trainer(tmp_path / "b")
    first.run(batches(), until=3)
    state = first.state()
    for group in state["optimiser"]["param_groups"]:
        group["fused"] = None
    torch.save(state, tmp_path / "b" / "state.pt")
    second = trainer(tmp_path / "b")
    assert second.resume()
    assert {group["fused"] for group in second.optimiser.param_groups} == {True}
    second.run(batches(3))
    assert second.losses == pytest.approx(unbroken.losses, rel=1e-4)


def test_gradients_are_clipped_together_or_left_alone() -> None:
    network = build(TINY)
    parameters = [p for p in network.parameters() if p.requires_grad]
    for parameter in parameters:
        parameter.grad = torch.ones_like(parameter)
    elements = sum(p.numel() for p in parameters)
    clip_gradients(network, 0)
    assert all((p.grad == 1).all() for p in parameters if p.grad is not None)
    clip_gradients(network, 5.0)
    for parameter in parameters:
        assert parameter.grad is not None
        torch.testing.assert_close(
            parameter.grad, torch.full_like(parameter, 5 / elements**0.5), rtol=1e-4, atol=0
        )


def test_adamw_steps_as_its_paper_says() -> None:
    """Loshchilov and Hutter, algorithm 2, with moments corrected: the first two steps."""
    network = build(TINY)
    settings = replace(SETTINGS, learning_rate=0.01, weight_decay=0.1)
    optimiser = make_optimiser(network, settings)
    kernel = optimiser.param_groups[0]["params"][0]
    value, m, v = kernel.detach().double().clone(), 0.0, 0.0
    for step, gradient in ((1, 0.5), (2, -0.25)):
        kernel.grad = torch.full_like(kernel, gradient)
        optimiser.step()
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        corrected = (m / (1 - 0.9**step)) / ((v / (1 - 0.999**step)) ** 0.5 + 1e-8)
        value -= 0.01 * (0.1 * value + corrected)
        torch.testing.assert_close(kernel.detach().double(), value, rtol=1e-5, atol=1e-7)


def test_weight_decay_is_of_all_that_is_learnt_or_of_kernels() -> None:
    """By names: the authors have one group for all; the frozen biases are in none."""
    network = build(TINY)
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    for decay in ("all", "kernels"):
        settings = replace(SETTINGS, weight_decay=0.1, decay=decay)
        decayed = {
            names[id(parameter)]
            for group in make_optimiser(network, settings).param_groups
            for parameter in group["params"]
            if group["weight_decay"] == 0.1
        }
        learnt = {name for name, one in network.named_parameters() if one.requires_grad}
        kernels = {
            name
            for name in learnt
            if network.get_parameter(name).dim() > 1 and "offset_generator" not in name
        }
        assert len(kernels) < len(learnt)
        assert decayed == (learnt if decay == "all" else kernels)


def test_a_new_rate_counts_from_where_the_run_is_continued(tmp_path: Path) -> None:
    trainer(tmp_path).run(batches(), until=2)
    second = trainer(tmp_path, replace(SETTINGS, learning_rate=1e-3, weight_decay=0.5))
    second.resume()
    group = second.optimiser.param_groups[0]
    assert group["lr"] == pytest.approx(1e-3 * (1 - 2 / 6) ** 0.9)
    assert group["weight_decay"] == 0.5


def test_what_cannot_be_continued_says_so(tmp_path: Path) -> None:
    assert not trainer(tmp_path).resume()
    trainer(tmp_path).run(batches(), until=1)
    with pytest.raises(UserError, match="trained with adamw, not sgd"):
        trainer(tmp_path, replace(SETTINGS, optimiser="sgd")).resume()
    with pytest.raises(UserError, match="belongs to another network"):
        Trainer(build(replace(TINY, width=8)), SETTINGS, tmp_path, {}).resume()
    (tmp_path / "state.pt").write_bytes(b"no state at all")
    with pytest.raises(UserError, match="not a saved run"):
        trainer(tmp_path).resume()


@pytest.mark.parametrize(
    "changed", [{"backbone_rate": 0.1}, {"freeze_steps": 3}, {"auxiliary_weight": 0.0}]
)
def test_other_groups_of_parameters_are_named_and_the_run_is_left(
    tmp_path: Path, changed: dict[str, float]
) -> None:
    trainer(tmp_path).save()
    with pytest.raises(UserError, match=next(iter(changed))) as refused:
        trainer(tmp_path, replace(SETTINGS, **changed)).resume()  # type: ignore[arg-type]
    assert "remove the file" not in str(refused.value)
    assert trainer(tmp_path).resume()


def test_a_run_that_kept_no_beginning_is_not_drawn_back(tmp_path: Path) -> None:
    trainer(tmp_path).save()
    with pytest.raises(UserError, match="saved without pull"):
        trainer(tmp_path, replace(SETTINGS, pull=0.5)).resume()


def test_class_weights_are_those_of_the_saved_run_or_as_asked_now(tmp_path: Path) -> None:
    median = replace(SETTINGS, class_weights="median")
    first = trainer(tmp_path, median)
    first.class_weights = np.array([1.0, 2.0, 3.0])
    first.save()

    def taken_up(settings: TrainSettings) -> object:
        made = trainer(tmp_path, settings)
        assert made.resume()
        return None if made.class_weights is None else made.class_weights.tolist()

    assert taken_up(median) == [1, 2, 3]
    for kind in ("root_median", "none"):
        assert taken_up(replace(SETTINGS, class_weights=kind)) is None
    state = first.state()
    del state["class_weights_kind"]  # an older file: which kind they are is not known
    torch.save(state, tmp_path / "state.pt")
    assert taken_up(median) == [1, 2, 3]
    assert taken_up(SETTINGS) is None


def test_a_loss_that_is_not_finite_stops_and_keeps_the_batch(tmp_path: Path) -> None:
    bad = batch(0)
    bad.rgb[0, 0, 0, 0] = float("nan")
    with pytest.raises(UserError, match="step 0"):
        trainer(tmp_path).train_step(bad)
    rgb, _, labels = torch.load(tmp_path / "batch-0.pt", weights_only=True)
    assert torch.isnan(rgb).any()
    assert (labels == bad.labels).all()


def test_ctrl_c_finishes_the_step_and_saves(tmp_path: Path) -> None:
    def show(done: int, _total: int) -> None:
        if done == 2:
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    made = trainer(tmp_path)
    made.progress = show
    made.run(batches())
    assert made.stopped
    assert signal.getsignal(signal.SIGINT) is before
    second = trainer(tmp_path)
    second.resume()
    assert second.step == made.step == 2


def test_a_stop_in_the_last_step_of_a_stage_is_a_stop(tmp_path: Path) -> None:
    def show(done: int, _total: int) -> None:
        if done == 3:
            signal.raise_signal(signal.SIGTERM)

    made = trainer(tmp_path)
    made.progress = show
    made.run(batches(), until=3)  # the next stage is not to begin
    assert (made.stopped, made.stopped_by, made.step) == (True, signal.SIGTERM, 3)


class _Judge:
    """A validation that says what it is told to, and in which mode it met the network."""

    def __init__(self, *miou: float) -> None:
        self.miou = list(miou)
        self.met: list[SGNet] = []

    def scores(self, network: SGNet) -> Scores:
        self.met.append(network.eval())
        return Scores(0.5, 0.4, self.miou.pop(0), 0.3, np.zeros(3))

    def picture(self, network: SGNet) -> UInt8Array:
        assert not network.training
        return np.zeros((4, 12, 3), np.uint8)


def test_the_best_network_is_kept_and_training_goes_on(tmp_path: Path) -> None:
    made = trainer(tmp_path, replace(SETTINGS, validate_every=2, ema=0, frozen_norms=True))
    made.validation = judge = _Judge(0.2, 0.5, 0.3)
    made.run(batches())
    assert made.best == 0.5
    assert len(judge.met) == 3
    kept = load_checkpoint(tmp_path / "best.safetensors").provenance
    assert (kept["steps"], kept["validation"]["miou"]) == (4, 0.5)
    modes = {type(m).__name__: m.training for m in made.network.modules()}
    assert (modes["Conv2d"], modes["BatchNorm2d"], modes["Dropout2d"]) == (True, False, True)


def test_scores_and_checkpoints_are_those_of_the_averaged_network(tmp_path: Path) -> None:
    made = trainer(tmp_path, replace(SETTINGS, validate_every=2))
    made.validation = judge = _Judge(0.5)
    made.run(batches(), until=2)
    assert judge.met == [made.best_network]
    own, averaged = (one.state_dict() for one in (made.network, made.best_network))
    for name in ("last", "best"):
        kept = load_checkpoint(tmp_path / f"{name}.safetensors").state_dict()
        assert all(torch.equal(kept[key], value) for key, value in averaged.items())
        assert any(not torch.equal(kept[key], value) for key, value in own.items())


def test_a_run_that_is_killed_after_a_validation_knows_the_best_score(tmp_path: Path) -> None:
    settings = replace(SETTINGS, validate_every=2, save_every=2)
    made = trainer(tmp_path, settings)
    made.validation = _Judge(0.5)
    states: list[float] = []
    made.save = lambda: states.append(made.state()["best"])  # type: ignore[method-assign]
    made.run(batches(), until=2)
    assert states == [0.5, 0.5]  # of step 2, and of the end


def test_loss_ignores_void_and_adds_the_auxiliary() -> None:
    logits = torch.tensor([2.0, 0.0])[None, :, None, None].expand(1, 2, 4, 4)
    labels = torch.zeros(1, 4, 4, dtype=torch.long)
    labels[:, 2:] = VOID
    single = float(torch.log1p(torch.exp(torch.tensor(-2.0))))
    output = SGNetOutput(logits, None, {})
    assert segmentation_loss(output, labels, 0.4) == pytest.approx(single)
    both = segmentation_loss(SGNetOutput(logits, logits, {}), labels, 0.4)
    assert both == pytest.approx(1.4 * single)
    heavy = segmentation_loss(output, labels, 0.4, class_weights=torch.tensor([3.0, 1.0]))
    assert heavy == pytest.approx(3 * single)  # divided by pixels, not by weights
    shared = segmentation_loss(output, labels, 0.4, count=torch.tensor(16))
    assert shared == pytest.approx(single / 2)
    labels[:] = VOID
    assert segmentation_loss(output, labels, 0.4) == 0


def test_schedule_warms_up_then_falls_as_a_power() -> None:
    settings = replace(
        SETTINGS, steps=100, warm_up=10, learning_rate=1.0, offset_rate=0.5, optimiser="sgd"
    )
    optimiser = make_optimiser(build(TINY), settings)
    schedule = make_schedule(optimiser, settings)
    rates = []
    for _ in range(100):
        rates.append([group["lr"] for group in optimiser.param_groups])
        optimiser.step()
        schedule.step()
    assert rates[0] == pytest.approx([0.1, 0.1, 0.05])
    assert rates[9] == pytest.approx([1.0, 1.0, 0.5])
    assert rates[50][0] == pytest.approx(0.5**0.9)


def test_a_held_rate_falls_in_stairs() -> None:
    settings = replace(SETTINGS, steps=12, hold_steps=4, learning_rate=1.0, optimiser="sgd")
    optimiser = make_optimiser(build(TINY), settings)
    schedule = make_schedule(optimiser, settings)
    rates = []
    for _ in range(12):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    stairs = [1.0, (2 / 3) ** 0.9, (1 / 3) ** 0.9]
    assert rates == pytest.approx([stair for stair in stairs for _ in range(4)])


def test_the_backbone_has_a_rate_of_its_own_and_waits() -> None:
    settings = replace(
        SETTINGS, steps=10, learning_rate=1.0, backbone_rate=0.2, freeze_steps=3, optimiser="sgd"
    )
    network = build(TINY)
    optimiser = make_optimiser(network, settings)
    schedule = make_schedule(optimiser, settings)
    names = {id(one): name for name, one in network.named_parameters()}
    slow = {names[id(one)] for group in optimiser.param_groups[3:] for one in group["params"]}
    fast = {names[id(one)] for group in optimiser.param_groups[:3] for one in group["params"]}
    assert {"backbone.stem.0.weight", "backbone.layer4.0.conv2.weight"} <= slow
    assert "backbone.layer1.0.bn2.bias" in slow
    assert "backbone.layer1.0.conv2.projector.0.weight" in fast
    assert "decoder.main.classify.weight" in fast
    assert not slow & fast
    assert len(slow | fast) == sum(one.requires_grad for one in network.parameters())
    rates = []
    for _ in range(5):
        rates.append([group["lr"] for group in optimiser.param_groups])
        optimiser.step()
        schedule.step()
    assert [row[3] for row in rates[:3]] == [0, 0, 0]
    assert rates[3][3] == pytest.approx(0.2 * rates[3][0])


def test_a_frozen_backbone_stays_and_the_rest_learns(tmp_path: Path) -> None:
    made = trainer(tmp_path, replace(SETTINGS, freeze_steps=2))
    before = {name: one.detach().clone() for name, one in made.network.named_parameters()}
    made.run(batches(), until=2)
    after = dict(made.network.named_parameters())
    kernel, last = "backbone.layer2.1.conv1.weight", "decoder.main.classify.weight"
    assert torch.equal(after[kernel], before[kernel])
    assert not torch.equal(after[last], before[last])
    made.run(batches(2), until=3)
    assert not torch.equal(dict(made.network.named_parameters())[kernel], before[kernel])


def test_the_pull_draws_kernels_back_by_its_share() -> None:
    network = build(TINY)
    pull = Pull(network, 0.5)
    start = {name: one.detach().clone() for name, one in network.named_parameters()}
    with torch.no_grad():
        for one in network.parameters():
            one.add_(1)
    pull.apply(0.2)  # a share of 0.1
    for name, one in network.named_parameters():
        held = of_backbone(name) and one.dim() > 1
        torch.testing.assert_close(one.detach(), start[name] + (0.9 if held else 1.0))


def test_a_continued_run_is_drawn_back_to_where_it_began(tmp_path: Path) -> None:
    settings = replace(SETTINGS, pull=0.5)
    first = trainer(tmp_path, settings)
    began = first.pull.start["backbone.stem.0.weight"].clone()
    first.run(batches(), until=3)
    assert not torch.equal(first.network.backbone.stem[0].weight, began)
    torch.manual_seed(99)
    second = Trainer(build(TINY), settings, tmp_path, {})
    assert second.resume()
    assert torch.equal(second.pull.start["backbone.stem.0.weight"], began)
