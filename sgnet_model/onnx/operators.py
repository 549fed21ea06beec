"""S-Conv and its baselines as ONNX nodes: what each infers, and what it then samples.

Of an operator at place "layer1.0" the graph holds "layer1.0.offsets", "layer1.0.modulation" and
"layer1.0.features", whatever its kind.
"""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch

import numpy as np
import torch

from sgnet_model.config import TAPS
from sgnet_model.nn.baselines import (
    DCNv2,
    DepthAwareConv,
    OffsetsOnly,
    UnappliedSConv,
    WeightsOnly,
)
from sgnet_model.nn.baselines.depth_aware import ALPHA
from sgnet_model.nn.operator import Operator
from sgnet_model.nn.s_conv import SConv, WeightGenerator

from .graph import Graph, Value
from .modules import convolution, emit, no_counterpart
from .sampling import sampled


@singledispatch
def emit_operator(
    module: Operator,
    graph: Graph,  # noqa: ARG001
    x: Value,  # noqa: ARG001
    spatial: Value,  # noqa: ARG001
    name: str,
) -> Value:
    """The nodes of an operator on X and S, S of any size. It gives "{name}.features"."""
    raise no_counterpart(module, name)


@emit_operator.register
def _(module: SConv, graph: Graph, x: Value, spatial: Value, name: str) -> Value:
    projected = emit(module.projector, graph, _fitted(graph, spatial, x), f"{name}.projector")
    offsets = _offsets(module.offset_generator, graph, projected, name)
    modulation = _modulation(
        module.weight_generator, graph, projected, offsets, module.stride, name
    )
    return sampled(
        graph,
        x,
        offsets,
        modulation,
        module.weight,
        module.bias,
        f"{name}.features",
        stride=module.stride,
    )


@emit_operator.register
def _(module: OffsetsOnly, graph: Graph, x: Value, spatial: Value, name: str) -> Value:
    guide = emit(module.projector, graph, _fitted(graph, spatial, x), f"{name}.projector")
    offsets = _offsets(module.offset_generator, graph, guide, name)
    features = sampled(
        graph, x, offsets, None, module.weight, None, f"{name}.features", stride=module.stride
    )
    ones = np.ones((1, TAPS, 1, 1), np.float32)
    graph.spread(ones, x, module.stride, f"{name}.modulation")
    return features


@emit_operator.register
def _(module: WeightsOnly, graph: Graph, x: Value, spatial: Value, name: str) -> Value:
    projected = emit(module.projector, graph, _fitted(graph, spatial, x), f"{name}.projector")
    still = np.zeros((1, 2 * TAPS, 1, 1), np.float32)
    offsets = graph.spread(still, x, module.stride, f"{name}.offsets")
    modulation = _modulation(
        module.weight_generator, graph, projected, offsets, module.stride, name
    )
    return sampled(
        graph, x, offsets, modulation, module.weight, None, f"{name}.features", stride=module.stride
    )


@emit_operator.register
def _(module: UnappliedSConv, graph: Graph, x: Value, spatial: Value, name: str) -> Value:  # noqa: ARG001
    """The plain convolution alone: what was inferred reaches nothing."""
    return convolution(
        graph,
        x,
        module.weight,
        module.bias,
        f"{name}.features",
        stride=module.stride,
        padding=module.dilation,
        dilation=module.dilation,
    )


@emit_operator.register
def _(module: DCNv2, graph: Graph, x: Value, spatial: Value, name: str) -> Value:  # noqa: ARG001
    inferred = emit(module.offset_generator, graph, x, f"{name}.offset_generator")
    offsets, masks = f"{name}.offsets", f"{name}.masks"
    _sliced(graph, inferred.name, 0, 2 * TAPS, offsets)
    _sliced(graph, inferred.name, 2 * TAPS, 3 * TAPS, masks)
    modulation = graph.add("Sigmoid", [masks], f"{name}.modulation")
    return sampled(
        graph, x, offsets, modulation, module.weight, None, f"{name}.features", stride=module.stride
    )


@emit_operator.register
def _(module: DepthAwareConv, graph: Graph, x: Value, spatial: Value, name: str) -> Value:
    depth = _last_channel(graph, spatial, f"{name}.depth")
    likeness = _likeness(module, graph, _fitted(graph, depth, x), name)
    one_way = np.arange(-1, 2, dtype=np.float32) * (module.dilation - 1)
    grid = np.stack(np.meshgrid(one_way, one_way, indexing="ij"), -1).reshape(1, 2 * TAPS, 1, 1)
    offsets = graph.spread(grid, x, module.stride, f"{name}.offsets")
    return sampled(
        graph,
        x,
        offsets,
        likeness.name,
        module.weight,
        None,
        f"{name}.features",
        stride=module.stride,
    )


def _fitted(graph: Graph, spatial: Value, x: Value) -> Value:
    height, width = x.size
    return graph.resized(spatial, x, f"{spatial.name}.{height}x{width}")


def _offsets(generator: torch.nn.Conv2d, graph: Graph, guide: Value, name: str) -> str:
    """Eq. 4; the node keeps the module's parameters' names and gives the place's offsets."""
    inferred = emit(generator, graph, guide, f"{name}.offset_generator")
    return graph.add("Identity", [inferred.name], f"{name}.offsets")


def _modulation(
    generator: WeightGenerator, graph: Graph, projected: Value, offsets: str, stride: int, name: str
) -> str:
    """Eq. 5-6, with the generator's two linear maps folded as the network folds them."""
    scores = sampled(
        graph,
        projected,
        offsets,
        None,
        generator.folded_weight(),
        generator.to_taps.bias,
        f"{name}.scores",
        stride=stride,
    )
    return graph.add("Sigmoid", [scores.name], f"{name}.modulation")


def _likeness(module: DepthAwareConv, graph: Graph, depth: Value, name: str) -> Value:
    """exp(-8.3 |D(p) - D(p + d_i)|), (N, 9, h, w): each difference is one 3x3 convolution of D."""
    step = module.dilation
    pads = graph.integers([0, 0, step, step, 0, 0, step, step], f"{name}.pads")
    padded = graph.add("Pad", [depth.name, pads], f"{name}.padded", mode="edge")
    around = Value(padded, 1, depth.height + 2 * step, depth.width + 2 * step)
    differences = -torch.eye(TAPS).view(TAPS, 1, 3, 3)
    differences[:, :, 1, 1] += 1
    of_taps = convolution(
        graph, around, differences, None, f"{name}.steps", stride=module.stride, dilation=step
    )
    size = graph.add("Abs", [of_taps.name], f"{name}.distance")
    alpha = graph.constant(np.array(-ALPHA, np.float32), "minus_alpha")
    scaled = graph.add("Mul", [size, alpha], f"{name}.exponent")
    return replace(of_taps, name=graph.add("Exp", [scaled], f"{name}.modulation"))


def _last_channel(graph: Graph, spatial: Value, name: str) -> Value:
    """D: the channel that is depth."""
    if spatial.channels == 1:
        return spatial
    _sliced(graph, spatial.name, spatial.channels - 1, spatial.channels, name)
    return replace(spatial, name=name, channels=1)


def _sliced(graph: Graph, value: str, first: int, after: int, name: str) -> None:
    """Channels first..after - 1."""
    bounds = [graph.integers([n], f"index.{n}") for n in (first, after, 1)]
    graph.add("Slice", [value, *bounds], name)
