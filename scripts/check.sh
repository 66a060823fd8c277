#!/usr/bin/env bash
# Runs test suites and counts: check.sh BUILD_DIR SUITE..., suites lint unit corpus golden e2e,
# and long: what e2e has that can go on for longer, doing so.
# Everything speaks TAP. What fails is shown in full; the last line is "N passed, N failed".
set -euo pipefail

usage()
{
    echo "usage: check.sh BUILD_DIR (lint|unit|corpus|golden|e2e|long)..." >&2
    exit 2
}
if [ $# -lt 2 ] || [ ! -d "$1" ]; then usage; fi

cd "$(dirname "$0")/.."
. scripts/neutral.sh
BUILD_DIR=$1
LOMSONG=$(realpath -m "$BUILD_DIR/lomsong-analyze")
COLLECT=$(realpath -m "$BUILD_DIR/lomsong-collect")
SAMPLE=$(realpath -m "$BUILD_DIR/sample-survey")
export BUILD_DIR LOMSONG COLLECT SAMPLE
export CMOCKA_MESSAGE_OUTPUT=TAP
shift

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export HOME=$tmp TMPDIR=$tmp
jobs_max=$(nproc)
seconds_max=900
passed=0
failed=0

# Starts one command in the background, waiting for a free processor first.
start() # SUITE NAME COMMAND...
{
    local out=$tmp/$1/$2
    shift 2
    while [ "$(jobs -rp | wc -l)" -ge "$jobs_max" ]; do
        wait -n || true
    done
    mkdir -p "${out%/*}"
    {
        local rc=0
        timeout --kill-after=5 "$seconds_max" "$@" </dev/null >"$out.tap" 2>&1 || rc=$?
        echo "$rc" >"$out.rc"
    } 2>/dev/null &
}

start_suite()
{
    local file
    case $1 in
    lint) start lint lint scripts/lint.sh ;;
    golden) start golden golden tests/golden/golden.sh check "$BUILD_DIR" ;;
    unit)
        for file in "$BUILD_DIR"/unit/test_*; do
            [ -x "$file" ] && start unit "${file##*/}" "$file"
        done
        ;;
    corpus)
        for file in "$BUILD_DIR"/replay/*; do
            [ -x "$file" ] && start corpus "${file##*/}" "$file" "tests/fuzz/corpus/${file##*/}"
        done
        ;;
    e2e)
        for file in tests/e2e/*.bats; do
            [ -e "$file" ] && start e2e "${file##*/}" bats --tap "$file"
        done
        ;;
    long)
        seconds_max=3600
        for file in tests/e2e/{drive,crash}.bats; do
            start long "${file##*/}" env LONG=1 bats --tap "$file"
        done
        ;;
    *) usage ;;
    esac
    return 0
}

# Counts one output. A crash, a timeout or tests that never ran are one failure more where the
# output itself names none.
count() # SUITE NAME
{
    local tap=$tmp/$1/$2.tap rc good bad skip planned problem=
    rc=$(<"$tmp/$1/$2.rc")
    skip=$(grep -ciE '^(not )?ok\b.*# skip\b' "$tap" || true)
    good=$(grep -E '^ok\b' "$tap" | grep -civE '# skip\b' || true)
    bad=$(grep -E '^not ok\b' "$tap" | grep -civE '# skip\b' || true)
    planned=$(sed -nE 's/^1\.\.([0-9]+).*/\1/p' "$tap" | awk '{n += $1} END {print n + 0}')

    if [ "$rc" -eq 124 ] || [ "$rc" -eq 137 ]; then
        problem="stopped after $seconds_max s"
    elif [ "$rc" -ne 0 ] && [ "$bad" -eq 0 ]; then
        problem="ended with exit code $rc"
    elif [ $((good + bad + skip)) -lt "$planned" ]; then
        problem="ran $((good + bad + skip)) of $planned tests"
    fi
    [ -z "$problem" ] || bad=$((bad + 1))
    passed=$((passed + good))
    failed=$((failed + bad))
    suite_passed=$((suite_passed + good))
    suite_failed=$((suite_failed + bad))
    suite_skipped=$((suite_skipped + skip))

    [ "$bad" -gt 0 ] || return 0
    printf -- '--- %s: %s %s\n' "$1" "$2" "$problem"
    grep -vE '^(ok\b|1\.\.|TAP version)' "$tap" || true
}

for suite in "$@"; do
    start_suite "$suite"
done
wait

for suite in "$@"; do
    suite_passed=0
    suite_failed=0
    suite_skipped=0
    for rc_file in "$tmp/$suite"/*.rc; do
        [ -e "$rc_file" ] || continue
        name=${rc_file##*/}
        count "$suite" "${name%.rc}"
    done
    printf '%-7s %4d ok, %d not ok, %d skipped\n' \
        "$suite" "$suite_passed" "$suite_failed" "$suite_skipped"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
