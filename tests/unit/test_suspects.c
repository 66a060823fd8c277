/* Suspicious patterns in synthetic drives: each alone, and none in clean ones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "suspects.h"

#define T0 INT64_C(1750000000000)

/* A drive northwards at 10 m/s (a degree of latitude is some 111 km) with a level that
 * changes each second, a sample a second. */
struct drive {
    struct suspects seen;
    struct sample now;
    int64_t line;
};

static struct drive begin(void)
{
    struct drive d = {.now = sample_empty()};
    d.now.state = STATE_IN_SERVICE;
    d.now.tech = TECH_LTE;
    d.now.t_utc_ms = T0;
    d.now.rsrp_dbm = -90;
    d.now.pos = (struct latlon){22.6, 106.1};
    return d;
}

static void drive_on(struct drive *d, int seconds, double speed_mps, double step_db)
{
    for (int i = 0; i < seconds; i++) {
        suspects_add(&d->seen, &d->now, ++d->line);
        d->now.t_utc_ms += 1000;
        d->now.pos.lat_deg += speed_mps / 111195;
        d->now.rsrp_dbm = -90 + step_db * (double)(d->line % 5);
    }
}

static void expect(const struct drive *d, enum suspect kind, int64_t count, int64_t line)
{
    const struct suspects_found found = suspects_finish(&d->seen);
    for (int k = 0; k < SUSPECT_COUNT; k++) {
        assert_int_equal(found.count[k], k == (int)kind ? count : 0);
        assert_int_equal(found.first_line[k], k == (int)kind ? line : 0);
    }
}

static void test_clean(void **unused)
{
    (void)unused;
    struct drive d = begin();
    drive_on(&d, 600, 10, 1);
    drive_on(&d, 110, 0, 1); /* a rest */
    drive_on(&d, 100, 30, 1);
    drive_on(&d, 100, 1, 0); /* 100 m of the same level */
    drive_on(&d, 1, 10, 1);
    drive_on(&d, 20, 30, 0); /* up to 700 m, but over few rows */
    drive_on(&d, 1, 30, 1);
    expect(&d, SUSPECT_COUNT, 0, 0);
}

static void test_position(void **unused)
{
    (void)unused;
    struct drive d = begin();
    drive_on(&d, 50, 10, 1);
    drive_on(&d, 600, 0, 1);
    drive_on(&d, 50, 10, 1);
    drive_on(&d, 122, 0, 1);
    drive_on(&d, 50, 10, 1);
    expect(&d, SUSPECT_POSITION, 2, 51);
}

static void test_level(void **unused)
{
    (void)unused;
    struct drive d = begin();
    drive_on(&d, 50, 10, 1);
    drive_on(&d, 200, 10, 0);
    drive_on(&d, 50, 10, 1);
    expect(&d, SUSPECT_LEVEL, 1, 51);
}

static void test_jump(void **unused)
{
    static const struct {
        double m;
        int64_t count;
    } rows[] = {{100, 0}, {120, 1}, {5000, 1}, {-5000, 1}};
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct drive d = begin();
        drive_on(&d, 50, 10, 1);
        d.now.pos.lat_deg += (rows[i].m - 10) / 111195;
        drive_on(&d, 50, 10, 1);
        expect(&d, SUSPECT_JUMP, rows[i].count, rows[i].count ? 51 : 0);
    }
}

static void test_clock(void **unused)
{
    (void)unused;
    struct drive d = begin();
    drive_on(&d, 50, 10, 1);
    d.now.t_utc_ms -= 1001;
    drive_on(&d, 50, 10, 1);
    expect(&d, SUSPECT_CLOCK, 1, 51);
}

/* Two modems in one log have each their own pace; a log of too many is not looked at. */
static void test_modems(void **unused)
{
    (void)unused;
    struct drive a = begin();
    for (int i = 0; i < 400; i++) {
        a.now.modem_id = i % 2;
        a.now.t_utc_ms += i % 2 ? -400 : 400;
        drive_on(&a, 1, 10, 1);
    }
    expect(&a, SUSPECT_COUNT, 0, 0);
    for (int i = 0; i < 40; i++) {
        a.now.modem_id = i;
        drive_on(&a, 1, 10, 1);
    }
    assert_int_equal(a.seen.modem_count, SUSPECTS_MODEMS);
    assert_true(a.seen.crowded);
}

/* Loggers that do not tell modems apart: operators take turns in rows of one second, and
 * one of them repeats itself. Rows without an operator belong to the one before. */
static void test_operators(void **unused)
{
    static const mccmnc_t operators[] = {45201, 45202, 45204, 0};
    (void)unused;
    struct drive d = begin();
    for (int i = 0; i < 400; i++) {
        d.now.mccmnc = operators[i % 4];
        d.now.tech = d.now.mccmnc ? TECH_LTE : TECH_NONE;
        drive_on(&d, 1, 10, 1);
        d.now.t_utc_ms -= i % 4 < 3 ? 1000 : 0;
        d.now.pos.lat_deg -= i % 4 < 3 ? 10 / 111195.0 : 0;
        if (i % 4 == 0) /* the next row's, of the second operator */
            d.now.rsrp_dbm = i >= 100 && i < 300 ? -101 : -70 - (double)(i % 16);
    }
    expect(&d, SUSPECT_LEVEL, 1, 102);
    assert_int_equal(d.seen.modem_count, 1);
    assert_int_equal(d.seen.lane_count, 3);
    for (mccmnc_t op = 45000; op < 45040; op++) {
        d.now.mccmnc = op;
        drive_on(&d, 1, 10, 1);
    }
    assert_true(d.seen.crowded);
}

/* A drive with all that can be suspicious, of three modems that take turns and two
 * operators. */
enum { ROWS = 3000 };

static void make_rows(struct sample rows[ROWS], unsigned seed)
{
    struct drive d = begin();
    int still = 0, frozen = 0;
    for (int i = 0; i < ROWS; i++) {
        seed = seed * 1103515245U + 12345U;
        const unsigned dice = seed >> 16;
        still = still > 0 ? still - 1 : dice % 97 == 0 ? 150 + (int)(dice % 300) : 0;
        frozen = frozen > 0 ? frozen - 1 : dice % 89 == 0 ? 20 + (int)(dice % 200) : 0;
        d.now.modem_id = dice % 7 == 0 ? 1 + dice % 2 : d.now.modem_id;
        d.now.mccmnc = dice % 11 == 0   ? 45201 + (dice % 3) * 3
                       : dice % 13 == 0 ? 0
                                        : d.now.mccmnc;
        d.now.t_utc_ms += dice % 211 == 0 ? -5000 : 1000;
        if (still == 0)
            d.now.pos.lon_deg += (dice % 307 == 0 ? 9000 : 10) / 111195.0;
        if (frozen == 0)
            d.now.rsrp_dbm = dice % 5 == 0 ? (double)NAN : -90 - (double)(dice % 30);
        rows[i] = d.now;
    }
}

/* The pieces of a log, cut anywhere, say what the log says. */
static void test_pieces(void **unused)
{
    static struct sample rows[ROWS];
    int64_t seen[SUSPECT_COUNT] = {0};
    (void)unused;
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct suspects whole = {.modem_count = 0}, joined = {.modem_count = 0};
        make_rows(rows, seed);
        for (int i = 0; i < ROWS; i++)
            suspects_add(&whole, &rows[i], i + 2);
        const int size = 1 + (int)(seed * seed) % 700;
        for (int from = 0; from < ROWS; from += size) {
            struct suspects piece = {.modem_count = 0};
            for (int i = from; i < from + size && i < ROWS; i++)
                suspects_add(&piece, &rows[i], i - from + 1);
            suspects_join(&joined, &piece, from + 1);
        }
        const struct suspects_found a = suspects_finish(&whole);
        const struct suspects_found b = suspects_finish(&joined);
        assert_memory_equal(&a, &b, sizeof a);
        for (int k = 0; k < SUSPECT_COUNT; k++)
            seen[k] += a.count[k];
    }
    for (int k = 0; k < SUSPECT_COUNT; k++)
        assert_true(seen[k] > 20); /* each was there to be missed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),     cmocka_unit_test(test_position),
        cmocka_unit_test(test_level),     cmocka_unit_test(test_jump),
        cmocka_unit_test(test_clock),     cmocka_unit_test(test_modems),
        cmocka_unit_test(test_operators), cmocka_unit_test(test_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
