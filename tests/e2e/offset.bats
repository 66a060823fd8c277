#!/usr/bin/env bats
# A modem's offset_db: levels are corrected, raw readings are not, and both are told.
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

# The trip as if its modems had been mounted otherwise.
mounted() # OFFSET_DB
{
    sqlite3 trip.gpkg "UPDATE modem SET offset_db = $1"
}

survey_and_recompute() # OUT
{
    survey "$1" --lang en --work "$1.sqlite" trip.gpkg
    /usr/bin/python3 "$root/tests/support/recompute.py" "$1.mine" --rule "$rule" \
        "${places[@]}" trip.gpkg
    same_tables "$1.mine" "$1"
    diff <(jq -r '.[] | .level_corrected' "$1.mine/counts.json") \
        <(jq -r '.inputs[].level_corrected' "$1/manifest.json")
}

verdict() # OUT HAMLET
{
    verdicts "$1/hamlets.csv" | sed -n "s/^$2,//p"
}

@test "levels move by the offset, and verdicts with them" {
    mounted 0
    survey_and_recompute plain
    mounted -37.5
    survey_and_recompute roof
    [ "$(verdict plain H02)" = covered ]
    [ "$(verdict roof H02)" = depression ]
    [ "$(jq '.inputs[].level_corrected' plain/manifest.json)" -eq 0 ]
    # the rows in service, not those without
    jq -e '.inputs[] | .level_corrected > 0 and .level_corrected < .accepted' roof/manifest.json
}

@test "the offset of each modem is its own" {
    mounted 0
    survey plain trip.gpkg
    sqlite3 trip.gpkg "UPDATE modem SET offset_db = -12 WHERE sim_mccmnc = '45202'"
    survey_and_recompute one
    diff <(grep -v ,45202, plain/bins.csv) <(grep -v ,45202, one/bins.csv)
    run ! diff -q plain/bins.csv one/bins.csv
}

@test "convert writes corrected levels, which read the same" {
    mounted 9.25
    survey direct trip.gpkg
    "$LOMSONG" convert all.csv --region vn trip.gpkg
    survey converted all.csv
    same_tables direct converted hamlets.csv bins.csv communes.csv provinces.csv
    diff <(samples_of direct/areas.csv) <(samples_of converted/areas.csv)
    # the first row in service: what the modem read, and the offset
    diff <(sqlite3 trip.gpkg "SELECT rsrp_dbm + 9.25 FROM sample WHERE sample_id = 1") \
        <(/usr/bin/python3 -c '
import csv, sys
with open("all.csv", encoding="utf-8-sig", newline="") as file:
    print(float(next(csv.DictReader(file))["rsrp_dbm"]))')
}

@test "an offset that nobody can mean is refused by name" {
    mounted 99
    run --separate-stderr -3 survey bad trip.gpkg
    [[ $stderr == *trip.gpkg*offset_db*99*50* ]]
    [ ! -e bad ]
}

@test "a workspace of an older form is refused with what to do" {
    new_workspace work.sqlite
    sqlite3 work.sqlite 'PRAGMA user_version = 1'
    run --separate-stderr -3 "$LOMSONG" add work.sqlite --lang en trip.gpkg
    [[ $stderr == *work.sqlite*older*"make it again"* ]]
}
