"""Which share of the processor a thread computes with."""

from __future__ import annotations

import os
import threading

import pytest
import torch

from sgnet_model import threads
from sgnet_model.threads import one_thread
from sgnet_viewer.runtime import cores
from sgnet_viewer.runtime.cores import share_cores, usable_cores


@pytest.mark.parametrize(
    ("wish", "usable"), [("", 8), ("3", 3), ("64", 8), ("2,1", 2), ("0", 8), ("many", 8)]
)
def test_cores_are_those_allowed(monkeypatch: pytest.MonkeyPatch, wish: str, usable: int) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", wish)
    assert usable_cores() == usable


def test_each_thread_has_its_own_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "_all_threads", lambda: 4)
    here = torch.get_num_threads()
    found: dict[int, int] = {}

    def work(parts: int) -> None:
        share_cores(parts)
        found[parts] = torch.get_num_threads()

    for parts in (2, 1, 16):
        thread = threading.Thread(target=work, args=(parts,))
        thread.start()
        thread.join()
    assert found == {2: 2, 1: 4, 16: 1}
    assert torch.get_num_threads() == here
    torch.set_num_threads(here)  # what a new thread begins with


def test_a_network_that_loads_leaves_all_cores_to_others() -> None:
    with one_thread():
        assert torch.get_num_threads() == 1
        assert cores._all_threads() == threads.ALL


def test_two_networks_that_load_at_once_leave_the_number_of_new_threads() -> None:
    here = torch.get_num_threads()
    torch.set_num_threads(3)
    found: list[int] = []
    inside, first_ended = threading.Event(), threading.Event()

    def load() -> None:
        with one_thread():
            inside.set()
            first_ended.wait()

    try:
        with one_thread():
            second = threading.Thread(target=load)
            second.start()
            overlapped = inside.wait(0.2)
        first_ended.set()
        second.join()
        new = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
        new.start()
        new.join()
        assert found == [torch.get_num_threads()] == [3]
        assert not overlapped
    finally:
        torch.set_num_threads(here)
