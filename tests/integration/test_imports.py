"""Who imports whom, beyond the layers in pyproject.toml: no circle, no exception, Open3D."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("sgnet_model", "sgnet_viewer")


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    """Every import of both packages, late ones too; not those for the type checker alone."""
    return grimp.build_graph(
        *PACKAGES,
        include_external_packages=True,
        exclude_type_checking_imports=True,
        cache_dir=None,
    )


def packages(imports: grimp.ImportGraph) -> list[str]:
    """Those with something inside."""
    ours = (name for name in imports.modules if name.split(".")[0] in PACKAGES)
    return sorted(name for name in ours if imports.find_children(name))


def arrows_inside(imports: grimp.ImportGraph, package: str) -> dict[str, set[str]]:
    """Of each child of `package`, a module or a package with all in it, the children it imports."""
    children = imports.find_children(package)
    child_of = {
        name: child for child in children for name in (child, *imports.find_descendants(child))
    }
    arrows: dict[str, set[str]] = {child: set() for child in children}
    for name, child in child_of.items():
        for imported in imports.find_modules_directly_imported_by(name):
            other = child_of.get(imported)
            if other is not None and other != child:
                arrows[child].add(other)
    return arrows


def test_no_circle_inside_or_between_packages(imports: grimp.ImportGraph) -> None:
    for package in packages(imports):
        TopologicalSorter(arrows_inside(imports, package)).prepare()  # raises CycleError


def test_a_circle_would_be_seen() -> None:
    graph = grimp.ImportGraph()
    for name in ("a", "a.one", "a.one.deep", "a.two"):
        graph.add_module(name)
    graph.add_import(importer="a.one.deep", imported="a.two")
    assert arrows_inside(graph, "a") == {"a.one": {"a.two"}, "a.two": set()}
    graph.add_import(importer="a.two", imported="a.one")
    assert arrows_inside(graph, "a")["a.two"] == {"a.one"}


def test_open3d_is_imported_in_processes_of_its_own_alone(imports: grimp.ImportGraph) -> None:
    """The renderer and the download: it takes 0.5 s and 300 MB, and brings its own OpenMP."""
    assert imports.find_modules_that_directly_import("open3d") == {"sgnet_model.libraries"}
    importers = imports.find_modules_that_directly_import("sgnet_model.libraries")
    assert {name for name in importers if name.startswith("sgnet_viewer")} == {
        "sgnet_viewer.cloud.canvas",
        "sgnet_viewer.sources.nyu_download",
    }


@pytest.mark.parametrize("package", ["views", "contract", "render", "state", "commands", "tools"])
def test_what_shows_and_says_owns_no_thread_and_no_process(
    imports: grimp.ImportGraph, package: str
) -> None:
    for module in ("threading", "multiprocessing", "subprocess", "concurrent"):
        importers = imports.find_modules_that_directly_import(module)
        assert not [name for name in importers if name.startswith(f"sgnet_viewer.{package}.")]


def test_the_graph_knows_who_starts_threads(imports: grimp.ImportGraph) -> None:
    assert "sgnet_viewer.runtime.worker" in imports.find_modules_that_directly_import("threading")


def test_the_layers_have_no_exception() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert not re.search(r"ignore_imports|unmatched_ignore", settings)
