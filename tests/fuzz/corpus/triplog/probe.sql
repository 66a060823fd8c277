CREATE TABLE sample (sample_id INTEGER PRIMARY KEY, geom, modem_id, t_utc_ms, state, tech, mcc, mnc, rsrp_dbm);
INSERT INTO sample VALUES (1, x'47500001E61000000101000000666666666A8A5A409A99999999993640', 1, 1757034000000, 'in_service', 'LTE', '452', '04', -90.5);
INSERT INTO sample VALUES (2, NULL, 1, 1757034001000, 'no_service', NULL, '452', '04', NULL);
CREATE TABLE modem (modem_id INTEGER PRIMARY KEY, sim_mccmnc, offset_db);
INSERT INTO modem VALUES (1, '45204', -6.5);
CREATE TABLE probe (probe_id INTEGER PRIMARY KEY, modem_id, sample_id, t_utc_ms, kind, result, reason, rtt_ms, rate_kbps);
INSERT INTO probe VALUES (1, 1, 1, 1757034000400, 'http_get', 'ok', NULL, NULL, 5123.4);
INSERT INTO probe VALUES (2, 1, 2, 1757034001400, 'ping', 'timeout', 'no_answer', NULL, NULL);
INSERT INTO probe VALUES (3, 1, NULL, '9e300', 'http_put', 'void', x'00', 'fast', -1);
