#!/bin/sh
# All that needs a CUDA device, in one call, what is asked for most first, in case time runs out: a
# benchmark of one network at one size (12 cases); the tests marked for a GPU; the whole benchmark
# (72 cases: three networks, two sizes). Results go to the folder named ("gpu-results" otherwise):
# bench-r50.json and .md, tests.txt, bench.json and .md. What a benchmark that was cut off had
# measured is in a .part beside them, which says what is missing. More arguments go to the
# benchmark, which then runs once, before the tests, into bench.json.
#   scripts/gpu.sh results --variants sgnet-r50 --sizes 480x640 --growth
# TESTS_S: seconds after which the tests are ended (240).
# PYTHON chooses the interpreter (.venv's where there is one, else python3). Of what pyproject.toml
# names neither Open3D, PySide6 nor pyqtgraph is needed; pytest and pytest-timeout are.
# DRY_RUN=1 goes through the same steps without a GPU: the kernels in Triton's interpreter, the
# benchmark of a small case on the CPU. What is left out there are the tests on the GPU itself.
set -eu
out=${1:-gpu-results}
[ $# -eq 0 ] || shift
mkdir -p "$out"
out=$(cd "$out" && pwd -P)
python=${PYTHON:-}
case $python in
/*) ;;
*/*) python=$PWD/$python ;; # of the folder that this was called in
esac
cd "$(dirname "$0")/.."
if [ -z "$python" ]; then
    if [ -x .venv/bin/python ]; then python=.venv/bin/python; else python=python3; fi
fi
status=0
device=cuda
if [ -n "${DRY_RUN:-}" ]; then
    device=cpu
    export TRITON_INTERPRET=1
    set -- --variants sgnet-compact --sizes 96x128 --repeats 1 --dtypes fp32 "$@"
fi

bench() { # NAME, options
    name=$1
    shift
    part=$out/$name
    # Aside first: what a run that fails leaves is not taken for its results, nor lost for them.
    rm -f "$part.json.part" "$part.md.part"
    if "$python" -m sgnet_model.cli bench --device "$device" --results "$part.json.part" \
        --markdown "$part.md.part" "$@"; then
        mv "$part.json.part" "$part.json"
        mv "$part.md.part" "$part.md"
        cat "$part.md"
    else
        status=1
    fi
}

run_tests() {
    limit=
    ! command -v timeout >/dev/null || limit="timeout ${TESTS_S:-240}"
    # Without the viewer's plugin for Qt, which there may be no Qt for.
    $limit "$python" -m pytest -v --durations=10 -p no:pytest-qt -m cuda tests/model \
        >"$out/tests.txt" 2>&1 || status=1
    tail -n 15 "$out/tests.txt"
}

if [ $# -eq 0 ]; then
    bench bench-r50 --variants sgnet-r50 --sizes 480x640
    run_tests
    bench bench
else
    bench bench "$@"
    run_tests
fi
exit "$status"
