"""The check behind the badge of a probe: every layer's output summed again from the taps drawn.

Kernel times modulation times bilinear samples at the taps as they are drawn, in float64, against
what the network put out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from sgnet_model.nn.operator import Operator, TapChange, TapOutput

from .finding import Pixel
from .inputs import Inputs
from .probe import check_pixel
from .receptive_field import LayerTaps, taps_at
from .receptive_field.grids import network_from_picture
from .subject import Subject

ROUNDING = 1e-4  # of an output's norm: float32 networks differ from themselves by less


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """`errors`: by layer, the difference over the norm of the output. `worst` of them; `good`:
    no more than rounding."""

    errors: dict[str, float]

    @property
    def worst(self) -> float:
        return max(self.errors.values(), default=0.0)

    @property
    def good(self) -> bool:
        return self.worst <= ROUNDING


def self_check(subject: Subject, pixel: Pixel) -> SelfCheck:
    """Of all layers at the pixel: a pass of the unprepared network, whose maps are caught."""
    check_pixel(*pixel, subject.frame.size)
    network, prediction = subject.network.differentiable(), subject.prediction
    caught: dict[str, tuple[Tensor, Tensor, nn.Module]] = {}
    handles = [
        block.conv2.register_forward_hook(_catcher(name, caught))
        for name, block in network.backbone.named_blocks()
        if isinstance(block.conv2, Operator)
    ]
    inputs = Inputs.of(subject.shown, prediction.network_size, network.config)
    device = subject.network.device
    spatial = None if inputs.spatial is None else inputs.spatial.to(device)
    changes = {
        trace.name: TapChange(prediction.switches.of(trace.name)) for trace in prediction.traces
    }
    try:
        with torch.inference_mode():
            network(inputs.rgb.to(device), spatial, changes)
    finally:
        for handle in handles:
            handle.remove()
    errors = {}
    for trace in prediction.traces:
        taps = taps_at(trace, *pixel, prediction.network_size, prediction.size)
        x, features, operator = caught[trace.name]
        again = _resummed(taps, x.double().cpu().numpy(), operator, subject)
        row, column = taps.index
        put_out = features[:, row, column].double().cpu().numpy()
        scale = float(np.linalg.norm(put_out)) or 1.0
        errors[trace.name] = float(np.linalg.norm(again - put_out)) / scale
    return SelfCheck(errors)


def _catcher(
    name: str, caught: dict[str, tuple[Tensor, Tensor, nn.Module]]
) -> Callable[[nn.Module, tuple[Any, ...], Any], None]:
    def catch(module: nn.Module, arguments: tuple[Any, ...], output: Any) -> None:
        if isinstance(output, TapOutput):
            caught[name] = (arguments[0][0], output.features[0], module)

    return catch


def _resummed(
    taps: LayerTaps, x: NDArray[np.float64], operator: Any, subject: Subject
) -> NDArray[np.float64]:
    """(O,) from positions in the picture back to cells of the input map (C, h, w)."""
    (height, width), (rows, columns) = subject.prediction.network_size, subject.prediction.size
    y = network_from_picture(taps.y, height, rows) / taps.stride_in
    at = network_from_picture(taps.x, width, columns) / taps.stride_in
    samples = np.stack([_sample(x, *place) for place in zip(y, at, strict=True)], -1)  # (C, 9)
    kernel = operator.weight.detach().double().cpu().numpy()
    summed = np.einsum("ock,ck->o", kernel.reshape(*kernel.shape[:2], 9), samples * taps.modulation)
    bias = getattr(operator, "bias", None)
    total: NDArray[np.float64] = summed if bias is None else summed + bias.double().cpu().numpy()
    return total


def _sample(values: NDArray[np.float64], y: float, x: float) -> NDArray[np.float64]:
    """(C,): bilinear, a corner outside the map counts 0."""
    total = np.zeros(values.shape[0])
    for row in (int(np.floor(y)), int(np.floor(y)) + 1):
        for column in (int(np.floor(x)), int(np.floor(x)) + 1):
            if 0 <= row < values.shape[1] and 0 <= column < values.shape[2]:
                total += (1 - abs(y - row)) * (1 - abs(x - column)) * values[:, row, column]
    return total
