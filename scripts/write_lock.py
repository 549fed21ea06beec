"""Writes requirements/lock-3.*.txt and requirements/sbom.cdx.json: what the program is made of.

Usage: .venv/bin/python scripts/write_lock.py   (with `uv` on the path, after a change of versions)

A lock names every package that the program needs on Linux with x86-64, with the SHA-256 of the one
wheel that this Python takes: for `pip install --require-hashes`. The SBOM (CycloneDX 1.6) lists the
packages of all locks, with licences where the packages are installed here.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from sgnet_model.installed import licence_of

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "requirements"
PYTHONS = (11, 12, 13, 14)
GLIBC = 35  # of the newest wheel that is needed, Open3D's
PLATFORMS = [
    *(f"manylinux_2_{minor}_x86_64" for minor in range(GLIBC, 4, -1)),
    "manylinux2014_x86_64",
    "manylinux2010_x86_64",
    "manylinux1_x86_64",
    "linux_x86_64",
]
HEAD = """\
# What sgnet-viewer {version} needs on Linux (x86-64, glibc 2.{glibc} or newer), Python 3.{minor}:
#   pip install --require-hashes -r requirements/lock-3.{minor}.txt; pip install --no-deps .
# torch is the build with CUDA. Written by scripts/write_lock.py.
"""


@dataclass(frozen=True, slots=True)
class Locked:
    """A package, its version, and the SHA-256 of the file that is taken."""

    name: str
    version: str
    sha256: str

    @property
    def line(self) -> str:
        """As pip reads it."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}\n"


def resolved(minor: int) -> list[dict[str, Any]]:
    """The packages that uv finds for a Python within our pins, with all their files."""
    default = re.search(r"^default=(torch==.+)$", (ROOT / "scripts/setup.sh").read_text(), re.M)
    assert default is not None
    with tempfile.TemporaryDirectory() as folder:
        out, torch = Path(folder, "pylock.toml"), Path(folder, "torch.txt")
        torch.write_text(default[1])
        pins = [FOLDER / "constraints.txt", FOLDER / f"torch-{default[1][7:]}.txt", torch]
        subprocess.run(
            [
                *("uv", "pip", "compile", "-q", "--format", "pylock.toml", "-o", out),
                *("--python-version", f"3.{minor}"),
                *("--python-platform", f"x86_64-manylinux_2_{GLIBC}"),
                *(word for pin in pins for word in ("-c", pin)),
                ROOT / "pyproject.toml",
            ],
            check=True,
        )
        packages: list[dict[str, Any]] = tomllib.loads(out.read_text(encoding="utf-8"))["packages"]
    return packages


def tags_of(minor: int) -> dict[Tag, int]:
    """Of the wheels a Python takes, the best first, with their ranks."""
    version = (3, minor)
    tags = [
        *cpython_tags(version, platforms=PLATFORMS),
        *compatible_tags(version, interpreter=f"cp3{minor}", platforms=PLATFORMS),
    ]
    return {tag: rank for rank, tag in reversed(list(enumerate(tags)))}


def locked(package: dict[str, Any], tags: dict[Tag, int]) -> Locked:
    """With the best wheel, or the source archive where no wheel fits."""
    best = min(_ranked(package, tags), default=None)
    digest = best[1] if best else package["sdist"]["hashes"]["sha256"]
    return Locked(package["name"], package["version"], digest)


def _ranked(package: dict[str, Any], tags: dict[Tag, int]) -> Iterator[tuple[int, str]]:
    for wheel in package.get("wheels", []):
        fitting = parse_wheel_filename(wheel["url"].rpartition("/")[2])[3]
        ranks = [tags[tag] for tag in fitting if tag in tags]
        if ranks:
            yield min(ranks), wheel["hashes"]["sha256"]


def sbom(version: str, packages: list[Locked]) -> dict[str, Any]:
    """CycloneDX 1.6 of the packages. The same packages give the same bytes."""
    files: dict[tuple[str, str], set[str]] = {}
    for one in packages:
        files.setdefault((one.name, one.version), set()).add(one.sha256)
    components = [component(*known, sorted(files[known])) for known in sorted(files)]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(components))}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "sgnet-viewer",
                "name": "sgnet-viewer",
                "version": version,
                "licenses": [{"expression": "MIT AND BSD-2-Clause"}],  # as in pyproject.toml
            }
        },
        "components": components,
        "dependencies": [
            {"ref": "sgnet-viewer", "dependsOn": [one["bom-ref"] for one in components]}
        ],
    }


def component(name: str, version: str, digests: list[str]) -> dict[str, Any]:
    """A library, with the SHA-256 of each file that one of the locks takes."""
    purl = f"pkg:pypi/{name}@{version}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in digests],
    }
    licence = licence_of(name)
    return {**made, "licenses": [{"license": {"name": licence}}]} if licence else made


def main() -> None:
    """Writes all files."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    everything = []
    for minor in PYTHONS:
        tags = tags_of(minor)
        packages = [locked(package, tags) for package in resolved(minor)]
        head = HEAD.format(version=version, glibc=GLIBC, minor=minor)
        path = FOLDER / f"lock-3.{minor}.txt"
        path.write_text(head + "".join(one.line for one in packages), encoding="utf-8")
        everything += packages
    text = json.dumps(sbom(version, everything), indent=1) + "\n"
    (FOLDER / "sbom.cdx.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
