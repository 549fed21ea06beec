"""ONNX: the written graph, run elsewhere, says what the network says, value by value."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from reference.deformable import deformable

from sgnet_model.config import NO_BLOCKS, R50, VARIANTS, SGNetConfig, first_and_last_two
from sgnet_model.nn.random_offsets import set_random_offsets
from sgnet_model.nn.s_conv import SConv
from sgnet_model.nn.sgnet import SGNet
from sgnet_model.onnx import (
    CheckReport,
    Deviation,
    OnnxSettings,
    check_model,
    export,
    make_model,
)
from sgnet_model.onnx import sampling as sampling_nodes
from sgnet_model.onnx.check import TOLERANCE, _small_inputs, check_bent
from sgnet_model.onnx.export import preprocessing
from sgnet_model.onnx.graph import Graph, Sampling, Value
from sgnet_model.onnx.modules import emit
from sgnet_model.onnx.sampling import sampled
from sgnet_model.types import UserError
from sgnet_model.variants import build

SIZE = (72, 100)  # not a multiple of the strides
SMALL = SGNetConfig(
    "small", R50, first_and_last_two(R50), width=8, projector_channels=4, head_channels=8
)


def network_of(config: SGNetConfig) -> SGNet:
    """Random weights, statistics of norms and offsets that are not what they start as.

    Offsets and modulation that follow features are kept tame: without training they would blow
    rounding up from layer to layer.
    """
    follow_features = config.spatial == "feature" or "dcnv2" in config.operators
    std = 0.003 if follow_features else 0.1
    torch.manual_seed(5)
    network = build(config)
    for name, parameter in network.named_parameters():
        if "offset_generator" in name:
            torch.nn.init.normal_(parameter, std=std)
        elif "weight_generator" in name and follow_features:
            parameter.data *= 0.1
    for name, buffer in network.named_buffers():
        if name.endswith("running_mean"):
            buffer.normal_(0, 0.1)
        elif name.endswith("running_var"):
            buffer.uniform_(0.5, 2)
    return network.eval()


def small(variant: str) -> SGNetConfig:
    """A named variant, few blocks and channels."""
    config = VARIANTS[variant]
    places = first_and_last_two(R50) if any(config.s_conv_blocks) else NO_BLOCKS
    return replace(
        config,
        blocks=R50,
        s_conv_blocks=places,
        width=8,
        projector_channels=4,
        head_channels=8,
        variant="small",
    )


@pytest.mark.parametrize("sampling", ["deform", "grid"])
@pytest.mark.parametrize(
    "variant",
    [
        "sgnet-r50",
        "sgnet-8s-r101-aspp",
        "sgnet-compact",
        "baseline-r50",
        "baseline-rgbd-compact",
        "sp-og-r101",
        "og-r101",
        "sp-wg-r101",
        "sgnet-r101-unapplied",
        "dac-dcnv2-r101",
        "sgnet-r101-xyz",
        "sgnet-r101-feature",
        "hhanet-dcnv2-r101",
    ],
)
def test_every_value_is_the_networks(variant: str, sampling: Sampling) -> None:
    network = network_of(small(variant))
    model = make_model(network, OnnxSettings(SIZE, sampling=sampling))
    kinds = {node.op_type for node in model.graph.node}
    assert not kinds & ({"GridSample"} if sampling == "deform" else {"DeformConv"})
    report = check_model(model, network, SIZE)
    names = {entry.name for entry in report.deviations}
    of_layers = {
        f"{layer}.{what}"
        for layer in network.config.tap_layers
        for what in ("offsets", "modulation", "features")
    }
    assert names == {"logits", "labels"} | of_layers
    assert report.worst.relative < TOLERANCE, report.worst


@pytest.mark.parametrize(
    "variant",
    [
        "sgnet-r50",
        "sgnet-8s-r101-aspp",
        "sgnet-compact",
        "sp-og-r101",
        "sp-wg-r101",
        "dac-dcnv2-r101",
        "hhanet-r101",
    ],
)
def test_pictures_of_any_size(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One graph at two sizes, neither a multiple of the strides, against the network at each."""
    monkeypatch.setattr(export, "PAPER_SIZE", (64, 96))
    network = network_of(small(variant))
    model = make_model(network, OnnxSettings((64, 96), any_size=True, batch=None))
    for size in ((64, 96), SIZE, (57, 131)):
        report = check_model(model, network, size)
        assert report.worst.relative < TOLERANCE, (size, report.worst)
    shape = model.graph.input[0].type.tensor_type.shape
    assert [one.dim_param or one.dim_value for one in shape.dim] == ["N", 3, "H", "W"]
    told = {one.key: one.value for one in model.metadata_props}
    assert json.loads(told["size"]) == "any"


def test_what_cannot_be_of_any_size_is_refused() -> None:
    with pytest.raises(UserError, match="use --sampling deform"):
        OnnxSettings(sampling="grid", any_size=True)
    with pytest.raises(UserError, match="no size of its own"):
        OnnxSettings(SIZE, any_size=True)


def test_a_fresh_networks_taps_are_bent_for_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offsets of 0 hide an order of theirs: x before y passes as it is, and is found out bent."""
    torch.manual_seed(3)
    fresh = build(SMALL).eval()
    settings = OnnxSettings(SIZE)
    found = check_bent(fresh, settings)
    assert found is not None
    assert found.holds, found.worst
    straight = [one.offset_generator for one in fresh.modules() if isinstance(one, SConv)]
    assert not any(generator.weight.any() for generator in straight)  # the network is left alone

    right = sampling_nodes._deform

    def swapped(graph: Graph, taps: sampling_nodes._Taps) -> None:
        order = graph.integers([i ^ 1 for i in range(18)], "x_then_y_of_taps")
        name = graph.add("Gather", [taps.offsets, order], f"{taps.name}.swapped", axis=1)
        right(graph, replace(taps, offsets=name))

    monkeypatch.setattr(sampling_nodes, "_deform", swapped)
    assert check_model(make_model(fresh, settings), fresh, SIZE).holds
    wrong = check_bent(fresh, settings)
    assert wrong is not None
    assert not wrong.holds
    monkeypatch.undo()
    bent = deepcopy(fresh)
    set_random_offsets(bent, *_small_inputs(bent))
    assert check_bent(bent, settings) is None  # its own are enough
    assert check_bent(network_of(small("baseline-r50")), settings) is None


def test_every_variant_has_a_graph() -> None:
    """Written and run by those of ONNX: no part of any of them is without a counterpart."""
    known = {small(variant): variant for variant in VARIANTS}  # few differ in more than size
    assert len(known) > 15
    for config in known:
        assert make_model(network_of(config), OnnxSettings((32, 48))).graph.node


def test_a_part_without_a_counterpart_is_told() -> None:
    with pytest.raises(UserError, match=r"GELU at decoder\.main\.2 has no counterpart in ONNX"):
        emit(torch.nn.GELU(), Graph(19, "deform"), Value("x", 1, 2, 2), "decoder.main.2")


@pytest.mark.parametrize("sampling", ["deform", "grid"])
@pytest.mark.parametrize("stride", [1, 2])
def test_the_sampling_is_the_equation(sampling: Sampling, stride: int) -> None:
    """ONNX's own reference of its operators against the float64 loop over Eq. 7."""
    random = np.random.default_rng(stride)
    x = random.normal(size=(2, 3, 6, 7))
    offsets = random.normal(scale=2, size=(2, 18, -(-6 // stride), -(-7 // stride)))
    modulation = random.random((2, 9, *offsets.shape[2:]))
    weight, bias = random.normal(size=(4, 3, 3, 3)), random.normal(size=4)
    graph = Graph(20, sampling)  # the reference knows GridSample as of 20
    result = sampled(
        graph,
        Value("x", 3, 6, 7),
        "offsets",
        "modulation",
        torch.from_numpy(weight),
        torch.from_numpy(bias),
        "y",
        stride=stride,
    )
    feeds = {"x": x, "offsets": offsets, "modulation": modulation}
    floats = {name: value.astype(np.float32) for name, value in feeds.items()}
    found = _reference(graph, floats)
    wanted = deformable(x, offsets, weight, modulation, bias, stride)
    assert result.size == wanted.shape[2:]
    np.testing.assert_allclose(found, wanted, atol=2e-5)


def test_a_graph_that_lies_is_found_out() -> None:
    network = network_of(SMALL)
    model = make_model(network, OnnxSettings(SIZE))
    other = network_of(SMALL)
    with torch.no_grad():
        generator = dict(other.backbone.named_blocks())["layer3.4"].conv2.offset_generator
        generator.bias += 0.5  # type: ignore[union-attr, operator]
    report = check_model(model, other, SIZE)
    assert not report.holds
    relative = {entry.name: entry.relative for entry in report.deviations}
    assert relative["layer3.0.features"] < TOLERANCE < relative["layer3.4.offsets"]


def test_rounding_that_a_network_blows_up_is_no_fault_of_the_graph() -> None:
    network = network_of(small("sgnet-r101-feature"))
    for name, parameter in network.named_parameters():
        if "weight_generator" in name:
            parameter.data *= 6
    report = check_model(make_model(network, OnnxSettings(SIZE)), network, SIZE)
    assert report.worst.relative > TOLERANCE
    assert report.holds, report.worst
    lying = make_model(network, OnnxSettings(SIZE))
    mean = next(one for one in lying.graph.initializer if one.name == "mean_rgb")
    mean.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(mean) + 3, "mean_rgb"))
    assert not check_model(lying, network, SIZE).holds


def test_what_is_not_a_number_does_not_hold() -> None:
    nan = Deviation("logits", float("nan"))
    fine, far = Deviation("labels", 0), Deviation("layer1.0.offsets", 0.5)
    for deviations in ((fine, nan, far), (nan, fine, far), (far, fine, nan)):
        report = CheckReport("a runtime", deviations)
        assert (report.holds, report.worst) == (False, nan)
    assert CheckReport("a runtime", (fine,)).holds


def test_any_number_of_pictures_and_the_newest_opset() -> None:
    network = network_of(SMALL)
    for sampling in ("deform", "grid"):
        model = make_model(network, OnnxSettings(SIZE, 22, sampling, batch=None))
        session = onnxruntime.InferenceSession(model.SerializeToString())
        rgb = np.random.default_rng(0).uniform(0, 255, (3, 3, *SIZE)).astype(np.float32)
        depth = np.full((3, 1, *SIZE), 2, np.float32)
        three = session.run(["logits"], {"rgb": rgb, "depth": depth})[0]
        one = session.run(["logits"], {"rgb": rgb[1:2], "depth": depth[1:2]})[0]
        np.testing.assert_allclose(three[1:2], one, atol=1e-4)
        assert not np.allclose(three[0], one[0], atol=1e-2)


def test_the_file_tells_what_it_is(tmp_path: Path) -> None:
    network = network_of(small("sgnet-compact"))
    model = make_model(network, OnnxSettings(SIZE, batch=2, taps=True))
    onnx.save(model, tmp_path / "small.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "small.onnx")
    assert [(one.name, one.shape, one.type) for one in session.get_inputs()] == [
        ("rgb", [2, 3, 72, 100], "tensor(float)"),
        ("depth", [2, 1, 72, 100], "tensor(float)"),
    ]
    outputs = {one.name: (one.shape, one.type) for one in session.get_outputs()}
    assert outputs["logits"] == ([2, 40, 18, 25], "tensor(float)")  # the compact head: stride 4
    assert outputs["labels"] == ([2, 72, 100], "tensor(int64)")
    assert outputs["layer2.0.offsets"] == ([2, 18, 9, 13], "tensor(float)")
    assert outputs["layer2.0.features"] == ([2, 16, 9, 13], "tensor(float)")
    told = session.get_modelmeta().custom_metadata_map
    assert json.loads(told["classes"]) == list(network.scheme.classes)
    assert json.loads(told["palette"]) == network.scheme.palette.tolist()
    assert json.loads(told["size"]) == [72, 100]
    assert json.loads(told["config"])["head"] == "crisp"
    assert "nearest valid depth" in json.loads(told["preprocessing"])["depth_holes"]
    assert "depth_smoothing" not in json.loads(told["preprocessing"])
    smooth = preprocessing(VARIANTS["sgnet-compact-smooth"])["depth_smoothing"]
    assert "bilateral filter, 7 pixels across" in smooth
    assert session.get_modelmeta().graph_description  # the inputs and outputs, in words


@pytest.mark.parametrize("fitted", [None, 1.7])
def test_the_file_tells_the_temperature_of_its_logits(fitted: float | None) -> None:
    network = network_of(SMALL)
    if fitted is not None:
        network.provenance = {"calibration": {"temperature": fitted}}
    model = make_model(network, OnnxSettings(SIZE))
    told = {one.key: one.value for one in model.metadata_props}
    assert json.loads(told["temperature"]) == (fitted or 1.0)
    assert "temperature" in model.graph.output[0].doc_string


def test_the_graph_takes_rgb_as_it_is() -> None:
    """The red channel of the input is the last the network sees, less its mean."""
    model = make_model(network_of(SMALL), OnnxSettings(SIZE))
    first = {node.output[0]: node for node in model.graph.node[:2]}
    rgb = np.zeros((1, 3, *SIZE), np.float32)
    rgb[:, 0] = 200
    only = helper.make_graph(
        list(first.values()),
        "first",
        [model.graph.input[0]],
        [helper.make_tensor_value_info("bgr", onnx.TensorProto.FLOAT, None)],
        list(model.graph.initializer),
    )
    seen = ReferenceEvaluator(_model(only, 19)).run(None, {"rgb": rgb})[0]
    np.testing.assert_allclose(seen[0, :, 0, 0], [-104.008, -116.669, 200 - 122.675], rtol=1e-6)


@pytest.mark.parametrize("opset", [18, 999])
def test_an_opset_that_cannot_be_is_refused(opset: int) -> None:
    with pytest.raises(UserError, match=f"Opset {opset} cannot be written: choose one from 19"):
        OnnxSettings(opset=opset)


def _reference(graph: Graph, feeds: dict[str, np.ndarray]) -> np.ndarray:
    inputs = [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, value.shape)
        for name, value in feeds.items()
    ]
    output = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)
    proto = helper.make_graph(graph.nodes, "sampling", inputs, [output], graph.constants)
    result: np.ndarray = ReferenceEvaluator(_model(proto, graph.opset)).run(None, feeds)[0]
    return result


def _model(graph: onnx.GraphProto, opset: int) -> onnx.ModelProto:
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
