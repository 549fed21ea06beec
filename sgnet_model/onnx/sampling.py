"""The deformable convolution (paper, Eq. 7) in ONNX: one DeformConv, or GridSample and a product.

DeformConv (opset 19) takes offsets as the network gives them: (dy_0, dx_0, dy_1, ...), taps
row-major, and a mask in the same order; outside the map it reads 0, as S-Conv does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from sgnet_model.config import TAPS

from .graph import ADDED_IN_20, Graph, Value

KERNEL = 3
PADDING = 1  # of every S-Conv


@dataclass(frozen=True, slots=True)
class _Taps:
    """What `sampled` was given."""

    x: Value
    offsets: str
    modulation: str | None
    weight: Tensor
    bias: Tensor | None
    name: str
    stride: int

    @property
    def size(self) -> tuple[int, int]:
        """(h, w) of the result."""
        height, width = (-(-length // self.stride) for length in self.x.size)
        return height, width


def sampled(
    graph: Graph,
    x: Value,
    offsets: str,
    modulation: str | None,
    weight: Tensor,
    bias: Tensor | None,
    name: str,
    *,
    stride: int = 1,
) -> Value:
    """sum_i W_i m_i(p) X(p + d_i + Delta d_i(p)) + bias, as `nn.sampling.sample_taps`.

    `offsets`: name of a (N, 18, h, w) value. `modulation`: of a (N, 9, h, w) one, None for 1.
    `weight`: (O, C, 3, 3). The result, (N, O, h, w), is called `name`.
    """
    taps = _Taps(x, offsets, modulation, weight, bias, name, stride)
    write = _deform if graph.sampling == "deform" else _grid
    write(graph, taps)
    return Value(name, weight.shape[0], *taps.size)


def _deform(graph: Graph, taps: _Taps) -> None:
    inputs = [taps.x.name, graph.parameter(taps.weight, f"{taps.name}.weight"), taps.offsets]
    inputs.append("" if taps.bias is None else graph.parameter(taps.bias, f"{taps.name}.bias"))
    inputs.append(taps.modulation or "")
    while not inputs[-1]:  # optional inputs at the end are left out
        inputs.pop()
    graph.add(
        "DeformConv",
        inputs,
        taps.name,
        kernel_shape=[KERNEL, KERNEL],
        strides=[taps.stride, taps.stride],
        pads=[PADDING] * 4,
    )


def _grid(graph: Graph, taps: _Taps) -> None:
    """Nine samples of each output pixel, weighted, and a 1x1 convolution over all of them."""
    x, name, (height, width) = taps.x, taps.name, taps.size
    columns = graph.add(
        "GridSample",
        [x.name, _positions(graph, taps, f"{name}.grid")],
        f"{name}.samples",
        mode="linear" if graph.opset >= ADDED_IN_20 else "bilinear",
        padding_mode="zeros",
        align_corners=0,
    )  # (N, C, 9 h, w)
    if taps.modulation is not None:
        apart = graph.integers([0, x.channels, TAPS, height * width], f"{name}.apart")
        columns = graph.add("Reshape", [columns, apart], f"{name}.by_tap")
        alike = graph.integers([0, 1, TAPS, height * width], f"{name}.alike")
        mask = graph.add("Reshape", [taps.modulation, alike], f"{name}.mask")
        columns = graph.add("Mul", [columns, mask], f"{name}.weighted")
    flat = graph.integers([0, x.channels * TAPS, height, width], f"{name}.flat")
    columns = graph.add("Reshape", [columns, flat], f"{name}.columns")
    kernel = taps.weight.reshape(taps.weight.shape[0], -1, 1, 1)  # (O, C 9, 1, 1)
    inputs = [columns, graph.parameter(kernel, f"{name}.kernel")]
    if taps.bias is not None:
        inputs.append(graph.parameter(taps.bias, f"{name}.bias"))
    graph.add("Conv", inputs, name, kernel_shape=[1, 1])


def _positions(graph: Graph, taps: _Taps, name: str) -> str:
    """(N, 9 h, w, 2): where the taps lie, as (x, y) from -1 to 1 between the outer edges of X."""
    x, (height, width) = taps.x, taps.size
    apart = graph.integers([0, TAPS, 2, height * width], f"{name}.apart")
    pairs = graph.add("Reshape", [taps.offsets, apart], f"{name}.pairs")
    last = graph.add("Transpose", [pairs], f"{name}.last", perm=[0, 1, 3, 2])  # (N, 9, h w, 2)
    shape = graph.integers([0, TAPS * height, width, 2], f"{name}.shape")
    offset = graph.add("Reshape", [last, shape], f"{name}.yx")
    order = graph.integers([1, 0], "x_then_y")
    offset = graph.add("Gather", [offset, order], f"{name}.xy", axis=3)
    scale = np.array([2 / x.width, 2 / x.height], np.float32)
    scaled = graph.add("Mul", [offset, graph.constant(scale, f"{name}.scale")], f"{name}.scaled")
    regular = graph.constant(_regular(x.size, taps.size, taps.stride), f"{name}.regular")
    return graph.add("Add", [scaled, regular], name)


def _regular(
    input_size: tuple[int, int], output_size: tuple[int, int], stride: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """(1, 9 h, w, 2) float32: the taps of an undeformed kernel, normalised as GridSample wants."""
    height, width = output_size
    tap = np.arange(TAPS)
    y = np.arange(height) * stride - PADDING + (tap // KERNEL)[:, None]  # (9, h)
    x = np.arange(width) * stride - PADDING + (tap % KERNEL)[:, None]  # (9, w)
    grid = np.empty((TAPS, height, width, 2))
    grid[..., 0] = ((2 * x + 1) / input_size[1] - 1)[:, None, :]
    grid[..., 1] = ((2 * y + 1) / input_size[0] - 1)[:, :, None]
    return grid.reshape(1, TAPS * height, width, 2).astype(np.float32)
