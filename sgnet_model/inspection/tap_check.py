"""The check behind the badge of a probe: every layer's output summed again from the taps drawn.

Kernel times modulation times bilinear samples at the taps as they are drawn, in float64, against
what the network put out: the prepared network that made the prediction, in its own format.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from sgnet_model.nn.prepare import PreparedOperator
from sgnet_model.nn.prepare.int8 import Int8Operator
from sgnet_model.nn.sampling.triton_op import product_precision
from sgnet_model.prediction import Prediction
from sgnet_model.preprocess import rgb_tensor, spatial_tensor
from sgnet_model.progress import Progress, no_progress
from sgnet_model.types import Frame

from .finding import Pixel
from .probe import check_pixel
from .receptive_field import LayerTaps, taps_at
from .receptive_field.grids import network_from_picture
from .subject import depth_of

if TYPE_CHECKING:
    from sgnet_model.predictor import Predictor

# Of an output's norm: a network differs from exact arithmetic by less. Half formats round samples,
# products and the output.
ROUNDING = {"fp32": 1e-4, "bf16": 1e-2, "fp16": 2e-3, "int8": 3e-2}
TF32_ROUNDING = 2e-3  # of fp32 on GPUs where products may take TensorFloat-32, torch's default

OPERATORS = (PreparedOperator, Int8Operator)


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """`errors`: by layer, the difference over the norm of the output. `worst` of them; `good`:
    no more than `rounding`."""

    errors: dict[str, float]
    rounding: float = ROUNDING["fp32"]

    @property
    def worst(self) -> float:
        return max(self.errors.values(), default=0.0)

    @property
    def worst_layer(self) -> str:
        """ "" where there is none."""
        return max(self.errors, key=self.errors.__getitem__, default="")

    @property
    def good(self) -> bool:
        return self.worst <= self.rounding


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """What one operator read, (C, h, w), and put out, (O, h', w'), in one pass."""

    read: Tensor
    put_out: Tensor
    operator: PreparedOperator | Int8Operator


@dataclass(frozen=True, slots=True, eq=False)
class LayerMaps:
    """What the layers with taps read and put out in one pass, from which any pixel is checked."""

    layers: dict[str, _Layer]
    rounding: float

    @classmethod
    def of(
        cls,
        predictor: Predictor,
        frame: Frame,
        prediction: Prediction,
        progress: Progress = no_progress,
    ) -> LayerMaps:
        """One more pass on the frame as the network saw it, sized and switched like `prediction`.

        `progress` is called after every layer, and may raise to cancel. Other threads may use the
        network meanwhile.
        """
        size = prediction.network_size
        config = predictor.network.config
        spatial = spatial_tensor(depth_of(frame), frame.intrinsics, size, config)
        names = [trace.name for trace in prediction.traces]
        caught: list[_Layer] = []

        def note(layer: _Layer) -> None:
            caught.append(layer)
            progress(len(caught), len(names))

        with _watched(predictor.network, note):
            predictor.network(rgb_tensor(frame.rgb, size), spatial, prediction.switches)
        layers = dict(zip(names, caught, strict=True))
        return cls(layers, rounding_of(str(predictor.precision), predictor.device))

    def check(self, prediction: Prediction, pixel: Pixel) -> SelfCheck:
        """Of all layers, with the taps that are drawn for pixel (u, v). Some milliseconds."""
        check_pixel(*pixel, prediction.size)
        errors = {}
        for trace in prediction.traces:
            taps = taps_at(trace, *pixel, prediction.network_size, prediction.size)
            errors[trace.name] = _difference(taps, self.layers[trace.name], prediction)
        return SelfCheck(errors, self.rounding)


def rounding_of(precision: str, device: torch.device) -> float:
    """The largest difference, over the norm of an output, that is rounding."""
    if precision == "fp32" and device.type == "cuda" and product_precision() == "tf32":
        return TF32_ROUNDING
    return ROUNDING[precision]


@contextmanager
def _watched(network: nn.Module, note: Callable[[_Layer], None]) -> Iterator[None]:
    """While this thread runs the network, `note` gets each layer that applies taps."""
    thread = threading.get_ident()

    def catch(module: nn.Module, arguments: tuple[Any, ...], output: Any) -> None:
        features, taps = output
        if taps is not None and threading.get_ident() == thread:
            assert isinstance(module, OPERATORS)
            note(_Layer(*module.numbers(arguments[0][0], features[0]), module))

    operators = (one for one in network.modules() if isinstance(one, OPERATORS))
    handles = [operator.register_forward_hook(catch) for operator in operators]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _difference(taps: LayerTaps, layer: _Layer, prediction: Prediction) -> float:
    """Between the sum over the taps drawn and what the layer put out at their index."""
    (height, width), (rows, columns) = prediction.network_size, prediction.size
    y = network_from_picture(taps.y, height, rows) / taps.stride_in
    x = network_from_picture(taps.x, width, columns) / taps.stride_in
    samples = np.stack([_sample(layer.read, *at) for at in zip(y, x, strict=True)], -1)  # (C, 9)
    kernel, bias = (_numbers(one) for one in layer.operator.kernel())  # (O, C, 9), (O,)
    summed = np.einsum("ock,ck->o", kernel, samples * taps.modulation) + bias
    row, column = taps.index
    away = np.clip(summed, 0, layer.operator.highest) - _numbers(layer.put_out[:, row, column])
    return float(np.linalg.norm(away)) / (float(np.linalg.norm(summed)) or 1.0)


def _sample(values: Tensor, y: float, x: float) -> NDArray[np.float64]:
    """(C,) of (C, h, w): bilinear, a corner outside the map counts 0."""
    total = np.zeros(values.shape[0])
    for row in (int(np.floor(y)), int(np.floor(y)) + 1):
        for column in (int(np.floor(x)), int(np.floor(x)) + 1):
            if 0 <= row < values.shape[1] and 0 <= column < values.shape[2]:
                weight = (1 - abs(y - row)) * (1 - abs(x - column))
                total += weight * _numbers(values[:, row, column])
    return total


def _numbers(values: Tensor) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = values.double().cpu().numpy()
    return numbers
