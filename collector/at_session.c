/* A conversation in AT commands about cells. */
#include "at_session.h"

#include <stdio.h>
#include <string.h>

void at_session_open(struct at_session *s, struct hub *hub, const char *port)
{
    *s = (struct at_session){
        .hub = hub, .dialect = at_dialect_find("", ""), .domain = ID_UNKNOWN};
    snprintf(s->port, sizeof s->port, "%.*s", (int)sizeof s->port - 1, port);
    modem_reading_clear(&s->reading);
}

static void record(const struct at_session *s, char kind, const char *text)
{
    hub_record(s->hub, "at", kind, s->port, text);
}

void at_session_meet(struct at_session *s, struct modem *m)
{
    s->modem = m;
    s->in_round = s->waiting = s->doubted = false;
    s->told = STATE_UNKNOWN;
    s->answer_size = 0;
    if (m)
        s->dialect = at_dialect_find(m->manufacturer, m->model);
}

void at_session_begin(struct at_session *s)
{
    record(s, '[', "");
    s->in_round = true;
    s->waiting = false;
    s->answers = 0;
    s->state = STATE_UNKNOWN;
    s->domain = ID_UNKNOWN;
    s->missed = false;
    s->answer_size = 0;
    modem_reading_clear(&s->reading);
}

static int asked_domain(const char *text)
{
    static const char *const commands[DOMAIN_COUNT] = {
        [DOMAIN_CS] = "+CREG?",
        [DOMAIN_GPRS] = "+CGREG?",
        [DOMAIN_EPS] = "+CEREG?",
        [DOMAIN_5GS] = "+C5GREG?",
    };
    for (int d = 0; d < DOMAIN_COUNT; d++) {
        if (strcmp(commands[d], text) == 0)
            return d;
    }
    return ID_UNKNOWN;
}

void at_session_sent(struct at_session *s, const char *text)
{
    record(s, '>', text);
    s->waiting = true;
    s->missed = s->missed || s->domain != ID_UNKNOWN; /* the one before had no end */
    s->domain = asked_domain(text);
    s->context = (struct at_context){0};
    snprintf(s->context.command, sizeof s->context.command, "%s", text);
    s->asked = hub_moment(s->hub);
    s->answer_size = 0; /* of an answer whose end got lost */
}

static bool is_final(const char *line)
{
    return strcmp(line, "OK") == 0 || strcmp(line, "ERROR") == 0 ||
           strncmp(line, "+CME ERROR", 10) == 0 || strncmp(line, "+CMS ERROR", 10) == 0 ||
           strcmp(line, "COMMAND NOT SUPPORT") == 0;
}

static void keep_raw(struct modem_reading *r, const char *line)
{
    size_t used = strlen(r->raw);
    const size_t size = strlen(line) + 1;
    if (used + size + 1 >= sizeof r->raw)
        return;
    if (used > 0)
        r->raw[used++] = ';';
    memcpy(r->raw + used, line, size);
}

static void keep_line(struct at_session *s, const char *line)
{
    const size_t size = strlen(line) + 1;
    if (s->answer_size + size > sizeof s->answer)
        return; /* no cell's answer is that long */
    memcpy(s->answer + s->answer_size, line, size);
    s->answer_size += size;
}

/* Scrubbed first: a recording, which is scrubbed too, must give the same reading. */
static void parse_line(struct at_session *s, char *line)
{
    at_scrub(line);
    if (at_dialect_parse(s->dialect, line, &s->context, &s->reading) != AT_NOT_MINE)
        keep_raw(&s->reading, line);
    s->context.line++;
}

/* In service is true of the first answer that said so; every other state of the last
 * one, for until then a better one might have come. */
static void note_moment(struct at_session *s, const struct modem_heard *before)
{
    const enum state state = at_reading_state(&s->reading);
    const bool decided = state == STATE_IN_SERVICE
                             ? s->state != STATE_IN_SERVICE
                             : at_reading_tells(before, &s->reading.heard);
    s->state = state;
    if (!decided && s->answers > 0)
        return;
    s->reading.asked = s->asked;
    s->reading.answered = hub_moment(s->hub);
    if (s->modem)
        s->modem->decided_mono_ms = s->hub->mono_ms;
}

/* The lines of a command are read when its final OK or ERROR has come: a line that was
 * cut in the middle of a number looks like a good one. The final line is read too: +CME
 * ERROR: 10 says that there is no SIM. */
static void parse_answer(struct at_session *s, const char *final)
{
    const struct modem_heard before = s->reading.heard;
    const bool has_lines = s->answer_size > 0;
    char *line = s->answer;
    keep_line(s, final);
    while (line < s->answer + s->answer_size) {
        const size_t size = strlen(line) + 1;
        parse_line(s, line);
        line += size;
    }
    if (s->domain != ID_UNKNOWN && has_lines &&
        s->reading.heard.domains[s->domain].stat == ID_UNKNOWN)
        s->missed = true; /* garbled */
    s->domain = ID_UNKNOWN;
    note_moment(s, &before);
    s->answer_size = 0;
    s->answers++;
    if (s->modem)
        s->modem->proof_mono_ms = s->hub->mono_ms;
}

/* Identifiers are scrubbed; where one was asked for, nothing of the answer is kept. */
static void record_line(const struct at_session *s, const char *line, bool final)
{
    char text[AT_LINE_SIZE];
    const bool secret = s->waiting && !final &&
                        (strcmp(s->context.command, "+CGSN") == 0 ||
                         strcmp(s->context.command, "+CIMI") == 0);
    if (!s->hub->record)
        return;
    snprintf(text, sizeof text, "%s", secret ? "x" : line);
    at_scrub(text);
    record(s, '<', text);
}

bool at_session_heard(struct at_session *s, const char *line)
{
    const bool final = is_final(line);
    record_line(s, line, final);
    if (!s->waiting)
        return false;
    if (s->in_round && final)
        parse_answer(s, line);
    else if (s->in_round)
        keep_line(s, line);
    s->waiting = !final;
    return final;
}

/* One domain's "not registered" is no proof while another's answer got lost: LTE modems
 * say it of +CGREG all the time. */
static bool proves_a_hole(const struct at_session *s)
{
    return !s->missed && s->domain == ID_UNKNOWN;
}

static bool is_hole(enum state state)
{
    return state == STATE_NO_SERVICE || state == STATE_LIMITED;
}

bool at_session_end(struct at_session *s)
{
    const bool answered = s->in_round && s->answers > 0;
    record(s, ']', "");
    s->in_round = s->waiting = false;
    if (!answered || !s->modem)
        return false;
    at_reading_finish(&s->reading);
    if (is_hole(s->reading.state) && !proves_a_hole(s))
        s->reading.state = STATE_UNKNOWN;
    s->doubted = is_hole(s->reading.state) && s->told == STATE_IN_SERVICE && !s->doubted;
    if (s->doubted)
        return true;
    s->told = s->reading.state;
    hub_publish(s->hub, s->modem, &s->reading);
    return false;
}
