#!/usr/bin/env bats
# The collector as a whole: modems on ptys, a real gpsd, and what is in the trip log afterwards.

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
    stop_all
    if mountpoint -q "$BATS_TEST_TMPDIR/trips"; then umount "$BATS_TEST_TMPDIR/trips"; fi
}

# An LTE modem that knows 3GPP only, and a Quectel on WCDMA.
two_modems()
{
    modem a imei=356938035643809 imsi=452049876543210 rsrp_dbm=-98 rsrq_db=-10
    modem b maker=Quectel model=EC25 imei=356938035643817 imsi=452021234567890 plmn=45202 \
        tech=WCDMA rscp_dbm=-92 ecno_db=-9
}

both_in_service()
{
    says '[.modems[] | select(.state == "in_service")] | length == 2'
}

# expect CODE COMMAND...: a failure speaks on standard error, and there alone.
expect()
{
    local code=$1
    shift
    run --separate-stderr "-$code" timeout 60 "$COLLECT" "$@"
    if [ "$code" -ne 0 ]; then
        [ -z "$output" ]
        [ -n "$stderr" ]
    fi
}

# sealed LOG: verify says so.
sealed()
{
    run -0 "$COLLECT" verify "$1"
    [[ $output == *"intact"*"sealed, content as recorded"* ]]
}

# of MODEM: the condition that a row is that modem's. Numbers are given as modems answer.
of()
{
    echo "modem_id = (SELECT modem_id FROM modem WHERE port LIKE '%/$1')"
}

# states MODEM FROM_MS TO_MS: what the evidence of the time between says, each state once. Samples
# are dated by the answer; the simulator tells the time of a change 50 ms to the point.
states()
{
    ask "SELECT DISTINCT state FROM sample WHERE $(of "$1") AND state <> 'unknown'
        AND t_mono_ms BETWEEN $2 + 50 AND $3 ORDER BY 1"
}

@test "a trip: levels, positions and states are those of the modems, and the analyzer agrees" {
    local a_down a_up end log
    two_modems
    receiver
    collect
    eventually both_in_service
    eventually says '.gps_lost == false and .gps.mode == 3'
    says '.modems[] | select(.name == "alpha") | .tech == "LTE" and .level_dbm == -98
        and .mccmnc == "45204" and .level_age_ms < 5000'
    says '.modems[] | select(.name == "beta") | .tech == "WCDMA" and .level_dbm == -92
        and .mccmnc == "45202" and .present'
    a_down=$(tell a '{"stat": 2}')
    eventually says '.modems[] | select(.name == "alpha") | .state == "no_service"
        and .level_dbm == null and .mccmnc == "45204"'
    eventually logged_since a "$a_down" 3
    a_up=$(tell a '{"stat": 5, "rsrp_dbm": -104}')
    eventually says '.modems[] | select(.name == "alpha") | .level_dbm == -104'
    eventually logged_since a "$a_up" 3
    stop TERM run
    [ "$code" -eq 0 ]
    log=$(trips)
    grep -q "$log: sealed" run.out
    sealed "$log"

    end=$(ask "SELECT max(t_mono_ms) FROM sample")
    [ "$(states a "$a_down" "$a_up")" = no_service ]
    [ "$(states a "$a_up" "$end")" = in_service ]
    [ "$(ask "SELECT count(*) FROM sample WHERE state = 'no_service' AND
        (tech IS NOT NULL OR rsrp_dbm IS NOT NULL)")" -eq 0 ]
    [ "$(ask "SELECT DISTINCT rsrp_dbm FROM sample WHERE rsrp_dbm IS NOT NULL AND $(of a)
        ORDER BY 1")" = $'-104.0\n-98.0' ]
    [ "$(ask "SELECT DISTINCT rscp_dbm || ' ' || ecno_db || ' ' || mcc || mnc FROM sample
        WHERE state = 'in_service' AND $(of b)")" = "-92.0 -9.0 45202" ]
    [ "$(ask "SELECT mount || ' ' || offset_db || ' ' || sim_mccmnc FROM modem
        WHERE port LIKE '%/b'")" = "vehicle 2.5 45202" ]
    survey_agrees "$log"
}

logged_since() # MODEM FROM_MS COUNT
{
    [ "$(ask "SELECT count(*) FROM sample WHERE $(of "$1") AND t_mono_ms > $2")" -ge "$3" ]
}

# survey_agrees LOG: the survey takes the log, and rejects only what had no fix or no state;
# the converted samples are those of the log, state for state.
survey_agrees()
{
    local position='geom IS NOT NULL AND fix_age_ms <= 5000'
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.60,106.10\n' >hamlets.csv
    run -0 "$LOMSONG" survey out --hamlets hamlets.csv --region vn "$1"
    [ "$(jq -r '.inputs[0] | "\(.seal) \(.rows) \(.accepted)"' out/manifest.json)" = \
        "intact $(ask "SELECT count(*) || ' ' || sum($position AND state <> 'unknown')
            FROM sample")" ]
    run -0 "$LOMSONG" convert all.csv "$1"
    diff <(counted_states all.csv) <(ask "SELECT state || ' ' || count(*) FROM sample
        WHERE $position AND state <> 'unknown' GROUP BY state ORDER BY state")
}

counted_states() # CSV
{
    "$python" - "$1" <<'END'
import collections, csv, sys
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    counts = collections.Counter(row["state"] for row in csv.DictReader(file))
for state, count in sorted(counts.items()):
    print(state, count)
END
}

@test "a modem that falls silent is unknown, not a hole, and no evidence" {
    local muted evidence log
    two_modems
    collect
    eventually both_in_service
    muted=$(tell a '{"mute": true}')
    eventually says '.modems[] | select(.name == "alpha") | .level_age_ms > 5000
        and .state == "unknown" and .level_dbm == null'
    eventually says '.modem_lost'
    evidence=$(status_json | jq '.modems[] | select(.name == "alpha") | .evidence')
    eventually logged_since a "$((muted + 5500))" 2
    says ".modems[] | select(.name == \"alpha\") | .evidence == $evidence"
    says '.modems[] | select(.name == "beta") | .state == "in_service"'
    tell a '{"mute": false}'
    eventually both_in_service
    eventually says '.modem_lost == false'
    stop TERM run
    [ "$code" -eq 0 ]
    log=$(trips)
    sealed "$log"
    [ "$(ask "SELECT count(*) FROM sample WHERE level_age_ms > 5000
        AND (state <> 'unknown' OR rsrp_dbm IS NOT NULL)")" -eq 0 ]
    [ "$(ask "SELECT count(*) FROM sample WHERE state = 'no_service'")" -eq 0 ]
    [ "$(ask "SELECT group_concat(kind, ' ') FROM event
        WHERE kind IN ('modem_silent', 'modem_answers')")" = "modem_silent modem_answers" ]
}

@test "a modem that is pulled and put back keeps its number; the other one goes on" {
    local id gone
    two_modems
    collect
    eventually both_in_service
    id=$(status_json | jq '.modems[] | select(.name == "alpha") | .modem_id')
    gone=$(tell a '{"hang_up": true}')
    eventually says '.modems[] | select(.name == "alpha") | .present == false
        and .state == "unknown" and .level_dbm == null'
    eventually logged_since b "$gone" 3
    stop TERM a
    modem a imei=356938035643809 imsi=452049876543210 rsrp_dbm=-101
    eventually says ".modems[] | select(.name == \"alpha\") | .present
        and .modem_id == $id and .level_dbm == -101"
    [ "$(status_json | jq '.modems | length')" -eq 2 ]
    stop TERM run
    [ "$code" -eq 0 ]
    sealed "$(trips)"
    [ "$(ask "SELECT group_concat(kind, ' ') FROM event
        WHERE detail = 'alpha'")" = "modem_found modem_lost modem_back" ]
    [ "$(ask "SELECT group_concat(DISTINCT state) FROM sample
        WHERE $(of b) AND t_mono_ms > $gone")" = in_service ]
    [ "$(ask "SELECT count(DISTINCT imei_hash) FROM modem")" -eq 2 ]
}

@test "answers that arrive broken make no false hole" {
    two_modems
    collect
    eventually both_in_service
    tell a '{"garble": 3}'
    eventually garble_is_over
    eventually both_in_service
    stop TERM run
    [ "$code" -eq 0 ]
    [ "$(ask "SELECT count(*) FROM sample
        WHERE state IN ('no_service', 'limited', 'radio_off')")" -eq 0 ]
    [ "$(ask "SELECT group_concat(DISTINCT rsrp_dbm) FROM sample
        WHERE $(of a) AND state = 'in_service'")" = -98.0 ]
}

garble_is_over()
{
    "$python" - a.control <<'END'
import json, socket, sys
with socket.socket(socket.AF_UNIX) as control:
    control.connect(sys.argv[1])
    control.sendall(b"{}\n")
    sys.exit(json.loads(control.makefile().readline())["garble"] > 0)
END
}

@test "a fix that is lost leaves samples without a position" {
    local lost
    two_modems
    receiver
    collect
    eventually both_in_service
    eventually says '.gps.mode == 3 and .gps_lost == false'
    kill -USR1 "$(<feed.pid)"
    eventually says '.gps_lost and .gps.mode < 2 and .gps.lat_deg == null'
    lost=$(status_json | jq '.samples')
    eventually says ".samples >= $lost + 4"
    kill -USR2 "$(<feed.pid)"
    eventually says '.gps.mode == 3 and .gps_lost == false'
    stop TERM run
    [ "$code" -eq 0 ]
    sealed "$(trips)"
    [ "$(ask "SELECT count(*) >= 4 FROM sample WHERE geom IS NULL AND fix_mode = 1")" -eq 1 ]
    [ "$(ask "SELECT count(*) FROM sample WHERE geom IS NOT NULL AND fix_mode < 2")" -eq 0 ]
}

@test "a clock that is years off is set right by GPS, back to the first row" {
    local ahead_s=$((400 * 86400)) log
    two_modems
    collect
    eventually both_in_service
    eventually says '.samples >= 4'
    receiver --clock-s $ahead_s
    eventually says '.gps.mode == 3'
    eventually clock_was_set
    stop TERM run
    [ "$code" -eq 0 ]
    log=$(trips)
    sealed "$log"
    [ "$(ask "SELECT count(DISTINCT (t_utc_ms - t_mono_ms)) FROM sample")" -eq 1 ]
    [ "$(ask "SELECT abs(min(t_utc_ms) / 1000 - $(date -u +%s) - $ahead_s) < 60
        FROM sample")" -eq 1 ]
    [ "$(ask "SELECT max(t_utc_ms) <= ended_utc_ms AND started_utc_ms <= min(t_utc_ms)
        FROM sample, trip")" -eq 1 ]
}

clock_was_set()
{
    [ "$(ask "SELECT count(*) FROM event WHERE kind = 'clock_step'")" -ge 1 ]
}

@test "after kill -9 the next start seals the trip and nothing committed is lost" {
    local before last first log
    two_modems
    collect
    eventually both_in_service
    log=$(trips)
    eventually rows_at_least "$log" 4
    before=$(ask "SELECT count(*), max(sample_id), sum(t_mono_ms) FROM sample" "$log")
    last=${before#*|}
    last=${last%%|*}
    stop KILL run
    [ "$code" -eq 137 ]
    run -0 "$COLLECT" verify "$log"
    [[ $output == *"intact"*"not sealed"* ]]
    collect again
    eventually both_in_service
    grep -q "$log: .*recovered and sealed" again.err
    sealed "$log"
    [ "$(ask "SELECT count(*), max(sample_id), sum(t_mono_ms) FROM sample
        WHERE sample_id <= $last" "$log")" = "$before" ]
    [ "$(ask "SELECT count(*) FROM event WHERE kind = 'recovered'" "$log")" -eq 1 ]
    first=$log
    stop TERM again
    [ "$code" -eq 0 ]
    [ "$(trips | wc -l)" -eq 2 ]
    sealed "$first"
    collect third
    eventually both_in_service
    stop TERM third
    run -1 grep recovered third.err
}

rows_at_least() # LOG COUNT
{
    [ "$(ask "SELECT count(*) FROM sample" "$1")" -ge "$2" ]
}

@test "a second collector on the directory is refused, and the first one goes on" {
    two_modems
    collect
    eventually both_in_service
    expect 1 run --plain --config collect.yaml
    [[ $stderr == *"$PWD/trips"*"another collector"* ]]
    eventually says '.samples >= 4'
    stop TERM run
    [ "$code" -eq 0 ]
    [ "$(trips | wc -l)" -eq 1 ]
    sealed "$(trips)"
}

@test "no IMEI and no IMSI is anywhere in the output; other programs read the log" {
    local log
    two_modems
    receiver
    collect
    eventually both_in_service
    eventually says '.gps.mode == 3'
    tell a '{"say": "+CUSD: 0,\"356938035643809 452049876543210 +84912345678\",15"}'
    eventually says '.samples >= 10'
    run -1 grep -rlaE '3569380356438|4520498765|4520212345|84912345678' trips run.out run.err
    stop TERM run
    [ "$code" -eq 0 ]
    run -1 grep -rlaE '3569380356438|4520498765|4520212345|84912345678' trips run.out run.err
    [ "$(stat -c %a trips/.imei-key)" = 600 ]
    [ "$(ask "SELECT count(*) FROM modem WHERE length(imei_hash) = 64")" -eq 2 ]
    log=$(trips)
    run --separate-stderr -0 ogrinfo -so -al "$log"
    [ -z "$stderr" ]
    [[ $output == *"Feature Count: $(ask 'SELECT count(*) FROM sample')"* ]]
    [[ $output != *Warning* ]]
    [ "$(find trips -mindepth 1 | sort)" = $'trips/.imei-key\ntrips/.lock\n'"$log" ]
}

@test "SIGINT and SIGHUP end a trip in order, too, even before a modem was found" {
    local signal
    for signal in INT HUP; do
        collect "$signal"
        eventually says '.modems == []'
        stop "$signal" "$signal"
        [ "$code" -eq 0 ]
    done
    [ "$(trips | wc -l)" -eq 2 ]
    sealed "$(trips | head -n 1)"
    sealed "$(trips | tail -n 1)"
}

@test "check tells what answers and what does not" {
    modem a
    rm -rf trips
    sed -i '/name: beta/d' collect.yaml
    receiver
    mkdir trips
    run -0 timeout 60 "$COLLECT" check --config collect.yaml
    [[ $output == *"trips: can be written"* ]]
    echo "$output"
    [[ $output =~ fix\ [23]D,\ accuracy\ [0-9]+\ m ]] # GSA may come after the first position
    [[ $output == *"alpha: Deskmodem D1, SIM of 45204, in service LTE -98 dBm"* ]]
    [ -z "$(ls -A trips)" ]
}

@test "status without a collector says so" {
    expect 1 status --config collect.yaml
    [[ $stderr == *"$PWD/trips"* ]]
}

@test "usage errors end with 2 and name the cause" {
    expect 2
    expect 2 record
    [[ $stderr == *record* ]]
    expect 2 run --colour red
    [[ $stderr == *colour* ]]
    expect 2 run here
    [[ $stderr == *here* ]]
    expect 2 run --config
    expect 2 run --json
    expect 2 verify
    expect 2 status --plain
    [ ! -e trips ]
}

@test "--help and --version end with 0" {
    local command
    expect 0 --help
    for command in run check status verify; do
        [[ $output == *"$command"* ]]
    done
    for command in run check status verify; do
        expect 0 "$command" --help
        [[ $output == *"$command"* ]]
    done
    expect 0 --version
    [[ $output =~ ^lomsong-collect\ [0-9]+\.[0-9]+\.[0-9]+ ]]
}

@test "a wrong configuration ends with 3 and names the line" {
    local command
    write_config "intervall_ms: 500"
    for command in run check status; do
        expect 3 "$command" --config collect.yaml
        [[ $stderr == *"collect.yaml:6: unknown key \"intervall_ms\""* ]]
    done
    write_config "distance_m: -1"
    expect 3 run --config collect.yaml
    [[ $stderr == *"collect.yaml:6: distance_m"*"-1"* ]]
    expect 3 run --config nowhere.yaml
    [[ $stderr == *nowhere.yaml* ]]
    [ ! -e trips ]
}

@test "verify refuses what is no trip log, and a log that was changed" {
    two_modems
    collect
    eventually both_in_service
    eventually rows_at_least "$(trips)" 4
    stop TERM run
    echo "not a database" >notes.gpkg
    expect 3 verify notes.gpkg
    [[ $stderr == *notes.gpkg* ]]
    expect 3 verify nowhere.gpkg
    cp "$(trips)" changed.gpkg
    sqlite3 changed.gpkg "UPDATE sample SET rsrp_dbm = -80 WHERE rsrp_dbm IS NOT NULL"
    run -3 "$COLLECT" verify changed.gpkg
    [[ $output == *"changed.gpkg"*"SEAL BROKEN"* ]]
}

@test "an output that cannot be written ends with 1 and is named" {
    echo x >file
    expect 1 run --plain --config collect.yaml --output "$PWD/file"
    [[ $stderr == *"$PWD/file"* ]]
    expect 1 run --plain --config collect.yaml --output /proc/nowhere
    [[ $stderr == */proc/nowhere* ]]
}

# A disk of 4 MB for the trips.
small_disk()
{
    [ "$(id -u)" -eq 0 ] || skip "needs root to mount a small disk"
    mkdir trips
    mount -t tmpfs -o size=4m tmpfs trips 2>/dev/null || skip "tmpfs cannot be mounted here"
}

@test "before the disk is full the trip is sealed, with a warning first" {
    small_disk
    two_modems
    collect
    eventually both_in_service
    head -c 2500000 /dev/zero >trips/filler
    eventually says '.disk_low'
    head -c 800000 /dev/zero >>trips/filler
    ended run
    [ "$code" -eq 1 ]
    grep -q "$PWD/trips: only 0 MB free" run.err
    sealed "$(trips)"
    [ "$(ask "SELECT group_concat(kind, ' ') FROM event WHERE kind LIKE 'disk%'")" = \
        "disk_low disk_full" ]
}

@test "a disk that is full at once ends with 1, and what was committed is kept" {
    local log before
    small_disk
    two_modems
    collect
    eventually both_in_service
    log=$(trips)
    eventually rows_at_least "$log" 4
    before=$(ask "SELECT count(*) FROM sample" "$log")
    cat /dev/zero >trips/filler 2>/dev/null || true
    ended run
    [ "$code" -eq 1 ]
    [ -s run.err ]
    run -1 grep "sealed$" run.out
    rm trips/filler
    collect again
    eventually both_in_service
    stop TERM again
    [ "$code" -eq 0 ]
    sealed "$log"
    [ "$(ask "SELECT count(*) FROM sample" "$log")" -ge "$before" ]
}
