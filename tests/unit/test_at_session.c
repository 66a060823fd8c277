/* Conversations in AT commands: which readings they give, and of which moment. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "at_session.h"

#include <stdio.h>
#include <string.h>

struct scene {
    struct hub hub;
    struct at_session session;
    int readings, events;
};

static void count_event(void *ctx, const char *kind, const char *detail)
{
    struct scene *s = ctx;
    (void)kind;
    (void)detail;
    s->events++;
}

static void count_reading(void *ctx, struct modem *m)
{
    struct scene *s = ctx;
    (void)m;
    s->readings++;
}

/* A session with a 3GPP modem. */
static void open_scene(struct scene *s)
{
    memset(s, 0, sizeof *s);
    s->hub.fix = gps_fix_none();
    s->hub.event = count_event;
    s->hub.reading = count_reading;
    s->hub.ctx = s;
    const struct modem who = {.name = "alpha", .port = "/dev/ttyUSB2"};
    at_session_open(&s->session, &s->hub, who.port);
    at_session_meet(&s->session, hub_adopt(&s->hub, &who));
    assert_non_null(s->session.modem);
    assert_int_equal(s->events, 1);
}

/* A command sent at `sent_ms`; its lines, with ";" between, all come at `heard_ms`. */
struct exchange {
    int64_t sent_ms;
    const char *command;
    int64_t heard_ms;
    const char *lines;
};

/* What at_session_end() says. */
static bool play(struct scene *s, const struct exchange *e, size_t count)
{
    char text[512];
    s->hub.mono_ms = e->sent_ms;
    at_session_begin(&s->session);
    for (size_t i = 0; i < count && e[i].command; i++) {
        s->hub.mono_ms = e[i].sent_ms;
        at_session_sent(&s->session, e[i].command);
        s->hub.mono_ms = e[i].heard_ms;
        snprintf(text, sizeof text, "%s", e[i].lines);
        char *rest = text;
        for (char *line; (line = strsep(&rest, ";")) != NULL;) {
            if (*line)
                (void)at_session_heard(&s->session, line);
        }
        s->hub.fix.mode = 1 + (int64_t)i; /* the fix moves on after every answer */
    }
    s->hub.mono_ms = 900;
    return at_session_end(&s->session);
}

enum { EXCHANGES_MAX = 6 };

static const struct {
    const char *name;
    struct exchange exchanges[EXCHANGES_MAX];
    int readings;
    enum state state;
    int64_t asked_ms, answered_ms;
} rows[] = {
    {"in service: the first answer that says so",
     {{100, "+CFUN?", 110, "+CFUN: 1;OK"},
      {120, "+CEREG?", 130, "+CEREG: 2,1,\"2F41\",\"015A3C07\",7;OK"},
      {140, "+CGREG?", 150, "+CGREG: 2,0;OK"},
      {160, "+CESQ", 170, "+CESQ: 99,99,255,255,20,43;OK"}},
     1,
     STATE_IN_SERVICE,
     120,
     130},
    {"in service by another domain: that one's answer",
     {{120, "+CEREG?", 130, "+CEREG: 2,0;OK"},
      {140, "+CGREG?", 150, "+CGREG: 2,1,\"2F41\",\"015A3C07\",2;OK"}},
     1,
     STATE_IN_SERVICE,
     140,
     150},
    {"no service: the last answer that denies it",
     {{100, "+CFUN?", 110, "+CFUN: 1;OK"},
      {120, "+CEREG?", 130, "+CEREG: 2,2;OK"},
      {140, "+CGREG?", 150, "+CGREG: 2,2;OK"},
      {160, "+CSQ", 170, "+CSQ: 99,99;OK"}},
     1,
     STATE_NO_SERVICE,
     140,
     150},
    {"no SIM, said by the final line",
     {{100, "+CPIN?", 110, "+CME ERROR: 10"}, {120, "+CSQ", 130, "+CSQ: 99,99;OK"}},
     1,
     STATE_RADIO_OFF,
     100,
     110},
    {"an answer that lost its end is not read, and no hole is proven without it",
     {{120, "+CEREG?", 130, "+CEREG: 2,1,\"2F41\",\"015A3C07\",7"},
      {140, "+CGREG?", 150, "+CGREG: 2,2;OK"}},
     1,
     STATE_UNKNOWN,
     140,
     150},
    {"the last one got lost",
     {{120, "+CEREG?", 130, "+CEREG: 2,2;OK"}, {140, "+CGREG?", 150, ""}},
     1,
     STATE_UNKNOWN,
     120,
     130},
    {"a garbled one",
     {{120, "+CEREG?", 130, "+CER~G: 2,1,\"2F4;OK"},
      {140, "+CGREG?", 150, "+CGREG: 2,3;OK"}},
     1,
     STATE_UNKNOWN,
     140,
     150},
    {"another's is enough for service",
     {{120, "+CEREG?", 130, ""},
      {140, "+CGREG?", 150, "+CGREG: 2,1,\"2F41\",\"A3C07\",2;OK"}},
     1,
     STATE_IN_SERVICE,
     140,
     150},
    {"a domain that the modem does not know is none that is missing",
     {{120, "+CEREG?", 130, "ERROR"},
      {125, "+C5GREG?", 135, "OK"},
      {140, "+CGREG?", 150, "+CGREG: 2,2;OK"}},
     1,
     STATE_NO_SERVICE,
     140,
     150},
    {"nothing understood",
     {{100, "+CFUN?", 110, "OK"}, {120, "+CEREG?", 130, "ERROR"}},
     1,
     STATE_UNKNOWN,
     100,
     110},
    {"nothing answered", {{100, "+CFUN?", 110, ""}}, 0, STATE_UNKNOWN, 0, 0},
};

static void test_moments(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static struct scene s;
        print_message("# %s\n", rows[i].name);
        open_scene(&s);
        assert_false(play(&s, rows[i].exchanges, EXCHANGES_MAX));
        const struct modem *m = s.session.modem;
        assert_int_equal(s.readings, rows[i].readings);
        assert_int_equal(m->reading.state, rows[i].state);
        assert_int_equal(m->reading.asked.mono_ms, rows[i].asked_ms);
        assert_int_equal(m->reading.answered.mono_ms, rows[i].answered_ms);
        assert_int_equal(m->reading_mono_ms, rows[i].readings ? 900 : ID_UNKNOWN);
        assert_int_equal(m->decided_mono_ms, ID_UNKNOWN);
    }
}

/* The position is that of the moment, not the one known when the round was over. */
static void test_position(void **unused)
{
    (void)unused;
    static struct scene s;
    open_scene(&s);
    assert_false(play(&s, rows[0].exchanges, EXCHANGES_MAX));
    assert_int_equal(s.session.modem->reading.asked.fix.mode, 1);
    assert_int_equal(s.hub.fix.mode, 4);
}

/* Half a round has decided, and says so; a lost modem has nothing under way. */
static void test_half_a_round(void **unused)
{
    (void)unused;
    static struct scene s;
    open_scene(&s);
    struct modem *m = s.session.modem;
    s.hub.mono_ms = 100;
    at_session_begin(&s.session);
    at_session_sent(&s.session, "+CEREG?");
    assert_int_equal(m->decided_mono_ms, ID_UNKNOWN);
    s.hub.mono_ms = 110;
    assert_false(at_session_heard(&s.session, "+CEREG: 2,2"));
    assert_true(at_session_heard(&s.session, "OK"));
    assert_false(at_session_heard(&s.session, "OK")); /* of nothing that was asked */
    assert_int_equal(m->decided_mono_ms, 110);
    assert_int_equal(m->proof_mono_ms, 110);
    hub_lose(&s.hub, m);
    at_session_meet(&s.session, NULL);
    assert_false(m->present);
    assert_int_equal(m->decided_mono_ms, ID_UNKNOWN);
    assert_int_equal(s.events, 2);
    assert_false(at_session_end(&s.session));
    assert_int_equal(s.readings, 0);
}

/* Service that is gone from one round to the next is asked for once more: LTE told of
 * +CEREG while on GSM, GSM of +CGREG when back on LTE, and there was no hole. */
static void test_doubt(void **unused)
{
    (void)unused;
    enum { ROUNDS = 8 };
    static const struct {
        const char *cereg;
        bool again;
        int readings;
        enum state state;
    } rounds[ROUNDS] = {
        {"+CEREG: 2,2;OK", false, 1, STATE_NO_SERVICE}, /* nothing was known before */
        {"+CEREG: 2,1;OK", false, 2, STATE_IN_SERVICE},
        {"+CEREG: 2,0;OK", true, 2, STATE_IN_SERVICE},
        {"+CEREG: 2,1;OK", false, 3, STATE_IN_SERVICE},
        {"+CEREG: 2,3;OK", true, 3, STATE_IN_SERVICE},
        {"+CEREG: 2,2;OK", false, 4, STATE_NO_SERVICE},
        {"+CEREG: 2,2;OK", false, 5, STATE_NO_SERVICE},
        {"+CEREG: 2,4;OK", false, 6, STATE_UNKNOWN},
    };
    static struct scene s;
    open_scene(&s);
    for (int i = 0; i < ROUNDS; i++) {
        const struct exchange e[] = {{100, "+CEREG?", 110, rounds[i].cereg}};
        assert_true(play(&s, e, 1) == rounds[i].again);
        assert_int_equal(s.readings, rounds[i].readings);
        assert_int_equal(s.session.modem->reading.state, rounds[i].state);
    }
}

/* A subscriber's numbers are gone before anything is kept. */
static void test_scrubbed(void **unused)
{
    (void)unused;
    static struct scene s;
    open_scene(&s);
    static const struct exchange e[] = {
        {100, "+CEREG?", 110, "+CEREG: 2,2;+CUSD: 0,\"+84912345678\",15;OK"},
        {120, "+CPIN?", 130, "+CPIN: READY 452049876543210;OK"}};
    assert_false(play(&s, e, 2));
    assert_null(strstr(s.session.modem->reading.raw, "84912345678"));
    assert_null(strstr(s.session.modem->reading.raw, "452049876543210"));
    assert_non_null(strstr(s.session.modem->reading.raw, "+CEREG: 2,2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),      cmocka_unit_test(test_position),
        cmocka_unit_test(test_half_a_round), cmocka_unit_test(test_doubt),
        cmocka_unit_test(test_scrubbed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
