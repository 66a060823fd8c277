INSERT INTO log_rejected VALUES (7, 'no_such_reason', 3);
UPDATE log SET rows = -1, first_utc_ms = NULL, format = 'unheard of';
UPDATE tally SET tile_x = 2147483647, cells = x'0194B00000C0B80282010000010300C90105';
DELETE FROM log;
