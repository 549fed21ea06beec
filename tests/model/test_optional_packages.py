"""What an optional package is needed for says so in a sentence with its install command."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sgnet_model.data import open_frames
from sgnet_model.saving.film import check_film
from sgnet_model.saving.rerun_file import check_rerun
from sgnet_model.types import UserError


def bag(root: Path) -> None:
    (root / "a.mcap").write_bytes(b"\x89MCAP0\r\n")
    open_frames(root / "a.mcap")


def r3d(root: Path) -> None:
    with zipfile.ZipFile(root / "a.r3d", "w") as archive:
        matrix = [9, 0, 0, 0, 9, 0, 3.5, 2.5, 1]
        archive.writestr("metadata", json.dumps({"K": matrix, "w": 8, "h": 6, "dw": 4, "dh": 3}))
        archive.writestr("rgbd/0.jpg", b"")
        archive.writestr("rgbd/0.depth", b"")
    frames = open_frames(root / "a.r3d")
    frames._reading.depth(root / "a.r3d" / "rgbd" / "0.depth", None)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("package", "named", "use"),
    [
        ("rosbags", "rosbags", bag),
        ("lzfse", "lzfse", r3d),
        ("av", "av", lambda root: check_film(root / "a.mp4", 5)),
        ("rerun", "rerun-sdk", lambda root: check_rerun(root / "a.rrd")),
    ],
)
def test_a_missing_package_is_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    named: str,
    use: Callable[[Path], None],
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)  # an import of it fails
    with pytest.raises(UserError, match=rf"pip install {named}\b"):
        use(tmp_path)
