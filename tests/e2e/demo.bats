#!/usr/bin/env bats
# The demonstration: one trip of the sample survey made by gpsd, simulated modems and a real
# collector instead of being written, and what the analyzer finds in it.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    "$SAMPLE" "$sample"
    demo=$BATS_FILE_TMPDIR/demo
    # One trip, twenty times as fast as it was walked.
    run "$root/scripts/demo.sh" "$BUILD_DIR" "$demo" 20 middle-2025-09-19.csv
    printf '%s\n' "$output" >"$BATS_FILE_TMPDIR/demo.txt"
    echo "$status" >"$BATS_FILE_TMPDIR/demo.rc"
}

setup()
{
    enter_scene
    demo=$BATS_FILE_TMPDIR/demo
    trip=$(echo "$demo"/live/middle-2025-09-19/trips/*.gpkg)
}

teardown()
{
    check_tmpdir
}

ask() # SQL
{
    sqlite3 -readonly "$trip" "$1"
}

@test "the demonstration ends with every verdict true" {
    cat "$BATS_FILE_TMPDIR/demo.txt"
    [ "$(<"$BATS_FILE_TMPDIR/demo.rc")" -eq 0 ]
    grep -qx '13 of 13 verdicts are the true ones' "$BATS_FILE_TMPDIR/demo.txt"
    grep -qx "$(ask 'SELECT count(*) FROM sample') samples logged and sealed in 1 trips" \
        "$BATS_FILE_TMPDIR/demo.txt"
    [ -s "$demo/out/map.html" ]
}

@test "the trip was logged by the whole chain" {
    [ "$(ask 'SELECT count(*) FROM modem')" -eq 4 ]
    [ "$(ask "SELECT group_concat(sim_mccmnc || ' ' || mount || ' ' || offset_db, ', ')
        FROM (SELECT * FROM modem ORDER BY sim_mccmnc)")" = \
        "45201 outdoor 0.0, 45202 vehicle 6.5, 45204 outdoor 0.0, 45205 outdoor 0.0" ]
    # the receiver's clock, not this machine's
    [ "$(ask "SELECT DISTINCT date(t_utc_ms / 1000, 'unixepoch') FROM sample")" = 2025-09-19 ]
    # two families of modems, each with its own answers
    [ "$(ask "SELECT count(*) > 0 FROM sample WHERE raw LIKE '%+QENG:%' AND tech = 'LTE'")" -eq 1 ]
    [ "$(ask "SELECT count(*) > 0 FROM sample WHERE raw NOT LIKE '%+QENG:%' AND raw LIKE '%+CESQ:%'
        AND tech = 'LTE'")" -eq 1 ]
    [ "$(ask "SELECT group_concat(state, ' ') FROM (SELECT DISTINCT state FROM sample
        WHERE state <> 'unknown' ORDER BY state)")" = "in_service limited no_service" ]
    # numbers of the simulated SIMs and modems
    run ! grep -qE '35693803564|4520[0-9]01234567' "$trip"
}

# Area, operator, availability, median level of H06 in an areas.csv.
h06() # AREAS_CSV
{
    awk -F, '$2 == "H06" {print $4, $7, $17}' "$1"
}

@test "it finds in the hamlet what the terrain has" {
    survey live "$trip"
    survey written "$sample/logs/middle-2025-09-19.csv"
    [ "$(verdicts live/hamlets.csv | grep H06)" = H06,depression ]
    join <(h06 written/areas.csv) <(h06 live/areas.csv) >both
    cat both
    [ "$(wc -l <both)" -eq 4 ]
    # availability to 0.15, the median to 4 dB
    awk 'function far(a, b, most) { return a - b > most || b - a > most }
        far($2, $4, 0.15) || far($3, $5, 4) { exit 1 }' both
}

@test "nothing is left running or listening" {
    local port
    run ! pgrep -f "$demo/live"
    port=$(sed -n 's/^gpsd:.*port: \([0-9]*\).*/\1/p' "$demo/live/middle-2025-09-19/collect.yaml")
    run ! bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"
    [ -z "$(find "$demo/live" -type l)" ]
}

@test "a demonstration that is broken off leaves nothing running" {
    "$root/scripts/demo.sh" "$BUILD_DIR" "$PWD/broken" 600 middle-2025-09-19.csv >broken.txt 2>&1 \
        3>&- &
    local script=$! tries=600
    until compgen -G "broken/live/*/trips/*.gpkg" >/dev/null || [ $((tries -= 1)) -eq 0 ]; do
        sleep 0.1
    done
    kill -TERM "$script"
    wait "$script" || true
    run ! pgrep -f "$PWD/broken/live"
}

@test "an unknown trip, and a directory that cannot be made, are refused" {
    run --separate-stderr -2 "$SAMPLE" --play nowhere.csv here 1 1 1
    [[ $stderr == *nowhere.csv* ]]
    touch file
    run --separate-stderr -1 "$SAMPLE" --play middle-2025-09-19.csv file/here 1 1 1
    [[ $stderr == *file/here* ]]
}
