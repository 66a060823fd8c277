/* The forms that `export` writes a trip log in: one file each and one row in
 * cmd_export.c. */
#ifndef LOMSONG_EXPORT_H
#define LOMSONG_EXPORT_H

#include <stdio.h>

#include "err.h"

/* Each writes the log, sealed or not, and leaves it as it is; faults are reported, but
 * for those of the stream, which stay in its error flag. */
MUST_CHECK enum err export_csv(const char *trip, FILE *out);
MUST_CHECK enum err export_gpx(const char *trip, FILE *out);
/* A sealed copy at `path`, also of a log that is being written. */
MUST_CHECK enum err export_gpkg(const char *trip, const char *path);

#endif
