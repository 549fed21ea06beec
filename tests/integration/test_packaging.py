"""What is tracked, what is built from it, and that an installed copy finds its own files."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
DATA = {"assets": "sgnet_model/assets", "checkpoints": "sgnet_model/checkpoints"}
PACKAGES = ("sgnet_model", "sgnet_viewer")

# A folder of one machine, or a server that packages come from: neither is the project's business.
FOREIGN = re.compile(
    r"(?<![\w.~$}*])/(?:home|root|work|tmp|Users|opt|mnt|media)/\w"
    r"|\b[A-Z]:\\\w"
    r"|pypi\.org|pythonhosted\.org|download\.pytorch\.org|anaconda\.org|\bfile://+\w"
)


def project() -> dict[str, Any]:
    """The table [project] of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def tracked_files() -> list[str]:
    """Paths of the tracked files; in a source archive, of everything that came with it."""
    if (ROOT / ".git").exists():
        command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    sources = (ROOT / "sgnet_viewer.egg-info" / "SOURCES.txt").read_text(encoding="utf-8")
    return [name for name in sources.splitlines() if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tracked files: a build leaves no trace in the checkout."""
    copy = tmp_path_factory.mktemp("tree")
    for name in tracked_files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    return copy


def build(kind: str, tree: Path, out: Path) -> Path:
    """Builds a "wheel" or an "sdist" of the tree as pip does, without the network."""
    code = f"from setuptools import build_meta; print(build_meta.build_{kind}({str(out)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tree, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return out / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the tracked files."""
    return build("wheel", tree, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, installed by pip into a folder of its own; the dependencies are this Python's."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(folder), str(wheel)], check=True)
    return folder


def run_installed(site: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs a command that sees the installed copy, from outside the checkout."""
    return subprocess.run(
        command,
        cwd=site.parent,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_tracked_files_stay_small() -> None:
    sizes = {name: (ROOT / name).stat().st_size for name in tracked_files()}
    assert sum(sizes.values()) < 50_000_000
    assert max(sizes.values()) <= 30_000_000


def test_tracked_text_speaks_of_no_machine() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name in tracked_files()
        for number, line in enumerate(text_lines(ROOT / name), 1)
        if FOREIGN.search(line)
    ]
    assert found == []


def text_lines(path: Path) -> list[str]:
    """The lines of a text file; none for a binary one."""
    content = path.read_bytes()
    return [] if b"\0" in content[:8192] else content.decode("utf-8").splitlines()


def test_every_direct_dependency_is_pinned_within_its_range() -> None:
    extras = project()["optional-dependencies"]
    wanted = [*project()["dependencies"], *extras["test"], *extras["docs"], *extras["frozen"]]
    lines = (ROOT / "requirements" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {pin.name: pin for pin in (Requirement(li) for li in lines if li and li[0] != "#")}
    for requirement in map(Requirement, wanted):
        if requirement.name in ("torch", "triton"):  # chosen by the TORCH variable
            continue
        (pin,) = pins[requirement.name].specifier
        assert pin.operator == "=="
        assert requirement.specifier.contains(pin.version), str(requirement)


def lower_bound(requirement: Requirement) -> str:
    """The version after ">="."""
    (bound,) = (one.version for one in requirement.specifier if one.operator == ">=")
    return bound


def test_oldest_versions_that_are_tested_are_the_bounds() -> None:
    extras = project()["optional-dependencies"]
    wanted = [*map(Requirement, [*project()["dependencies"], *extras["test"]])]
    tools = {"ruff", "mypy", "import-linter", "types-tqdm", "types-pyyaml"}  # no test needs them
    lines = (ROOT / "requirements" / "oldest.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line[0] != "#")
    script = (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8")
    (pins["torch"],) = re.findall(r"^    default=torch==([\d.]+)$", script, re.MULTILINE)
    for requirement in wanted:
        if requirement.name in {*tools, "triton"}:  # triton comes with torch
            continue
        pin, bound = Version(pins[requirement.name]), Version(lower_bound(requirement))
        assert requirement.specifier.contains(pin), str(requirement)
        assert pin.release[: len(bound.release)] == bound.release, str(requirement)


def locks() -> dict[str, dict[str, tuple[str, str]]]:
    """Of each Python's lock: version and SHA-256 by package."""
    found = {}
    for path in sorted((ROOT / "requirements").glob("lock-*.txt")):
        lines = [line for line in path.read_text("utf-8").splitlines() if line[0] != "#"]
        parts = [re.fullmatch(r"(\S+)==(\S+) --hash=sha256:([0-9a-f]{64})", li) for li in lines]
        assert None not in parts, path
        found[path.stem] = {part[1]: (part[2], part[3]) for part in parts if part}
    return found


def test_every_python_has_a_lock_of_what_is_tested() -> None:
    accepted = SpecifierSet(project()["requires-python"])
    assert list(locks()) == [f"lock-3.{n}" for n in range(30) if f"3.{n}.5" in accepted]
    lines = (ROOT / "requirements" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {
        canonicalize_name(line.split("==")[0]): line.split("==")[1]
        for line in lines
        if "==" in line
    }
    linux = {"platform_system": "Linux", "platform_machine": "x86_64", "sys_platform": "linux"}
    needed = [
        canonicalize_name(one.name)
        for one in map(Requirement, project()["dependencies"])
        if not one.marker or one.marker.evaluate(linux)
    ]
    for packages in locks().values():
        assert set(needed) <= set(packages)
        assert {name: packages[name][0] for name in needed if name in pins} == {
            name: pins[name] for name in needed if name in pins
        }


def test_sbom_lists_what_the_locks_hold() -> None:
    sbom = json.loads((ROOT / "requirements" / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert (sbom["bomFormat"], sbom["specVersion"]) == ("CycloneDX", "1.6")
    about = sbom["metadata"]["component"]
    assert (about["name"], about["version"]) == ("sgnet-viewer", project()["version"])
    listed = {
        (one["name"], one["version"], digest["content"])
        for one in sbom["components"]
        for digest in one["hashes"]
    }
    held = {(name, *file) for packages in locks().values() for name, file in packages.items()}
    assert listed == held
    purls = [one["purl"] for one in sbom["components"]]
    assert sbom["dependencies"] == [{"ref": "sgnet-viewer", "dependsOn": purls}]


def imported(tree: ast.AST, only_at_the_top: bool) -> set[str]:
    """Top names of the modules a source file imports from elsewhere."""
    nodes = ast.iter_child_nodes(tree) if only_at_the_top else ast.walk(tree)
    modules: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module)
    return {module.partition(".")[0] for module in modules} - set(PACKAGES)


def distributions(requirements: list[str]) -> set[str]:
    """Those for this machine."""
    needed = (
        one for one in map(Requirement, requirements) if not one.marker or one.marker.evaluate()
    )
    return {canonicalize_name(one.name) for one in needed}


IMPORTED_LATE = {"onnx", "triton"}  # by modules that are themselves imported where they are needed


def test_dependencies_are_what_is_imported() -> None:
    needed = distributions(project()["dependencies"])
    tools = distributions(project()["optional-dependencies"]["test"])
    known = {
        **packages_distributions(),
        "OpenEXR": ["openexr"],  # a single compiled file: unlisted
        "open3d": [name for name in needed if name.startswith("open3d")],  # two have this module
    }
    at_the_top, anywhere = set(), set()
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        at_the_top |= imported(tree, only_at_the_top=True)
        anywhere |= imported(tree, only_at_the_top=False)
    at_the_top, anywhere = (
        {canonicalize_name(name) for top in found for name in known.get(top, ())}
        for found in (at_the_top, anywhere)
    )
    assert at_the_top <= needed | IMPORTED_LATE
    assert anywhere <= needed | tools
    assert needed <= anywhere


def test_install_commands_name_packages_of_the_extras() -> None:
    """And none of ours, which no index may have."""
    extras = project()["optional-dependencies"]
    known = {name for extra in extras.values() for name in distributions(extra)}
    named = [
        (path.name, word)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for words in re.findall(r"pip install ((?:[a-z][\w-]* ?)+)", path.read_text("utf-8"))
        for word in words.split()
    ]
    assert len(named) > 5
    assert [found for found in named if found[1] not in known | {"imagecodecs"}] == []


def test_torch_of_the_setup_is_accepted_by_the_project() -> None:
    script = (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8")
    default = re.search(r"^default=torch==([\d.]+)$", script, re.MULTILINE)
    assert default is not None
    (torch,) = (li for li in map(Requirement, project()["dependencies"]) if li.name == "torch")
    assert torch.specifier.contains(default[1])
    assert (ROOT / "requirements" / f"torch-{default[1]}.txt").is_file()


def test_wheel_holds_all_modules_and_bundled_files_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = set()
    for name in tracked_files():
        top, _, rest = name.partition("/")
        if top in DATA and not rest.startswith("screenshots/"):
            expected.add(f"{DATA[top]}/{rest}")
        elif top in PACKAGES and not name.endswith(".md"):
            expected.add(name)
    assert names == expected


def test_source_archive_builds_the_same_wheel(tree: Path, wheel: Path, tmp_path: Path) -> None:
    archive = build("sdist", tree, tmp_path)
    with tarfile.open(archive) as packed:
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # since 3.11.4
        packed.extractall(tmp_path, **safely)
    unpacked = tmp_path / archive.name.removesuffix(".tar.gz")
    for needed in ("Makefile", "scripts/setup.sh", "requirements/constraints.txt", "tests"):
        assert (unpacked / needed).exists(), needed
    held = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")}
    left_out = {name for name in tracked_files() if name not in held}
    assert all(re.search(r"/(nyuv2-\d+\.png|real-frames\.jpg)$", name) for name in left_out)
    assert not any("nyuv2-" in name and name.endswith(".png") for name in held)
    (tmp_path / "again").mkdir()
    again = build("wheel", unpacked, tmp_path / "again")
    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        assert sorted(first.namelist()) == sorted(second.namelist())


def test_installed_copy_finds_its_own_files(site: Path) -> None:
    code = """
import json
from sgnet_model import resources
path = resources.default_checkpoint()
resources.verify(path)
samples = [resources.sample_dir(name) for name in resources.samples()]
print(json.dumps([str(found) for found in (resources.__file__, path, *samples)]))
"""
    done = run_installed(site, sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr
    paths = [Path(path) for path in json.loads(done.stdout)]
    assert len(paths) >= 3
    assert all(path.is_relative_to(site) and path.exists() for path in paths)


def test_installed_model_command_answers(site: Path) -> None:
    done = run_installed(site, str(site / "bin" / "sgnet-model"), "info", "sgnet-r50", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["parameters"] == 39_307_156


def test_installed_viewer_command_answers(site: Path) -> None:
    done = run_installed(site, str(site / "bin" / "sgnet-viewer"), "--help")
    assert done.returncode == 0, done.stderr
    assert (
        "--screenshot"
        in done.stdout
        + run_installed(site, str(site / "bin" / "sgnet-viewer"), "open", "--help").stdout
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_commands_and_packages_print_the_version_alike(site: Path, package: str) -> None:
    name = package.replace("_", "-")
    for command in ([str(site / "bin" / name)], [sys.executable, "-m", package]):
        done = run_installed(site, *command, "--version")
        assert (done.returncode, done.stdout) == (0, f"{name} {project()['version']}\n"), (
            done.stderr
        )


def page_of(wheel: Path) -> Message:
    """What an index shows of the package."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode("utf-8"))


def test_package_page_leads_to_nothing_that_it_has_not(wheel: Path) -> None:
    page = page_of(wheel)
    assert page["Description-Content-Type"] == "text/markdown"
    text, readme = str(page.get_payload()), (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]*)\)", text)
    assert links
    assert all(link.startswith("https://") for link in links)
    assert "![" not in text
    for pattern in (r"^#+ [^\n]*", r"^```.*?^```$"):  # headings and code are the README's
        found, expected = (re.findall(pattern, one, re.M | re.S) for one in (text, readme))
        assert found == expected
    words = re.findall(r"!\[([^\]]*)\]", readme)
    assert len(words) > 3
    assert all(f"*Picture: {alternative}.*" in text for alternative in words)


def test_package_brings_the_licences_of_what_it_holds(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name.partition("/licenses/")[2] for name in archive.namelist()}
    notices = {f"checkpoints/{path.name}" for path in (ROOT / "checkpoints").glob("*.NOTICE.txt")}
    assert {"LICENSE", *notices} <= held
    assert page_of(wheel)["License-Expression"] == "MIT AND BSD-2-Clause"


def test_package_page_names_every_python_that_is_accepted(wheel: Path) -> None:
    page = page_of(wheel)
    accepted = SpecifierSet(page["Requires-Python"])
    classified = re.findall(r"Python :: (3\.\d+)$", "\n".join(page.get_all("Classifier")), re.M)
    assert classified == [f"3.{minor}" for minor in range(30) if f"3.{minor}.5" in accepted]
    assert page["Author"]


def test_setup_takes_the_pythons_that_are_accepted() -> None:
    script = (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8")
    least = re.search(r"not \((\d), (\d+)\) <= sys\.version_info < \(3, \$below\)", script)
    below = re.search(r"^below=(\d+)$", script, re.MULTILINE)
    assert least is not None
    assert below is not None
    expected = ">={}.{},<3.{}".format(*least.groups(), below[1])
    assert project()["requires-python"] == expected
    assert f"Python 3.11 to 3.{int(below[1]) - 1}" in script


def test_commands_of_the_environment_are_this_version() -> None:
    for name in ("sgnet-viewer", "sgnet-model"):
        assert (Path(sys.executable).parent / name).is_file()
    assert version("sgnet-viewer") == project()["version"]


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (["-m", "sgnet_model", "--version"], f"sgnet-model {version('sgnet-viewer')}\n"),
        (["--version"], f"sgnet-viewer {version('sgnet-viewer')}\n"),
        (["-m", "this"], ""),  # no module of others
    ],
)
def test_a_frozen_copy_is_its_own_python(words: list[str], printed: str) -> None:
    script = ROOT / "scripts" / "frozen_viewer.py"
    code = (
        "import runpy, sys; sys.frozen = True; "
        f"runpy.run_path({str(script)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == printed
    assert done.returncode == (0 if printed else 2)
    assert "Traceback" not in done.stderr
