CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, identifier TEXT, srs_id INTEGER);
CREATE TABLE hamlets (fid INTEGER PRIMARY KEY, geom BLOB, hamlet_code TEXT, name TEXT);
INSERT INTO gpkg_contents VALUES ('hamlets', 'features', 'hamlets', 4326);
INSERT INTO hamlets VALUES (1, NULL, 'H1', 'Một');
