"""The version and the libraries with their licences, from what is installed."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from sgnet_model.installed import UNNAMED, Library, libraries, version


def test_libraries_are_those_the_program_needs() -> None:
    found = {library.name: library for library in libraries()}
    lines = [Requirement(line) for line in metadata.requires("sgnet-viewer") or []]
    needed = [one.name for one in lines if not one.marker or one.marker.evaluate({"extra": ""})]
    assert list(found) == needed
    assert found["numpy"].version == metadata.version("numpy")
    assert "pytest" not in found


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("PySide6-Essentials", "LGPL-3.0"),
        ("open3d(-cpu)?", "MIT"),
        ("pyqtgraph", "MIT"),
        ("torch", "BSD-3-Clause"),
        ("opencv-python-headless", "Apache"),
        ("scipy", "BSD"),  # names the whole text as its licence: the classifier says it
    ],
)
def test_licences_are_read_from_the_packages(name: str, licence: str) -> None:
    (found,) = (library for library in libraries() if re.fullmatch(name, library.name))
    assert licence in found.licence
    assert len(found.licence) < 200


def write_package(folder: Path, name: str, lines: str) -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{lines}")


def test_packages_without_a_licence_and_missing_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_package(tmp_path, "plain", "")
    needs = "".join(f"Requires-Dist: {need}\n" for need in ("plain>=1", "gone", "x; extra == 'y'"))
    write_package(tmp_path, "program", needs)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("sgnet_model.installed.DISTRIBUTION", "program")
    assert version() == "1.0"
    assert libraries() == (Library("plain", "1.0", UNNAMED),)


def test_sources_that_were_never_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sgnet_model.installed.DISTRIBUTION", "no-such-program")
    assert (version(), libraries()) == ("(not installed)", ())
