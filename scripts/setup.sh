#!/bin/sh
# Makes the environment in .venv: "setup.sh run" for the program, "setup.sh test" with the tools
# of the tests too, "setup.sh docs" with those of the site; "setup.sh oldest" makes .venv-oldest, with
# the oldest versions that pyproject.toml allows, "setup.sh frozen" .venv-frozen, whose packages a
# frozen copy holds. Installs missing system packages where it may, and
# names them where it may not.
# PYTHON chooses the interpreter, TORCH the build of torch (a pip requirement); .venv keeps both until
# others are named.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)
what=${1:-run}
venv=.venv
default=torch==2.13.0
pins=requirements/constraints.txt
pythons="python3 python3.13 python3.12 python3.11 python3.14"
below=15
known="Python 3.11 to 3.14"
if [ "$what" = oldest ]; then
    venv=.venv-oldest
    default=torch==2.6.0
    pins=requirements/oldest.txt
    pythons="python3.11 python3.12 python3"
    below=13 # newer ones have no wheels of that age
    known="Python 3.11 or 3.12"
fi
if [ "$what" = frozen ]; then venv=.venv-frozen; fi
chosen=$venv/.torch # what TORCH named, where that was not the default
torch=${TORCH:-$(cat "$chosen" 2>/dev/null || echo "$default")}
python=$venv/bin/python
log=$venv/install.log
serves="sys.exit(not (3, 11) <= sys.version_info < (3, $below))" # as in pyproject.toml
identity='import sys; print(sys.base_prefix, sys.version)'
unfinished=$venv/.unfinished # there while an installation runs: found at the start, it was killed

main() {
    case $what in run | test | docs | oldest | frozen) ;; *) fail "scripts/setup.sh knows 'run', 'test', 'docs', 'oldest' and 'frozen', not '$what'." ;; esac
    if holds_all; then return; fi
    wait_for_others
    if holds_all; then return; fi
    if ! venv_works; then make_venv; fi
    if [ "$(uname -s)" = Linux ]; then check_libraries; fi
    install_python_packages
    if [ "$torch" = "$default" ]; then rm -f "$chosen"; else echo "$torch" >"$chosen"; fi
    fingerprint >"$venv/.ready-$what"
}

say() { printf '%s\n' "sgnet-viewer: $*" >&2; }

fail() {
    say "$*"
    exit 1
}

wait_for_others() { # two set-ups at once would write into the same .venv
    command -v flock >/dev/null || return 0
    exec 9<scripts/setup.sh
    flock -n 9 && return
    say "Waiting for another set-up of this folder to end."
    flock 9
}

# --- the state of .venv ---------------------------------------------------------------------

fingerprint() {
    { cat pyproject.toml setup.py requirements/*.txt && printf '%s\n' "$torch" "$root"; } | cksum
}

is_ready() {
    [ -x "$python" ] && [ ! -e "$unfinished" ] && is_asked_python &&
        [ "$(fingerprint)" = "$(cat "$venv/.ready-$1" 2>/dev/null)" ]
}

holds_all() { # what the tests or the site need holds the program too
    is_ready "$what" || { [ "$what" = run ] && { is_ready test || is_ready docs; }; }
}

venv_works() { # made here, by an interpreter that is still there, and not left half-made
    [ ! -e "$unfinished" ] && is_asked_python && grep -qsF "$root/$venv" "$venv/pyvenv.cfg" &&
        "$python" -c "import pip, sys; $serves" 2>/dev/null
}

is_asked_python() { # the one that PYTHON names, where it names one
    [ -z "${PYTHON:-}" ] && return
    base=$(find_python) || return 1
    [ "$("$base" -c "$identity")" = "$("$python" -c "$identity" 2>/dev/null)" ]
}

make_venv() {
    base=$(find_python) || {
        install_python
        base=$(find_python) || fail "$known with its venv module is still missing: install it and run the same command again."
    }
    if [ -e "$venv" ]; then say "Making $venv anew: it was left half-made, made elsewhere, or with another Python."; fi
    rm -rf "$venv"
    "$base" -m venv "$venv" || fail "$base could not make $venv (see above): is the disk full or the folder read-only?"
}

# --- Python ---------------------------------------------------------------------------------

find_python() {
    for candidate in ${PYTHON:-$pythons}; do
        if "$candidate" -c "import ensurepip, sys, venv; $serves" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

install_python() {
    if [ -n "${PYTHON:-}" ]; then fail "PYTHON=$PYTHON is not a $known with its venv module: name another, or leave it out."; fi
    packages=$(python_packages)
    # shellcheck disable=SC2086
    install_packages $packages || fail "$known with its venv module is missing: run
    sudo apt-get install -y $packages
(or your system's equivalent), then the same command again."
}

python_packages() { # the venv of a Python that is there, else the newest Python that apt knows
    for version in 3 3.13 3.12 3.11 3.14; do
        if "python$version" -c "import sys; $serves" 2>/dev/null; then
            "python$version" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
            return
        fi
    done
    for minor in 14 13 12 11; do
        if [ "$minor" -lt "$below" ] && apt-cache show "python3.$minor-venv" >/dev/null 2>&1; then
            echo "python3.$minor python3.$minor-venv"
            return
        fi
    done
    echo "python3 python3-venv"
}

# --- system packages ------------------------------------------------------------------------

check_libraries() {
    packages=$(missing run window "$what")
    if [ -z "$packages" ]; then return; fi
    # shellcheck disable=SC2086
    if install_packages $packages && [ -z "$(missing run)" ]; then return; fi
    advice="    sudo apt-get install -y $packages
(or your system's equivalent: scripts/system-libraries.txt lists the files)"
    if [ -n "$(missing run)" ]; then
        fail "System libraries are missing: run
$advice, then the same command again."
    fi
    say "Some libraries of the window or the tests are missing; should it not open, run
$advice."
}

missing() { "$python" scripts/missing_packages.py "$@"; }

install_packages() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        as_root='env'
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root="sudo -n env"
    else
        return 1
    fi
    say "Installing system packages: $*"
    $as_root apt-get update -qq >&2 || true
    $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o DPkg::Lock::Timeout=120 "$@" >&2
}

# --- Python packages ------------------------------------------------------------------------

install_python_packages() {
    case $what in run) target=. ;; oldest) target=".[test]" ;; *) target=".[$what]" ;; esac
    build=$torch
    choose_build
    say "Installing the Python packages into $venv (torch is large: minutes the first time; all that pip says is in $log)."
    : >"$unfinished"
    : >"$log"
    drop_large_open3d
    # shellcheck disable=SC2086
    pip_install -c "$pins" $build -e "$target" || failed=yes
    rm -f "$unfinished"
    if [ "${failed:-}" = yes ]; then explain_failure; fi
    compile_kernels
}

# Until 0.2 the environment had open3d where open3d-cpu is taken now: they write to the same folder.
drop_large_open3d() {
    if [ "$(uname -sm)" = "Linux x86_64" ] && has_package open3d; then
        "$python" -m pip uninstall -y -q --disable-pip-version-check open3d >>"$log" 2>&1 || true
    fi
}

has_package() { "$python" -c "from importlib.metadata import version; version('$1')" 2>/dev/null; }

# The build for CUDA is of use on NVIDIA devices alone. Which index has another is the user's to say.
choose_build() {
    if [ -n "${TORCH:-}" ] || [ "$torch" != "$default" ]; then return; fi
    if has_nvidia || [ "$(uname -sm)" != "Linux x86_64" ] || has_torch; then return; fi
    if "$python" -m pip index versions torch 2>/dev/null | grep -qF "${default#torch==}+cpu"; then
        build=$default+cpu
        say "No NVIDIA device is here: taking torch's CPU build (0.2 GB in place of 3 GB)."
    else
        say "No NVIDIA device is here, but pip's index has torch's CUDA build alone (about 3 GB to fetch, 5 GB on the disk). With an index that has the CPU build in PIP_EXTRA_INDEX_URL, 0.2 GB are fetched."
    fi
}

has_nvidia() {
    command -v nvidia-smi >/dev/null || [ -e /dev/nvidiactl ] || [ -e /proc/driver/nvidia ] ||
        [ -e /usr/lib/wsl/lib/nvidia-smi ]
}

has_torch() { # whichever build: what is there stays
    "$python" -c "from importlib.metadata import version; import sys; sys.exit(version('torch').partition('+')[0] != '${default#torch==}')" 2>/dev/null
}

# So that the first window does not wait for it. Without numba there is nothing to compile.
compile_kernels() {
    "$python" -c "from sgnet_model.nn.compiled.calls import compile_all; compile_all()" \
        >>"$log" 2>&1 || true
    # The modules of a source tree too: a third of what the window's start imports, where nothing may
    # be written later. The kernels are found by the sources' content and stay.
    "$python" -m compileall -q sgnet_model sgnet_viewer >>"$log" 2>&1 || true
}

pip_install() {
    if [ -e "$(pins_of_torch)" ]; then set -- -c "$(pins_of_torch)" "$@"; fi
    "$python" scripts/with_bar.py "$log" pip install --disable-pip-version-check "$@"
}

pins_of_torch() { # what goes with this version, whichever its build ("+cpu")
    version=${torch#torch==}
    echo "requirements/torch-${version%%+*}.txt"
}

explain_failure() {
    if grep -q 'CERTIFICATE_VERIFY_FAILED' "$log"; then
        fail "The package index's certificate is not trusted here: name your network's certificate in PIP_CERT, then run the same command again."
    fi
    if grep -qE 'Retrying \(|NewConnectionError|NameResolutionError|ConnectTimeout|Network is unreachable' "$log"; then
        fail "The package index could not be reached: connect to the network (or set pip's proxy or index), then run the same command again."
    fi
    if grep -q 'No space left' "$log"; then
        fail "The disk is full: free some gigabytes, then run the same command again."
    fi
    fail "pip could not install the packages: the reason is above and in $log."
}

main
