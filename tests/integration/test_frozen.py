"""The recipe that freezes both programs: what it names is there, and what it leaves out unused."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from test_packaging import (
    DATA,
    IMPORTED_LATE,
    PACKAGES,
    ROOT,
    distributions,
    imported,
    project,
    tracked_files,
)

from sgnet_model.installed import libraries
from sgnet_model.nn.compiled import entries

RECIPE = ROOT / "scripts" / "sgnet-viewer.spec"
HOOKS = "PyInstaller.utils.hooks"
Pair = tuple[str, str]


@dataclass
class Asked:
    """What the recipe asks PyInstaller for."""

    analysis: dict[str, Any] = field(default_factory=dict)
    programs: dict[str, list[str]] = field(default_factory=dict)  # name -> scripts, in their order


def evaluated() -> Asked:
    """Runs the recipe as PyInstaller does; what builds is replaced by what writes down."""
    asked = Asked()

    def analyse(scripts: list[str], **options: Any) -> SimpleNamespace:
        asked.analysis = {"scripts": scripts, **options}
        hook = ("pyi_rth_inspect", "hook.py", "PYSOURCE")
        entries = [hook, *((Path(path).stem, path, "PYSOURCE") for path in scripts)]
        return SimpleNamespace(scripts=entries, pure=[], binaries=[], datas=[])

    def program(_: object, scripts: list[tuple[str, ...]], *, name: str, **__: Any) -> str:
        asked.programs[name] = [entry[0] for entry in scripts]
        return name

    names = {
        "SPECPATH": str(RECIPE.parent),
        "Analysis": analyse,
        "PYZ": list,
        "EXE": program,
        "COLLECT": lambda *_, **__: None,
    }
    exec(compile(RECIPE.read_text("utf-8"), str(RECIPE), "exec"), names)
    return asked


def modules_of(package: str) -> list[str]:
    """Names of all modules of a package of ours, from its files."""
    files = sorted((ROOT / package).rglob("*.py"))
    dotted = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files]
    return [name.removesuffix(".__init__") for name in dotted]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The recipe, evaluated without PyInstaller: its helpers are replaced."""

    def copy_metadata(name: str, recursive: bool = False) -> list[Pair]:
        assert recursive
        return [(str(metadata.distribution(name)), name)]

    helpers = ModuleType(HOOKS)
    helpers.__dict__.update(
        collect_data_files=lambda package: [(str(find_spec(package).origin), package)],
        copy_metadata=copy_metadata,
    )
    for name in ("PyInstaller", "PyInstaller.utils"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, HOOKS, helpers)
    return evaluated()


def test_each_program_begins_with_its_own_script(asked: Asked) -> None:
    assert asked.programs == {
        "sgnet-model": ["pyi_rth_inspect", "frozen_model"],
        "sgnet-viewer": ["pyi_rth_inspect", "frozen_viewer"],
    }
    assert all(Path(path).is_file() for path in asked.analysis["scripts"])


def test_a_frozen_copy_holds_the_files_that_a_wheel_holds(asked: Asked) -> None:
    bundled = {f"{place}/{Path(source).name}" for source, place in asked.analysis["datas"]}
    for name in tracked_files():
        top, _, rest = name.partition("/")
        if top in DATA:  # pictures of others' rooms are the README's alone
            assert (f"{DATA[top]}/{rest}" in bundled) != rest.startswith("screenshots/"), name


def test_a_frozen_copy_holds_all_modules(asked: Asked) -> None:
    """Also those that need optional packages: without them they say so in a sentence."""
    ours = {name for package in PACKAGES for name in modules_of(package)}
    assert "sgnet_model.onnx" in ours
    assert set(asked.analysis["hiddenimports"]) == ours


def test_sources_that_compiled_kernels_are_kept_under_stay_files(asked: Asked) -> None:
    assert asked.analysis["module_collection_mode"][entries.__package__] == "py"


def test_what_is_left_out_is_needed_by_nothing_that_starts(asked: Asked) -> None:
    left_out = set(asked.analysis["excludes"])
    assert left_out.isdisjoint(distributions(project()["dependencies"]))
    paths = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    sources = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    at_the_top = set().union(*(imported(source, only_at_the_top=True) for source in sources))
    assert at_the_top & left_out <= IMPORTED_LATE


@pytest.mark.skipif(find_spec("PyInstaller") is None, reason="PyInstaller is not installed")
def test_pyinstaller_finds_what_the_recipe_names() -> None:
    asked = evaluated()
    assert all(Path(source).exists() for source, _ in asked.analysis["datas"])
    places = {place for _, place in asked.analysis["datas"]}
    for library in libraries():  # About names each with its licence
        assert any(
            place.lower().startswith(library.name.lower().replace("-", "_")) for place in places
        )
