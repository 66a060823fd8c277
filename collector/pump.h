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
    bool replayed;
    double speed; /* of the replay; 0: as fast as it goes */
    int64_t replay_base_ms, real_base_ms;
};

/* Opens gpsd and the modems of the configuration, everything of ModemManager where none
 * is listed; of a replay, nothing else. p->hub is filled by the caller before, with the
 * time that it starts. */
MUST_CHECK enum err pump_open(struct pump *p, const struct config *config);
void pump_close(struct pump *p);

/* The system's monotonic clock, which does not stop in sleep. The only call that reads
 * it. */
int64_t pump_real_ms(void);
/* The clock that sources are served by: the system's, or that of a replay, which is
 * beyond everything where no pace is kept. */
int64_t pump_clock_ms(const struct pump *p);
/* How long to wait for a deadline of that clock, at most a second. */
int pump_wait_ms(const struct pump *p, int64_t deadline_ms);
/* The time of what is being served. */
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
