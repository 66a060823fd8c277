/* A trip log as a sealed copy of itself. */
#include <stdio.h>

#include "export.h"
#include "lang.h"
#include "triplog.h"

/* What a log in use has so far is a state of the trip, sealed as one that a crash cut. */
static enum err seal_copy(const char *path)
{
    struct triplog_writer *writer = NULL;
    bool sealed = false;
    int64_t last_utc_ms = TIME_UNKNOWN;
    const enum err err = triplog_resume(path, &writer, &sealed, &last_utc_ms);
    if (err || sealed)
        return err;
    if (triplog_add_event(writer, last_utc_ms, "exported",
                          "sealed in a copy: the log itself was not sealed then") !=
        ERR_OK) {
        triplog_abandon(writer);
        return ERR_FAILED;
    }
    return triplog_seal(writer, last_utc_ms);
}

enum err export_gpkg(const char *trip, const char *path)
{
    struct triplog_reader *reader = NULL;
    struct triplog_info info;
    enum err err = triplog_open(trip, &reader, &info); /* whether it is one, and whole */
    if (err)
        return err;
    triplog_close(reader);
    err = triplog_copy(trip, path);
    return err ? err : seal_copy(path);
}
