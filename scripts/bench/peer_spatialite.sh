#!/usr/bin/env bash
# SQLite with SpatiaLite: medians per cell and per hamlet.
set -euo pipefail
db=$TMP/spatialite.db
rm -f "$db"
ogr2ogr -f SQLite -dsco SPATIALITE=YES -nln h -lco GEOMETRY_NAME=geom "$db" "$HAMLETS" >/dev/null
spatialite -silent "$db" >"$TMP/spatialite.said" <<SQL
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = MEMORY;
CREATE TABLE raw (t TEXT, lat REAL, lon REAL, mccmnc INTEGER, tech TEXT, level REAL, acc REAL);
.mode csv
.separator ,
.import '$ROWS_CSV' raw
.mode list
.separator ' '
CREATE TABLE s AS SELECT lat, lon, mccmnc, tech, level FROM raw
    WHERE typeof(lat) = 'real' AND typeof(level) = 'real' AND typeof(acc) = 'real'
        AND acc <= 50 AND level BETWEEN -140 AND -44
        AND lat >= $Y0 AND lat < $Y1 AND lon >= $X0 AND lon < $X1;
WITH k AS (SELECT CAST((lon - $X0) / $DX AS INTEGER) AS x, CAST((lat - $Y0) / $DY AS INTEGER) AS y,
        mccmnc, tech, level FROM s),
    r AS (SELECT level, row_number() OVER g AS i, count(*) OVER (PARTITION BY x, y, mccmnc, tech) AS n
        FROM k WINDOW g AS (PARTITION BY x, y, mccmnc, tech ORDER BY level))
SELECT 'cells', sum(i = 1), count(*), printf('%.2f', sum(CASE
        WHEN n % 2 = 1 AND i = (n + 1) / 2 THEN level
        WHEN n % 2 = 0 AND i IN (n / 2, n / 2 + 1) THEN level / 2 END)) FROM r;
WITH k AS (SELECT h.rowid AS id, mccmnc, tech, level
        FROM s CROSS JOIN idx_h_geom i ON i.xmin <= lon AND i.xmax >= lon
            AND i.ymin <= lat AND i.ymax >= lat
        CROSS JOIN h ON h.rowid = i.pkid WHERE ST_Contains(h.geom, MakePoint(lon, lat, 4326))),
    r AS (SELECT level, row_number() OVER g AS i, count(*) OVER (PARTITION BY id, mccmnc, tech) AS n
        FROM k WINDOW g AS (PARTITION BY id, mccmnc, tech ORDER BY level))
SELECT 'hamlets', sum(i = 1), count(*), printf('%.2f', sum(CASE
        WHEN n % 2 = 1 AND i = (n + 1) / 2 THEN level
        WHEN n % 2 = 0 AND i IN (n / 2, n / 2 + 1) THEN level / 2 END)) FROM r;
SQL
grep -E '^(cells|hamlets) ' "$TMP/spatialite.said"
