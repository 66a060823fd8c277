UPDATE test_area SET kind = 'polygon' WHERE area_code = 'C1';
DELETE FROM test_area WHERE area_code = 'H2';
UPDATE hamlet SET households = -5, commune_code = 'none', electricity = 'maybe';
