"""An ONNX graph as it grows: nodes named after the modules they come from, constants kept once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import Tensor

Sampling = Literal["deform", "grid"]
ADDED_IN_20 = 20  # opset in which GridSample's "bilinear" became "linear"


@dataclass(frozen=True, slots=True)
class Value:
    """A (N, channels, height, width) float32 tensor of the graph."""

    name: str
    channels: int
    height: int
    width: int

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.height, self.width


class Graph:
    """Collects nodes and constants. `sampling`: what stands for the deformable convolution.

    `dynamic`: heights and widths of values are examples; nodes take them from the values themselves
    when the graph runs.
    """

    def __init__(self, opset: int, sampling: Sampling, dynamic: bool = False) -> None:
        self.dynamic = dynamic
        self.opset = opset
        self.sampling = sampling
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._known: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self._resized: dict[tuple[str, tuple[int, int]], Value] = {}

    def add(self, kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        """A node with one output, both called `name`; returns that."""
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def constant(self, array: NDArray[Any], name: str) -> str:
        """A constant; one of the same content that is known already stands in for it."""
        array = np.ascontiguousarray(array)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._known:
            self._known[key] = name
            self.constants.append(numpy_helper.from_array(array, name))
        return self._known[key]

    def integers(self, values: list[int], name: str) -> str:
        """A 1-D int64 constant: sizes, axes, shapes."""
        return self.constant(np.array(values, np.int64), name)

    def parameter(self, tensor: Tensor, name: str) -> str:
        """Weights as float32, under the name they have in the state dict."""
        return self.constant(tensor.detach().float().cpu().numpy(), name)

    def sizes_of(self, x: Value, name: str, stride: int = 1) -> str:
        """Height and width of `x`, (2,) int64, or of what a layer of that stride makes of it."""
        height, width = (-(-length // stride) for length in x.size)
        if not self.dynamic:
            return self.integers([height, width], name)
        shape = self.add("Shape", [x.name], f"{name}.of_input", start=2, end=4)
        if stride == 1:
            return shape
        up = self.add("Add", [shape, self.integers([stride - 1], f"{name}.less")], f"{name}.up")
        return self.add("Div", [up, self.integers([stride], f"{name}.stride")], name)

    def resized(self, x: Value, like: Value, name: str) -> Value:
        """`x` at the size of `like`, bilinear with align_corners=True; made once for each size."""
        size = like.size
        if x.size == size:
            return x
        key = (x.name, size)
        if key not in self._resized:
            sizes = self.sizes_of(like, f"{name}.size")
            self.add(
                "Resize",
                [x.name, "", "", sizes],
                name,
                mode="linear",
                coordinate_transformation_mode="align_corners",
                axes=[2, 3],
            )
            self._resized[key] = replace(x, name=name, height=size[0], width=size[1])
        return self._resized[key]

    def spread(self, array: NDArray[np.float32], over: Value, stride: int, name: str) -> str:
        """A constant (1, C, 1, 1) everywhere on a map that a layer of that stride makes of `over`,
        for each of its pictures."""
        batch = self.add("Shape", [over.name], f"{name}.batch", start=0, end=1)
        channels = self.integers([array.shape[1]], f"{name}.channels")
        sizes = self.sizes_of(over, f"{name}.size", stride)
        shape = self.add("Concat", [batch, channels, sizes], f"{name}.shape", axis=0)
        return self.add("Expand", [self.constant(array, f"{name}.one"), shape], name)
