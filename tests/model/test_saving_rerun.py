"""Closing a file for Rerun: what fails is said, and nothing is waited for without a limit."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from sgnet_model.saving import rerun_file
from sgnet_model.types import UserError


def finish(disconnect: object, folder: Path) -> list[str]:
    """What is left in the folder; the library's part is a stand-in."""
    partial = folder / ".x.part.rrd"
    partial.write_bytes(b"rrd")
    calls: list[str] = []
    rr = SimpleNamespace(unregister_shutdown=lambda: calls.append("unregistered"))
    stream = SimpleNamespace(flush=lambda **_: None, disconnect=disconnect)
    try:
        rerun_file._finish(rr, stream, partial, folder / "x.rrd")
    finally:
        calls += sorted(path.name for path in folder.iterdir())
    return calls


def test_a_stream_that_closes_is_moved_to_its_name(tmp_path: Path) -> None:
    assert finish(lambda: None, tmp_path) == ["x.rrd"]


def test_an_error_while_closing_is_said_and_nothing_is_moved(tmp_path: Path) -> None:
    def refuse() -> None:
        raise RuntimeError("no space")

    with pytest.raises(UserError, match=r"x\.rrd cannot be written \(no space\)"):
        finish(refuse, tmp_path)
    assert not (tmp_path / "x.rrd").exists()


def test_a_stream_that_never_closes_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerun_file, "PATIENCE_S", 0.05)
    released = threading.Event()
    try:
        with pytest.raises(UserError, match="does not answer"):
            finish(released.wait, tmp_path)
    finally:
        released.set()
    assert not (tmp_path / "x.rrd").exists()
