"""Backbone and decoders as ONNX nodes: the forward pass of `nn.sgnet.SGNet` in eval mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sgnet_model.nn.heads import AsppHead, CrispHead, Decoder
from sgnet_model.nn.operator import Operator
from sgnet_model.nn.resnet import Backbone, Bottleneck
from sgnet_model.nn.sgnet import GREY_LEVELS_PER_METRE, SGNet
from sgnet_model.nn.two_stream import TwoStreamBackbone

from .graph import Graph, Value
from .modules import added, emit
from .operators import emit_operator

Layers = tuple[Value, ...]


def emit_network(network: SGNet, graph: Graph, picture: Value, spatial: Value | None) -> Value:
    """(N, classes, h, w) logits from BGR minus mean and the spatial information, if any."""
    backbone = network.backbone
    if isinstance(backbone, TwoStreamBackbone):
        assert spatial is not None  # the configuration sees to it
        layers = _two_streams(backbone, graph, picture, spatial)
    else:
        if network.config.early_fusion:
            assert spatial is not None  # the configuration sees to it
            picture = _stacked(graph, picture, spatial)
        layers = _backbone(backbone, graph, picture, spatial, "backbone", str)
    return _decoder(network.decoder, graph, layers)


def _stacked(graph: Graph, picture: Value, spatial: Value) -> Value:
    """As `nn.sgnet.stem_input`."""
    scale = graph.constant(np.float32(GREY_LEVELS_PER_METRE).reshape(1), "grey_levels_per_metre")
    scaled = graph.add("Mul", [spatial.name, scale], "stem_input.scaled")
    name = graph.add("Concat", [picture.name, scaled], "stem_input", axis=1)
    return replace(picture, name=name, channels=picture.channels + spatial.channels)


def _two_streams(
    backbone: TwoStreamBackbone, graph: Graph, picture: Value, spatial: Value
) -> Layers:
    first = _backbone(backbone.colour, graph, picture, spatial, "backbone.colour", str)
    second = _backbone(
        backbone.second, graph, spatial, spatial, "backbone.second", backbone.name_of
    )
    return (*first[:3], added(graph, first[3], second[3], "backbone.fused"))


def _backbone(
    backbone: Backbone,
    graph: Graph,
    picture: Value,
    spatial: Value | None,
    prefix: str,
    place: Callable[[str], str],
) -> Layers:
    """The maps after the four layers. `place`: what a block's operator is called in the graph."""
    x = emit(backbone.stem, graph, picture, f"{prefix}.stem")
    x = emit(backbone.pool, graph, x, f"{prefix}.pool")
    layers: dict[str, Value] = {}
    for name, block in backbone.named_blocks():
        x = _bottleneck(block, graph, x, spatial, f"{prefix}.{name}", place(name))
        layers[name.split(".")[0]] = x  # the last block's stays
    return tuple(layers.values())


def _bottleneck(
    block: Bottleneck, graph: Graph, x: Value, spatial: Value | None, name: str, place: str
) -> Value:
    y = emit(block.conv1, graph, x, f"{name}.conv1")
    y = emit(block.bn1, graph, y, f"{name}.bn1")
    y = emit(block.relu, graph, y, f"{name}.relu1")
    if isinstance(block.conv2, Operator):
        y = emit_operator(block.conv2, graph, y, spatial or y, place)
    else:
        y = emit(block.conv2, graph, y, f"{name}.conv2")
    y = emit(block.bn2, graph, y, f"{name}.bn2")
    y = emit(block.relu, graph, y, f"{name}.relu2")
    y = emit(block.conv3, graph, y, f"{name}.conv3")
    y = emit(block.bn3, graph, y, f"{name}.bn3")
    y = added(graph, y, emit(block.shortcut, graph, x, f"{name}.shortcut"), f"{name}.sum")
    return emit(block.relu, graph, y, f"{name}.relu3")


def _decoder(decoder: Decoder, graph: Graph, layers: Layers) -> Value:
    main, name = decoder.main, "decoder.main"
    if isinstance(main, CrispHead):
        return _crisp(main, graph, layers, name)
    if isinstance(main, AsppHead):
        return _aspp(main, graph, layers[3], name)
    return emit(main, graph, layers[3], name)


def _aspp(head: AsppHead, graph: Graph, x: Value, name: str) -> Value:
    pooled = emit(head.pooled, graph, _pooled(graph, x, name), f"{name}.pooled")
    sizes = graph.sizes_of(x, f"{name}.size")
    ones = graph.integers([1, 1], f"{name}.ones")
    shape = graph.add("Concat", [ones, sizes], f"{name}.shape", axis=0)
    spread = graph.add("Expand", [pooled.name, shape], f"{name}.spread")
    branches = [
        emit(branch, graph, x, f"{name}.branches.{index}")
        for index, branch in enumerate(head.branches)
    ]
    names = [spread, *(branch.name for branch in branches)]
    joined = graph.add("Concat", names, f"{name}.joined", axis=1)
    channels = pooled.channels + sum(branch.channels for branch in branches)
    features = replace(x, name=joined, channels=channels)
    features = emit(head.project, graph, features, f"{name}.project")
    return emit(head.classify, graph, features, f"{name}.classify")


def _crisp(head: CrispHead, graph: Graph, layers: Layers, name: str) -> Value:
    layer1, layer2, _, layer4 = layers
    pooled = emit(head.pooled, graph, _pooled(graph, layer4, name), f"{name}.pooled")
    context = emit(head.context, graph, layer4, f"{name}.context")
    x = added(graph, context, pooled, f"{name}.in_context")
    for number, layer in ((2, layer2), (1, layer1)):
        resized = graph.resized(x, layer, f"{name}.resized{number}")
        lateral = getattr(head, f"lateral{number}")
        side = emit(lateral, graph, layer, f"{name}.lateral{number}")
        x = added(graph, resized, side, f"{name}.sum{number}")
        x = emit(getattr(head, f"fuse{number}"), graph, x, f"{name}.fuse{number}")
    return emit(head.classify, graph, x, f"{name}.classify")


def _pooled(graph: Graph, x: Value, name: str) -> Value:
    """The mean over the whole map, (N, C, 1, 1)."""
    axes = graph.integers([2, 3], "rows_and_columns")
    mean = graph.add("ReduceMean", [x.name, axes], f"{name}.mean", keepdims=1)
    return Value(mean, x.channels, 1, 1)
