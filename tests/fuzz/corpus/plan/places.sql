DELETE FROM plan_area WHERE hamlet_code = 'H2';
UPDATE plan_area_bin SET bin_x = bin_x + 2147483647 WHERE walk IS NULL;
UPDATE plan_stop SET hamlet_code = 'none', team = 0;
