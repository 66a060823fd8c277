/* The sinks: files for other programs, one function each; their rows are in sinks.c. */
#ifndef LOMSONG_SINKS_H
#define LOMSONG_SINKS_H

#include "model.h"

MUST_CHECK enum err sink_kml(const struct model *model, const char *dir);
MUST_CHECK enum err sink_kmz(const struct model *model, const char *dir);
MUST_CHECK enum err sink_geojson(const struct model *model, const char *dir);
MUST_CHECK enum err sink_fgb(const struct model *model, const char *dir);
MUST_CHECK enum err sink_shp(const struct model *model, const char *dir);

/* The verdict's symbol as a PNG in GDAL's file system (/vsimem/...); false on failure. */
bool kml_icon(enum verdict verdict, const char *path);

#endif
