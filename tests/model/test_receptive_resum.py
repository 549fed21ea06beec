"""The reported taps are the ones the network used.

kernel x modulation x bilinear samples of the layer's input at the *reported* taps, brought back
from picture pixels, must give the layer's output at the reported index.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from sgnet_model.config import SGNetConfig
from sgnet_model.data.intrinsics import guess_intrinsics
from sgnet_model.inspection.receptive_field import LayerTaps, taps_at
from sgnet_model.nn.operator import TapOutput
from sgnet_model.nn.s_conv import SConv
from sgnet_model.nn.sgnet import SGNet
from sgnet_model.prediction import Prediction
from sgnet_model.predictor import Predictor
from sgnet_model.preprocess import rgb_tensor, spatial_tensor
from sgnet_model.variants import build

NETWORK = (96, 128)
# As fed, the Kinect 2's shape (another aspect), and one larger than the network's input.
PICTURES = [NETWORK, (85, 103), (151, 200)]
PLACES = [(0.0, 0.0), (0.999, 0.999), (0.5, 0.5), (0.31, 0.78), (0.93, 0.07)]  # of the picture


@dataclass
class Caught:
    """What the S-Convs read and wrote in the last pass, by name: (C, h, w) and (O, h', w')."""

    inputs: dict[str, np.ndarray] = field(default_factory=dict)
    outputs: dict[str, np.ndarray] = field(default_factory=dict)

    def hook(self, name: str) -> Callable[[nn.Module, tuple[Tensor, ...], TapOutput], None]:
        def catch(_: nn.Module, arguments: tuple[Tensor, ...], output: TapOutput) -> None:
            self.inputs[name] = arguments[0][0].double().numpy()
            self.outputs[name] = output.features[0].double().numpy()

        return catch


def random_network(seed: int = 0) -> SGNet:
    """All twelve S-Convs, narrow, with offsets of about a grid unit that reach over the borders."""
    torch.manual_seed(seed)
    blocks = (3, 4, 6, 3)
    chosen = ((0, 1, 2), (0, 2, 3), (0, 4, 5), (0, 1, 2))
    network = build(
        SGNetConfig(
            "test", blocks, chosen, classes=5, width=8, projector_channels=4, head_channels=8
        )
    )
    for module in network.modules():
        if isinstance(module, SConv):
            nn.init.normal_(module.offset_generator.weight, std=0.15)
            assert module.offset_generator.bias is not None
            nn.init.normal_(module.offset_generator.bias, std=0.3)
    return network


def random_frame(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(1)
    rgb = generator.integers(0, 256, (*size, 3), dtype=np.uint8)
    return rgb, generator.uniform(0.5, 5.0, size).astype(np.float32)


def sample(values: np.ndarray, y: float, x: float) -> np.ndarray:
    """(C,) bilinear sample of (C, h, w) written out by its definition; zero beyond the map."""
    total = np.zeros(values.shape[0])
    for row in (int(np.floor(y)), int(np.floor(y)) + 1):
        for column in (int(np.floor(x)), int(np.floor(x)) + 1):
            if 0 <= row < values.shape[1] and 0 <= column < values.shape[2]:
                weight = (1 - abs(y - row)) * (1 - abs(x - column))
                total += weight * values[:, row, column]
    return total


def resum(kernel: np.ndarray, values: np.ndarray, taps: LayerTaps, picture: tuple[int, int]) -> Any:
    """(O,) Eq. 7 at the reported taps, from picture pixels back to cells of the input map."""
    y = ((taps.y + 0.5) * NETWORK[0] / picture[0] - 0.5) / taps.stride_in
    x = ((taps.x + 0.5) * NETWORK[1] / picture[1] - 0.5) / taps.stride_in
    samples = [sample(values, y[tap], x[tap]) for tap in range(9)]
    for tap in np.flatnonzero(taps.outside):
        np.testing.assert_allclose(samples[tap], 0, atol=1e-12)
    columns = np.stack(samples, -1) * taps.modulation  # (C, 9)
    return np.einsum("ock,ck->o", kernel.reshape(*kernel.shape[:2], 9), columns)


@pytest.fixture(scope="module")
def network() -> SGNet:
    return random_network()


def run(network: SGNet, picture: tuple[int, int]) -> tuple[Prediction, Caught]:
    caught = Caught()
    handles = [
        block.conv2.register_forward_hook(caught.hook(name))
        for name, block in network.backbone.named_blocks()
        if isinstance(block.conv2, SConv)
    ]
    rgb, depth = random_frame(picture)
    camera = guess_intrinsics(picture[1], picture[0])
    with torch.inference_mode():
        spatial = spatial_tensor(depth, camera, NETWORK, network.config)
        network.eval()(rgb_tensor(rgb, NETWORK), spatial)
    for handle in handles:
        handle.remove()
    return Predictor(network, device="cpu", size=NETWORK).predict(rgb, depth), caught


@pytest.mark.parametrize("picture", PICTURES, ids=str)
def test_the_reported_taps_give_the_layers_output(network: SGNet, picture: tuple[int, int]) -> None:
    prediction, caught = run(network, picture)
    kernels = {
        name: block.conv2.weight.detach().double().numpy()  # type: ignore[operator]
        for name, block in network.backbone.named_blocks()
    }
    assert len(prediction.traces) == 12
    seen: list[LayerTaps] = []
    for trace in prediction.traces:
        for right, down in PLACES:
            u, v = int(right * picture[1]), int(down * picture[0])
            taps = taps_at(trace, u, v, NETWORK, picture)
            expected = caught.outputs[trace.name][:, *taps.index]
            found = resum(kernels[trace.name], caught.inputs[trace.name], taps, picture)
            scale = np.abs(caught.outputs[trace.name]).max()
            np.testing.assert_allclose(found, expected, atol=1e-5 * scale, err_msg=trace.name)
            seen.append(taps)
    # The frames were hard enough: taps left their grid, and some left the map.
    assert np.median([taps.displacement_px for taps in seen]) > 1
    assert any(taps.outside.any() for taps in seen)
    assert any(taps.partly_outside.any() for taps in seen)


def test_the_strides_and_sizes_of_the_twelve(network: SGNet) -> None:
    prediction, caught = run(network, NETWORK)
    strides = [(trace.stride_in, trace.stride_out) for trace in prediction.traces]
    assert strides == [(4, 4)] * 3 + [(4, 8), (8, 8), (8, 8), (8, 16)] + [(16, 16)] * 5
    for trace in prediction.traces:
        assert trace.input_size == caught.inputs[trace.name].shape[1:]
        assert trace.output_size == caught.outputs[trace.name].shape[1:]
