/* A recording played through the decoders that the traffic once went through. It is the
 * only source then, and its clock is everybody's: every line sets the time, and ticks
 * come from it as well, so that the same samples are written at any speed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "at_session.h"
#include "gpsd_report.h"
#include "lang.h"
#include "mm_facts.h"
#include "modem_who.h"
#include "source.h"
#include "xmem.h"

enum { LINES_PER_CALL = 4096 };

struct source {
    struct hub *hub;
    struct recording_reader *reader;
    struct recording_line next;
    int got; /* what recording_next said of it */
    struct at_session sessions[MODEM_MAX];
    int session_count;
    struct moment asked[MODEM_MAX + 1]; /* modemmanager, by modem_id */
    struct modem_reading reading;
    struct gps_data_t gps;
    char text[RECORDING_TEXT_SIZE];
};

static bool is(const struct recording_line *line, const char *source)
{
    return strcmp(line->source, source) == 0;
}

/* The session of a port, a new one where it is unknown; NULL: one modem too many. */
static struct at_session *session_of(struct source *s, const char *port)
{
    for (int i = 0; i < s->session_count; i++) {
        if (strcmp(s->sessions[i].port, port) == 0)
            return &s->sessions[i];
    }
    if (s->session_count == MODEM_MAX || strlen(port) >= MODEM_TEXT_SIZE)
        return NULL;
    at_session_open(&s->sessions[s->session_count], s->hub, port);
    return &s->sessions[s->session_count++];
}

static struct modem *modem_of(struct source *s, const struct recording_line *line)
{
    for (int i = 0; i < MODEM_MAX; i++) {
        struct modem *m = &s->hub->modems.modems[i];
        if (m->used && m->present && strcmp(m->source, line->source) == 0 &&
            strcmp(m->port, line->port) == 0)
            return m;
    }
    return NULL;
}

static bool read_utc(const char *text, int64_t *utc_ms)
{
    char *end = NULL;
    *utc_ms = strtoll(text, &end, 10);
    return end != text && *end == '\0' && *utc_ms >= 0 &&
           *utc_ms < INT64_C(253402300800000);
}

/* libgps 3.22 runs for ever on some lines that are no JSON. Only before the start: this
 * allocates. */
static bool is_json(const char *text)
{
    cJSON *json = cJSON_ParseWithOpts(text, NULL, true);
    const bool is_object = cJSON_IsObject(json);
    cJSON_Delete(json);
    return is_object;
}

/* What the source of a line says of its text, before it is believed. */
static enum err check(struct source *s, const struct recording_line *line)
{
    struct modem who = {.used = true};
    struct mm_facts facts;
    int64_t utc_ms = 0;
    if (is(line, "clock") && !read_utc(line->text, &utc_ms))
        return recording_fault(s->reader, line->text, _("UTC in milliseconds"));
    if (line->kind == '=' && !modem_who_parse(line->text, &who))
        return recording_fault(s->reader, line->text, _("who the modem is: name=…"));
    if (is(line, "at") && line->kind != '!' && !session_of(s, line->port))
        return recording_fault(s->reader, line->port, _("not so many or so long ports"));
    if (is(line, "at") && strlen(line->text) >= AT_LINE_SIZE)
        return recording_fault(s->reader, line->text, _("a line of a modem's length"));
    if (is(line, "gpsd") && line->kind == '<' && !is_json(line->text))
        return recording_fault(s->reader, line->text, _("JSON of gpsd"));
    if (is(line, "modemmanager") && (line->kind == '<' || line->kind == '?') &&
        line->text[0] != '\0' && !mm_facts_parse(&facts, line->text))
        return recording_fault(s->reader, line->text, _("facts such as State=8"));
    return ERR_OK;
}

static void play_identity(struct source *s, const struct recording_line *line)
{
    struct modem who = {.used = true};
    if (!modem_who_parse(line->text, &who))
        return;
    snprintf(who.source, sizeof who.source, "%s", line->source);
    snprintf(who.port, sizeof who.port, "%.*s", (int)sizeof who.port - 1, line->port);
    struct modem *m = hub_adopt(s->hub, &who);
    struct at_session *session = is(line, "at") ? session_of(s, line->port) : NULL;
    if (session)
        at_session_meet(session, m);
}

static void play_loss(struct source *s, const struct recording_line *line)
{
    struct at_session *session = is(line, "at") ? session_of(s, line->port) : NULL;
    hub_lose(s->hub, modem_of(s, line));
    if (session)
        at_session_meet(session, NULL);
}

static void play_at(struct source *s, const struct recording_line *line)
{
    struct at_session *session = session_of(s, line->port);
    if (!session)
        return;
    if (line->kind == '[')
        at_session_begin(session);
    else if (line->kind == ']')
        (void)at_session_end(session); /* asked again or not: it is in the recording */
    else if (line->kind == '>')
        at_session_sent(session, line->text);
    else
        (void)at_session_heard(session, line->text);
}

static void play_modemmanager(struct source *s, const struct recording_line *line)
{
    struct modem *m = modem_of(s, line);
    struct mm_facts facts;
    if (!m)
        return;
    if (line->kind == '>') {
        s->asked[m->modem_id] = hub_moment(s->hub);
        return;
    }
    (void)mm_facts_parse(&facts, line->text);
    mm_facts_reading(&facts, &s->reading);
    if (line->kind == '?')
        mm_facts_doubt(&s->reading);
    s->reading.asked = s->asked[m->modem_id];
    s->reading.answered = hub_moment(s->hub);
    hub_publish(s->hub, m, &s->reading);
}

static void play_gpsd(struct source *s, const struct recording_line *line)
{
    struct gps_report report;
    snprintf(s->text, sizeof s->text, "%s", line->text); /* libgps writes into it */
    if (gpsd_report_parse(s->text, &s->gps, &report))
        gps_fix_add(&s->hub->fix, &report, s->hub->mono_ms, GPS_EARLIEST_UTC_MS);
}

static void play_tick(struct source *s, const struct recording_line *line)
{
    int64_t utc_ms = 0;
    if (s->hub->tick && read_utc(line->text, &utc_ms))
        s->hub->tick(s->hub->ctx, utc_ms);
}

static void play(struct source *s, const struct recording_line *line)
{
    s->hub->mono_ms = line->mono_ms;
    if (is(line, "clock"))
        play_tick(s, line);
    else if (line->kind == '!')
        s->hub->event(s->hub->ctx, line->text,
                      strcmp(line->port, "-") == 0 ? "" : line->port);
    else if (line->kind == '=')
        play_identity(s, line);
    else if (line->kind == '-')
        play_loss(s, line);
    else if (is(line, "at"))
        play_at(s, line);
    else if (is(line, "modemmanager"))
        play_modemmanager(s, line);
    else
        play_gpsd(s, line);
}

/* Damage is found before the first line is played, not in the middle of a trip. */
static enum err check_all(struct source *s, const char *file)
{
    struct recording_header header;
    enum err err = recording_open(file, &header, &s->reader);
    if (err)
        return err;
    struct recording_line line;
    int got;
    while ((got = recording_next(s->reader, &line)) > 0) {
        err = check(s, &line);
        if (err)
            return err;
    }
    recording_close(s->reader);
    s->reader = NULL;
    s->session_count = 0;
    return got < 0 ? ERR_INPUT : ERR_OK;
}

static void replay_close(struct source *s)
{
    if (!s)
        return;
    recording_close(s->reader);
    free(s);
}

static enum err replay_open(const struct source_config *config, struct hub *hub,
                            struct source **source)
{
    struct source *s = xcalloc(1, sizeof *s);
    struct recording_header header;
    s->hub = hub;
    enum err err = check_all(s, config->file);
    if (!err)
        err = recording_open(config->file, &header, &s->reader);
    if (err) {
        replay_close(s);
        return err;
    }
    s->got = recording_next(s->reader, &s->next);
    *source = s;
    return ERR_OK;
}

static int replay_poll_fds(struct source *s, struct pollfd *fds, int max)
{
    (void)s;
    (void)fds;
    (void)max;
    return 0;
}

static int64_t replay_deadline_ms(const struct source *s)
{
    return s->got > 0 ? s->next.mono_ms : s->got == 0 ? 0 : INT64_MAX;
}

static void replay_handle(struct source *s, const struct pollfd *fds, int count,
                          int64_t mono_ms)
{
    (void)fds;
    (void)count;
    for (int i = 0; i < LINES_PER_CALL && s->got > 0 && s->next.mono_ms <= mono_ms; i++) {
        play(s, &s->next);
        s->got = recording_next(s->reader, &s->next);
    }
    if (s->got > 0)
        return;
    if (s->hub->end)
        s->hub->end(s->hub->ctx, s->got < 0 ? ERR_INPUT : ERR_OK);
    s->got = -1; /* said once */
}

const struct source_driver src_replay = {
    .name = "replay",
    .open = replay_open,
    .poll_fds = replay_poll_fds,
    .deadline_ms = replay_deadline_ms,
    .handle = replay_handle,
    .close = replay_close,
};
