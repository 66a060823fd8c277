/* The pump: the configured sources in one poll, filling one hub. What `run` and `check`
 * share. */
#ifndef LOMSONG_PUMP_H
#define LOMSONG_PUMP_H

#include "config.h"
#include "source.h"

enum { PUMP_SOURCES_MAX = MODEM_MAX + 2, PUMP_FDS_MAX = 64 };

struct pump {
    struct hub hub;
    struct {
        const struct source_driver *driver;
        struct source *source;
        int from, to; /* its descriptors in the last poll */
    } sources[PUMP_SOURCES_MAX];
    int count;
    int round_ms;
    int64_t next_round_ms;
};

/* Opens gpsd and the modems of the configuration, everything of ModemManager where none
 * is listed. p->hub is filled by the caller before. */
MUST_CHECK enum err pump_open(struct pump *p, const struct config *config);
void pump_close(struct pump *p);

/* The monotonic clock that does not stop in sleep. */
int64_t pump_now_ms(const struct pump *p);

/* Fills descriptors to poll; returns their number. */
int pump_fds(struct pump *p, struct pollfd *fds, int max);
/* When a source wants to be called, or a round begins, at the latest. */
int64_t pump_deadline_ms(const struct pump *p);
/* Serves the sources after poll; `fds` as pump_fds filled them. */
void pump_serve(struct pump *p, const struct pollfd *fds, int64_t mono_ms);

/* Begins a round of all sources when one is due; to be called after pump_serve. Rounds
 * are at most 2 s apart, whatever the interval of samples: silence must show early. */
void pump_begin(struct pump *p, int64_t mono_ms);

#endif
