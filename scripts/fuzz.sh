#!/usr/bin/env bash
# Fuzzes every target for some seconds: fuzz.sh BUILD_DIR SECONDS.
# Standard error, where the targets' messages go, is shut; libFuzzer's own output is not.
# Seeds are read from tests/fuzz/corpus/NAME (of fuzz_NAME); inputs that crash join them there.
set -euo pipefail

build_dir=${1:?usage: fuzz.sh BUILD_DIR SECONDS}
seconds=${2:?usage: fuzz.sh BUILD_DIR SECONDS}
. "$(dirname "$0")/neutral.sh"
# Many targets read files, which are best kept in memory.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export TMPDIR=$tmp

targets=0
crashed=0
for binary in "$build_dir"/fuzz/fuzz_*; do
    [ -x "$binary" ] || continue
    name=${binary##*/fuzz_}
    seeds=tests/fuzz/corpus/$name
    mkdir -p "$seeds" "$tmp/$name"
    cp -r "$seeds/." "$tmp/$name"
    targets=$((targets + 1))
    if "$binary" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 \
        -print_final_stats=1 -close_fd_mask=2 -artifact_prefix="$seeds/" \
        "$tmp/$name" >"$tmp/$name.log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$tmp/$name.log")
        printf '%-16s ok, %s runs\n' "$name" "$runs"
    else
        crashed=$((crashed + 1))
        printf '%-16s CRASHED\n' "$name"
        tail -n 60 "$tmp/$name.log"
    fi
done
echo "$targets fuzz targets, $seconds s each: $crashed crashed"
[ "$crashed" -eq 0 ] && [ "$targets" -gt 0 ]
