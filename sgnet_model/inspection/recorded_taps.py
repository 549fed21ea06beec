"""The taps of any network with deformable convolutions: recorded while it runs, drawn anywhere."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeGuard

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from sgnet_model.nn.operator import Operator, TapOutput
from sgnet_model.types import FloatArray, UserError

from .receptive_field.grids import (
    Positions,
    Size,
    beyond,
    network_from_picture,
    picture_from_network,
)

Pair = tuple[int, int]  # of rows, of columns
LAYOUT = ("kernel_size", "stride", "padding", "dilation")
PACKED = ("conv_offset", "conv_offset_mask")  # usual names of what infers offsets in a layer
KNOWN = (
    "SConv, layers called with (x, offset) or (x, offset, mask), as torchvision's DeformConv2d is, "
    f"and layers that infer their offsets by a convolution named {' or '.join(PACKED)} are known"
)


class Taps(NamedTuple):
    """`x`, `y`: (K,) float64, pixels of the picture, taps row-major. `modulation`: (K,), 1 where
    the layer has none. `outside`: (K,) bool, the tap lies beyond the map and contributes nothing.
    """

    x: Positions
    y: Positions
    modulation: Positions
    outside: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class RecordedLayer:
    """What one deformable convolution did with one picture.

    `offsets`: (2GK, h, w) float32, (dy_0, dx_0, dy_1, ...) of the taps row-major, group by group,
    in cells of the features it reads, which have `input_size` (height, width). `modulation`: (GK,
    h, w). `network_size`: that of the first picture the network was called with; index i of those
    features is taken to lie at its pixel `cell` i, as where all strided layers are padded by half
    their kernel. `cell` is the power of two nearest to the ratio of the sizes: where it is another,
    use `dataclasses.replace`.
    """

    name: str
    offsets: FloatArray
    modulation: FloatArray
    input_size: Size
    network_size: Size
    cell: int
    kernel_size: Pair = (3, 3)
    stride: Pair = (1, 1)
    padding: Pair = (1, 1)
    dilation: Pair = (1, 1)

    @property
    def groups(self) -> int:
        """G: parts of the channels whose taps move on their own."""
        return int(self.modulation.shape[0] // math.prod(self.kernel_size))

    def taps_at(
        self, u: float, v: float, picture_size: Size | None = None, *, group: int = 0
    ) -> Taps:
        """The taps of the output whose kernel is centred nearest to the picture's pixel (u, v).

        `picture_size`: (height, width) of the picture that (u, v) and the answer are in pixels of;
        None: the network's. UserError for a group that the layer does not have.
        """
        if not 0 <= group < self.groups:
            raise UserError(
                f"{self.name} has {self.groups} group(s) of offsets, counted from 0: there is no "
                f"group {group}."
            )
        picture = picture_size or self.network_size
        row = self._index(0, float(v), picture[0])
        column = self._index(1, float(u), picture[1])
        taps = math.prod(self.kernel_size)
        offsets = self.offsets[2 * taps * group : 2 * taps * (group + 1), row, column]
        rows, columns = np.divmod(np.arange(taps), self.kernel_size[1])
        y = self._start(0, row) + rows * self.dilation[0] + offsets[0::2].astype(np.float64)
        x = self._start(1, column) + columns * self.dilation[1] + offsets[1::2].astype(np.float64)
        outside, _ = beyond(y, x, self.input_size)
        return Taps(
            picture_from_network(x * self.cell, self.network_size[1], picture[1]),
            picture_from_network(y * self.cell, self.network_size[0], picture[0]),
            self.modulation[taps * group : taps * (group + 1), row, column].astype(np.float64),
            outside,
        )

    def _start(self, axis: int, index: int) -> int:
        """Where the first tap of an undeformed kernel lies, in cells."""
        return index * self.stride[axis] - self.padding[axis]

    def _index(self, axis: int, position: float, picture: int) -> int:
        at = network_from_picture(position, self.network_size[axis], picture) / self.cell
        centre = self.dilation[axis] * (self.kernel_size[axis] - 1) / 2 - self.padding[axis]
        last = self.offsets.shape[1 + axis] - 1
        return int(np.clip(math.floor((at - centre) / self.stride[axis] + 0.5), 0, last))


def follow_taps(
    layers: Sequence[RecordedLayer], u: float, v: float, picture_size: Size | None = None
) -> list[tuple[Positions, Positions]]:
    """Pixel (u, v) followed through `layers`, the last one first: x and y after each of them.

    As in the figures of Dai et al., "Deformable Convolutional Networks" (ICCV 2017): 9 points, then
    the 9 of each of them, and so on, with what lies between the layers left out. A tap that lies
    outside the map is left out. All groups count where a layer has several.
    """
    points, steps = [(float(u), float(v))], []
    for layer in layers:
        size = picture_size or layer.network_size
        found = [layer.taps_at(*at, size, group=g) for at in points for g in range(layer.groups)]
        x = np.concatenate([taps.x[~taps.outside] for taps in found] or [np.empty(0)])
        y = np.concatenate([taps.y[~taps.outside] for taps in found] or [np.empty(0)])
        points = list(zip(x.tolist(), y.tolist(), strict=True))
        steps.append((x, y))
    return steps


@contextmanager
def record_taps(network: nn.Module, *, image: int = 0) -> Iterator[list[RecordedLayer]]:
    """The deformable convolutions that are called inside the `with`, in the order of their calls.

    Known are `SConv` and its baselines; layers that are called with (x, offset) or (x, offset,
    mask) and say their kernel_size, stride, padding and dilation, such as torchvision's and mmcv's
    DeformConv2d; and layers that infer their offsets by a convolution of their own named
    "conv_offset" or "conv_offset_mask", as mmcv's packs and DCNv2's. `image`: which one of a batch.
    The network computes what it would without. UserError at the end where none was called.
    """
    recorder = _Recorder(image)
    with ExitStack() as hooks:
        hooks.callback(network.register_forward_pre_hook(recorder.begin, with_kwargs=True).remove)
        for name, module in network.named_modules():
            for hook in recorder.hooks(name or type(module).__name__, module):
                hooks.callback(hook.remove)
        yield recorder.layers
    if not recorder.layers:
        raise UserError(f"No deformable convolution was called: {KNOWN}.")


class _Recorder:
    """Hooks that fill `layers`."""

    def __init__(self, image: int) -> None:
        self.layers: list[RecordedLayer] = []
        self._image = image
        self._size: Size = (0, 0)
        self._inferred: dict[nn.Module, Tensor] = {}  # by the layer that it was inferred in

    def begin(self, _: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        """Before the network: the size of its picture."""
        pictures = [one for one in (*given, *named.values()) if _is_map(one)]
        if not pictures:
            raise UserError(
                "The network was called without a tensor of shape (N, C, height, width): its taps "
                "cannot be laid over a picture."
            )
        self._size = _size(pictures[0])

    def hooks(self, name: str, module: nn.Module) -> list[RemovableHandle]:
        """What records this layer; nothing for those that say nothing of a kernel."""
        if not isinstance(module, Operator) and not all(hasattr(module, part) for part in LAYOUT):
            return []
        kernel = getattr(module, "kernel_size", 3)
        if not isinstance(kernel, int) and len(kernel) != 2:
            return []  # of one axis, or of three
        inner = next((getattr(module, part) for part in PACKED if hasattr(module, part)), None)
        kept = [] if inner is None else [inner.register_forward_hook(partial(self._keep, module))]
        after = partial(self._record, name)
        return [*kept, module.register_forward_hook(after, with_kwargs=True)]

    def _keep(self, layer: nn.Module, _: nn.Module, __: tuple[Any, ...], output: Tensor) -> None:
        self._inferred[layer] = output

    def _record(
        self,
        name: str,
        layer: nn.Module,
        given: tuple[Any, ...],
        named: dict[str, Any],
        output: Any,
    ) -> None:
        kernel, dilation = (_pair(getattr(layer, of, 1)) for of in ("kernel_size", "dilation"))
        offsets: Tensor | None
        modulation: Tensor | None
        if isinstance(output, TapOutput):
            offsets, modulation = output.offsets, output.modulation
            kernel, dilation = (3, 3), (1, 1)  # a dilation is part of its offsets
        elif layer in self._inferred:
            offsets, modulation = _unpacked(self._inferred.pop(layer), layer, kernel)
        else:
            read = {**dict(zip(("x", "offset", "mask"), given, strict=False)), **named}
            offsets, modulation = read.get("offset"), read.get("mask")
        features = next((one for one in (*given, *named.values()) if _is_map(one)), None)
        if not _is_map(offsets) or features is None or offsets.shape[1] % (2 * math.prod(kernel)):
            return
        size = _size(features)
        moved = _array(offsets, self._image)
        weights = np.ones_like(moved[0::2])
        if _is_map(modulation):
            weights = _array(modulation, self._image)
        ratio = max(whole / part for whole, part in zip(self._size, size, strict=True))
        self.layers.append(
            RecordedLayer(
                name,
                moved,
                weights,
                size,
                self._size,
                2 ** max(0, round(math.log2(ratio))),
                kernel,
                _pair(getattr(layer, "stride", 1)),
                _pair(getattr(layer, "padding", 1)),
                dilation,
            )
        )


def _unpacked(inferred: Tensor, layer: nn.Module, kernel: Pair) -> tuple[Tensor, Tensor | None]:
    """Offsets and modulation of one map: two thirds are offsets, the last third becomes the
    modulation by a sigmoid; or all are offsets."""
    groups = getattr(layer, "deform_groups", getattr(layer, "deformable_groups", None))
    if groups and inferred.shape[1] == 2 * groups * math.prod(kernel):
        return inferred, None
    if inferred.shape[1] % (3 * math.prod(kernel)):
        return inferred, None
    part = inferred.shape[1] // 3
    return inferred[:, : 2 * part], inferred[:, 2 * part :].sigmoid()


def _is_map(value: object) -> TypeGuard[Tensor]:
    return isinstance(value, Tensor) and value.dim() == 4


def _size(of: Tensor) -> Size:
    return of.shape[2], of.shape[3]


def _pair(value: int | Sequence[int]) -> Pair:
    if isinstance(value, int):
        return value, value
    rows, columns = value
    return int(rows), int(columns)


def _array(values: Tensor, image: int) -> FloatArray:
    if not -values.shape[0] <= image < values.shape[0]:
        raise UserError(
            f"The network was called with {values.shape[0]} picture(s), counted from 0: there is "
            f"no picture {image}."
        )
    array: FloatArray = values[image].detach().float().cpu().numpy()
    return array.copy()  # not what the network may write into
