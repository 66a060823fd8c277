#!/usr/bin/env bats
# What to visit next: the plan's routes, its files, and that it keeps its promise.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup_file()
{
    export TMPDIR=$BATS_FILE_TMPDIR
    "$SAMPLE" "$sample"
    cd "$sample" || exit 1
    new_workspace empty.sqlite
    new_workspace full.sqlite
    "$LOMSONG" add full.sqlite logs/*
}

setup()
{
    enter_scene
}

teardown()
{
    check_tmpdir
}

plan() # WORK OUT OPTION...
{
    "$LOMSONG" plan "$@" --lang en
}

check_routes() # PLAN TEAMS DAYS HOURS SPEED DETOUR
{
    /usr/bin/python3 "$root/tests/support/plan_check.py" "$@"
}

ask() # PLAN SQL
{
    sqlite3 -readonly "$1" "$2"
}

# What a survey says that follows a plan: follow WORK TRUTH DAY, into its day's log.
follow()
{
    /usr/bin/python3 "$root/tests/support/plan_truth.py" plan.gpkg "$2" "$3" "$3.csv"
    "$LOMSONG" add "$1" "$3.csv"
}

@test "routes keep the hours, visit each hamlet once, and no legs cross" {
    plan "$sample/empty.sqlite" plan.gpkg --teams 2 --days 2 --hours 2 >text
    [ "$(check_routes plan.gpkg 2 2 2 30 1.3)" -eq "$(ask plan.gpkg 'SELECT sum(visits) FROM plan_hamlet')" ]
    grep -q 'team 2, day 2' text
    grep -q 'hamlets that do not fit' text
    [ "$(ask plan.gpkg 'SELECT count(*) FROM plan_hamlet WHERE possible')" -eq \
        "$(ask plan.gpkg 'SELECT count(*) FROM plan_hamlet')" ]
    plan "$sample/empty.sqlite" wide.gpkg --teams 3 --days 5 --start 22.65,106.08 --speed 20 --detour 1.5
    [ "$(check_routes wide.gpkg 3 5 8 20 1.5)" -eq "$(ask wide.gpkg 'SELECT count(*) FROM plan_hamlet')" ]
    [ "$(ask wide.gpkg 'SELECT start_lat_deg, start_lon_deg FROM plan')" = '22.65|106.08' ]
}

@test "the GeoPackage, the GPX and the list can be read by others" {
    plan "$sample/empty.sqlite" plan.gpkg --teams 2 --days 2
    [ "$(ask plan.gpkg 'PRAGMA integrity_check')" = ok ]
    for layer in plan_stop plan_route plan_hamlet plan_area plan_bin; do
        [ "$(ogrinfo -q -so plan.gpkg "$layer" | grep -c 'fid')" -ge 0 ]
        [ "$(ask plan.gpkg "SELECT count(*) FROM layer_styles WHERE f_table_name = '$layer'")" -eq 1 ]
        [ "$(ogrinfo -so plan.gpkg "$layer" | sed -n 's/Feature Count: //p')" -eq \
            "$(ask plan.gpkg "SELECT count(*) FROM $layer")" ]
    done
    # GDAL finds the wanted squares to be valid, as wide as the grid, and counter-clockwise
    [ "$(ogrinfo -q plan.gpkg -dialect sqlite -sql "SELECT count(*) AS n FROM plan_bin WHERE
        NOT ST_IsValid(geom) OR abs(ST_Area(ST_Transform(geom, 32648)) - 2500) > 10" |
        sed -n 's/.* n (Integer) = //p')" -eq 0 ]
    [ "$(ogrinfo -so plan.gpx routes | sed -n 's/Feature Count: //p')" -eq \
        "$(ask plan.gpkg 'SELECT count(*) FROM plan_route')" ]
    [ "$(ogrinfo -so plan.gpx waypoints | sed -n 's/Feature Count: //p')" -eq \
        "$(ask plan.gpkg 'SELECT count(*) FROM plan_stop')" ]
    pdftotext -layout plan.pdf - | grep -q 'Team 1, day 1'
}

@test "the same survey gives the same plan, byte for byte" {
    mkdir a b
    plan "$sample/full.sqlite" a/plan.gpkg --days 2
    plan "$sample/full.sqlite" b/plan.gpkg --days 2
    cmp a/plan.gpkg b/plan.gpkg
    cmp a/plan.gpx b/plan.gpx
}

@test "only undecided hamlets are visited, and their evidence goes along" {
    plan "$sample/full.sqlite" plan.gpkg
    "$LOMSONG" judge "$sample/full.sqlite"
    [ "$(ask plan.gpkg 'SELECT group_concat(hamlet_code) FROM plan_hamlet')" = "$(ask "$sample/full.sqlite" \
        "SELECT group_concat(hamlet_code) FROM (SELECT * FROM verdict WHERE verdict = 'not_enough_data'
        ORDER BY hamlet_code)")" ]
    [ "$(ask plan.gpkg 'SELECT count(*) FROM plan_tally')" -gt 0 ]
    [ "$(ask plan.gpkg 'SELECT count(*) FROM plan_log')" -gt 0 ]
    # what was seen of an area is what the judge saw
    [ "$(ask plan.gpkg 'SELECT area_code, mccmnc, result, bins_seen FROM plan_need ORDER BY 1, 2')" = \
        "$(ask "$sample/full.sqlite" "SELECT v.area_code, mccmnc, result, bins FROM verdict_operator v
        JOIN test_area USING (area_code) JOIN verdict USING (hamlet_code)
        WHERE verdict = 'not_enough_data' AND mccmnc IN ('45201', '45202', '45204', '45205')
        ORDER BY 1, 2")" ]
}

@test "following a plan settles every hamlet where the truth is even" {
    local truth
    for truth in pass fail operators; do
        cp "$sample/empty.sqlite" work.sqlite
        plan work.sqlite plan.gpkg
        follow work.sqlite "$truth" 2026-03-01
        plan work.sqlite plan.gpkg >text
        [ "$(ask plan.gpkg 'SELECT count(*) FROM plan_hamlet')" -eq 0 ]
        grep -q 'nothing to visit' text
    done
}

@test "following plans settles what was half surveyed, where the truth goes on as it was found" {
    cp "$sample/full.sqlite" work.sqlite
    plan work.sqlite plan.gpkg
    [ "$(ask plan.gpkg 'SELECT count(*) FROM plan_hamlet')" -gt 0 ]
    follow work.sqlite pass 2025-09-22
    plan work.sqlite plan.gpkg
    [ "$(ask plan.gpkg 'SELECT count(*) FROM plan_hamlet WHERE possible')" -eq 0 ]
}

@test "where the truth is mixed, plan after plan comes to an end" {
    local truth round
    for truth in 0.97 0.9 0.5 edge; do
        cp "$sample/empty.sqlite" work.sqlite
        for round in {1..20}; do
            plan work.sqlite plan.gpkg >text
            [ "$(ask plan.gpkg 'SELECT count(*) FROM plan_hamlet WHERE possible')" -gt 0 ] || break
            follow work.sqlite "$truth" "2026-03-$((round + 9))"
        done
        # what is left has all its bins seen: nothing that was called enough was not
        [ "$round" -lt 20 ]
        [ "$(ask plan.gpkg 'SELECT count(*) FROM plan_area WHERE bins_wanted > 0 AND hamlet_code IN
            (SELECT hamlet_code FROM plan_hamlet WHERE possible)')" -eq 0 ]
    done
}

@test "the collector calls done what the office then decides" {
    local truth
    for truth in operators 0.9 edge; do
        cp "$sample/empty.sqlite" work.sqlite
        rm -rf trips && mkdir trips
        plan work.sqlite plan.gpkg
        /usr/bin/python3 "$root/tests/support/plan_truth.py" plan.gpkg "$truth" 2026-03-01 trips/trip-1.gpkg
        "$COLLECT" plan --output trips --json plan.gpkg >device.json
        "$LOMSONG" add work.sqlite trips/trip-1.gpkg
        "$LOMSONG" judge work.sqlite
        diff <(jq -r '.hamlet_list[] | .hamlet_code + "|" + .verdict' device.json | sort) \
            <(ask work.sqlite "SELECT hamlet_code, verdict FROM verdict ORDER BY 1")
        [ "$truth" != operators ] || jq -e '.complete and .hamlets_decided == .hamlets' device.json
        [ "$truth" != edge ] || jq -e '.hamlets_decided > 0' device.json
        # what the device still asks for is what the office's next plan asks for
        plan work.sqlite next.gpkg
        diff <(jq -r '.hamlet_list[].areas[] | select(.bins_needed > 0) | .area_code + "|" +
            (.bins_needed | tostring)' device.json | sort) \
            <(ask next.gpkg 'SELECT area_code, bins_wanted FROM plan_area WHERE bins_wanted > 0 ORDER BY 1')
    done
}

# Roads between all hamlets of a plan, one after the other from west to east, with a corner halfway
# that makes each twice as long: make_roads PLAN.gpkg OUT.geojson
make_roads()
{
    /usr/bin/python3 - "$@" <<'END'
import json, sqlite3, struct, sys
db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
points = sorted(struct.unpack_from("<dd", row[0], 13) for row in db.execute("SELECT geom FROM plan_hamlet"))
lines = []
for (x1, y1), (x2, y2) in zip(points, points[1:]):
    dx, dy, k = x2 - x1, y2 - y1, 0.9234  # cos of the latitude: a right angle on the ground
    corner = ((x1 + x2) / 2 - dy * 0.866 / k, (y1 + y2) / 2 + dx * 0.866 * k)
    lines.append({"type": "Feature", "properties": {}, "geometry": {
        "type": "LineString", "coordinates": [(x1, y1), corner, (x2, y2)]}})
json.dump({"type": "FeatureCollection", "features": lines}, open(sys.argv[2], "w"))
END
}

@test "with roads, the ways are the roads'" {
    local straight road
    plan "$sample/empty.sqlite" straight.gpkg --hours 24 --detour 1
    make_roads straight.gpkg roads.geojson
    plan "$sample/empty.sqlite" plan.gpkg --hours 24 --detour 1 --roads roads.geojson
    [ "$(ask plan.gpkg 'SELECT count(*) FROM plan_stop')" -eq "$(ask plan.gpkg 'SELECT count(*) FROM plan_hamlet')" ]
    # from the middle to both ends and back: every road twice, each twice as long as a straight line
    straight=$(/usr/bin/python3 - straight.gpkg <<'END'
import math, sqlite3, struct, sys
db = sqlite3.connect(sys.argv[1])
points = sorted(struct.unpack_from("<dd", row[0], 13) for row in db.execute("SELECT geom FROM plan_hamlet"))
print(sum(111195 * math.hypot((a[0] - b[0]) * math.cos(math.radians(a[1])), a[1] - b[1])
          for a, b in zip(points, points[1:])))
END
    )
    road=$(ask plan.gpkg 'SELECT sum(way_m) FROM plan_route')
    awk -v road="$road" -v straight="$straight" 'BEGIN { d = road / (4 * straight)
        exit !(d > 0.99 && d < 1.01) }'
    # the line has the corners of the roads
    [ "$(ask plan.gpkg 'SELECT length(geom) FROM plan_route')" -gt \
        "$(ask straight.gpkg 'SELECT length(geom) FROM plan_route')" ]
    run -3 --separate-stderr plan "$sample/empty.sqlite" no.gpkg --roads "$sample/hamlets.geojson"
    [[ $stderr == *"a map layer of lines was expected"* ]]
    run -3 --separate-stderr plan "$sample/empty.sqlite" no.gpkg --roads none.gpkg
    [ ! -e no.gpkg ]
}

@test "faults are told, and leave nothing" {
    run -2 --separate-stderr plan "$sample/full.sqlite" plan.txt
    [[ $stderr == *"plan.txt: expected the name of a GeoPackage"* ]]
    run -2 --separate-stderr plan "$sample/full.sqlite" plan.gpkg --teams 100 --days 100
    [[ $stderr == *"over 2000 routes"* ]]
    run -2 --separate-stderr plan "$sample/full.sqlite" plan.gpkg --start 22.6
    [[ $stderr == *"latitude,longitude"* ]]
    run -2 --separate-stderr plan "$sample/full.sqlite" plan.gpkg --hours 25
    [[ $stderr == *"a number above 0 and up to 24"* ]]
    run -2 --separate-stderr plan "$sample/full.sqlite" plan.gpkg --detour 0.5
    run -3 --separate-stderr plan "$sample/truth.csv" plan.gpkg
    run -1 --separate-stderr plan "$sample/full.sqlite" none/plan.gpkg
    [[ $stderr == *none/plan.* ]]
    run -3 --separate-stderr plan "$sample/full.sqlite" plan.gpkg --roads none.gpkg
    [[ $stderr == *"none.gpkg: cannot be read: No such file"* ]]
    [ -z "$(ls)" ]
}

@test "a start from which no hamlet is reached is told" {
    run -0 --separate-stderr plan "$sample/full.sqlite" far.gpkg --start 10.5,106.5
    [[ $stderr == *"no hamlet can be reached"*--start* ]]
    run -0 --separate-stderr plan "$sample/full.sqlite" near.gpkg
    [ -z "$stderr" ]
}

@test "a plan takes the place of a plan, and of nothing else" {
    echo mine >notes.gpkg
    cp "$sample/full.sqlite" log.gpkg
    sha256sum notes.gpkg log.gpkg >before
    run -2 --separate-stderr plan "$sample/full.sqlite" notes.gpkg
    [[ $stderr == *"notes.gpkg: is there and is no plan"* ]]
    run -2 --separate-stderr plan "$sample/full.sqlite" log.gpkg
    sha256sum --check --quiet before
    [ "$(ls)" = $'before\nlog.gpkg\nnotes.gpkg' ]
    plan "$sample/full.sqlite" plan.gpkg
    plan "$sample/full.sqlite" plan.gpkg
}
