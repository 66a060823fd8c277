UPDATE plan_tally SET cells = x'0194B00000C0B80282010000010300C90105', last_day = -1;
INSERT INTO plan_log VALUES ('', -1);
UPDATE plan SET rule = 'schema: 1';
