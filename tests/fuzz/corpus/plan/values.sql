UPDATE plan_hamlet SET value = -1e308, service_s = -1;
UPDATE plan_area SET bins_total = 9223372036854775807, samples_each = -3;
UPDATE plan SET bin_size_m = 0, epsg = 4326;
