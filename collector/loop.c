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
    DISK_MS = 5000,
    EVIDENCE_AGE_MS = 5000, /* as the analyzer's level_age_ms and fix_age_ms */
    VIEWS_MAX = 4,
    OWED_MAX = 2, /* a round that ends late must not cost the next one its sample */
    SILENT_INTERVALS = 2,
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
static void check_clock(struct loop *l, int64_t mono_ms)
{
    char detail[64];
    const struct gps_fix *f = &l->pump.hub.fix;
    const bool gps_now = f->t_utc_ms != TIME_UNKNOWN && f->report_mono_ms != ID_UNKNOWN &&
                         mono_ms - f->report_mono_ms < EVIDENCE_AGE_MS;
    const struct timebase_step step =
        timebase_update(&l->timebase, mono_ms, utc_now_ms(),
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
    const double wanted_m = l->config->distance_m;
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
    lm->samples++;
    lm->evidence += is_evidence(s);
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

/* Silence is written, too: it keeps the track and is no evidence. Not while a slow round
 * is half answered: its reading will be older than this moment. */
static void write_silence(struct loop *l, const struct modem *m, int64_t mono_ms)
{
    struct loop_modem *lm = &l->modems[m->modem_id];
    const bool half_answered = m->decided_mono_ms != ID_UNKNOWN &&
                               mono_ms - m->decided_mono_ms < EVIDENCE_AGE_MS;
    if (half_answered ||
        mono_ms - lm->heard_ms < (int64_t)SILENT_INTERVALS * l->config->interval_ms)
        return;
    const struct moment now = hub_moment(&l->pump.hub, mono_ms);
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

static void watch_modems(struct loop *l, int64_t mono_ms)
{
    bool lost = false;
    for (int i = 0; i < MODEM_MAX; i++) {
        const struct modem *m = &l->pump.hub.modems.modems[i];
        lost = lost || (m->used && (!m->present || m->proof_mono_ms == ID_UNKNOWN ||
                                    mono_ms - m->proof_mono_ms > EVIDENCE_AGE_MS));
    }
    set_alarm(l, ALARM_MODEM_LOST, lost, "modem_silent", "modem_answers");
}

/* Loud and early while there is room; a clean seal before there is none. */
static void check_disk(struct loop *l, int64_t mono_ms)
{
    char detail[64];
    l->next_disk_ms = mono_ms + DISK_MS;
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

static void commit(struct loop *l, int64_t mono_ms)
{
    l->next_commit_ms = mono_ms + COMMIT_MS;
    const bool ok = recorder_commit(l->recorder) == ERR_OK;
    if (!ok) {
        l->stop = true; /* reported: going on would pretend to record */
        l->err = ERR_FAILED;
        return;
    }
    l->alarms &= ~(unsigned)ALARM_NOT_RECORDING;
    if (recorder_is_full(l->recorder) &&
        recorder_begin(l->recorder, timebase_utc_ms(&l->timebase, mono_ms)) != ERR_OK) {
        l->stop = true;
        l->err = ERR_FAILED;
    }
}

static void tick(struct loop *l, int64_t mono_ms)
{
    while (l->next_tick_ms <= mono_ms) /* after a sleep of the machine: no burst */
        l->next_tick_ms += l->config->interval_ms;
    check_clock(l, mono_ms);
    const bool fresh = gps_fix_is_fresh(&l->pump.hub.fix, mono_ms, EVIDENCE_AGE_MS);
    set_alarm(l, ALARM_GPS_LOST, !fresh, "gps_lost", "gps_back");
    watch_modems(l, mono_ms);
    if (moved_enough(l))
        allow_samples(l, mono_ms);
    if (mono_ms >= l->next_disk_ms)
        check_disk(l, mono_ms);
    if (mono_ms >= l->next_commit_ms - 50)
        commit(l, mono_ms);
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

enum err loop_open(struct loop *l, const struct config *config)
{
    const int64_t mono_ms = pump_now_ms(&l->pump);
    *l = (struct loop){.config = config,
                       .started_mono_ms = mono_ms,
                       .next_tick_ms = mono_ms,
                       .next_commit_ms = mono_ms + COMMIT_MS,
                       .next_disk_ms = mono_ms,
                       .last_pos = geo_none(),
                       .free_bytes = -1};
    read_boot_id(l->boot_id, sizeof l->boot_id);
    l->timebase = timebase_start(mono_ms, utc_now_ms());
    enum err err = recorder_open(config, &l->recorder);
    if (!err)
        err = recorder_begin(l->recorder, timebase_utc_ms(&l->timebase, mono_ms));
    if (err)
        return err;
    l->pump.hub = (struct hub){.fix = gps_fix_none(),
                               .imei_key = recorder_imei_key(l->recorder),
                               .event = add_event,
                               .reading = take_reading,
                               .ctx = l};
    add_event(l, "start", LOMSONG_VERSION);
    return pump_open(&l->pump, config);
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
    if (l->next_tick_ms < deadline)
        deadline = l->next_tick_ms;
    const int64_t wait = deadline - pump_now_ms(&l->pump);
    return wait <= 0 ? 0 : wait > 1000 ? 1000 : (int)wait;
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
        const int64_t mono_ms = pump_now_ms(&l->pump);
        pump_serve(&l->pump, p.fds + 1, mono_ms);
        serve_views(l, &p, views, view_count);
        if (mono_ms >= l->next_tick_ms) {
            tick(l, mono_ms);
            for (int v = 0; v < view_count; v++) {
                if (views[v].tick)
                    views[v].tick(views[v].ctx, l);
            }
        }
        pump_begin(&l->pump, mono_ms);
    }
    return l->err;
}

struct sample loop_sample_now(const struct loop *l, const struct modem *m)
{
    const struct moment now = hub_moment(&l->pump.hub, pump_now_ms(&l->pump));
    return modem_sample(m, &now, TIME_UNKNOWN, l->boot_id);
}

enum err loop_close(struct loop *l)
{
    if (l->recorder && l->pump.hub.ctx)
        add_event(l, "stop", "");
    pump_close(&l->pump);
    const int64_t utc_ms = timebase_utc_ms(&l->timebase, pump_now_ms(&l->pump));
    const enum err err = recorder_close(l->recorder, utc_ms);
    *l = (struct loop){0};
    return err;
}
