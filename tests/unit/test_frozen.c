/* Frozen readings over a window of rows: invented drives that contain them, and clean
 * ones that look like it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frozen.h"

#define T0 INT64_C(1750000000000)

/* A stretch of one row per second. */
struct stretch {
    int rows;
    double step_m;     /* northward between rows */
    double level_step; /* between rows; 0: one level */
    double level_dbm;  /* of the first row */
    double speed_mps;  /* 0: unknown */
    bool steady_speed; /* one word for all rows; else it wavers by a tenth */
    bool all_values;   /* RSRQ and SINR beside the RSRP, unchanging */
};

struct drive {
    struct frozen f;
    struct quality_limits limits;
    struct sample s;
    double north_m;
    int counts[QUALITY_REASON_COUNT + 1];
};

static struct drive drive_begin(void)
{
    struct drive d = {.f = frozen_begin(true), .limits = quality_default_limits(T0)};
    d.s = sample_empty();
    d.s.t_utc_ms = T0;
    d.s.mccmnc = mccmnc_parse("45204");
    d.s.state = STATE_IN_SERVICE;
    d.s.tech = TECH_LTE;
    d.s.cell_id = 4711;
    return d;
}

static void go(struct drive *d, const struct stretch *stretch)
{
    for (int i = 0; i < stretch->rows; i++) {
        d->north_m += stretch->step_m;
        d->s.t_utc_ms += 1000;
        d->s.pos = (struct latlon){22.6 + d->north_m / 111320, 106.1};
        d->s.rsrp_dbm = stretch->level_dbm + stretch->level_step * (i % 2);
        d->s.rsrq_db = stretch->all_values ? -11 : (double)NAN;
        d->s.sinr_db = stretch->all_values ? 7 : (double)NAN;
        d->s.speed_mps =
            stretch->speed_mps > 0
                ? stretch->speed_mps + (stretch->steady_speed ? 0 : 0.1 * (i % 2))
                : (double)NAN;
        d->counts[frozen_check(&d->f, &d->s, &d->limits)]++;
    }
}

static void test_stretches(void **state)
{
    static const struct {
        const char *name;
        struct stretch s;
        int stale_fix;
        int stale_level;
    } rows[] = {
        {"a clean drive", {300, 10, -1, -90, 10, false, true}, 0, 0},
        {"standing at home", {3000, 0, 0, -90, 0, false, true}, 0, 0},
        {"parked, the speed wavers below walking pace",
         {3000, 0, -1, -90, 0.9, false, true},
         0,
         0},
        {"a fix repeated with its speed, as loggers by distance do",
         {700, 0, -1, -90, 9.44, true, true},
         0,
         0},
        /* 30 steps of 10.2 m are over 300 m */
        {"a modem that repeats all it said", {100, 10.2, 0, -90, 10, false, true}, 0, 70},
        {"a level alone must be carried four times as far",
         {200, 10.2, 0, -90, 10, false, false},
         0,
         82},
        {"a walk of one level within a hamlet", {290, 1, 0, -90, 1, false, true}, 0, 0},
        {"the floor of the range: all that is below",
         {300, 10, 0, -140, 10, false, true},
         0,
         0},
        {"no level", {300, 10, 0, -200, 10, false, true}, 0, 0},
        {"a list of places 50 m apart is no drive",
         {300, 50, 0, -90, 0, false, true},
         0,
         0},
        /* 20 seconds at 10.0 and 10.1 m/s in turns make 201 m */
        {"a receiver that moves in one place", {100, 0, -1, -90, 10, false, true}, 80, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct drive d = drive_begin();
        go(&d, &rows[i].s);
        if (d.counts[QUALITY_STALE_FIX] != rows[i].stale_fix ||
            d.counts[QUALITY_STALE_LEVEL] != rows[i].stale_level)
            fail_msg("%s: %d stale_fix, %d stale_level", rows[i].name,
                     d.counts[QUALITY_STALE_FIX], d.counts[QUALITY_STALE_LEVEL]);
        assert_int_equal(d.counts[QUALITY_ACCEPTED],
                         rows[i].s.rows - rows[i].stale_fix - rows[i].stale_level);
    }
}

/* A frozen modem stays frozen when the way leads back, until it says something new. */
static void test_until_it_changes(void **state)
{
    struct drive d = drive_begin();
    (void)state;
    go(&d, &(struct stretch){100, 10, 0, -90, 10, false, true});
    const int frozen = d.counts[QUALITY_STALE_LEVEL];
    go(&d, &(struct stretch){100, -10, 0, -90, 10, false, true});
    assert_int_equal(d.counts[QUALITY_STALE_LEVEL], frozen + 100);
    go(&d, &(struct stretch){20, 10, 0, -91, 10, false, true});
    assert_int_equal(d.counts[QUALITY_STALE_LEVEL], frozen + 100);
    go(&d, &(struct stretch){20, 10, 0, -90, 10, false, true});
    assert_int_equal(d.counts[QUALITY_STALE_LEVEL], frozen + 100);
}

/* A minute of silence begins another story; so does another cell. */
static void test_interruptions(void **state)
{
    struct drive d = drive_begin();
    (void)state;
    for (int i = 0; i < 10; i++) {
        go(&d, &(struct stretch){25, 10, 0, -90, 10, false, true});
        if (i % 2)
            d.s.t_utc_ms += 60001;
        else
            d.s.cell_id++;
    }
    assert_int_equal(d.counts[QUALITY_STALE_LEVEL], 0);
}

/* Each modem and operator for itself, and thresholds as they are asked for. */
static void test_tracks_and_limits(void **state)
{
    struct drive a = drive_begin();
    int stale[2] = {0, 0};
    (void)state;
    for (int i = 0; i < 200; i++) {
        a.s.modem_id = i % 2;
        a.s.t_utc_ms += 500;
        a.s.pos = (struct latlon){22.6 + i * 5.1 / 111320, 106.1};
        a.s.rsrq_db = -11;
        a.s.sinr_db = 7;
        a.s.rsrp_dbm = a.s.modem_id ? -90 : -90 - i % 7;
        stale[i % 2] += frozen_check(&a.f, &a.s, &a.limits) == QUALITY_STALE_LEVEL;
    }
    assert_int_equal(stale[0], 0);
    assert_int_equal(stale[1], 70);
    struct drive d = drive_begin();
    d.limits.max_frozen_level_m = 5000;
    d.limits.max_frozen_fix_ms = 30000;
    go(&d, &(struct stretch){100, 10, 0, -90, 10, false, true});
    go(&d, &(struct stretch){101, 0, -1, -90, 0, false, true});
    assert_int_equal(d.counts[QUALITY_STALE_LEVEL], 0);
    assert_int_equal(d.counts[QUALITY_STALE_FIX], 101 - 30);
}

/* The accepted rows alone are accepted once more: a converted log gives the same. */
static void test_again(void **state)
{
    enum { ROWS = 6000 };
    static struct sample kept[ROWS];
    int count = 0;
    uint32_t random = 1;
    struct drive d = drive_begin();
    (void)state;
    double north_m = 0, step_m = 10;
    for (int i = 0; i < ROWS; i++) {
        random = random * 1664525 + 1013904223;
        const unsigned n = random >> 8;
        if (n % 50 == 0)
            step_m = n % 3 == 0 ? 0 : 10;
        north_m += step_m;
        d.s.modem_id = n % 2;
        d.s.t_utc_ms += 1000;
        d.s.pos.lat_deg = 22.6 + north_m / 111320;
        d.s.pos.lon_deg = 106.1;
        d.s.rsrq_db = d.s.sinr_db = -11;
        d.s.speed_mps = 5 + n % 9;
        if (n % 70 == 0)
            d.s.rsrp_dbm = -90 - (int)(n % 3);
        if (frozen_check(&d.f, &d.s, &d.limits) == QUALITY_ACCEPTED)
            kept[count++] = d.s;
    }
    assert_in_range(count, 1000, 5000);
    struct frozen again = frozen_begin(true);
    for (int i = 0; i < count; i++)
        assert_int_equal(frozen_check(&again, &kept[i], &d.limits), QUALITY_ACCEPTED);
}

/* Begun in the midst of a log, the window says so until it knows. */
static void test_begun_late(void **state)
{
    struct drive d = drive_begin();
    (void)state;
    d.f = frozen_begin(false);
    go(&d, &(struct stretch){40, 0, 0, -90, 10, false, true});
    assert_true(d.f.unsure);
    go(&d, &(struct stretch){2, 10, -1, -80, 10, false, true});
    d.f.unsure = false;
    go(&d, &(struct stretch){100, 0, 0, -90, 10, false, true});
    assert_false(d.f.unsure);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stretches),     cmocka_unit_test(test_until_it_changes),
        cmocka_unit_test(test_interruptions), cmocka_unit_test(test_tracks_and_limits),
        cmocka_unit_test(test_again),         cmocka_unit_test(test_begun_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
