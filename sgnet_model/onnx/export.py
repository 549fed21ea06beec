"""From a network to an ONNX model: inputs, outputs, and what the file says of itself.

Inputs, float32: `rgb` (N, 3, H, W), red, green, blue in 0..255 (the mean is taken off and the
channels are reversed inside the graph), and the spatial information under its own name: `depth`
(N, 1, H, W), metres, 0 where missing, or `xyz` or `hha` (N, 3, H, W). Outputs: `logits`
(N, C, h, w), the head's own, and `labels` (N, H, W), int64, the class of each pixel. Probabilities
are the softmax of the logits over `temperature` in the file's metadata.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from sgnet_model.config import PAPER_SIZE, SGNetConfig
from sgnet_model.files import write_atomically
from sgnet_model.nn.operator import Operator
from sgnet_model.nn.sgnet import SGNet
from sgnet_model.preprocess import HHA_MIDDLE, MEAN_RGB, SMOOTH_PIXELS, SMOOTH_RANGE
from sgnet_model.types import UserError
from sgnet_model.weights.card import fitted_temperature

from .graph import Graph, Sampling, Value
from .network import emit_network

OLDEST_OPSET = 19  # DeformConv's first
ANY_BATCH = "N"
SPATIAL_TEXT = {
    "depth": "(N, 1, H, W) metres, 0 = missing",
    "xyz": "(N, 3, H, W) camera coordinates x, y, z in metres, 0 = missing",
    "hha": f"(N, 3, H, W) disparity, height, angle, each 0..255 minus {HHA_MIDDLE:.0f}",
}
LOGITS_TEXT = (
    "class scores at the head's resolution; probabilities are the softmax of them divided by the "
    "metadata's temperature"
)


@dataclass(frozen=True, slots=True)
class OnnxSettings:
    """`size`: (height, width) of the inputs; with `any_size` an example, and the graph takes
    pictures of any size from 32 pixels a side. `batch`: pictures at a time, None for any number.

    `sampling`: "deform" for one DeformConv each, "grid" for GridSample and a product. `taps`: the
    offsets, modulation and features of each S-Conv are outputs too.
    """

    size: tuple[int, int] = PAPER_SIZE
    opset: int = OLDEST_OPSET
    sampling: Sampling = "deform"
    batch: int | None = 1
    taps: bool = False
    any_size: bool = False

    def __post_init__(self) -> None:
        newest = onnx.defs.onnx_opset_version()
        if not OLDEST_OPSET <= self.opset <= newest:
            raise UserError(
                f"Opset {self.opset} cannot be written: choose one from {OLDEST_OPSET} (the first "
                f"with DeformConv) to {newest} (the newest that the installed onnx knows)."
            )
        if self.batch is not None and self.batch < 1:
            raise UserError(f"A batch of {self.batch} pictures cannot be: use 1 or more.")
        if self.any_size and self.sampling == "grid":
            raise UserError(
                "GridSample's positions are constants of one size: use --sampling deform for "
                "pictures of any size."
            )
        if self.any_size and self.size != PAPER_SIZE:
            raise UserError("A graph for any size has no size of its own: leave it out.")


def make_model(network: SGNet, settings: OnnxSettings) -> onnx.ModelProto:
    """The network as it computes in eval mode, checked by ONNX's own checker."""
    graph = Graph(settings.opset, settings.sampling, settings.any_size)
    height, width = settings.size
    config = network.config
    spatial = None
    if config.spatial_channels is not None:
        spatial = Value(config.spatial, config.spatial_channels, height, width)
    logits = emit_network(network, graph, _centred(graph, height, width), spatial)
    graph.add("Identity", [logits.name], "logits")
    picture = Value("rgb", 3, height, width)
    full = graph.resized(Value("logits", *_chw(logits)), picture, "full_logits")
    graph.add("ArgMax", [full.name], "labels", axis=1, keepdims=0)
    proto = helper.make_graph(
        graph.nodes,
        config.variant,
        _inputs(spatial, settings),
        _outputs(network, logits, settings),
        graph.constants,
        doc_string=__doc__,
    )
    return _finished(proto, network, settings)


def write_model(path: Path, model: onnx.ModelProto) -> int:
    """Writes the model atomically; returns its size in bytes. UserError where that fails."""
    data = model.SerializeToString()
    write_atomically(path, data)
    return len(data)


def tap_outputs(network: SGNet, size: tuple[int, int]) -> dict[str, tuple[int, int, int]]:
    """Name and (channels, h, w) of the values in the graph that tell what each place did."""
    found = {}
    blocks = dict(network.backbone.named_blocks())
    for name, geometry in network.geometry().items():
        h, w = (-(-length // geometry.stride_out) for length in size)
        operator = blocks[name].conv2
        assert isinstance(operator, Operator)  # what has a geometry is one
        channels = operator.weight.shape[0]
        for what, count in (("offsets", 18), ("modulation", 9), ("features", channels)):
            found[f"{name}.{what}"] = (count, h, w)
    return found


def preprocessing(config: SGNetConfig) -> dict[str, Any]:
    """What becomes of a picture and its depth before they are fed, as JSON values."""
    values: dict[str, Any] = {
        "rgb": "float32 (N, 3, H, W), red, green, blue in 0..255",
        "rgb_resize": "bilinear; by area where it shrinks in both directions",
        "inside_the_graph": {"minus_mean_rgb": list(MEAN_RGB), "then": "channels reversed to BGR"},
    }
    if config.spatial in SPATIAL_TEXT:
        filled = config.fill_holes or config.spatial == "hha"
        values[config.spatial] = f"float32 {SPATIAL_TEXT[config.spatial]}"
        values["depth_resize"] = "nearest neighbour"
        values["depth_holes"] = (
            "fill each with its nearest valid depth (Euclidean, in pixels, exact) before resizing"
            if filled
            else "leave at 0"
        )
        if config.smooth_depth:
            values["depth_smoothing"] = (
                f"after resizing: bilateral filter, {SMOOTH_PIXELS} pixels across "
                f"(sigma {SMOOTH_PIXELS / 2:g}), sigma of the range {SMOOTH_RANGE:g} of the "
                "median depth"
            )
    return values


def _centred(graph: Graph, height: int, width: int) -> Value:
    mean = np.array(MEAN_RGB, np.float32).reshape(1, 3, 1, 1)
    less = graph.add("Sub", ["rgb", graph.constant(mean, "mean_rgb")], "rgb_minus_mean")
    order = graph.integers([2, 1, 0], "blue_green_red")
    return Value(graph.add("Gather", [less, order], "bgr", axis=1), 3, height, width)


def _chw(value: Value) -> tuple[int, int, int]:
    return value.channels, value.height, value.width


def _inputs(spatial: Value | None, settings: OnnxSettings) -> list[onnx.ValueInfoProto]:
    inputs = [_info("rgb", (3, *settings.size), settings, "red, green, blue, 0..255")]
    if spatial is not None:
        text = SPATIAL_TEXT[spatial.name]
        inputs.append(_info(spatial.name, _chw(spatial), settings, text))
    return inputs


def _outputs(network: SGNet, logits: Value, settings: OnnxSettings) -> list[onnx.ValueInfoProto]:
    outputs = [
        _info("logits", _chw(logits), settings, LOGITS_TEXT),
        _info("labels", settings.size, settings, "class index of each pixel", TensorProto.INT64),
    ]
    if settings.taps:
        outputs += [
            _info(name, shape, settings)
            for name, shape in tap_outputs(network, settings.size).items()
        ]
    return outputs


def _info(
    name: str,
    shape: tuple[int, ...],
    settings: OnnxSettings,
    text: str = "",
    kind: int = TensorProto.FLOAT,
) -> onnx.ValueInfoProto:
    dimensions: list[int | str | None] = [settings.batch or ANY_BATCH, *shape]
    if settings.any_size:
        dimensions[-2:] = ("H", "W") if name in ("rgb", *SPATIAL_TEXT, "labels") else (None, None)
    return helper.make_tensor_value_info(name, kind, dimensions, text)


def _finished(graph: onnx.GraphProto, network: SGNet, settings: OnnxSettings) -> onnx.ModelProto:
    opsets = [helper.make_opsetid("", settings.opset)]
    model = helper.make_model(
        graph,
        producer_name="sgnet-viewer",
        opset_imports=opsets,
        ir_version=helper.find_min_ir_version_for(opsets),  # older runtimes refuse newer ones
    )
    helper.set_model_props(model, _metadata(network, settings))
    onnx.checker.check_model(model, full_check=True)
    return model


def _metadata(network: SGNet, settings: OnnxSettings) -> dict[str, str]:
    config, scheme = network.config, network.scheme
    return {
        "variant": config.variant,
        "scheme": scheme.name,
        "classes": json.dumps(scheme.classes),
        "palette": json.dumps(scheme.palette.tolist()),
        "size": json.dumps("any" if settings.any_size else list(settings.size)),
        "preprocessing": json.dumps(preprocessing(config)),
        "temperature": json.dumps(fitted_temperature(network.provenance) or 1.0),
        "sampling": settings.sampling,
        "config": json.dumps(config.to_dict()),
        "provenance": json.dumps(network.provenance),
    }
