CREATE TABLE t(a,b);
CREATE TABLE trip(trip_uuid DEFAULT 'u', seal DEFAULT '{}', utc_offset_s DEFAULT 999999);
INSERT INTO trip DEFAULT VALUES;
INSERT INTO trip VALUES(hex(zeroblob(40)),X'00','7');
CREATE TABLE sample(sample_id TEXT PRIMARY KEY, t_utc_ms GENERATED ALWAYS AS (1757034000000+length(sample_id)), state DEFAULT 'in_service', "RSRP_DBM" CHECK (1), mcc DEFAULT '452', mnc DEFAULT '04') WITHOUT ROWID;
INSERT INTO sample(sample_id) SELECT value FROM json_each('[1,2,3]');
CREATE TRIGGER tr AFTER INSERT ON sample BEGIN DELETE FROM t; END;
CREATE INDEX i ON sample(state);
