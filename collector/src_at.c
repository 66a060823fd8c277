/* A modem spoken to directly over a serial port. Every round asks for registration and
 * cells; an answer of any kind is a proof of life, silence is not. The port is opened
 * again for ever: modems are pulled, reset and swapped on mountain roads. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "at_dialect.h"
#include "identity.h"
#include "lang.h"
#include "serial.h"
#include "source.h"
#include "xmem.h"

enum {
    LINE_SIZE = 1024,
    ANSWER_SIZE = 8192,
    ANSWER_MS = 2000, /* a slower answer is none */
    REOPEN_MS = 1000,
    SILENT_MS = 10000, /* after this the port is closed and opened again */
    MAX_COMMANDS = 32,
};

/* What a command is for: identity answers are plain lines without a prefix. */
enum purpose {
    FOR_NOTHING,
    FOR_MAKER,
    FOR_MODEL,
    FOR_FIRMWARE,
    FOR_IMEI,
    FOR_IMSI,
    FOR_CELL
};

struct command {
    const char *text; /* behind "AT" */
    enum purpose purpose;
};

struct source {
    struct hub *hub;
    char port[MODEM_TEXT_SIZE];
    char name[MODEM_TEXT_SIZE];
    char mount[16];
    double offset_db;
    mccmnc_t mccmnc; /* configured */
    int interval_ms;
    int fd;
    int64_t next_open_ms;
    struct modem *modem; /* NULL until it has told who it is */
    struct modem who;    /* identity while it is being told */
    const struct at_dialect *dialect;
    struct command queue[MAX_COMMANDS];
    int queued, at; /* commands of this round; the one under way */
    bool waiting;   /* for its answer */
    int64_t sent_ms;
    int64_t next_round_ms;
    int64_t alive_ms; /* last answer */
    struct at_context context;
    struct modem_reading reading;
    bool round_is_cell;       /* the round asks for cells, not for identity */
    bool round_is_setup;      /* its answers say nothing of cells yet */
    int answers;              /* in this round */
    char answer[ANSWER_SIZE]; /* lines of the command under way, each with its NUL */
    size_t answer_len;
    char line[LINE_SIZE];
    size_t line_len;
    bool line_too_long;
};

static void event(const struct source *s, const char *kind)
{
    s->hub->event(s->hub->ctx, kind, s->name);
}

static void queue(struct source *s, const char *text, enum purpose purpose)
{
    if (s->queued < MAX_COMMANDS)
        s->queue[s->queued++] = (struct command){.text = text, .purpose = purpose};
}

static void queue_all(struct source *s, const char *const *texts, enum purpose purpose)
{
    for (; texts && *texts; texts++)
        queue(s, *texts, purpose);
}

static void start_identity(struct source *s)
{
    s->queued = s->at = 0;
    s->waiting = false;
    s->round_is_cell = false;
    s->who = (struct modem){.used = true};
    queue(s, "E0", FOR_NOTHING);
    queue(s, "+CGMI", FOR_MAKER);
    queue(s, "+CGMM", FOR_MODEL);
    queue(s, "+CGMR", FOR_FIRMWARE);
    queue(s, "+CGSN", FOR_IMEI);
    queue(s, "+CIMI", FOR_IMSI);
}

static void start_round(struct source *s, int64_t mono_ms)
{
    static const char *const common[] = {"+CFUN?",  "+CPIN?", "+CEREG?", "+C5GREG?",
                                         "+CGREG?", "+CREG?", "+COPS?",  NULL};
    s->queued = s->at = 0;
    s->waiting = false;
    s->round_is_cell = true;
    s->round_is_setup = false;
    s->answers = 0;
    modem_reading_clear(&s->reading);
    queue_all(s, common, FOR_CELL);
    queue_all(s, s->dialect->polls, FOR_CELL);
    s->next_round_ms = mono_ms + s->interval_ms;
}

static void hang_up(struct source *s, int64_t mono_ms)
{
    if (s->fd >= 0)
        close(s->fd);
    if (s->fd >= 0 && s->modem && s->modem->present)
        event(s, "modem_lost");
    if (s->modem)
        s->modem->present = false;
    s->fd = -1;
    s->line_len = 0;
    s->next_open_ms = mono_ms + REOPEN_MS;
}

static void try_open(struct source *s, int64_t mono_ms)
{
    s->next_open_ms = mono_ms + REOPEN_MS;
    s->fd = serial_open(s->port);
    if (s->fd < 0)
        return;
    s->alive_ms = mono_ms;
    s->line_len = 0;
    s->line_too_long = false;
    start_identity(s);
}

static void send_next(struct source *s, int64_t mono_ms)
{
    char text[64];
    const struct command *c = &s->queue[s->at];
    const int len = snprintf(text, sizeof text, "AT%s\r", c->text);
    snprintf(s->context.command, sizeof s->context.command, "%s", c->text);
    s->context.line = 0;
    s->context.mode = 0;
    s->answer_len = 0;
    s->sent_ms = mono_ms;
    s->waiting = true;
    if (s->hub->record)
        s->hub->record(s->hub->ctx, "at", s->port, '>', text, (size_t)len);
    const ssize_t n = write(s->fd, text, (size_t)len);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        hang_up(s, mono_ms);
}

static void copy_text(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%.*s", (int)size - 1, from);
}

/* MCC whose networks have three digits of MNC (ITU-T E.212, North America and its
 * numbering neighbours); all others have two. */
static bool has_long_mnc(const char *imsi)
{
    static const char *const mccs[] = {
        "302", "310", "311", "312", "313", "314", "315", "316", "330", "332", "334",
        "338", "342", "344", "346", "348", "350", "352", "354", "356", "358", "360",
        "364", "365", "366", "374", "376", "708", "714", "722", "732", "750"};
    for (size_t i = 0; i < sizeof mccs / sizeof *mccs; i++) {
        if (strncmp(imsi, mccs[i], 3) == 0)
            return true;
    }
    return false;
}

/* Only the operator is taken from the IMSI; the rest is forgotten here. */
static mccmnc_t operator_of_imsi(const char *imsi)
{
    char digits[MCCMNC_TEXT_SIZE];
    if (strlen(imsi) < 14 || strspn(imsi, "0123456789") < 14)
        return 0;
    snprintf(digits, sizeof digits, "%.*s", has_long_mnc(imsi) ? 6 : 5, imsi);
    return mccmnc_parse(digits);
}

static void take_identity(struct source *s, enum purpose purpose, const char *line)
{
    /* some answer "+CGMI: Quectel" or "+CIMI: 452…" */
    const char *colon = line[0] == '+' ? strchr(line, ':') : NULL;
    const char *value = colon ? colon + 1 + strspn(colon + 1, " \"") : line;
    struct modem *who = &s->who;
    if (line[0] == '+' && !colon)
        return;
    if (purpose == FOR_MAKER && !who->manufacturer[0])
        copy_text(who->manufacturer, sizeof who->manufacturer, value);
    else if (purpose == FOR_MODEL && !who->model[0])
        copy_text(who->model, sizeof who->model, value);
    else if (purpose == FOR_FIRMWARE && !who->firmware[0])
        copy_text(who->firmware, sizeof who->firmware, value);
    else if (purpose == FOR_IMEI && !who->imei_hash[0] &&
             strspn(value, "0123456789") >= 14)
        identity_hash_imei(value, s->hub->imei_key, who->imei_hash);
    else if (purpose == FOR_IMSI && who->sim_mccmnc == 0)
        who->sim_mccmnc = operator_of_imsi(value);
}

static void adopt(struct source *s)
{
    char usb_path[MODEM_TEXT_SIZE];
    serial_usb_path(s->port, usb_path, (int)sizeof usb_path);
    struct modem *m = modem_find(&s->hub->modems, s->who.imei_hash, usb_path, s->port);
    s->dialect = at_dialect_find(s->who.manufacturer, s->who.model);
    if (!m) {
        event(s, "too_many_modems");
        return;
    }
    const bool returned = m->used && m->reading_mono_ms != ID_UNKNOWN && !m->present;
    copy_text(m->name, sizeof m->name, s->name);
    copy_text(m->source, sizeof m->source, "at");
    copy_text(m->port, sizeof m->port, s->port);
    copy_text(m->usb_path, sizeof m->usb_path, usb_path);
    copy_text(m->manufacturer, sizeof m->manufacturer, s->who.manufacturer);
    copy_text(m->model, sizeof m->model, s->who.model);
    copy_text(m->firmware, sizeof m->firmware, s->who.firmware);
    copy_text(m->imei_hash, sizeof m->imei_hash, s->who.imei_hash);
    copy_text(m->mount, sizeof m->mount, s->mount);
    m->offset_db = s->offset_db;
    m->sim_mccmnc = s->mccmnc ? s->mccmnc : s->who.sim_mccmnc;
    modem_reading_clear(&m->reading); /* what it said before it was pulled is over */
    m->reading_mono_ms = ID_UNKNOWN;
    m->present = true;
    s->modem = m;
    event(s, returned ? "modem_back" : "modem_found");
}

/* A round is over: its reading counts from now, if the modem answered at all. */
static void end_round(struct source *s, int64_t mono_ms)
{
    if (!s->round_is_cell) {
        adopt(s);
        s->queued = s->at = 0;
        queue_all(s, s->dialect ? s->dialect->setup : NULL, FOR_NOTHING);
        s->round_is_cell = true;
        s->round_is_setup = true;
        s->answers = 0;
        modem_reading_clear(&s->reading);
        s->next_round_ms = mono_ms;
        return;
    }
    s->queued = s->at = 0;
    if (!s->modem || s->answers == 0 || s->round_is_setup)
        return;
    at_reading_finish(&s->reading);
    s->modem->reading = s->reading;
    s->modem->reading_mono_ms = mono_ms;
}

static void next_command(struct source *s, int64_t mono_ms)
{
    s->waiting = false;
    s->at++;
    if (s->at >= s->queued)
        end_round(s, mono_ms);
}

static void prove_alive(struct source *s, int64_t mono_ms)
{
    s->alive_ms = mono_ms;
    s->answers++;
    if (s->modem && s->round_is_cell)
        s->modem->proof_mono_ms = mono_ms;
}

static bool is_final(const char *line)
{
    return strcmp(line, "OK") == 0 || strcmp(line, "ERROR") == 0 ||
           strncmp(line, "+CME ERROR", 10) == 0 || strncmp(line, "+CMS ERROR", 10) == 0 ||
           strcmp(line, "COMMAND NOT SUPPORT") == 0;
}

static void keep_raw(struct modem_reading *r, const char *line)
{
    const size_t used = strlen(r->raw);
    if (used + strlen(line) + 2 < sizeof r->raw)
        snprintf(r->raw + used, sizeof r->raw - used, "%s%s", used ? ";" : "", line);
}

static void parse_line(struct source *s, char *line)
{
    if (at_dialect_parse(s->dialect, line, &s->context, &s->reading) != AT_NOT_MINE) {
        at_scrub(line);
        keep_raw(&s->reading, line);
    }
    s->context.line++;
}

/* The lines of a command are read when its final OK or ERROR has come: a line that was
 * cut in the middle of a number looks like a good one. The final line is read too: +CME
 * ERROR: 10 says that there is no SIM. */
static void parse_answer(struct source *s, char *final)
{
    char *line = s->answer;
    while (line < s->answer + s->answer_len) {
        const size_t len = strlen(line);
        parse_line(s, line);
        line += len + 1;
    }
    parse_line(s, final);
    s->answer_len = 0;
}

static void keep_line(struct source *s, const char *line)
{
    const size_t size = strlen(line) + 1;
    if (s->answer_len + size > sizeof s->answer)
        return; /* no cell's answer is that long */
    memcpy(s->answer + s->answer_len, line, size);
    s->answer_len += size;
}

static void take_line(struct source *s, char *line, int64_t mono_ms)
{
    if (line[0] == '\0' || strncasecmp(line, "AT", 2) == 0)
        return; /* empty, or the echo of a command */
    if (!s->waiting || s->at >= s->queued)
        return; /* unsolicited: the next round asks anyway */
    const enum purpose purpose = s->queue[s->at].purpose;
    if (is_final(line)) {
        if (purpose == FOR_CELL)
            parse_answer(s, line);
        prove_alive(s, mono_ms);
        next_command(s, mono_ms);
    } else if (purpose == FOR_CELL) {
        keep_line(s, line);
    } else {
        take_identity(s, purpose, line);
    }
}

static void take_bytes(struct source *s, const char *bytes, size_t size, int64_t mono_ms)
{
    for (size_t i = 0; i < size; i++) {
        const char c = bytes[i];
        if (c == '\r' || c == '\n') {
            s->line[s->line_len] = '\0';
            if (!s->line_too_long)
                take_line(s, s->line, mono_ms);
            s->line_len = 0;
            s->line_too_long = false;
        } else if (s->line_len + 1 < sizeof s->line) {
            s->line[s->line_len++] = c;
        } else {
            s->line_too_long = true; /* noise: no answer is that long */
        }
    }
}

static void read_port(struct source *s, int64_t mono_ms)
{
    char buf[4096];
    for (int i = 0; i < 16 && s->fd >= 0; i++) {
        const ssize_t n = read(s->fd, buf, sizeof buf);
        if (n > 0) {
            if (s->hub->record)
                s->hub->record(s->hub->ctx, "at", s->port, '<', buf, (size_t)n);
            take_bytes(s, buf, (size_t)n, mono_ms);
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            hang_up(s, mono_ms);
        } else {
            return;
        }
    }
}

static enum err at_open(const struct source_config *c, struct hub *hub,
                        struct source **out)
{
    struct source *s = xcalloc(1, sizeof *s);
    s->hub = hub;
    s->fd = -1;
    s->interval_ms = c->interval_ms;
    s->offset_db = c->offset_db;
    s->mccmnc = c->mccmnc;
    copy_text(s->port, sizeof s->port, c->port);
    copy_text(s->name, sizeof s->name, c->name && *c->name ? c->name : c->port);
    copy_text(s->mount, sizeof s->mount, c->mount);
    s->dialect = at_dialect_find("", "");
    *out = s;
    return ERR_OK;
}

static int at_poll_fds(struct source *s, struct pollfd *fds, int max)
{
    if (s->fd < 0 || max < 1)
        return 0;
    fds[0] = (struct pollfd){.fd = s->fd, .events = POLLIN};
    return 1;
}

static int64_t at_deadline_ms(const struct source *s)
{
    if (s->fd < 0)
        return s->next_open_ms;
    if (s->waiting)
        return s->sent_ms + ANSWER_MS;
    return s->at < s->queued ? 0 : s->next_round_ms;
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
    if (s->fd >= 0 && mono_ms - s->alive_ms > SILENT_MS) {
        hang_up(s, mono_ms); /* deaf: the port may have gone bad */
        return;
    }
    if (s->fd >= 0 && s->waiting && mono_ms - s->sent_ms >= ANSWER_MS)
        next_command(s, mono_ms);
    if (s->fd >= 0 && !s->waiting && s->at >= s->queued && mono_ms >= s->next_round_ms &&
        s->round_is_cell)
        start_round(s, mono_ms);
    if (s->fd >= 0 && !s->waiting && s->at < s->queued)
        send_next(s, mono_ms);
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
    .poll_fds = at_poll_fds,
    .deadline_ms = at_deadline_ms,
    .handle = at_handle,
    .close = at_close,
};
