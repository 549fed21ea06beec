"""Networks of others, timed in turns with ours: the protocol of `bench --peers FILE.py`.

FILE.py defines `PEERS`, a dict from names to makers. A maker is called with the device and the
type of numbers that are measured, and returns a callable from two tensors on the device to logits:

    def make(device: torch.device, dtype: torch.dtype):
        network = MyNetwork().eval().to(device, dtype)
        return lambda picture, spatial: network(picture.to(dtype), spatial.to(dtype))

    PEERS = {"mine": make}

`picture`: (N, 3, H, W) float32, channels-last: blue, green, red, each 0..255 less its mean (see
`preprocess.rgb_tensor`). `spatial`: what the variant beside it is guided by, for most depth,
(N, 1, H, W) float32 metres; None where that has none. Logits: (N, classes, h, w), of any h and w.
The call runs in inference mode; what it does to its inputs' types is part of its time. A maker
that cannot serve a type raises, and its row says why. FILE.py is run as it is, may import files
beside it, and what it prints goes to standard error (with `--verbose`, else nowhere).
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sgnet_model.types import UserError
from sgnet_model.untrusted import reason

Forward = Callable[[Tensor, Tensor | None], Tensor]
MakePeer = Callable[[torch.device, torch.dtype], Forward]
TABLE = "PEERS"
MODULE = "sgnet_bench_peers"  # what the file is called among Python's modules


def peer_names(file: Path) -> tuple[str, ...]:
    """What the file offers. Raises UserError where it is no such file."""
    return tuple(_peers(file))


def peer_forward(peer: tuple[str, str], device: torch.device, dtype: torch.dtype) -> Forward:
    """The network `peer`, (file, name), ready to be called; UserError over other answers."""
    file, name = peer
    make = _peers(Path(file))[name]
    with _as_a_guest(name):
        call = make(device, dtype)

    def forward(picture: Tensor, spatial: Tensor | None) -> Tensor:
        with torch.inference_mode(), _as_a_guest(name):
            logits = call(picture, spatial)
        if not isinstance(logits, Tensor) or logits.dim() != 4 or len(logits) != len(picture):
            shape = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
            raise UserError(
                f"The peer {name} returned {shape}: logits (N, classes, h, w) of {len(picture)} "
                "pictures were expected."
            )
        return logits

    return forward


def _peers(file: Path) -> dict[str, MakePeer]:
    spec = importlib.util.spec_from_file_location(MODULE, file)
    loader = spec.loader if spec is not None else None
    if spec is None or not isinstance(loader, SourceFileLoader) or not file.is_file():
        raise UserError(f"{file} is no Python file: name one that defines {TABLE}.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module  # dataclasses look their module up there
    folder = str(file.absolute().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        with _as_a_guest(file.name):
            # From the source: bytecode beside it may be of what the file was a moment ago.
            exec(loader.source_to_code(loader.get_data(str(file)), str(file)), module.__dict__)
    except UserError:
        raise
    except Exception as error:  # whatever the user's own program raises
        raise UserError(
            f"{file} cannot be run ({type(error).__name__}: {reason(error)}): mend it."
        ) from error
    found: Any = getattr(module, TABLE, None)
    if not isinstance(found, dict) or not found or not all(map(callable, found.values())):
        raise UserError(
            f"{file} defines no {TABLE}: a dict from names to makers was expected, see "
            "sgnet_model/benchmark/peers.py."
        )
    return {str(name): make for name, make in found.items()}


@contextmanager
def _as_a_guest(name: str) -> Iterator[None]:
    """Standard output is for results alone, and the program goes on."""
    try:
        with redirect_stdout(sys.stderr):
            yield
    except SystemExit as error:
        raise UserError(
            f"{name} ends the program (exit status {error.code}): take that out."
        ) from error
