"""Our own checkpoints: what is saved comes back, half precision, atomic writing, bad metadata."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from reference.official_files import SMALL, released, save_legacy
from reference.official_layout import random_state
from safetensors import safe_open
from safetensors.torch import save_file

from sgnet_model.config import R50, VARIANTS, SGNetConfig
from sgnet_model.nn import SGNet
from sgnet_model.types import LabelScheme, UserError
from sgnet_model.variants import build, count_parameters
from sgnet_model.weights import convert, load_checkpoint, read_info, save_checkpoint

CONFIG = SGNetConfig(
    "custom", R50, VARIANTS["sgnet-r50"].s_conv_blocks, 3, 4, 3, head="crisp", head_channels=6
)
SCHEME = LabelScheme(
    "room3", ("wall", "chaise longue", "tür"), np.array([[1, 2, 3], [0, 255, 9], [7, 7, 7]], "u1")
)
PROVENANCE = {"trained_on": "rooms", "iterations": 12, "scores": {"mIoU": 0.5}}


@pytest.fixture
def network() -> SGNet:
    """Small, with statistics and batch counts that are not the initial ones."""
    network = build(CONFIG, SCHEME)
    for name, tensor in network.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 1e5)
        elif name.endswith("num_batches_tracked"):
            tensor.fill_(3)
        elif "generator" in name or "norm" in name:
            tensor.normal_(0, 0.1)
    return network


def _run(network: SGNet) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    rgb, depth = torch.randn(1, 3, 48, 64, generator=generator), torch.rand(1, 1, 48, 64)
    with torch.no_grad():
        logits: torch.Tensor = network.eval()(rgb, depth * 0 + 2).logits
    return logits


def test_round_trip(network: SGNet, tmp_path: Path) -> None:
    """Weights bit for bit, configuration, class names, palette, provenance; in eval mode."""
    path = tmp_path / "weights.safetensors"
    save_checkpoint(network, path, PROVENANCE)
    loaded = load_checkpoint(str(path))
    expected = network.state_dict()
    assert loaded.state_dict().keys() == expected.keys()
    assert all(torch.equal(tensor, expected[k]) for k, tensor in loaded.state_dict().items())
    assert not loaded.training
    assert loaded.config == CONFIG
    assert loaded.provenance == PROVENANCE
    assert loaded.scheme.classes == SCHEME.classes
    assert np.array_equal(loaded.scheme.palette, SCHEME.palette)
    assert [p.requires_grad for p in loaded.parameters()] == [
        p.requires_grad for p in network.parameters()
    ]
    assert torch.equal(_run(loaded), _run(network))


def test_description_without_the_weights(network: SGNet, tmp_path: Path) -> None:
    """What `sgnet-model info` shows."""
    path = tmp_path / "weights.safetensors"
    save_checkpoint(network, path, PROVENANCE)
    info = read_info(path)
    assert (info.variant, info.config, info.classes) == ("custom", CONFIG, SCHEME.classes)
    assert info.palette.dtype == np.uint8
    assert not info.palette.flags.writeable
    assert info.provenance == PROVENANCE
    assert info.parameters == count_parameters(network)


def test_half_precision_storage(network: SGNet, tmp_path: Path) -> None:
    """Kernels are rounded, all else is exact (variances exceed half precision's range)."""
    whole, half = tmp_path / "whole.safetensors", tmp_path / "half.safetensors"
    save_checkpoint(network, whole, {})
    save_checkpoint(network, half, {}, dtype="fp16")
    loaded = load_checkpoint(half)
    for key, tensor in network.state_dict().items():
        arrived = loaded.state_dict()[key]
        rounded = tensor.half().float() if tensor.dim() > 1 else tensor
        assert arrived.dtype == tensor.dtype
        assert torch.equal(arrived, rounded)
    kernels = sum(t.numel() for t in network.state_dict().values() if t.dim() > 1)
    # The headers differ by the digits of the offsets in them.
    assert whole.stat().st_size - half.stat().st_size == pytest.approx(2 * kernels, rel=0.05)
    torch.testing.assert_close(_run(loaded), _run(network), rtol=0.02, atol=0.02)


def test_what_does_not_fit_half_precision_is_refused(network: SGNet, tmp_path: Path) -> None:
    """And nothing is written; nor for a type nobody reads, nor for NaN."""
    path = tmp_path / "weights.safetensors"
    with pytest.raises(UserError, match="cannot be stored as 'int3'"):
        save_checkpoint(network, path, {}, dtype="int3")  # type: ignore[arg-type]
    network.backbone.stem[0].weight.data[0, 0, 0, 0] = 1e6
    with pytest.raises(UserError, match=r"backbone\.stem\.0\.weight .*65504"):
        save_checkpoint(network, path, {}, dtype="fp16")
    network.backbone.stem[0].weight.data[0, 0, 0, 0] = torch.nan
    with pytest.raises(UserError, match="to be saved holds NaN"):
        save_checkpoint(network, path, {})
    assert list(tmp_path.iterdir()) == []


def test_loaded_weights_do_not_hang_on_the_file(network: SGNet, tmp_path: Path) -> None:
    """It may be cut or removed afterwards."""
    path = tmp_path / "weights.safetensors"
    save_checkpoint(network, path, {})
    loaded = load_checkpoint(path)
    path.write_bytes(b"")
    path.unlink()
    assert torch.equal(_run(loaded), _run(network))


def test_a_failing_write_leaves_the_old_file(
    network: SGNet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: one sentence, the old checkpoint whole, no remains."""
    path = tmp_path / "weights.safetensors"
    save_checkpoint(network, path, {})
    before = path.read_bytes()

    def full(target: Path, _data: bytes) -> int:
        with target.open("wb") as file:
            file.write(before[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match=r"cannot be written \(No space left"):
        save_checkpoint(network, path, {})
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_reader_of_the_old_file_keeps_it(network: SGNet, tmp_path: Path) -> None:
    """The new one takes the name, not the place: no reader ever sees half of each."""
    path = tmp_path / "weights.safetensors"
    save_checkpoint(network, path, {})
    assert path.stat().st_mode & 0o444 == 0o444 & ~_umask()  # readable as other files are
    before = path.read_bytes()
    with path.open("rb") as reader:
        save_checkpoint(network, path, PROVENANCE)
        assert reader.read() == before
    assert path.read_bytes() != before


def test_places_that_cannot_be_written(network: SGNet, tmp_path: Path) -> None:
    """A folder that is missing, and one in the file's place."""
    with pytest.raises(UserError, match="cannot be written"):
        save_checkpoint(network, tmp_path / "nowhere" / "weights.safetensors", {})
    with pytest.raises(UserError, match="is a folder"):
        save_checkpoint(network, tmp_path, {})


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _edited(path: Path, **changes: Any) -> Path:
    """The file with entries of its metadata replaced; None removes one."""
    with safe_open(path, "pt") as file:
        metadata = {**file.metadata(), **changes}
        tensors = {key: file.get_tensor(key).clone() for key in list(file.keys())}
    save_file(tensors, path, {key: value for key, value in metadata.items() if value is not None})
    return path


def _config(**changes: Any) -> str:
    return json.dumps({**CONFIG.to_dict(), **changes})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": None}, "without this program's configuration"),
        ({"format_version": "2"}, "has format version 2, this program reads up to 1: update"),
        ({"format_version": None}, "has format version none"),
        ({"config": "{"}, "no readable 'config'"),
        ({"config": "[]"}, "no readable 'config'"),
        ({"config": _config(width="many")}, "width is 'many': use a whole number from 1"),
        ({"config": _config(head_channels=8.5)}, "weights.safetensors asks for a network that"),
        ({"config": _config(blocks=[3, 4, 10**7, 3])}, "blocks of layer3 is 10000000: use"),
        ({"config": _config(blocks=[3, 4])}, "not one of an SGNet"),
        ({"config": _config(transformer=True)}, "1 unknown setting"),
        ({"config": _config(head="mystery")}, "asks for 'mystery', which this version does not"),
        ({"config": _config(spatial="sound")}, "asks for 'sound'"),
        ({"config": _config(output_stride=32)}, "Output stride 32"),
        ({"config": _config(width=8)}, "of another shape"),
        ({"config": _config(head="dsn")}, "left over"),
        ({"config": _config(classes=4)}, "holds 3 class names for a network of 4 classes"),
        ({"classes": '["wall"]'}, "holds 1 class names for a network of 3 classes"),
        ({"palette": "[[0, 0, 0]]"}, "holds 1 colours for a network of 3"),
        ({"palette": "[[0, 0], [1, 1], [2, 2]]"}, "no readable 'palette'"),
        ({"palette": "[[0, 0, 0], [1, 1, 999], [2, 2, 2]]"}, "no readable 'palette'"),
        ({"provenance": "7"}, "no readable 'provenance'"),
    ],
)
def test_metadata_that_cannot_be_used(
    changes: dict[str, Any], told: str, network: SGNet, tmp_path: Path
) -> None:
    """Each in one sentence."""
    path = tmp_path / "weights.safetensors"
    save_checkpoint(network, path, PROVENANCE)
    with pytest.raises(UserError) as caught:
        load_checkpoint(_edited(path, **changes))
    assert told in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_safetensors_file_of_another_program(tmp_path: Path) -> None:
    """No metadata at all."""
    save_file({"conv1.weight": torch.ones(2)}, tmp_path / "other.safetensors")
    with pytest.raises(UserError, match="without this program's configuration"):
        read_info(tmp_path / "other.safetensors")


def test_convert_equals_load(tmp_path: Path) -> None:
    """The authors' file and what `convert` made of it are the same network."""
    source = save_legacy(released(random_state(SMALL.shapes())), tmp_path / "SGNet.pth.tar")
    target = tmp_path / "sgnet.safetensors"
    info = convert(source, target)
    direct, converted = load_checkpoint(source), load_checkpoint(target)
    state = direct.state_dict()
    assert all(torch.equal(tensor, state[k]) for k, tensor in converted.state_dict().items())
    assert torch.equal(_run(direct), _run(converted))
    assert info.config == converted.config == direct.config
    assert info.provenance["converted_from"] == "SGNet.pth.tar"
    assert info.provenance["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert info.provenance["epoch"] == 480


def test_convert_at_another_stride_and_precision(tmp_path: Path) -> None:
    """Both are written into the new file, and may be overridden again."""
    source = save_legacy(random_state(SMALL.shapes()), tmp_path / "weights.pth")
    target = tmp_path / "sgnet.safetensors"
    info = convert(source, target, output_stride=8, dtype="fp16")
    assert info.config.output_stride == load_checkpoint(target).config.output_stride == 8
    assert load_checkpoint(target, output_stride=16).config == replace(
        info.config, output_stride=16
    )
    with safe_open(target, "pt") as file:
        assert file.get_tensor("backbone.stem.0.weight").dtype == torch.float16
