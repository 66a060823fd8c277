/* One poll loop. The receiver's clock starts at the trip's beginning and runs as fast as
 * any clock does; only the technician hurries. Where the trip has a fault, receiver and
 * modems have it: no fix, a position that stands still, a modem that does not answer. */
#include "sample_play.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "sample_modem.h"
#include "sample_mount.h"
#include "sample_nmea.h"
#include "xmem.h"

enum {
    WAITING_EVERY_MS = 200, /* a receiver at rest */
    SILENCE_MS = 1000,      /* older levels and fixes come from nobody */
    COMMAND_SIZE = 64,
};

struct epoch {
    int64_t t_utc_ms;
    struct sample seen[FIELD_OPERATORS]; /* seen[any] has the position */
    bool answers[FIELD_OPERATORS];
    struct sample gps;
};

struct epochs {
    struct epoch *items;
    size_t count;
    size_t capacity;
};

struct line {
    int master;
    int slave; /* held open, so that a collector may come and go */
    char *link;
    struct sample_modem modem;
    bool answers;
    char command[COMMAND_SIZE];
    size_t command_len;
};

struct player {
    const struct play_options *options;
    struct epochs epochs;
    size_t at; /* the epoch that is on */
    bool going;
    int64_t started_mono_ms;
    int64_t next_mono_ms; /* of the next epoch */
    int signal_fd;
    int nmea_fd;
    struct line lines[FIELD_OPERATORS];
};

static int64_t mono_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum err fail(const char *what)
{
    err_report("%s: %s", what, strerror(errno));
    return ERR_FAILED;
}

/* A trip_sink_fn: a reading of one modem. */
static bool take_reading(void *ctx, const struct sample *handset, int op)
{
    struct epochs *all = ctx;
    if (all->count == 0 || all->items[all->count - 1].t_utc_ms != handset->t_utc_ms) {
        all->items = xgrow(all->items, all->count, &all->capacity, sizeof *all->items);
        all->items[all->count++] = (struct epoch){.t_utc_ms = handset->t_utc_ms};
    }
    struct epoch *e = &all->items[all->count - 1];
    e->gps = *handset;
    e->seen[op] = mounted(handset, op);
    e->answers[op] =
        handset->state != STATE_UNKNOWN && handset->level_age_ms <= SILENCE_MS;
    return true;
}

static enum err open_line(struct line *l, const char *dir, int op)
{
    struct termios raw;
    l->modem.op = op;
    l->link = xasprintf("%s/modem-%s", dir, field_mccmnc[op]);
    l->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (l->master < 0 || grantpt(l->master) != 0 || unlockpt(l->master) != 0)
        return fail("a pty for a simulated modem");
    const char *name = ptsname(l->master);
    l->slave = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (l->slave < 0 || tcgetattr(l->slave, &raw) != 0)
        return fail("a pty for a simulated modem");
    cfmakeraw(&raw);
    (void)unlink(l->link);
    if (tcsetattr(l->slave, TCSANOW, &raw) != 0 || symlink(name, l->link) != 0)
        return fail(l->link);
    return ERR_OK;
}

static void close_line(struct line *l)
{
    if (l->master >= 0)
        close(l->master);
    if (l->slave >= 0)
        close(l->slave);
    if (l->link)
        (void)unlink(l->link);
    free(l->link);
}

static enum err open_signals(struct player *p)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    p->signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
    return p->signal_fd < 0 ? fail("signalfd") : ERR_OK;
}

static enum err open_receiver(struct player *p)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)p->options->nmea_port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    p->nmea_fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (p->nmea_fd < 0 ||
        connect(p->nmea_fd, (const struct sockaddr *)&to, sizeof to) != 0)
        return fail("the UDP port of the simulated receiver");
    return ERR_OK;
}

/* Written under another name first: where it is, everything else is. */
static enum err write_config(const struct player *p)
{
    char *path = xasprintf("%s/collect.yaml", p->options->dir);
    char *part = xasprintf("%s.part", path);
    FILE *f = fopen(part, "w");
    bool ok = f != NULL;
    if (f) {
        fprintf(f,
                "output: trips\ninterval_ms: 200\ndisk_warn_mb: 2\ndisk_stop_mb: 1\n"
                "utc_offset: \"+07:00\"\ngpsd: {host: 127.0.0.1, port: %d}\nmodems:\n",
                p->options->gpsd_port);
        for (int op = 0; op < FIELD_OPERATORS; op++)
            fprintf(f,
                    "  - {source: at, port: modem-%s, name: \"%s\", mount: %s, "
                    "offset_db: %g}\n",
                    field_mccmnc[op], field_mccmnc[op], mountings[op].mount,
                    mountings[op].offset_db);
        ok = !ferror(f);
        ok = fclose(f) == 0 && ok && rename(part, path) == 0;
    }
    const enum err err = ok ? ERR_OK : fail(path);
    free(part);
    free(path);
    return err;
}

/* The technician is there: the modems see what is to be seen, the receiver says so. */
static void enter_epoch(struct player *p, int64_t now_ms)
{
    const struct epoch *e = &p->epochs.items[p->at];
    char text[NMEA_EPOCH_SIZE];
    for (int op = 0; op < FIELD_OPERATORS; op++) {
        p->lines[op].modem.sees = e->seen[op];
        p->lines[op].answers = e->answers[op];
    }
    if (e->gps.fix_age_ms > SILENCE_MS)
        return;
    const int64_t t_utc_ms = p->epochs.items[0].t_utc_ms + now_ms - p->started_mono_ms;
    const size_t size = sample_nmea_epoch(&e->gps, t_utc_ms, text);
    (void)send(p->nmea_fd, text, size, 0); /* nobody may be listening yet */
}

static void answer(struct line *l)
{
    char text[MODEM_ANSWER_SIZE];
    l->command[l->command_len] = '\0';
    const char *at = strstr(l->command, "AT");
    if (!at || !l->answers)
        return;
    sample_modem_answer(&l->modem, at + 2, text);
    const ssize_t n = write(l->master, text, strlen(text));
    (void)n; /* a collector that does not read gets no answer, as from a modem */
}

static void serve_line(struct line *l)
{
    char bytes[256];
    const ssize_t n = read(l->master, bytes, sizeof bytes);
    for (ssize_t i = 0; i < n; i++) {
        if (bytes[i] == '\r' || bytes[i] == '\n') {
            answer(l);
            l->command_len = 0;
        } else if (l->command_len + 1 < sizeof l->command) {
            l->command[l->command_len++] = bytes[i];
        }
    }
}

/* False where the trip is over. */
static bool step(struct player *p, int64_t now_ms)
{
    const double pace_ms = p->options->seconds * 1000 / (double)p->epochs.count;
    if (p->going && ++p->at == p->epochs.count)
        return false;
    p->next_mono_ms = now_ms + (p->going ? (int64_t)(pace_ms + 0.5) : WAITING_EVERY_MS);
    enter_epoch(p, now_ms);
    return true;
}

static enum err take_signal(struct player *p)
{
    struct signalfd_siginfo info;
    if (read(p->signal_fd, &info, sizeof info) != (ssize_t)sizeof info)
        return ERR_FAILED;
    p->going = p->going || info.ssi_signo == SIGUSR1;
    return info.ssi_signo == SIGUSR1 ? ERR_OK : ERR_FAILED;
}

static enum err run(struct player *p)
{
    struct pollfd fds[1 + FIELD_OPERATORS];
    fds[0] = (struct pollfd){.fd = p->signal_fd, .events = POLLIN};
    for (int op = 0; op < FIELD_OPERATORS; op++)
        fds[1 + op] = (struct pollfd){.fd = p->lines[op].master, .events = POLLIN};
    p->started_mono_ms = mono_ms();
    enter_epoch(p, p->started_mono_ms);
    for (;;) {
        const int64_t wait_ms = p->next_mono_ms - mono_ms();
        if (poll(fds, 1 + FIELD_OPERATORS, wait_ms > 0 ? (int)wait_ms : 0) < 0 &&
            errno != EINTR)
            return fail("poll");
        if ((fds[0].revents & POLLIN) && take_signal(p) != ERR_OK)
            return ERR_FAILED;
        for (int op = 0; op < FIELD_OPERATORS; op++) {
            if (fds[1 + op].revents & POLLIN)
                serve_line(&p->lines[op]);
        }
        const int64_t now_ms = mono_ms();
        if (now_ms >= p->next_mono_ms && !step(p, now_ms))
            return ERR_OK;
    }
}

enum err play_trip(const struct trip *trip, const struct play_options *options)
{
    struct player p = {.options = options, .signal_fd = -1, .nmea_fd = -1};
    int64_t ended_utc_ms;
    for (int op = 0; op < FIELD_OPERATORS; op++)
        p.lines[op].master = p.lines[op].slave = -1;
    enum err err = ERR_FAILED;
    if (trip_run(trip, take_reading, &p.epochs, &ended_utc_ms) && p.epochs.count > 0)
        err = open_signals(&p);
    for (int op = 0; !err && op < FIELD_OPERATORS; op++)
        err = open_line(&p.lines[op], options->dir, op);
    if (!err)
        err = open_receiver(&p);
    if (!err)
        err = write_config(&p);
    if (!err)
        err = run(&p);
    for (int op = 0; op < FIELD_OPERATORS; op++)
        close_line(&p.lines[op]);
    if (p.nmea_fd >= 0)
        close(p.nmea_fd);
    if (p.signal_fd >= 0)
        close(p.signal_fd);
    free(p.epochs.items);
    return err;
}
