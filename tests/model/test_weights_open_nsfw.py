"""The packaged ResNet-50 1by2: read, held against ONNX Runtime, made weights to start from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F
from cli_support import Run
from onnx import TensorProto, helper, numpy_helper

from sgnet_model.training.stem_fit import fit_stem, rendered_pictures
from sgnet_model.types import UserError
from sgnet_model.variants import build
from sgnet_model.weights.imagenet import read_imagenet
from sgnet_model.weights.open_nsfw import (
    OriginalResNet,
    check_original,
    installed_model,
    layers_state,
    measured_variances,
    read_original,
)
from sgnet_model.weights.start import start_from


@pytest.fixture(scope="module")
def original() -> OriginalResNet:
    return read_original(installed_model())


def test_it_computes_what_onnx_runtime_computes(original: OriginalResNet) -> None:
    assert check_original(original, installed_model()) < 1e-5


def test_a_part_read_wrongly_is_found(original: OriginalResNet) -> None:
    parts = dict(original.parts)
    parts["layer4.2.conv1"], parts["layer4.1.conv1"] = (
        parts["layer4.1.conv1"],
        parts["layer4.2.conv1"],
    )
    with pytest.raises(UserError, match="computes something else"):
        check_original(OriginalResNet(parts), installed_model())


def test_the_states_norms_say_what_the_originals_say(original: OriginalResNet) -> None:
    """In inference to rounding, in training nearly, on pictures like those measured on."""
    torch.manual_seed(0)
    pictures = [torch.cat(rendered_pictures(4, (96, 128)))]
    state = layers_state(original, measured_variances(original, pictures))
    part = original.parts["layer1.0.conv1"]
    raw = part.raw(torch.rand(2, 64, 24, 24))
    norm = [state[f"layer1.0.bn1.{name}"] for name in ("running_mean", "running_var")]
    affine = [state[f"layer1.0.bn1.{name}"] for name in ("weight", "bias")]
    inferred, wanted = F.batch_norm(raw, *norm, *affine), part.normed(raw)
    torch.testing.assert_close(inferred, wanted, rtol=1e-4, atol=1e-4)
    seen: list[torch.Tensor] = []

    def keep(name: str, raw: torch.Tensor) -> None:
        if name == "layer3.2.conv2":
            seen.append(raw)

    list(original.layers(pictures[0], keep))
    affine = [state[f"layer3.2.bn2.{name}"] for name in ("weight", "bias")]
    trained = F.batch_norm(seen[0], None, None, *affine, training=True)
    wanted = original.parts["layer3.2.conv2"].normed(seen[0])
    correlation = np.corrcoef(trained.flatten().numpy(), wanted.flatten().numpy())[0, 1]
    assert correlation > 0.9
    assert 0.8 < float(trained.std() / wanted.std()) < 1.25


def test_a_stem_is_fitted_better_the_longer(original: OriginalResNet) -> None:
    short, longer = (fit_stem(original, 32, steps, scenes=3).residual for steps in (2, 80))
    assert short.shape == (64,)
    assert float(longer.median()) < 0.75 * float(short.median())


def test_the_command_writes_weights_that_a_training_takes(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "start.safetensors"
    told = run("start-weights", target, "--steps", "1", "--json").json
    assert told["largest_difference"] < 1e-5
    assert "Copyright 2016, Yahoo Inc." in Path(told["notice"]).read_text()
    file = read_imagenet(target)
    assert (file.layout, file.stride_in_1x1) == ("deep-stem", True)
    network = build("sgnet-compact")
    report = start_from(network, target)
    assert len(report.taken) == told["tensors"] == 275
    assert report.unused == ()
    taken = sum(network.state_dict()[key].numel() for key in report.taken if "running" not in key)
    assert taken == pytest.approx(5.95e6, rel=0.01)
    assert json.loads(json.dumps(report.to_dict()))["stride_in_1x1"] is True


def test_another_onnx_file_is_refused(run: Run, tmp_path: Path) -> None:
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [value], [])
    path, target = tmp_path / "other.onnx", tmp_path / "start.safetensors"
    onnx.save(helper.make_model(graph), path)
    assert (
        "does not hold the ResNet-50 1by2" in run("start-weights", target, "--from", path).sentence
    )
    path.write_bytes(b"no ONNX at all")
    assert "cannot be read as ONNX" in run("start-weights", target, "--from", path).sentence
    missing = run("start-weights", target, "--from", tmp_path / "none.onnx").sentence
    assert "There is no file" in missing
    assert not target.exists()


def _longer(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].dims.append(3)


def _cut(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].raw_data = model.graph.initializer[0].raw_data[:7]


def _without_outputs(model: onnx.ModelProto) -> None:
    for node in model.graph.node:
        if node.op_type == "Conv":
            del node.output[:]


def _not_a_number(model: onnx.ModelProto) -> None:
    one = next(one for one in model.graph.initializer if len(one.dims) == 4)
    values = np.array(numpy_helper.to_array(one))
    values.flat[0] = np.nan
    one.CopyFrom(numpy_helper.from_array(values, one.name))


def _elsewhere(model: onnx.ModelProto) -> None:
    one = model.graph.initializer[0]
    one.data_location = TensorProto.EXTERNAL
    entry = one.external_data.add()
    entry.key, entry.value = "location", "../weights.bin"


def _in_a_circle(model: onnx.ModelProto) -> None:
    conv = next(node for node in model.graph.node if node.op_type == "Conv")
    for reader in [node for node in model.graph.node if conv.output[0] in node.input]:
        model.graph.node.remove(reader)
    model.graph.node.append(helper.make_node("Identity", [conv.output[0]], [conv.output[0]]))


@pytest.mark.parametrize(
    "damage", [_longer, _cut, _without_outputs, _not_a_number, _elsewhere, _in_a_circle]
)
def test_a_damaged_file_ends_in_a_sentence(
    damage: Callable[[onnx.ModelProto], None], tmp_path: Path
) -> None:
    model, path = onnx.load(str(installed_model())), tmp_path / "damaged.onnx"
    damage(model)
    path.write_bytes(model.SerializeToString())
    with pytest.raises(UserError, match=r"damaged\.onnx (cannot be read as ONNX|does not hold)"):
        read_original(path)


def test_wrong_wishes(run: Run, tmp_path: Path) -> None:
    assert "does not end in .safetensors" in run("start-weights", tmp_path / "a.pth").sentence
    target = tmp_path / "a.safetensors"
    assert "--steps is 0" in run("start-weights", target, "--steps", "0").sentence
