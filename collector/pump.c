/* The pump: the configured sources in one poll. */
#include "pump.h"

#include <time.h>

#include "lang.h"

enum { ROUND_MAX_MS = 2000 };

int64_t pump_real_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t pump_clock_ms(const struct pump *p)
{
    if (!p->replayed)
        return pump_real_ms();
    if (!(p->speed > 0))
        return INT64_MAX;
    return p->replay_base_ms +
           (int64_t)((double)(pump_real_ms() - p->real_base_ms) * p->speed);
}

int pump_wait_ms(const struct pump *p, int64_t deadline_ms)
{
    enum { MAX_MS = 1000 };
    const int64_t clock_ms = pump_clock_ms(p);
    if (deadline_ms <= clock_ms)
        return 0;
    double wait_ms = (double)(deadline_ms - clock_ms);
    if (p->replayed)
        wait_ms = wait_ms / p->speed + 1;
    return wait_ms < MAX_MS ? (int)wait_ms : MAX_MS;
}

int64_t pump_now_ms(const struct pump *p)
{
    return p->hub.mono_ms;
}

static enum err open_source(struct pump *p, const char *driver,
                            const struct source_config *c)
{
    const struct source_driver *d = source_driver_find(driver);
    struct source *s = NULL;
    if (!d || p->count == PUMP_SOURCES_MAX) {
        err_report(_("no source \"%s\" in this program"), driver);
        return ERR_INPUT;
    }
    const enum err err = d->open(c, &p->hub, &s);
    if (err)
        return err;
    p->sources[p->count].driver = d;
    p->sources[p->count++].source = s;
    return ERR_OK;
}

/* The longest part of the interval that rounds may be apart. */
static int round_length_ms(int interval_ms)
{
    const int rounds = (interval_ms + ROUND_MAX_MS - 1) / ROUND_MAX_MS;
    return interval_ms / rounds;
}

static enum err open_replay(struct pump *p, const struct config_modem *replay)
{
    const struct source_config sc = {.source = "replay", .file = replay->file};
    p->replayed = true;
    p->speed = replay->speed;
    p->replay_base_ms = p->hub.mono_ms;
    p->real_base_ms = pump_real_ms();
    return open_source(p, "replay", &sc);
}

enum err pump_open(struct pump *p, const struct config *c)
{
    p->round_ms = round_length_ms(c->interval_ms);
    p->next_round_ms = p->hub.mono_ms;
    const struct config_modem *replay = config_replay(c);
    if (replay)
        return open_replay(p, replay);
    const struct source_config gpsd = {.source = "gpsd",
                                       .host = c->gpsd_host,
                                       .tcp_port = c->gpsd_port,
                                       .round_ms = p->round_ms};
    const struct source_config all = {.source = "modemmanager",
                                      .port = "",
                                      .imei = "",
                                      .name = "",
                                      .mount = "outdoor",
                                      .round_ms = p->round_ms};
    enum err err = open_source(p, "gpsd", &gpsd);
    if (!err && c->modem_count == 0)
        err = open_source(p, "modemmanager", &all);
    for (size_t i = 0; !err && i < c->modem_count; i++) {
        const struct config_modem *m = &c->modems[i];
        const struct source_config sc = {.source = m->source,
                                         .port = m->port,
                                         .imei = m->imei,
                                         .name = m->name,
                                         .mount = m->mount,
                                         .offset_db = m->offset_db,
                                         .mccmnc = m->mccmnc,
                                         .round_ms = p->round_ms};
        err = open_source(p, m->source, &sc);
    }
    return err;
}

void pump_close(struct pump *p)
{
    for (int i = 0; i < p->count; i++)
        p->sources[i].driver->close(p->sources[i].source);
    p->count = 0;
}

int pump_fds(struct pump *p, struct pollfd *fds, int max)
{
    int n = 0;
    for (int i = 0; i < p->count; i++) {
        p->sources[i].from = n;
        n += p->sources[i].driver->poll_fds(p->sources[i].source, fds + n, max - n);
        p->sources[i].to = n;
    }
    return n;
}

int64_t pump_deadline_ms(const struct pump *p)
{
    int64_t deadline = p->replayed ? INT64_MAX : p->next_round_ms;
    for (int i = 0; i < p->count; i++) {
        const int64_t d = p->sources[i].driver->deadline_ms(p->sources[i].source);
        if (d < deadline)
            deadline = d;
    }
    return deadline;
}

void pump_serve(struct pump *p, const struct pollfd *fds, int64_t mono_ms)
{
    if (!p->replayed)
        p->hub.mono_ms = mono_ms;
    for (int i = 0; i < p->count; i++) {
        const int from = p->sources[i].from, to = p->sources[i].to;
        bool ready = mono_ms >= p->sources[i].driver->deadline_ms(p->sources[i].source);
        for (int k = from; k < to; k++)
            ready = ready || fds[k].revents;
        if (ready)
            p->sources[i].driver->handle(p->sources[i].source, fds + from, to - from,
                                         mono_ms);
    }
}

void pump_begin(struct pump *p, int64_t mono_ms)
{
    if (p->replayed || mono_ms < p->next_round_ms)
        return;
    while (p->next_round_ms <= mono_ms) /* after a sleep of the machine: no burst */
        p->next_round_ms += p->round_ms;
    for (int i = 0; i < p->count; i++) {
        if (p->sources[i].driver->begin)
            p->sources[i].driver->begin(p->sources[i].source, mono_ms);
    }
}
