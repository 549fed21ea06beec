"""The map between the authors' keys and ours, and the network a list of keys stands for."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from reference.official_files import SMALL
from reference.official_layout import OfficialLayout

from sgnet_model.config import R50, R101, VARIANTS
from sgnet_model.types import UserError
from sgnet_model.variants import build
from sgnet_model.weights.authors_keys import to_authors, to_ours
from sgnet_model.weights.recognise import at_stride, named, recognise

LAYOUTS = {
    "sgnet-r50": OfficialLayout(R50),
    "sgnet-r101": OfficialLayout(R101),
    "sgnet-r101-aspp": OfficialLayout(R101, aspp=True),
    "sgnet-r50-aspp": OfficialLayout(R50, aspp=True),
}


@pytest.mark.parametrize("variant", LAYOUTS)
def test_keys_and_shapes_correspond_one_to_one(variant: str) -> None:
    """Every tensor of theirs has its place in our network, of its shape, and none is left."""
    theirs = LAYOUTS[variant].shapes()
    with torch.device("meta"):
        state = build(variant).state_dict()
    ours = {k: tuple(t.shape) for k, t in state.items() if not k.endswith("batches_tracked")}
    assert {to_ours(key): shape for key, shape in theirs.items()} == ours
    assert {to_authors(key): shape for key, shape in ours.items()} == theirs
    assert [to_authors(str(to_ours(key))) for key in theirs] == list(theirs)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("conv3.weight", "backbone.stem.6.weight"),
        ("layer3.22.bn3.running_var", "backbone.layer3.22.bn3.running_var"),
        ("layer2.0.downsample.1.bias", "backbone.layer2.0.shortcut.1.bias"),
        ("layer1.2.conv2.bias", "backbone.layer1.2.conv2.bias"),
        (
            "layer1.2.conv2.weight_generator2.bias",
            "backbone.layer1.2.conv2.weight_generator.to_taps.bias",
        ),
        ("dsn3.3.weight", "decoder.auxiliary.4.weight"),
        ("head.0.conv1.2.weight", "decoder.main.pooled.1.weight"),
        ("head.0.conv5.0.weight", "decoder.main.branches.3.0.weight"),
    ],
)
def test_some_by_hand(theirs: str, ours: str) -> None:
    """Worked from the two module trees."""
    assert to_ours(theirs) == ours
    assert to_authors(ours) == theirs


@pytest.mark.parametrize("key", ["fc.weight", "layer1.conv1.weight", "weight", "", "xconv1.bias"])
def test_foreign_keys_have_no_place(key: str) -> None:
    """They are told as left over, never dropped."""
    assert to_ours(key) is None
    assert to_authors(key) is None


@pytest.mark.parametrize("variant", LAYOUTS)
@pytest.mark.parametrize("classes", [40, 37, 19])
def test_variants_are_recognised(variant: str, classes: int) -> None:
    """From keys and shapes, with any number of classes."""
    config = recognise(replace(LAYOUTS[variant], classes=classes).shapes(), "file")
    assert config == replace(VARIANTS[variant], classes=classes)


def test_s_convs_in_chosen_blocks_only() -> None:
    """The paper's Table I: which blocks are guided shows in the keys."""
    shapes = {
        key: shape
        for key, shape in LAYOUTS["sgnet-r50"].shapes().items()
        if not key.startswith("layer3.5.conv2.") or key == "layer3.5.conv2.weight"
    }
    config = recognise(shapes, "file")
    assert config.s_conv_blocks == ((0, 1, 2), (0, 2, 3), (0, 4), (0, 1, 2))
    assert config.variant == "custom"
    plain = {key: shape for key, shape in shapes.items() if "conv2." not in key}
    assert recognise(plain, "file").s_conv_layers == ()


@pytest.mark.parametrize(("channels", "spatial"), [(1, "depth"), (3, "xyz"), (4, "feature")])
def test_spatial_information_is_told_by_its_channels(channels: int, spatial: str) -> None:
    """One is depth, three are coordinates, anything else the feature map."""
    shapes = SMALL.shapes()
    for key in [key for key in shapes if key.endswith("spatial_projector.0.weight")]:
        shapes[key] = (3, channels, 3, 3)
    assert recognise(shapes, "file").spatial == spatial


def test_output_stride_changes_the_name() -> None:
    """The same weights at stride 8 are another variant, or one without a name."""
    assert recognise(LAYOUTS["sgnet-r101"].shapes(), "file", 8).variant == "sgnet-8s-r101"
    assert at_stride(VARIANTS["sgnet-r101-aspp"], 8).variant == "sgnet-8s-r101-aspp"
    assert at_stride(VARIANTS["sgnet-8s-r101"], 16).variant == "sgnet-r101"
    assert at_stride(VARIANTS["sgnet-r50"], 8).variant == "custom"
    assert at_stride(VARIANTS["sgnet-r50"], None) is VARIANTS["sgnet-r50"]
    assert all(named(config) == config for config in VARIANTS.values())


def test_a_layer_without_blocks_is_no_sgnet() -> None:
    """Said in one sentence with what was found."""
    shapes = {key: s for key, s in SMALL.shapes().items() if not key.startswith("layer4.")}
    with pytest.raises(UserError, match=r"weights\.pth holds .* not an SGNet's"):
        recognise(shapes, "weights.pth")
