/* The bytes that active tests have cost, per local day and interface, in a small file
 * beside the trip logs: it outlives restarts, crashes and logs that were copied away.
 * A clock that starts years off has days of its own. */
#ifndef LOMSONG_PROBE_USAGE_H
#define LOMSONG_PROBE_USAGE_H

#include <stdint.h>

#include "err.h"

enum { PROBE_USAGE_ROWS = 64, PROBE_INTERFACE_SIZE = 16 /* IFNAMSIZ */ };

struct probe_usage {
    char *path;
    struct {
        int32_t day; /* since 1970-01-01 */
        char interface[PROBE_INTERFACE_SIZE];
        int64_t bytes;
    } rows[PROBE_USAGE_ROWS]; /* the one changed last stands last */
    int count;
};

/* Reads OUTPUT/.probe-bytes, where there is one. A line that cannot be read is warned of
 * and left out. ERR_FAILED, reported, where the file cannot be read. */
MUST_CHECK enum err probe_usage_open(struct probe_usage *u, const char *output);
void probe_usage_close(struct probe_usage *u);

int64_t probe_usage_bytes(const struct probe_usage *u, int32_t day,
                          const char *interface);
/* Adds (or takes back) bytes and has them safe on the disk when it returns. ERR_FAILED,
 * reported, where that is not possible: nothing was added then. */
MUST_CHECK enum err probe_usage_add(struct probe_usage *u, int32_t day,
                                    const char *interface, int64_t bytes);

#endif
