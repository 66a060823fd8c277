UPDATE plan_area_bin SET bin_x = bin_x + 1000000 * (bin_y % 2);
UPDATE plan_area_bin SET walk = NULL WHERE walk = 2;
INSERT INTO plan_area_bin VALUES ('H2', -5, 7, NULL), ('H2', -5, 8, 2);
DELETE FROM plan_need WHERE mccmnc = '45201';
