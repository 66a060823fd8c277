/* Rings said to be simple are valid for GEOS, and the usual ones are said to be. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <geos_c.h>

#include "ring_simple.h"

enum { CORNERS_MAX = 300 };

static bool is_valid(GEOSContextHandle_t geos, const double *points, size_t count)
{
    GEOSCoordSequence *s =
        GEOSCoordSeq_copyFromBuffer_r(geos, points, (unsigned)count, 0, 0);
    GEOSGeometry *ring = GEOSGeom_createLinearRing_r(geos, s);
    GEOSGeometry *polygon = GEOSGeom_createPolygon_r(geos, ring, NULL, 0);
    const bool valid = GEOSisValid_r(geos, polygon) == 1;
    GEOSGeom_destroy_r(geos, polygon);
    return valid;
}

static void test_known(void **state)
{
    static const struct {
        double points[20];
        size_t count;
        bool simple;
    } rows[] = {
        {{0, 0, 1, 0, 1, 1, 0, 0}, 4, true},
        {{0, 0, 1, 1, 1, 0, 0, 0}, 4, true},
        {{0, 0, 2, 0, 2, 2, 1, 1, 0, 2, 0, 0}, 6, true},
        {{0, 0, 1, 0, 2, 0, 2, 1, 0, 0}, 5, true},              /* on along a side */
        {{0, 0, 1, 1, 1, 0, 0, 1, 0, 0}, 5, false},             /* crosses */
        {{0, 0, 2, 0, 1, 0, 1, 1, 0, 0}, 5, false},             /* back on itself */
        {{0, 0, 2, 0, 1, 1, 2, 2, 0, 2, 1, 1, 0, 0}, 7, false}, /* touches in a corner */
        {{0, 0, 2, 0, 1, 0, 2, 2, 0, 0}, 5, false},
        {{0, 0, 2, 0, 2, 2, 1, 0, 0, 2, 0, 0}, 6, false}, /* and in a side */
        {{0, 0, 1, 0, 1, 0, 1, 1, 0, 0}, 5, false},       /* stands still */
        {{0, 0, 1, 1, 2, 2, 0, 0}, 4, false},
        {{0, 0, 1, 1, 0, 0}, 3, false},
        {{0, 0}, 1, false},
        {{0}, 0, false},
        {{0, 0, 1e-200, 0, 1e-200, 1e-200, 0, 0}, 4, false}, /* products underflow */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (ring_is_simple(rows[i].points, rows[i].count, 0) != rows[i].simple)
            fail_msg("row %zu: expected %d", i, rows[i].simple);
    }
}

static void test_a_circle_of_any_length(void **state)
{
    double points[2 * (CORNERS_MAX + 1)];
    (void)state;
    for (size_t n = 3; n <= CORNERS_MAX; n++) {
        for (size_t i = 0; i <= n; i++) {
            const double angle = 2 * M_PI * (double)(i % n) / (double)n;
            points[2 * i] = 106 + 0.01 * cos(angle);
            points[2 * i + 1] = 22 + 0.01 * sin(angle);
        }
        assert_int_equal(ring_is_simple(points, n + 1, 0), n <= 256);
    }
}

/* Corners of few places touch and lie in line much. */
static void test_never_simple_where_geos_sees_a_fault(void **state)
{
    GEOSContextHandle_t geos = GEOS_init_r();
    double points[2 * (CORNERS_MAX + 1)] = {0};
    size_t simple = 0;
    unsigned seed = 1;
    (void)state;
    for (int run = 0; run < 40000; run++) {
        const size_t n = 3 + (size_t)(rand_r(&seed) % 5);
        const int places = 2 + rand_r(&seed) % 30;
        const double step = run % 2 ? 0.1 : 1e-15;
        for (size_t i = 0; i < 2 * n; i++)
            points[i] = (run % 4 < 2 ? 106.1 : 0) + step * (rand_r(&seed) % places);
        points[2 * n] = points[0];
        points[2 * n + 1] = points[1];
        const bool is_simple = ring_is_simple(points, n + 1, 0);
        simple += is_simple;
        if (is_simple && !is_valid(geos, points, n + 1))
            fail_msg("run %d: said to be simple, but GEOS sees a fault", run);
    }
    assert_true(simple > 5000);
    GEOS_finish_r(geos);
}

/* Wherever corners lie that are wrong by so much. */
static void test_an_error_hides_no_fault(void **state)
{
    double points[2 * (CORNERS_MAX + 1)] = {0}, moved[2 * (CORNERS_MAX + 1)] = {0};
    size_t simple = 0, doubtful = 0;
    unsigned seed = 1;
    (void)state;
    for (int run = 0; run < 40000; run++) {
        const size_t n = 3 + (size_t)(rand_r(&seed) % 5);
        const double error = run % 3 ? 0.25 : 0.02;
        for (size_t i = 0; i < 2 * n; i++) {
            points[i] = rand_r(&seed) % 8;
            moved[i] = points[i] + error * (rand_r(&seed) % 3 - 1);
        }
        points[2 * n] = points[0];
        points[2 * n + 1] = points[1];
        moved[2 * n] = moved[0];
        moved[2 * n + 1] = moved[1];
        const bool is_simple = ring_is_simple(points, n + 1, error);
        simple += is_simple;
        doubtful += !is_simple && ring_is_simple(points, n + 1, 0);
        if (is_simple && !ring_is_simple(moved, n + 1, 0))
            fail_msg("run %d: said to be simple, but may have a fault", run);
    }
    assert_true(simple > 5000 && doubtful > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_a_circle_of_any_length),
        cmocka_unit_test(test_never_simple_where_geos_sees_a_fault),
        cmocka_unit_test(test_an_error_hides_no_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
