#!/usr/bin/env bash
# Surveys the sample commune: demo.sh BUILD_DIR [OUT_DIR [SECONDS [LOG...]]]
#
# Three of its trips are made while you watch, by the whole chain: a receiver that a real gpsd
# listens to, four modems each that answer AT commands, a real collector that logs them. They take
# SECONDS (40), all three at once, and take the place of the sample logs of the same names. Then
# the analyzer judges all logs, and the verdicts are held against the truth.
set -euo pipefail
cd "$(dirname "$0")/.."
build_dir=$(realpath "${1:?usage: demo.sh BUILD_DIR [OUT_DIR [SECONDS [LOG...]]]}")
out=${2:-demo}
seconds=${3:-40}
live=("${@:4}")
[ ${#live[@]} -gt 0 ] || live=(west-2025-09-17.csv north-2025-09-18.csv middle-2025-09-19.csv)

fail()
{
    printf 'demo.sh: %s\n' "$@" >&2
    exit 1
}

command -v gpsd >/dev/null || fail "gpsd is missing; install it (Debian: apt-get install gpsd)"

# Everything in the background, ended by its process id whatever happens.
pids=()
stop_all()
{
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do # gpsd may need more than a word
        for _ in {1..50}; do
            kill -0 "$pid" 2>/dev/null || continue 2
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
    done
}
trap stop_all EXIT
trap 'exit 130' INT TERM

started=0 # process id of what start began last
start() # LOG_FILE COMMAND...
{
    "${@:2}" >"$1" 2>&1 </dev/null &
    started=$!
    pids+=("$started")
}

# await PID COMMAND...: until the command succeeds, while the process lives.
await()
{
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        ! "${@:2}" >/dev/null 2>&1 || return 0
        kill -0 "$1" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

# A port of 127.0.0.1 that nobody uses, TCP or UDP.
taken=" "
free_port()
{
    local used
    used=$(awk 'FNR > 1 {sub(/.*:/, "", $2); print $2}' /proc/net/{tcp,tcp6,udp,udp6} 2>/dev/null)
    while :; do
        port=$((20000 + RANDOM % 12000))
        [[ $taken != *" $port "* ]] || continue
        grep -qx "$(printf %04X $port)" <<<"$used" || break
    done
    taken+="$port "
}

# The receiver has a position and every modem answers.
ready() # DIR
{
    local status
    status=$(cd "$1" && "$build_dir/lomsong-collect" status --json --config collect.yaml)
    status=${status//[[:space:]]/}
    [[ $status == *'"gps_lost":false'* && $status != *'"state":"unknown"'* ]] &&
        [ "$(grep -o '"modem_id":' <<<"$status" | wc -l)" -eq 4 ]
}

# set_out LOG DIR: the technician stands at the beginning, everything on.
players=()
collectors=()
set_out()
{
    local gpsd_port nmea_port
    mkdir -p "$2"
    free_port
    gpsd_port=$port
    free_port
    nmea_port=$port
    start "$2/gpsd.txt" gpsd -N -n -S "$gpsd_port" "udp://127.0.0.1:$nmea_port"
    start "$2/player.txt" "$build_dir/sample-survey" --play "$1" "$2" "$gpsd_port" "$nmea_port" \
        "$seconds"
    players+=("$started")
    await "$started" test -e "$2/collect.yaml" || fail "$2: the simulator: $(cat "$2/player.txt")"
    start "$2/collector.txt" env -C "$2" "$build_dir/lomsong-collect" run --plain \
        --config collect.yaml
    collectors+=("$started")
}

rm -rf "$out"
mkdir -p "$out/live"
"$build_dir/sample-survey" "$out/data"

echo "Making ${#live[@]} trips with gpsd and $((4 * ${#live[@]})) simulated modems, $seconds seconds:"
for log in "${live[@]}"; do
    [ -e "$out/data/logs/$log" ] || fail "$log: not a log of the sample survey"
    set_out "$log" "$out/live/${log%%.*}"
done
for i in "${!live[@]}"; do
    dir=$out/live/${live[i]%%.*}
    await "${collectors[i]}" ready "$dir" || fail "$dir: no position, or not all modems:" \
        "$(tail -n 5 "$dir/gpsd.txt" "$dir/collector.txt")"
done
kill -USR1 "${players[@]}"
# What one technician sees, until the trip is over. In the background, because bash heeds a
# signal while it waits, not while it runs something.
tail -f -n +1 -s 0.5 --pid "${players[-1]}" "$dir/collector.txt" &
pids+=($!)
for player in "${players[@]}"; do
    wait "$player" || fail "a trip was broken off"
done
kill -TERM "${collectors[@]}"
for collector in "${collectors[@]}"; do
    wait "$collector" || fail "a collector failed:" "$(cat "$out"/live/*/collector.txt)"
done
stop_all
pids=()
for log in "${live[@]}"; do
    rm "$out/data/logs/$log"
done
LANGUAGE=en "$build_dir/lomsong-collect" verify "$out"/live/*/trips/*.gpkg >"$out/live/verify.txt"
awk '/ sealed, content as recorded$/ { trips++; sub(/.*intact, /, ""); samples += $1 }
    END { print samples + 0 " samples logged and sealed in " trips + 0 " trips"; exit !samples }
' "$out/live/verify.txt" || fail "no trip was recorded:" "$(cat "$out/live/verify.txt")"

echo
"$build_dir/lomsong-analyze" survey "$out/out" --region vn --work "$out/survey.sqlite" \
    --hamlets "$out/data/hamlets.geojson" --clusters "$out/data/clusters.csv" \
    --communes "$out/data/communes.geojson" "$out"/data/logs/* "$out"/live/*/trips/*.gpkg

echo
cat "$out/out/summary.txt"

# The sample's names have no commas, so a field is a column.
echo
awk -F, '
    FNR == 1 { file++; next }
    { sub(/\r$/, "") }
    file == 1 { truth[$1] = $2; next }
    truth[$5] == $12 { right++ }
    truth[$5] != $12 { wrong = wrong "\n  " $5 ": " $12 ", but in truth " truth[$5] }
    END { print right + 0 " of " FNR - 1 " verdicts are the true ones" wrong; exit wrong != "" }
' "$out/data/truth.csv" "$out/out/hamlets.csv"

echo
echo "Map:    file://$(realpath "$out")/out/map.html"
echo "Tables: $(realpath "$out")/out/*.csv"
echo "Trips:  $(realpath "$out")/live/*/trips/*.gpkg"
