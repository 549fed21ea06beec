"""The predictor: shapes, units of its answers, and one forward pass for all of them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sgnet_model.config import VARIANTS, Precision
from sgnet_model.devices import choose_device
from sgnet_model.nn import SGNet
from sgnet_model.nn.compiled import entries
from sgnet_model.predictor import Predictor, upsampled
from sgnet_model.preprocess import rgb_tensor, spatial_tensor
from sgnet_model.resources import default_checkpoint
from sgnet_model.scenes.generate import render_scene
from sgnet_model.types import UserError
from sgnet_model.variants import build
from sgnet_model.weights import load_checkpoint, save_checkpoint

TINY = replace(VARIANTS["sgnet-compact"], width=4, projector_channels=4, head_channels=8)


@pytest.fixture
def network() -> SGNet:
    torch.manual_seed(0)
    network = build(TINY)
    for name, parameter in network.named_parameters():
        if "offset_generator" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    return network.eval()


def _picture(height: int = 60, width: int = 90) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    rgb = random.integers(0, 256, (height, width, 3)).astype(np.uint8)
    return rgb, random.uniform(0.5, 5, (height, width)).astype(np.float32)


def test_labels_probabilities_and_traces_come_from_one_pass(network: SGNet) -> None:
    passes = []
    predictor = Predictor(network, device="cpu", size=(64, 96))
    predictor.network.register_forward_hook(lambda *_: passes.append(1))
    prediction = predictor.predict(*_picture())
    assert len(passes) == 1
    probabilities = prediction.probabilities
    assert probabilities.shape == (40, 60, 90)
    assert probabilities.sum(0) == pytest.approx(1.0, abs=1e-4)
    best = np.take_along_axis(probabilities, prediction.labels[None].astype(int), 0)[0]
    assert prediction.confidence == pytest.approx(best, abs=1e-4)
    assert best == pytest.approx(probabilities.max(0), abs=1e-4)
    assert [trace.name for trace in prediction.traces] == list(TINY.s_conv_layers)


def test_traces_lie_on_the_grids_of_their_layers(network: SGNet) -> None:
    sizes = {}

    def note(name: str) -> object:
        return lambda _m, inputs, _o: sizes.update({name: tuple(inputs[0].shape[2:])})

    for name, block in network.backbone.named_blocks():
        block.conv2.register_forward_hook(note(name))
    rgb, depth = _picture(75, 101)
    with torch.no_grad():
        network(torch.zeros(1, 3, 75, 101), torch.from_numpy(depth)[None, None])
    prediction = Predictor(network, device="cpu", size=None).predict(rgb, depth)
    assert prediction.network_size == (75, 101)
    for trace in prediction.traces:
        assert trace.input_size == sizes[trace.name]
        assert trace.offsets.shape[0] == 18
        assert trace.modulation.shape == (9, *trace.output_size)
        assert trace.output_size == tuple(-(-n // trace.stride_out) for n in (75, 101))
        assert (trace.modulation > 0).all()
        assert (trace.modulation < 1).all()
        assert np.abs(trace.offsets).max() > 0


def test_bfloat16_stays_close(network: SGNet) -> None:
    exact = Predictor(network, device="cpu", size=(64, 96)).predict(*_picture())
    fast = Predictor(network, device="cpu", size=(64, 96), precision="bf16").predict(*_picture())
    error = np.linalg.norm(fast.logits - exact.logits) / np.linalg.norm(exact.logits)
    assert error < 0.08  # bfloat16 keeps 8 bits; the sum over twelve S-Convs' layers adds up
    assert fast.logits.dtype == np.float32


@pytest.mark.parametrize(("precision", "agreement"), [("fp32", 0.9999), ("bf16", 0.95)])
def test_the_bundled_network_keeps_its_labels(precision: Precision, agreement: float) -> None:
    """A rendered room through the network as trained and as prepared."""
    network = load_checkpoint(default_checkpoint()).eval()
    scene = render_scene(11, (240, 320))
    assert scene.depth_m is not None
    spatial = spatial_tensor(scene.depth_m, scene.intrinsics, scene.size, network.config)
    with torch.inference_mode():
        logits = network(rgb_tensor(scene.rgb, scene.size), spatial).logits[0]
    expected = upsampled(logits, scene.size, scene.size).argmax(0).numpy()
    predictor = Predictor(network, device="cpu", size=None, precision=precision)
    prediction = predictor.predict(scene.rgb, scene.depth_m, scene.intrinsics)
    assert (prediction.labels == expected).mean() > agreement


def test_precision_is_chosen_for_the_processor(
    network: SGNet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    assert Predictor(network, device="cpu", precision="auto").precision == "bf16"
    for name in ("avx512_bf16", "amx_tile"):
        monkeypatch.setattr(torch.cpu, f"_is_{name}_supported", lambda: False)
    assert Predictor(network, device="cpu", precision="auto").precision == "fp32"
    with pytest.raises(UserError, match="fp16"):
        Predictor(network, device="cpu", precision="fp16")
    with pytest.raises(UserError, match="choose one of auto, fp32"):
        Predictor(network, device="cpu", precision="int4")  # type: ignore[arg-type]


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_nothing_is_compiled_in_the_middle_of_a_prediction(
    network: SGNet, precision: Precision
) -> None:
    entries.compiled.cache_clear()
    predictor = Predictor(network, device="cpu", precision=precision)
    ready = entries.compiled.cache_info().misses
    predictor.predict(*_picture())
    assert entries.compiled.cache_info().misses == ready > 0


def test_explanations_are_of_the_weights_that_answered(network: SGNet, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_checkpoint(network, path, {})
    first, second = (Predictor.load(path, device="cpu") for _ in range(2))
    assert first.differentiable().config == network.config
    os.utime(path, ns=(0, 0))  # as if a training had written it again
    assert first.differentiable() is not None  # it was read before
    with pytest.raises(UserError, match="written again since it was loaded"):
        second.differentiable()


def test_bad_input_is_refused(network: SGNet) -> None:
    rgb, depth = _picture()
    with pytest.raises(UserError, match="shape"):
        Predictor(network, device="cpu").predict(rgb, depth[:-1])


def test_devices() -> None:
    assert choose_device("cpu") == (torch.device("cpu"), None)
    device, notice = choose_device("cuda")
    assert (device.type == "cuda") == torch.cuda.is_available()
    assert (notice is None) == torch.cuda.is_available()
    for unknown in ("tpu", "cpu:1", "cuda:x", "auto:0"):
        with pytest.raises(UserError, match=f"no device called '{unknown}': choose one of auto"):
            choose_device(unknown)


def test_a_gpu_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose_device("cuda:1") == (torch.device("cuda:1"), None)
    assert choose_device("auto") == (torch.device("cuda"), None)
    with pytest.raises(UserError, match="no cuda:2: this machine has 2 CUDA devices"):
        choose_device("cuda:2")
