"""One pass of the unprepared network forward and back: derivatives of a score."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor, nn

from sgnet_model.nn.operator import TapChange
from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray

from .finding import Pixel, Score
from .inputs import Inputs
from .subject import Subject


@dataclass(frozen=True, slots=True, eq=False)
class Backward:
    """`score`: z of this pass. `rgb` and `spatial`: dz by the input, as the input is; `spatial`
    None where the network reads none. `influence`: by layer (9, h, w), m_k dz/dm_k."""

    score: float
    rgb: Tensor
    spatial: Tensor | None
    influence: dict[str, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """z as a function of the input: a network, where its logits are read, and what is switched."""

    network: nn.Module
    rows: Tensor  # (h,) how the pixel reads the logits' rows
    columns: Tensor
    indices: tuple[int, ...]
    changes: Mapping[str, TapChange]

    @classmethod
    def of(cls, network: nn.Module, prediction: Prediction, pixel: Pixel, score: Score) -> Scored:
        """Of the score at the pixel, with the switches of the prediction."""
        like = next(network.parameters())
        rows, columns = (
            torch.from_numpy(weights.copy()).to(like) for weights in prediction.weights_at(*pixel)
        )
        changes = {
            trace.name: TapChange(prediction.switches.of(trace.name)) for trace in prediction.traces
        }
        return cls(network, rows, columns, score.indices, changes)

    def __call__(
        self, rgb: Tensor, spatial: Tensor | None, gains: Mapping[str, Tensor] | None = None
    ) -> Tensor:
        """z, a scalar. `gains`: by layer, multiplied into the modulation."""
        changes = {
            name: TapChange(change.switch, (gains or {}).get(name))
            for name, change in self.changes.items()
        }
        logits = self.network(rgb, spatial, changes).logits[0]  # (C, h, w)
        read = [self.rows @ logits[index] @ self.columns for index in self.indices]
        z: Tensor = read[0] - sum(read[1:], torch.zeros_like(read[0]))
        return z


_LAST: WeakKeyDictionary[Subject, tuple[Pixel, Score, Backward]] = WeakKeyDictionary()


def backward(subject: Subject, pixel: Pixel, score: Score, inputs: Inputs) -> Backward:
    """Derivatives of the score by colours, spatial information and every tap's modulation.

    The last one of a subject is kept: gradient and influence of one pixel share it.
    """
    kept = _LAST.get(subject)
    if kept is None or kept[:2] != (pixel, score):
        kept = (pixel, score, _backward(subject, pixel, score, inputs))
        _LAST[subject] = kept
    return kept[2]


def _backward(subject: Subject, pixel: Pixel, score: Score, inputs: Inputs) -> Backward:
    network = subject.network.differentiable()
    device = subject.network.device
    scored = Scored.of(network, subject.prediction, pixel, score)
    # Channels-last, as the network's kernels are: the maps between follow.
    rgb = inputs.rgb.to(device, memory_format=torch.channels_last).requires_grad_()
    spatial = None if inputs.spatial is None else inputs.spatial.to(device).requires_grad_()
    gains = gains_of(subject.prediction, device)
    wanted = [rgb, *([] if spatial is None else [spatial]), *gains.values()]
    with torch.enable_grad():
        z = scored(rgb, spatial, gains)
        found = torch.autograd.grad(z, wanted, materialize_grads=True)  # 0 of what is not read
    influence = dict(zip(gains, found[len(found) - len(gains) :], strict=True))
    return Backward(
        float(z.detach()),
        found[0],
        None if spatial is None else found[1],
        {name: np.asarray(of[0].cpu().numpy()) for name, of in influence.items()},
    )


def gains_of(prediction: Prediction, device: torch.device) -> dict[str, Tensor]:
    """Ones for every tap, (1, 9, h, w) by layer: the derivative by one is a tap's influence."""
    return {
        trace.name: torch.ones((1, *trace.modulation.shape), device=device).requires_grad_()
        for trace in prediction.traces
    }


def in_double(network: nn.Module) -> nn.Module:
    """A copy in float64, on the CPU."""
    return deepcopy(network).cpu().double()
