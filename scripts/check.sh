#!/bin/sh
# Runs the checks named (lint, types, contracts, tests) to the end, and fails if one of them did.
# VENV names another environment than .venv.
set -eu
cd "$(dirname "$0")/.."
bin=${VENV:-.venv}/bin
status=0

check() {
    name=$1
    shift
    printf '== %s\n' "$name"
    "$@" || status=1
}

# Two halves at once, each of which keeps about one core busy; the first is printed after the other.
tests() {
    failed=0
    log=$(mktemp)
    "$bin/python" -m pytest --durations=15 tests/model tests/fuzz >"$log" 2>&1 &
    first=$!
    trap 'kill "$first" 2>/dev/null; rm -f "$log"; exit 130' INT TERM
    "$bin/python" -m pytest --durations=15 tests --ignore=tests/model --ignore=tests/fuzz || failed=1
    wait "$first" || failed=1
    cat "$log"
    rm -f "$log"
    return "$failed"
}

for name in "$@"; do
    case $name in
    lint)
        check "style" "$bin/ruff" check .
        check "format" "$bin/ruff" format --check .
        ;;
    types) check "types" "$bin/mypy" ;;
    contracts) check "import contracts" "$bin/lint-imports" --no-logo ;;
    tests) check "tests" tests ;;
    *)
        printf 'check.sh knows lint, types, contracts and tests, not %s\n' "$name" >&2
        exit 2
        ;;
    esac
done
exit "$status"
