/* Sources: what delivers fixes and readings. Each is one file src_*.c and one row in
 * sources.c; all live in one poll loop. */
#ifndef LOMSONG_SOURCE_H
#define LOMSONG_SOURCE_H

#include <poll.h>

#include "err.h"
#include "hub.h"

/* One entry of the configuration's `modems`, or the gpsd section. */
struct source_config {
    const char *source; /* "gpsd" "at" "modemmanager" "replay" */
    const char *host;   /* gpsd */
    int tcp_port;       /* gpsd */
    const char *port;   /* at: device */
    const char *imei;   /* modemmanager: only this one; "" any */
    const char *file;   /* replay */
    const char *name;
    const char *mount;
    double offset_db;
    mccmnc_t mccmnc; /* of the SIM where configured; 0: asked of the modem */
    int round_ms;    /* how often rounds are begun */
};

struct source;

struct source_driver {
    const char *name;
    /* Allocates everything it will ever need. A device that is not there yet is no error:
     * the source looks for it again by itself. */
    enum err (*open)(const struct source_config *config, struct hub *hub,
                     struct source **source);
    /* A round is due: begins now, or when the one under way is over. Each that ends is
     * published to the hub. NULL: the device speaks by itself. */
    void (*begin)(struct source *s, int64_t mono_ms);
    /* Descriptors to poll now; returns how many of `max` were filled. */
    int (*poll_fds)(struct source *s, struct pollfd *fds, int max);
    /* When it wants to be called at the latest, by the monotonic clock. */
    int64_t (*deadline_ms)(const struct source *s);
    /* Called after poll with its own descriptors, and when the deadline has passed. Never
     * blocks. */
    void (*handle)(struct source *s, const struct pollfd *fds, int count,
                   int64_t mono_ms);
    void (*close)(struct source *s); /* NULL is legal */
};

/* The driver of that name, or NULL. */
const struct source_driver *source_driver_find(const char *name);

extern const struct source_driver src_gpsd;
extern const struct source_driver src_at;
extern const struct source_driver src_modemmanager;
extern const struct source_driver src_replay;

#endif
