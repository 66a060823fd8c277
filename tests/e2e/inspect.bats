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

@test "formats names every format, with rows that are read as what they are" {
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
    done
}

@test "inspect agrees with add on the rows of a log" {
    "$SAMPLE" sample >/dev/null
    "$LOMSONG" new work --region vn --hamlets sample/hamlets.geojson
    for log in sample/logs/*; do
        "$LOMSONG" add --lang en work "$log" | sed 's/^.*: \([a-z-]*\), \([0-9]*\) rows, \([0-9]*\) acc.*$/\1 \2 \3/' |
            sed -n 1p >added
        inspect --region vn "$log" >shown
        cat added shown
        {
            sed -n 's/^  format: \([a-z-]*\),.*/\1/p' shown
            sed -n 's/^  rows: \([0-9,]*\), accepted: \([0-9,]*\) .*/\1 \2/p' shown | tr -d ,
        } | paste -sd' ' | cmp - added
    done
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
