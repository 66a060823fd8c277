#!/usr/bin/env bats
# Files that mean harm, or look as if they did: each is refused by name or read truthfully.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

setup()
{
    enter_scene
    printf 'hamlet_code,name,lat,lon\nH1,Bản Một,22.60,106.10\n' >hamlets.csv
    printf 't_utc_ms,lat_deg,lon_deg,mccmnc,tech,level_dbm\n' >log.csv
    printf '17500%08d,22.6,106.1,45204,LTE,-90\n' 1 2 3 4 5 6 7 8 9 >>log.csv
    "$LOMSONG" convert plain.csv log.csv
}

teardown()
{
    check_tmpdir
}

refused() # TEXT COMMAND...
{
    run --separate-stderr -3 "${@:2}"
    echo "$stderr"
    [[ $stderr == *"$1"* ]]
}

@test "UTF-16 of either byte order, with and without its mark, is read" {
    local code
    for code in UTF-16 UTF-16LE UTF-16BE; do
        iconv -f UTF-8 -t "$code" log.csv >16.csv
        "$LOMSONG" convert out.csv 16.csv
        cmp out.csv plain.csv
        gzip -kf 16.csv
        "$LOMSONG" convert out.csv 16.csv.gz
        cmp out.csv plain.csv
    done
}

@test "half a character at the end of UTF-16 costs its row only" {
    iconv -f UTF-8 -t UTF-16LE log.csv >16.csv
    printf '1\0007\0005\0\330' >>16.csv
    run -0 "$LOMSONG" survey out --hamlets hamlets.csv --only hamlets --lang en 16.csv
    [[ $output == *"10 rows, 9 accepted"* ]]
}

@test "decimal commas between semicolons or tabs" {
    local delim
    for delim in ';' $'\t'; do
        sed "s/,/$delim/g; s/\./,/g" log.csv >comma.csv
        "$LOMSONG" convert out.csv comma.csv
        cmp out.csv plain.csv
    done
}

@test "a bomb of gzip stops at a limit, with a message" {
    {
        cat log.csv
        head -c 600000000 /dev/zero | tr '\0' '\n'
    } | gzip -9 >bomb.csv.gz
    refused bomb.csv.gz "$LOMSONG" convert out.csv bomb.csv.gz
    [[ $stderr == *"150"* ]]
    [ ! -e out.csv ]
}

@test "a line of 100 MB and a field of 10 MB each cost one row" {
    {
        cat log.csv
        head -c 100000000 /dev/zero | tr '\0' 1
        echo
        printf '1750000000099,22.6,106.1,45204,"'
        head -c 10000000 /dev/zero | tr '\0' L
        printf '",-90\n'
        tail -n 1 log.csv | sed 's/-90/-91/'
    } >long.csv
    run -0 "$LOMSONG" survey out --hamlets hamlets.csv --only hamlets --lang en long.csv
    [[ $output == *"12 rows, 10 accepted"* ]]
}

@test "descriptions of other files and of servers are no places" {
    printf '<OGRVRTDataSource><OGRVRTLayer name="h"><SrcDataSource>%s</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>' \
        "$PWD/hamlets.csv" >h.vrt
    refused h.vrt "$LOMSONG" new work.sqlite --hamlets h.vrt
    printf '<OGRWFSDataSource><URL>http://127.0.0.1:1/</URL></OGRWFSDataSource>' >wfs.xml
    refused wfs.xml "$LOMSONG" new work.sqlite --hamlets wfs.xml
    refused /vsicurl "$LOMSONG" new work.sqlite --hamlets /vsicurl/http://127.0.0.1:1/h.geojson
    refused PG "$LOMSONG" new work.sqlite --hamlets "PG:host=127.0.0.1 port=1"
    [ ! -e work.sqlite ]
    # nor stations, nor roads
    "$LOMSONG" new work.sqlite --hamlets hamlets.csv
    printf 'name,operator,tech,lat,lon\nA,45204,4G,22.6,106.1\n' >sites.csv
    "$LOMSONG" add work.sqlite --stations sites.csv
    printf '{"type":"LineString","coordinates":[[106.1,22.6],[106.2,22.7]]}' >roads.geojson
    "$LOMSONG" plan work.sqlite plan.gpkg --roads roads.geojson
    local what
    for what in sites.csv roads.geojson; do
        printf '<OGRVRTDataSource><OGRVRTLayer name="%s"><SrcDataSource>%s</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>' \
            "${what%.*}" "$PWD/$what" >"${what%.*}.vrt"
    done
    refused sites.vrt "$LOMSONG" add work.sqlite --stations sites.vrt
    refused wfs.xml "$LOMSONG" add work.sqlite --stations wfs.xml
    refused roads.vrt "$LOMSONG" plan work.sqlite no.gpkg --roads roads.vrt
    refused wfs.xml "$LOMSONG" plan work.sqlite no.gpkg --roads wfs.xml
}

# An SQLite file of places, changed by SQL before it is read.
places_refused() # TEXT SQL
{
    rm -f places.gpkg
    /usr/bin/python3 - "$2" <<'PY'
import sqlite3
import sys
from osgeo import ogr, osr
ogr.UseExceptions()
wgs84 = osr.SpatialReference()
wgs84.ImportFromEPSG(4326)
source = ogr.GetDriverByName("GPKG").CreateDataSource("places.gpkg")
layer = source.CreateLayer("hamlets", wgs84, ogr.wkbPoint)
for name in ("hamlet_code", "name"):
    layer.CreateField(ogr.FieldDefn(name, ogr.OFTString))
feature = ogr.Feature(layer.GetLayerDefn())
feature["hamlet_code"], feature["name"] = "H1", "Một"
feature.SetGeometry(ogr.CreateGeometryFromWkt("POINT (106.1 22.6)"))
layer.CreateFeature(feature)
feature = layer = source = None
db = sqlite3.connect("places.gpkg")
db.executescript(sys.argv[1])
db.close()
PY
    if [ -z "$1" ]; then
        rm -f work.sqlite
        "$LOMSONG" new work.sqlite --hamlets places.gpkg
    else
        refused "$1" "$LOMSONG" new refused.sqlite --hamlets places.gpkg
        [[ $stderr == *places.gpkg* ]]
        [ ! -e refused.sqlite ]
    fi
}

@test "views, virtual tables and broken pages of a GeoPackage of places" {
    places_refused '' 'SELECT 1'
    places_refused hamlets "PRAGMA legacy_alter_table = ON; ALTER TABLE hamlets RENAME TO h;
        CREATE VIEW hamlets AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n)
            SELECT fid, geom, hamlet_code, name FROM h, n;"
    places_refused gpkg_contents "PRAGMA legacy_alter_table = ON;
        ALTER TABLE gpkg_contents RENAME TO c;
        CREATE VIEW gpkg_contents AS SELECT * FROM c;"
    places_refused spy "PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table',
        'spy', 'spy', 0, 'CREATE VIRTUAL TABLE spy USING VirtualText(\"/etc/passwd\", UTF-8)');"
    places_refused '' 'SELECT 1'
    # a page in the middle, overwritten
    dd if=/dev/urandom of=places.gpkg bs=4096 seek=2 count=9 conv=notrunc status=none
    refused places.gpkg "$LOMSONG" new broken.sqlite --hamlets places.gpkg
    [ ! -e broken.sqlite ]
}

@test "a workspace that another hand has changed is refused, with what is wrong" {
    local sql
    "$LOMSONG" new whole.sqlite --hamlets hamlets.csv
    for sql in "test area:DELETE FROM test_area" "without its hamlet:DELETE FROM hamlet" \
        "without a position:UPDATE test_area SET geom = NULL"; do
        cp whole.sqlite work.sqlite
        # triggers of geometries need SpatiaLite
        sqlite3 -cmd '.dbconfig enable_trigger off' work.sqlite "${sql#*:}"
        refused "${sql%%:*}" "$LOMSONG" judge work.sqlite
        [[ $stderr == *work.sqlite*H1* ]]
    done
}

@test "an anonymized log names nobody and gives the same bins" {
    printf 't_utc_ms,lat_deg,lon_deg,modem_id,boot_id,mccmnc,tech,cell_id,pci,rsrp_dbm,speed_mps,raw\n' >full.csv
    local i
    for i in {10..59}; do
        echo "17500000${i}123,22.6${i}37,106.1${i}41,3,boot-77,45204,LTE,4711$i,99,-9$((i % 10)),1.5,secret"
    done >>full.csv
    "$LOMSONG" convert --region vn --anonymize anonymous.csv full.csv
    [ "$(wc -l <anonymous.csv)" -eq 51 ]
    run ! grep -E 'boot-77|4711|secret|,99,|1\.5' anonymous.csv
    /usr/bin/python3 - <<'PY'
import csv
rows = list(csv.DictReader(open("anonymous.csv", encoding="utf-8-sig")))
assert all(int(row["t_utc_ms"]) % 60000 == 0 for row in rows)
kept = {"sample_id", "t_utc_ms", "state", "tech", "mcc", "mnc", "rsrp_dbm", "lat_deg", "lon_deg"}
assert {name for row in rows for name, value in row.items() if value} == kept
PY
    "$LOMSONG" survey mine --region vn --hamlets hamlets.csv --only bins full.csv
    "$LOMSONG" survey theirs --region vn --hamlets hamlets.csv --only bins anonymous.csv
    cmp mine/bins.csv theirs/bins.csv
    "$LOMSONG" convert --region vn --anonymize --bin-size 200 coarse.csv full.csv
    run ! cmp -s coarse.csv anonymous.csv
}

# A drive that begins at a lonely house 5 km from the hamlet, in a log that names its driver.
write_drive()
{
    local i
    printf 't_utc_ms,lat_deg,lon_deg,mccmnc,tech,rsrp_dbm\n'
    for i in {100..399}; do
        echo "1750000${i}123,22.$((555 + i / 8))$((i % 8))7,106.1004,45204,LTE,-9$((i % 10))"
    done
}

@test "an anonymized survey shows the same places, and nobody's ways" {
    write_drive >nguyen-van-a.csv
    tail -n 250 nguyen-van-a.csv | awk -F, -v OFS=, '{$1 += 86400000 * 3; print}' |
        cat <(head -n 1 log.csv | sed s/level/rsrp/) - >tran-thi-b.csv
    "$LOMSONG" survey full --work work.sqlite --region vn --hamlets hamlets.csv --lang en ./*-*-?.csv
    evidence work.sqlite >before
    "$LOMSONG" publish --anonymize work.sqlite out --lang en
    "$LOMSONG" survey again --anonymize --region vn --hamlets hamlets.csv --lang en ./*-*-?.csv
    same_outputs out again
    cmp out/manifest.json again/manifest.json

    # the verdicts and their numbers, but for the hours
    cmp full/areas.csv out/areas.csv
    cmp full/summary.txt out/summary.txt
    cmp full/communes.csv out/communes.csv
    run -1 cmp -s full/hamlets.csv out/hamlets.csv
    /usr/bin/python3 - <<'PY'
import csv, json, sqlite3, zipfile
def rows(name):
    return list(csv.DictReader(open(name, encoding="utf-8-sig")))
full, out = rows("full/hamlets.csv"), rows("out/hamlets.csv")
for a, b in zip(full, out, strict=True):
    assert a["first_utc"][:7] == b["first_utc"][:7]
    # midnight in Viet Nam
    assert b["first_utc"].endswith("T17:00:00Z") and b["last_utc"].endswith("T17:00:00Z"), b
    for name in set(a) - {"first_utc", "last_utc"}:
        assert a[name] == b[name], name
bins, kept = rows("full/bins.csv"), rows("out/bins.csv")
assert all(row in bins for row in kept)
near = [row for row in bins if abs(float(row["lat_deg"]) - 22.6) < 0.005]
assert len(near) > 10 and all(row in kept for row in near)
assert all(abs(float(row["lat_deg"]) - 22.6) < 0.012 for row in kept)
assert len(kept) < len(bins)
manifest = json.load(open("out/manifest.json"))
assert manifest["anonymized"] is True
assert "anonymized" not in json.load(open("full/manifest.json"))
was = json.load(open("full/manifest.json"))["inputs"]
assert sorted(i["sha256"] for i in was) == [i["sha256"] for i in manifest["inputs"]]
assert [i["file"] for i in manifest["inputs"]] == ["log 1", "log 2"]
db = sqlite3.connect("out/survey.gpkg")
assert db.execute("SELECT count(*) FROM track").fetchone() == (0,)
assert db.execute("SELECT count(*) FROM bin").fetchone()[0] == len(kept)
for part in zipfile.ZipFile("out/report.xlsx").namelist():
    text = zipfile.ZipFile("out/report.xlsx").read(part)
    assert b"nguyen" not in text and b"tran-thi" not in text, part
PY
    run -1 grep -rlE 'nguyen-van|tran-thi' out
    run -0 grep -rlE 'nguyen-van' full
    run ! grep -E 'nguyen-van|tran-thi' <(pdftotext out/report.pdf -)
    run -0 grep -E 'nguyen-van|tran-thi' <(pdftotext full/report.pdf -)
    evidence work.sqlite | cmp - before
    run --separate-stderr -2 "$LOMSONG" publish --anonymize --dossier all work.sqlite out
    [[ $stderr == *--dossier*--anonymize* ]]

    # over its own, not among others
    "$LOMSONG" publish --anonymize --only hamlets work.sqlite out
    run --separate-stderr -2 "$LOMSONG" publish --anonymize --only hamlets --lang en work.sqlite full
    [[ $stderr == *"full: holds outputs that were written without --anonymize"* ]]
    run --separate-stderr -2 "$LOMSONG" survey full --anonymize --hamlets hamlets.csv --lang en log.csv
    mkdir in
    run --separate-stderr -2 "$LOMSONG" watch --once --anonymize --out full --lang en work.sqlite in
    [[ $stderr == *"full: holds outputs"* ]]
}

# 1 GB of one line, field or tag: a sparse file of NUL, and the same packed.
@test "a line of a gigabyte stops at a limit, with a message, in little memory" {
    if [[ $LOMSONG != */asan/* ]]; then
        ulimit -v 2000000
    fi
    cp log.csv endless.csv
    truncate -s 1G endless.csv
    cat >gnettrack.txt <<'END'
Timestamp	Longitude	Latitude	Operatorname	Operator	NetworkTech	Level	Qual	SNR
END
    truncate -s 200M gnettrack.txt
    printf 'mcc,mnc,lac,cell_id,lat,lon,accuracy,measured_at,net_type,neighboring,dbm\n' >tower.csv
    truncate -s 200M tower.csv
    local file
    for file in endless.csv gnettrack.txt tower.csv; do
        refused "$file:" "$LOMSONG" convert out.csv "$file"
        [[ $stderr == *"longer than 128 MiB"* ]]
    done
    [[ $stderr == *tower.csv:2:* ]]
    # in pieces as in a row
    refused endless.csv:11: "$LOMSONG" survey out --hamlets hamlets.csv endless.csv

    # packed: neither by 150 times its size nor by a quarter of a gigabyte
    { cat log.csv; head -c 150000000 /dev/zero | tr '\0' ,; } | gzip -1 >endless.csv.gz
    refused endless.csv.gz:11: "$LOMSONG" convert out.csv endless.csv.gz
    [[ $stderr == *"longer than 128 MiB"* ]]
    { printf '<?xml version="1.0"?>\n<kml><!--'; head -c 9000000 /dev/zero | tr '\0' x; } | gzip -1 >endless.kml.gz
    refused endless.kml.gz:2: "$LOMSONG" convert out.csv --format gnettrack-kml endless.kml.gz
    [[ $stderr == *"1 MiB"* ]]
    printf '<gpx><trkpt lat="' >endless.gpx
    truncate -s 1G endless.gpx
    run --separate-stderr -3 "$LOMSONG" convert out.csv --track endless.gpx log.csv
    [[ $stderr == *endless.gpx:1:* ]]
    [ ! -e out.csv ]
    [ ! -e out ]
}
