#!/usr/bin/env bats
# Judging again after logs came and went: only what changed is judged, and the verdicts are
# those of a judgement of everything.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    "$SAMPLE" "$sample"
    (cd "$sample" && new_workspace empty.sqlite)
}

setup()
{
    enter_scene
    cp "$sample/empty.sqlite" work.sqlite
}

teardown()
{
    check_tmpdir
}

verdicts() # WORK
{
    sqlite3 "$1" 'SELECT * FROM verdict ORDER BY 1; SELECT * FROM verdict_operator ORDER BY 1, 2;
        SELECT rule_id, sha256, as_of_day FROM rule'
}

# What judge says and keeps is what it says and keeps where nothing was judged before.
same_as_all() # [OPTION...]
{
    "$LOMSONG" judge work.sqlite "$@" >said
    cp work.sqlite all.sqlite
    sqlite3 all.sqlite 'DELETE FROM judged; DELETE FROM verdict; DELETE FROM verdict_operator'
    "$LOMSONG" judge all.sqlite "$@" >said_of_all
    cmp said said_of_all
    cmp <(verdicts work.sqlite) <(verdicts all.sqlite)
}

@test "logs in any order, judged in between, give the verdicts of one judgement" {
    local order log
    local logs=("$sample"/logs/*)
    for order in "0 1 2 3 4 5 6" "6 4 2 0 5 3 1" "3 6 0 1 5 2 4"; do
        cp "$sample/empty.sqlite" work.sqlite
        for log in $order; do
            "$LOMSONG" add work.sqlite "${logs[log]}"
            same_as_all
        done
        verdicts work.sqlite >"verdicts_${order// /}"
    done
    cmp verdicts_0123456 verdicts_6420531
    cmp verdicts_0123456 verdicts_3601524
}

@test "a log that goes takes its verdicts along" {
    "$LOMSONG" add work.sqlite "$sample"/logs/*
    "$LOMSONG" judge work.sqlite
    "$LOMSONG" remove work.sqlite west-2025-09-17.csv
    same_as_all
    "$LOMSONG" remove work.sqlite trip-a.gpkg # it holds active tests
    same_as_all
    "$LOMSONG" add work.sqlite "$sample/logs/trip-a.gpkg"
    same_as_all
}

@test "evidence that grows too old, or counts again, is judged again" {
    "$LOMSONG" add work.sqlite "$sample"/logs/*
    same_as_all
    same_as_all --as-of 2026-09-18
    same_as_all --as-of 2027-09-18
    same_as_all --as-of 2026-09-19
    same_as_all
    sed '2,$s/^2025/2026/' "$sample/logs/west-2025-09-17.csv" >later.csv
    "$LOMSONG" add work.sqlite later.csv
    same_as_all
    "$LOMSONG" remove work.sqlite later.csv
    same_as_all
}

@test "another rule judges everything, as does the first again" {
    "$LOMSONG" add work.sqlite "$sample"/logs/*
    same_as_all
    sed 's/^id: .*/id: strict/; s/availability_min: .*/availability_min: 0.99/' "$rule" >strict.yaml
    same_as_all --rule strict.yaml
    "$LOMSONG" remove work.sqlite seat.csv.gz
    same_as_all --rule "$rule"
}

@test "what is far from a new log is not touched" {
    local before after
    "$LOMSONG" add work.sqlite "$sample"/logs/{middle,north,west}*
    "$LOMSONG" judge work.sqlite
    before=$(sqlite3 work.sqlite 'SELECT max(rowid) FROM verdict')
    "$LOMSONG" judge work.sqlite
    [ "$(sqlite3 work.sqlite 'SELECT max(rowid) FROM verdict')" -eq "$before" ]
    # one bin in the middle of one hamlet
    head -1 "$sample/logs/north-2025-09-18.csv" >bin.csv
    sed -n 40p "$sample/logs/north-2025-09-18.csv" >>bin.csv
    "$LOMSONG" add work.sqlite bin.csv
    [ "$(sqlite3 work.sqlite 'SELECT count(*) FROM changed_tile')" -eq 1 ]
    same_as_all
    after=$(sqlite3 work.sqlite "SELECT count(*) FROM verdict WHERE rowid > $before")
    [ "$after" -lt 13 ]
    [ "$(sqlite3 work.sqlite 'SELECT count(*) FROM changed_tile')" -eq 0 ]
}

@test "publish keeps the verdicts too, and a workspace of an older program gets what it lacks" {
    "$LOMSONG" add work.sqlite "$sample"/logs/{middle,north}*
    sqlite3 work.sqlite 'DROP TABLE judged; DROP TABLE changed_tile; DROP TRIGGER tally_came;
        DROP TRIGGER tally_went; DROP TRIGGER probe_came; DROP TRIGGER probe_went'
    "$LOMSONG" publish work.sqlite out --only hamlets
    same_as_all
    "$LOMSONG" add work.sqlite "$sample"/logs/trip-b.gpkg
    "$LOMSONG" publish work.sqlite out --only hamlets
    [ "$(sqlite3 work.sqlite 'SELECT count(*) FROM changed_tile')" -eq 0 ]
    same_as_all
}
