"""What the documents point at is there."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml

import sgnet_model
from sgnet_model.resources import sample_dir

ROOT = Path(__file__).resolve().parents[2]
PLACES = (ROOT, ROOT / "sgnet_model", ROOT / "sgnet_viewer")
DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "checkpoints/README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "BENCHMARKS.md",
    "SECURITY.md",
    "docs/guide.md",
    "docs/explain.md",
    "docs/data.md",
    "docs/output.md",
    "docs/python.md",
)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files(document: str) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)|src=\"([^\"]+)\"", read(document))
    local = [one or other for one, other in targets if "://" not in (one or other)]
    paths = {(ROOT / document).parent.joinpath(target).resolve() for target in local}
    missing = [path for path in sorted(paths) if not path.exists() and not left_out(path)]
    assert missing == []


def left_out(path: Path) -> bool:
    """Whether this is a source archive, which comes without this file on purpose."""
    names = re.findall(r"^exclude (.*)$", read("MANIFEST.in"), re.MULTILINE)
    patterns = [ROOT / name for line in names for name in line.split()]
    return (ROOT / "PKG-INFO").is_file() and any(map(path.match, map(str, patterns)))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_targets_exist(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", read(document), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_in_commands_exist(document: str) -> None:
    """Files of the project that a code block names."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", read(document), re.MULTILINE | re.DOTALL)
    folders = "tests|scripts|examples|docs|assets|sgnet_model|sgnet_viewer"
    named = re.findall(rf"(?<![\w/])(?:{folders})/[\w./-]*\w", "\n".join(blocks))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_packages_of_the_architecture_exist() -> None:
    named = re.findall(r"`([\w./]+(?:/|\.py|\.sh|\.toml))`", read("ARCHITECTURE.md"))
    assert len(named) > 30
    missing = [name for name in named if not any((place / name).exists() for place in PLACES)]
    assert missing == []


@pytest.mark.parametrize("package", ["sgnet_model", "sgnet_viewer"])
def test_every_package_and_module_is_in_the_architecture(package: str) -> None:
    text = read("ARCHITECTURE.md")
    packages = [f"{one.name}/" for one in (ROOT / package).iterdir() if is_package(one)]
    modules = [one.name for one in (ROOT / package).glob("*.py") if not one.name.startswith("__")]
    assert len(packages) > 5
    assert {"sgnet_model": "types.py", "sgnet_viewer": "settings.py"}[package] in modules
    assert len(packages) + len(modules) > 20
    assert [name for name in (*packages, *modules) if f"`{name}`" not in text] == []


def test_version_is_the_same_everywhere() -> None:
    """What is installed is asked by test_packaging."""
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    cited = yaml.safe_load(read("CITATION.cff"))
    assert str(cited["version"]) == version
    assert re.search(r"^## (\S+)$", read("CHANGELOG.md"), re.MULTILINE)[1] == version


def test_the_paper_is_cited() -> None:
    (paper,) = yaml.safe_load(read("CITATION.cff"))["references"]
    assert paper["authors"][0]["family-names"] == "Chen"
    assert paper["title"] in " ".join(read("README.md").split())


def is_package(folder: Path) -> bool:
    """A package, not a cache."""
    return (folder / "__init__.py").is_file()


def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a reader would: pasted into a script beside an rgb.png and a depth.png."""
    (example,) = re.findall(r"```python\n(.*?)```", read("README.md"), re.DOTALL)
    for file in sample_dir("kitchen").iterdir():
        shutil.copy(file, tmp_path)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {})
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("layer")]
    assert len(lines) == 12


def test_public_names_are_in_the_table_of_the_python_page() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", read("docs/python.md"), re.MULTILINE))
    assert rows == set(sgnet_model.__all__)
