/* Handing one trip over: in parts, each read back from the server and compared, so that a
 * cut, a full disk or a broken byte costs one part; then its manifest. */
#ifndef LOMSONG_PUSH_TRIP_H
#define LOMSONG_PUSH_TRIP_H

#include "push_http.h"
#include "sha256.h"

enum push_end {
    PUSH_HANDED_OVER,
    PUSH_ALREADY,  /* by an earlier push */
    PUSH_UNSEALED, /* still being written, or to be sealed at the collector's next start
                    */
    PUSH_AT_WORK,  /* by another push */
    PUSH_LEFT,     /* something went wrong, reported */
    PUSH_END_COUNT
};
const char *push_end_name(enum push_end end);

struct push_result {
    enum push_end end;
    char sha256[SHA256_TEXT_SIZE]; /* "" where not known */
    int64_t bytes;
    int64_t sent_bytes; /* of the trip: what the server had not before */
    bool deleted;
};

struct push_options {
    const struct config_push *config;
    bool again;        /* what earlier pushes confirmed is looked at once more */
    bool delete_after; /* the trip is deleted here once the server has all of it */
    bool progress;     /* shown on standard error */
};

struct push_result push_trip(struct push_http *h, const char *path,
                             const struct push_options *options);

#endif
