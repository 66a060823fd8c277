#!/usr/bin/env bats
# The officer's word beside the measurement, and the lists that officers fill in.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    "$SAMPLE" "$sample"
    (cd "$sample" && survey out --lang en --work work.sqlite logs/*)
}

setup()
{
    enter_scene
    cp "$sample/work.sqlite" work.sqlite
}

teardown()
{
    check_tmpdir
}

note() # HAMLET DECISION BY REASON DATE
{
    "$LOMSONG" note work.sqlite "$1" --decision "$2" --by "$3" --reason "$4" --date "$5" --lang en
}

# One hamlet's columns of a hamlets.csv, by name, joined by '|'.
columns_of() # HAMLETS_CSV CODE COLUMN...
{
    /usr/bin/python3 - "$@" <<'END'
import csv, sys
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    for row in csv.DictReader(file):
        if row["hamlet_code"] == sys.argv[2]:
            print("|".join(row[name] for name in sys.argv[3:]))
END
}

noted=(noted_verdict noted_by noted_date noted_reason)

@test "a note stands beside the verdict in every output, and moves no count" {
    local reason='trạm mới "BTS 12", phát sóng; =1+1 </script>'
    note H05 covered 'Nguyễn Văn A' "$reason" 2025-10-01
    "$LOMSONG" publish work.sqlite out --lang en
    [ "$(columns_of out/hamlets.csv H05 verdict "${noted[@]}")" = \
        "depression|covered|Nguyễn Văn A|2025-10-01|$reason" ]
    [ "$(columns_of out/hamlets.csv H06 "${noted[@]}")" = '|||' ]
    diff <(verdicts "$sample/out/hamlets.csv") <(verdicts out/hamlets.csv)
    same_tables "$sample/out" out areas.csv
    same_tables "$sample/out" out communes.csv
    [ "$(sqlite3 out/survey.gpkg "SELECT verdict || '|' || noted_verdict || '|' || noted_by || '|' ||
        noted_date || '|' || noted_reason FROM hamlet WHERE hamlet_code = 'H05'")" = \
        "depression|covered|Nguyễn Văn A|2025-10-01|$reason" ]
    jq -e '.noted == 1 and .noted_differently == 1' out/summary.json
    diff <(jq 'del(.noted, .noted_differently)' "$sample/out/summary.json") \
        <(jq 'del(.noted, .noted_differently)' out/summary.json)
    grep -q "verdicts of 1 hamlets; in 1 they differ" out/summary.txt
    jq -e --arg reason "$reason" '.notes == [{hamlet_code: "H05", decision: "covered",
        by: "Nguyễn Văn A", date: "2025-10-01", reason: $reason}]' out/manifest.json
    run --separate-stderr -0 "$LOMSONG" explain work.sqlite H05 --lang en
    [[ $output == *"H05"*"signal depression"*"officer's word: covered, by Nguyễn Văn A on 2025-10-01: $reason"* ]]
    [[ $output == *"differs from the measured verdict"* ]]
}

@test "the last word by date stands, and the others are its history" {
    note H05 covered A second 2025-10-02
    note H05 no_signal A first 2025-10-01
    note H06 depression B agrees 2025-10-03
    "$LOMSONG" publish work.sqlite out --only hamlets,summary --lang en
    [ "$(columns_of out/hamlets.csv H05 "${noted[@]}")" = 'covered|A|2025-10-02|second' ]
    jq -e '.noted == 2 and .noted_differently == 1' out/summary.json
    # of one day the last given
    note H05 depression C third 2025-10-02
    "$LOMSONG" publish work.sqlite out --only hamlets --lang en
    [ "$(columns_of out/hamlets.csv H05 "${noted[@]}")" = 'depression|C|2025-10-02|third' ]
    run --separate-stderr -0 "$LOMSONG" explain work.sqlite H05 --lang en
    [[ $output == *third*"earlier word"*second*"earlier word"*first* ]]
    [[ $output != *"differs from the measured"* ]]
    [ "$(jq -c '[.notes[].reason]' out/manifest.json)" = '["first","second","third","agrees"]' ]
}

@test "none takes the last word back and keeps the history" {
    note H05 covered A mistaken 2025-10-02
    note H05 none A "it was H06" 2025-10-03
    "$LOMSONG" publish work.sqlite out --only hamlets,summary --lang en
    [ "$(columns_of out/hamlets.csv H05 "${noted[@]}")" = '|||' ]
    jq -e '.noted == 0' out/summary.json
    run ! grep -q "Officers' words" out/summary.txt
    run --separate-stderr -0 "$LOMSONG" explain work.sqlite H05 --lang en
    [[ $output == *"it was H06"*mistaken* ]]
}

@test "a note outlives a new judgement" {
    note H05 covered A word 2025-10-02
    "$LOMSONG" judge work.sqlite --as-of 2027-01-01
    "$LOMSONG" publish work.sqlite out --only hamlets
    [ "$(columns_of out/hamlets.csv H05 verdict "${noted[@]}")" = 'not_enough_data|covered|A|2025-10-02|word' ]
}

@test "a note that says nothing, or of no hamlet, is refused and changes nothing" {
    local args
    run --separate-stderr -3 note H99 covered A why 2025-10-02
    [[ $stderr == *H99* ]]
    for args in "--by A --reason why" "--decision red --by A --reason why" \
        "--decision covered --reason why" "--decision covered --by A" \
        "--decision covered --by A --reason why --date 2199-01-01" \
        "--decision covered --by A --reason why --date yesterday"; do
        # shellcheck disable=SC2086 # the words of the arguments
        run --separate-stderr -2 "$LOMSONG" note work.sqlite H05 $args
        [ -n "$stderr" ]
    done
    run --separate-stderr -2 note H05 covered A $'two\nlines' 2025-10-02
    [[ $stderr == *--reason* ]]
    run --separate-stderr -2 note H05 covered $'\xff' why 2025-10-02
    [[ $stderr == *--by* ]]
    [ "$(sqlite3 work.sqlite 'SELECT count(*) FROM note')" -eq 0 ]
}

@test "a workspace made before there were notes is read, and takes them" {
    sqlite3 work.sqlite 'DROP TABLE note'
    "$LOMSONG" publish work.sqlite out --lang en
    same_outputs "$sample/out" out
    note H05 covered A why 2025-10-02
    "$LOMSONG" publish work.sqlite out --lang en
    [ "$(columns_of out/hamlets.csv H05 "${noted[@]}")" = 'covered|A|2025-10-02|why' ]
}

@test "template writes lists that new takes as they are, once they are filled in" {
    local lang
    for lang in vi en; do
        "$LOMSONG" template hamlets "hamlets.$lang.csv" --lang "$lang"
        "$LOMSONG" template clusters "clusters.$lang.csv" --lang "$lang"
        [ "$(wc -l <"hamlets.$lang.csv")" -eq 3 ]
        grep -q '^#0123401,.*,01234,45,yes,no,' "hamlets.$lang.csv"
        printf '0100,Bản Một,00001,45,yes,no,22.600,106.100\r\n' >>"hamlets.$lang.csv"
        printf '0100-1,0100,Xóm Suối,12,22.604,106.100\r\n' >>"clusters.$lang.csv"
        run --separate-stderr -0 "$LOMSONG" new "$lang.sqlite" --region vn --lang en \
            --hamlets "hamlets.$lang.csv" --clusters "clusters.$lang.csv"
        [[ $stderr == *"hamlets.$lang.csv: 2 rows"* ]] # the lists are read side by side
        [[ $stderr == *"clusters.$lang.csv: 2 rows"* ]]
        [ "$(sqlite3 "$lang.sqlite" 'SELECT hamlet_code, name, commune_code, households FROM hamlet')" = \
            '0100|Bản Một|00001|45' ]
        [ "$(sqlite3 "$lang.sqlite" "SELECT area_code FROM test_area WHERE area_kind = 'cluster'")" = 0100-1 ]
    done
}

@test "an empty template holds no hamlet" {
    "$LOMSONG" template hamlets hamlets.csv
    run --separate-stderr -3 "$LOMSONG" new other.sqlite --hamlets hamlets.csv
    [[ $stderr == *hamlets.csv* ]]
    [ ! -e other.sqlite ]
}

@test "template never writes over a list, and knows its lists" {
    echo mine >hamlets.csv
    run --separate-stderr -1 "$LOMSONG" template hamlets hamlets.csv
    [[ $stderr == *hamlets.csv* ]]
    [ "$(<hamlets.csv)" = mine ]
    run --separate-stderr -2 "$LOMSONG" template villages other.csv
    [[ $stderr == *villages* ]]
    [ ! -e other.csv ]
    run --separate-stderr -1 "$LOMSONG" template hamlets nowhere/other.csv
}
