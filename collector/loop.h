/* The collector's one loop: poll, sources, a sample per modem and round, a commit per
 * second. */
#ifndef LOMSONG_LOOP_H
#define LOMSONG_LOOP_H

#include "config.h"
#include "pump.h"
#include "recorder.h"
#include "timebase.h"

enum { LOOP_EVENTS_KEPT = 8 };

/* A warning that stays until its cause is gone. */
enum loop_alarm {
    ALARM_GPS_LOST = 1,
    ALARM_MODEM_LOST = 2,
    ALARM_DISK_LOW = 4,
    ALARM_NOT_RECORDING = 8,
};

struct prober;
struct guide;

/* What happened last, for the screen. */
struct loop_event {
    int64_t t_utc_ms;
    char kind[32];
    char detail[64];
};

/* What the loop knows of a modem's samples. */
struct loop_modem {
    int64_t samples, evidence; /* committed: no crash takes away what is shown */
    int64_t new_samples, new_evidence;
    int owed;           /* samples that the clock and the distance allow */
    int64_t heard_ms;   /* last reading; 0: the modem is new */
    int64_t stamped_ms; /* last sample */
    enum state state;   /* last reading's; unknown since silence was written */
};

struct loop {
    const struct config *config;
    struct recorder *recorder;
    struct pump pump;
    struct timebase timebase;
    char boot_id[40];
    int interval_ms; /* the configuration's, or a recording's */
    double distance_m;
    int64_t started_mono_ms;
    int64_t next_tick_ms;
    int64_t next_commit_ms, next_disk_ms, next_view_ms; /* by the system's clock */
    struct latlon last_pos; /* where samples were allowed last, for distance_m */
    struct loop_modem modems[MODEM_MAX + 1]; /* by modem_id */
    int64_t free_bytes;
    unsigned alarms; /* of enum loop_alarm */
    struct recording_writer *recording;
    struct loop_event events[LOOP_EVENTS_KEPT];
    int event_count;
    const struct prober *prober; /* active tests, for views; NULL: none */
    const struct guide *guide;   /* the plan, for views; NULL: none */
    bool stop;
    enum err err;
};

/* A view of the loop that something shows: the screen, plain lines, the status socket. */
struct loop_view {
    void *ctx;
    /* Descriptors of its own; may be NULL. */
    int (*poll_fds)(void *ctx, struct pollfd *fds, int max);
    void (*handle)(void *ctx, const struct loop *loop, const struct pollfd *fds,
                   int count);
    /* Called after every tick. */
    void (*tick)(void *ctx, const struct loop *loop);
};

/* Opens the sources of the configuration and the first trip log. */
MUST_CHECK enum err loop_open(struct loop *l, const struct config *config);
/* Writes all traffic from now on into a recording. */
MUST_CHECK enum err loop_record(struct loop *l, const char *path);
/* Runs until a signal of `signal_fd` (a signalfd) or a failure that ends recording. */
MUST_CHECK enum err loop_run(struct loop *l, int signal_fd, const struct loop_view *views,
                             int view_count);
/* What a modem says now, to be shown. */
struct sample loop_sample_now(const struct loop *l, const struct modem *m);
/* Seals and releases everything. */
MUST_CHECK enum err loop_close(struct loop *l);

#endif
