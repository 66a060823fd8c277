UPDATE setting SET value = '-50' WHERE name = 'bin_size_m';
UPDATE setting SET value = '0' WHERE name = 'epsg';
