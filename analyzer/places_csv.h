/* Rows of plain CSV without GDAL, which takes half a second for a country's clusters. */
#ifndef LOMSONG_PLACES_CSV_H
#define LOMSONG_PLACES_CSV_H

#include "places_source.h"

/* Reads a file of points by lat and lon, whose name ends in .csv. False, with nothing
 * read, for whatever GDAL might read in another way, and for every fault: GDAL is to read
 * the file then. */
bool places_csv_read(const char *path, const struct places_role *role,
                     struct places_part *part);

#endif
