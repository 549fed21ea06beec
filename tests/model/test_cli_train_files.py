"""`sgnet-model train --data`: each recipe on its data set, from weights, in two processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from cli_support import Run
from reference.imagenet_layout import WIDTH as NARROW
from reference.imagenet_layout import torchvision
from training_sets import make_cityscapes, make_esanet, make_sunrgbd
from training_support import TINY

from sgnet_model import allocator
from sgnet_model.config import VARIANTS
from sgnet_model.weights import load_checkpoint

SMALL = (
    *("--variant", "tiny", "--workers", "0", "--device", "cpu", "--epochs", "1"),
    *("--set", "batch=2", "--set", "augment.crop=32x48"),
)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variant for tests; the allocator of the test process is left alone."""
    monkeypatch.setitem(VARIANTS, "tiny", replace(TINY, variant="tiny", width=NARROW))
    monkeypatch.setattr(allocator, "keep_all_freed_memory", lambda: False)


@pytest.mark.parametrize(
    ("recipe", "make", "steps", "classes", "val"),
    [
        ("nyuv2", make_esanet, 3, 40, "test"),
        ("sunrgbd", make_sunrgbd, 2, 37, "test"),
        ("cityscapes", make_cityscapes, 1, 19, "val"),
    ],
)
def test_each_recipe_on_its_data_set(
    run: Run, tmp_path: Path, recipe: str, make: object, steps: int, classes: int, val: str
) -> None:
    root = make(tmp_path / "set")  # type: ignore[operator]
    out = tmp_path / "run"
    told = run(
        "train",
        "--data",
        root,
        "--recipe",
        recipe,
        "--val-split",
        val,
        "--out",
        out,
        *SMALL,
        "--json",
    ).json
    assert (told["steps"], told["validated_on"], told["skipped"]) == (steps, val, [])
    assert 0 <= told["miou"] <= 1
    kept = load_checkpoint(out / "best.safetensors")
    assert kept.config.classes == classes
    weights = torch.load(out / "state.pt", weights_only=True)["class_weights"]
    assert (weights is not None) is (recipe == "sunrgbd")
    scored = run(
        *("evaluate", "--data", root, "--split", val, "--checkpoint", out / "best.safetensors"),
        *("--size", "native" if recipe == "cityscapes" else "480x640"),
        *("--device", "cpu", "--precision", "fp32", "--json"),
    ).json
    assert scored["miou"] == pytest.approx(told["miou"], abs=1e-6)  # the same evaluation


def test_weights_to_start_from_are_told_and_listed(run: Run, tmp_path: Path) -> None:
    root, weights = make_esanet(tmp_path / "set"), tmp_path / "resnet50.pth"
    torch.save(torchvision(), weights)
    flags = ("--data", root, "--recipe", "nyuv2", "--init", weights, "--out", tmp_path / "run")
    said = run("train", *flags, *SMALL)
    assert said.code == 0
    assert "torchvision layout, from resnet50.pth" in said.err
    assert "the stem (15)" in said.err
    listed = json.loads((tmp_path / "run" / "init.json").read_text())
    assert "fc.weight" in listed["unused"]
    assert "backbone.stem.0.weight" in listed["fresh"]
    assert "backbone.layer1.1.conv2.weight" in listed["taken"]
    again = run("train", *flags, *SMALL)
    assert "resnet50.pth is not read" in again.err


def test_bad_frames_are_counted(run: Run, tmp_path: Path) -> None:
    root = make_esanet(tmp_path / "set")
    (root / "train" / "rgb" / "0002.png").unlink()
    flags = ("train", "--data", root, "--recipe", "nyuv2", *SMALL)
    assert "Frame train/0002 cannot be trained on" in run(*flags, "--out", tmp_path / "a").sentence
    skipping = run(*flags, "--out", tmp_path / "b", "--on-error", "skip")
    assert "bad frames skipped: 1" in skipping.out
    assert "Skipped train/0002" in skipping.err


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--recipe", "compact"), "--data needs one of the recipes nyuv2, sunrgbd, cityscapes"),
        (("--recipe", "nyuv2", "--split", "dev"), "no split 'dev'"),
        (("--recipe", "nyuv2", "--profile", "classic"), "--profile belongs to rendered scenes"),
        (("--recipe", "nyuv2", "--epochs", "0"), "0 epochs"),
        (("--recipe", "nyuv2", "--epochs", "1", "--steps", "1"), "give one of them"),
        (("--recipe", "nyuv2", "--val-split", "train"), "both trained and validated on"),
    ],
)
def test_a_wrong_wish(run: Run, tmp_path: Path, flags: tuple[str, ...], words: str) -> None:
    root = make_esanet(tmp_path / "set")
    assert words in run("train", "--data", root, "--out", tmp_path / "out", *flags).sentence
    assert not (tmp_path / "out").exists()


_TWO = """
import sys
from dataclasses import replace

from training_support import TINY

from sgnet_model.config import VARIANTS

VARIANTS["tiny"] = replace(TINY, variant="tiny")
from sgnet_model.cli import main

sys.exit(main(sys.argv[1:]))
"""


def test_torchrun_takes_the_frames_one_process_would(run: Run, tmp_path: Path) -> None:
    """Two processes with half the batch each, from the command line to the same first loss."""
    root = make_esanet(tmp_path / "set", train=4)
    script = tmp_path / "two.py"
    script.write_text(_TWO)
    exact = ("--set", "frozen_norms=true", "--set", "dropout=false", "--set", "validate_every=0")
    flags = ("train", "--data", root, "--recipe", "nyuv2", *SMALL, *exact, "--json")
    run(*flags, "--out", tmp_path / "one")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--local-addr", "127.0.0.1"]  # the machine's own name need not resolve
    command += ["--nproc-per-node", "2", str(script)]
    command += [str(flag) for flag in (*flags, "--out", tmp_path / "two")]
    helpers = os.pathsep.join(str(Path(__file__).parents[up]) for up in (0, 2))
    environment = {**os.environ, "PYTHONPATH": helpers, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    losses = [
        [
            json.loads(line)["loss"]
            for line in (tmp_path / name / "log.jsonl").read_text().splitlines()
        ]
        for name in ("one", "two")
    ]
    assert len(losses[0]) == 2
    assert losses[1] == pytest.approx(losses[0], rel=1e-3)
