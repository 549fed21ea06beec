"""The one owner of loaded networks: what is loaded once, kept, and loaded anew."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from sgnet_viewer.workers.networks import LoadedNetwork, LoadedNetworks

WAIT_S = 60.0


class Predictor:
    """As far as loading goes."""

    network = size = None

    def __init__(self, device: str, precision: str, notice: str | None = None) -> None:
        self.device = "cpu" if device == "auto" else device
        self.precision = "fp32" if precision == "auto" else precision
        self.notice = notice


class Loader:
    """Remembers what was loaded; "broken" cannot be, "far" computes elsewhere."""

    def __init__(self) -> None:
        self.loaded: list[str] = []
        self.gate: threading.Semaphore | None = None

    def __call__(self, checkpoint: Path, device: str, precision: str) -> Any:
        self.loaded.append(checkpoint.name)
        if self.gate is not None:
            assert self.gate.acquire(timeout=WAIT_S)
        if checkpoint.name == "broken":
            raise ValueError("no weights in it")
        return Predictor(device, precision, "elsewhere" if checkpoint.name == "far" else None)


@pytest.fixture
def loader() -> Loader:
    return Loader()


@pytest.fixture
def networks(loader: Loader) -> LoadedNetworks:
    return LoadedNetworks(loader)


def key(name: str, device: str = "cpu", precision: str = "fp32") -> tuple[Path, str, str]:
    return Path(name), device, precision


def test_the_last_two_are_kept(networks: LoadedNetworks, loader: Loader) -> None:
    first, second = networks.get(key("a")), networks.get(key("b"))
    assert networks.get(key("a")) is first
    assert networks.get(key("b")) is second
    assert networks.get(key("a")) is first
    networks.get(key("c"))  # in the place of b, which was used longest ago
    assert networks.get(key("a")) is first
    assert loader.loaded == ["a", "b", "c"]
    assert networks.get(key("b")) is not second


def test_device_and_precision_are_part_of_it(networks: LoadedNetworks, loader: Loader) -> None:
    networks.get(key("a"))
    networks.get(key("a", precision="bf16"))
    networks.get(key("a", device="cuda:1"))
    assert loader.loaded == ["a"] * 3


def test_what_auto_turned_out_to_be_is_the_same_network(
    networks: LoadedNetworks, loader: Loader
) -> None:
    automatic = networks.get(key("a", "auto", "auto"))
    assert networks.get(key("a", "cpu", "fp32")) is automatic
    assert networks.get(key("a", "auto", "fp32")) is automatic
    assert loader.loaded == ["a"]


def test_auto_finds_what_was_chosen_by_name(
    networks: LoadedNetworks, loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    chosen = networks.get(key("a", "cpu", "fp32"))
    assert networks.get(key("a", "auto", "fp32")) is chosen
    assert loader.loaded == ["a"]


def test_auto_finds_int8_where_it_stands_for_that(
    networks: LoadedNetworks, loader: Loader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import torch

    from sgnet_model import build, save_checkpoint
    from sgnet_model.nn.prepare.int8 import places_of

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr("sgnet_model.predictor.reason_against", lambda _: None)
    network = build("baseline-compact")
    ranges = {place: [-2, 2] for place in places_of(network.config)}
    file = tmp_path / "a.safetensors"
    save_checkpoint(network, file, {"calibration": {"int8_ranges": ranges}})
    chosen = networks.get((file, "cpu", "int8"))
    assert networks.get((file, "auto", "auto")) is chosen
    assert loader.loaded == ["a.safetensors"]


def test_one_that_computes_elsewhere_is_not_what_was_asked(
    networks: LoadedNetworks, loader: Loader
) -> None:
    networks.get(key("far", "cuda"))
    assert networks.get(key("far", "cpu")).predictor.device == "cpu"
    assert loader.loaded == ["far", "far"]


def test_a_file_written_anew_is_loaded_when_it_is_switched_to(
    networks: LoadedNetworks, loader: Loader, tmp_path: Path
) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"one")
    wanted = (file, "cpu", "fp32")
    first = networks.get(wanted)
    file.write_bytes(b"another")
    os.utime(file, (1.0, 1.0))
    assert networks.get(wanted) is first  # frame after frame it is the same network
    networks.get(key("b"))
    assert networks.get(wanted) is not first
    assert loader.loaded == ["a", "b", "a"]


def test_who_asks_for_one_that_is_being_loaded_waits_for_it(
    networks: LoadedNetworks, loader: Loader
) -> None:
    gate = loader.gate = threading.Semaphore(0)
    found: list[LoadedNetwork] = []
    begun: list[str] = []

    def ask(name: str) -> None:
        found.append(networks.get(key("a"), lambda: begun.append(name)))

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("still", "live")]
    for thread in threads:
        thread.start()
    gate.release()
    for thread in threads:
        thread.join(WAIT_S)
    assert found[0] is found[1]
    assert len(begun) == 1
    assert loader.loaded == ["a"]


def test_what_failed_is_tried_again(networks: LoadedNetworks, loader: Loader) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="no weights"):
            networks.get(key("broken"))
    assert loader.loaded == ["broken", "broken"]
