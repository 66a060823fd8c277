#!/usr/bin/env bash
# Makes the binary seeds of the fuzz targets and the recordings anew: seeds.sh. The others are text
# and kept by hand.
set -euo pipefail
cd "$(dirname "$0")/corpus"

# Bytes from hexadecimal digits, blanks ignored.
bytes() # HEX...
{
    printf '%b' "$(printf '%s' "$@" | tr -d ' ' | sed 's/../\\x&/g')"
}

# The blob of a point at 106.1625 E, 22.6 N: header, envelope where there is one, WKB.
x_le=666666666A8A5A40
y_le=9A99999999993640
x_be=405A8A6666666666
y_be=4036999999999999
bytes 47500001 E6100000 01 01000000 $x_le $y_le >geo_blob/point
bytes 47500000 000010E6 00 00000001 $x_be $y_be >geo_blob/point-big-endian
bytes 47500011 E6100000 01 01000000 000000000000F87F 000000000000F87F >geo_blob/point-empty
bytes 47500003 E6100000 $x_le $x_le $y_le $y_le 01 E9030000 $x_le $y_le 0000000000000000 \
    >geo_blob/point-z-envelope

# SpatiaLite's own blobs: a point; a triangle; a triangle with a hole beside another one.
mkdir -p spatialite_blob
box="0001E6100000 $x_le $y_le $x_le $y_le 7C"
triangle="04000000 $x_le $y_le $y_le $y_le $x_le $x_le $x_le $y_le"
bytes "$box" 01000000 $x_le $y_le FE >spatialite_blob/point
bytes "$box" 03000000 01000000 "$triangle" FE >spatialite_blob/polygon
bytes "$box" 06000000 02000000 69 03000000 02000000 "$triangle" "$triangle" \
    69 03000000 01000000 "$triangle" FE >spatialite_blob/multipolygon
bytes "$box" 06000000 01000000 69 03000000 00000000 FE >spatialite_blob/no-ring

# Packed tallies: operators, first day, cells.
mkdir -p tally_pack
bytes 01 94B00000 C0B802 82010000 01 03 00 C901 05 02 29 8402 30 01 >tally_pack/cell
bytes 02 91B00000 94B00000 C0B802 00 00 00 01 00 00 00 01 2A 01 \
    8120 01 02 05 00 07 00 00 00 00 03 05 00 80808010 00 00 >tally_pack/cells
bytes 01 00000000 00 00 00 00 00 00 00 00 00 >tally_pack/no-operator
bytes 01 94B00000 00 00 00 00 01 00 00 00 02 2A 01 00 01 >tally_pack/level-twice

mkdir -p track
bytes 80EE05 C09A0C 04 00 04 02 05 00 01 00 04 03 01 02 00 03 >track/gaps
bytes FEFFFFFF7F FEFFFFFF1F FFFFFFFF7F FFFFFFFF1F 00 01 >track/far
bytes FFFFFFFFFFFFFFFFFF01 00 FFFFFFFFFFFFFFFFFF01 00 >track/too-far

# Echo answers: over a datagram socket, with the IPv4 header of a raw one, and IPv6.
token=3132333435363738
bytes 0000 0000 1234 0003 $token >icmp/answer
bytes 45000024 00000000 40010000 7F000001 7F000001 0000 0000 1234 0003 $token >icmp/answer-raw
bytes 8100 0000 1234 0003 $token >icmp/answer-v6
bytes 4F >icmp/header-too-long

# Bytes of a workspace, changed: where in the file, what.
mkdir -p workspace
bytes 62 00100000 64200001 10000001 >workspace/bytes

# The same of a plan.
mkdir -p plan
bytes 62 00100000 64200001 10000001 >plan/bytes

# UTF-16 with and without its mark, with characters beyond 16 bit, and with halves of them.
mkdir -p utf16
printf 't,Bản 𝄞\n1,2\n' | iconv -t UTF-16LE >utf16/little
{
    bytes FEFF
    printf 't,Bản 𝄞\n1,2\n' | iconv -t UTF-16BE
} >utf16/big-with-mark
bytes FFFE 6100 00D8 6200 00DC 00D8 >utf16/halves
bytes 0061 0062 DC >utf16/odd

mkdir -p gunzip
gzip -n </dev/null >gunzip/empty
{ printf one | gzip -n; printf two | gzip -n; } >gunzip/two-members
{ printf one | gzip -n; printf rest; } >gunzip/rest-behind
head -c 3000 /dev/zero | gzip -9 -n | head -c 20 >gunzip/cut-off

gzip -9 -n <lomsong_csv/short >lomsong_csv/short.gz
{
    printf d
    tail -c +2 gnettrack/dataset | gzip -9 -n
} >gnettrack/dataset.gz

# A recording of eleven seconds, the receiver without a fix in the last one; and one modem alone.
mkdir -p recording
/usr/bin/python3 ../../support/make_recording.py 11 3 >recording/three
/usr/bin/python3 ../../support/make_recording.py 2 1 >recording/one

# A trip log with the tables of the schema and small pages; its SQL is a seed as well.
schema=../../../lib/schema.sql
full=triplog/full.gpkg
rm -f "$full"
{
    echo 'PRAGMA page_size = 512;'
    sed -n '/^-- section: geopackage$/,/^-- section: workspace$/p' "$schema"
    cat <<'END'
INSERT INTO trip VALUES (1, '5f6c1c1e-0000-4000-8000-000000000001', 1, '0.1.0', 'test',
    1757034000000, 1757034060000, 25200, '{}');
INSERT INTO modem VALUES (1, 'EC25', NULL, '/dev/ttyUSB2', NULL, '45204', 'outdoor', NULL);
INSERT INTO sample (geom, modem_id, t_utc_ms, state, tech, mcc, mnc, rsrp_dbm, fix_age_ms, acc_h95_m,
    level_age_ms, raw)
    SELECT x'47500001E61000000101000000666666666A8A5A409A99999999993640', 1,
        1757034000000 + 1000 * value, iif(value % 3, 'in_service', 'no_service'),
        iif(value % 3, 'LTE', NULL), '452', '04', iif(value % 3, -90.5 - value, NULL), 100, 4.5, 150,
        '+CESQ: 99,99,255,255,20,40'
    FROM generate_series(1, 12);
END
} | sqlite3 "$full"
gzip -9 -n <"$full" >"$full.gz"

# A GeoPackage of Network Survey, with small pages.
mkdir -p network_survey_gpkg
full=network_survey_gpkg/full.gpkg
rm -f "$full"
sqlite3 "$full" <<'SQL'
PRAGMA page_size = 512;
CREATE TABLE LTE_MESSAGE(id INTEGER PRIMARY KEY, geom BLOB, Time INTEGER, "Serving Cell" SMALLINT,
    MCC SMALLINT, MNC SMALLINT, TAC MEDIUMINT, ECI MEDIUMINT, RSRP FLOAT, Slot SMALLINT);
CREATE TABLE GSM_MESSAGE(id INTEGER PRIMARY KEY, geom BLOB, Time INTEGER, MCC SMALLINT, MNC SMALLINT,
    "Signal Strength" FLOAT);
INSERT INTO LTE_MESSAGE
    SELECT value, x'47500001E61000000101000000666666666A8A5A409A99999999993640',
        1757034000000 + 1000 * value, value % 4 > 0, 452, value % 2, 24101, 7, -90.5 - value, value % 2
    FROM generate_series(1, 8);
INSERT INTO GSM_MESSAGE VALUES
    (1, x'47500001E61000000101000000666666666A8A5A409A99999999993640', 1757034000000, 452, 4, -81),
    (2, NULL, '2025-09-05T01:00:00Z', 452, '4', 'weak');
SQL
