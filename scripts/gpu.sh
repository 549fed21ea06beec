#!/bin/sh
# All that needs a CUDA device, in one call: the tests marked for one, then the benchmark.
# Results go to the folder named ("gpu-results" otherwise); more arguments go to the benchmark.
# PYTHON chooses the interpreter: one with torch, triton, pytest and pytest-timeout will do.
#   scripts/gpu.sh results --variants sgnet-r50 --sizes 480x640 --growth
set -eu
out=${1:-gpu-results}
[ $# -eq 0 ] || shift
mkdir -p "$out"
out=$(cd "$out" && pwd -P)
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
status=0

"$python" -m pytest -q -m cuda tests/model >"$out/tests.txt" 2>&1 || status=1
tail -n 15 "$out/tests.txt"
"$python" -m sgnet_model.cli bench --device cuda --json --markdown "$out/bench.md" "$@" \
    >"$out/bench.json" || status=1
[ ! -s "$out/bench.md" ] || cat "$out/bench.md"
exit "$status"
