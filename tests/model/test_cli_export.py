"""`sgnet-model export`: what is written, what is told, what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import onnx
import onnxruntime
import pytest
from cli_support import Run

from sgnet_model.cli import export
from sgnet_model.config import VARIANTS
from sgnet_model.onnx import CheckReport, Deviation
from sgnet_model.variants import build
from sgnet_model.weights import save_checkpoint

SIZE = "72x100"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "small.onnx"


@pytest.mark.parametrize("sampling", ["deform", "grid"])
def test_a_checkpoint_becomes_a_checked_graph(
    run: Run, small_checkpoint: Path, target: Path, sampling: str
) -> None:
    words = (
        "--checkpoint",
        small_checkpoint,
        "--size",
        SIZE,
        "--sampling",
        sampling,
        "--opset",
        "21",
    )
    told = run("export", "--onnx", target, *words, "--json").json
    assert told["path"] == str(target)
    assert told["bytes"] == target.stat().st_size
    assert (told["size"], told["opset"], told["batch"]) == ([72, 100], 21, 1)
    assert (told["variant"], told["sampling"]) == ("small", sampling)
    check = told["check"]
    assert f"ONNX Runtime {onnxruntime.__version__}" in check["runtime"]
    assert len(check["values"]) == 12 * 3 + 2
    assert max(check["values"].values()) == check["worst_relative"] < 1e-3
    assert onnx.load(target).opset_import[0].version == 21


def test_a_graph_for_pictures_of_any_size(run: Run, small_checkpoint: Path, target: Path) -> None:
    """Checked at the default size and at another."""
    words = ("--checkpoint", small_checkpoint, "--size", "any")
    told = run("export", "--onnx", target, *words, "--json").json
    assert told["size"] == "any"
    assert told["check"]["worst_relative"] < 1e-3
    shape = onnx.load(target).graph.input[0].type.tensor_type.shape
    assert [one.dim_param or one.dim_value for one in shape.dim] == [1, 3, "H", "W"]
    refused = run("export", "--onnx", target, *words, "--sampling", "grid").sentence
    assert "use --sampling deform" in refused


def test_a_variant_without_weights_says_so(run: Run, target: Path) -> None:
    words = ("--variant", "sgnet-compact", "--size", SIZE, "--batch", "any")
    ran = run("export", "--onnx", target, *words)
    assert (ran.code, ran.err) == (0, "")
    assert "sgnet-compact with random weights, inputs 72x100, opset 19" in ran.out
    assert "38 values" in ran.out
    assert onnx.load(target).graph.input[0].type.tensor_type.shape.dim[0].dim_param == "N"


def test_taps_are_outputs_where_wanted(run: Run, small_checkpoint: Path, target: Path) -> None:
    words = ("--checkpoint", small_checkpoint, "--size", SIZE, "--taps", "--no-check")
    assert run("export", "--onnx", target, *words, "--json").json["check"] is None
    names = [output.name for output in onnx.load(target).graph.output]
    assert names[:3] == ["logits", "labels", "layer1.0.offsets"]
    assert len(names) == 38


def test_without_a_runtime_it_is_written_and_told(
    run: Run, small_checkpoint: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = {"onnxruntime"}
    monkeypatch.setattr(export, "find_spec", lambda name: None if name in missing else object())
    words = ("export", "--onnx", target, "--checkpoint", small_checkpoint, "--size", SIZE)
    assert "not checked" in run(*words).out
    assert target.is_file()
    assert "onnxruntime is not installed: run pip install" in run(*words, "--check").sentence
    missing.add("onnx")
    assert "The package onnx is not installed" in run(*words).sentence


def test_a_graph_that_differs_is_not_written(
    run: Run, small_checkpoint: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = CheckReport("a runtime", (Deviation("logits", 0.5), Deviation("labels", 0)))
    monkeypatch.setattr("sgnet_model.onnx.check.check_model", lambda *_: wrong)
    ran = run("export", "--onnx", target, "--checkpoint", small_checkpoint, "--size", SIZE)
    assert "logits differs from the network's (relative difference 5.0e-01)" in ran.sentence
    assert not target.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--opset", "18"), "Opset 18 cannot be written: choose one from 19"),
        (("--batch", "0"), "neither a number from 1 nor any"),
        (("--size", "16x640"), "32 to 4096 pixels a side, like 480x640, or any"),
        (("--variant", "sgnet-r50"), "holds small, not sgnet-r50"),
        (("--sampling", "fast"), "invalid choice"),
    ],
)
def test_what_cannot_be_is_refused(
    run: Run, small_checkpoint: Path, target: Path, words: tuple[str, ...], said: str
) -> None:
    ran = run("export", "--onnx", target, "--checkpoint", small_checkpoint, *words)
    assert said in ran.sentence
    assert not target.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--variant", "sgnet-r50"),
        ("--opset", "19"),
        ("--sampling", "deform"),
        ("--batch", "any"),
        ("--taps",),
        ("--check",),
        ("--no-check",),
    ],
)
def test_options_of_a_graph_are_refused_for_a_recording(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """As they are written, also where they ask for what is usual."""
    ran = run("export", "--rerun", tmp_path / "a.rrd", "--data", tmp_path, *words)
    flag = words[0].replace("--no-", "--")
    assert ran.sentence.endswith(f"{flag} belongs to --onnx: leave it out for --rerun.")


@pytest.mark.parametrize(
    "words",
    [
        ("--data", "set"),
        ("--depth", "a.png"),
        ("--pixel", "3,3"),
        ("--device", "cpu"),
        ("--first", "0"),
        ("--every", "1"),
    ],
)
def test_options_of_a_recording_are_refused_for_a_graph(
    run: Run, target: Path, words: tuple[str, ...]
) -> None:
    ran = run("export", "--onnx", target, "--variant", "sgnet-compact", *words)
    assert ran.sentence.endswith(f"{words[0]} belongs to --rerun: leave it out for --onnx.")


def test_a_checkpoint_of_the_variant_may_have_other_classes(
    run: Run, target: Path, tmp_path: Path
) -> None:
    path = tmp_path / "seven.safetensors"
    save_checkpoint(build(replace(VARIANTS["sgnet-compact"], classes=7)), path, {})
    words = ("--checkpoint", path, "--variant", "sgnet-compact", "--size", SIZE, "--no-check")
    assert run("export", "--onnx", target, *words).code == 0
    assert onnx.load(target).graph.output[0].type.tensor_type.shape.dim[1].dim_value == 7


def test_a_place_that_is_not_there_is_told_before_the_work(run: Run, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere" / "x.onnx"):
        assert "name a file in a folder that is there" in run("export", "--onnx", place).sentence


def test_the_file_must_be_named(run: Run) -> None:
    assert "--onnx" in run("export").sentence
