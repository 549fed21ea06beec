"""Which device to compute on."""

from __future__ import annotations

import torch

from .nn import SGNet
from .types import UserError

DEVICES = ("auto", "cpu", "cuda")


def choose_device(wish: str | torch.device) -> tuple[torch.device, str | None]:
    """The device, and a sentence where it is not what was wished for.

    "auto" takes CUDA where it works; "cuda" without a usable GPU falls back to the CPU and says so.
    """
    if isinstance(wish, torch.device):
        return wish, None
    name = wish.split(":")[0]
    if name not in DEVICES:
        raise UserError(f"There is no device called {wish!r}: choose one of {', '.join(DEVICES)}.")
    if name == "cpu":
        return torch.device("cpu"), None
    if torch.cuda.is_available():
        return torch.device(wish if name == "cuda" else "cuda"), None
    if name == "auto":
        return torch.device("cpu"), None
    return torch.device("cpu"), "No usable CUDA device was found, so the CPU computes instead."


def place(network: SGNet, device: torch.device) -> SGNet:
    """Move the network to a device, its kernels channels-last: the layout the samplers read."""
    network.to(device)
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]
