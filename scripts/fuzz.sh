#!/usr/bin/env bash
# Fuzzes every target for some seconds, as many at once as there are processors:
# fuzz.sh BUILD_DIR SECONDS [TARGET...].
# Standard error, where the targets' messages go, is shut; libFuzzer's own output is not.
# Seeds are read from tests/fuzz/corpus/TARGET (of fuzz_TARGET); inputs that crash join them there,
# and `make check` replays them from then on.
set -euo pipefail

build_dir=${1:?usage: fuzz.sh BUILD_DIR SECONDS [TARGET...]}
seconds=${2:?usage: fuzz.sh BUILD_DIR SECONDS [TARGET...]}
shift 2
cd "$(dirname "$0")/.."
. scripts/neutral.sh
# Many targets read files, which are best kept in memory.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
tmp=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
jobs_max=$(nproc)

# Slow by the clock of a loaded machine is no finding before it is very slow.
fuzz() # TARGET
{
    local seeds=tests/fuzz/corpus/$1 work=$tmp/$1 runs
    mkdir -p "$seeds" "$work/corpus" "$work/tmp"
    cp -r "$seeds/." "$work/corpus"
    if TMPDIR=$work/tmp "$build_dir/fuzz/fuzz_$1" -max_total_time="$seconds" -rss_limit_mb=2048 \
        -timeout=20 -report_slow_units=100 -print_final_stats=1 -close_fd_mask=2 \
        -artifact_prefix="$seeds/" "$work/corpus" >"$work/log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
        printf '%-20s ok, %s runs\n' "$1" "$runs"
        : >"$work/ok"
    else
        tail -n 60 "$work/log"
        printf '%-20s CRASHED: %s\n' "$1" \
            "$(sed -n 's/.*Test unit written to //p' "$work/log" | tail -n 1)"
    fi
}

if [ $# -eq 0 ]; then
    for binary in "$build_dir"/fuzz/fuzz_*; do
        [ ! -x "$binary" ] || set -- "$@" "${binary##*/fuzz_}"
    done
fi
for target; do
    while [ "$(jobs -rp | wc -l)" -ge "$jobs_max" ]; do
        wait -n || true
    done
    fuzz "$target" &
done
wait

crashed=0
for target; do
    if [ ! -e "$tmp/$target/ok" ]; then
        crashed=$((crashed + 1))
        names="${names:-:} $target"
    fi
done
echo "$# fuzz targets, $seconds s each: $crashed crashed${names-}"
[ "$crashed" -eq 0 ] && [ $# -gt 0 ]
