"""The documents as a site: the pages that are made, and that no link leads nowhere."""

from __future__ import annotations

import importlib.util
import os
import posixpath
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from sgnet_model.cli.entry import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    """scripts/site_pages.py."""
    spec = importlib.util.spec_from_file_location("site_pages", ROOT / "scripts" / "site_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_command_has_its_help(pages: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "96")
    text = pages.command_line()
    found = re.findall(r"^#+ (sgnet-\S+ ?\S*)\s+```text\nusage: (.*)", text, re.MULTILINE)
    names = ["sgnet-viewer", "sgnet-viewer open", "sgnet-viewer live", "sgnet-model"]
    assert [name.strip() for name, _ in found] == [*names, *(f"sgnet-model {c}" for c in COMMANDS)]
    assert all(usage.startswith(name.strip()) for name, usage in found)


def test_every_example_is_shown_whole(pages: ModuleType) -> None:
    text = pages.examples()
    scripts = sorted((ROOT / "examples").glob("*.py"))
    assert scripts
    assert all(script.read_text(encoding="utf-8").rstrip() in text for script in scripts)


def as_on_the_site(pages: ModuleType, name: str) -> str:
    """A page's text as the hook hands it on, without its blocks of code."""
    text = pages.on_page_markdown(
        (ROOT / name).read_text(encoding="utf-8"),
        SimpleNamespace(file=SimpleNamespace(src_uri=name)),
    )
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def test_every_page_is_in_the_navigation_and_leads_to_what_the_site_has(pages: ModuleType) -> None:
    """Without MkDocs, which says the same where it is installed."""
    patterns = (*pages.PAGES, *pages.BESIDES)
    laid = {found.relative_to(ROOT).as_posix() for one in patterns for found in ROOT.glob(one)}
    written = {name for name in laid if name.endswith(".md")}
    made = {"docs/command-line.md", "docs/examples.md"}
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    assert set(re.findall(r": (\S+\.md)$", navigation, re.MULTILINE)) == written | made
    for name in sorted(written):
        targets = re.findall(r"\]\((?!\w+:)([^)#\s]+)", as_on_the_site(pages, name))
        places = {posixpath.normpath(posixpath.join(posixpath.dirname(name), t)) for t in targets}
        assert places - laid - made == set(), name


def test_pictures_that_an_archive_leaves_out_are_put_in_words(
    pages: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = as_on_the_site(pages, "checkpoints/README.md")
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    left = as_on_the_site(pages, "checkpoints/README.md")
    assert "real-frames.jpg" not in left
    assert "*Picture: Six real frames" in left
    assert ("real-frames.jpg" in whole) == (ROOT / "assets/screenshots/real-frames.jpg").is_file()


@pytest.mark.skipif(
    importlib.util.find_spec("mkdocs") is None or importlib.util.find_spec("mkdocstrings") is None,
    reason="mkdocs is not installed",
)
def test_site_builds_without_a_warning(tmp_path: Path) -> None:
    site = tmp_path / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir"]
    done = subprocess.run(
        [*command, str(site)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    home = (site / "index.html").read_text(encoding="utf-8")
    assert 'href="docs/examples.html"' in home
    api = (site / "docs" / "python.html").read_text(encoding="utf-8")
    for name in public_names():
        assert re.search(rf'id="sgnet_model\.[\w.]*\b{name}"', api), name


def public_names() -> list[str]:
    """What `sgnet_model` exports, but for the table of variants."""
    import sgnet_model

    return [name for name in sgnet_model.__all__ if name != "VARIANTS"]
