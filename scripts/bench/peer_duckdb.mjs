// DuckDB: medians per cell and, by point in polygon over distinct positions, per hamlet.
import { createRequire } from 'module';

const env = process.env;
const { DuckDBInstance } = createRequire(`${env.NPM_DIR}/`)('@duckdb/node-api');
const db = await (await DuckDBInstance.create(':memory:', { threads: env.THREADS })).connect();
const query = async (sql) => (await db.runAndReadAll(sql)).getRows()[0].map(Number);
const show = (what, row) => console.log(what, row[0], row[1], row[2].toFixed(2));

await db.run('SET preserve_insertion_order = false');
await db.run(`CREATE TABLE s AS
    SELECT lat, lon, mccmnc, tech, level
    FROM read_csv('${env.ROWS_CSV}', header = true, delim = ',', quote = '', escape = '',
        auto_detect = false, columns = {t: 'TIMESTAMP', lat: 'DOUBLE', lon: 'DOUBLE',
        mccmnc: 'INTEGER', tech: 'VARCHAR', level: 'DOUBLE', acc: 'DOUBLE'})
    WHERE lat >= ${env.Y0} AND lat < ${env.Y1} AND lon >= ${env.X0} AND lon < ${env.X1}
        AND acc <= 50 AND level BETWEEN -140 AND -44`);
show('cells', await query(`SELECT count(*), sum(n), sum(med) FROM (
    SELECT count(*) AS n, median(level) AS med FROM s
    GROUP BY floor((lon - ${env.X0}) / ${env.DX})::INT, floor((lat - ${env.Y0}) / ${env.DY})::INT,
        mccmnc, tech)`));

// A hamlet's edges, and the strips of 0.001 degrees of latitude that each crosses.
await db.run(`CREATE TABLE ring AS
    SELECT f.properties.id AS h, f.geometry.coordinates[1] AS r
    FROM (SELECT unnest(features) AS f FROM read_json('${env.HAMLETS}', columns = {features:
        'STRUCT(properties STRUCT(id INT), geometry STRUCT(coordinates DOUBLE[][][]))[]'},
        maximum_object_size = 2000000000))`);
await db.run(`CREATE TABLE edge AS
    SELECT h, unnest(range(floor(least(ya, yb) * 1000)::INT,
            floor(greatest(ya, yb) * 1000)::INT + 1)) AS strip,
        least(ya, yb) AS y0, greatest(ya, yb) AS y1,
        CASE WHEN ya < yb THEN xa ELSE xb END AS x0, CASE WHEN ya < yb THEN xb ELSE xa END AS x1
    FROM (SELECT h, r[i][1] AS xa, r[i][2] AS ya, r[i + 1][1] AS xb, r[i + 1][2] AS yb
        FROM (SELECT h, r, unnest(range(1, len(r))) AS i FROM ring))
    WHERE ya <> yb`);
await db.run(`CREATE TABLE reach AS
    SELECT h, strip, unnest(range(floor(low * 100)::INT, floor(high * 100)::INT + 1)) AS tile,
        low, high
    FROM (SELECT h, strip, min(least(x0, x1)) AS low, max(greatest(x0, x1)) AS high FROM edge
        GROUP BY h, strip)`);
await db.run(`CREATE TABLE inside AS
    SELECT p.lat, p.lon, p.h
    FROM (SELECT q.lat, q.lon, h, reach.strip FROM (SELECT DISTINCT lat, lon FROM s) q
        JOIN reach ON reach.strip = floor(q.lat * 1000)::INT AND tile = floor(q.lon * 100)::INT
        WHERE q.lon BETWEEN low AND high) p
    JOIN edge e ON e.h = p.h AND e.strip = p.strip
    WHERE p.lat >= y0 AND p.lat < y1 AND p.lon < x0 + (x1 - x0) * (p.lat - y0) / (y1 - y0)
    GROUP BY ALL HAVING count(*) % 2 = 1`);
show('hamlets', await query(`SELECT count(*), sum(n), sum(med) FROM (
    SELECT count(*) AS n, median(level) AS med FROM s JOIN inside USING (lat, lon)
    GROUP BY h, mccmnc, tech)`));
