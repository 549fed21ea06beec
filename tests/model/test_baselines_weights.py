"""Baselines as files; and files written before there were baselines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from sgnet_model.config import ALL_S_CONV, VARIANTS, SGNetConfig
from sgnet_model.types import UserError
from sgnet_model.variants import build
from sgnet_model.weights import load_checkpoint, read_info, save_checkpoint
from sgnet_model.weights.recognise import at_stride, named

# The "config" of a file as it was written when every chosen place was an S-Conv.
OLD_CONFIG = (
    '{"variant": "sgnet-compact", "blocks": [2, 2, 2, 2], "s_conv_blocks": [[0], [1], [0, 1], [0]],'
    ' "classes": 3, "width": 4, "projector_channels": 3, "head": "crisp", "head_channels": 6,'
    ' "output_stride": 16, "spatial": "depth", "fill_holes": true}'
)
SMALL = SGNetConfig(
    "custom", (2, 2, 2, 2), ((0,), (1,), (0, 1), (0,)), 3, 4, 3, head="crisp", head_channels=6
)


def _rewritten(path: Path, config: str) -> Path:
    """The same file with another "config" in its metadata."""
    with safe_open(path, framework="pt") as file:
        metadata = {**file.metadata(), "config": config}
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    save_file(tensors, path, metadata)
    return path


def test_a_file_from_before_there_were_baselines(tmp_path: Path) -> None:
    """Defaults fill in what its configuration lacks; the weights give the same logits."""
    network = build(replace(SMALL, variant="sgnet-compact", fill_holes=True)).eval()
    path = tmp_path / "old.safetensors"
    save_checkpoint(network, path, {})
    _rewritten(path, OLD_CONFIG)
    loaded = load_checkpoint(path)
    assert loaded.config == network.config
    assert (loaded.config.operators, loaded.config.two_streams) == (ALL_S_CONV, False)
    picture, depth = torch.randn(1, 3, 64, 64), torch.rand(1, 1, 64, 64)
    with torch.no_grad():
        assert torch.equal(loaded(picture, depth).logits, network(picture, depth).logits)


@pytest.mark.parametrize(
    "changes",
    [
        {"operators": ("dac", "dac", "dcnv2", "dcnv2")},
        {"operators": ("og", "sp_og", "sp_wg", "unapplied")},
        {"operators": ("dcnv2",) * 4, "two_streams": True, "spatial": "hha"},
        {"s_conv_blocks": ((), (), (), ())},
    ],
)
def test_baselines_come_back_from_files(changes: dict[str, object], tmp_path: Path) -> None:
    """Configuration and logits, in eval mode."""
    config = replace(SMALL, **changes)  # type: ignore[arg-type]
    network = build(config).eval()
    path = tmp_path / "baseline.safetensors"
    save_checkpoint(network, path, {})
    loaded = load_checkpoint(path)
    assert loaded.config == config == read_info(path).config
    picture = torch.randn(1, 3, 64, 64)
    spatial = torch.rand(1, config.spatial_channels or 1, 64, 64)
    with torch.no_grad():
        assert torch.equal(loaded(picture, spatial).logits, network(picture, spatial).logits)


def test_weights_of_another_operator_do_not_fit(tmp_path: Path) -> None:
    """An S-Conv's file that claims to be DCNv2's is refused with what is missing."""
    path = tmp_path / "wrong.safetensors"
    save_checkpoint(build(SMALL), path, {})
    _rewritten(path, json.dumps(replace(SMALL, operators=("dcnv2",) * 4).to_dict()))
    with pytest.raises(UserError, match=r"left over .* of another shape"):
        load_checkpoint(path)


def test_an_operator_of_a_newer_version(tmp_path: Path) -> None:
    """Told with those that are known."""
    path = tmp_path / "newer.safetensors"
    save_checkpoint(build(SMALL), path, {})
    _rewritten(path, json.dumps({**SMALL.to_dict(), "operators": ["dcnv9"] * 4}))
    with pytest.raises(UserError, match=r"dcnv9.*name four of s_conv, og"):
        load_checkpoint(path)


def test_names_of_variants() -> None:
    """A variant keeps its name; at another stride, or among equals, the first that fits."""
    city = VARIANTS["sgnet-8s-r101-aspp-cityscapes"]
    assert named(city).variant == city.variant
    assert named(replace(city, variant="custom")).variant == "sgnet-8s-r101-aspp"
    assert at_stride(city, 16).variant == "sgnet-r101-aspp"
    assert at_stride(VARIANTS["dcnv2-r101"], 8).variant == "custom"
