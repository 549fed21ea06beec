#!/bin/sh
# All that needs a CUDA device, in one call: the tests marked for one, then the benchmark.
# Results go to the folder named ("gpu-results" otherwise): tests.txt; bench-r50.json and .md, which
# are there first, in case time runs out; bench.json and .md with all networks. More arguments go to
# the benchmark, which then runs once, into bench.json.
#   scripts/gpu.sh results --variants sgnet-r50 --sizes 480x640 --growth
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
    # Aside first: what a run that fails leaves is not taken for its results, nor lost for them.
    if "$python" -m sgnet_model.cli bench --device "$device" --json --markdown "$out/$name.md" "$@" \
        >"$out/$name.json.part"; then
        mv "$out/$name.json.part" "$out/$name.json"
    else
        rm -f "$out/$name.json.part"
        status=1
    fi
    [ ! -s "$out/$name.md" ] || cat "$out/$name.md"
}

# Without the viewer's plugin for Qt, which there may be no Qt for.
"$python" -m pytest -q -p no:pytest-qt -m cuda tests/model >"$out/tests.txt" 2>&1 || status=1
tail -n 15 "$out/tests.txt"
if [ $# -eq 0 ]; then
    bench bench-r50 --variants sgnet-r50 --sizes 480x640
fi
bench bench "$@"
exit "$status"
