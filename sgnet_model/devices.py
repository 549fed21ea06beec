"""Which device to compute on, and in which number format."""

from __future__ import annotations

import torch

from .config import DEVICES, PRECISIONS, names_device
from .nn import SGNet
from .types import UserError


def choose_device(asked: str | torch.device) -> tuple[torch.device, str | None]:
    """The device, and a sentence where it is not what was wished for.

    "auto" takes CUDA where it works; "cuda" without a usable GPU falls back to the CPU and says so.
    Raises UserError for any other name, and for a GPU beyond those that are there.
    """
    if isinstance(asked, torch.device):
        if asked.type != "cuda":
            return asked, None
        asked = str(asked)
    if not isinstance(asked, str) or not names_device(asked):
        known = ", ".join(DEVICES)
        raise UserError(f"There is no device called {asked!r}: choose one of {known}.")
    name, _, number = asked.partition(":")
    if name == "cpu":
        return torch.device("cpu"), None
    if torch.cuda.is_available():
        if number and int(number) >= torch.cuda.device_count():
            raise UserError(
                f"There is no {asked}: this machine has {torch.cuda.device_count()} CUDA devices, "
                "counted from 0."
            )
        return torch.device(asked if name == "cuda" else "cuda"), None
    if name == "auto":
        return torch.device("cpu"), None
    return torch.device("cpu"), "No usable CUDA device was found, so the CPU computes instead."


_DTYPES = {
    "fp32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
    "int8": torch.uint8,  # of maps
}


def choose_precision(asked: str, device: torch.device) -> tuple[str, torch.dtype]:
    """One of PRECISIONS but "auto", and its type.

    "auto" is the fastest that keeps the labels: fp16 on CUDA, bf16 on processors with instructions
    for it, else fp32. int8 is decided before, see `predictor.automatic_precision`.
    """
    if asked == "auto":
        asked = _fastest(device)
    if asked not in _DTYPES:
        known = ", ".join(PRECISIONS)
        raise UserError(f"There is no precision called {asked!r}: choose one of {known}.")
    if asked == "fp16" and device.type == "cpu":
        raise UserError("Processors do not compute in fp16: choose bf16 or fp32, or a CUDA device.")
    if asked == "int8" and device.type != "cpu":
        raise UserError(
            "int8 is made for processors: choose fp16 or bf16 on a GPU, or --device cpu."
        )
    return asked, _DTYPES[asked]


def _fastest(device: torch.device) -> str:
    if device.type == "cuda":
        return "fp16"
    return "bf16" if device.type == "cpu" and computes_in_bf16(device) else "fp32"


def computes_in_bf16(device: torch.device) -> bool:
    """Whether it has instructions for bfloat16. Torch emulates them elsewhere, at a fraction of
    the speed of float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    names = ("avx512_bf16", "amx_tile")
    return any(getattr(torch.cpu, f"_is_{name}_supported", bool)() for name in names)


def place(network: SGNet, device: torch.device) -> SGNet:
    """Move the network to a device, its kernels channels-last: the layout the samplers read."""
    network.to(device)
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]
