/* A modem spoken to directly over a serial port. Every round asks for registration and
 * cells; an answer of any kind is a proof of life, silence is not. The port is opened
 * again for ever: modems are pulled, reset and swapped on mountain roads. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "at_identity.h"
#include "at_session.h"
#include "serial.h"
#include "source.h"
#include "xmem.h"

enum {
    ANSWER_MS = 2000, /* a slower answer is none */
    BROKEN_MS = 500,  /* so long after its last byte an answer has lost its end */
    REOPEN_MS = 1000,
    SILENT_MS = 10000, /* after this the port is closed and opened again */
    COMMANDS_MAX = 32,
};

/* What is asked for: who it is, that it tells more, what it sees. */
enum stage { STAGE_IDENTITY, STAGE_SETUP, STAGE_CELLS };

struct source {
    struct hub *hub;
    struct modem settings; /* what the configuration says of it */
    struct modem who;      /* what it says of itself */
    struct at_session session;
    int fd;
    int64_t next_open_ms;
    enum stage stage;
    const char *queue[COMMANDS_MAX]; /* behind "AT" */
    int queued, at;                  /* commands of this stage; the one under way */
    bool waiting;                    /* for its answer */
    bool due;                        /* a round is to begin */
    int64_t sent_ms, heard_ms;
    bool begun;       /* the answer, by a line or a part of one */
    int64_t alive_ms; /* last answer */
    char line[AT_LINE_SIZE];
    size_t line_size;
    bool line_too_long;
};

static void queue_all(struct source *s, const char *const *texts)
{
    for (; texts && *texts && s->queued < COMMANDS_MAX; texts++)
        s->queue[s->queued++] = *texts;
}

static void start_stage(struct source *s, enum stage stage)
{
    s->stage = stage;
    s->queued = s->at = 0;
    s->waiting = false;
}

static void start_identity(struct source *s)
{
    start_stage(s, STAGE_IDENTITY);
    s->who = s->settings;
    queue_all(s, at_identity_commands);
}

static void start_round(struct source *s)
{
    static const char *const common[] = {"+CFUN?",  "+CPIN?", "+CEREG?", "+C5GREG?",
                                         "+CGREG?", "+CREG?", "+COPS?",  NULL};
    start_stage(s, STAGE_CELLS);
    s->due = false;
    queue_all(s, common);
    queue_all(s, s->session.dialect->polls);
    at_session_begin(&s->session);
}

static void hang_up(struct source *s, int64_t mono_ms)
{
    if (s->fd >= 0)
        close(s->fd);
    hub_lose(s->hub, s->session.modem);
    at_session_meet(&s->session, NULL);
    s->fd = -1;
    s->next_open_ms = mono_ms + REOPEN_MS;
}

static void try_open(struct source *s, int64_t mono_ms)
{
    s->next_open_ms = mono_ms + REOPEN_MS;
    s->fd = serial_open(s->settings.port);
    if (s->fd < 0)
        return;
    s->alive_ms = mono_ms;
    s->line_size = 0;
    s->line_too_long = false;
    start_identity(s);
}

static void send_next(struct source *s, int64_t mono_ms)
{
    char text[64];
    const int size = snprintf(text, sizeof text, "AT%s\r", s->queue[s->at]);
    s->sent_ms = s->heard_ms = mono_ms;
    s->waiting = true;
    s->begun = false;
    at_session_sent(&s->session, s->queue[s->at]);
    const ssize_t n = write(s->fd, text, (size_t)size);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        hang_up(s, mono_ms);
}

static void end_stage(struct source *s)
{
    switch (s->stage) {
    case STAGE_IDENTITY:
        serial_usb_path(s->settings.port, s->who.usb_path, sizeof s->who.usb_path);
        if (s->settings.sim_mccmnc != 0)
            s->who.sim_mccmnc = s->settings.sim_mccmnc;
        at_session_meet(&s->session, hub_adopt(s->hub, &s->who));
        start_stage(s, STAGE_SETUP);
        queue_all(s, s->session.dialect->setup);
        s->due = true;
        return;
    case STAGE_SETUP:
        start_stage(s, STAGE_CELLS);
        return;
    case STAGE_CELLS:
        s->due = at_session_end(&s->session) || s->due;
        return;
    }
}

static void next_command(struct source *s)
{
    s->waiting = false;
    s->at++;
    if (s->at >= s->queued)
        end_stage(s);
}

static bool is_echo(const char *line)
{
    return strncasecmp(line, "AT", 2) == 0;
}

/* What stands in the line may belong to an answer: a full echo tells nothing yet. */
static bool is_answer(const struct source *s)
{
    return s->line_size > 1 && !is_echo(s->line);
}

static void take_line(struct source *s, const char *line, int64_t mono_ms)
{
    if (line[0] == '\0' || is_echo(line))
        return;
    if (at_session_heard(&s->session, line)) {
        s->alive_ms = mono_ms;
        next_command(s);
    } else if (s->waiting && s->stage == STAGE_IDENTITY) {
        at_identity_take(&s->who, s->queue[s->at], line, s->hub->imei_key);
    }
}

static void end_line(struct source *s, int64_t mono_ms)
{
    s->line[s->line_size] = '\0';
    s->begun |= is_answer(s);
    if (!s->line_too_long)
        take_line(s, s->line, mono_ms);
}

static void take_bytes(struct source *s, const char *bytes, size_t size, int64_t mono_ms)
{
    s->heard_ms = mono_ms;
    for (size_t i = 0; i < size; i++) {
        const char c = bytes[i];
        if (c == '\r' || c == '\n') {
            end_line(s, mono_ms);
            s->line_size = 0;
            s->line_too_long = false;
        } else if (s->line_size + 1 < sizeof s->line) {
            s->line[s->line_size++] = c;
        } else {
            s->line_too_long = true; /* noise: no answer is that long */
        }
    }
    s->line[s->line_size] = '\0';
    s->begun |= is_answer(s);
}

static void read_port(struct source *s, int64_t mono_ms)
{
    char bytes[4096];
    for (int i = 0; i < 16 && s->fd >= 0; i++) {
        const ssize_t n = read(s->fd, bytes, sizeof bytes);
        if (n > 0)
            take_bytes(s, bytes, (size_t)n, mono_ms);
        else if (n == 0 || (errno != EAGAIN && errno != EINTR))
            hang_up(s, mono_ms);
        else
            return;
    }
}

static void copy_text(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%.*s", (int)size - 1, from);
}

static enum err at_open(const struct source_config *c, struct hub *hub,
                        struct source **out)
{
    struct source *s = xcalloc(1, sizeof *s);
    struct modem *m = &s->settings;
    s->hub = hub;
    s->fd = -1;
    m->offset_db = c->offset_db;
    m->sim_mccmnc = c->mccmnc;
    copy_text(m->source, sizeof m->source, "at");
    copy_text(m->port, sizeof m->port, c->port);
    copy_text(m->name, sizeof m->name, c->name && *c->name ? c->name : c->port);
    copy_text(m->mount, sizeof m->mount, c->mount);
    at_session_open(&s->session, hub, m->port);
    *out = s;
    return ERR_OK;
}

static void at_begin(struct source *s, int64_t mono_ms)
{
    const bool idle = s->fd >= 0 && s->stage == STAGE_CELLS && s->at >= s->queued;
    s->due = true;
    if (!idle)
        return;
    start_round(s);
    send_next(s, mono_ms);
}

static int at_poll_fds(struct source *s, struct pollfd *fds, int max)
{
    if (s->fd < 0 || max < 1)
        return 0;
    fds[0] = (struct pollfd){.fd = s->fd, .events = POLLIN};
    return 1;
}

/* When the answer under way is given up. */
static int64_t patience_ms(const struct source *s)
{
    const int64_t none_ms = s->sent_ms + ANSWER_MS, broken_ms = s->heard_ms + BROKEN_MS;
    return s->begun && broken_ms < none_ms ? broken_ms : none_ms;
}

static int64_t at_deadline_ms(const struct source *s)
{
    if (s->fd < 0)
        return s->next_open_ms;
    if (s->waiting)
        return patience_ms(s);
    return s->at < s->queued || s->due ? 0 : INT64_MAX;
}

/* Goes on where nothing is awaited. */
static void go_on(struct source *s, int64_t mono_ms)
{
    if (s->waiting && mono_ms - s->alive_ms > SILENT_MS) {
        hang_up(s, mono_ms); /* deaf: the port may have gone bad */
        return;
    }
    if (s->waiting && mono_ms >= patience_ms(s))
        next_command(s);
    if (s->waiting)
        return;
    if (s->due && s->stage == STAGE_CELLS && s->at >= s->queued)
        start_round(s);
    if (s->at < s->queued)
        send_next(s, mono_ms);
}

static void at_handle(struct source *s, const struct pollfd *fds, int count,
                      int64_t mono_ms)
{
    if (s->fd < 0) {
        if (mono_ms >= s->next_open_ms)
            try_open(s, mono_ms);
    } else if (count > 0 && (fds[0].revents & POLLIN)) {
        read_port(s, mono_ms);
    } else if (count > 0 && (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))) {
        hang_up(s, mono_ms);
    }
    if (s->fd >= 0)
        go_on(s, mono_ms);
}

static void at_close(struct source *s)
{
    if (!s)
        return;
    if (s->fd >= 0)
        close(s->fd);
    free(s);
}

const struct source_driver src_at = {
    .name = "at",
    .open = at_open,
    .begin = at_begin,
    .poll_fds = at_poll_fds,
    .deadline_ms = at_deadline_ms,
    .handle = at_handle,
    .close = at_close,
};
