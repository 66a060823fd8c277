/* What the outputs made by GDAL share: every complaint of the library counts, because
 * closing a data set, where a full disk often shows, returns nothing. */
#ifndef LOMSONG_OUT_GDAL_H
#define LOMSONG_OUT_GDAL_H

#include <gdal.h>
#include <ogr_srs_api.h>
#include <stdbool.h>

#include "err.h"

enum { OUT_GDAL_MESSAGE_SIZE = 256 };

/* Collects the errors of GDAL in this thread between begin and end. */
struct out_gdal {
    const char *path; /* the file being written, for messages; borrowed */
    bool failed;
    char message[OUT_GDAL_MESSAGE_SIZE]; /* the first error */
};

void out_gdal_begin(struct out_gdal *g, const char *path);
/* ERR_FAILED, reported with path and message, where anything failed. */
MUST_CHECK enum err out_gdal_end(struct out_gdal *g);

/* Notes a failure that a return value shows; true where `ok`. */
bool out_gdal_check(struct out_gdal *g, bool ok, const char *what);

/* The survey's CRS, easting first; NULL, noted, where GDAL does not know it. The caller
 * releases it with OSRRelease. */
OGRSpatialReferenceH out_gdal_srs(struct out_gdal *g, int epsg);

/* Hands what is written to the disk itself: GDAL closes without fsync. */
void out_gdal_sync(struct out_gdal *g);

#endif
