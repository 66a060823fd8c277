/* What the active tests wait for, behind one descriptor: their sockets and one timer. So
 * the collector's poll sees one descriptor, however many tests run. */
#ifndef LOMSONG_PROBE_IO_H
#define LOMSONG_PROBE_IO_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct probe_io {
    int epoll_fd; /* to be polled for reading */
    int timer_fd;
};

enum probe_owner { PROBE_OF_TIMER, PROBE_OF_PING, PROBE_OF_DNS, PROBE_OF_HTTP };

/* A descriptor and whose it is. */
struct probe_watch {
    enum probe_owner owner;
    int index; /* of the modem's tests; 0 where it has no meaning */
    int fd;
};

struct probe_ready {
    struct probe_watch watch;
    bool readable, writable; /* an error is both */
};

MUST_CHECK enum err probe_io_open(struct probe_io *io);
void probe_io_close(struct probe_io *io);

/* Neither: the descriptor is no longer watched. To be called before it is closed. */
void probe_io_watch(struct probe_io *io, struct probe_watch watch, bool read, bool write);

/* Ready at this time of the monotonic clock; INT64_MAX: never. */
void probe_io_alarm(struct probe_io *io, int64_t mono_ms);

/* What is ready now, the alarm left out (it is put off); never waits. */
int probe_io_ready(struct probe_io *io, struct probe_ready *ready, int max);

#endif
