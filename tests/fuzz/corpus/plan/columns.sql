ALTER TABLE plan_area RENAME COLUMN area_kind TO kind;
