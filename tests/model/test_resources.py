"""Where the bundled files are looked for, and what is said where they are not."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sgnet_model import resources
from sgnet_model.types import UserError


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty source tree in place of the real one."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "sgnet_model").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "sgnet_model")
    resources.other_checkpoints.cache_clear()
    yield tmp_path
    resources.other_checkpoints.cache_clear()


def add_sample(folder: Path, *files: str) -> None:
    folder.mkdir(parents=True)
    for name in files:
        (folder / name).touch()


def test_source_tree_keeps_them_at_the_root(tree: Path) -> None:
    assert resources.checkpoint_dir() == tree / "checkpoints"
    assert resources.asset_dir() == tree / "assets"


def test_installed_package_holds_them_itself(tree: Path) -> None:
    (tree / "pyproject.toml").unlink()
    (tree / "assets").mkdir()  # somebody else's folder beside the package
    assert resources.asset_dir() == tree / "sgnet_model" / "assets"


def test_samples_are_sorted_and_complete(tree: Path) -> None:
    root = tree / "assets" / "samples"
    assert resources.samples() == ()
    for name in ("room", "bath"):
        add_sample(root / name, "rgb.png", "depth.png")
    add_sample(root / "half", "rgb.png")
    assert resources.samples() == ("bath", "room")
    assert resources.sample_dir("room") == root / "room"


@pytest.mark.parametrize("name", ["half", "../secret", ""])
def test_unknown_sample_names_the_known(tree: Path, name: str) -> None:
    add_sample(tree / "assets" / "samples" / "room", "rgb.png", "depth.png")
    with pytest.raises(UserError, match="choose from room"):
        resources.sample_dir(name)


def test_the_manifest_names_the_checkpoints_beside_the_default(tree: Path) -> None:
    folder = tree / "checkpoints"
    folder.mkdir()
    listed = {
        resources.DEFAULT_CHECKPOINT: {"title": "all rooms"},
        "a.safetensors": {"title": "rendered rooms"},
        "b.safetensors": {},
        "gone.safetensors": {"title": "no file"},
    }
    for name in (resources.DEFAULT_CHECKPOINT, "a.safetensors", "b.safetensors"):
        (folder / name).touch()
    (folder / resources.MANIFEST).write_text(json.dumps(listed))
    assert resources.other_checkpoints() == {
        "rendered rooms": folder / "a.safetensors",
        "b.safetensors": folder / "b.safetensors",
    }


def test_a_manifest_that_cannot_be_read_names_no_others(tree: Path) -> None:
    (tree / "checkpoints").mkdir()
    (tree / "checkpoints" / resources.MANIFEST).write_text("[")
    assert resources.other_checkpoints() == {}


def test_missing_default_checkpoint_says_what_to_do(tree: Path) -> None:
    with pytest.raises(UserError, match="--checkpoint"):
        resources.default_checkpoint()
    (tree / "checkpoints").mkdir()
    path = tree / "checkpoints" / resources.DEFAULT_CHECKPOINT
    path.touch()
    assert resources.default_checkpoint() == path


def write(folder: Path, manifest: object) -> Path:
    """A checkpoint of five bytes beside a manifest."""
    (folder / resources.MANIFEST).write_text(json.dumps(manifest))
    path = folder / "net.safetensors"
    path.write_bytes(b"hello")
    return path


def test_verify_accepts_the_listed_hash_and_files_nobody_lists(tmp_path: Path) -> None:
    right = hashlib.sha256(b"hello").hexdigest()
    resources.verify(write(tmp_path, {"net.safetensors": {"sha256": right}}))
    resources.verify(write(tmp_path, {}))
    (tmp_path / resources.MANIFEST).unlink()
    resources.verify(tmp_path / "net.safetensors")


@pytest.mark.parametrize("entry", [{"sha256": "0" * 64}, {}])
def test_verify_refuses_another_hash(
    tmp_path: Path, entry: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, {"net.safetensors": entry})
    monkeypatch.setattr(resources, "checkpoint_dir", lambda: tmp_path)
    with pytest.raises(UserError, match="damaged or was changed") as caught:
        resources.verify(path)
    assert hashlib.sha256(b"hello").hexdigest() in caught.value.details


@pytest.mark.parametrize("manifest", [["a", "list"], {"net.safetensors": {"url": "x"}}, {"x": 1}])
def test_the_manifest_of_another_program_is_no_reason_against_a_file(
    tmp_path: Path, manifest: object
) -> None:
    resources.verify(write(tmp_path, manifest))


def test_verify_refuses_a_missing_file_and_a_broken_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "checkpoint_dir", lambda: tmp_path)
    with pytest.raises(UserError, match="no checkpoint file"):
        resources.verify(tmp_path / "none.safetensors")
    path = write(tmp_path, ["not", "a", "mapping"])
    with pytest.raises(UserError, match="does not map"):
        resources.verify(path)
    (tmp_path / resources.MANIFEST).write_text("{")
    with pytest.raises(UserError, match="cannot be read"):
        resources.verify(path)


def test_bundled_checkpoints_match_their_manifest() -> None:
    listed = resources.read_manifest(resources.checkpoint_dir())
    files = {path.name for path in resources.checkpoint_dir().glob("*.safetensors")}
    assert resources.DEFAULT_CHECKPOINT in files
    assert set(listed) == files
    for name in files:
        resources.verify(resources.checkpoint_dir() / name)


def test_manifest_script_keeps_what_it_does_not_know(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2] / "scripts"))
    monkeypatch.delitem(sys.modules, "write_manifest", raising=False)
    from write_manifest import write_manifest

    (tree / "checkpoints").mkdir()
    path = write(tree / "checkpoints", {"net.safetensors": {"miou": 0.6}, "gone.safetensors": {}})
    written = json.loads(write_manifest(path.parent).read_text())
    assert written == {
        "net.safetensors": {
            "miou": 0.6,
            "sha256": hashlib.sha256(b"hello").hexdigest(),
            "bytes": 5,
        }
    }
    resources.verify(path)
