#!/usr/bin/env bats
# Active tests of trip logs, carried into areas.csv: placed, counted, and never part of a verdict.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    "$SAMPLE" "$sample"
}

setup()
{
    enter_scene
    cp "$sample/logs/trip-b.gpkg" trip.gpkg
}

teardown()
{
    check_tmpdir
}

in_trip() # SQL
{
    sqlite3 trip.gpkg "$1"
}

# Surveys the trip into out, and has it recomputed.
survey_and_recompute()
{
    rm -rf out mine work.sqlite
    survey out --lang en --work work.sqlite trip.gpkg
    /usr/bin/python3 "$root/tests/support/recompute.py" mine --rule "$rule" "${places[@]}" trip.gpkg
    same_tables mine out
    diff <(jq -c '.[] | [.probes, .probes_counted]' mine/counts.json) \
        <(jq -c '.inputs[] | [.probes, .probes_counted]' out/manifest.json)
}

# The columns of the active tests in areas.csv: broadband AREA MCCMNC
broadband()
{
    awk -F, -v area="$1" -v op="$2" '$2 == area && $4 == op' out/areas.csv |
        tr -d '\r' | cut -d, -f 19-
}

# One test of Viettel's modem at its first sample in the middle of H05-2's area.
only_test() # KIND RESULT VALUE [COLUMN=VALUE...]
{
    local column=rate_kbps assignment
    [ "$1" != ping ] || column=rtt_ms
    in_trip "DELETE FROM probe; INSERT INTO probe (modem_id, sample_id, t_utc_ms, kind, result, $column)
        SELECT modem_id, sample_id, t_utc_ms + 300, '$1', '$2', $3 FROM sample
        WHERE modem_id = 3 AND sample_id > 3500 AND fix_mode = 3 LIMIT 1"
    for assignment in "${@:4}"; do
        in_trip "UPDATE probe SET $assignment"
    done
}

all_broadband()
{
    awk -F, 'NR > 1 && $19 $24 != ""' out/areas.csv | tr -d '\r' | cut -d, -f 4,19-
}

@test "every column is what an independent recomputation finds, and the layer has the best's" {
    survey_and_recompute
    [[ $(broadband H05-2 45204) =~ ^[1-9] ]]
    # a row of the layer is the area with its best operator
    diff <(sqlite3 -csv out/survey.gpkg "SELECT area_code, best_operator, broadband_tests,
            broadband_ok, printf('%.6f', broadband_share), median_down_kbps, median_up_kbps,
            ping_tests, ping_ok, median_ping_ms FROM test_area WHERE broadband_tests
            ORDER BY area_code, best_operator" | tr -d '\r') \
        <(while IFS=, read -r area operator; do
            echo "$area,$operator,$(broadband "$area" "$operator")"
        done < <(sqlite3 -csv out/survey.gpkg "SELECT area_code, best_operator FROM test_area
            WHERE broadband_tests ORDER BY area_code, best_operator" | tr -d '\r'))
}

@test "no test, and no outcome of one, moves a verdict" {
    survey_and_recompute
    mv out with
    in_trip "UPDATE probe SET result = 'error', rate_kbps = NULL"
    survey_and_recompute
    same_tables with out hamlets.csv bins.csv communes.csv provinces.csv
    diff <(samples_of with/areas.csv) <(samples_of out/areas.csv)
    run ! cmp -s with/areas.csv out/areas.csv
    in_trip "DELETE FROM probe"
    survey_and_recompute
    same_tables with out hamlets.csv bins.csv communes.csv provinces.csv
    [ -z "$(all_broadband)" ]
}

@test "what counts as a test, and what is its outcome" {
    local row want
    while IFS='|' read -r row want; do
        # shellcheck disable=SC2086 # words of the row
        only_test $row
        survey_and_recompute
        echo "$row: $(all_broadband | sort -u)"
        [ "$(all_broadband | sort -u)" = "$want" ]
    done <<'END'
http_get ok 5123.4|45204,1,1,1.000000,5123,,,,
http_get timeout 12.5|45204,1,0,0.000000,13,,,,
http_put refused NULL|45204,1,0,0.000000,,,,,
http_put ok 800|45204,1,1,1.000000,,800,,,
ping ok 31.49|45204,,,,,,1,1,31
ping timeout NULL|45204,,,,,,1,0,
http_get void 900 reason='daily_limit'|
dns ok 5|
END
    jq -e '.inputs[0] | .probes == 1 and .probes_counted == 0' out/manifest.json
}

@test "a test without a place of its own takes that of the nearest sample within 5 s" {
    only_test http_get ok 5000
    survey_and_recompute
    all_broadband >own
    in_trip 'UPDATE probe SET sample_id = NULL'
    survey_and_recompute
    all_broadband | cmp own
    in_trip 'UPDATE probe SET t_utc_ms = t_utc_ms + 100000000'
    survey_and_recompute
    [ -z "$(all_broadband)" ]
    [ "$(jq -c '.inputs[0] | [.probes, .probes_counted]' out/manifest.json)" = '[1,0]' ]
    in_trip 'UPDATE probe SET t_utc_ms = NULL, sample_id = 4000'
    survey_and_recompute
    [ "$(jq -c '.inputs[0] | [.probes, .probes_counted]' out/manifest.json)" = '[1,1]' ]
}

@test "a log of the form before rates and reasons is read" {
    in_trip "ALTER TABLE probe DROP COLUMN rate_kbps; ALTER TABLE probe DROP COLUMN reason;
        ALTER TABLE probe DROP COLUMN interface"
    survey_and_recompute
    [[ $(broadband H05-2 45204) =~ ^[1-9][0-9]*,[0-9]+,[01]\.[0-9]{6},,,[1-9] ]]
    in_trip "DROP TABLE probe"
    survey out2 trip.gpkg
    [ "$(jq '.inputs[0].probes' out2/manifest.json)" -eq 0 ]
}

@test "explain shows what the tests found" {
    survey_and_recompute
    run --separate-stderr -0 "$LOMSONG" explain work.sqlite H02 --lang en
    [[ $output == *"broadband: "*" transfers succeeded ("*"median down "*" kbit/s"* ]]
    [[ $output == *"ping: "*" answered, median "*" ms"* ]]
    only_test http_put refused NULL
    survey_and_recompute
    run --separate-stderr -0 "$LOMSONG" explain work.sqlite H05 --lang en
    [ "$(grep -c 'broadband: 0 of 1 transfers succeeded (0.0 %)$' <<<"$output")" -eq 1 ]
    [[ $output != *ping:* ]]
}
