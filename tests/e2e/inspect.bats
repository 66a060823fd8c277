#!/usr/bin/env bats
# What logs would give, and the formats that are read.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup()
{
    enter_scene
}

teardown()
{
    check_tmpdir
}

inspect() # [OPTION...] INPUT...
{
    "$LOMSONG" inspect --lang en "$@"
}

# What a command says of the rows, in one form.
findings()
{
    sed -nE -e 's/^  rows: ([0-9,]*), accepted: ([0-9,]*) .*levels blanked: ([0-9]*)$/\1 \2 \3/p' \
        -e 's/^[^ ].*: [a-z-]*, ([0-9]*) rows, ([0-9]*) accepted, ([0-9]*) levels blanked$/\1 \2 \3/p' \
        -e '/^    rejected as /p' -e 's/^.*suspicious: /suspicious: /p' |
        sed -E '/^[0-9]/s/,//g' | sort
}

# The same rows, refused for the same reasons, the same patterns: agree [OPTION...] LOG, with the
# thresholds in `limits`.
limits=()
agree()
{
    "$LOMSONG" new work --hamlets hamlets.csv "${limits[@]}"
    "$LOMSONG" add --lang en work "$@" 2>&1 | findings >added
    rm work
    inspect "${limits[@]}" "$@" | findings >shown
    cat added
    [ -s added ]
    diff added shown
}

@test "formats names every format, with rows that are read as what they are" {
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.600,106.100\n' >hamlets.csv
    "$LOMSONG" formats --lang en >formats.txt
    for name in triplog gnettrack gnettrack-dataset gnettrack-kml network-survey network-survey-gpkg \
        tower-collector cellmapper rtr lomsong; do
        grep -q "^$name: " formats.txt
    done
    # each example is found to be of the format it stands under
    awk '/^[a-z-]+: / { name = $1; sub(":", "", name); next }
        /^    / { print substr($0, 5) >(name ".example") }' formats.txt
    for example in *.example; do
        inspect --date 2025-07-18 "$example" >found
        cat found
        grep -q "format: ${example%.example}," found
        grep -q 'rows: 1, accepted: 1 ' found
        agree --mccmnc 45204 --date 2025-07-18 "$example"
    done
}

# A drive northwards at 10 m/s, a row each second: all that a receiver and a modem may do. `way`
# counts the seconds that the position moves.
drive() # SECONDS FIELDS: state of the reading by awk, setting level and way
{
    awk -v n="$1" "BEGIN { OFS = \",\"; print \"t_utc_ms\", \"mccmnc\", \"tech\", \"lat_deg\", \"lon_deg\", \"speed_mps\", \"rsrp_dbm\", \"rsrq_db\", \"sinr_db\"
        for (i = 0; i < n; i++) { level = -80 - i % 13; t = i; way++; $2
            printf \"%.0f,45204,LTE,%.6f,106.1,10,%d,%d,%d\\n\", 1750000000000 + t * 1000, 22.6 + way * 0.00009, level, -9 - level % 3, 12 + level % 5 } }"
}

@test "inspect agrees with add on the rows of a log, whatever its format" {
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.600,106.100\n' >hamlets.csv
    "$SAMPLE" sample >/dev/null
    for log in sample/logs/* "$root"/tests/golden/gnettrack_*/{walk.txt,drive.csv} \
        "$root"/tests/golden/lomsong_csv/{walk,other}.csv \
        "$root"/tests/fuzz/corpus/{network_survey_gpkg,triplog}/full.gpkg; do
        [ ! -e "$log" ] || agree --mccmnc 45204 "$log"
    done
}

@test "inspect agrees with add on readings that are frozen" {
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.600,106.100\n' >hamlets.csv
    drive 400 'if (i > 50 && i < 200) level = -99' >level.csv
    drive 400 'if (i > 50 && i < 200) way--' >fix.csv
    drive 900 'if (i % 300 > 200) level = -99; if (i % 400 < 60) way--; if (i == 700) t -= 30' >both.csv
    for log in level.csv fix.csv both.csv; do
        agree "$log"
    done
    limits=(--max-frozen-level-m 100000)
    agree level.csv
    grep -q 'the level stays the same' shown
    limits=(--max-frozen-fix-m 100000 --max-frozen-fix-ms 60000)
    agree fix.csv
    grep -q 'rejected as stale_fix: 89' shown
    limits=()
    # rows of nobody beside those of several operators
    drive 60 'if (i > 50) level = -99' | sed -E '10,20s/45204/45201/; 30,40s/,45204,/,,/' >nobody.csv
    agree nobody.csv
    grep -q 'rejected as malformed: 11, first in row 30' shown
}

@test "what is suspicious in a log is told wherever the log is named" {
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.610,106.100\nH2,Bản Hai,23.600,106.100\n' >hamlets.csv
    drive 400 'if (i == 100) way += 500; if (i == 150 || i == 160) t -= 7; if (i > 200) way--' >drive.csv
    drive 100 '' >clean.csv
    run --separate-stderr "$LOMSONG" survey out --lang en --work work --dossier H1,H2 --region vn \
        --max-frozen-fix-m 100000 --hamlets hamlets.csv drive.csv clean.csv
    [ "$status" = 0 ]
    [ "$(grep -c '^drive.csv: suspicious\|: drive.csv: suspicious' <<<"$stderr")" = 3 ] || {
        echo "$stderr"
        false
    }
    [[ $stderr != *clean.csv* ]]
    [[ $stderr == *'drive.csv: suspicious: the position stays the same to the last digit for two minutes or more (times: 1, first in row 202)'* ]]
    [[ $stderr == *'drive.csv: suspicious: the position jumps, faster than 200 km/h (times: 1, first in row 102)'* ]]
    [[ $stderr == *'drive.csv: suspicious: the clock runs backwards (times: 2, first in row 152)'* ]]
    jq -e '.inputs | map(.suspects) == [null, {"position_frozen": {"times": 1, "first_row": 202},
        "jump": {"times": 1, "first_row": 102}, "clock_back": {"times": 2, "first_row": 152}}]' out/manifest.json
    # where the log gave evidence, and nowhere else
    "$LOMSONG" explain --lang en work H1 | grep -q 'suspicious in this log: the position stays .*; the clock'
    run ! grep -q suspicious <("$LOMSONG" explain --lang en work H2)
    [ "$("$LOMSONG" explain --json work H1 | jq -c '[.logs[].suspects.clock_back.times]')" = '[null,2]' ]
    grep -q 'Suspicious in drive.csv: the position stays' out/dossier/H1.html
    run ! grep -q Suspicious out/dossier/H2.html
    pdftotext -layout out/report.pdf - | tr -s ' \n' ' ' | grep -q 'drive.csv: the position stays the same'
    unzip -p out/report.xlsx 'xl/*.xml' 'xl/worksheets/*.xml' | grep -q 'first in row 202'
    # they come and go with their log, and are not told twice
    "$LOMSONG" remove work drive.csv
    [ "$(sqlite3 work 'SELECT count(*) FROM log_suspect')" = 0 ]
    run --separate-stderr "$LOMSONG" add --lang en work drive.csv drive.csv
    [ "$(grep -c suspicious <<<"$stderr")" = 3 ]
    # a workspace from before they were kept is read as it is
    sqlite3 work 'DROP TABLE log_suspect'
    run ! grep -q suspicious <("$LOMSONG" explain --lang en work H1)
    "$LOMSONG" publish work old
    "$LOMSONG" remove work clean.csv
    [ "$(sqlite3 work 'SELECT count(*) FROM log_suspect')" = 0 ]
}

@test "a log in pieces is as suspicious as in a row" {
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.610,106.100\n' >hamlets.csv
    drive 170000 'way = i % 9000; if (i % 700 < 300) way = int(way / 200) * 200;
        if (i % 20011 == 0) t -= 40; if (i % 1000 < 120) level = -85' >long.csv
    [ "$(stat -c %s long.csv)" -gt 8388608 ] # two pieces and more
    gzip -1 -k long.csv                      # unpacked as it is read, by one reader
    echo '<gpx><trk><trkseg><trkpt lat="22.6" lon="106.1"><time>2020-01-01T00:00:00Z</time></trkpt>' \
        '</trkseg></trk></gpx>' >old.gpx # no row needs it, but all are read in a row for it
    tell()
    {
        "$LOMSONG" survey out --lang en --threads 2 --region vn --hamlets hamlets.csv \
            --max-frozen-fix-m 1e9 --max-frozen-level-m 1e9 "$@" >/dev/null 2>&1
        jq '.inputs[0] | {suspects, rows, accepted}' out/manifest.json
    }
    tell long.csv >pieces
    cat pieces
    [ "$(grep -c first_row pieces)" -ge 3 ]
    tell long.csv.gz | cmp - pieces
    tell --track old.gpx long.csv | cmp - pieces
}

@test "inspect shows each reason with its first row, and what looks wrong" {
    {
        echo 't_utc,lat_deg,lon_deg,mccmnc,tech,rsrp_dbm'
        for i in {10..59}; do
            echo "2025-06-15T08:00:${i}Z,22.6$i,106.1,45204,LTE,-9$((i % 7))"
        done
        echo '2025-06-15T08:00:30Z,22.659,106.1,45204,LTE,-91'
        printf '2025-06-15T08:01:00Z,22.659,106.1,45204,LTE,we\033ak\n'
        echo '2025-06-15T08:01:00Z,,,45204,LTE,-91'
        echo '2025-06-15T08:01:00Z,,,45204,LTE,-92'
    } >log.csv
    inspect --region vn log.csv >shown
    cat shown
    grep -q '  span: 2025-06-15T08:00:10Z to 2025-06-15T08:00:59Z' shown
    grep -q '  rows: 54, accepted: 51 (94.4 %), levels blanked: 0' shown
    grep -q '    rejected as malformed: 1, first in row 53 (not a number)' shown
    grep -q '      | 2025-06-15T08:01:00Z,22.659,106.1,45204,LTE,we ak' shown
    grep -q '    rejected as no_position: 2, first in row 54' shown
    grep -q '  operator Viettel: 51 samples' shown
    grep -q ' -90 …  -86 dBm  *[0-9]* #*$' shown
    grep -q 'jumps, faster than 200 km/h (times: 49, first in row 3)' shown
    grep -q 'clock runs backwards (times: 1, first in row 52)' shown
}

@test "inspect goes on behind a file it cannot read, and says so" {
    printf 't_utc,lat_deg,lon_deg,tech,rsrp_dbm\n2025-06-15T08:00:00Z,22.6,106.1,LTE,-90\n' >log.csv
    echo hello >no.csv
    run --separate-stderr -3 inspect no.csv log.csv
    [[ $stderr == *no.csv* ]]
    [[ $output == *'no operator named: 1 samples'* ]]
}
