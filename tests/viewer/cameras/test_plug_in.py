"""A sensor of another package: the example of the documentation, installed and used."""

from __future__ import annotations

import importlib
import sys
import textwrap
from pathlib import Path

import pytest

from sgnet_model.types import UserError
from sgnet_viewer.cameras import protocol
from sgnet_viewer.cameras.choose import choose_source
from sgnet_viewer.cameras.kinds import CameraKinds
from sgnet_viewer.cameras.protocol import CameraLost, CameraOptions, Device

SDK = """
from types import SimpleNamespace
import numpy as np

class Unplugged(Exception): pass

def serials(): return ["7"]

class Stream:
    def __init__(self, serial, size, fps): self.size, self.index, self.stopped = size, -1, False
    def wait(self, timeout_s):
        self.index += 1
        if self.index == 1: return None
        if self.index == 2: raise Unplugged
        return SimpleNamespace(
            rgb=np.zeros((*self.size, 3), np.uint8), depth=np.full(self.size, 900, np.uint16),
            fx_fy_cx_cy=(60, 60, 31.5, 23.5), index=self.index)
    def stop(self): self.stopped = True
"""


def documented() -> tuple[str, str]:
    """The example's module, and its entry point as `importlib.metadata` stores it."""
    assert protocol.__doc__ is not None
    code, _, rest = protocol.__doc__.partition("and in its pyproject.toml")
    group, line = [each.strip() for each in rest.splitlines() if each.startswith("    ")][:2]
    name = group.removeprefix('[project.entry-points."').removesuffix('"]')
    module = textwrap.dedent("\n".join(code.splitlines()[4:]))
    return module, f"[{name}]\n{line.replace(chr(34), '')}\n"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, entry_point = documented()
    (tmp_path / "sgnet_acme.py").write_text(module)
    (tmp_path / "acme_sdk_shim.py").write_text(SDK)
    facts = tmp_path / "sgnet_acme-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: sgnet-acme\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(entry_point)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    for name in ("sgnet_acme", "acme_sdk_shim"):  # of the test before
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("installed")
def test_the_documented_example_is_a_source() -> None:
    kinds = CameraKinds()
    assert kinds.names[-1] == "acme"
    report = kinds.find_all()[-1]
    assert (report.title, report.found.devices) == ("Acme depth camera", (Device("7", "Acme 7"),))
    camera = choose_source("acme:7", kinds).open(CameraOptions(size=(48, 64)))
    live = camera.read(1)
    assert live is not None
    assert live.frame.depth_m == pytest.approx(0.9)
    assert camera.read(1) is None
    with pytest.raises(CameraLost, match="unplugged"):
        camera.read(1)
    camera.close()
    with pytest.raises(UserError, match="No Acme 8"):
        choose_source("acme:8", kinds).open(CameraOptions())


@pytest.mark.usefixtures("installed")
def test_a_plug_in_that_does_not_fit_is_named_with_its_package(tmp_path: Path) -> None:
    (tmp_path / "acme_sdk_shim.py").write_text("raise ImportError('libacme.so is missing')")
    importlib.invalidate_caches()
    broken = CameraKinds().find_all()[-1]
    assert "'acme' of sgnet-acme cannot be loaded" in broken.found.missing
    assert "libacme.so" in broken.found.missing
