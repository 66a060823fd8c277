#!/usr/bin/env bash
# Measures the collector on a recording of four modems at 1 Hz, and with four modems on a desk:
# bench_collector.sh BUILD_DIR. The longest recording has HOURS (24), the desk is watched for
# COLLECT_SECONDS (60).
set -euo pipefail
build_dir=${1:?usage: bench_collector.sh BUILD_DIR}
hours_max=${HOURS:-24}
. "$(dirname "$0")/neutral.sh"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Prints seconds and the peak resident memory in MiB of a command.
measure()
{
    local pid peak=0 now start end
    start=$(date +%s%N)
    "$@" >"$tmp/said" 2>&1 &
    pid=$!
    while now=$(awk '/^VmHWM/ {print $2}' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
        peak=$now
        sleep 0.02
    done
    wait "$pid" || { cat "$tmp/said" >&2; return 1; }
    end=$(date +%s%N)
    awk -v ns=$((end - start)) -v kib="$peak" 'BEGIN {printf "%.2f %.0f", ns / 1e9, kib / 1024}'
}

# The resident memory of a replay must not grow with its length.
printf '\n%10s %10s %12s %10s   collector, replayed\n' hours seconds samples/s peak_MiB
for hours in 1 "$hours_max"; do
    rm -rf "$tmp/trips"
    /usr/bin/python3 "$(dirname "$0")/../tests/support/make_recording.py" $((hours * 3600)) 4 \
        >"$tmp/drive.rec"
    result=$(measure "$build_dir/lomsong-collect" run --plain --output "$tmp/trips" \
        --replay "$tmp/drive.rec")
    read -r seconds mib <<<"$result"
    printf '%10d %10s %12.0f %10s\n' "$hours" "$seconds" \
        "$(awk -v h="$hours" -v s="$seconds" 'BEGIN {print h * 3600 * 4 / (s > 0 ? s : 0.01)}')" "$mib"
done

echo
"$(dirname "$0")/bench_collect.py" "$build_dir" "${COLLECT_SECONDS:-60}"
