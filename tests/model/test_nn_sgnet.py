"""The whole network: counts to the digit, S-Convs where the paper has them, strides, shapes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from sgnet_model.config import R50, R101, VARIANTS, SGNetConfig
from sgnet_model.nn import SConv, SGNet
from sgnet_model.types import UserError
from sgnet_model.variants import build, count_parameters

BASELINES = {R101: 56_823_824, R50: 37_831_696}
NONE: tuple[tuple[int, ...], ...] = ((), (), (), ())
SMALL = SGNetConfig("custom", R50, VARIANTS["sgnet-r50"].s_conv_blocks, 5, 4, 3, head_channels=6)


def _meta(config: SGNetConfig | str) -> SGNet:
    """A network without memory: shapes only."""
    with torch.device("meta"):
        return build(config)


def _randomised(config: SGNetConfig) -> SGNet:
    """In eval mode, with S-Convs that do deform."""
    network = build(config).eval()
    for module in network.modules():
        if isinstance(module, SConv):
            nn.init.normal_(module.offset_generator.weight, 0, 0.2)
    return network


@pytest.mark.parametrize(
    ("variant", "parameters"),
    [
        ("sgnet-r101", 58_299_284),
        ("sgnet-r50", 39_307_156),
        ("sgnet-r101-aspp", 64_723_860),
        ("sgnet-8s-r101", 58_299_284),
    ],
)
def test_parameter_counts(variant: str, parameters: int) -> None:
    """What the released state dicts hold, which is what the paper prints."""
    assert count_parameters(_meta(variant)) == parameters


@pytest.mark.parametrize("blocks", [R50, R101])
def test_what_s_convs_cost(blocks: tuple[int, int, int, int]) -> None:
    """122,715 each, and a frozen zero bias for each of their 2,880 channels."""
    config = next(c for c in VARIANTS.values() if c.blocks == blocks and c.head == "dsn")
    plain = count_parameters(_meta(replace(config, s_conv_blocks=NONE)))
    assert plain == BASELINES[blocks]
    assert count_parameters(_meta(config)) - plain == 12 * 122_715 + 2_880


@pytest.mark.parametrize(
    ("layers", "parameters"), [(1, 57_192_161), (2, 57_560_690), (3, 57_929_603), (4, 58_299_284)]
)
def test_counts_layer_by_layer(layers: int, parameters: int) -> None:
    """Paper, Table II: S-Convs in the first one to four layers of ResNet-101."""
    config = VARIANTS["sgnet-r101"]
    chosen = config.s_conv_blocks[:layers] + NONE[layers:]
    assert count_parameters(_meta(replace(config, s_conv_blocks=chosen))) == parameters


@pytest.mark.parametrize(("variant", "last"), [("sgnet-r101", (21, 22)), ("sgnet-r50", (4, 5))])
def test_twelve_s_convs(variant: str, last: tuple[int, int]) -> None:
    """The first and the last two blocks of each layer."""
    names = [f"layer1.{i}" for i in (0, 1, 2)] + [f"layer2.{i}" for i in (0, 2, 3)]
    names += [f"layer3.{i}" for i in (0, *last)] + [f"layer4.{i}" for i in (0, 1, 2)]
    network = _meta(variant)
    assert list(network.geometry()) == names == list(network.config.s_conv_layers)


def test_strides() -> None:
    """Input and output differ in layer2.0, and in layer3.0 at output stride 16."""
    at_16 = {n: (g.stride_in, g.stride_out) for n, g in _meta("sgnet-r50").geometry().items()}
    assert at_16["layer1.0"] == at_16["layer1.2"] == (4, 4)
    assert (at_16["layer2.0"], at_16["layer2.2"]) == ((4, 8), (8, 8))
    assert (at_16["layer3.0"], at_16["layer3.4"]) == ((8, 16), (16, 16))
    assert at_16["layer4.0"] == at_16["layer4.2"] == (16, 16)
    at_8 = _meta("sgnet-8s-r101").geometry()
    assert {at_8[n].stride_out for n in at_8 if n >= "layer2"} == {8}


def test_maps_of_every_layer_lie_on_the_stated_strides() -> None:
    """Odd sizes too: every strided operation halves and rounds up."""
    network = _randomised(SMALL)
    with torch.no_grad():
        out = network(torch.randn(1, 3, 75, 101), torch.rand(1, 1, 75, 101))
    for name, geometry in network.geometry().items():
        size = tuple(-(-length // geometry.stride_out) for length in (75, 101))
        assert out.taps[name].offsets.shape == (1, 18, *size)
        assert out.taps[name].modulation.shape == (1, 9, *size)
    assert out.logits.shape == (1, 5, 5, 7)
    assert out.auxiliary is None


@pytest.mark.parametrize("head", ["dsn", "aspp", "crisp"])
@pytest.mark.parametrize("output_stride", [8, 16])
def test_heads_and_output_strides(head: str, output_stride: int) -> None:
    """Logits at the head's own resolution; the auxiliary ones in training only, from layer 3."""
    network = build(replace(SMALL, head=head, output_stride=output_stride)).train()
    out = network(torch.randn(2, 3, 64, 96), torch.rand(2, 1, 64, 96))
    stride = 4 if head == "crisp" else output_stride
    assert out.logits.shape == (2, 5, 64 // stride, 96 // stride)
    assert out.auxiliary.shape == (2, 5, 64 // output_stride, 96 // output_stride)
    (out.logits.sum() + out.auxiliary.sum()).backward()
    idle = [n for n, p in network.named_parameters() if p.requires_grad and p.grad is None]
    assert idle == []


def test_dilation_acts_on_plain_convolutions_only() -> None:
    """Layer 3's plain 3x3 convs are dilated by 2, a baseline's layer 4 by 4; S-Convs never."""
    network = _meta("sgnet-r50")
    block = dict(network.backbone.named_blocks())["layer3.1"]
    assert block.conv2.dilation == block.conv2.padding == (2, 2)
    plain = _meta(replace(VARIANTS["sgnet-r50"], s_conv_blocks=NONE))
    layers = dict(plain.backbone.named_blocks())
    assert [layers[f"layer{i}.1"].conv2.dilation[0] for i in (1, 2, 3, 4)] == [1, 1, 2, 4]
    assert [layers[f"layer{i}.0"].conv2.stride[0] for i in (1, 2, 3, 4)] == [1, 2, 2, 1]


@pytest.mark.parametrize(("spatial", "channels"), [("xyz", 3), ("feature", None)])
def test_other_spatial_information(spatial: str, channels: int | None) -> None:
    """Coordinates, and the feature map itself (paper, Table V)."""
    network = _randomised(replace(SMALL, spatial=spatial))
    given = None if channels is None else torch.rand(1, channels, 32, 32)
    with torch.no_grad():
        out = network(torch.randn(1, 3, 32, 32), given)
    assert out.logits.isfinite().all()
    assert out.taps["layer1.0"].offsets.any()


def test_inputs_that_do_not_fit_are_refused_in_a_sentence() -> None:
    """Shape of the picture, missing or unneeded or ill-fitting spatial input."""
    network = build(SMALL).eval()
    picture = torch.zeros(1, 3, 32, 32)
    with pytest.raises(UserError, match=r"shape \(3, 32, 32\)"):
        network(picture[0], None)
    with pytest.raises(UserError, match=r"depth of shape \(1, 1, 32, 32\) is expected"):
        network(picture)
    with pytest.raises(UserError, match=r"shape \(1, 1, 16, 16\)"):
        network(picture, torch.zeros(1, 1, 16, 16))
    guided_by_itself = build(replace(SMALL, spatial="feature")).eval()
    with pytest.raises(UserError, match="without spatial input"):
        guided_by_itself(picture, torch.zeros(1, 1, 32, 32))
