"""What stands in the place of a 3x3 convolution: one protocol for S-Conv and its baselines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sgnet_model.config import TAPS
from sgnet_model.switches import LEARNED, LayerSwitch
from sgnet_model.types import UserError

from .outputs import known_to_torch
from .sampling.shapes import one_stride


@known_to_torch
@dataclass(frozen=True, slots=True, eq=False)
class OperatorOutput:
    """`features`: (N, O, h, w)."""

    features: Tensor


@known_to_torch
@dataclass(frozen=True, slots=True, eq=False)
class TapOutput(OperatorOutput):
    """What an operator with taps did. `offsets`: (N, 18, h, w). `modulation`: (N, 9, h, w), 0..1.

    Both acted on the features: an operator that applies neither returns an `OperatorOutput`.
    """

    offsets: Tensor
    modulation: Tensor

    @classmethod
    def of(cls, features: Tensor, offsets: Tensor, modulation: Tensor | None) -> Self:
        """`modulation` None: 1 everywhere."""
        if modulation is None:
            modulation = torch.ones_like(offsets[:, :TAPS])
        return cls(features, offsets, modulation)


@dataclass(frozen=True, slots=True, eq=False)
class TapChange:
    """What is done to the taps of one operator in one pass, after they are inferred.

    `switch`: see `Switches`. `gain`: (N, 9, h, w), multiplied into the modulation: 0 silences a
    tap, and the derivative by it is the tap's influence. None: 1 everywhere.
    """

    switch: LayerSwitch = LEARNED
    gain: Tensor | None = None

    def offsets(self, inferred: Tensor) -> Tensor:
        """(N, 18, h, w), as they act: what was inferred itself where nothing is switched."""
        state = self.switch.offsets
        if state == "learned":
            return inferred
        return torch.zeros_like(inferred) if state == "zero" else self._mean(inferred, "offsets")

    def modulation(self, inferred: Tensor | None, offsets: Tensor) -> Tensor | None:
        """(N, 9, h, w), or None for 1 everywhere; `offsets`: of the same positions."""
        state = self.switch.modulation
        if state == "one":
            inferred = None
        elif state == "mean" and inferred is not None:
            inferred = self._mean(inferred, "modulation")
        if self.gain is None:
            return inferred
        gain = self.gain.to(offsets)
        return gain if inferred is None else inferred * gain

    def _mean(self, inferred: Tensor, part: Literal["offsets", "modulation"]) -> Tensor:
        """Everywhere the mean over positions: of a data set where that is given, else of these."""
        means = self.switch.means
        if means is None:
            mean = inferred.mean((2, 3), keepdim=True)
        else:
            # Filled where it is used: a graph of a GPU records no copy from the host.
            filled = [inferred.new_full((1, 1, 1, 1), number) for number in getattr(means, part)]
            mean = torch.cat(filled, 1)
        return torch.zeros_like(inferred) + mean


UNCHANGED = TapChange()


class Operator(nn.Module, ABC):
    """Takes the place of a 3x3 convolution without bias.

    Called with X (N, C, h, w) and the spatial information S (N, c', H, W) of any size; those that
    look at S resize it to X's size first (`resized`). `has_taps`: it returns a `TapOutput`.
    """

    has_taps: ClassVar[bool] = True

    def __init__(self, in_channels: int, out_channels: int, stride: int | tuple[int, int]) -> None:
        super().__init__()
        self.stride = one_stride(stride)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, 3, 3))

    def reset_parameters(self) -> None:
        """The kernel starts as a convolution's would; operators that infer say what of it."""
        nn.init.kaiming_normal_(self.weight, mode="fan_out", nonlinearity="relu")

    @abstractmethod
    def forward(self, x: Tensor, spatial: Tensor, change: TapChange = UNCHANGED) -> OperatorOutput:
        """Features, and the taps that made them where there are any, as `change` left them."""

    def check(self, x: Tensor, spatial: Tensor) -> None:
        """UserError where X or S is none of this operator's, before it is resized or convolved."""
        for name, given in (("features X", x), ("spatial information S", spatial)):
            if given.dim() != 4:
                raise UserError(
                    f"The {name} have shape {tuple(given.shape)}: (N, C, height, width) is "
                    "expected, so add an axis for the batch or the channels."
                )
            if not fits_type(given, self.weight):
                raise UserError(
                    f"The {name} are {given.dtype} and the weights {self.weight.dtype}: bring both "
                    "to one floating type."
                )
        if x.shape[0] != spatial.shape[0]:
            raise UserError(
                f"The features X hold {x.shape[0]} pictures and the spatial information S "
                f"{spatial.shape[0]}: both need the same number."
            )


def resized(spatial: Tensor, x: Tensor) -> Tensor:
    """S at the size of X as every layer sees it: bilinear, align_corners=True."""
    if spatial.shape[2:] == x.shape[2:]:
        return spatial
    size = (x.shape[2], x.shape[3])
    return F.interpolate(spatial, size, mode="bilinear", align_corners=True)


def fits_type(given: Tensor, weight: Tensor) -> bool:
    """Whether a layer of these weights takes it; under autocast, which tensors without data do not
    know, every floating type."""
    if not weight.is_meta and torch.is_autocast_enabled(weight.device.type):
        return given.is_floating_point()
    return given.dtype == weight.dtype


def zero(convolution: nn.Conv2d) -> None:
    """A generator that says the same everywhere until training moves it."""
    nn.init.zeros_(convolution.weight)
    if convolution.bias is not None:
        nn.init.zeros_(convolution.bias)


def at_least_float32(x: Tensor) -> Tensor:
    """Positions are kept in float32 or better: half a unit in the last place of bfloat16 is a
    quarter of a pixel at column 100."""
    return x if x.dtype == torch.float64 else x.float()
