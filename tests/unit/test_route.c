/* Routes and tours against the best there are, found by dynamic programming. */
#include "route.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tour.h"

enum { MAX_POINTS = 128, EXACT = 9, SETS = 1 << EXACT };

struct map {
    double x[MAX_POINTS], y[MAX_POINTS]; /* in seconds of travel; 0: the start */
    struct route_place places[MAX_POINTS];
};

static double apart(const void *ctx, size_t a, size_t b)
{
    const struct map *m = ctx;
    return hypot(m->x[a] - m->x[b], m->y[a] - m->y[b]);
}

static unsigned next(unsigned *seed, unsigned below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

static void scatter(struct map *m, unsigned *seed, size_t count)
{
    memset(m, 0, sizeof *m);
    for (size_t i = 0; i <= count; i++) {
        m->x[i] = next(seed, 6000);
        m->y[i] = next(seed, 6000);
    }
    for (size_t i = 0; i < count; i++)
        m->places[i] = (struct route_place){.service_s = 600 + next(seed, 1200),
                                            .value = 10 + next(seed, 200)};
}

/* Shortest tour through each set of places (Held and Karp 1962). */
static void exact_tours(const struct map *m, size_t count, double shortest[SETS])
{
    static double end_at[SETS][EXACT];
    for (unsigned set = 1; set < 1u << count; set++) {
        shortest[set] = INFINITY;
        for (size_t last = 0; last < count; last++) {
            if (!(set >> last & 1))
                continue;
            const unsigned before = set & ~(1u << last);
            double best = before ? (double)INFINITY : apart(m, 0, last + 1);
            for (size_t k = 0; k < count; k++) {
                if (before >> k & 1)
                    best = fmin(best, end_at[before][k] + apart(m, k + 1, last + 1));
            }
            end_at[set][last] = best;
            shortest[set] = fmin(shortest[set], best + apart(m, last + 1, 0));
        }
    }
    shortest[0] = 0;
}

static double service_of(const struct map *m, unsigned set)
{
    double sum = 0;
    for (size_t i = 0; set >> i; i++)
        sum += set >> i & 1 ? m->places[i].service_s : 0;
    return sum;
}

static double value_of(const struct map *m, unsigned set)
{
    double sum = 0;
    for (size_t i = 0; set >> i; i++)
        sum += set >> i & 1 ? m->places[i].value : 0;
    return sum;
}

/* Shortest way to visit each set by so many tours within the limit. */
static void exact_routes(const struct route_problem *p, double way[SETS])
{
    static double one[SETS], more[SETS];
    const struct map *m = p->ctx;
    exact_tours(m, p->count, one);
    for (unsigned set = 1; set < 1u << p->count; set++) {
        if (one[set] + service_of(m, set) > p->limit_s)
            one[set] = INFINITY;
    }
    memcpy(way, one, SETS * sizeof *way);
    for (size_t tour = 1; tour < p->tours; tour++) {
        memcpy(more, way, SETS * sizeof *way);
        for (unsigned set = 1; set < 1u << p->count; set++) {
            for (unsigned part = set; part; part = (part - 1) & set)
                more[set] = fmin(more[set], way[set & ~part] + one[part]);
        }
        memcpy(way, more, SETS * sizeof *way);
    }
}

/* Every place once at most, hours kept, sums right. */
static void check(const struct route_problem *p, const struct routes *r)
{
    bool there[MAX_POINTS] = {false};
    double value = 0, travel = 0, service = 0;
    size_t at = 0;
    assert_true(r->tours <= p->tours);
    for (size_t t = 0; t < r->tours; t++) {
        assert_true(r->ends[t] > at);
        const double time_s = routes_time_s(p, r->places + at, r->ends[t] - at);
        assert_true(time_s <= p->limit_s);
        travel += time_s;
        for (; at < r->ends[t]; at++) {
            assert_true(r->places[at] < p->count && !there[r->places[at]]);
            there[r->places[at]] = true;
            value += p->places[r->places[at]].value;
            service += p->places[r->places[at]].service_s;
        }
    }
    assert_int_equal(at, r->count);
    assert_true(fabs(value - r->value) < 1e-6);
    assert_true(fabs(travel - service - r->travel_s) < 1);
}

/* Where all can be visited, they are, and by the shortest way but for 1 %. */
static void test_all_fit(void **state)
{
    (void)state;
    static double way[SETS];
    unsigned seed = 1;
    int compared = 0;
    double worst = 1;
    for (int round = 0; round < 24; round++) {
        struct map m;
        const size_t count = 1 + (size_t)round % EXACT;
        scatter(&m, &seed, count);
        const struct route_problem p = {.places = m.places,
                                        .count = count,
                                        .tours = 1 + (size_t)round % 3,
                                        .limit_s = 15000 + next(&seed, 20000),
                                        .travel_s = apart,
                                        .ctx = &m};
        exact_routes(&p, way);
        struct routes r;
        routes_find(&p, &r);
        check(&p, &r);
        const double best = way[(1u << count) - 1];
        if (isfinite(best)) {
            assert_int_equal(r.count, count);
            worst = fmax(worst, r.travel_s / best);
            compared++;
        }
        routes_free(&r);
    }
    print_message("%d cases, longest %.4f of the best\n", compared, worst);
    assert_true(compared > 12 && worst < 1.01);
}

/* Where not all can be visited, what is visited is worth nine tenths of the most. */
static void test_too_many(void **state)
{
    (void)state;
    static double way[SETS];
    unsigned seed = 7;
    double worst = 1;
    for (int round = 0; round < 16; round++) {
        struct map m;
        scatter(&m, &seed, EXACT);
        const struct route_problem p = {.places = m.places,
                                        .count = EXACT,
                                        .tours = 1 + (size_t)round % 2,
                                        .limit_s = 9000 + next(&seed, 3000),
                                        .travel_s = apart,
                                        .ctx = &m};
        exact_routes(&p, way);
        double most = 0;
        for (unsigned set = 1; set < SETS; set++)
            most = isfinite(way[set]) ? fmax(most, value_of(&m, set)) : most;
        struct routes r;
        routes_find(&p, &r);
        check(&p, &r);
        if (most > 0)
            worst = fmin(worst, r.value / most);
        routes_free(&r);
    }
    print_message("worst %.4f of the most\n", worst);
    assert_true(worst >= 0.9);
}

static double turn(const struct map *m, size_t a, size_t b, size_t c)
{
    return (m->x[b] - m->x[a]) * (m->y[c] - m->y[a]) -
           (m->y[b] - m->y[a]) * (m->x[c] - m->x[a]);
}

static bool cross(const struct map *m, const size_t a[2], const size_t b[2])
{
    return turn(m, a[0], a[1], b[0]) * turn(m, a[0], a[1], b[1]) < 0 &&
           turn(m, b[0], b[1], a[0]) * turn(m, b[0], b[1], a[1]) < 0;
}

/* A leg of a tour, by its points. */
struct leg {
    size_t ends[2];
    size_t tour;
};

static size_t legs_of(const struct routes *r, struct leg *legs)
{
    size_t n = 0, at = 0;
    for (size_t t = 0; t < r->tours; t++) {
        size_t here = 0;
        for (; at < r->ends[t]; at++) {
            legs[n++] = (struct leg){{here, r->places[at] + 1}, t};
            here = r->places[at] + 1;
        }
        legs[n++] = (struct leg){{here, 0}, t};
    }
    return n;
}

/* Pairs of legs that cross: of one tour, and in all. */
static void count_crossings(const struct map *m, const struct routes *r, int *own,
                            int *all)
{
    struct leg legs[2 * MAX_POINTS];
    const size_t count = legs_of(r, legs);
    *own = *all = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            const bool found = cross(m, legs[i].ends, legs[k].ends);
            *all += found;
            *own += found && legs[i].tour == legs[k].tour;
        }
    }
}

/* A hundred places: no leg of a tour crosses another. The same again, always. On a map no
 * leg crosses one of another tour either, and what is visited is worth as much but for
 * 2 %. */
static void test_many(void **state)
{
    (void)state;
    for (unsigned seed = 3; seed < 6; seed++) {
        struct map m;
        struct latlon points[MAX_POINTS];
        unsigned random = seed;
        scatter(&m, &random, 100);
        for (size_t i = 0; i <= 100; i++)
            points[i] = (struct latlon){m.y[i] * 1e-4, m.x[i] * 1e-4};
        struct route_problem p = {.places = m.places,
                                  .count = 100,
                                  .tours = 4 + seed % 3,
                                  .limit_s = 28800,
                                  .travel_s = apart,
                                  .ctx = &m};
        struct routes plain, r, again;
        int own = 0, all = 0;
        routes_find(&p, &plain);
        check(&p, &plain);
        count_crossings(&m, &plain, &own, &all);
        assert_true(plain.count > 40 && plain.tours == p.tours);
        assert_int_equal(own, 0);
        p.points = points;
        routes_find(&p, &r);
        routes_find(&p, &again);
        check(&p, &r);
        assert_int_equal(r.count, again.count);
        assert_memory_equal(r.places, again.places, r.count * sizeof *r.places);
        print_message("%zu tours: %d crossings,", p.tours, all);
        count_crossings(&m, &r, &own, &all);
        print_message(" then %d; worth %.4f\n", all, r.value / plain.value);
        assert_int_equal(all, 0);
        assert_true(r.value >= 0.98 * plain.value);
        routes_free(&plain);
        routes_free(&r);
        routes_free(&again);
    }
}

/* Nothing to visit, nobody to go, places that nobody can come to, all in one spot. */
static void test_limits(void **state)
{
    (void)state;
    struct map m;
    unsigned seed = 5;
    scatter(&m, &seed, 5);
    struct route_problem p = {.places = m.places,
                              .count = 0,
                              .tours = 2,
                              .limit_s = 28800,
                              .travel_s = apart,
                              .ctx = &m};
    struct routes r;
    routes_find(&p, &r);
    assert_true(r.count == 0 && r.tours == 0);
    routes_free(&r);
    p.count = 5;
    p.tours = 0;
    routes_find(&p, &r);
    assert_true(r.count == 0 && r.tours == 0);
    routes_free(&r);
    p.tours = 2;
    p.limit_s = 500;
    routes_find(&p, &r);
    assert_true(r.count == 0 && r.tours == 0);
    routes_free(&r);
    p.limit_s = 28800;
    m.x[3] = INFINITY;
    routes_find(&p, &r);
    assert_int_equal(r.count, 4);
    routes_free(&r);
    memset(m.x, 0, sizeof m.x);
    memset(m.y, 0, sizeof m.y);
    routes_find(&p, &r);
    assert_true(r.count == 5 && r.tours == 1);
    routes_free(&r);
}

/* 2-opt and Or-opt alone come within a tenth of the best on nine places. */
static void test_tour(void **state)
{
    (void)state;
    static double shortest[SETS];
    unsigned seed = 11;
    for (int round = 0; round < 50; round++) {
        struct map m;
        size_t places[EXACT];
        scatter(&m, &seed, EXACT);
        exact_tours(&m, EXACT, shortest);
        for (size_t i = 0; i < EXACT; i++)
            places[i] = i + 1;
        const struct tour_metric metric = {.way = apart, .ctx = &m};
        tour_nearest(&metric, places, EXACT);
        const double nearest = tour_length(&metric, places, EXACT);
        tour_improve(&metric, places, EXACT);
        const double improved = tour_length(&metric, places, EXACT);
        assert_true(improved <= nearest);
        assert_true(improved <= 1.10 * shortest[SETS - 1]);
        assert_true(improved >= shortest[SETS - 1] - 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_fit), cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_many),    cmocka_unit_test(test_limits),
        cmocka_unit_test(test_tour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
