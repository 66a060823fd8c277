UPDATE plan_hamlet SET name = x'c3' || char(27) || 'N', commune = NULL;
UPDATE plan_area SET name = '', households = NULL;
UPDATE plan SET operation = NULL, start_lat_deg = NULL, max_frozen_fix_ms = 9;
