"""scripts/setup.sh on machines made of stand-ins: what it installs, repairs, and says."""

from __future__ import annotations

import importlib
import io
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "dirname", "uname", "cat", "cksum", "grep", "rm", "tee", "env", "mkdir", "chmod")
WAITING = ("flock", "sleep")

# A Python that writes down what it is asked for, and makes a .venv holding itself.
PYTHON = """#!/bin/sh
printf '%s\\n' "$*" >>"$LOG"
case "$*" in
*"-m venv"*)
    mkdir -p "$3/bin"
    cat "$0" >"$3/bin/python"
    chmod +x "$3/bin/python"
    printf 'command = python3 -m venv %s\\n' "$(pwd -P)/$3" >"$3/pyvenv.cfg" ;;
*"import ensurepip"*) exit "${NO_VENV:-0}" ;;
*missing_packages.py*run*window*) [ -e "$LOG.installed" ] || printf '%s\\n' "${MISSING:-}" ;;
*missing_packages.py*) [ -e "$LOG.installed" ] || printf '%s\\n' "${MISSING_RUN:-}" ;;
*print*python*-venv*) echo python3.12-venv ;;
*base_prefix*) echo "${NAME:-}" ;;
*"version('torch')"*) exit "${NO_TORCH:-0}" ;;
*"pip index versions torch"*) printf '%s\n' "${PIP_LISTS:-}" ;;
*"version('open3d')"*) exit "${NO_OPEN3D:-1}" ;;
*"pip install"*)
    sleep "${PIP_TAKES:-0}"
    printf '%s\\n' "${PIP_SAYS:-}" | tee -a "$2" >&2
    exit "${PIP_ENDS:-0}" ;;
esac
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A copy of the project's set-up beside a folder of programs: nothing else is on the path."""

    tree: Path
    programs: Path
    log: Path

    def set_up(self, what: str = "run", **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs scripts/setup.sh with nothing but these variables."""
        return subprocess.run(
            ["sh", "scripts/setup.sh", what],
            cwd=self.tree,
            env={"PATH": str(self.programs), "LOG": str(self.log), **variables},
            capture_output=True,
            text=True,
            timeout=250,
            check=False,
        )

    def calls(self, part: str) -> list[str]:
        """What the stand-ins were asked that contains `part`; forgets everything afterwards."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [line for line in lines if part in line]

    def add(self, name: str, script: str) -> None:
        """Puts a program on the path."""
        (self.programs / name).write_text(script)
        (self.programs / name).chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A user's machine (not root, no sudo, no apt-get) with a Python."""
    made = Machine(tmp_path / "tree", tmp_path / "bin", tmp_path / "log")
    for folder in ("scripts", "requirements"):
        shutil.copytree(ROOT / folder, made.tree / folder)
    for file in ("pyproject.toml", "setup.py"):
        shutil.copy(ROOT / file, made.tree)
    made.programs.mkdir()
    for tool in (*TOOLS, *WAITING):
        os.symlink(str(shutil.which(tool)), made.programs / tool)
    made.add("id", "#!/bin/sh\necho 1000\n")
    made.add("python3", PYTHON)
    return made


def add_apt(machine: Machine) -> None:
    machine.add("apt-get", '#!/bin/sh\nprintf "apt %s\\n" "$*" >>"$LOG"\n: >"$LOG.installed"\n')


def test_first_run_pins_what_it_installs(machine: Machine) -> None:
    assert machine.set_up().returncode == 0
    (call,) = machine.calls("pip install")
    assert "-c requirements/constraints.txt torch==2.13.0 -e ." in call


def test_tests_bring_their_tools_and_torch_can_be_chosen(machine: Machine) -> None:
    assert machine.set_up("test", TORCH="torch==2.6.0").returncode == 0
    (call,) = machine.calls("pip install")
    assert "torch==2.6.0 -e .[test]" in call
    assert "torch-2.13.0.txt" not in call


@pytest.mark.parametrize("torch", ["torch==2.13.0", "torch==2.13.0+cpu"])
def test_what_goes_with_a_torch_is_pinned_beside_the_others(machine: Machine, torch: str) -> None:
    assert machine.set_up("test", TORCH=torch).returncode == 0
    (call,) = machine.calls("pip install")
    assert "-c requirements/torch-2.13.0.txt -c requirements/constraints.txt" in call


def test_the_oldest_versions_have_an_environment_of_their_own(machine: Machine) -> None:
    machine.set_up()
    machine.calls("")
    assert machine.set_up("oldest").returncode == 0
    (call,) = machine.calls("pip install")
    assert "-c requirements/oldest.txt torch==2.6.0 -e .[test]" in call
    for what in ("oldest", "run"):  # each its own
        machine.set_up(what)
    assert machine.calls("pip install") == []
    machine.set_up("oldest", TORCH="torch==2.13.0")
    (call,) = machine.calls("pip install")
    assert " torch==2.13.0 " in call
    machine.set_up()  # the other environment knows nothing of it
    assert machine.calls("pip install") == []


def test_a_frozen_copy_is_made_of_an_environment_without_the_tests(machine: Machine) -> None:
    machine.set_up("test")
    machine.calls("")
    assert machine.set_up("frozen").returncode == 0
    asked = " ".join(machine.calls(""))
    assert "-m venv .venv-frozen" in asked
    assert "-c requirements/constraints.txt torch==2.13.0 -e .[frozen]" in asked
    machine.set_up("frozen")
    assert machine.calls("pip install") == []


@pytest.mark.skipif(os.uname()[0] != "Linux", reason="open3d-cpu is for Linux")
def test_an_open3d_that_would_be_written_over_goes_first(machine: Machine) -> None:
    machine.set_up(NO_OPEN3D="0")
    asked = machine.calls("pip ")
    assert [line.split("pip ")[1].split()[0] for line in asked] == (
        ["uninstall", "install"] if os.uname().machine == "x86_64" else ["install"]
    )
    assert machine.set_up("test").returncode == 0
    assert machine.calls("pip uninstall") == []


def test_unchanged_is_left_alone(machine: Machine) -> None:
    machine.set_up("test")
    machine.calls("")
    assert machine.set_up("test").returncode == 0
    assert machine.set_up("run").returncode == 0  # what the tests need holds the program too
    assert machine.calls("pip install") == []


def test_site_brings_its_tools_beside_those_of_the_tests(machine: Machine) -> None:
    machine.set_up("test")
    machine.calls("")
    assert machine.set_up("docs").returncode == 0
    (call,) = machine.calls("pip install")
    assert "-e .[docs]" in call
    for what in ("run", "test", "docs"):
        machine.set_up(what)
    assert machine.calls("pip install") == []


def test_changed_pins_are_installed_into_the_same_environment(machine: Machine) -> None:
    machine.set_up()
    machine.calls("")
    with (machine.tree / "requirements" / "constraints.txt").open("a") as pins:
        pins.write("tqdm==4.70.0\n")
    machine.set_up()
    asked = " ".join(machine.calls(""))
    assert asked.count("pip install") == 1
    assert "-m venv" not in asked


def test_killed_installation_is_made_anew(machine: Machine) -> None:
    machine.set_up()
    machine.calls("")
    (machine.tree / ".venv" / ".unfinished").touch()
    (machine.tree / ".venv" / "half").touch()
    ended = machine.set_up()
    assert "half-made" in ended.stderr
    assert not (machine.tree / ".venv" / "half").exists()
    assert len(machine.calls("-m venv")) == 1


def test_two_at_once_install_once(machine: Machine) -> None:
    with ThreadPoolExecutor() as both:
        ended = list(both.map(lambda _: machine.set_up(PIP_TAKES="0.5"), range(2)))
    assert [one.returncode for one in ended] == [0, 0]
    assert sum("Waiting for another" in one.stderr for one in ended) == 1
    assert len(machine.calls("pip install")) == 1


def test_moved_tree_is_made_anew(machine: Machine) -> None:
    machine.set_up()
    machine.calls("")
    moved = Machine(
        machine.tree.rename(machine.tree.with_name("moved")), machine.programs, machine.log
    )
    assert moved.set_up().returncode == 0
    assert len(moved.calls("-m venv")) == 1


def test_the_oldest_versions_are_for_python_3_11_and_3_12(machine: Machine) -> None:
    """Newer ones have no wheels of that age: python3 is tried last, and only if it is one."""
    machine.add("python3.12", PYTHON.replace('"$*" >>', '"python3.12 $*" >>'))
    assert machine.set_up("oldest").returncode == 0
    calls = machine.calls("")
    assert next(call for call in calls if "-m venv" in call).startswith("python3.12")
    asked = [call for call in calls if "import ensurepip" in call]
    assert asked
    assert all("sys.version_info < (3, 13)" in call for call in asked)
    ended = machine.set_up("oldest", PYTHON="python2")
    assert "PYTHON=python2 is not a Python 3.11 or 3.12 with its venv" in ended.stderr


def test_no_python_names_the_packages(machine: Machine) -> None:
    (machine.programs / "python3").unlink()
    ended = machine.set_up()
    assert ended.returncode == 1
    assert "sudo apt-get install -y python3 python3-venv" in ended.stderr


def test_python_without_venv_names_its_package(machine: Machine) -> None:
    ended = machine.set_up(NO_VENV="1")
    assert ended.returncode == 1
    assert "sudo apt-get install -y python3.12-venv" in ended.stderr


def test_a_chosen_python_that_does_not_serve_is_named(machine: Machine) -> None:
    ended = machine.set_up(PYTHON="python2")
    assert ended.returncode == 1
    assert "PYTHON=python2 is not a Python 3.11" in ended.stderr


def test_another_python_makes_the_environment_anew(machine: Machine) -> None:
    machine.add("python3.12", PYTHON.replace("#!/bin/sh", "#!/bin/sh\nNAME=3.12"))
    machine.set_up()
    machine.calls("")
    ended = machine.set_up(PYTHON="python3.12")
    assert "another Python" in ended.stderr
    assert len(machine.calls("-m venv")) == 1
    for python in ("python3.12", ""):  # it stays, also where none is named
        assert machine.set_up(PYTHON=python).returncode == 0
    asked = " ".join(machine.calls(""))
    assert "pip install" not in asked
    assert "-m venv" not in asked


def test_torch_that_was_chosen_is_kept_until_another_is(machine: Machine) -> None:
    machine.set_up(TORCH="torch==2.6.0")
    machine.calls("")
    machine.set_up(TORCH="")
    assert machine.calls("pip install") == []
    machine.set_up("test")
    (call,) = machine.calls("pip install")
    assert " torch==2.6.0 " in call
    for _ in range(2):
        machine.set_up("test", TORCH="torch==2.13.0")
    machine.set_up("test")
    (call,) = machine.calls("pip install")
    assert " torch==2.13.0 " in call


def test_torch_that_could_not_be_installed_is_not_kept(machine: Machine) -> None:
    assert machine.set_up(TORCH="torch==none", PIP_ENDS="1").returncode == 1
    machine.calls("")
    machine.set_up()
    (call,) = machine.calls("pip install")
    assert " torch==2.13.0 " in call


LISTED = "torch (2.14.0)\nAvailable versions: 2.14.0, 2.13.0+cpu, 2.13.0, 2.12.0"
DEVICES = ("/dev/nvidiactl", "/proc/driver/nvidia", "/usr/lib/wsl/lib/nvidia-smi")
without_device = pytest.mark.skipif(
    any(Path(path).exists() for path in DEVICES) or os.uname().machine != "x86_64",
    reason="an NVIDIA device is here, or no processor that torch has several builds for",
)


def installed_torch(machine: Machine, **variables: str) -> str:
    machine.set_up(NO_TORCH="1", **variables)
    (call,) = machine.calls("pip install")
    return call.split()[-3]


@without_device
def test_cpu_build_is_taken_where_no_device_is_and_pip_has_it(machine: Machine) -> None:
    assert installed_torch(machine, PIP_LISTS=LISTED) == "torch==2.13.0+cpu"
    machine.set_up()
    assert machine.calls("pip install") == []


@without_device
def test_size_of_the_cuda_build_is_said_where_pip_has_no_other(machine: Machine) -> None:
    ended = machine.set_up(NO_TORCH="1", PIP_LISTS="torch (2.13.0)\nAvailable versions: 2.13.0")
    assert "about 3 GB to fetch" in ended.stderr
    (call,) = machine.calls("pip install")
    assert " torch==2.13.0 " in call


def test_build_that_is_named_is_taken(machine: Machine) -> None:
    assert installed_torch(machine, PIP_LISTS=LISTED, TORCH="torch==2.13.0") == "torch==2.13.0"


def test_cuda_build_is_taken_where_a_device_is(machine: Machine) -> None:
    machine.add("nvidia-smi", "#!/bin/sh\n")
    assert installed_torch(machine, PIP_LISTS=LISTED) == "torch==2.13.0"


def test_torch_that_is_there_stays(machine: Machine) -> None:
    machine.set_up(PIP_LISTS=LISTED)
    (call,) = machine.calls("pip install")
    assert " torch==2.13.0 " in call


def test_missing_libraries_stop_a_user_with_one_command(machine: Machine) -> None:
    ended = machine.set_up(MISSING="libegl1 libxcb-cursor0", MISSING_RUN="libegl1")
    assert ended.returncode == 1
    assert "sudo apt-get install -y libegl1 libxcb-cursor0" in ended.stderr
    assert machine.calls("pip install") == []


def test_libraries_of_the_window_alone_do_not_stop(machine: Machine) -> None:
    ended = machine.set_up(MISSING="libxcb-cursor0")
    assert ended.returncode == 0
    assert "sudo apt-get install -y libxcb-cursor0" in ended.stderr


def test_root_gets_missing_libraries_installed(machine: Machine) -> None:
    add_apt(machine)
    machine.add("id", "#!/bin/sh\necho 0\n")
    ended = machine.set_up(MISSING="libegl1", MISSING_RUN="libegl1")
    assert ended.returncode == 0, ended.stderr
    (call,) = machine.calls("apt install")
    assert call.endswith(" libegl1")


@pytest.mark.parametrize("asks", [False, True], ids=["passwordless", "asks for a password"])
def test_sudo_is_used_only_where_it_asks_nothing(machine: Machine, asks: bool) -> None:
    add_apt(machine)
    machine.add("sudo", "#!/bin/sh\nexit 1\n" if asks else '#!/bin/sh\nshift\nexec "$@"\n')
    machine.add("true", "#!/bin/sh\n")
    ended = machine.set_up(MISSING="libegl1", MISSING_RUN="libegl1")
    assert ended.returncode == int(asks), ended.stderr
    assert len(machine.calls("apt install")) == int(not asks)


def test_no_network_is_said(machine: Machine) -> None:
    ended = machine.set_up(PIP_SAYS="WARNING: Retrying (Retry(total=4...", PIP_ENDS="1")
    assert ended.returncode == 1
    assert "index could not be reached" in ended.stderr
    assert machine.set_up().returncode == 0  # the next run takes it up
    assert len(machine.calls("-m venv")) == 1


def test_other_failures_of_pip_point_to_the_log(machine: Machine) -> None:
    ended = machine.set_up(PIP_SAYS="ERROR: No matching distribution", PIP_ENDS="1")
    assert ended.returncode == 1
    assert ".venv/install.log" in ended.stderr
    assert "No matching" in (machine.tree / ".venv" / "install.log").read_text()


def bar() -> ModuleType:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return importlib.import_module("with_bar")
    finally:
        sys.path.pop(0)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


PIP = """\
Collecting torch==2.13.0
  Downloading torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl (191.2 MB)
Installing collected packages: torch, numpy
ERROR: No space left on device
Something else
"""


def test_one_bar_and_errors_are_shown_and_everything_is_kept() -> None:
    kept, shown = io.StringIO(), Terminal()
    bar().follow(PIP.splitlines(keepends=True), kept, shown)
    assert kept.getvalue() == PIP
    drawn = [part.removeprefix("\r\x1b[K") for part in re.split(r"(?=\r)", shown.getvalue())]
    assert [line.partition("] ")[2] for line in drawn if "] " in line] == [
        "torch",
        "torch-2.13.0 (191.2 MB)",
        "unpacking 2 packages",
    ]
    assert "ERROR: No space left on device\n" in drawn
    assert "Something else" not in shown.getvalue()


def test_without_a_terminal_there_is_no_bar() -> None:
    shown = io.StringIO()
    bar().follow(PIP.splitlines(keepends=True), io.StringIO(), shown)
    assert shown.getvalue() == "ERROR: No space left on device\n"


def test_what_pip_ends_with_is_passed_on(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert bar().main(log, ["pip", "--version"]) == 0
    assert bar().main(log, ["pip", "nonsense"]) != 0
    assert log.read_text().startswith("pip ")
    assert "nonsense" in log.read_text()


def test_missing_packages_looks_for_files() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from missing_packages import missing_packages
    finally:
        sys.path.pop(0)
    rows = ("# need file package", "run libc.so.6 libc6", "run libnone.so.9 none9")
    table = "\n".join((*rows, "test sh dash", "test nonesuch ns"))
    assert missing_packages({"run"}, table) == ["none9"]
    assert missing_packages({"run", "test"}, table) == ["none9", "ns"]
