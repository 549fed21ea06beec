"""`sgnet-model train`: a tiny run from end to end, continued, interrupted, refused."""

from __future__ import annotations

import json
import re
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from cli_support import Run
from training_support import TINY

from sgnet_model import allocator
from sgnet_model.cli import main
from sgnet_model.config import VARIANTS
from sgnet_model.training.loop import Trainer
from sgnet_model.weights import load_checkpoint

TINY_RUN = (
    *("--variant", "tiny", "--steps", "4", "--workers", "0", "--device", "cpu"),
    *("--set", "batch=2", "--set", "augment.crop=32x48", "--set", "bf16=false"),
    *("--set", "validate_scenes=1", "--set", "validate_every=2"),
)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variant for tests; the allocator of the test process is left alone."""
    monkeypatch.setitem(VARIANTS, "tiny", replace(TINY, variant="tiny", classes=40))
    monkeypatch.setattr(allocator, "keep_all_freed_memory", lambda: False)


def _losses(folder: Path) -> list[float]:
    lines = (json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines())
    return [line["loss"] for line in lines if "loss" in line]


def test_a_run_interrupted_by_ctrl_c_continues_with_the_same_losses(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run("train", "--out", tmp_path / "a", *TINY_RUN, "--json").json
    assert whole["steps"] == 4
    assert 0 <= whole["miou"] <= 1

    step = Trainer.train_step

    def interrupted(self: Trainer, batch: object) -> float:
        if self.step == 1:
            signal.raise_signal(signal.SIGINT)
        return step(self, batch)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "train_step", interrupted)
        outcome = run("train", "--out", tmp_path / "b", *TINY_RUN)
    assert outcome.code == 130
    assert "saved after step 2 of 4" in outcome.err
    assert "the same command continues" in outcome.err

    torch.rand(3)
    rest = run("train", "--out", tmp_path / "b", *TINY_RUN, "--json").json
    assert rest["steps"] == 4
    assert rest["loss"] == pytest.approx(whole["loss"], rel=1e-4)
    assert _losses(tmp_path / "b") == pytest.approx(_losses(tmp_path / "a"), rel=1e-4)


def test_what_a_run_leaves(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("avx512_bf16", "amx_tile"):
        monkeypatch.setattr(torch.cpu, f"_is_{name}_supported", lambda: False)
    frequencies = tmp_path / "shares.json"
    frequencies.write_text('{"wall": 3, "floor": 1}')
    out = tmp_path / "run"
    flags = (
        "--set",
        "bf16=true",
        "--set",
        "class_weights=median",
        "--class-frequencies",
        frequencies,
    )
    said = run("train", "--out", out, *TINY_RUN, *flags)
    assert said.code == 0
    assert "no instructions for bfloat16, so the run computes in float32" in said.out
    assert "last.safetensors: 4 steps, loss " in said.out
    assert {"last.safetensors", "best.safetensors", "log.jsonl", "state.pt"} <= {
        path.name for path in out.iterdir()
    }
    kept = load_checkpoint(out / "last.safetensors")
    assert kept.config.variant == "tiny"
    assert kept.provenance["settings"]["validate_every"] == 2
    weights = torch.load(out / "state.pt", weights_only=True)["class_weights"]
    assert weights[1] == pytest.approx(2 * weights[0] * 1.5)  # floor: half the median; wall: 1.5
    frequencies.write_text('{"wall": 1, "floor": 1}')
    again = run("train", "--out", out, *TINY_RUN, *flags)
    assert "of the frequencies given, not those of the saved run" in again.err


def test_a_run_goes_on_from_a_checkpoint_with_scenes_of_its_own(run: Run, tmp_path: Path) -> None:
    first, then = tmp_path / "first", tmp_path / "then"
    run("train", "--out", first, *TINY_RUN)
    flags = ("--init", first / "last.safetensors", "--first-seed", "2000000")
    still = ("--set", "learning_rate=1e-12", "--set", "warm_up=0", "--set", "ema=0")
    said = run("train", "--out", then, *TINY_RUN, *flags, *still)
    assert "Weights from last.safetensors" in said.err
    begun, ended = (load_checkpoint(folder / "last.safetensors") for folder in (first, then))
    for name, value in begun.named_parameters():
        torch.testing.assert_close(ended.state_dict()[name], value.detach())
    assert ended.provenance["first_seed"] == 2_000_000
    assert ended.provenance["start"] == {"file": "last.safetensors", "layout": "network"}
    assert json.loads((then / "init.json").read_text())["taken"]


def test_a_continued_run_keeps_its_scenes(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "run"
    own = ("--profile", "classic", "--first-seed", "5000000")
    steps = TINY_RUN.index("4")
    short = (*TINY_RUN[:steps], "2", *TINY_RUN[steps + 1 :])
    assert run("train", "--out", out, *short, *own).code == 0

    for flags, words in (
        (
            ("--profile", "realistic"),
            "was trained on classic scenes: leave out --profile realistic",
        ),
        (("--first-seed", "6000000"), "from seed 5000000: leave out --first-seed 6000000"),
    ):
        refused = run("train", "--out", out, *TINY_RUN, *flags)
        assert words in refused.sentence
    rest = run("train", "--out", out, *TINY_RUN, "--json").json
    assert (rest["steps"], rest["validated_on"]) == (4, "1 scenes from seed 999000")
    kept = load_checkpoint(out / "last.safetensors").provenance
    assert (kept["profile"], kept["first_seed"]) == ("classic", 5_000_000)
    assert kept["validated_on"] == "1 scenes from seed 999000"
    again = run("train", "--out", out, *TINY_RUN, *own)  # the same ones may be named
    assert "on 1 scenes from seed 999000" in again.out

    state = torch.load(out / "state.pt", weights_only=True)
    del state["source"]  # as an earlier version saved it; its validation was on classic scenes
    torch.save(state, out / "state.pt")
    older = run("train", "--out", out, *TINY_RUN, "--profile", "realistic")
    assert "does not say which scenes" in older.err
    assert "goes on with realistic ones from seed 1000000" in older.err
    assert "is counted anew on realistic ones" in older.err


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--recipe", "grand"), "no recipe called 'grand'"),
        (("--recipe", "nyuv2"), "name the data set with --data"),
        (("--epochs", "3"), "--epochs belongs to --data"),
        (("--on-error", "stop"), "--on-error belongs to --data"),
        (("--first-seed", "999999"), "kept for evaluation"),
        (("--init", "nowhere.pth"), "nowhere.pth"),
        (("--variant", "unet"), "no variant called 'unet'"),
        (("--steps", "1"), "too few for 2 stages"),
        (("--set", "batch=0"), "batch is 0"),
        (("--set", "bach=1"), "batch may be meant"),
        (("--workers", "-1"), "--workers is -1"),
        (("--class-frequencies", "x.json"), "class_weights=median"),
    ],
)
def test_a_wrong_wish(run: Run, tmp_path: Path, flags: tuple[str, ...], words: str) -> None:
    assert words in run("train", "--out", tmp_path / "out", *flags).sentence
    assert not (tmp_path / "out").exists()


def test_settings_are_listed_with_their_values(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--list-settings"]) == 0
    lines = [re.split(r"  +", line) for line in capfd.readouterr().out.splitlines()]
    recipes = ["compact", "rooms", "nyuv2", "sunrgbd", "cityscapes", "nyuv2-ablation"]
    assert lines[0] == ["setting", *recipes]
    rows = {name: dict(zip(recipes, values, strict=True)) for name, *values in lines}
    assert [rows["optimiser"][name] for name in recipes[1:3]] == ["adamw", "sgd"]
    assert [rows["batch"][name] for name in recipes[:3]] == ["8 then 4", "8 then 4", "8"]
    crops = [rows["augment.crop"][name] for name in recipes[:3]]
    assert crops == ["240,320 then 480,640", "240,320 then 480,640", "480,640"]
    assert [rows["augment.divide_depth"][name] for name in recipes[1:3]] == ["True", "False"]
    assert [rows["augment.holes"][name] for name in recipes[:3]] == ["0.0", "0.2", "0.0"]
    steps = ["1620", "1800", "480 epochs", "200 epochs", "40000", "480 epochs"]
    assert list(rows["steps"].values()) == steps
    assert [rows["validate_every"][name] for name in recipes[:3]] == ["500", "500", "1 epoch"]


@pytest.mark.parametrize("words", [("--json", "--list-settings"), ("--list-settings", "--json")])
def test_settings_are_listed_as_json(run: Run, words: tuple[str, ...]) -> None:
    settings = run("train", *words).json["settings"]
    assert settings["batch"]["compact"] == "8 then 4"
    assert settings["steps"]["cityscapes"] == "40000"
    assert "required: --out" in run("train").sentence
