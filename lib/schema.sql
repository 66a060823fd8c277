-- Every table of the project. Sections start with a line "-- section: NAME"; schema_section()
-- hands out their text.

-- section: geopackage
-- What makes a file a GeoPackage 1.3 (OGC 12-128r18).
PRAGMA application_id = 0x47504B47; -- "GPKG", §1.1.1.1.1
PRAGMA user_version = 10300;

CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL,
    srs_id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL,
    description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined',
     'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined',
     'undefined geographic coordinate reference system'),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326,
     'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
     'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');

CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY,
    data_type TEXT NOT NULL,
    identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    min_x DOUBLE,
    min_y DOUBLE,
    max_x DOUBLE,
    max_y DOUBLE,
    srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);

CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL,
    m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);

-- section: trip_log
-- In a GeoPackage. Missing is NULL, never 0. Times are UTC milliseconds; INTEGER is 64 bit in
-- a GeoPackage. Units stand in the names.

-- One row. `seal` is written when the log is closed in order: counts and hash of the content.
CREATE TABLE trip (
    trip_id INTEGER PRIMARY KEY CHECK (trip_id = 1),
    trip_uuid TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    collector_version TEXT,
    device TEXT,
    started_utc_ms INTEGER,
    ended_utc_ms INTEGER,
    utc_offset_s INTEGER,
    seal TEXT
);

-- imei_hash is an HMAC with a key that stays on the device: no IMEI, IMSI, ICCID or phone
-- number is ever stored, in `raw` neither. offset_db is what the analyzer adds to a level of
-- this modem to get that of a reference handset outdoors; the samples are as they were read.
CREATE TABLE modem (
    modem_id INTEGER PRIMARY KEY,
    model TEXT,
    firmware TEXT,
    port TEXT,
    imei_hash TEXT,
    sim_mccmnc TEXT,
    mount TEXT CHECK (mount IN ('outdoor', 'vehicle', 'indoor')),
    offset_db REAL
);

-- mcc and mnc are text because "04" and "004" are different networks. level_age_ms counts
-- from the modem's last proof of life; raw is what it answered.
CREATE TABLE sample (
    sample_id INTEGER PRIMARY KEY AUTOINCREMENT,
    geom POINT,
    modem_id INTEGER,
    t_utc_ms INTEGER,
    t_mono_ms INTEGER,
    boot_id TEXT,
    state TEXT NOT NULL
        CHECK (state IN ('in_service', 'limited', 'no_service', 'radio_off', 'unknown')),
    tech TEXT CHECK (tech IN ('GSM', 'WCDMA', 'LTE', 'NR_NSA', 'NR_SA')),
    mcc TEXT,
    mnc TEXT,
    tac INTEGER,
    cell_id INTEGER,
    pci INTEGER,
    arfcn INTEGER,
    band TEXT,
    rsrp_dbm REAL,
    rsrq_db REAL,
    sinr_db REAL,
    rssi_dbm REAL,
    rscp_dbm REAL,
    ecno_db REAL,
    rxlev_dbm REAL,
    ss_rsrp_dbm REAL,
    ss_rsrq_db REAL,
    ss_sinr_db REAL,
    ta INTEGER,
    fix_mode INTEGER,
    fix_age_ms INTEGER,
    acc_h95_m REAL,
    hdop REAL,
    satellites INTEGER,
    alt_m REAL,
    speed_mps REAL,
    course_deg REAL,
    level_age_ms INTEGER,
    raw TEXT
);

-- A cell heard beside the serving one, with the sample that it was heard with.
CREATE TABLE neighbour (
    neighbour_id INTEGER PRIMARY KEY AUTOINCREMENT,
    sample_id INTEGER NOT NULL,
    tech TEXT CHECK (tech IN ('GSM', 'WCDMA', 'LTE', 'NR_NSA', 'NR_SA')),
    mcc TEXT,
    mnc TEXT,
    tac INTEGER,
    cell_id INTEGER,
    pci INTEGER,
    arfcn INTEGER,
    band TEXT,
    rsrp_dbm REAL,
    rsrq_db REAL,
    sinr_db REAL,
    rssi_dbm REAL,
    rscp_dbm REAL,
    ecno_db REAL,
    rxlev_dbm REAL,
    ss_rsrp_dbm REAL,
    ss_rsrq_db REAL,
    ss_sinr_db REAL,
    raw TEXT
);

-- An active test: kind "ping", "http_get", "http_put"; t_utc_ms is its start; sample_id the last
-- sample of that modem then, which has the position. result "void": the test says nothing about
-- the network (daily_limit, not_permitted...) and counts as no attempt; reason is NULL when ok.
-- Bytes are the payload of TCP or ICMP, all of it; the rate is that of the body alone.
-- Since schema_version 2: interface, "void", reason, rate_kbps.
CREATE TABLE probe (
    probe_id INTEGER PRIMARY KEY AUTOINCREMENT,
    modem_id INTEGER,
    sample_id INTEGER,
    t_utc_ms INTEGER,
    t_mono_ms INTEGER,
    boot_id TEXT,
    kind TEXT NOT NULL,
    target TEXT,
    interface TEXT,
    result TEXT NOT NULL CHECK (result IN ('ok', 'timeout', 'refused', 'error', 'void')),
    reason TEXT,
    duration_ms INTEGER,
    rtt_ms REAL,
    loss_share REAL,
    sent_bytes INTEGER,
    received_bytes INTEGER,
    rate_kbps REAL,
    raw TEXT
);

-- What happened: kind "start", "stop", "gps_lost", "modem_lost", "clock_step", "disk_low"…
CREATE TABLE event (
    event_id INTEGER PRIMARY KEY AUTOINCREMENT,
    t_utc_ms INTEGER,
    t_mono_ms INTEGER,
    boot_id TEXT,
    modem_id INTEGER,
    kind TEXT NOT NULL,
    detail TEXT
);

-- last_change is set to the trip's own times by the writer.
INSERT INTO gpkg_contents
    (table_name, data_type, identifier, description, last_change, srs_id)
VALUES
    ('sample', 'features', 'sample', 'signal and position, one reading of one modem',
     '1970-01-01T00:00:00.000Z', 4326),
    ('trip', 'attributes', 'trip', 'the run that wrote this log',
     '1970-01-01T00:00:00.000Z', NULL),
    ('modem', 'attributes', 'modem', 'the modems read', '1970-01-01T00:00:00.000Z', NULL),
    ('neighbour', 'attributes', 'neighbour', 'cells heard beside the serving one',
     '1970-01-01T00:00:00.000Z', NULL),
    ('probe', 'attributes', 'probe', 'active tests', '1970-01-01T00:00:00.000Z', NULL),
    ('event', 'attributes', 'event', 'what happened', '1970-01-01T00:00:00.000Z', NULL);
INSERT INTO gpkg_geometry_columns VALUES ('sample', 'geom', 'POINT', 4326, 0, 0);


-- section: workspace
-- One SpatiaLite file per survey. Geometry columns are added by the next section, so that this
-- one is plain SQL. Times are UTC milliseconds in BIGINT: GDAL reads an INTEGER of a SpatiaLite
-- table as 32 bit. Codes are text, with their leading zeros.
PRAGMA application_id = 0x4C4F4D53; -- "LOMS"
PRAGMA user_version = 3;

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE place_file (
    role TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL
);
CREATE TABLE hamlet (
    hamlet_code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    commune_code TEXT NOT NULL,
    households BIGINT,
    electricity TEXT NOT NULL,
    difficult TEXT NOT NULL
);
CREATE TABLE test_area (
    area_code TEXT PRIMARY KEY,
    hamlet_code TEXT NOT NULL,
    area_kind TEXT NOT NULL,
    name TEXT NOT NULL,
    households BIGINT
);
CREATE TABLE commune (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    province_code TEXT NOT NULL,
    province TEXT NOT NULL
);
CREATE TABLE log (
    log_id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    trip_uuid TEXT NOT NULL,
    format TEXT NOT NULL,
    rows BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    level_blanked BIGINT NOT NULL,
    level_corrected BIGINT NOT NULL,
    probes BIGINT NOT NULL,
    probes_counted BIGINT NOT NULL,
    first_utc_ms BIGINT,
    last_utc_ms BIGINT,
    seal TEXT NOT NULL,
    options TEXT NOT NULL
);
CREATE TABLE log_rejected (
    log_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    rows BIGINT NOT NULL,
    PRIMARY KEY (log_id, reason)
);
-- One log's part of one tile of the grid, 64 x 64 bins: its cells (bin, operator, local day,
-- technology) with their level histograms and counts, packed (lib/tally_pack.c). A log
-- may have several parts of a tile; they add up. Days are since 1970-01-01.
CREATE TABLE tally (
    tile_x INTEGER NOT NULL,
    tile_y INTEGER NOT NULL,
    log_id INTEGER NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    cells BLOB NOT NULL
);
CREATE INDEX tally_tile ON tally (tile_x, tile_y);
CREATE INDEX tally_log ON tally (log_id);
-- An active test of broadband; value: whole kbit/s, or ms of a ping, NULL where nothing came
-- through. Never part of a verdict.
CREATE TABLE probe (
    log_id INTEGER NOT NULL,
    bin_x INTEGER NOT NULL,
    bin_y INTEGER NOT NULL,
    mccmnc TEXT NOT NULL,
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    ok INTEGER NOT NULL,
    value BIGINT
);
CREATE INDEX probe_log ON probe (log_id);
CREATE TABLE rule (
    sha256 TEXT PRIMARY KEY,
    rule_id TEXT NOT NULL,
    as_of_day INTEGER,
    text TEXT NOT NULL
);
CREATE TABLE verdict (
    hamlet_code TEXT PRIMARY KEY,
    rule_id TEXT NOT NULL,
    rule_sha256 TEXT NOT NULL,
    verdict TEXT NOT NULL,
    centre TEXT NOT NULL,
    clusters_failed INTEGER NOT NULL
);
CREATE TABLE verdict_operator (
    area_code TEXT NOT NULL,
    mccmnc TEXT NOT NULL,
    result TEXT NOT NULL,
    availability DOUBLE,
    availability_low DOUBLE NOT NULL,
    availability_high DOUBLE NOT NULL,
    effective_n DOUBLE NOT NULL,
    bins BIGINT NOT NULL,
    bins_total BIGINT NOT NULL,
    visits BIGINT NOT NULL,
    samples BIGINT NOT NULL,
    no_service_samples BIGINT NOT NULL,
    PRIMARY KEY (area_code, mccmnc)
);

-- section: workspace_note
-- The officer's word on a hamlet, beside the measured verdict. Rows are only ever added: the
-- last by day, then by number, stands; decision 'none' takes back what stood before. Workspaces
-- made before this table was thought of get it with their first note.
CREATE TABLE IF NOT EXISTS note (
    note_id INTEGER PRIMARY KEY,
    hamlet_code TEXT NOT NULL,
    decision TEXT NOT NULL,
    noted_by TEXT NOT NULL,
    noted_day INTEGER NOT NULL,
    reason TEXT NOT NULL
);

-- section: workspace_track
-- The way of a log's samples from bin to bin, as analyzer/track.c writes it. Workspaces made
-- before this table was thought of get it with their next change.
CREATE TABLE IF NOT EXISTS track (
    log_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    first_utc_ms BIGINT,
    last_utc_ms BIGINT,
    samples BIGINT NOT NULL,
    operators TEXT NOT NULL,
    path BLOB NOT NULL,
    PRIMARY KEY (log_id, day)
);
-- Else each log that comes would be compared with all.
CREATE INDEX IF NOT EXISTS log_trip ON log (trip_uuid);

-- section: workspace_suspect
-- Suspicious patterns of a log, which are warnings and no reasons: how often, and the row where
-- the first begins. Workspaces made before this table was thought of get it with their next
-- change; what their older logs would show is not known.
CREATE TABLE IF NOT EXISTS log_suspect (
    log_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    times BIGINT NOT NULL,
    first_row BIGINT NOT NULL,
    PRIMARY KEY (log_id, kind)
);

-- section: workspace_station
-- The planners' layer: sites and cells. Plain numbers, for it is only ever read as a whole.
CREATE TABLE IF NOT EXISTS station (
    station_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    mccmnc TEXT NOT NULL,
    tech TEXT NOT NULL,
    lat_deg REAL NOT NULL,
    lon_deg REAL NOT NULL
);

-- section: workspace_move
-- How the hamlets of a list from before a reform came into their communes of today: by code,
-- name, position, none; doubt says what a person should look at. Only with a crosswalk.
CREATE TABLE IF NOT EXISTS commune_move (
    hamlet_code TEXT PRIMARY KEY,
    old_commune_code TEXT NOT NULL,
    old_commune TEXT NOT NULL,
    how TEXT NOT NULL,
    doubt TEXT NOT NULL
);

-- section: workspace_judged
-- What the verdicts were made from, and the tiles in which evidence came or went since: kept by
-- triggers, so that it holds whoever writes the tables. Judging again looks at those alone.
CREATE TABLE IF NOT EXISTS judged (
    rule_sha256 TEXT NOT NULL,
    oldest_day INTEGER NOT NULL,
    version TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS changed_tile (
    change_id INTEGER PRIMARY KEY AUTOINCREMENT,
    tile_x INTEGER NOT NULL,
    tile_y INTEGER NOT NULL,
    UNIQUE (tile_x, tile_y)
);
CREATE TRIGGER IF NOT EXISTS tally_came AFTER INSERT ON tally BEGIN
    INSERT OR REPLACE INTO changed_tile (tile_x, tile_y) VALUES (new.tile_x, new.tile_y);
END;
CREATE TRIGGER IF NOT EXISTS tally_went AFTER DELETE ON tally BEGIN
    INSERT OR REPLACE INTO changed_tile (tile_x, tile_y) VALUES (old.tile_x, old.tile_y);
END;
CREATE TRIGGER IF NOT EXISTS probe_came AFTER INSERT ON probe BEGIN
    INSERT OR REPLACE INTO changed_tile (tile_x, tile_y) VALUES (new.bin_x >> 6, new.bin_y >> 6);
END;
CREATE TRIGGER IF NOT EXISTS probe_went AFTER DELETE ON probe BEGIN
    INSERT OR REPLACE INTO changed_tile (tile_x, tile_y) VALUES (old.bin_x >> 6, old.bin_y >> 6);
END;

-- section: workspace_geometry
SELECT InitSpatialMetaData(0, 'NONE');
SELECT InsertEpsgSrid(4326);
SELECT AddGeometryColumn('hamlet', 'geom', 4326, 'POINT', 'XY');
SELECT AddGeometryColumn('test_area', 'geom', 4326, 'GEOMETRY', 'XY');
SELECT AddGeometryColumn('commune', 'geom', 4326, 'MULTIPOLYGON', 'XY');

-- section: workspace_geometry_unseen
-- The same columns in a database that nobody else will open: without the tables that tell other
-- programs of them, which take longer to make than all others.
ALTER TABLE hamlet ADD COLUMN geom BLOB;
ALTER TABLE test_area ADD COLUMN geom BLOB;
ALTER TABLE commune ADD COLUMN geom BLOB;

-- section: plan
-- In a GeoPackage: what is to be visited next, for QGIS and for the collector. Bins are those
-- of the survey's grid, days since 1970-01-01 by `utc_offset_s`, areas and hamlets by their
-- codes. Missing is NULL.
CREATE TABLE plan (
    plan_id INTEGER PRIMARY KEY CHECK (plan_id = 1),
    schema_version INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    survey TEXT NOT NULL,
    rule TEXT NOT NULL, -- the YAML file
    epsg INTEGER NOT NULL,
    operation TEXT, -- PROJ's name of the datum shift
    bin_size_m REAL NOT NULL,
    utc_offset_s INTEGER NOT NULL,
    as_of_day INTEGER NOT NULL,
    as_of_fixed INTEGER NOT NULL,
    max_acc_m REAL NOT NULL,
    max_fix_age_ms INTEGER NOT NULL,
    max_level_age_ms INTEGER NOT NULL,
    max_frozen_level_m REAL NOT NULL,
    max_frozen_fix_m REAL NOT NULL,
    max_frozen_fix_ms INTEGER, -- NULL: not tested
    start_lat_deg REAL,
    start_lon_deg REAL
);
-- Undecided hamlets. value: of settling it, in households; possible 0: no further bin would.
CREATE TABLE plan_hamlet (
    fid INTEGER PRIMARY KEY,
    geom POINT,
    hamlet_code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    commune TEXT NOT NULL,
    households INTEGER,
    difficult INTEGER NOT NULL,
    value REAL NOT NULL,
    bins_wanted INTEGER NOT NULL,
    service_s INTEGER NOT NULL,
    possible INTEGER NOT NULL,
    visits INTEGER NOT NULL -- stops of the routes
);
-- Their test areas; area_number 0 is the centre or polygon.
CREATE TABLE plan_area (
    fid INTEGER PRIMARY KEY,
    geom POINT,
    area_code TEXT NOT NULL UNIQUE,
    hamlet_code TEXT NOT NULL,
    area_number INTEGER NOT NULL,
    area_kind TEXT NOT NULL,
    name TEXT NOT NULL,
    households INTEGER,
    result TEXT NOT NULL,
    bins_total INTEGER NOT NULL,
    bins_wanted INTEGER NOT NULL,
    samples_each INTEGER NOT NULL
);
-- All bins of an area; walk: the order in which to visit those that are wanted, from 1.
CREATE TABLE plan_area_bin (
    area_code TEXT NOT NULL,
    bin_x INTEGER NOT NULL,
    bin_y INTEGER NOT NULL,
    walk INTEGER,
    PRIMARY KEY (area_code, bin_x, bin_y)
);
-- What each of the rule's operators lacks: fewest further bins; NULL: not to be had.
CREATE TABLE plan_need (
    area_code TEXT NOT NULL,
    mccmnc TEXT NOT NULL,
    result TEXT NOT NULL,
    bins_seen INTEGER NOT NULL,
    bins_to_pass INTEGER,
    bins_to_fail INTEGER,
    PRIMARY KEY (area_code, mccmnc)
);
-- The evidence so far in the areas' bins, as in table tally of a workspace.
CREATE TABLE plan_tally (
    tile_x INTEGER NOT NULL,
    tile_y INTEGER NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    cells BLOB NOT NULL,
    PRIMARY KEY (tile_x, tile_y)
);
-- Logs whose evidence that is, of those that have a trip_uuid.
CREATE TABLE plan_log (
    trip_uuid TEXT PRIMARY KEY,
    rows INTEGER NOT NULL
);
-- Routes: where to be when, in seconds since the start of the day's work.
CREATE TABLE plan_stop (
    fid INTEGER PRIMARY KEY,
    geom POINT,
    team INTEGER NOT NULL,
    day INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    hamlet_code TEXT NOT NULL,
    hamlet TEXT NOT NULL,
    commune TEXT NOT NULL,
    bins_wanted INTEGER NOT NULL,
    arrive_s INTEGER NOT NULL,
    leave_s INTEGER NOT NULL,
    leg_m INTEGER NOT NULL,
    value REAL NOT NULL,
    UNIQUE (team, day, stop)
);
CREATE TABLE plan_route (
    fid INTEGER PRIMARY KEY,
    geom LINESTRING,
    team INTEGER NOT NULL,
    day INTEGER NOT NULL,
    stops INTEGER NOT NULL,
    way_m INTEGER NOT NULL,
    time_s INTEGER NOT NULL,
    value REAL NOT NULL
);
-- The wanted bins as squares.
CREATE TABLE plan_bin (
    fid INTEGER PRIMARY KEY,
    geom POLYGON,
    bin_x INTEGER NOT NULL,
    bin_y INTEGER NOT NULL,
    area_code TEXT NOT NULL,
    hamlet TEXT NOT NULL,
    walk INTEGER NOT NULL,
    samples_each INTEGER NOT NULL
);
-- QGIS looks here for the looks of a layer (as it makes the table itself).
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY,
    f_table_catalog TEXT,
    f_table_schema TEXT,
    f_table_name TEXT,
    f_geometry_column TEXT,
    styleName TEXT,
    styleQML TEXT,
    styleSLD TEXT,
    useAsDefault BOOLEAN,
    description TEXT,
    owner TEXT,
    ui TEXT,
    update_time DATETIME
);

INSERT INTO gpkg_contents
    (table_name, data_type, identifier, description, last_change, srs_id)
VALUES
    ('plan_stop', 'features', 'plan_stop', 'stops of the routes',
     '1970-01-01T00:00:00.000Z', 4326),
    ('plan_hamlet', 'features', 'plan_hamlet', 'undecided hamlets',
     '1970-01-01T00:00:00.000Z', 4326),
    ('plan_area', 'features', 'plan_area', 'their test areas',
     '1970-01-01T00:00:00.000Z', 4326),
    ('plan_route', 'features', 'plan_route', 'routes by team and day',
     '1970-01-01T00:00:00.000Z', 4326),
    ('plan_bin', 'features', 'plan_bin', 'bins to be visited',
     '1970-01-01T00:00:00.000Z', 4326),
    ('plan', 'attributes', 'plan', 'rule and grid', '1970-01-01T00:00:00.000Z', NULL),
    ('plan_area_bin', 'attributes', 'plan_area_bin', 'bins of the test areas',
     '1970-01-01T00:00:00.000Z', NULL),
    ('plan_need', 'attributes', 'plan_need', 'what each operator lacks',
     '1970-01-01T00:00:00.000Z', NULL),
    ('plan_tally', 'attributes', 'plan_tally', 'evidence so far',
     '1970-01-01T00:00:00.000Z', NULL),
    ('plan_log', 'attributes', 'plan_log', 'logs in it', '1970-01-01T00:00:00.000Z', NULL),
    ('layer_styles', 'attributes', 'layer_styles', 'looks in QGIS',
     '1970-01-01T00:00:00.000Z', NULL);
INSERT INTO gpkg_geometry_columns VALUES
    ('plan_stop', 'geom', 'POINT', 4326, 0, 0),
    ('plan_hamlet', 'geom', 'POINT', 4326, 0, 0),
    ('plan_area', 'geom', 'POINT', 4326, 0, 0),
    ('plan_route', 'geom', 'LINESTRING', 4326, 0, 0),
    ('plan_bin', 'geom', 'POLYGON', 4326, 0, 0);
