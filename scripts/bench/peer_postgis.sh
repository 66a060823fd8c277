#!/usr/bin/env bash
# PostgreSQL with PostGIS, a server of its own that postgis_server.sh started: medians per
# cell and per hamlet.
set -euo pipefail
psql -qAt -F ' ' -v ON_ERROR_STOP=1 -h "$PG_DIR" -U bench -d postgres <<SQL
SET max_parallel_workers_per_gather = $THREADS;
SET work_mem = '1GB';
DROP TABLE IF EXISTS s, h;
CREATE UNLOGGED TABLE s (t timestamptz, lat float8, lon float8, mccmnc int, tech text, level float8,
    acc float8);
\copy s FROM '$ROWS_CSV' WITH (FORMAT csv, HEADER)
CREATE UNLOGGED TABLE h (id int, geom geometry(Polygon, 4326));
INSERT INTO h SELECT (f -> 'properties' ->> 'id')::int,
        ST_SetSRID(ST_GeomFromGeoJSON(f -> 'geometry'), 4326)
    FROM json_array_elements(pg_read_file('$HAMLETS')::json -> 'features') f;
CREATE INDEX ON h USING gist (geom);
DELETE FROM s WHERE lat IS NULL OR lon IS NULL OR level IS NULL OR acc IS NULL OR acc > 50
    OR level NOT BETWEEN -140 AND -44 OR NOT (lat >= $Y0 AND lat < $Y1 AND lon >= $X0 AND lon < $X1);
ANALYZE s, h;
SELECT 'cells', count(*), sum(n), round(sum(med)::numeric, 2) FROM (
    SELECT count(*) AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY level) AS med FROM s
    GROUP BY floor((lon - $X0) / $DX), floor((lat - $Y0) / $DY), mccmnc, tech) q;
SELECT 'hamlets', count(*), sum(n), round(sum(med)::numeric, 2) FROM (
    SELECT count(*) AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY level) AS med
    FROM s JOIN h ON ST_Contains(h.geom, ST_SetSRID(ST_MakePoint(lon, lat), 4326))
    GROUP BY h.id, mccmnc, tech) q;
SQL
