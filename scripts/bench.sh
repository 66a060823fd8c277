#!/usr/bin/env bash
# Measures `survey` on drives made up here, the same on every machine, and the collector on a
# recording of four modems at 1 Hz, and with four modems on a desk: bench.sh BUILD_DIR.
# The largest log has ROWS samples (default one million), the longest recording HOURS (24), the
# desk is watched for COLLECT_SECONDS (60).
set -euo pipefail
build_dir=${1:?usage: bench.sh BUILD_DIR}
rows_max=${ROWS:-1000000}
hours_max=${HOURS:-24}
. "$(dirname "$0")/neutral.sh"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Forty hamlets about 1.3 km apart; the log loops round one after the other, 4 operators a second.
hamlets()
{
    awk 'BEGIN {
        print "hamlet_code,name,lat,lon"
        for (i = 0; i < 40; i++)
            printf "H%02d,Hamlet %d,%.6f,%.6f\n", i, i, 22.6 + 0.012 * int(i / 8), 106.1 + 0.012 * (i % 8)
    }'
}

log() # ROWS
{
    awk -v rows="$1" 'BEGIN {
        seed = 1
        print "t_utc_ms,lat_deg,lon_deg,mccmnc,state,tech,level_dbm"
        for (n = 0; n < rows; n++) {
            second = int(n / 4)
            hamlet = int(second / 600) % 40
            angle = second * 0.0105
            radius = 0.0003 + 0.0000017 * (second % 600)
            seed = (seed * 69069 + 1) % 4294967296
            level = -85 - (hamlet % 10) * 4 - int(seed / 4294967296 * 16)
            state = level < -125 ? "no_service" : "in_service"
            printf "%.0f,%.6f,%.6f,4520%s,%s,LTE,%s\n", 1750000000000 + second * 1000,
                22.6 + 0.012 * int(hamlet / 8) + radius * sin(angle),
                106.1 + 0.012 * (hamlet % 8) + radius * cos(angle),
                substr("1245", n % 4 + 1, 1), state, state == "in_service" ? level : ""
        }
    }'
}

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

hamlets >"$tmp/hamlets.csv"
printf '%10s %8s %10s %12s %10s\n' rows threads seconds rows/s peak_MiB
for rows in $((rows_max / 100)) $((rows_max / 10)) "$rows_max"; do
    log "$rows" >"$tmp/log.csv"
    for threads in 1 "$(nproc)"; do
        rm -rf "$tmp/out"
        result=$(measure "$build_dir/lomsong-analyze" survey "$tmp/out" --region vn \
            --threads "$threads" --hamlets "$tmp/hamlets.csv" "$tmp/log.csv")
        read -r seconds mib <<<"$result"
        printf '%10d %8d %10s %12.0f %10s\n' "$rows" "$threads" "$seconds" \
            "$(awk -v r="$rows" -v s="$seconds" 'BEGIN {print r / (s > 0 ? s : 0.01)}')" "$mib"
    done
done

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
