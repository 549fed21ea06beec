"""Two processes compute what one does on the same pictures."""

from __future__ import annotations

import socket
from typing import Any

import pytest
import torch
import torch.multiprocessing
from torch import nn
from training_support import SETTINGS, TINY, one_step

from sgnet_model.ranks import ALONE, Ranks
from sgnet_model.training.distributed import broadcast, joined, summed
from sgnet_model.training.modes import prepare
from sgnet_model.variants import build


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Loss and gradients by "world-rank": of this process alone, and of two."""
    folder = tmp_path_factory.mktemp("steps")
    for world in (1, 2):
        (folder / str(world)).mkdir()
    one_step(0, 1, 0, folder / "1")
    torch.multiprocessing.spawn(one_step, (2, _free_port(), folder / "2"), nprocs=2)
    found = {path.stem: torch.load(path) for path in folder.glob("*/*-*.pt")}
    return found | {"files": {path.name for path in (folder / "2").iterdir()}}


def test_loss_and_gradients_are_those_of_one_process(steps: dict[str, Any]) -> None:
    alone = steps["1-0"]
    for rank in (0, 1):
        shared = steps[f"2-{rank}"]
        assert shared["loss"] == pytest.approx(alone["loss"], rel=1e-5)
        assert shared["gradients"].keys() == alone["gradients"].keys()
        for name, gradient in alone["gradients"].items():
            # Sums in another order differ by the rounding of their largest terms.
            rounding = 1e-3 * float(gradient.abs().max()) + 1e-6
            difference = (shared["gradients"][name] - gradient).abs().max()
            assert difference <= rounding, name
    largest = max(float(gradient.abs().max()) for gradient in alone["gradients"].values())
    assert largest > 0.01  # so that the comparison says something


def test_every_part_of_the_network_got_a_gradient(steps: dict[str, Any]) -> None:
    gradients = steps["1-0"]["gradients"]
    assert any(name.startswith("decoder.auxiliary") for name in gradients)
    still = {
        name
        for name, parameter in build(TINY).named_parameters()
        if parameter.requires_grad and name not in gradients
    }
    assert not still


def test_only_the_first_process_writes(steps: dict[str, Any]) -> None:
    assert steps["files"] == {"2-0.pt", "2-1.pt", "last.safetensors", "state.pt"}


def test_alone_without_torchrun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined(torch.device("cpu")) as (ranks, device):
        assert ranks == ALONE
        assert ranks.leads
        assert device.type == "cpu"
        assert summed(torch.tensor(3.0), ranks) == 3
        assert broadcast("word", ranks) == "word"


def test_what_is_gathered_stands_at_its_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    def gather(box: list[Any], value: Any) -> None:
        box[:] = ["first", value, None]

    monkeypatch.setattr(torch.distributed, "all_gather_object", gather)
    assert Ranks(1, 3).gathered("second") == ["first", "second", None]
    assert ALONE.gathered(None) == [None]


def test_synchronised_norms_keep_their_names() -> None:
    network = build(TINY)
    names = list(network.state_dict())
    prepare(network, SETTINGS, synchronised=True)
    assert list(network.state_dict()) == names
    kinds = {type(module) for module in network.modules()}
    assert nn.SyncBatchNorm in kinds
    assert nn.BatchNorm2d not in kinds
