"""CUDA graphs: what is recorded, replayed and kept, by a graph that replays on the CPU."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from sgnet_model.config import VARIANTS
from sgnet_model.nn import SGNetOutput
from sgnet_model.nn.prepare import CapturedNetwork, PreparedNetwork, prepared
from sgnet_model.nn.prepare.captured import KEPT, WARM_UPS, _numbered
from sgnet_model.switches import NO_SWITCHES, Switch, Switches
from sgnet_model.variants import build

SMALL = replace(VARIANTS["sgnet-compact"], width=4, projector_channels=4, head_channels=8)


class Recorder(PreparedNetwork):
    """Counts passes; remembers the last one's inputs and outputs, as a graph does."""

    passes = 0
    last: tuple[tuple[Tensor, Tensor | None, Switches], SGNetOutput]

    def forward(
        self, rgb: Tensor, spatial: Tensor | None = None, switches: Switches = NO_SWITCHES
    ) -> SGNetOutput:
        self.passes += 1
        output = super().forward(rgb, spatial, switches)
        self.last = (rgb, spatial, switches), output
        return output

    def again(self, inputs: tuple[Tensor, Tensor | None, Switches], output: SGNetOutput) -> None:
        """The pass on what lies in the same memory now, into the same memory."""
        new = super().forward(*inputs)
        with torch.inference_mode():
            output.logits.copy_(new.logits)
            for name, taps in new.taps.items():
                output.taps[name].offsets.copy_(taps.offsets)
                output.taps[name].modulation.copy_(taps.modulation)


class Graph:
    network: Recorder

    def __init__(self) -> None:
        self.recorded: Any = None

    def replay(self) -> None:
        self.network.again(*self.recorded)


class Devices:
    """Two GPUs for a machine without: which is current, as `torch.cuda.device` leaves it."""

    def __init__(self) -> None:
        self.current: Any = torch.device("cuda", 0)

    @contextmanager
    def guard(self, device: torch.device) -> Iterator[None]:
        before, self.current = self.current, device
        yield
        self.current = before


class Stream:
    def __init__(self, device: torch.device) -> None:
        self.device = device

    def wait_stream(self, other: Stream) -> None:
        assert other is not self


@contextmanager
def _recording(graph: Graph, stream: Stream, capture_error_mode: str) -> Iterator[None]:
    assert isinstance(stream, Stream)
    assert capture_error_mode == "thread_local"  # other threads may use the GPU
    yield
    graph.recorded = graph.network.last


@contextmanager
def _aside(_: Stream) -> Iterator[None]:
    yield


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    torch.manual_seed(0)
    recorder = prepared(build(SMALL))
    recorder.__class__ = Recorder
    assert isinstance(recorder, Recorder)
    monkeypatch.setattr(Graph, "network", recorder, raising=False)
    for name, fake in (("CUDAGraph", Graph), ("Stream", Stream), ("current_stream", Stream)):
        monkeypatch.setattr(torch.cuda, name, fake)
    monkeypatch.setattr(torch.cuda, "graph", _recording)
    monkeypatch.setattr(torch.cuda, "stream", _aside)
    monkeypatch.setattr(torch.cuda, "device", Devices().guard)
    return recorder


def _inputs(seed: int, height: int = 33) -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(seed)
    rgb = 50 * torch.randn((1, 3, height, 40), generator=random)
    return rgb, 4 * torch.rand((1, 1, height, 40), generator=random)


def test_answers_are_those_of_the_network_and_stay(network: Recorder) -> None:
    captured = CapturedNetwork(network)
    first, second = captured(*_inputs(1)), captured(*_inputs(2))
    assert network.passes == WARM_UPS + 1  # the second call replayed
    for seed, found in ((1, first), (2, second)):
        expected = network(*_inputs(seed))
        assert torch.equal(found.logits, expected.logits)
        assert list(found.taps) == list(expected.taps)
        for name, taps in expected.taps.items():
            assert torch.equal(found.taps[name].offsets, taps.offsets)
            assert torch.equal(found.taps[name].modulation, taps.modulation)
    assert not torch.equal(first.logits, second.logits)


def test_switches_have_recordings_of_their_own(network: Recorder) -> None:
    """One of learned offsets replayed for a pass without would answer for the wrong network."""
    captured = CapturedNetwork(network)
    still = Switches((Switch("all", "offsets", "zero"),))
    for switches in (NO_SWITCHES, still, NO_SWITCHES, still):
        found, expected = captured(*_inputs(1), switches), network(*_inputs(1), switches)
        assert torch.equal(found.logits, expected.logits)
    assert network.passes == 2 * (WARM_UPS + 1) + 4


def test_types_and_rounding_have_recordings_of_their_own(
    network: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    captured, (rgb, depth), once = CapturedNetwork(network), _inputs(1), WARM_UPS + 1
    for rounded, recorded in ((True, 1), (False, 2), (True, 2)):
        monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", rounded)
        captured(rgb, depth)
        assert network.passes == recorded * once
    captured(rgb, depth.double())
    captured(rgb.double(), depth)
    assert network.passes == 4 * once


def test_autocast_changes_no_answer(network: Recorder) -> None:
    """A recording knows one precision: the network's own, whatever the caller's block says."""
    captured, expected = CapturedNetwork(network), network(*_inputs(1))
    with torch.autocast("cpu", torch.bfloat16):
        found = captured(*_inputs(1))
    assert torch.equal(found.logits, expected.logits)
    again = captured(*_inputs(1))
    assert torch.equal(again.logits, expected.logits)
    assert network.passes == WARM_UPS + 2


def test_memory_of_the_host_is_read_before_the_call_returns(
    network: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner may write there at once; a copy from pinned memory would still be under way."""
    waits: list[bool] = []
    copy = Tensor.copy_

    def watched(self: Tensor, other: Tensor, non_blocking: bool = False) -> Tensor:
        waits.append(not non_blocking)
        return copy(self, other)

    monkeypatch.setattr(Tensor, "copy_", watched)
    CapturedNetwork(network)(*_inputs(1))
    assert waits
    assert all(waits)


def test_two_networks_are_recorded_one_after_the_other(
    network: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In two threads: cuDNN's search is switched on and off for the whole process."""
    searched: list[bool] = []
    inside = threading.Semaphore(1)

    @contextmanager
    def alone(graph: Graph, stream: Stream, capture_error_mode: str) -> Iterator[None]:
        searched.append(inside.acquire(blocking=False) and torch.backends.cudnn.benchmark)
        time.sleep(0.1)  # the other one would begin here
        with _recording(graph, stream, capture_error_mode):
            yield
        inside.release()

    monkeypatch.setattr(torch.cuda, "graph", alone)
    before = torch.backends.cudnn.benchmark
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: CapturedNetwork(network)(*_inputs(1)), range(2)))
    assert searched == [True, True]
    assert torch.backends.cudnn.benchmark == before


def test_the_last_sizes_are_kept(network: Recorder) -> None:
    captured = CapturedNetwork(network)
    once = WARM_UPS + 1
    for height in range(32, 32 + KEPT):
        captured(*_inputs(1, height))
    captured(*_inputs(2, 32))  # used again: the second is now the longest unused
    assert network.passes == KEPT * once
    captured(*_inputs(1, 50))
    captured(*_inputs(1, 32))
    assert network.passes == (KEPT + 1) * once
    captured(*_inputs(1, 33))
    assert network.passes == (KEPT + 2) * once


def test_all_happens_on_the_networks_own_device(
    network: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second GPU's network, while the first is current: warm-up, recording and replay."""
    devices, second = Devices(), torch.device("cuda", 1)
    captured = CapturedNetwork(network)
    captured._device = second
    monkeypatch.setattr(torch.cuda, "device", devices.guard)
    seen: list[tuple[str, Any]] = []

    class WatchedStream(Stream):
        def __init__(self, device: torch.device) -> None:
            seen.append(("stream", device))
            super().__init__(device)

    class WatchedGraph(Graph):
        def __init__(self) -> None:
            seen.append(("graph", devices.current))
            super().__init__()

        def replay(self) -> None:
            seen.append(("replay", devices.current))
            super().replay()

    monkeypatch.setattr(torch.cuda, "Stream", WatchedStream)
    monkeypatch.setattr(torch.cuda, "CUDAGraph", WatchedGraph)
    answers = [captured(*_inputs(seed)) for seed in (1, 2)]
    assert seen == [(name, second) for name in ("stream", "graph", "replay", "replay")]
    assert devices.current == torch.device("cuda", 0)
    assert torch.equal(answers[1].logits, network(*_inputs(2)).logits)


def test_cuda_without_a_number_is_the_device_current_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    assert _numbered(torch.device("cuda")) == torch.device("cuda", 1)
    assert _numbered(torch.device("cuda", 2)) == torch.device("cuda", 2)
    assert _numbered(torch.device("cpu")) == torch.device("cpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device: graphs run on one")
@pytest.mark.cuda
def test_a_graph_on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    torch.manual_seed(0)
    network = build(SMALL)
    captured = CapturedNetwork(prepared(network, "cuda"))
    for seed in (1, 2):
        found, expected = captured(*_inputs(seed)), network.eval()(*_inputs(seed))
        error = (found.logits.cpu() - expected.logits).norm() / expected.logits.norm()
        assert error < 1e-3
