/* What arrives in a directory: files as they are, and trips in parts as lomsong-collect
 * pushes them (push_manifest.h). Nothing there is changed; whoever may write there is not
 * trusted. */
#ifndef LOMSONG_ARRIVALS_H
#define LOMSONG_ARRIVALS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "sha256.h"

enum arrival_state {
    ARRIVAL_PARTS,  /* parts whose manifest is not there yet */
    ARRIVAL_COMING, /* a file that may not be complete yet */
    ARRIVAL_READY,  /* it has not changed for a while, or its manifest is there */
    ARRIVAL_TAKEN,
    ARRIVAL_REFUSED, /* reported; looked at again when it changes */
};

struct arrival {
    char *path; /* of the file, or of the directory of parts */
    bool in_parts;
    enum arrival_state state;
    struct timespec mtime;         /* of the file or the directory of parts */
    int64_t size;                  /* of the file or the manifest */
    int64_t since_ms;              /* when it was first seen so; monotonic */
    char sha256[SHA256_TEXT_SIZE]; /* of what was taken last; "" for nothing */
    bool present;
};

struct arrivals {
    const char *dir;
    struct arrival *items; /* by path */
    size_t count, capacity;
    size_t known; /* of the last look, the others being new; for the look alone */
};

enum { ARRIVALS_SETTLE_MS = 2000 };

/* Looks at the directory. `coming`: how many files may still change; they are ready
 * ARRIVALS_SETTLE_MS after their last change. ERR_INPUT, reported, where the directory
 * cannot be read. */
MUST_CHECK enum err arrivals_scan(struct arrivals *a, int64_t now_ms, size_t *coming);
void arrivals_free(struct arrivals *a);

/* Puts the trip in the directory of parts together as DIR/NAME, NAME by its manifest.
 * `path` is freed by the caller. ERR_INPUT, reported, where a part is missing, or
 * anything does not agree; ERR_FAILED where it cannot be written. */
MUST_CHECK enum err arrivals_assemble(const char *parts_dir, const char *dir,
                                      char **path);

#endif
