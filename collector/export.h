/* The forms that `export` writes a trip log in: one file each and one row in
 * cmd_export.c. */
#ifndef LOMSONG_EXPORT_H
#define LOMSONG_EXPORT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"

/* Holds back what would end the program, so that it can tidy up first; it takes effect
 * once the mask is what it was `before`. */
void export_hold_signals(sigset_t *before);

/* True where such a signal waits. */
bool export_interrupted(void);

/* The same, asked at every row and looked at now and then. A form that stops for it need
 * not say so: the caller asks again. */
bool export_row_interrupted(int64_t row);

/* Each writes the log, sealed or not, and leaves it as it is; faults are reported, but
 * for those of the stream, which stay in its error flag. */
MUST_CHECK enum err export_csv(const char *trip, FILE *out);
MUST_CHECK enum err export_gpx(const char *trip, FILE *out);
/* A sealed copy at `path`, also of a log that is being written. */
MUST_CHECK enum err export_gpkg(const char *trip, const char *path);

#endif
