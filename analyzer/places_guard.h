/* A first look at SQLite files that GDAL is to read: other people's schemas are code.
 * Files of other formats pass. */
#ifndef LOMSONG_PLACES_GUARD_H
#define LOMSONG_PLACES_GUARD_H

#include "err.h"

/* GDAL's drivers that may read places and stations, and those for roads, ended by NULL.
 */
extern const char *const *const places_guard_drivers;
extern const char *const *const places_guard_road_drivers;

/* ERR_INPUT, reported, where the file is damaged (quick_check), where a table that GDAL
 * reads by itself is a view, or where a virtual table would read other files. */
MUST_CHECK enum err places_guard_file(const char *path);
/* ERR_INPUT, reported, where the layer is a view or another thing that is no table. */
MUST_CHECK enum err places_guard_layer(const char *path, const char *layer);
/* Why GDAL could not read a file, where its first bytes tell. */
const char *places_guard_likely_cause(const char *path);

#endif
