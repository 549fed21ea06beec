"""scripts/gpu.sh: its steps, in order, and what becomes of a step that fails."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STAND_IN = """#!/bin/sh
echo "$TRITON_INTERPRET: $*" >>"$LOG"
case "$*" in *"-m pytest"*) sleep "$SLOW"; echo "3 passed"; exit "$TESTS" ;; esac
while [ $# -gt 0 ]; do
    case $1 in --results) echo "{}" >"$2" ;; --markdown) echo "a table" >"$2" ;; esac
    shift
done
exit "$BENCH"
"""


def _run(
    folder: Path,
    *words: str,
    tests: int = 0,
    bench: int = 0,
    slow: int = 0,
    limit: int = 300,
    dry: bool,
    called: str | None = None,
) -> tuple[int, list[str], Path]:
    """The exit status, what Python was called with, and where the results lie. `called`: how
    PYTHON names it, from the folder."""
    python = folder / "python"
    python.write_text(STAND_IN)
    python.chmod(0o755)
    log, out = folder / "log", folder / "results"
    kept = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    settings = {"PYTHON": called or str(python), "LOG": str(log), "TRITON_INTERPRET": ""}
    settings |= {"TESTS": str(tests), "BENCH": str(bench), "SLOW": str(slow)}
    settings |= {"TESTS_S": str(limit)}
    settings |= {"DRY_RUN": "1"} if dry else {}
    done = subprocess.run(
        ["sh", str(ROOT / "scripts/gpu.sh"), str(out), *words],
        cwd=folder,
        env=kept | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, log.read_text().splitlines(), out


@pytest.mark.parametrize("dry", [False, True])
def test_the_benchmark_asked_for_then_the_tests(tmp_path: Path, dry: bool) -> None:
    status, calls, out = _run(tmp_path, "--growth", dry=dry)
    assert status == 0
    bench, tests = calls
    interpreter, device = ("1", "cpu") if dry else ("", "cuda")
    assert tests.startswith(f"{interpreter}: -m pytest")
    assert tests.endswith("-p no:pytest-qt -m cuda tests/model")
    assert bench.startswith(f"{interpreter}: -m sgnet_model.cli bench --device {device} --results")
    assert bench.endswith("--growth")
    assert ("--sizes 96x128" in bench) is dry
    assert (out / "tests.txt").read_text() == "3 passed\n"
    assert (out / "bench.json").read_text() == "{}\n"
    assert sorted(path.name for path in out.iterdir()) == ["bench.json", "bench.md", "tests.txt"]


def test_one_network_is_measured_before_all(tmp_path: Path) -> None:
    status, calls, out = _run(tmp_path, dry=False)
    assert status == 0
    first, tests, then = calls  # a machine that is lent for minutes leaves the figure asked for
    assert first.endswith("bench-r50.md.part --variants sgnet-r50 --sizes 480x640")
    assert "-m pytest" in tests
    assert then.endswith("bench.md.part")
    assert (out / "bench-r50.json").stat().st_size


def test_after_tests_that_fail_the_benchmark_still_runs(tmp_path: Path) -> None:
    status, calls, out = _run(tmp_path, tests=1, dry=False)
    assert status == 1
    assert len(calls) == 3
    assert (out / "bench.json").stat().st_size


@pytest.mark.skipif(shutil.which("timeout") is None, reason="no `timeout`: nothing ends the tests")
def test_tests_that_take_too_long_are_ended(tmp_path: Path) -> None:
    status, calls, out = _run(tmp_path, slow=30, limit=1, dry=False)
    assert status == 1
    assert len(calls) == 3
    assert (out / "bench.json").stat().st_size


@pytest.mark.parametrize("called", ["./python", "../{}/python"])
def test_a_python_named_from_the_folder_it_is_called_in(tmp_path: Path, called: str) -> None:
    status, calls, _ = _run(tmp_path, "x", dry=True, called=called.format(tmp_path.name))
    assert (status, len(calls)) == (0, 2)


def test_results_that_are_there_outlive_a_benchmark_that_fails(tmp_path: Path) -> None:
    _, _, out = _run(tmp_path, "x", dry=True)
    (out / "bench.json").write_text("before")
    (tmp_path / "log").unlink()
    status, _, _ = _run(tmp_path, "x", dry=True, bench=1)
    assert status == 1
    assert (out / "bench.json").read_text() == "before"
    assert (out / "bench.json.part").read_text() == "{}\n"  # what was measured until then
    assert _run(tmp_path, "x", dry=True)[0] == 0
    assert not list(out.glob("*.part"))
