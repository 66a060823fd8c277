/* The collector's one loop. */
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "lang.h"
#include "utc.h"

enum {
    COMMIT_MS = 1000,
    COMMIT_EARLY_MS = 50, /* ticks are not that punctual */
    VIEW_MS = 200,        /* of a replay at full speed */
    DISK_MS = 5000,
    EVIDENCE_AGE_MS = 5000, /* as the analyzer's level_age_ms and fix_age_ms */
    VIEWS_MAX = 5,
    OWED_MAX = 2, /* a round that ends late must not cost the next one its sample */
    SILENT_INTERVALS = 2,
    ANSWER_MS = 2000, /* what a single answer may take */
};

static void keep_event(struct loop *l, int64_t t_utc_ms, const char *kind,
                       const char *detail)
{
    if (l->event_count == LOOP_EVENTS_KEPT)
        memmove(l->events, l->events + 1, sizeof l->events - sizeof *l->events);
    else
        l->event_count++;
    struct loop_event *e = &l->events[l->event_count - 1];
    e->t_utc_ms = t_utc_ms;
    snprintf(e->kind, sizeof e->kind, "%s", kind);
    snprintf(e->detail, sizeof e->detail, "%.63s", detail ? detail : "");
}

static void add_event(void *ctx, const char *kind, const char *detail)
{
    struct loop *l = ctx;
    const int64_t mono_ms = pump_now_ms(&l->pump);
    const struct triplog_event e = {
        .t_utc_ms = timebase_utc_ms(&l->timebase, mono_ms),
        .t_mono_ms = mono_ms,
        .boot_id = l->boot_id,
        .modem_id = ID_UNKNOWN,
        .kind = kind,
        .detail = detail,
    };
    keep_event(l, e.t_utc_ms, kind, detail);
    if (recorder_event(l->recorder, &e) != ERR_OK)
        l->alarms |= ALARM_NOT_RECORDING;
}

/* The clock came right: what was recorded before is dated anew. */
static void check_clock(struct loop *l, int64_t mono_ms, int64_t system_utc_ms)
{
    char detail[64];
    const struct gps_fix *f = &l->pump.hub.fix;
    const bool gps_now = f->t_utc_ms != TIME_UNKNOWN && f->report_mono_ms != ID_UNKNOWN &&
                         mono_ms - f->report_mono_ms < EVIDENCE_AGE_MS;
    const struct timebase_step step =
        timebase_update(&l->timebase, mono_ms, system_utc_ms,
                        gps_now ? f->t_utc_ms : TIME_UNKNOWN, f->report_mono_ms);
    if (!step.stepped)
        return;
    snprintf(detail, sizeof detail, "%+lld ms by %s", (long long)step.step_ms,
             step.by_gps ? "gps" : "system");
    if (recorder_redate(l->recorder, l->boot_id, l->timebase.utc_minus_mono_ms) != ERR_OK)
        l->alarms |= ALARM_NOT_RECORDING;
    add_event(l, "clock_step", detail);
}

static void set_alarm(struct loop *l, enum loop_alarm alarm, bool on, const char *begins,
                      const char *ends)
{
    const bool was = (l->alarms & alarm) != 0;
    if (on == was)
        return;
    l->alarms = on ? l->alarms | alarm : l->alarms & ~(unsigned)alarm;
    add_event(l, on ? begins : ends, "");
}

static bool moved_enough(const struct loop *l)
{
    const double wanted_m = l->distance_m;
    if (!(wanted_m > 0) || !geo_valid(l->pump.hub.fix.pos) || !geo_valid(l->last_pos))
        return true;
    return geo_distance_m(l->pump.hub.fix.pos, l->last_pos) >= wanted_m;
}

static bool is_evidence(const struct sample *s)
{
    return s->state != STATE_UNKNOWN && s->state != STATE_RADIO_OFF &&
           s->level_age_ms != ID_UNKNOWN && s->level_age_ms <= EVIDENCE_AGE_MS;
}

static void write_sample(struct loop *l, const struct modem *m, const struct sample *s)
{
    struct loop_modem *lm = &l->modems[m->modem_id];
    if (recorder_sample(l->recorder, m, s) != ERR_OK)
        l->alarms |= ALARM_NOT_RECORDING;
    lm->stamped_ms = s->t_mono_ms;
    lm->new_samples++;
    lm->new_evidence += is_evidence(s);
}

/* One sample of a reading, stamped with the moment that it is true of: the later the
 * stamp, the more of a network that was just lost would be claimed. */
static void take_reading(void *ctx, struct modem *m)
{
    struct loop *l = ctx;
    struct loop_modem *lm = &l->modems[m->modem_id];
    const struct moment *claimed =
        modem_reading_moment(&m->reading, lm->state, lm->stamped_ms);
    const struct moment *at = claimed ? claimed : &m->reading.answered;
    if (lm->heard_ms == 0)
        lm->owed = 1; /* found between two ticks */
    lm->state = m->reading.state;
    lm->heard_ms = m->reading_mono_ms;
    if (lm->owed == 0 || at->mono_ms < lm->stamped_ms)
        return;
    lm->owed--;
    const int64_t utc_ms = timebase_utc_ms(&l->timebase, at->mono_ms);
    const struct sample s = claimed ? modem_sample(m, at, utc_ms, l->boot_id)
                                    : modem_silence(m, at, utc_ms, l->boot_id);
    write_sample(l, m, &s);
    if (claimed && recorder_neighbours(l->recorder, &m->reading) != ERR_OK)
        l->alarms |= ALARM_NOT_RECORDING;
}

/* A slow round has told the state and goes on: its reading will be older than now, and
 * must not find that something younger was written. */
static bool is_half_told(const struct modem *m, int64_t mono_ms, int64_t silent_ms)
{
    const int64_t patience_ms = silent_ms > ANSWER_MS ? silent_ms : ANSWER_MS;
    return m->decided_mono_ms != ID_UNKNOWN &&
           mono_ms - m->decided_mono_ms < EVIDENCE_AGE_MS &&
           mono_ms - m->proof_mono_ms < patience_ms;
}

/* Silence is written, too: it keeps the track and is no evidence. */
static void write_silence(struct loop *l, const struct modem *m, int64_t mono_ms)
{
    struct loop_modem *lm = &l->modems[m->modem_id];
    const int64_t silent_ms = (int64_t)SILENT_INTERVALS * l->interval_ms;
    if (mono_ms - lm->heard_ms < silent_ms || is_half_told(m, mono_ms, silent_ms))
        return;
    const struct moment now = hub_moment(&l->pump.hub);
    const struct sample s =
        modem_silence(m, &now, timebase_utc_ms(&l->timebase, mono_ms), l->boot_id);
    lm->state = STATE_UNKNOWN;
    write_sample(l, m, &s);
}

static void allow_samples(struct loop *l, int64_t mono_ms)
{
    for (int i = 0; i < MODEM_MAX; i++) {
        const struct modem *m = &l->pump.hub.modems.modems[i];
        struct loop_modem *lm = &l->modems[m->modem_id];
        if (!m->used)
            continue;
        if (lm->heard_ms == 0)
            lm->heard_ms = mono_ms;
        if (lm->owed < OWED_MAX)
            lm->owed++;
        write_silence(l, m, mono_ms);
    }
    l->last_pos = l->pump.hub.fix.pos;
}

/* A modem that was just found has some time to answer. */
static bool is_lost(const struct modem *m, const struct loop_modem *lm, int64_t mono_ms)
{
    const int64_t heard_ms =
        m->proof_mono_ms > lm->heard_ms ? m->proof_mono_ms : lm->heard_ms;
    return m->used &&
           (!m->present || (lm->heard_ms != 0 && mono_ms - heard_ms > EVIDENCE_AGE_MS));
}

static void watch_modems(struct loop *l, int64_t mono_ms)
{
    bool lost = false;
    for (int i = 0; i < MODEM_MAX; i++) {
        const struct modem *m = &l->pump.hub.modems.modems[i];
        lost = lost || is_lost(m, &l->modems[m->modem_id], mono_ms);
    }
    set_alarm(l, ALARM_MODEM_LOST, lost, "modem_silent", "modem_answers");
}

/* Loud and early while there is room; a clean seal before there is none. */
static void check_disk(struct loop *l)
{
    char detail[64];
    l->free_bytes = recorder_free_bytes(l->recorder);
    if (l->free_bytes < 0)
        return;
    set_alarm(l, ALARM_DISK_LOW, l->free_bytes < l->config->disk_warn_bytes, "disk_low",
              "disk_ok");
    if (l->free_bytes >= l->config->disk_stop_bytes)
        return;
    snprintf(detail, sizeof detail, "%lld bytes free", (long long)l->free_bytes);
    add_event(l, "disk_full", detail);
    err_report(
        _("%s: only %lld MB free; the trip was sealed and recording has ended: make room "
          "and start again"),
        l->config->output, (long long)(l->free_bytes / 1000000));
    l->stop = true;
    l->err = ERR_FAILED;
}

static void end_recording(struct loop *l)
{
    if (recording_finish(l->recording) != ERR_OK)
        add_event(l, "recording_failed", "");
    l->recording = NULL;
    l->pump.hub.record = NULL;
}

static void record(void *ctx, const struct recording_line *line)
{
    struct loop *l = ctx;
    if (recording_write(l->recording, line) != ERR_OK)
        end_recording(l); /* reported; the trip matters more */
}

static void count_committed(struct loop *l)
{
    for (int i = 0; i <= MODEM_MAX; i++) {
        struct loop_modem *lm = &l->modems[i];
        lm->samples += lm->new_samples;
        lm->evidence += lm->new_evidence;
        lm->new_samples = lm->new_evidence = 0;
    }
}

static void commit(struct loop *l)
{
    if (recorder_commit(l->recorder) != ERR_OK) {
        l->stop = true; /* reported: going on would pretend to record */
        l->err = ERR_FAILED;
        return;
    }
    l->alarms &= ~(unsigned)ALARM_NOT_RECORDING;
    count_committed(l);
    if (l->recording && recording_flush(l->recording) != ERR_OK)
        end_recording(l);
    const int64_t utc_ms = timebase_utc_ms(&l->timebase, pump_now_ms(&l->pump));
    if (recorder_is_full(l->recorder) && recorder_begin(l->recorder, utc_ms) != ERR_OK) {
        l->stop = true;
        l->err = ERR_FAILED;
    }
}

/* What is written is kept by the system's clock: a replay may be faster, a power cut is
 * not. */
static void keep(struct loop *l)
{
    const int64_t real_ms = pump_real_ms();
    if (real_ms >= l->next_disk_ms) {
        l->next_disk_ms = real_ms + DISK_MS;
        check_disk(l);
    }
    if (real_ms >= l->next_commit_ms - COMMIT_EARLY_MS) {
        l->next_commit_ms = real_ms + COMMIT_MS;
        commit(l);
    }
}

static void tick(void *ctx, int64_t system_utc_ms)
{
    struct loop *l = ctx;
    char text[24];
    const int64_t mono_ms = pump_now_ms(&l->pump);
    snprintf(text, sizeof text, "%lld", (long long)system_utc_ms);
    hub_record(&l->pump.hub, "clock", '.', "-", text);
    check_clock(l, mono_ms, system_utc_ms);
    const bool fresh = gps_fix_is_fresh(&l->pump.hub.fix, mono_ms, EVIDENCE_AGE_MS);
    set_alarm(l, ALARM_GPS_LOST, !fresh, "gps_lost", "gps_back");
    watch_modems(l, mono_ms);
    if (moved_enough(l))
        allow_samples(l, mono_ms);
    keep(l);
}

static void end(void *ctx, enum err err)
{
    struct loop *l = ctx;
    l->stop = true;
    l->err = err;
}

static void read_boot_id(char *boot_id, size_t size)
{
    const int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd >= 0 ? read(fd, boot_id, size - 1) : -1;
    if (fd >= 0)
        close(fd);
    boot_id[n > 0 ? n : 0] = '\0';
    boot_id[strcspn(boot_id, "\n")] = '\0';
}

/* When and where the run begins: here and now, or as its recording says. */
static enum err start(struct loop *l)
{
    const struct config_modem *replay = config_replay(l->config);
    struct recording_header h = {.started_mono_ms = pump_real_ms(),
                                 .started_utc_ms = utc_now_ms(),
                                 .interval_ms = l->config->interval_ms,
                                 .distance_m = l->config->distance_m};
    struct recording_reader *reader = NULL;
    if (!replay) {
        read_boot_id(h.boot_id, sizeof h.boot_id);
    } else {
        const enum err err = recording_open(replay->file, &h, &reader);
        if (err)
            return err;
        recording_close(reader);
    }
    snprintf(l->boot_id, sizeof l->boot_id, "%s", h.boot_id);
    l->started_mono_ms = l->next_tick_ms = h.started_mono_ms;
    l->timebase = timebase_start(h.started_mono_ms, h.started_utc_ms);
    l->interval_ms = h.interval_ms;
    l->distance_m = h.distance_m;
    return ERR_OK;
}

enum err loop_open(struct loop *l, const struct config *config)
{
    *l = (struct loop){.config = config, .last_pos = geo_none(), .free_bytes = -1};
    l->next_commit_ms = pump_real_ms() + COMMIT_MS;
    enum err err = start(l);
    if (!err)
        err = recorder_open(config, &l->recorder);
    if (err)
        return err;
    l->pump.hub = (struct hub){.mono_ms = l->started_mono_ms,
                               .fix = gps_fix_none(),
                               .imei_key = recorder_imei_key(l->recorder),
                               .event = add_event,
                               .reading = take_reading,
                               .tick = tick,
                               .end = end,
                               .ctx = l};
    err = pump_open(&l->pump, config);
    if (!err)
        err = recorder_begin(l->recorder,
                             timebase_utc_ms(&l->timebase, l->started_mono_ms));
    if (!err)
        add_event(l, "start", LOMSONG_VERSION);
    return err;
}

enum err loop_record(struct loop *l, const char *path)
{
    struct recording_header h = {.version = LOMSONG_VERSION,
                                 .started_mono_ms = l->started_mono_ms,
                                 .interval_ms = l->interval_ms,
                                 .distance_m = l->distance_m};
    h.started_utc_ms = timebase_utc_ms(&l->timebase, h.started_mono_ms);
    utc_format(h.started_utc_ms, h.date);
    snprintf(h.boot_id, sizeof h.boot_id, "%s", l->boot_id);
    if (gethostname(h.device, sizeof h.device - 1) != 0)
        h.device[0] = '\0';
    const enum err err = recording_create(path, &h, &l->recording);
    if (!err)
        l->pump.hub.record = record;
    return err;
}

/* The descriptors of one poll: the signal's, the sources', the views'. */
struct polling {
    struct pollfd fds[PUMP_FDS_MAX + 16];
    int source_count;
    int view_from[VIEWS_MAX + 1];
    int count;
};

static void collect_fds(struct loop *l, struct polling *p, int signal_fd,
                        const struct loop_view *views, int view_count)
{
    enum { MAX = PUMP_FDS_MAX + 16 };
    p->fds[0] = (struct pollfd){.fd = signal_fd, .events = POLLIN};
    p->source_count = pump_fds(&l->pump, p->fds + 1, PUMP_FDS_MAX);
    p->count = 1 + p->source_count;
    for (int v = 0; v < view_count; v++) {
        p->view_from[v] = p->count;
        if (views[v].poll_fds)
            p->count +=
                views[v].poll_fds(views[v].ctx, p->fds + p->count, MAX - p->count);
    }
    p->view_from[view_count] = p->count;
}

static void serve_views(struct loop *l, const struct polling *p,
                        const struct loop_view *views, int view_count)
{
    for (int v = 0; v < view_count; v++) {
        const int from = p->view_from[v], to = p->view_from[v + 1];
        bool ready = false;
        for (int i = from; i < to; i++)
            ready = ready || p->fds[i].revents;
        if (ready && views[v].handle)
            views[v].handle(views[v].ctx, l, p->fds + from, to - from);
    }
}

static int wait_ms(const struct loop *l)
{
    int64_t deadline = pump_deadline_ms(&l->pump);
    if (!l->pump.replayed && l->next_tick_ms < deadline)
        deadline = l->next_tick_ms;
    return pump_wait_ms(&l->pump, deadline);
}

static void tick_views(const struct loop *l, const struct loop_view *views,
                       int view_count)
{
    for (int v = 0; v < view_count; v++) {
        if (views[v].tick)
            views[v].tick(views[v].ctx, l);
    }
}

/* A recording ticks by itself. */
static void tick_when_due(struct loop *l, int64_t mono_ms, const struct loop_view *views,
                          int view_count)
{
    const int64_t real_ms = pump_real_ms();
    const bool due =
        l->pump.replayed ? real_ms >= l->next_view_ms : mono_ms >= l->next_tick_ms;
    if (!due)
        return;
    l->next_view_ms = real_ms + VIEW_MS;
    if (!l->pump.replayed) {
        while (l->next_tick_ms <= mono_ms) /* after a sleep of the machine: no burst */
            l->next_tick_ms += l->interval_ms;
        tick(l, utc_now_ms());
    }
    tick_views(l, views, view_count);
}

enum err loop_run(struct loop *l, int signal_fd, const struct loop_view *views,
                  int view_count)
{
    struct polling p;
    while (!l->stop) {
        collect_fds(l, &p, signal_fd, views, view_count);
        const int ready = poll(p.fds, (nfds_t)p.count, wait_ms(l));
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0) {
            err_report(_("the system's poll failed: %s"), strerror(errno));
            return ERR_FAILED;
        }
        if (p.fds[0].revents & POLLIN) {
            struct signalfd_siginfo info;
            l->stop = read(signal_fd, &info, sizeof info) == (ssize_t)sizeof info;
        }
        const int64_t mono_ms = pump_clock_ms(&l->pump);
        pump_serve(&l->pump, p.fds + 1, mono_ms);
        serve_views(l, &p, views, view_count);
        tick_when_due(l, mono_ms, views, view_count);
        pump_begin(&l->pump, mono_ms);
    }
    return l->err;
}

struct sample loop_sample_now(const struct loop *l, const struct modem *m)
{
    const struct moment now = hub_moment(&l->pump.hub);
    return modem_sample(m, &now, TIME_UNKNOWN, l->boot_id);
}

enum err loop_close(struct loop *l)
{
    if (l->recorder && recorder_path(l->recorder)[0])
        add_event(l, "stop", "");
    end_recording(l);
    pump_close(&l->pump);
    const int64_t utc_ms = timebase_utc_ms(&l->timebase, pump_now_ms(&l->pump));
    const enum err err = recorder_close(l->recorder, utc_ms);
    *l = (struct loop){0};
    return err;
}
