UPDATE plan SET rule = replace(rule, 'min_bins: 5', 'min_bins: 1'), bin_size_m = 5000.0;
UPDATE plan SET rule = replace(rule, 'correlation_m: 50', 'correlation_m: 100000');
