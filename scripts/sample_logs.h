/* The logs of the sample survey, in the formats that technicians bring. */
#ifndef LOMSONG_SAMPLE_LOGS_H
#define LOMSONG_SAMPLE_LOGS_H

#include <stdbool.h>
#include <stdint.h>

#include "sample.h"

enum log_format {
    LOG_TRIP,      /* GeoPackage of the collector */
    LOG_CSV,       /* lomsong CSV, UTC */
    LOG_CSV_CUT,   /* another choice of columns; ends in the middle of a row, as after a
                      crash */
    LOG_CSV_GZIP,  /* compressed, local time, another program's names */
    LOG_GNETTRACK, /* G-NetTrack Pro text log */
};

struct sample_log;

/* NULL, reported, on failure. */
struct sample_log *log_open(const char *path, enum log_format format,
                            int64_t started_utc_ms);

/* A trip_sink_fn. */
bool log_put(void *log, const struct sample *s, int op);

bool log_close(struct sample_log *log, int64_t ended_utc_ms);

#endif
