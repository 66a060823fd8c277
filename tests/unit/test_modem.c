/* Slots of modems, and the samples that readings make. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "modem.h"

#include <math.h>
#include <string.h>

enum { NOW_MS = 100000 };

/* A modem in service that answered a second ago. */
static struct modem modem_in_service(void)
{
    static struct modem_table table;
    memset(&table, 0, sizeof table);
    struct modem m = *modem_find(&table, "imei", "1-1", "/dev/ttyUSB2");
    m.present = true;
    m.sim_mccmnc = mccmnc_parse("45204");
    m.reading_mono_ms = m.proof_mono_ms = NOW_MS - 1000;
    m.reading.state = STATE_IN_SERVICE;
    m.reading.radio.tech = TECH_LTE;
    m.reading.radio.mccmnc = mccmnc_parse("45201");
    m.reading.radio.tac = 0x4A05;
    m.reading.radio.cell_id = 0x1B3C20A;
    m.reading.radio.pci = 211;
    m.reading.radio.arfcn = 1675;
    m.reading.radio.rsrp_dbm = -97;
    m.reading.radio.rsrq_db = -11;
    memcpy(m.reading.band, "B3", sizeof "B3");
    memcpy(m.reading.raw, "+CSQ: 17,99", sizeof "+CSQ: 17,99");
    return m;
}

static struct sample sample_at(const struct modem *m, int64_t mono_ms)
{
    const struct moment at = {mono_ms, gps_fix_none()};
    return modem_sample(m, &at, 1700000000000, "boot");
}

static void assert_operator(const struct sample *s, const char *expected)
{
    char text[MCCMNC_TEXT_SIZE];
    mccmnc_format(s->mccmnc, text);
    assert_string_equal(text, expected);
}

static void assert_silent(const struct sample *s, enum state state)
{
    assert_int_equal(s->state, state);
    assert_operator(s, "45204");
    for (size_t i = 0; i < sample_column_count; i++) {
        const struct sample_column *c = &sample_columns[i];
        if (c->type == SAMPLE_DOUBLE)
            assert_true(
                isnan(*(const double *)(const void *)((const char *)s + c->offset)));
    }
}

static void assert_no_cell(const struct sample *s)
{
    assert_int_equal(s->tech, TECH_NONE);
    assert_int_equal(s->cell_id, ID_UNKNOWN);
    assert_int_equal(s->tac, ID_UNKNOWN);
    assert_int_equal(s->pci, ID_UNKNOWN);
    assert_null(s->band);
}

static void test_in_service(void **unused)
{
    (void)unused;
    struct modem m = modem_in_service();
    struct sample s = sample_at(&m, NOW_MS);
    assert_int_equal(s.state, STATE_IN_SERVICE);
    assert_int_equal(s.modem_id, 1);
    assert_int_equal(s.t_mono_ms, NOW_MS);
    assert_int_equal(s.t_utc_ms, 1700000000000);
    assert_string_equal(s.boot_id, "boot");
    assert_int_equal(s.level_age_ms, 1000);
    assert_int_equal(s.tech, TECH_LTE);
    assert_operator(&s, "45201"); /* roaming: the network that serves */
    assert_true(s.rsrp_dbm == -97 && s.rsrq_db == -11);
    assert_int_equal(s.cell_id, 0x1B3C20A);
    assert_string_equal(s.band, "B3");
    assert_string_equal(s.raw, "+CSQ: 17,99");
    m.reading.radio.mccmnc = 0;
    s = sample_at(&m, NOW_MS);
    assert_operator(&s, "45204");
}

static void test_other_states(void **unused)
{
    (void)unused;
    static const enum state states[] = {STATE_NO_SERVICE, STATE_RADIO_OFF, STATE_UNKNOWN};
    struct modem m = modem_in_service();
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        m.reading.state = states[i];
        const struct sample s = sample_at(&m, NOW_MS);
        assert_silent(&s, states[i]);
        assert_no_cell(&s);
        assert_string_equal(s.raw, "+CSQ: 17,99");
    }
    m.reading.state = STATE_LIMITED;
    const struct sample s = sample_at(&m, NOW_MS);
    assert_silent(&s, STATE_LIMITED);
    assert_int_equal(s.cell_id, 0x1B3C20A); /* whose cell it is */
    assert_int_equal(s.tech, TECH_LTE);
}

/* A level that outlives the modem's last word is nobody's. */
static void test_silence(void **unused)
{
    (void)unused;
    static const struct {
        bool present;
        int64_t reading_mono_ms, proof_mono_ms;
        enum state state;
        int64_t level_age_ms;
    } rows[] = {
        {true, NOW_MS, NOW_MS, STATE_IN_SERVICE, 0},
        {true, NOW_MS - 5000, NOW_MS - 5000, STATE_IN_SERVICE, 5000},
        {true, NOW_MS - 5001, NOW_MS - 5001, STATE_UNKNOWN, 5001},
        {true, NOW_MS - 5000, NOW_MS, STATE_IN_SERVICE, 0},
        {true, NOW_MS - 5001, NOW_MS, STATE_UNKNOWN, 0}, /* answers, but not to this */
        {true, NOW_MS, NOW_MS - 100, STATE_IN_SERVICE, 100},
        {true, NOW_MS, NOW_MS + 10, STATE_IN_SERVICE, 0},
        {true, ID_UNKNOWN, NOW_MS, STATE_UNKNOWN, 0},
        {true, NOW_MS, ID_UNKNOWN, STATE_UNKNOWN, ID_UNKNOWN},
        {false, NOW_MS, NOW_MS, STATE_UNKNOWN, 0},
    };
    struct modem m = modem_in_service();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        m.present = rows[i].present;
        m.reading_mono_ms = rows[i].reading_mono_ms;
        m.proof_mono_ms = rows[i].proof_mono_ms;
        const struct sample s = sample_at(&m, NOW_MS);
        assert_int_equal(s.state, rows[i].state);
        assert_int_equal(s.level_age_ms, rows[i].level_age_ms);
        if (rows[i].state != STATE_UNKNOWN)
            continue;
        assert_silent(&s, STATE_UNKNOWN);
        assert_no_cell(&s);
        assert_null(s.raw);
    }
}

/* A modem with a good reading that is not of this moment. */
static void test_silent_moment(void **unused)
{
    (void)unused;
    const struct modem m = modem_in_service();
    const struct moment at = {NOW_MS, gps_fix_none()};
    const struct sample s = modem_silence(&m, &at, 1700000000000, "boot");
    assert_silent(&s, STATE_UNKNOWN);
    assert_no_cell(&s);
    assert_null(s.raw);
    assert_int_equal(s.level_age_ms, 1000);
    assert_int_equal(s.t_mono_ms, NOW_MS);
}

/* Asked at 100 and answered at `answered_ms`: which of the two is claimed. */
static void test_moment(void **unused)
{
    (void)unused;
    static const struct {
        enum state before, now;
        int64_t answered_ms, not_before_ms, claimed_ms;
    } rows[] = {
        {STATE_IN_SERVICE, STATE_IN_SERVICE, 400, 0, 100},
        {STATE_IN_SERVICE, STATE_IN_SERVICE, 400, 100, 100},
        {STATE_IN_SERVICE, STATE_IN_SERVICE, 400, 101, 400}, /* silence was written */
        {STATE_NO_SERVICE, STATE_IN_SERVICE, 400, 0, 400},   /* found in between */
        {STATE_UNKNOWN, STATE_IN_SERVICE, 400, 0, 400},
        {STATE_IN_SERVICE, STATE_NO_SERVICE, 400, 0, 400}, /* lost in between */
        {STATE_NO_SERVICE, STATE_NO_SERVICE, 400, 0, 100},
        {STATE_LIMITED, STATE_NO_SERVICE, 400, 0, 400},
        {STATE_IN_SERVICE, STATE_IN_SERVICE, 30000, 0, 100},
        {STATE_NO_SERVICE, STATE_IN_SERVICE, 1100, 0, 1100},
        {STATE_NO_SERVICE, STATE_IN_SERVICE, 1101, 0, ID_UNKNOWN}, /* too wide to say */
        {STATE_IN_SERVICE, STATE_NO_SERVICE, 1101, 0, ID_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static struct modem_reading r;
        modem_reading_clear(&r);
        r.state = rows[i].now;
        r.asked.mono_ms = 100;
        r.answered.mono_ms = rows[i].answered_ms;
        const struct moment *at =
            modem_reading_moment(&r, rows[i].before, rows[i].not_before_ms);
        assert_int_equal(at ? at->mono_ms : ID_UNKNOWN, rows[i].claimed_ms);
    }
}

static void test_fix(void **unused)
{
    (void)unused;
    const struct modem m = modem_in_service();
    struct moment at = {NOW_MS, gps_fix_none()};
    struct gps_fix *fix = &at.fix;
    struct sample s = modem_sample(&m, &at, TIME_UNKNOWN, "boot");
    assert_false(geo_valid(s.pos));
    assert_int_equal(s.fix_age_ms, ID_UNKNOWN);
    assert_int_equal(s.state, STATE_IN_SERVICE); /* samples go on without a position */

    fix->mode = 3;
    fix->pos = (struct latlon){22.6, 106.2};
    fix->acc_h95_m = 4.5;
    fix->hdop = 0.9;
    fix->satellites = 11;
    fix->alt_m = 812;
    fix->speed_mps = 6.5;
    fix->course_deg = 90;
    fix->fix_mono_ms = fix->report_mono_ms = NOW_MS - 7000;
    s = modem_sample(&m, &at, TIME_UNKNOWN, "boot");
    assert_true(s.pos.lat_deg == 22.6 && s.pos.lon_deg == 106.2);
    assert_int_equal(s.fix_age_ms, 7000); /* old, and says so */
    assert_int_equal(s.fix_mode, 3);
    assert_int_equal(s.satellites, 11);
    assert_true(s.acc_h95_m == 4.5 && s.hdop == 0.9 && s.alt_m == 812);
    assert_true(s.speed_mps == 6.5 && s.course_deg == 90);
    assert_int_equal(s.t_utc_ms, TIME_UNKNOWN);
}

static void test_find(void **unused)
{
    (void)unused;
    static struct modem_table t;
    struct modem *a = modem_find(&t, "A", "1-1", "/dev/ttyUSB2");
    struct modem *b = modem_find(&t, "B", "1-2", "/dev/ttyUSB6");
    assert_ptr_not_equal(a, b);
    assert_int_equal(a->modem_id, 1);
    assert_int_equal(b->modem_id, 2);
    assert_int_equal(a->reading_mono_ms, ID_UNKNOWN);
    assert_int_equal(a->reading.state, STATE_UNKNOWN);
    /* plugged in the other way round */
    assert_ptr_equal(modem_find(&t, "B", "1-1", "/dev/ttyUSB2"), b);
    assert_ptr_equal(modem_find(&t, "A", "1-2", "/dev/ttyUSB6"), a);
    /* before it said who it is */
    assert_ptr_equal(modem_find(&t, "", "1-1", "/dev/ttyUSB9"), a);
    assert_ptr_equal(modem_find(&t, "", "", "/dev/ttyUSB6"), b);
    /* another modem on the same plug */
    struct modem *c = modem_find(&t, "C", "1-1", "/dev/ttyUSB2");
    assert_int_equal(c->modem_id, 3);
    /* nothing is known: nothing matches */
    struct modem *d = modem_find(&t, "", "", "");
    assert_int_equal(d->modem_id, 4);
    assert_ptr_not_equal(modem_find(&t, "", "", ""), d);
    /* what becomes known later is kept */
    struct modem *e = modem_find(&t, "", "1-9", "/dev/ttyUSB20");
    assert_ptr_equal(modem_find(&t, "E", "1-9", "/dev/ttyUSB20"), e);
    assert_string_equal(e->imei_hash, "E");
    while (modem_find(&t, "", "", "") != NULL)
        ;
    assert_null(modem_find(&t, "Z", "", ""));
    assert_ptr_equal(modem_find(&t, "A", "", ""), a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_service), cmocka_unit_test(test_other_states),
        cmocka_unit_test(test_silence),    cmocka_unit_test(test_fix),
        cmocka_unit_test(test_find),       cmocka_unit_test(test_silent_moment),
        cmocka_unit_test(test_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
