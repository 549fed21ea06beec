"""The stream's network, loaded in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from live_support import FakePredictor, until
from scripted import frame

from sgnet_viewer.live.stream_network import Loaded, StreamNetwork
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.workers.networks import LoadedNetwork, LoadedNetworks

CHOICE = NetworkChoice(Path("weights"), "cpu", (48, 64))
OTHER = replace(CHOICE, checkpoint=Path("other"))
WAIT_S = 60.0


class SlowLoad:
    """A `Load` that waits for a release; "broken" cannot be loaded."""

    def __init__(self) -> None:
        self.gate = threading.Semaphore(0)
        self.begun: list[str] = []

    def __call__(self, checkpoint: Path, device: str, precision: str) -> Any:  # noqa: ARG002
        self.begun.append(checkpoint.name)
        assert self.gate.acquire(timeout=WAIT_S)
        if checkpoint.name == "broken":
            raise ValueError("no weights in it")
        predictor: Any = FakePredictor()
        predictor.notice = f"{checkpoint.name} computes elsewhere."
        return predictor


@pytest.fixture
def load() -> SlowLoad:
    return SlowLoad()


@pytest.fixture
def network(load: SlowLoad) -> Iterator[StreamNetwork]:
    steps: list[Any] = []
    network = StreamNetwork(LoadedNetworks(load), steps.append)
    network.choose(CHOICE)
    yield network
    network.close()
    load.gate.release(10)
    if network.thread.ident is not None:
        network.thread.join(WAIT_S)
        assert not network.thread.is_alive()
        assert [step is None for step in steps] == [False, True] * len(load.begun)


def loaded(network: StreamNetwork, choice: NetworkChoice) -> Loaded:
    found = network.of(choice, WAIT_S)
    assert found is not None
    return found


def test_it_is_loaded_when_it_is_asked_for_and_nobody_waits(
    network: StreamNetwork, load: SlowLoad
) -> None:
    assert network.thread.ident is None
    assert network.of(CHOICE) is None
    until(lambda: load.begun == ["weights"])
    assert network.of(CHOICE) is None
    load.gate.release()
    first = loaded(network, CHOICE)
    assert network.of(replace(CHOICE, size=None)) is first  # the size is each frame's own
    assert (first.take_notice(), first.take_notice()) == ("weights computes elsewhere.", "")


def test_what_failed_fails_until_something_else_is_chosen(
    network: StreamNetwork, load: SlowLoad
) -> None:
    broken = replace(CHOICE, checkpoint=Path("broken"))
    network.choose(broken)
    load.gate.release(2)
    for _ in range(2):
        with pytest.raises(ValueError, match="no weights"):
            network.of(broken, WAIT_S)
    network.choose(CHOICE)
    assert loaded(network, CHOICE).take_notice().startswith("weights")
    assert load.begun == ["broken", "weights"]


def test_of_two_choices_the_last_one_counts(network: StreamNetwork, load: SlowLoad) -> None:
    assert network.of(CHOICE) is None
    until(lambda: load.begun == ["weights"])
    network.choose(OTHER)
    assert network.of(OTHER) is None
    load.gate.release(2)
    assert loaded(network, OTHER).take_notice().startswith("other")
    assert network.of(CHOICE) is None  # a thread that has not heard yet
    assert load.begun == ["weights", "other"]


def test_nothing_is_loaded_after_the_end(network: StreamNetwork, load: SlowLoad) -> None:
    network.close()
    assert network.of(CHOICE, WAIT_S) is None
    assert load.begun == []


@pytest.mark.parametrize(("device", "most"), [("cpu", 2), ("cuda:0", 1)])
def test_on_a_gpu_frames_wait_for_each_other(device: str, most: int) -> None:
    inside, highest = 0, 0
    counting, together = threading.Lock(), threading.Barrier(2)

    class Counted(FakePredictor):
        def predict(self, *arguments: Any, **_named: Any) -> Any:
            nonlocal inside, highest
            with counting:
                inside += 1
                highest = max(highest, inside)
            if device == "cpu":
                together.wait(WAIT_S)  # broken where the second one does not come
            with counting:
                inside -= 1
            return super().predict(*arguments)

    predictor: Any = Counted()
    predictor.device = device
    network = Loaded(LoadedNetwork(predictor))

    def segment(number: int) -> None:
        network.segment(frame(number).frame, CHOICE, Task(lambda _: None))

    threads = [threading.Thread(target=segment, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert highest == most
    assert sorted(grey for grey, _ in predictor.seen) == [0, 1]
