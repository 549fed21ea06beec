#!/bin/sh
# All that needs a CUDA device, in one call: the tests marked for one, then the benchmark.
# Results go to the folder named ("gpu-results" otherwise); more arguments go to the benchmark.
# PYTHON chooses the interpreter: one with torch, triton, scipy, pytest and pytest-timeout will do.
#   scripts/gpu.sh results --variants sgnet-r50 --sizes 480x640 --growth
# DRY_RUN=1 goes through the same steps without a GPU: the kernels in Triton's interpreter, the
# benchmark of a small case on the CPU. What would stop a run on a lent GPU stops here.
set -eu
out=${1:-gpu-results}
[ $# -eq 0 ] || shift
mkdir -p "$out"
out=$(cd "$out" && pwd -P)
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
status=0
device=cuda
if [ -n "${DRY_RUN:-}" ]; then
    device=cpu
    export TRITON_INTERPRET=1
    set -- --variants sgnet-compact --sizes 96x128 --repeats 1 --dtypes fp32 "$@"
fi

"$python" -m pytest -q -m cuda tests/model >"$out/tests.txt" 2>&1 || status=1
tail -n 15 "$out/tests.txt"
"$python" -m sgnet_model.cli bench --device "$device" --json --markdown "$out/bench.md" "$@" \
    >"$out/bench.json" || status=1
[ ! -s "$out/bench.md" ] || cat "$out/bench.md"
exit "$status"
