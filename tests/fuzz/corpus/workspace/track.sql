UPDATE track SET path = x'FEFFFFFF7FFEFFFFFF1FFFFFFFFF7FFFFFFFFF1F0001', operators = '';
INSERT INTO note (hamlet_code, decision, noted_by, noted_day, reason) VALUES ('H1', 'none', '', 2147483647, NULL);
CREATE VIEW verdicts AS SELECT * FROM log;
CREATE TRIGGER t AFTER INSERT ON verdict BEGIN DELETE FROM log; END;
