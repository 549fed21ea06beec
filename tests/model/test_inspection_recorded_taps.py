"""The taps of networks of any make: where they lie, and that the network computes what it did."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from sgnet_model import (
    Predictor,
    SConv,
    build,
    deform_conv2d,
    follow_taps,
    probe,
    record_taps,
    rgb_tensor,
    spatial_tensor,
)
from sgnet_model.config import VARIANTS
from sgnet_model.inspection.recorded_taps import RecordedLayer
from sgnet_model.types import Intrinsics, UserError


class DeformConv(nn.Conv2d):
    """Called as torchvision's DeformConv2d is."""

    def forward(self, input: Tensor, offset: Tensor, mask: Tensor | None = None) -> Tensor:
        return deform_conv2d(input, offset, self.weight, modulation=mask)


class Pack(nn.Conv2d):
    """Infers its offsets as mmcv's ModulatedDeformConv2dPack does."""

    def __init__(self, channels: int, modulated: bool = True) -> None:
        super().__init__(channels, channels, 3, padding=1)
        self.conv_offset = nn.Conv2d(channels, 27 if modulated else 18, 3, padding=1)

    def forward(self, input: Tensor) -> Tensor:
        inferred = self.conv_offset(input)
        mask = inferred[:, 18:].sigmoid() if inferred.shape[1] == 27 else None
        return deform_conv2d(input, inferred[:, :18], self.weight, modulation=mask)


class Network(nn.Module):
    """A stride of 2, then one deformable convolution of the offsets it is given."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, stride=2, padding=1)
        self.layer = layer

    def forward(self, picture: Tensor, *given: Tensor, **named: Tensor) -> Tensor:
        output: Tensor = self.layer(self.stem(picture), *given, **named)
        return output


def _offsets(dy: float, dx: float) -> Tensor:
    """All nine taps moved by as much; 12x16 cells."""
    one = torch.tensor([float(dy), float(dx)]).repeat(9)
    return one.view(1, 18, 1, 1).expand(1, 18, 12, 16).clone()


PICTURE = torch.zeros(1, 3, 24, 32)


def test_taps_lie_where_the_kernel_and_the_offsets_say() -> None:
    """Cell (5, 7) of a map at half size is the network's pixel (10, 14), and (20.5, 28.5) of a
    picture of twice the size, which shares the outer edges."""
    network = Network(DeformConv(4, 4, 3, padding=1))
    mask = torch.full((1, 9, 12, 16), 0.25)
    with record_taps(network) as layers:
        network(PICTURE, _offsets(0.5, -2), mask=mask)
    (layer,) = layers
    assert (layer.name, layer.cell, layer.input_size) == ("layer", 2, (12, 16))
    taps = layer.taps_at(14, 10)
    assert taps.y.tolist() == pytest.approx([2 * (5 + r + 0.5) for r in (-1, 0, 1) for _ in "abc"])
    assert taps.x.tolist() == pytest.approx([2 * (7 + c - 2) for _ in "abc" for c in (-1, 0, 1)])
    assert taps.modulation.tolist() == [0.25] * 9
    assert not taps.outside.any()
    larger = layer.taps_at(28.5, 20.5, (48, 64))
    assert larger.x == pytest.approx(2 * taps.x + 0.5)
    assert larger.y == pytest.approx(2 * taps.y + 0.5)


def test_stride_padding_and_dilation_place_the_kernel() -> None:
    """Output (2, 3) of stride 2 without padding and with dilation 3 is centred on cell (7, 9)."""
    layer = nn.Conv2d(4, 4, 3, stride=2, padding=0, dilation=3)
    layer.forward = lambda input, offset: input  # type: ignore[method-assign] # noqa: ARG005
    network = Network(layer)
    with record_taps(network) as layers:
        network(PICTURE, torch.zeros(1, 18, 4, 6))
    taps = layers[0].taps_at(2 * 9.4, 2 * 6.7)
    assert sorted(set(taps.y)) == [8, 14, 20]
    assert sorted(set(taps.x)) == [12, 18, 24]


def test_taps_beyond_the_map_are_said_to_be_outside() -> None:
    network = Network(DeformConv(4, 4, 3, padding=1))
    with record_taps(network) as layers:
        network(PICTURE, _offsets(0, 0))
    taps = layers[0].taps_at(0, 0)
    assert taps.outside.tolist() == [True, True, True, True, False, False, True, False, False]


def test_layers_of_one_axis_or_three_are_no_matter() -> None:
    class Mixed(Network):
        def __init__(self) -> None:
            super().__init__(DeformConv(4, 4, 3, padding=1))
            self.line, self.block = nn.Conv1d(2, 2, 3), nn.Conv3d(1, 1, 3)

        def forward(self, picture: Tensor, *given: Tensor, **named: Tensor) -> Tensor:
            self.line(torch.zeros(1, 2, 5))
            self.block(torch.zeros(1, 1, 5, 5, 5))
            return super().forward(picture, *given, **named)

    network = Mixed()
    with record_taps(network) as layers:
        network(PICTURE, _offsets(0, 0))
    assert [layer.name for layer in layers] == ["layer"]


def test_a_layer_that_says_its_groups_has_offsets_alone() -> None:
    """54 channels are the offsets of three groups, or of two with their modulation."""
    layer = Pack(4)
    layer.conv_offset = nn.Conv2d(4, 54, 3, padding=1)
    layer.forward = lambda x: layer.conv_offset(x)  # type: ignore[method-assign, assignment]
    network = Network(layer)
    with record_taps(network) as two:
        network(PICTURE)
    layer.deform_groups = 3  # type: ignore[assignment]
    with record_taps(network) as three:
        network(PICTURE)
    assert (two[0].groups, three[0].groups) == (2, 3)


def test_each_group_of_channels_has_taps_of_its_own() -> None:
    layer = nn.Conv2d(4, 4, 3, padding=1)
    layer.forward = lambda input, offset, mask: input  # type: ignore[method-assign] # noqa: ARG005
    network = Network(layer)
    offsets = torch.cat([_offsets(0, 1), _offsets(0, 3)], 1)
    with record_taps(network) as layers:
        network(PICTURE, offsets, torch.ones(1, 18, 12, 16))
    assert layers[0].groups == 2
    first, second = (layers[0].taps_at(14, 10, group=group) for group in (0, 1))
    assert second.x == pytest.approx(first.x + 4)
    with pytest.raises(UserError, match="no group 2"):
        layers[0].taps_at(14, 10, group=2)


@pytest.mark.parametrize("modulated", [True, False])
def test_layers_that_infer_their_offsets_are_known(modulated: bool) -> None:
    torch.manual_seed(0)
    layer = Pack(4, modulated)
    network = Network(layer)
    picture = torch.randn(1, 3, 24, 32)
    with record_taps(network) as layers:
        answer = network(picture)
    assert torch.equal(answer, network(picture))
    inferred = layer.conv_offset(network.stem(picture))[0].detach()
    assert np.array_equal(layers[0].offsets, inferred[:18].numpy())
    wanted = inferred[18:].sigmoid().numpy() if modulated else np.ones((9, 12, 16))
    assert layers[0].modulation == pytest.approx(wanted)


@pytest.mark.parametrize("variant", ["sgnet-compact", "dac-compact"])  # DAC keeps dilations
def test_they_are_those_of_a_probe(variant: str) -> None:
    """The same network by the two ways, on a picture of another size than the network's."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    network = build(variant).eval()
    for name, parameter in network.named_parameters():
        if "offset_generator" in name:
            nn.init.normal_(parameter, std=0.05)
    size = (96, 128)
    rgb = random.integers(0, 255, (70, 90, 3), np.uint8)
    depth_m = random.uniform(1, 4, (70, 90)).astype(np.float32)
    camera = Intrinsics(80.0, 80.0, 44.5, 34.5, 90, 70)
    prediction = Predictor(network, size=size).predict(rgb, depth_m, camera)
    spatial = spatial_tensor(depth_m, camera, size, VARIANTS[variant])
    with torch.inference_mode(), record_taps(network) as layers:
        network(rgb_tensor(rgb, size), spatial)
    wanted = probe(prediction, 41, 33).layers
    assert len(layers) == len(wanted)
    for layer, expected in zip(layers, wanted, strict=True):
        assert layer.cell == expected.stride_in
        taps = layer.taps_at(41, 33, (70, 90))
        assert taps.x == pytest.approx(expected.x, abs=1e-2)
        assert taps.y == pytest.approx(expected.y, abs=1e-2)
        assert taps.modulation == pytest.approx(expected.modulation, abs=1e-3)
        assert (taps.outside == expected.outside).all()


def _two_regular_layers() -> list[RecordedLayer]:
    """Of a network at half size whose offsets are 0."""
    network = nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1), Pack(4, False), Pack(4, False))
    for pack in (network[1], network[2]):
        nn.init.zeros_(pack.conv_offset.weight)
        nn.init.zeros_(pack.conv_offset.bias)
    with record_taps(network) as layers:
        network(PICTURE)
    return layers


def test_a_pixel_is_followed_through_several_layers() -> None:
    """Two regular kernels on a map of half size: 25 places, the middle one by 9 ways."""
    layers = _two_regular_layers()
    steps = follow_taps(layers[::-1], 14, 10)
    assert [len(x) for x, _ in steps] == [9, 81]
    x, y = steps[-1]
    places = list(zip(x.tolist(), y.tolist(), strict=True))
    assert set(places) == {(14 + 2 * i, 10 + 2 * j) for i in range(-2, 3) for j in range(-2, 3)}
    assert places.count((14, 10)) == 9


def test_a_tap_outside_is_followed_no_further() -> None:
    layers = _two_regular_layers()
    steps = follow_taps(layers[::-1], 0, 0)
    assert [len(x) for x, _ in steps] == [4, 25]


def test_hooks_leave_with_the_block_also_after_an_error() -> None:
    network = Network(DeformConv(4, 4, 3, padding=1))
    with pytest.raises(ValueError, match="mine"), record_taps(network):
        raise ValueError("mine")
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in network.modules())


def test_a_network_without_deformable_convolutions_is_refused() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.MaxPool2d(2))
    with pytest.raises(UserError, match="No deformable convolution"), record_taps(network):
        network(PICTURE)


def test_a_network_that_sees_no_picture_is_refused() -> None:
    layer = nn.Linear(3, 3)
    with pytest.raises(UserError, match="without a tensor of shape"), record_taps(layer):
        layer(torch.zeros(2, 3))


def test_a_picture_that_the_batch_does_not_hold_is_refused() -> None:
    network = Network(DeformConv(4, 4, 3, padding=1))
    with pytest.raises(UserError, match="no picture 1"), record_taps(network, image=1):
        network(PICTURE, _offsets(0, 0))


def test_s_conv_in_a_network_of_ones_own() -> None:
    torch.manual_seed(0)
    layer = SConv(4, 8, stride=2, projector_channels=8)
    nn.init.normal_(layer.offset_generator.bias)
    depth_m = torch.ones(1, 1, 24, 32)
    network = Network(layer)
    with record_taps(network) as layers:
        output = network(PICTURE, depth_m)
    assert np.array_equal(layers[0].offsets, output.offsets[0].detach().numpy())
    assert (layers[0].stride, layers[0].cell) == ((2, 2), 2)
    taps = layers[0].taps_at(16, 12)  # of a stride of 4 in all: output (3, 4), cell (6, 8)
    dy, dx = layers[0].offsets[0::2, 3, 4], layers[0].offsets[1::2, 3, 4]
    assert taps.y == pytest.approx(2 * (6 + np.repeat([-1, 0, 1], 3) + dy), abs=1e-5)
    assert taps.x == pytest.approx(2 * (8 + np.tile([-1, 0, 1], 3) + dx), abs=1e-5)
    far = replace(layers[0], cell=4).taps_at(16, 8)
    assert far.y[4] == pytest.approx(4 * (2 + layers[0].offsets[8, 1, 2]), abs=1e-5)
