/* Bins of test areas against brute force over every bin around, and points on surface. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gdal.h>
#include <ogr_api.h>

#include "shape.h"

enum { MAX_POINTS = 64, MAX_RINGS = 6 };

/* A shape as a test writes it. */
struct outline {
    struct xy points[MAX_POINTS];
    size_t ring_ends[MAX_RINGS];
    size_t ring_count;
    size_t count;
};

/* Adds a ring and closes it, as those of WKB are. */
static void ring(struct outline *o, const struct xy *points, size_t count)
{
    memcpy(o->points + o->count, points, count * sizeof *points);
    o->points[o->count + count] = points[0];
    o->count += count + 1;
    o->ring_ends[o->ring_count++] = o->count;
}

static struct shape shape_of(struct outline *o)
{
    return (struct shape){
        .points = o->points, .ring_ends = o->ring_ends, .ring_count = o->ring_count};
}

static double next_random(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return (*state >> 8) / (double)(1 << 24);
}

/* Inside by counting the edges north of the point, ring by ring. */
static bool inside(const struct outline *o, double x, double y)
{
    bool in = false;
    size_t from = 0;
    for (size_t r = 0; r < o->ring_count; r++) {
        const size_t n = o->ring_ends[r] - from;
        for (size_t i = 0; i < n; i++) {
            const struct xy a = o->points[from + i];
            const struct xy b = o->points[from + (i + 1) % n];
            if ((a.x_m > x) != (b.x_m > x) &&
                y < a.y_m + (x - a.x_m) / (b.x_m - a.x_m) * (b.y_m - a.y_m))
                in = !in;
        }
        from = o->ring_ends[r];
    }
    return in;
}

static bool has_bin(const struct bin_list *bins, int32_t x, int32_t y)
{
    for (size_t i = 0; i < bins->count; i++) {
        if (bins->items[i].bin_x == x && bins->items[i].bin_y == y)
            return true;
    }
    return false;
}

static void assert_sorted(const struct bin_list *bins)
{
    for (size_t i = 1; i < bins->count; i++) {
        const struct judge_bin a = bins->items[i - 1], b = bins->items[i];
        assert_true(a.bin_x < b.bin_x || (a.bin_x == b.bin_x && a.bin_y < b.bin_y));
    }
}

/* As a list, which shows an order and doubles. */
static void find_bins(const struct shape *shape, double size_m, struct bin_list *bins)
{
    struct bin_runs runs = {0};
    assert_true(shape_polygon_runs(shape, size_m, &runs));
    bin_list_fill(bins, runs.items, runs.count);
    free(runs.items);
}

static void find_circle(struct xy p, double radius_m, double size_m,
                        struct bin_list *bins)
{
    struct bin_runs runs = {0};
    const struct crs_grid_point centre = {.at = p};
    assert_true(shape_circle_runs(&centre, radius_m, size_m, &runs));
    bin_list_fill(bins, runs.items, runs.count);
    free(runs.items);
}

/* Compares with every bin in ±reach around the origin; returns how many there are. */
static size_t assert_polygon_bins(struct outline *o, double size_m, int32_t reach)
{
    struct bin_list bins = {0};
    const struct shape shape = shape_of(o);
    size_t expected = 0;
    find_bins(&shape, size_m, &bins);
    for (int32_t x = -reach; x <= reach; x++) {
        for (int32_t y = -reach; y <= reach; y++) {
            const bool in = inside(o, (x + 0.5) * size_m, (y + 0.5) * size_m);
            assert_int_equal(has_bin(&bins, x, y), in);
            expected += in;
        }
    }
    assert_int_equal(bins.count, expected);
    assert_sorted(&bins);
    free(bins.items);
    return expected;
}

static void test_circle(void **state)
{
    uint32_t random = 3;
    (void)state;
    for (int i = 0; i < 300; i++) {
        const struct xy p = {next_random(&random) * 400 - 200,
                             next_random(&random) * 400 - 200};
        const double radius_m = i % 7 == 0 ? 100 : next_random(&random) * 200;
        const double size_m = i % 2 ? 50 : 20;
        struct bin_list bins = {0};
        size_t expected = 0;
        find_circle(p, radius_m, size_m, &bins);
        for (int32_t x = -25; x <= 25; x++) {
            for (int32_t y = -25; y <= 25; y++) {
                const double dx = (x + 0.5) * size_m - p.x_m;
                const double dy = (y + 0.5) * size_m - p.y_m;
                const bool in = dx * dx + dy * dy <= radius_m * radius_m;
                expected += in;
                if (in)
                    assert_true(has_bin(&bins, x, y));
            }
        }
        assert_int_equal(bins.count, expected);
        assert_sorted(&bins);
        free(bins.items);
    }
}

/* A centre exactly at the radius is inside. */
static void test_circle_edge(void **state)
{
    struct bin_list bins = {0};
    (void)state;
    find_circle((struct xy){25, 25}, 50, 50, &bins);
    assert_int_equal(bins.count, 5);
    find_circle((struct xy){25, 25}, 49.999, 50, &bins);
    assert_int_equal(bins.count, 1);
    find_circle((struct xy){-1, -1}, 0, 50, &bins);
    assert_int_equal(bins.count, 0);
    free(bins.items);
}

static void test_square(void **state)
{
    static const struct xy square[] = {{-100, -50}, {150, -50}, {150, 100}, {-100, 100}};
    static const struct xy turned[] = {{-100, -50}, {-100, 100}, {150, 100}, {150, -50}};
    struct outline o[2] = {{.count = 0}, {.count = 0}};
    (void)state;
    ring(&o[0], square, 4);
    ring(&o[1], turned, 4);
    assert_int_equal(assert_polygon_bins(&o[0], 50, 8), 15);
    assert_int_equal(assert_polygon_bins(&o[1], 50, 8), 15);
}

static void test_hole(void **state)
{
    static const struct xy outer[] = {{-225, -225}, {225, -225}, {225, 225}, {-225, 225}};
    static const struct xy hole[] = {{-60, -60}, {-60, 60}, {60, 60}, {60, -60}};
    static const struct xy island[] = {{-20, -20}, {30, -20}, {30, 30}, {-20, 30}};
    struct outline o = {.count = 0};
    (void)state;
    ring(&o, outer, 4);
    const size_t whole = assert_polygon_bins(&o, 50, 8);
    ring(&o, hole, 4);
    const size_t holed = assert_polygon_bins(&o, 50, 8);
    assert_int_equal(whole - holed, 4);
    ring(&o, island, 4); /* a part of a multipolygon within the hole of another */
    assert_int_equal(assert_polygon_bins(&o, 50, 8), holed + 1);
}

static void test_two_parts(void **state)
{
    static const struct xy west[] = {{-310, 5}, {-140, -160}, {-90, 120}};
    static const struct xy east[] = {{90, -300}, {333, -10}, {120, 250}, {180, 10}};
    struct outline o = {.count = 0};
    (void)state;
    ring(&o, west, 3);
    const size_t first = assert_polygon_bins(&o, 50, 9);
    ring(&o, east, 4);
    assert_true(assert_polygon_bins(&o, 50, 9) > first);
}

/* Stars of any form, corners on bin edges and centres among them. */
static void test_random_polygons(void **state)
{
    uint32_t random = 11;
    (void)state;
    for (int i = 0; i < 400; i++) {
        struct outline o = {.count = 0};
        struct xy corners[12];
        const size_t n = 3 + (size_t)(next_random(&random) * 9);
        for (size_t k = 0; k < n; k++) {
            const double angle = 6.283185307179586 * (double)k / (double)n;
            const double r_m = 20 + 300 * next_random(&random);
            corners[k].x_m = r_m * cos(angle);
            corners[k].y_m = r_m * sin(angle);
            if (i % 3 == 0) /* snapped to multiples of half a bin */
                corners[k] = (struct xy){floor(corners[k].x_m / 25) * 25,
                                         floor(corners[k].y_m / 25) * 25};
        }
        ring(&o, corners, n);
        assert_polygon_bins(&o, 50, 8);
    }
}

static bool same_runs(const struct bin_runs *a, const struct bin_runs *b)
{
    return a->count == b->count &&
           (a->count == 0 ||
            memcmp(a->items, b->items, a->count * sizeof *a->items) == 0);
}

static double wrong_by(uint32_t *random, double error_m)
{
    return (2 * next_random(random) - 1) * error_m;
}

/* Whoever is sure of coordinates that are wrong by so much has the bins of the right
 * ones; an error of a millimetre leaves few unsure. */
static void test_wrong_coordinates(void **state)
{
    static const double errors_m[] = {0.001, 0.1, 2};
    uint32_t random = 5;
    size_t unsure[3] = {0}, differ = 0;
    (void)state;
    for (int i = 0; i < 6000; i++) {
        struct outline right = {.count = 0}, wrong = {.count = 0};
        struct xy corners[40], moved[40];
        const size_t n = 3 + (size_t)(next_random(&random) * 37);
        const double error_m = errors_m[i % 3];
        for (size_t k = 0; k < n; k++) {
            const double angle = 6.283185307179586 * (double)k / (double)n;
            const double r_m = 300 + 300 * next_random(&random);
            corners[k].x_m = r_m * cos(angle);
            corners[k].y_m = r_m * sin(angle);
            if (i % 5 == 0) /* on middles of columns and on centres */
                corners[k] = (struct xy){floor(corners[k].x_m / 25) * 25,
                                         floor(corners[k].y_m / 25) * 25};
            moved[k] = (struct xy){corners[k].x_m + wrong_by(&random, error_m),
                                   corners[k].y_m + wrong_by(&random, error_m)};
        }
        ring(&right, corners, n);
        ring(&wrong, moved, n);
        struct shape a = shape_of(&right), b = shape_of(&wrong);
        struct bin_runs x = {0}, y = {0};
        b.error_m = error_m;
        assert_true(shape_polygon_runs(&a, 50, &x));
        const bool sure = shape_polygon_runs(&b, 50, &y);
        b.error_m = 0;
        assert_true(!sure || same_runs(&x, &y));
        (void)shape_polygon_runs(&b, 50, &y);
        differ += !same_runs(&x, &y);
        unsure[i % 3] += !sure && i % 5 != 0;
        free(x.items);
        free(y.items);
    }
    assert_true(unsure[0] < 1600 / 10);
    assert_true(differ > 1000);
}

static void test_wrong_centre(void **state)
{
    uint32_t random = 9;
    size_t unsure = 0, differ = 0;
    (void)state;
    for (int i = 0; i < 3000; i++) {
        const double error_m = i % 2 ? 0.001 : 1;
        const double radius_m = i % 3 == 0 ? 300 : next_random(&random) * 400;
        struct crs_grid_point right = {
            .at = {next_random(&random) * 400 - 200, next_random(&random) * 400 - 200}};
        if (i % 5 == 0) /* many centres exactly at the radius */
            right.at =
                (struct xy){floor(right.at.x_m / 25) * 25, floor(right.at.y_m / 25) * 25};
        struct crs_grid_point wrong = {.at = {right.at.x_m + wrong_by(&random, error_m),
                                              right.at.y_m + wrong_by(&random, error_m)},
                                       .error_m = error_m};
        struct bin_runs x = {0}, y = {0};
        assert_true(shape_circle_runs(&right, radius_m, 50, &x));
        const bool sure = shape_circle_runs(&wrong, radius_m, 50, &y);
        assert_true(!sure || same_runs(&x, &y));
        wrong.error_m = 0;
        (void)shape_circle_runs(&wrong, radius_m, 50, &y);
        differ += !same_runs(&x, &y);
        unsure += !sure && i % 2 && i % 5 != 0;
        free(x.items);
        free(y.items);
    }
    assert_true(unsure < 1200 / 20);
    assert_true(differ > 300);
}

static void test_tiny(void **state)
{
    static const struct xy tiny[] = {{101, 102}, {103, 102}, {102, 104}};
    struct outline o = {.count = 0};
    struct bin_list bins = {0};
    (void)state;
    ring(&o, tiny, 3);
    const struct shape shape = shape_of(&o);
    const struct xy p = shape_point_on_surface(&shape);
    assert_true(inside(&o, p.x_m, p.y_m));
    find_bins(&shape, 50, &bins);
    assert_int_equal(bins.count, 0);
    /* around a centre it is that bin by its centre */
    find_bins(&shape, 4, &bins);
    assert_true(bins.count == 1 && has_bin(&bins, 25, 25));
    free(bins.items);
}

/* Left by GEOS where the centroid is outside: in the horseshoe's arm, the ring's ring. */
static void test_point_on_surface(void **state)
{
    static const struct xy shoe[] = {{0, 0},    {300, 0}, {300, 300}, {250, 300},
                                     {250, 50}, {50, 50}, {50, 300},  {0, 300}};
    static const struct xy outer[] = {{0, 0}, {300, 0}, {300, 300}, {0, 300}};
    static const struct xy hole[] = {{20, 20}, {20, 280}, {280, 280}, {280, 20}};
    static const struct xy part[] = {{500, 500}, {500, 510}, {510, 510}};
    struct outline o[2] = {{.count = 0}, {.count = 0}};
    (void)state;
    ring(&o[0], shoe, 8);
    ring(&o[1], outer, 4);
    ring(&o[1], hole, 4);
    ring(&o[1], part, 3);
    for (size_t i = 0; i < 2; i++) {
        const struct shape shape = shape_of(&o[i]);
        const struct xy p = shape_point_on_surface(&shape);
        assert_true(inside(&o[i], p.x_m, p.y_m));
    }
}

static enum err project(const char *text, const struct crs *crs, struct shape *shape)
{
    OGRGeometryH g = NULL;
    uint8_t bytes[2048];
    char copy[512], *at = copy;
    memcpy(copy, text, strlen(text) + 1);
    assert_int_equal(OGR_G_CreateFromWkt(&at, NULL, &g), OGRERR_NONE);
    const struct wkb wkb = {.data = bytes, .size = (size_t)OGR_G_WkbSize(g)};
    assert_true(wkb.size <= sizeof bytes);
    OGR_G_ExportToIsoWkb(g, wkbNDR, bytes);
    OGR_G_DestroyGeometry(g);
    return shape_project(&wkb, crs, shape);
}

static void test_project(void **state)
{
    struct crs *crs = NULL;
    struct shape shape;
    uint8_t rubbish[] = {1, 2, 3};
    const struct wkb bad = {.data = rubbish, .size = sizeof rubbish};
    (void)state;
    assert_int_equal(crs_open(32648, NULL, &crs), ERR_OK);
    assert_int_equal(project("MULTIPOLYGON (((106 22, 106.01 22, 106.01 22.01, 106 22), "
                             "(106.005 22.001, 106.006 22.001, 106.006 22.002, 106.005 "
                             "22.001)), ((105 22, 105.01 22, 105 22.01, 105 22)))",
                             crs, &shape),
                     ERR_OK);
    assert_int_equal(shape.ring_count, 3);
    assert_int_equal(shape.ring_ends[2], 12);
    /* 105° E is the zone's middle: easting 500 km */
    assert_true(fabs(shape.points[8].x_m - 500000) < 0.001);
    assert_true(fabs(crs_inverse(crs, shape.points[2]).lat_deg - 22.01) < 1e-9);
    shape_free(&shape);
    assert_int_equal(project("POINT (106 22)", crs, &shape), ERR_INPUT);
    assert_int_equal(project("LINESTRING (106 22, 107 23)", crs, &shape), ERR_INPUT);
    assert_int_equal(project("POLYGON EMPTY", crs, &shape), ERR_INPUT);
    assert_int_equal(shape_project(&bad, crs, &shape), ERR_INPUT);
    crs_close(crs);
}

static int set_up(void **state)
{
    (void)state;
    GDALAllRegister();
    CPLSetErrorHandler(CPLQuietErrorHandler);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_circle),       cmocka_unit_test(test_circle_edge),
        cmocka_unit_test(test_square),       cmocka_unit_test(test_hole),
        cmocka_unit_test(test_two_parts),    cmocka_unit_test(test_random_polygons),
        cmocka_unit_test(test_tiny),         cmocka_unit_test(test_wrong_coordinates),
        cmocka_unit_test(test_wrong_centre), cmocka_unit_test(test_point_on_surface),
        cmocka_unit_test(test_project),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
