"""A case as something to call: tensors on the device in, logits out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sgnet_model.devices import choose_precision, place
from sgnet_model.nn.prepare import CapturedNetwork, prepared
from sgnet_model.nn.prepare.int8 import quantised, reason_against
from sgnet_model.predictor import decide
from sgnet_model.types import UserError

from .cases import Case
from .inputs import fed, network_of
from .peers import Forward, peer_forward
from .stock import with_folded_norms, with_stock_operators

TORCH_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
Decide = Callable[[Tensor, tuple[int, int]], Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """One case ready to run on its inputs."""

    forward: Forward
    decide: Decide
    picture: Tensor
    spatial: Tensor | None

    def logits(self) -> Tensor:
        """(N, classes, h, w): a pass without upsampling."""
        return self.forward(self.picture, self.spatial)

    def labels(self, logits: Tensor) -> Tensor:
        """(N, H, W) class indices at the input's size (paper: align_corners=True)."""
        height, width = self.picture.shape[2:]
        with torch.inference_mode():
            return self.decide(logits, (height, width))


def make_program(case: Case, device: torch.device) -> Program:
    """Builds and prepares; UserError where the variant has no such baseline."""
    config = case.network()
    picture, spatial = fed(config, case.size, case.batch)
    ours = case.implementation not in ("stock", "peer")
    return Program(
        _forward(case, device),
        as_predicted if ours else upsampled_and_compared,
        picture.to(device, memory_format=torch.channels_last),
        None if spatial is None else spatial.to(device),
    )


def _forward(case: Case, device: torch.device) -> Forward:
    if case.peer is not None:
        return peer_forward(case.peer, device, TORCH_DTYPES[case.dtype])
    return _stock(case, device) if case.implementation == "stock" else _prepared(case, device)


def as_predicted(logits: Tensor, size: tuple[int, int]) -> Tensor:
    """(N, H, W) uint8 as `Predictor` decides, which computes the winners' probabilities too."""
    return torch.stack([decide(one, size, size)[0] for one in logits])


def upsampled_and_compared(logits: Tensor, size: tuple[int, int]) -> Tensor:
    """(N, H, W) int64 by PyTorch's own functions."""
    full = F.interpolate(logits.float(), size, mode="bilinear", align_corners=True)
    return full.argmax(1)


def _prepared(case: Case, device: torch.device) -> Forward:
    if case.dtype == "int8":
        return _quantised(case, device)
    network = prepared(network_of(case.network()), device, TORCH_DTYPES[case.dtype])
    forward = CapturedNetwork(network) if device.type == "cuda" else network
    return lambda picture, spatial: forward(picture, spatial, case.switches).logits


def _quantised(case: Case, device: torch.device) -> Forward:
    choose_precision(case.dtype, device)
    network = network_of(case.network())
    reason = reason_against(network.config)
    if reason is not None:
        raise UserError(reason)
    copy = quantised(network, [fed(network.config, case.size, 1)])
    return lambda picture, spatial: copy(picture, spatial, case.switches).logits


def _stock(case: Case, device: torch.device) -> Forward:
    network = with_stock_operators(with_folded_norms(network_of(case.config)))
    network = place(network, device)
    dtype = TORCH_DTYPES[case.dtype]
    on_cpu = device.type == "cpu"
    if on_cpu:  # on GPUs torchvision's operator takes half precision by autocast alone
        network = network.to(dtype)

    def forward(picture: Tensor, spatial: Tensor | None) -> Tensor:
        halved = torch.autocast(device.type, dtype, enabled=dtype != torch.float32 and not on_cpu)
        with torch.inference_mode(), halved:
            if on_cpu:
                picture = picture.to(dtype)
                spatial = None if spatial is None else spatial.to(dtype)
            logits: Tensor = network(picture, spatial).logits
        return logits

    return forward
