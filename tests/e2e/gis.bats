#!/usr/bin/env bats
# What planners open in QGIS and GDAL: survey.gpkg, the rasters and survey.qgs of the sample
# survey, read by independent programs and compared with the tables.
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
    out=$sample/out
    python=(/usr/bin/python3 "$BATS_TEST_DIRNAME/../support/gis_check.py")
}

teardown()
{
    check_tmpdir
}

query() # SQL
{
    sqlite3 "$out/survey.gpkg" "$1"
}

@test "GDAL reads every layer and raster without a warning" {
    local file
    run --separate-stderr ogrinfo -ro -so -al "$out/survey.gpkg"
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    for file in "$out"/*.tif; do
        run --separate-stderr gdalinfo -stats "$file"
        [ "$status" -eq 0 ]
        [ -z "$stderr" ]
        [[ $output == *'ID["EPSG",3405]'* ]]
        [[ $output == *LAYOUT=COG* ]]
        rm -f "$file.aux.xml"
    done
}

@test "SQLite finds no fault in the layers' spatial indexes, nor GDAL in the triggers" {
    local layer layers
    layers=$(query "SELECT table_name FROM gpkg_geometry_columns")
    [ "$(wc -l <<<"$layers")" -ge 6 ]
    for layer in $layers; do
        [ "$(query "SELECT rtreecheck('rtree_${layer}_geom')")" = ok ]
        [ "$(query "SELECT count(*) FROM rtree_${layer}_geom")" \
            -eq "$(query "SELECT count(*) FROM $layer WHERE geom IS NOT NULL")" ]
        [ "$(query "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = '$layer'")" \
            -eq "$(query "SELECT count(*) FROM $layer")" ]
    done
    [ "$(query 'PRAGMA integrity_check')" = ok ]
    # an edit as QGIS makes it: index, count and extent follow
    cp "$out/survey.gpkg" edited.gpkg
    ogrinfo -q edited.gpkg -sql "DELETE FROM bin WHERE fid <= 100"
    ogrinfo -q edited.gpkg -sql "UPDATE hamlet SET geom = ST_Transform(geom, 4326) WHERE fid = 1"
    [ "$(sqlite3 edited.gpkg "SELECT rtreecheck('rtree_bin_geom') || rtreecheck('rtree_hamlet_geom')")" \
        = okok ]
    [ "$(sqlite3 edited.gpkg 'SELECT count(*) FROM rtree_bin_geom')" -eq $(($(query 'SELECT count(*) FROM bin') - 100)) ]
    [ "$(sqlite3 edited.gpkg "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = 'bin'")" \
        -eq $(($(query 'SELECT count(*) FROM bin') - 100)) ]
}

@test "every raster is a cloud-optimized GeoTIFF with a style beside it" {
    local file shares=("$out"/availability_*.tif)
    for file in "$out"/*.tif; do
        /usr/bin/python3 -m osgeo_utils.samples.validate_cloud_optimized_geotiff -q "$file"
        [ -s "${file%.tif}.qml" ]
    done
    [ ${#shares[@]} -eq 4 ]
}

@test "the layers say what the tables say" {
    "${python[@]}" layers "$out"
}

@test "a test area's availability is the mean of its bins'" {
    "${python[@]}" availability "$out" "$rule"
}

@test "the rasters hold the bins' levels and shares" {
    "${python[@]}" rasters "$out"
}

@test "the project names what is there" {
    "${python[@]}" project "$out"
}

@test "titles are in the language asked for" {
    cp "$sample/work.sqlite" work.sqlite
    "$LOMSONG" publish work.sqlite vi --lang vi --only survey,project
    grep -q 'layername>Thôn<' vi/survey.qgs
    grep -q 'layername>Hamlets<' "$out/survey.qgs"
    [ "$(sqlite3 vi/survey.gpkg "SELECT identifier FROM gpkg_contents WHERE table_name = 'track'")" \
        = "Vết đo" ]
    sqlite3 vi/survey.gpkg "SELECT styleQML FROM layer_styles" | grep -q 'Mã thôn'
}

@test "bins in larger squares keep the tracks where they are" {
    cp "$sample/work.sqlite" work.sqlite
    "$LOMSONG" publish work.sqlite wide --lang en --only survey --bin-size 200
    cmp <(sqlite3 wide/survey.gpkg "SELECT hex(geom) FROM track") <(query "SELECT hex(geom) FROM track")
}

@test "tracks come and go with their log" {
    cp "$sample/work.sqlite" work.sqlite
    "$LOMSONG" remove work.sqlite north-2025-09-18.csv
    [ "$(sqlite3 work.sqlite 'SELECT count(*) FROM track LEFT JOIN log USING (log_id)
        WHERE log.log_id IS NULL')" -eq 0 ]
    "$LOMSONG" publish work.sqlite without --only survey
    [ "$(sqlite3 without/survey.gpkg "SELECT count(*) FROM track WHERE log LIKE 'north%'")" -eq 0 ]
    "$LOMSONG" add work.sqlite "$sample/logs/north-2025-09-18.csv"
    "$LOMSONG" publish work.sqlite again --lang en --only survey
    cmp <(sqlite3 again/survey.gpkg 'SELECT * FROM track') <(query 'SELECT * FROM track')
}

@test "a workspace from before there were tracks gets them with its next change" {
    cp "$sample/work.sqlite" work.sqlite
    sqlite3 work.sqlite 'DROP TABLE track'
    "$LOMSONG" publish work.sqlite old --only survey
    [ "$(sqlite3 old/survey.gpkg 'SELECT count(*) FROM track')" -eq 0 ]
    "$LOMSONG" remove work.sqlite seat.csv.gz
    "$LOMSONG" add work.sqlite "$sample/logs/seat.csv.gz"
    "$LOMSONG" publish work.sqlite new --only survey
    [ "$(sqlite3 new/survey.gpkg 'SELECT count(*) FROM track')" -eq 1 ]
}

@test "stations are a layer with a style, where there are any" {
    cp "$sample/work.sqlite" work.sqlite
    printf '%s\n' name,operator,tech,lat,lon 'Mast <1>,Viettel,4G,22.66,106.062' \
        'Mast 2,,,22.64,106.075' 'Far,45201,2G,-40,-70' >sites.csv
    "$LOMSONG" add work.sqlite --stations sites.csv
    "$LOMSONG" publish work.sqlite out --lang en --also geojson
    [ "$(ogrinfo -ro -q -sql 'SELECT name, mccmnc, operator, tech FROM station' out/survey.gpkg |
        grep -c '(String) = ')" = 12 ]
    [ "$(sqlite3 out/survey.gpkg "SELECT name, operator, tech FROM station WHERE mccmnc = '45204'")" \
        = 'Mast <1>|Viettel|LTE' ]
    jq -e '[.features[] | select(.properties.tech == "LTE").geometry.coordinates] ==
        [[106.062, 22.66]]' out/survey_station.geojson
    [ "$(sqlite3 out/survey.gpkg "SELECT useAsDefault FROM layer_styles WHERE f_table_name = 'station'")" = 1 ]
    grep -q 'survey.gpkg|layername=station' out/survey.qgs
    [ "$(query "SELECT count(*) FROM sqlite_schema WHERE name = 'station'")" = 0 ]
    [ "$(query "SELECT count(*) FROM layer_styles WHERE f_table_name = 'station'")" = 0 ]
    run ! grep -q station "$out/survey.qgs"
    "${python[@]}" layers out
    same_tables "$out" out
}
