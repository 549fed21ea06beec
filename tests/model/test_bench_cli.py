"""`sgnet-model bench`: its options, its JSON, its Markdown, its errors."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from bench_support import SMALL
from cli_support import Run

from sgnet_model.benchmark import memory, peak
from sgnet_model.benchmark import run as running
from sgnet_model.cli import bench

SMALLEST = ("--sizes", "64x96", "--repeats", "2", "--device", "cpu")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more variant, a light load, no process for memory."""
    monkeypatch.setitem(bench.VARIANTS, "small", SMALL)
    monkeypatch.setitem(peak.PEAK_SIZES, "cpu", peak.PeakSizes(64, 1, 16, (16, 16)))
    monkeypatch.setattr(memory, "in_a_process", lambda _: 12.0)
    monkeypatch.setattr(bench, "LAST_RUN", "no-run-of-a-test.json")


def test_json(run: Run) -> None:
    values = run("bench", "--variants", "small", *SMALLEST, "--dtypes", "fp32,bf16", "--json").json
    assert set(values["peaks_gflops"]) == {"fp32", "bf16"}
    assert values["machine"]["PyTorch"] == torch.__version__
    rows = values["rows"]
    assert [(row["dtype"], row["implementation"]) for row in rows] == [
        (dtype, kind)
        for dtype in ("fp32", "bf16")
        for kind in ("ours", "baseline", "stock", "unapplied")
    ]
    for row in rows:
        assert (row["variant"], row["device"], row["batch"]) == ("small", "cpu", 1)
        assert (row["height"], row["width"], row["repeats"]) == (64, 96, 2)
        assert 0 < row["median_ms"] < row["with_labels_ms"]
        assert row["peak_mb"] == 12.0
        assert row["share_of_peak"] > 0


def test_ours_is_measured_beside_itself_with_a_switch(run: Run) -> None:
    words = ("--variants", "small", *SMALLEST, "--dtypes", "fp32", "--switch", "all:offsets=zero")
    rows = run("bench", *words, "--implementations", "ours", "baseline", "--json").json["rows"]
    said = [row["implementation"] for row in rows]
    assert said == ["ours", "baseline", "ours, all:offsets=zero"]
    assert all(row["median_ms"] > 0 for row in rows)


PEER = """
import torch

def make(device, dtype):
    torch.manual_seed(0)
    network = torch.nn.Conv2d(4, 5, 3, stride=8).eval().to(device, dtype)
    return lambda picture, depth: network(torch.cat((picture, depth), 1).to(dtype))

def refuse(device, dtype):
    raise RuntimeError("no weights here")

PEERS = {"small net": make, "broken": refuse, "odd": lambda *_: lambda picture, depth: picture[0]}
"""


def test_networks_of_others_are_timed_beside_ours(run: Run, tmp_path: Path) -> None:
    """One of three works: the others are rows with their reasons."""
    file = tmp_path / "mine.py"
    file.write_text(PEER)
    choice = (
        "--variants",
        "small",
        "--implementations",
        "ours",
        "--dtypes",
        "fp32",
        "--peers",
        file,
    )
    rows = run("bench", *choice, *SMALLEST, "--json").json["rows"]
    assert [row["implementation"] for row in rows] == ["ours", *PEERS]
    ours, net, broken, odd = rows
    assert (net["variant"], net["height"], net["repeats"]) == ("small", 64, 2)
    assert 0 < net["median_ms"] < ours["median_ms"]
    assert net["with_labels_ms"] > net["median_ms"]
    assert "no weights here" in broken["error"]
    assert "returned (3, 64, 96): logits (N, classes, h, w) of 1 pictures" in odd["error"]


PEERS = ("peer small net", "peer broken", "peer odd")


ORDINARY = """
from __future__ import annotations
import sys
from dataclasses import dataclass
from kernel_beside import CLASSES

print("found a network")

@dataclass
class Net:
    classes: int

    def __call__(self, picture, depth):
        print("a pass")
        return picture.new_zeros(len(picture), self.classes, 8, 8)

def make(device, dtype):
    print("made")
    return Net(CLASSES)

PEERS = {"net": make, "leaver": lambda *_: sys.exit(3)}
"""


def test_a_peer_may_be_an_ordinary_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One with a dataclass, a file beside it and words of its own, on standard error."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    file = tmp_path / "mine.py"
    file.write_text(ORDINARY)
    (tmp_path / "kernel_beside.py").write_text("CLASSES = 5")
    choice = ("--variants", "small", "--implementations", "ours", "--dtypes", "fp32")
    outcome = run("bench", *choice, *SMALLEST, "--peers", file, "--json", "--verbose")
    _, net, leaver = json.loads(outcome.out)["rows"]
    assert net["error"] is None
    assert net["repeats"] == 2
    assert "ends the program (exit status 3)" in leaver["error"]
    assert {"found a network", "made", "a pass"} <= set(outcome.err.splitlines())


def test_a_file_without_peers_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    for text, words in (
        (None, "is no Python file"),
        ("x = 1", "defines no PEERS"),
        ("1 / 0", "cannot be run (ZeroDivisionError"),
        ("import sys; sys.exit(0)", "mine.py ends the program (exit status 0)"),
    ):
        if text is not None:
            file.write_text(text)
        assert words in run("bench", "--peers", file, "--variants", "small", *SMALLEST).sentence


def test_what_got_slower_by_more_than_the_spread_is_told(run: Run, tmp_path: Path) -> None:
    choice = ("--variants", "small", "--implementations", "ours,baseline", "--dtypes", "fp32")
    first = run("bench", *choice, *SMALLEST, "--json")
    assert "slower" not in first.json  # nothing to stand beside: no such file is committed here
    values = first.json
    fast, same = values["rows"]
    for name in ("median_ms", "quartile_low_ms", "quartile_high_ms"):
        fast[name] = fast[name] / 1000
        same[name] = same[name] * 1000
    values["machine"]["processor"] = "another"
    file = tmp_path / "before.json"
    file.write_text(json.dumps(values))
    again = run("bench", *choice, *SMALLEST, "--json", "--against", file)
    (slower,) = json.loads(again.out)["slower"]
    assert (slower["implementation"], slower["before_ms"]) == ("ours", fast["median_ms"])
    assert "1 of 2 rows are slower than in before.json by more than the spread." in again.err
    assert "measured elsewhere (processor differ)" in again.err
    assert "small 64x96, batch 1, fp32, ours:" in again.err
    file.write_text("{}")
    said = run("bench", *choice, *SMALLEST, "--against", file).sentence
    assert "is not what bench --json prints" in said


def test_choices_and_markdown_to_a_file(run: Run, tmp_path: Path) -> None:
    """Lists by blanks and commas; with a file the screen stays empty."""
    file = tmp_path / "bench.md"
    command = ("bench", "--variants", "small", "--sizes", "64x96,", "32x32", "--repeats", 1)
    kinds = ("--implementations", "baseline,ours", "--dtypes", "fp32", "--device", "cpu")
    outcome = run(*command, *kinds, "--markdown", file)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if "| small" in line]
    assert [line.split("|")[2].strip() for line in lines] == ["64x96", "64x96", "32x32", "32x32"]
    assert "| ours |" in lines[0]
    assert "| baseline |" in lines[1]


def test_what_is_measured_is_there_before_all_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both files, whole, after each size, as a machine that is lent may be gone by then."""
    files = tmp_path / "bench.json", tmp_path / "bench.md"
    seen: list[tuple[str, str]] = []

    def measured(*arguments: Any) -> Any:
        seen.append((files[0].read_text(), files[1].read_text()))
        return measure(*arguments)

    measure = running.measure
    monkeypatch.setattr(running, "measure", measured)
    choice = ("--variants", "small", "--implementations", "baseline", "--dtypes", "fp32")
    written = ("--results", files[0], "--markdown", files[1])
    outcome = run("bench", *choice, *SMALLEST, "--sizes", "64x96,32x32,32x64", *written)
    assert (outcome.code, outcome.out) == (0, "")
    assert seen[0] == ("", "")
    for count, (as_json, text) in enumerate(seen[1:], 1):
        values = json.loads(as_json)
        assert values["unfinished"] == f"{count} of 3 cases"
        assert len(values["rows"]) == text.count("| small") == count
        assert text.startswith(f"**Unfinished: {count} of 3 cases.**")
    values = json.loads(files[0].read_text())
    assert "unfinished" not in values
    assert len(values["rows"]) == 3
    assert "nfinished" not in files[1].read_text()


def test_defaults() -> None:
    """480x640 and 425x560, all implementations, fp32 and bf16 on CPUs; `all` is every variant."""
    args = argparse.Namespace(
        variants=None, sizes=None, dtypes=None, implementations=None, growth=False
    )
    cases = bench._cases(args, "cpu")
    assert {case.size for case in cases} == {(480, 640), (425, 560)}
    assert {case.dtype for case in cases} == {"fp32", "bf16"}
    assert {case.implementation for case in cases} == {"ours", "baseline", "stock", "unapplied"}
    args.variants, args.growth = ["all"], True
    grown = bench._cases(args, "cuda")
    assert {case.config.variant for case in grown} == set(bench.VARIANTS)
    assert {case.batch for case in grown} == {1, 2, 4, 8}
    assert "fp16" in {case.dtype for case in grown}
    assert len(set(grown)) == len(grown)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--variants", "sgnet-r51"), "no variant called 'sgnet-r51'"),
        (("--dtypes", "fp8"), "no dtype called 'fp8' (fp32, bf16, fp16, int8)"),
        (("--implementations", "theirs"), "no implementation called 'theirs'"),
        (("--sizes", "480"), "480"),
        (("--sizes", "native"), "no picture of its own"),
        (("--switch", "all:offsets=zero", "--implementations", "stock"), "--switch is of ours"),
        (("--repeats", "0"), "--repeats starts at 1"),
        (("--device", "abacus"), "abacus"),
    ],
)
def test_wrong_options(run: Run, flags: tuple[str, ...], words: str) -> None:
    assert words in run("bench", *flags).sentence


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is there to be measured")
def test_a_gpu_that_is_not_there_is_not_measured_on_the_cpu(run: Run) -> None:
    assert "no usable CUDA device" in run("bench", "--device", "cuda").sentence


def test_a_place_where_nothing_can_be_written_is_told_first(run: Run, tmp_path: Path) -> None:
    assert "cannot be used" in run("bench", "--markdown", tmp_path / "no" / "file.md").sentence


def test_scenes_alone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sgnet_model.benchmark.scene_speed.SIZES", ((32, 48),))
    monkeypatch.setattr("sgnet_model.benchmark.scene_speed.usable_cores", lambda: 1)
    values = run("bench", "--scenes", "--repeats", 1, "--json").json
    assert set(values) == {"machine", "scenes"}
    (scenes,) = values["scenes"]
    assert (scenes["height"], scenes["scenes"], scenes["workers"]) == (32, 1, 1)
    assert scenes["streamed_per_second"] > 0


def test_parts_of_the_window(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by name only when asked for; a dictionary of theirs is passed on."""
    asked: list[str] = []

    def run_part(args: argparse.Namespace) -> dict[str, Any]:
        return {"click_ms": 12.5, "json": args.json, "markdown": "| click | 12.5 |\n"}

    def found(name: str) -> Any:
        asked.append(name)
        return SimpleNamespace(run=run_part)

    monkeypatch.setattr(importlib, "import_module", found)
    values = run("bench", "--window", "--live", "--json").json
    assert asked == ["sgnet_viewer.benchmark.live", "sgnet_viewer.benchmark.window"]
    assert values["window"] == {"click_ms": 12.5, "json": True}
    assert run("bench", "--live").out == "| click | 12.5 |\n"


def test_how_long_is_asked_of_the_live_part_alone(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[float | None, int | None]] = []

    def measured(args: Any) -> dict[str, Any]:
        asked.append((args.seconds, args.frames))
        return {}

    module = SimpleNamespace(run=measured)
    monkeypatch.setattr(bench.importlib, "import_module", lambda _: module)
    run("bench", "--live", "--seconds", "2.5", "--frames", "0")
    run("bench", "--live")
    assert asked == [(2.5, 0), (None, None)]
    assert "add --live" in run("bench", "--frames", "100").sentence


@pytest.mark.parametrize(
    "words", [("--variants", "sgnet-r50"), ("--against", "a"), ("--switch", "all:offsets=zero")]
)
def test_what_is_of_the_networks_is_refused_without_them(run: Run, words: tuple[str, str]) -> None:
    assert f"{words[0]} is of the networks" in run("bench", "--scenes", *words).sentence


def test_without_the_window_there_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", missing)
    said = run("bench", "--window").sentence
    assert "--window measures the window, which cannot be loaded here" in said
