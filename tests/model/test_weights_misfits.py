"""Files that cannot be used: each is told in one sentence that says what to do."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import pytest
import torch
from reference.official_files import SMALL, released, save_legacy
from reference.official_layout import random_state
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from sgnet_model.config import VARIANTS
from sgnet_model.types import UserError
from sgnet_model.variants import build
from sgnet_model.weights import load_checkpoint, read_info, save_checkpoint
from sgnet_model.weights.inert_pickle import StorageRecord, TensorRecord
from sgnet_model.weights.torch_file import TorchFile


@pytest.fixture
def state() -> dict[str, Tensor]:
    """A small network's weights under the authors' names."""
    return random_state(SMALL.shapes())


def refusal(path: Path) -> UserError:
    """What `load_checkpoint` says; it must be one sentence."""
    with pytest.raises(UserError) as caught:
        load_checkpoint(path)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 400
    return caught.value


def test_missing_left_over_and_reshaped_keys(state: dict[str, Tensor], tmp_path: Path) -> None:
    """Counts and first names in the sentence, all of them in the details, in the file's words."""
    gone = [key for key in state if key.startswith("layer4.2.conv2.spatial_projector.")]
    for key in gone:
        del state[key]
    state["fc.weight"] = state["layer9.0.conv1.weight"] = torch.ones(3)
    state["layer2.1.bn1.bias"] = torch.ones(7)
    error = refusal(save_legacy(released(state), tmp_path / "weights.pth"))
    sentence = str(error)
    assert f"{len(gone)} missing ({', '.join(gone[:3])}, ...)" in sentence
    assert "2 left over (fc.weight, layer9.0.conv1.weight)" in sentence
    assert "1 of another shape (layer2.1.bn1.bias: 7 instead of 8)" in sentence
    assert len(error.details.splitlines()) == len(gone) + 3
    assert all(f"missing: {key}" in error.details for key in gone)


@pytest.mark.parametrize("dtype", [torch.int8, torch.int64, torch.bool, torch.complex64])
def test_weights_that_are_no_floating_point_numbers(dtype: torch.dtype, tmp_path: Path) -> None:
    """As in a file that another program brought to bytes."""
    path = tmp_path / "a.safetensors"
    save_checkpoint(build(VARIANTS["sgnet-compact"]), path, {})
    with safe_open(path, "pt") as file:
        described = file.metadata()
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    first = next(iter(tensors))
    tensors[first] = tensors[first].to(dtype)
    save_file(tensors, path, described)
    assert f"1 of its {len(tensors)} tensors ({first}: " in str(refusal(path))


def test_a_missing_block_is_missed(state: dict[str, Tensor], tmp_path: Path) -> None:
    """The depth is the nearest known one, not whatever happens to be in the file."""
    kept = {key: value for key, value in state.items() if not key.startswith("layer3.3.")}
    assert "15 missing (layer3.3.conv1.weight" in str(refusal(save_legacy(kept, tmp_path / "a")))
    kept = {key: value for key, value in kept.items() if not key.startswith("layer3.5.")}
    assert "missing (layer3.3.conv1.weight" in str(refusal(save_legacy(kept, tmp_path / "b")))


def test_another_networks_weights(tmp_path: Path) -> None:
    """Tensors that are no SGNet's, and no tensors at all."""
    other = {"conv1.weight": torch.ones(64, 3, 7, 7), "fc.bias": torch.ones(1000)}
    error = refusal(save_legacy(other, tmp_path / "resnet.pth"))
    assert "2 tensors (first: conv1.weight, fc.bias) that are not an SGNet's" in str(error)
    assert error.details.splitlines() == list(other)
    assert "no weights" in str(refusal(save_legacy({}, tmp_path / "empty.pth")))
    assert "no weights" in str(refusal(save_legacy([1, 2], tmp_path / "list.pth")))
    scores = {"state_dict": {"best": 0.5, "worst": 0.1}}
    assert "2 entries that are not tensors" in str(refusal(save_legacy(scores, tmp_path / "s.pth")))


@pytest.mark.parametrize("legacy", [True, False])
def test_a_whole_pickled_module(legacy: bool, tmp_path: Path) -> None:
    """Its code is not run; the sentence says what to save instead."""
    path = tmp_path / "module.pth"
    torch.save(nn.Linear(2, 2), path, _use_new_zipfile_serialization=not legacy)
    assert "whole pickled object" in str(refusal(path))


@pytest.mark.parametrize("bad", [torch.nan, torch.inf, -torch.inf])
def test_weights_that_are_not_finite(bad: float, state: dict[str, Tensor], tmp_path: Path) -> None:
    """Said with the names."""
    state["layer1.0.conv1.weight"][1, 2] = bad
    error = refusal(save_legacy(state, tmp_path / "weights.pth"))
    assert "NaN or infinite values in 1 of its" in str(error)
    assert error.details == "backbone.layer1.0.conv1.weight"


def test_more_classes_than_a_label_image_can_hold(state: dict[str, Tensor], tmp_path: Path) -> None:
    """Labels are 8-bit with 0 for void."""
    state["dsn4.3.weight"], state["dsn4.3.bias"] = torch.zeros(300, 6, 1, 1), torch.zeros(300)
    assert "300 classes" in str(refusal(save_legacy(state, tmp_path / "weights.pth")))


@pytest.mark.parametrize("share", [0.0001, 0.02, 0.5, 0.9, 0.999999])
@pytest.mark.parametrize("kind", ["legacy", "zip", "safetensors"])
def test_truncated_files(kind: str, share: float, state: dict[str, Tensor], tmp_path: Path) -> None:
    """An interrupted download, wherever it stopped."""
    path = tmp_path / "weights"
    if kind == "safetensors":
        save_checkpoint(load_checkpoint(save_legacy(state, path)), path, {})
    else:
        torch.save(released(state), path, _use_new_zipfile_serialization=kind == "zip")
    whole = path.read_bytes()
    load_checkpoint(path)
    path.write_bytes(whole[: int(len(whole) * share)])
    words = ("cut off",) if share > 0.1 else ("cut off", "not a checkpoint", "is empty")
    assert any(word in str(refusal(path)) for word in words)


def test_a_tensor_reaching_beyond_its_storage(tmp_path: Path) -> None:
    """Sizes in a file are not believed."""
    state = random_state(SMALL.shapes())
    path = save_legacy(state, tmp_path / "weights.pth")
    # BININT1 1 of some stride becomes 200.
    raw = path.read_bytes()
    at = raw.index(b"\x85", raw.index(b"bn1.weight")) - 2  # the shape (4,) of bn1.weight
    assert raw[at : at + 2] == b"K\x04"
    path.write_bytes(raw[: at + 1] + b"\xc8" + raw[at + 2 :])
    assert "bn1.weight: 200 instead of 4" in str(refusal(path))
    at = raw.index(b"K\x00", raw.index(b"bn1.weight"))  # its offset 0 into its storage
    path.write_bytes(raw[: at + 1] + b"\x03" + raw[at + 2 :])
    assert "beyond its storage" in str(refusal(path))


def test_a_view_of_a_view() -> None:
    """What torch wrote before 0.4: tensors begin where a part of the storage begins, or later."""
    stored = torch.arange(8.0).numpy().tobytes()
    part = StorageRecord("0", torch.float32, 5, offset=2)
    file = TorchFile({}, lambda _record: stored)
    records = {"view": TensorRecord(part, 1, (2, 2), (2, 1))}
    assert file.tensors(records)["view"].tolist() == [[3, 4], [5, 6]]


def test_files_of_something_else(tmp_path: Path) -> None:
    """Each is recognised by its content, whatever it is called."""
    path = tmp_path / "SGNet.pth.tar"
    for content, told in (
        (b"", "is empty"),
        (b"\n <!DOCTYPE html><html><body>Quota exceeded</body></html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is not a checkpoint"),
        (b"\x80\x02}q\x00.", "is not a checkpoint"),
    ):
        path.write_bytes(content)
        assert told in str(refusal(path))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rgb.png", b"")
    assert "a zip archive of something else" in str(refusal(path))
    with tarfile.open(path, "w") as tar:
        tar.add(__file__, "storages")
    assert "tar archive" in str(refusal(path))


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    """Both for loading and for describing."""
    assert "There is no checkpoint file" in str(refusal(tmp_path / "nothing.pth"))
    assert "is a folder" in str(refusal(tmp_path))
    with pytest.raises(UserError, match="is a folder"):
        read_info(tmp_path)


def test_an_unknown_device(state: dict[str, Tensor], tmp_path: Path) -> None:
    """The name is refused; "auto" is always possible."""
    path = save_legacy(state, tmp_path / "weights.pth")
    with pytest.raises(UserError, match="device"):
        load_checkpoint(path, "abacus")
    assert isinstance(load_checkpoint(path, "auto"), type(build("sgnet-compact")))


def test_negative_variances_are_refused(tmp_path: Path) -> None:
    """Their root would be NaN, and so every score."""
    state = random_state(SMALL.shapes())
    state["bn1.running_var"][0] = -1.0
    torch.save(state, tmp_path / "negative.pth")
    with pytest.raises(UserError, match=r"negative variances in 1 of its \d+ tensors"):
        load_checkpoint(tmp_path / "negative.pth")


def test_more_blocks_than_tensors_are_not_built(tmp_path: Path) -> None:
    """A key may name block 4000: minutes to build, and then it would not fit."""
    state = random_state(SMALL.shapes())
    state["layer3.4000.conv1.weight"] = torch.zeros(1)
    torch.save(state, tmp_path / "many.pth")
    with pytest.raises(UserError, match=r"network of \d+ blocks and holds \d+ tensors"):
        load_checkpoint(tmp_path / "many.pth")
