"""Rows: measured in turns, or a reason."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, count, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from bench_support import SMALL, small_case
from torch import Tensor

from sgnet_model.benchmark import memory, programs, run, scene_speed, timing
from sgnet_model.benchmark.cases import IMPLEMENTATIONS, Case, Implementation
from sgnet_model.benchmark.inputs import network_of
from sgnet_model.benchmark.peak import Peaks, PeakSizes, peak_gflops
from sgnet_model.benchmark.programs import Program, make_program
from sgnet_model.benchmark.rows import Row
from sgnet_model.nn.prepare import prepared
from sgnet_model.predictor import decide
from sgnet_model.switches import parse_switches
from sgnet_model.training.recipes import streamed_scenes
from sgnet_model.types import UserError

CPU = torch.device("cpu")


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is not measured: no process is started for it."""
    monkeypatch.setattr(memory, "in_a_process", lambda _: 12.0)


@pytest.mark.usefixtures("no_process")
def test_all_implementations_give_numbers() -> None:
    cases = [small_case(kind, dtype) for kind in IMPLEMENTATIONS for dtype in ("fp32", "bf16")]
    made: list[None] = []
    rows = run.measure(cases, CPU, 3, lambda: made.append(None))
    assert [row.case for row in rows] == cases
    assert len(made) == len(cases)
    for row in rows:
        assert row.error is None
        assert (len(row.network_ms), len(row.labels_ms), row.peak_mb) == (3, 3, 12.0)
        assert all(
            0 < short < long for short, long in zip(row.network_ms, row.labels_ms, strict=True)
        )


def test_programs_agree_where_they_must() -> None:
    """Ours and stock are one network; classes come at the input's size."""
    ours, stock = (make_program(small_case(kind, batch=2), CPU) for kind in ("ours", "stock"))
    torch.testing.assert_close(ours.logits(), stock.logits(), rtol=1e-3, atol=1e-3)
    logits = torch.randn(ours.logits().shape, generator=torch.Generator().manual_seed(0))
    labels, plainly = ours.labels(logits), stock.labels(logits)
    assert labels.shape == plainly.shape == (2, 64, 96)
    assert (labels == plainly).float().mean() > 0.999  # but where two classes tie
    halved = make_program(small_case("stock", "bf16"), CPU).logits()
    assert halved.dtype == torch.bfloat16


@pytest.mark.parametrize("kind", IMPLEMENTATIONS)
def test_prepared_programs_decide_as_the_predictor_does(
    kind: Implementation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[tuple[int, ...]] = []

    def watched(logits: Tensor, *of: tuple[int, int]) -> tuple[Tensor, Tensor]:
        sizes.append((len(logits), *of[0], *of[1]))
        return decide(logits, *of)

    monkeypatch.setattr(programs, "decide", watched)
    program = make_program(small_case(kind, batch=2), CPU)
    program.labels(program.logits())
    assert sizes == ([] if kind == "stock" else [(5, 64, 96, 64, 96)] * 2)


@pytest.mark.usefixtures("no_process")
def test_what_cannot_run_is_a_row_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = {
        "ours": RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried ..."),
        "baseline": torch.cuda.OutOfMemoryError("CUDA out of memory"),
        "stock": NotImplementedError('"conv" not implemented\nfor Half'),
        "unapplied": UserError("There are no S-Convs."),
    }

    def fail(case: Case, _: torch.device) -> Program:
        raise errors[case.implementation]

    monkeypatch.setattr(run, "make_program", fail)
    rows = run.measure([small_case(kind) for kind in IMPLEMENTATIONS], CPU, 2)
    assert [row.error for row in rows] == [
        "out of memory",
        "out of memory",
        'NotImplementedError: "conv" not implemented for Half',
        "There are no S-Convs.",
    ]
    values = rows[0].to_dict()
    assert (values["median_ms"], values["peak_mb"], values["repeats"]) == (None, None, 0)
    json.dumps(values, allow_nan=False)


@pytest.mark.usefixtures("no_process")
@pytest.mark.parametrize("rounded", [True, False])
def test_all_round_their_products_alike(rounded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The matrix products of stock on a GPU like the convolutions of the others."""
    matmul = torch.backends.cuda.matmul
    before = matmul.allow_tf32
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", rounded)
    seen: list[bool] = []

    def timed(programs: list[Program], *_: Any) -> list[timing.Times]:
        newer = getattr(matmul, "fp32_precision", None)
        seen.append(matmul.allow_tf32 if newer is None else newer == "tf32")
        return [timing.Times() for _ in programs]

    monkeypatch.setattr(run, "timed_rounds", timed)
    run.measure([small_case("stock")], CPU, 1)
    assert seen == [rounded]
    assert matmul.allow_tf32 == before


@pytest.mark.usefixtures("no_process")
def test_one_that_fails_while_it_is_timed_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = [small_case("baseline"), small_case("ours"), small_case("unapplied")]
    calls = count()

    def fail(picture: Tensor, _: Tensor | None) -> Tensor:
        if next(calls) == timing.WARM_UPS["cpu"] + 1:  # the second of three rounds
            raise RuntimeError("the device went away")
        return picture[:, :2]

    def made(case: Case, device: torch.device) -> Program:
        program = make_program(case, device)
        return replace(program, forward=fail) if case is cases[1] else program

    monkeypatch.setattr(run, "make_program", made)
    first, failed, last = run.measure(cases, CPU, 3)
    assert [len(row.network_ms) for row in (first, last)] == [3, 3]
    assert failed.error == "RuntimeError: the device went away"
    assert failed.network_ms == ()
    assert next(calls) == timing.WARM_UPS["cpu"] + 2  # it was not asked again


def test_programs_take_turns_and_each_begins_a_round() -> None:
    order: list[str] = []

    def program(name: str) -> Program:
        def forward(picture: Tensor, spatial: Tensor | None) -> Tensor:
            assert spatial is None
            order.append(name)
            return picture[:, :2]

        return Program(forward, programs.as_predicted, torch.zeros(1, 3, 8, 8), None)

    times = timing.timed_rounds([program("a"), program("b"), program("c")], CPU, 3)
    assert "".join(order) == "abcbcacab"
    assert [len(one.network_ms) for one in times] == [3, 3, 3]


def test_statistics_of_a_row() -> None:
    row = Row(small_case(), "cpu", (4.0, 1.0, 2.0, 3.0, 10.0), (5.0, 2.0, 3.0, 4.0, 11.0), gflops=6)
    assert (row.median_ms, row.with_labels_ms, row.quartiles_ms) == (3.0, 4.0, (2.0, 4.0))
    values = row.beside(4000).to_dict()
    assert values["share_of_peak"] == pytest.approx(6 / 3e-3 / 4000)
    assert (values["variant"], values["height"], values["width"]) == ("small", 64, 96)
    assert (values["min_ms"], values["max_ms"], values["repeats"]) == (1.0, 10.0, 5)
    assert row.beside(None) is row


def test_memory_grows_with_the_picture() -> None:
    """Of processes of their own: 24 times the pixels, some tens of megabytes."""
    small, large = (
        memory.in_a_process(replace(small_case(), height=height, width=width))
        for height, width in ((32, 32), (960, 1280))
    )
    if small is None or large is None:
        assert not memory.STATUS.exists()
        return
    assert large > small + 20


def test_ours_does_without_what_is_switched() -> None:
    switches = parse_switches(["all:offsets=zero", "all:modulation=one"])
    case = replace(small_case(), switches=switches)
    assert case.label == "ours, all:offsets=zero, all:modulation=one"
    switched = make_program(case, CPU)
    network = prepared(network_of(SMALL))
    expected = network(switched.picture, switched.spatial, switches).logits
    assert torch.equal(switched.logits(), expected)
    assert not torch.equal(switched.logits(), make_program(small_case(), CPU).logits())
    found = memory.in_a_process(case)
    assert found is not None or not memory.STATUS.exists()


def test_a_layer_that_a_network_does_not_have_is_a_reason() -> None:
    case = replace(small_case(), switches=parse_switches(["layer9.9:offsets=zero"]))
    (row,) = run.measure([case], CPU, 2, lambda: None)
    assert "no layer with taps called 'layer9.9'" in str(row.error)


def test_memory_of_a_peer_that_prints(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "print('loaded')\n"
        "def make(*_):\n"
        "    print('made')\n"
        "    return lambda picture, depth: print('called') or picture\n"
        "PEERS = {'net': make}\n"
    )
    found = memory.in_a_process(replace(small_case("peer"), peer=(str(file), "net")))
    assert found is not None or not memory.STATUS.exists()


@pytest.mark.parametrize(
    ("code", "err", "words"),
    [(-9, "", "out of memory"), (1, "Traceback ...\nValueError: no\n", "ValueError: no")],
)
def test_a_process_that_fails_is_a_reason(
    code: int, err: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, code, "", err)

    monkeypatch.setattr(subprocess, "run", ended)
    with pytest.raises(UserError, match=words):
        memory.in_a_process(small_case())


def test_the_peak_is_the_best_of_several(monkeypatch: pytest.MonkeyPatch) -> None:
    load = PeakSizes(64, 1, 16, (16, 16))
    alone = peak_gflops("fp32", CPU, load)
    assert alone is not None
    assert alone > 0
    found = iter([3.0, None, 2.0, 5.0])
    monkeypatch.setattr("sgnet_model.benchmark.peak.peak_gflops", lambda *_: next(found))
    peaks = Peaks(("fp32", "fp16"), CPU)
    peaks.measure()
    assert peaks.gflops == {"fp32": 3.0, "fp16": None}
    peaks.measure()
    assert peaks.gflops == {"fp32": 3.0, "fp16": 5.0}


def test_scenes_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that only rendering moves: what comes first is not counted."""
    now = [0.0]
    monkeypatch.setattr(scene_speed, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    monkeypatch.setattr(scene_speed, "usable_cores", lambda: 3)

    def render(seed: int, size: tuple[int, int], profile: object) -> None:
        assert profile is scene_speed.training_profile()
        assert size == (32, 48)
        now[0] += 7 if seed == 0 else 2

    def stream(size: tuple[int, int], workers: int) -> Iterator[int]:
        assert (size, workers) == ((32, 48), 3)
        for number in count():
            now[0] += 10 if number < 6 else 0.5  # two of each worker
            yield number

    monkeypatch.setattr(scene_speed, "render_scene", render)
    speed = scene_speed.scene_speed((32, 48), stream, 4)
    assert speed == scene_speed.SceneSpeed(
        scene_speed.training_profile().name, 32, 48, 4, 2000, 0.5, 3, 2.0
    )
    assert now[0] == 7 + 4 * 2 + 6 * 10 + 2 * 4 * 3 * 0.5  # and no frame more is waited for


def test_scenes_are_streamed_once_each() -> None:
    """Through the loader of training; whole scenes of one size, each a batch."""
    found = list(islice(streamed_scenes((32, 48), 0), 3))
    assert [batch.rgb.shape for batch in found] == [(1, 3, 32, 48)] * 3
    pictures = [batch.rgb for batch in found]
    assert not any(torch.equal(*pair) for pair in combinations(pictures, 2))


on_a_gpu = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="no CUDA device: programs run on one"
)


@pytest.mark.cuda
@on_a_gpu
def test_on_a_gpu() -> None:
    device = torch.device("cuda")
    cases = [small_case(kind, dtype) for kind in IMPLEMENTATIONS for dtype in ("fp32", "fp16")]
    for row in run.measure(cases, device, 2):
        assert row.error is None, row
        assert row.peak_mb is not None
        assert 0 < row.peak_mb < 1000
    assert cases[0].config == SMALL
