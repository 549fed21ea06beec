"""A network of shapes only, which a file's weights are compared with and then put into."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from sgnet_model.nn.sgnet import SGNet
from sgnet_model.types import UserError
from sgnet_model.untrusted import reason
from sgnet_model.variants import build

from .info import CheckpointInfo


def empty_network(info: CheckpointInfo, tensors: int, name: str) -> SGNet:
    """The network a file speaks of without memory behind it, so that nothing is allocated in vain.

    `tensors`: in the file. UserError where the network cannot be built; `name` is the file's.
    """
    blocks = sum(info.config.blocks)
    if blocks > tensors:  # thousands of blocks take minutes to build and then fit nothing
        raise UserError(
            f"{name} asks for a network of {blocks} blocks and holds {tensors} tensors: it is "
            "damaged, fetch it again."
        )
    try:
        with torch.device("meta"), _Uninitialised():
            return build(info.config, info.scheme, info.provenance)
    except UserError:
        raise
    except Exception as error:  # of torch's layers, each its own
        raise UserError(
            f"{name} asks for a network that cannot be built ({reason(error)}): fetch it again."
        ) from error


def fill(network: SGNet, tensors: dict[str, Tensor]) -> None:
    """Gives an empty network its memory. Batch counts, which the authors' files lack, become 0."""
    counts = {
        key: torch.zeros(tensor.shape, dtype=tensor.dtype)
        for key, tensor in network.state_dict().items()
        if key not in tensors
    }
    network.load_state_dict({**tensors, **counts}, assign=True)


class _Uninitialised(TorchFunctionMode):
    """Skips random initialisation: without memory it would only import a compiler for 1.5 s."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        if getattr(func, "__module__", None) == "torch.nn.init" or func in _RANDOM:
            return args[0] if args else (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))


_RANDOM = (torch.Tensor.normal_, torch.Tensor.uniform_)
