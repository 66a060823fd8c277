/* Points on surface found with few vertices projected: those of all projected. */
#include "../support/scratch.h"

#include <math.h>

#include "shape.h"

static double next_random(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return (*state >> 8) / (double)(1 << 24);
}

/* A star, a comb or scribble around a point: corners of few northings and of many. */
static size_t draw_ring(uint32_t *seed, double (*points)[2], size_t corners_max)
{
    const double kind = next_random(seed);
    const bool is_scribble = kind > 0.8 && kind < 0.85;
    const double more = next_random(seed) * (double)(is_scribble ? 5 : corners_max - 3);
    const size_t n = 3 + (size_t)more;
    const double size_deg = kind < 0.9 ? 0.001 + 0.05 * next_random(seed) : 1e-7;
    const double lon = 103 + 6 * next_random(seed), lat = 9 + 14 * next_random(seed);
    for (size_t i = 0; i < n; i++) {
        const double angle = 2 * M_PI * (double)i / (double)n;
        double r = kind < 0.5 ? 0.3 + 0.7 * next_random(seed) : 1;
        double x = r * cos(angle), y = r * sin(angle);
        if (kind > 0.7 && kind < 0.8) { /* many corners next to the line */
            y = i < n / 2 ? 1e-6 * next_random(seed) : y;
        } else if (is_scribble) {
            x = next_random(seed);
            y = floor(4 * next_random(seed));
        }
        points[i][0] = lon + size_deg * x;
        points[i][1] = lat + size_deg * y;
    }
    points[n][0] = points[0][0];
    points[n][1] = points[0][1];
    return n + 1;
}

static struct wkb wkb_of(uint8_t *bytes, double (*points)[2], size_t count)
{
    const uint32_t head[] = {3 /* polygon */, 1, (uint32_t)count};
    bytes[0] = 1;
    memcpy(bytes + 1, head, sizeof head);
    memcpy(bytes + 1 + sizeof head, points, count * sizeof *points);
    return (struct wkb){.data = bytes, .size = 1 + sizeof head + count * sizeof *points};
}

/* Moves a corner to the middle of the box, but for what the grid is wrong by there.
 */
static void move_to_middle(uint32_t *seed, double (*points)[2], size_t count,
                           const struct crs *crs)
{
    double south_m = INFINITY, north_m = -INFINITY;
    struct xy p = {0, 0};
    for (size_t i = 0; i < count; i++) {
        p = crs_forward(
            crs, (struct latlon){.lat_deg = points[i][1], .lon_deg = points[i][0]});
        south_m = fmin(south_m, p.y_m);
        north_m = fmax(north_m, p.y_m);
    }
    const size_t at = 1 + (size_t)(next_random(seed) * (double)(count - 2));
    p = crs_forward(crs,
                    (struct latlon){.lat_deg = points[at][1], .lon_deg = points[at][0]});
    p.y_m = (south_m + north_m) / 2 + 2e-5 * (next_random(seed) - 0.5);
    const struct latlon moved = crs_inverse(crs, p);
    points[at][0] = moved.lon_deg;
    points[at][1] = moved.lat_deg;
}

static void test_point_by_the_grid_is_the_same(void **state)
{
    enum { CORNERS_MAX = 300, RUNS = 12000 };
    static double points[CORNERS_MAX + 1][2];
    static uint8_t bytes[sizeof points + 16];
    struct crs *crs = NULL;
    struct crs_grid *grid = NULL;
    uint32_t seed = 1;
    size_t none = 0;
    (void)state;
    assert_int_equal(crs_open(3405, "VN-2000 to WGS 84 (2)", &crs), ERR_OK);
    assert_int_equal(crs_grid_open_coarse(crs, &grid), ERR_OK);
    for (int run = 0; run < RUNS; run++) {
        const size_t count = draw_ring(&seed, points, run % 50 ? 40 : CORNERS_MAX);
        if (run % 2)
            move_to_middle(&seed, points, count, crs);
        const struct wkb wkb = wkb_of(bytes, points, count);
        struct shape shape;
        assert_int_equal(shape_project(&wkb, crs, &shape), ERR_OK);
        const struct xy exact = shape_point_on_surface(&shape);
        const struct xy fast = shape_find_point(&wkb, grid);
        const bool is_none = !isfinite(exact.x_m) && !isfinite(fast.x_m);
        none += is_none;
        if (!is_none && memcmp(&exact, &fast, sizeof exact) != 0)
            fail_msg("run %d: %.9f %.9f, expected %.9f %.9f", run, fast.x_m, fast.y_m,
                     exact.x_m, exact.y_m);
        shape_free(&shape);
    }
    assert_true(none < RUNS / 10);
    crs_grid_close(grid);
    crs_close(crs);
}

/* What is no polygon. */
static void test_without_a_point(void **state)
{
    static uint8_t rubbish[] = {1, 2, 3};
    const struct wkb wkb = {.data = rubbish, .size = sizeof rubbish};
    struct crs *crs = NULL;
    struct crs_grid *grid = NULL;
    (void)state;
    assert_int_equal(crs_open(3405, "VN-2000 to WGS 84 (2)", &crs), ERR_OK);
    assert_int_equal(crs_grid_open_coarse(crs, &grid), ERR_OK);
    assert_true(isnan(shape_find_point(&wkb, grid).x_m));
    assert_true(isnan(shape_find_point(&(struct wkb){0}, grid).x_m));
    crs_grid_close(grid);
    crs_close(crs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_point_by_the_grid_is_the_same),
        cmocka_unit_test(test_without_a_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
