#!/usr/bin/env bats
# Recordings: what is recorded of a run gives the same trip when it is played again.
# shellcheck disable=SC2016,SC2119 # NMEA begins with a dollar; helpers take options or none

bats_require_minimum_version 1.5.0

setup()
{
    . "$BATS_TEST_DIRNAME/../support/desk.bash"
    cd "$BATS_TEST_TMPDIR" || exit 1
    gpsd_port=$(free_ports 1 SOCK_STREAM)
    write_config
}

teardown()
{
    if [ -n "${DBUS_SYSTEM_BUS_ADDRESS:-}" ]; then "$support/mm_stand.sh" stop "$PWD/stand"; fi
    stop_all
}

make_recording()
{
    "$python" "$support/make_recording.py" "$@"
}

# replay FILE DIR [OPTION...]: at full speed, into a directory of its own.
replay()
{
    local file=$1 dir=$2
    shift 2
    timeout 300 "$COLLECT" run --plain --config collect.yaml --output "$PWD/$dir" \
        --replay "$file" "$@" >"$dir.out" 2>"$dir.err"
}

# rows DIR: all that is in the trip but its own number, and the events but those of its end.
rows()
{
    sqlite3 -readonly "$(ls "$1"/*.gpkg)" "SELECT * FROM sample ORDER BY sample_id" \
        "SELECT * FROM neighbour" "SELECT * FROM modem" \
        "SELECT kind, detail, t_utc_ms, t_mono_ms FROM event WHERE kind <> 'stop' AND event_id <
            (SELECT max(event_id) FROM event WHERE kind = 'stop') ORDER BY event_id" \
        "SELECT started_utc_ms, utc_offset_s FROM trip"
}

# same_trip A B: row by row, and there are rows.
same_trip()
{
    rows "$1" >"$1.rows"
    rows "$2" >"$2.rows"
    [ "$(wc -l <"$1.rows")" -gt 10 ]
    diff "$1.rows" "$2.rows"
}

has()
{
    [ "$(ask "SELECT count(*) FROM sample WHERE $1")" -ge "$2" ]
}

@test "a run with faults, recorded, gives the same samples at full speed and at a pace" {
    modem a imei=356938035643809 imsi=452049876543210 rsrp_dbm=-98 rsrq_db=-10
    modem b maker=Quectel model=EC25 imei=356938035643817 imsi=452021234567890 plmn=45202 \
        tech=WCDMA rscp_dbm=-92 ecno_db=-9
    receiver
    start run "$COLLECT" run --plain --config collect.yaml --record trip.rec
    eventually says '[.modems[] | select(.state == "in_service")] | length == 2'
    eventually says '.gps_lost == false and .gps.mode == 3'
    tell a '{"stat": 2}'
    tell b '{"garble": 20}'
    eventually has "state = 'no_service'" 2
    tell a '{"stat": 1, "rsrp_dbm": -110, "mute": true, "say": "+CUSD: 0,\"+84912345678\",15"}'
    eventually has "state = 'unknown' AND level_age_ms > 0" 2
    kill -USR1 "$(<feed.pid)"
    tell b '{"stat": 3, "hang_up": true}'
    eventually says '.gps_lost'
    tell a '{"mute": false}'
    eventually has "rsrp_dbm = -110 AND geom IS NULL" 2
    stop TERM run
    [ "$code" -eq 0 ]

    replay trip.rec fast
    same_trip trips fast
    replay trip.rec paced --speed 20
    same_trip trips paced
    run -1 grep -aE '3569380356438|4520498765|4520212345|84912345678' trip.rec
    head -n 1 trip.rec | grep -qx 'lomsong-recording 1'
    run -0 "$COLLECT" verify fast/*.gpkg
    [[ $output == *"sealed, content as recorded"* ]]
}

@test "a run through ModemManager, recorded, gives the same samples" {
    if ! command -v ModemManager >/dev/null || ! command -v gdbus >/dev/null; then
        skip "ModemManager and gdbus are not installed"
    fi
    DBUS_SYSTEM_BUS_ADDRESS=$("$support/mm_stand.sh" start "$PWD/stand" 2)
    export DBUS_SYSTEM_BUS_ADDRESS
    sed -i '/^modems:/,$d' collect.yaml
    start run "$COLLECT" run --plain --config collect.yaml --record trip.rec
    eventually says '[.modems[] | select(.state == "in_service")] | length == 2'
    ln -s stand/modem1 c.control
    tell c '{"stat": 2}'
    eventually has "state = 'no_service'" 2
    tell c '{"stat": 1, "rsrp_dbm": -111}'
    eventually has "rsrp_dbm = -111" 2
    stop TERM run
    [ "$code" -eq 0 ]
    replay trip.rec fast
    same_trip trips fast
    run -1 grep -aE '3569380356438|4520498765' trip.rec
}

# What a minute of make_recording.py must give was worked out from its list of faults.
@test "a scripted recording gives the expected rows" {
    make_recording 60 3 >minute.rec
    replay minute.rec trips
    recorded_minute "$(trips)" >rows.txt
    diff "$BATS_TEST_DIRNAME/../golden/replay/minute.txt" rows.txt
    ask "SELECT (t_mono_ms - 5000000) || ' ' || kind || ' ' || detail FROM event
        WHERE kind NOT IN ('start', 'stop')" >events.txt
    diff "$BATS_TEST_DIRNAME/../golden/replay/events.txt" events.txt
}

# Time, modem, state, technology, operator, level, fix mode, ages of fix and level, position.
recorded_minute()
{
    "$python" - "$1" <<'END'
import sqlite3, struct, sys
for geom, *row in sqlite3.connect(sys.argv[1]).execute("""
        SELECT geom, t_mono_ms - 5000000, modem_id, state, tech, mcc || mnc,
            coalesce(rsrp_dbm, rscp_dbm), fix_mode, fix_age_ms, level_age_ms
        FROM sample ORDER BY sample_id"""):
    place = "{1:.4f} {0:.5f}".format(*struct.unpack("<dd", geom[-16:])) if geom else "-"
    print(*("-" if value is None else value for value in row), place)
END
}

@test "a recording can stand in the configuration, and runs at its own pace there" {
    make_recording 60 2 >minute.rec
    sed -i '/^modems:/,$d' collect.yaml
    echo "modems: [{source: replay, file: $PWD/minute.rec, speed: 1000}]" >>collect.yaml
    collect
    ended run
    [ "$code" -eq 0 ]
    replay minute.rec fast
    same_trip trips fast
    sed -i 's/speed: 1000/speed: 1/' collect.yaml
    rm -rf trips
    collect slow
    eventually says '.samples >= 4' # a second or two of the minute, and it can be stopped
    stop TERM slow
    [ "$code" -eq 0 ]
    [ "$(ask "SELECT max(t_mono_ms) < 5059000 FROM sample")" -eq 1 ]
}

@test "a damaged recording is refused with its line, before anything is written" {
    local row
    make_recording 10 2 >good.rec
    for row in '1s/1$/7/|:1: is "7", expected 1' '4d|:4: is "boot_id' \
        '100s/^[0-9]*/4999999/|:100: is "4999999"' '200s/ at / et /|:200: is "et"' \
        '300s/$/\\q/|:300: is ' '20s/^.*$/5000030 clock . - noon/|:20: is "noon"' \
        '20s/^.*$/5000030 at = p name/|:20: is "name"' \
        '20s/^.*$/5000030 gpsd < p $GPGGA/|:20: is "$GPGGA"' \
        '20s/^.*$/5000030 modemmanager < p what/|:20: is "what"'; do
        sed "${row%%|*}" good.rec >bad.rec
        run --separate-stderr -3 timeout 60 "$COLLECT" run --config collect.yaml --replay bad.rec
        [ -z "$output" ]
        [[ $stderr == *"bad.rec${row#*|}"* ]]
        [[ $stderr == *expected* ]]
        [ -z "$(compgen -G 'trips/*.gpkg')" ]
    done
    run --separate-stderr -3 timeout 60 "$COLLECT" run --config collect.yaml --replay none.rec
    [[ $stderr == *none.rec* ]]
    truncate -s -20 good.rec
    replay good.rec cut
    grep -q 'the last line has no end' cut.err
}

@test "an existing recording is not overwritten, and the options are checked" {
    echo mine >mine.rec
    run --separate-stderr -1 timeout 60 "$COLLECT" run --config collect.yaml --record mine.rec
    [[ $stderr == *mine.rec* ]]
    [ "$(<mine.rec)" = mine ]
    for options in "--record a --replay b" "--speed 2" "--replay b --speed fast" \
        "--replay b --speed -1"; do
        # shellcheck disable=SC2086
        run --separate-stderr -2 "$COLLECT" run --config collect.yaml $options
        [ -n "$stderr" ]
    done
}

@test "memory does not grow with the length of a recording" {
    local minutes before after
    if [[ $BUILD_DIR == *asan* ]]; then skip "the sanitizer keeps what was freed"; fi
    for minutes in 60 180; do
        make_recording $((minutes * 60)) 4 >long.rec
        after=$(peak_kib long.rec "of$minutes")
        before=${before:-$after}
    done
    echo "1 hour: $before KiB, 3 hours: $after KiB"
    [ "$after" -le $((before + 1024)) ]
}

peak_kib() # FILE DIR
{
    "$python" - "$COLLECT" "$PWD/collect.yaml" "$1" "$PWD/$2" <<'END'
import resource, subprocess, sys
collect, config, file, out = sys.argv[1:]
subprocess.run([collect, "run", "--plain", "--config", config, "--output", out, "--replay", file],
               check=True, stdout=subprocess.DEVNULL, timeout=300)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
END
}
