"""Weights to start from: every tensor of a file has its place, and what has none is listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from reference.imagenet_layout import R50, WIDTH, deep_stem, in_sequence, torchvision
from reference.official_files import save_legacy
from safetensors.torch import save_file
from torch import Tensor

from sgnet_model.config import NO_BLOCKS, R101, VARIANTS, SGNetConfig, first_and_last_two
from sgnet_model.nn import SGNet
from sgnet_model.training.distributed import ALONE
from sgnet_model.training.start import INIT_FILE, load_start, start_origin
from sgnet_model.types import UserError
from sgnet_model.variants import build
from sgnet_model.weights import read_info, save_checkpoint
from sgnet_model.weights.card import card_of
from sgnet_model.weights.start import start_from

NARROW = replace(
    VARIANTS["sgnet-r50"], width=WIDTH, projector_channels=3, head_channels=6, classes=5
)
Save = Callable[[dict[str, Tensor], Path], object]
SAVES: dict[str, Save] = {
    "zip": lambda state, path: torch.save(state, path),
    "legacy": save_legacy,
    "entry": lambda state, path: torch.save({"state_dict": state, "epoch": 90}, path),
    "safetensors": lambda state, path: save_file(state, path),
}


def _network(config: SGNetConfig = NARROW) -> SGNet:
    torch.manual_seed(0)
    return build(config)


def _write(state: dict[str, Tensor], folder: Path, kind: str = "zip") -> Path:
    path = folder / f"imagenet.{kind}"
    SAVES[kind](state, path)
    return path


@pytest.mark.parametrize("kind", SAVES)
def test_a_deep_stem_fills_the_backbone_from_any_container(tmp_path: Path, kind: str) -> None:
    state, network, before = deep_stem(), _network(), _network().state_dict()
    report = start_from(network, _write(state, tmp_path, kind))
    after = network.state_dict()
    assert report.layout == "deep-stem"
    for ours, theirs in (
        ("stem.0.weight", "conv1.weight"),
        ("stem.7.running_var", "bn3.running_var"),
        ("layer1.0.shortcut.0.weight", "layer1.0.downsample.0.weight"),
        ("layer2.1.conv2.weight", "layer2.1.conv2.weight"),  # stays a plain convolution
        ("layer4.0.conv2.weight", "layer4.0.conv2.weight"),  # an S-Conv's kernel
        ("layer3.5.bn3.weight", "layer3.5.bn3.weight"),
    ):
        assert torch.equal(after[f"backbone.{ours}"], state[theirs]), ours
    assert set(report.unused) == {"fc.weight", "fc.bias"}
    for key in report.fresh:
        assert torch.equal(after[key], before[key]), key
        assert key.startswith("decoder.") or ".conv2." in key, key
    counted = [key for key in after if not key.endswith("num_batches_tracked")]
    assert sorted((*report.taken, *report.fresh)) == sorted(counted)
    assert len(report.taken) == len(state) - 2


def test_a_file_that_stretches_a_value_to_any_size_is_refused(tmp_path: Path) -> None:
    stretched = torch.zeros(1).expand(40_000, 40_000, 1, 1)
    path = _write({**deep_stem(), "layer1.0.conv1.weight": stretched}, tmp_path)
    with pytest.raises(
        UserError, match=r"speaks of 1,6\d\d,\d{3},\d{3} values, more than any network"
    ):
        start_from(_network(), path)


def test_a_stem_in_sequence_means_the_same(tmp_path: Path) -> None:
    one, other = _network(), _network()
    start_from(one, _write(deep_stem(), tmp_path))
    report = start_from(other, _write(in_sequence(), tmp_path))
    assert report.layout == "deep-stem"
    assert all(torch.equal(a, other.state_dict()[key]) for key, a in one.state_dict().items())


def test_torchvision_leaves_the_stem_fresh_and_says_so(tmp_path: Path) -> None:
    state, network = torchvision(), _network()
    before = {key: tensor.clone() for key, tensor in network.state_dict().items()}
    report = start_from(network, _write(state, tmp_path))
    after = network.state_dict()
    assert report.layout == "torchvision"
    for key in before:
        if ".stem." in key or "layer1.0.conv1" in key or "layer1.0.shortcut" in key:
            assert torch.equal(after[key], before[key]), key
    assert torch.equal(after["backbone.layer1.0.conv2.weight"], state["layer1.0.conv2.weight"])
    assert torch.equal(after["backbone.layer1.1.conv1.weight"], state["layer1.1.conv1.weight"])
    assert {"conv1.weight", "bn1.running_mean", "layer1.0.conv1.weight"} <= set(report.unused)
    said = report.summary()
    assert "torchvision layout" in said
    assert "the stem (15)" in said  # three convolutions, three norms of four tensors
    assert "layer1.0.conv1 (1)" in said
    assert "fc.weight" in said


def test_the_network_computes_what_the_imagenet_network_did(tmp_path: Path) -> None:
    """Without S-Convs, on its first layer: stem and layer 1, done by hand from the file."""
    state = deep_stem()
    network = _network(replace(NARROW, s_conv_blocks=NO_BLOCKS)).eval()
    start_from(network, _write(state, tmp_path))

    def norm(x: Tensor, name: str) -> Tensor:
        parts = [state[f"{name}.{part}"] for part in ("running_mean", "running_var")]
        scale = [state[f"{name}.{part}"] for part in ("weight", "bias")]
        return torch.nn.functional.batch_norm(x, *parts, *scale)

    conv = torch.nn.functional.conv2d
    x = picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    for number, stride in ((1, 2), (2, 1), (3, 1)):
        x = conv(x, state[f"conv{number}.weight"], stride=stride, padding=1)
        x = norm(x, f"bn{number}").relu()
    x = torch.nn.functional.max_pool2d(x, 3, 2, 1)
    for block in ("layer1.0", "layer1.1", "layer1.2"):
        y = norm(conv(x, state[f"{block}.conv1.weight"]), f"{block}.bn1").relu()
        y = norm(conv(y, state[f"{block}.conv2.weight"], padding=1), f"{block}.bn2").relu()
        y = norm(conv(y, state[f"{block}.conv3.weight"]), f"{block}.bn3")
        if block == "layer1.0":
            x = norm(conv(x, state[f"{block}.downsample.0.weight"]), f"{block}.downsample.1")
        x = (x + y).relu()
    with torch.no_grad():
        made = network.backbone(picture, torch.ones(1, 1, 32, 32)).layers[0]
    assert torch.allclose(made, x, rtol=1e-4, atol=1e-4 * float(x.abs().max()))


def test_both_streams_are_filled_and_one_channel_keeps_its_own_stem(tmp_path: Path) -> None:
    state = deep_stem()
    path = _write(state, tmp_path)
    for spatial, fresh in (("hha", False), ("depth", True)):
        config = replace(NARROW, two_streams=True, spatial=spatial, s_conv_blocks=NO_BLOCKS)
        network = _network(config)
        report = start_from(network, path)
        own = network.state_dict()
        for stream in ("colour", "second"):
            assert torch.equal(
                own[f"backbone.{stream}.layer4.2.conv3.weight"], state["layer4.2.conv3.weight"]
            )
        assert ("backbone.second.stem.0.weight" in report.fresh) is fresh
        assert "backbone.second.stem.3.weight" in report.taken


def test_early_fusion_keeps_its_own_kernels_for_depth(tmp_path: Path) -> None:
    """Its first convolution reads four channels where ImageNet's reads three."""
    state = deep_stem()
    network = _network(replace(NARROW, early_fusion=True, s_conv_blocks=NO_BLOCKS))
    own = network.state_dict()["backbone.stem.0.weight"].clone()
    report = start_from(network, _write(state, tmp_path))
    kernel = network.state_dict()["backbone.stem.0.weight"]
    assert torch.equal(kernel[:, :3], state["conv1.weight"])
    assert torch.equal(kernel[:, 3:], own[:, 3:])
    assert "backbone.stem.0.weight" in report.taken


def test_another_depth_or_width_is_refused_with_every_key(tmp_path: Path) -> None:
    deeper = replace(NARROW, blocks=R101, s_conv_blocks=first_and_last_two(R101))
    network = _network(deeper)
    before = {key: tensor.clone() for key, tensor in network.state_dict().items()}
    with pytest.raises(UserError, match=r"255 missing \(layer3\.6\.conv1\.weight") as caught:
        start_from(network, _write(deep_stem(R50), tmp_path))
    assert len(caught.value.details.splitlines()) == 17 * 15
    assert all(torch.equal(before[key], now) for key, now in network.state_dict().items())
    with pytest.raises(UserError, match=r"255 left over"):
        start_from(_network(), _write(deep_stem(R101), tmp_path))
    with pytest.raises(UserError, match="of another shape"):
        start_from(_network(replace(NARROW, width=8)), _write(deep_stem(), tmp_path))


def test_what_holds_no_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"not a ResNet's: expected conv1"):
        start_from(_network(), _write({"features.0.weight": torch.ones(3)}, tmp_path))
    broken = deep_stem()
    broken["conv1.weight"][0, 0, 0, 0] = float("nan")
    with pytest.raises(UserError, match="NaN"):
        start_from(_network(), _write(broken, tmp_path))
    with pytest.raises(UserError, match="There is no checkpoint file"):
        start_from(_network(), tmp_path / "absent.pth")
    path = _write(deep_stem(), tmp_path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(UserError, match=r"imagenet\.zip cannot be read .*cut off or damaged"):
        start_from(_network(), path)


class _Bomb:
    """Pickled, it asks its reader to make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.path,)


def test_no_code_of_a_file_is_run(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    for name, legacy in (("zip", False), ("legacy", True)):
        path = tmp_path / name
        content = {"state_dict": deep_stem(), "bomb": _Bomb(trace)}
        torch.save(content, path, _use_new_zipfile_serialization=not legacy)
        assert start_from(_network(), path).layout == "deep-stem"
    assert not trace.exists()


def test_a_whole_network_starts_one_for_other_classes(tmp_path: Path) -> None:
    source = _network()
    path = tmp_path / "source.safetensors"
    save_checkpoint(source, path, {})
    network = _network(replace(NARROW, classes=7))
    report = start_from(network, path)
    assert report.layout == "network"
    assert {key.rsplit(".", 2)[-2] for key in report.fresh} == {"4"}  # the 1x1 of both heads
    assert len(report.fresh) == 4
    own, theirs = network.state_dict(), source.state_dict()
    assert all(torch.equal(own[key], theirs[key]) for key in report.taken)
    plain = _network(replace(NARROW, s_conv_blocks=NO_BLOCKS))
    assert any(".offset_generator." in key for key in start_from(plain, path).unused)


def test_an_archive_that_its_reader_refuses_in_its_own_way(tmp_path: Path) -> None:
    """An archive of a later version: zipfile says so by an error of another kind."""
    path = _write(deep_stem(), tmp_path)
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    content[central + 6] = 99  # the version needed to extract
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"cannot be read \(zip file version"):
        start_from(_network(), path)


def test_the_licence_of_the_first_weights_goes_with_all_that_began_with_them(
    tmp_path: Path,
) -> None:
    imagenet = tmp_path / "imagenet.safetensors"
    save_file(deep_stem(), imagenet, {"licence": "BSD-2-Clause,\nCopyright somebody"})
    network = _network()
    report = start_from(network, imagenet)
    assert report.licence == "BSD-2-Clause,\nCopyright somebody"
    first = tmp_path / "first.safetensors"
    save_checkpoint(network, first, {"start": start_origin(report, tmp_path)})
    assert start_from(_network(), first).licence == report.licence
    assert card_of(read_info(first)).licence == "BSD-2-Clause, Copyright somebody"
    carded = tmp_path / "carded.safetensors"  # as the bundled one: its card alone names it
    save_checkpoint(network, carded, {"card": {"licence": "MIT; begun with BSD-2-Clause"}})
    assert start_from(_network(), carded).licence == "MIT; begun with BSD-2-Clause"


def test_a_continued_run_knows_its_start_from_its_folder(tmp_path: Path) -> None:
    imagenet = tmp_path / "imagenet.safetensors"
    save_file(deep_stem(), imagenet, {"licence": "BSD-2-Clause"})
    network, said = _network(), list[str]()
    report = load_start(network, imagenet, tmp_path / "run", ALONE, said.append)
    assert report is not None
    assert start_origin(None, tmp_path / "run") == start_origin(report, tmp_path / "run")
    assert start_origin(report, tmp_path / "run") == {
        "file": "imagenet.safetensors",
        "layout": "deep-stem",
        "licence": "BSD-2-Clause",
    }
    assert start_origin(None, tmp_path / "another") is None
    (tmp_path / "run" / INIT_FILE).write_text("{")
    with pytest.raises(UserError, match=r"init\.json cannot be read"):
        start_origin(None, tmp_path / "run")
