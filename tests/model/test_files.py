"""Files appear whole or not at all, and failures are sentences."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sgnet_model import files
from sgnet_model.data import load_pair, open_frames
from sgnet_model.types import UserError
from sgnet_model.unfinished import behind_link, unfinished


def test_a_missing_folder_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot be written \(No such file"):
        files.write_atomically(tmp_path / "absent" / "x.png", b"x")


def test_a_tilde_that_names_no_user_is_part_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/a-home")
    assert files.expanded("~/a.png") == Path("/a-home/a.png")
    assert files.expanded(Path("~no-such-user.png")) == Path("~no-such-user.png")
    with pytest.raises(UserError, match=r"~no-such-user\.png"):
        load_pair("~no-such-user.png", "~no-such-user-either.png")
    with pytest.raises(UserError, match="~no-such-user"):
        open_frames("~no-such-user")


def test_a_full_disk_leaves_the_old_file_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x.bin"
    files.write_atomically(target, b"old")

    def half_written(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half_written)
    with pytest.raises(UserError, match="No space left"):
        files.write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.bin"]


def test_a_name_may_be_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 251 + ".bin")
    files.write_atomically(path, b"new")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"new"]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_file_is_written(tmp_path: Path, there: bool) -> None:
    (tmp_path / "elsewhere").mkdir()
    file, link = tmp_path / "elsewhere" / "x.bin", tmp_path / "link.bin"
    if there:
        file.write_bytes(b"old")
    link.symlink_to("elsewhere/x.bin")
    files.write_atomically(link, b"new")
    assert link.is_symlink()
    assert [one.name for one in file.parent.iterdir()] == ["x.bin"]
    assert file.read_bytes() == b"new"


def test_a_link_to_nowhere_and_one_to_itself(tmp_path: Path) -> None:
    (tmp_path / "nowhere").symlink_to("absent/x.bin")
    with pytest.raises(UserError, match=r"nowhere cannot be written \(No such file"):
        files.write_atomically(tmp_path / "nowhere", b"x")
    (tmp_path / "itself").symlink_to("itself")
    files.write_atomically(tmp_path / "itself", b"x")
    assert (tmp_path / "itself").read_bytes() == b"x"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("linked", [False, True])
def test_a_pipe_or_a_device_is_written_into_and_stays(tmp_path: Path, linked: bool) -> None:
    """A file that was moved there would be in its place for every program, /dev/null's too."""
    pipe = path = tmp_path / "pipe"
    os.mkfifo(pipe)
    if linked:
        path = tmp_path / "link.png"
        path.symlink_to(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        files.write_atomically(path, b"new")
        assert os.read(reader, 10) == b"new"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    with pytest.raises(UserError, match="cannot be written"):
        files.write_atomically(path, b"nobody reads it")
    with pytest.raises(UserError, match="device or a pipe"), unfinished(behind_link(path)):
        pass


def test_a_file_in_the_way_of_a_folder(tmp_path: Path) -> None:
    files.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="cannot be made"):
        files.make_folder(tmp_path / "file" / "b")
