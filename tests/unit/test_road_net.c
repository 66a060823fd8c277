/* Road networks: ways that can be computed by hand, and against Floyd and Warshall. */
#include "road_net.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static unsigned next(unsigned *seed, unsigned below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

static bool near(double a, double b)
{
    return fabs(a - b) < 0.01;
}

/* A street of two pieces with a bend, and a scrap that nothing leads to:
 *
 *            (100,100)
 *                |          x (130,10)
 *   (0,0) --- (100,0)          (130,20)-(140,20)
 */
static void test_hang(void **state)
{
    (void)state;
    struct road_net *net = road_net_new();
    road_net_add(net, (struct xy){0, 0}, (struct xy){100, 0});
    road_net_add(net, (struct xy){100.1, 0.1}, (struct xy){100, 100});
    road_net_add(net, (struct xy){130, 20}, (struct xy){140, 20});
    road_net_add(net, (struct xy){5, 5}, (struct xy){5, 5}); /* no way at all */
    assert_int_equal(road_net_pieces(net), 3);
    const struct xy points[] = {{10, -7}, {130, 10}, {90, 0}, {-30, -40}, {100, 60}};
    static const double off_m[] = {7, 30, 0, 50, 0};
    static const double ways_m[] = {0, 100, 80, 10, 150};
    double found_m[5];
    road_net_hang(net, points, 5);
    road_net_ways(net, 0, found_m);
    for (size_t i = 0; i < 5; i++) {
        assert_true(near(road_net_off_m(net, i), off_m[i]));
        assert_true(near(found_m[i], ways_m[i]));
    }
    struct xy *corners = NULL;
    const size_t count = road_net_path(net, 0, 4, &corners);
    /* the place of point 2 lies on the way */
    static const struct xy expected[] = {
        {10, 0}, {90, 0}, {100, 0}, {100, 10}, {100, 60}};
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++)
        assert_true(near(corners[i].x_m, expected[i].x_m) &&
                    near(corners[i].y_m, expected[i].y_m));
    free(corners);
    road_net_free(net);
}

enum { NODES = 60, POINTS = 25 };

static double nearest_m(const struct xy *nodes, const bool *edge, struct xy p)
{
    double best = INFINITY;
    for (size_t i = 0; i < NODES; i++) {
        for (size_t k = 0; k < NODES; k++) {
            if (!edge[i * NODES + k])
                continue;
            const double dx = nodes[k].x_m - nodes[i].x_m,
                         dy = nodes[k].y_m - nodes[i].y_m;
            const double t = ((p.x_m - nodes[i].x_m) * dx + (p.y_m - nodes[i].y_m) * dy) /
                             (dx * dx + dy * dy);
            const double in = fmin(fmax(t, 0), 1);
            best = fmin(best, hypot(nodes[i].x_m + in * dx - p.x_m,
                                    nodes[i].y_m + in * dy - p.y_m));
        }
    }
    return best;
}

/* Sixty crossings in a chain with short cuts, between which roads bend; points stand on
 * crossings and beside roads. */
static void test_against_floyd_warshall(void **state)
{
    (void)state;
    static double way[NODES][NODES];
    static bool edge[NODES * NODES];
    unsigned seed = 2;
    struct xy nodes[NODES], points[POINTS];
    struct road_net *net = road_net_new();
    for (size_t i = 0; i < NODES; i++)
        nodes[i] = (struct xy){next(&seed, 90000), next(&seed, 90000)};
    for (size_t i = 0; i < NODES; i++) {
        for (size_t k = 0; k < NODES; k++)
            way[i][k] = i == k ? 0 : (double)INFINITY;
    }
    for (size_t i = 1; i < 2 * (size_t)NODES; i++) {
        const size_t a = i < NODES ? i - 1 : next(&seed, NODES);
        const size_t b = i < NODES ? i : next(&seed, NODES);
        if (a == b)
            continue;
        const struct xy middle = {(nodes[a].x_m + nodes[b].x_m) / 2,
                                  (nodes[a].y_m + nodes[b].y_m) / 2};
        road_net_add(net, nodes[a], middle);
        road_net_add(net, middle, nodes[b]);
        edge[a * NODES + b] = true;
        way[a][b] = way[b][a] =
            hypot(nodes[a].x_m - nodes[b].x_m, nodes[a].y_m - nodes[b].y_m);
    }
    for (size_t k = 0; k < NODES; k++) {
        for (size_t a = 0; a < NODES; a++) {
            for (size_t b = 0; b < NODES; b++)
                way[a][b] = fmin(way[a][b], way[a][k] + way[k][b]);
        }
    }
    for (size_t i = 0; i < POINTS; i++)
        points[i] =
            i < 15 ? nodes[2 * i] : (struct xy){next(&seed, 120000), next(&seed, 120000)};
    road_net_hang(net, points, POINTS);
    for (size_t i = 0; i < POINTS; i++) {
        double ways_m[POINTS];
        assert_true(near(road_net_off_m(net, i), nearest_m(nodes, edge, points[i])));
        road_net_ways(net, i, ways_m);
        for (size_t k = 0; k < POINTS; k++) {
            struct xy *corners = NULL;
            const size_t count = road_net_path(net, i, k, &corners);
            double sum = 0;
            for (size_t c = 1; c < count; c++)
                sum += hypot(corners[c].x_m - corners[c - 1].x_m,
                             corners[c].y_m - corners[c - 1].y_m);
            assert_true(near(sum, ways_m[k]));
            if (i < 15 && k < 15)
                assert_true(fabs(ways_m[k] - way[2 * i][2 * k]) < 1);
            free(corners);
        }
    }
    road_net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hang),
        cmocka_unit_test(test_against_floyd_warshall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
