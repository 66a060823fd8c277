/* Cells of 0.05 or 0.2 degrees, made when the first point falls into them.
 *
 * A cell holds the polynomial, of second degree in longitude and in latitude, through
 * nine points that PROJ projected: corners, middles of the edges, and the middle. Along a
 * line on which it has three points it differs from a smooth function most, where the
 * third derivative hardly changes, at 0.21 and 0.79 of the way. The differences found
 * there on both middle lines, added up, give the error of any point of the cell but for
 * the change of the third derivatives across it and the 1.25 that the one interpolation
 * can make of the other's error; four times the sum of all that is found covers both by
 * far (derivatives change over the radius of the earth, not over kilometres). */
#include "crs_grid.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "xmem.h"

#define FINE_PER_DEGREE 20.0
#define COARSE_PER_DEGREE 5.0
#define ERROR_MAX_M 0.1    /* a cell more curved than this is not used */
#define LEAST_ERROR_M 1e-5 /* what rounding and higher derivatives may come to */
#define WORST_AT 0.21132486540518713 /* where a cubic is furthest from its parabola */
#define LATITUDE_MAX_DEG 85.0

/* Of one coordinate: k[3 j + i] goes with the i-th power of the way east and the j-th of
 * that north, both from 0 to 1 across the cell. */
struct polynomial {
    double k[9];
};

struct cell {
    int32_t x, y;
    double error_m; /* of both coordinates; INFINITY: project each point */
    struct polynomial easting_m, northing_m;
};

struct crs_grid {
    struct crs *crs;
    double cells_per_degree;
    struct cell *cells; /* in the order in which they were asked for */
    size_t count, capacity;
    size_t last;     /* 1 + the index of the last one: points come one after the other */
    uint32_t *slots; /* open addressing: 1 + the index of a cell; 0: free */
    size_t slot_count; /* a power of two */
};

static enum err open_grid(const struct crs *crs, double cells_per_degree,
                          struct crs_grid **grid)
{
    struct crs *own = NULL;
    const enum err err = crs_clone(crs, &own);
    if (err)
        return err;
    struct crs_grid *g = xcalloc(1, sizeof *g);
    g->crs = own;
    g->cells_per_degree = cells_per_degree;
    g->slot_count = 256;
    g->slots = xcalloc(g->slot_count, sizeof *g->slots);
    *grid = g;
    return ERR_OK;
}

enum err crs_grid_open(const struct crs *crs, struct crs_grid **grid)
{
    return open_grid(crs, FINE_PER_DEGREE, grid);
}

enum err crs_grid_open_coarse(const struct crs *crs, struct crs_grid **grid)
{
    return open_grid(crs, COARSE_PER_DEGREE, grid);
}

void crs_grid_close(struct crs_grid *g)
{
    if (!g)
        return;
    crs_close(g->crs);
    free(g->cells);
    free(g->slots);
    free(g);
}

const struct crs *crs_grid_crs(const struct crs_grid *g)
{
    return g->crs;
}

struct crs_grid_point crs_grid_exactly(const struct crs_grid *g, const struct latlon *p)
{
    return (struct crs_grid_point){.at = crs_forward(g->crs, *p)};
}

static bool is_cell(const struct cell *c, int32_t x, int32_t y)
{
    return c->x == x && c->y == y;
}

/* Where the cell's index stands, or is to stand. */
static uint32_t *find_slot(const struct crs_grid *g, int32_t x, int32_t y)
{
    uint64_t h = (uint64_t)(uint32_t)x << 32 | (uint32_t)y;
    h *= UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(h >> 32) & (g->slot_count - 1);
    while (g->slots[at] > 0 && !is_cell(&g->cells[g->slots[at] - 1], x, y))
        at = (at + 1) & (g->slot_count - 1);
    return &g->slots[at];
}

static void grow_slots(struct crs_grid *g)
{
    free(g->slots);
    g->slot_count *= 2;
    g->slots = xcalloc(g->slot_count, sizeof *g->slots);
    for (size_t i = 0; i < g->count; i++)
        *find_slot(g, g->cells[i].x, g->cells[i].y) = (uint32_t)i + 1;
}

/* The point so far east and north of the south-west corner, in cells, by PROJ. */
static struct xy project(const struct crs_grid *g, const struct cell *c, double east,
                         double north)
{
    const struct latlon p = {.lat_deg = (c->y + north) / g->cells_per_degree,
                             .lon_deg = (c->x + east) / g->cells_per_degree};
    return crs_forward(g->crs, p);
}

/* The parabola through values at 0, 1/2 and 1, `step` apart, in their place. */
static void fit(double *k, size_t step)
{
    const double first = k[0], middle = k[step], last = k[2 * step];
    k[step] = -3 * first + 4 * middle - last;
    k[2 * step] = 2 * first - 4 * middle + 2 * last;
}

static void fit_both_ways(struct polynomial *p)
{
    for (size_t row = 0; row < 3; row++)
        fit(p->k + 3 * row, 1);
    for (size_t power = 0; power < 3; power++)
        fit(p->k + power, 3);
}

static double value(const struct polynomial *p, double east, double north)
{
    const double *k = p->k;
    const double south = k[0] + east * (k[1] + east * k[2]);
    const double slope = k[3] + east * (k[4] + east * k[5]);
    const double bend = k[6] + east * (k[7] + east * k[8]);
    return south + north * (slope + north * bend);
}

static double difference_m(const struct crs_grid *g, const struct cell *c, double east,
                           double north)
{
    const struct xy exact = project(g, c, east, north);
    const double dx = fabs(exact.x_m - value(&c->easting_m, east, north));
    const double dy = fabs(exact.y_m - value(&c->northing_m, east, north));
    return dx + dy; /* NAN where one of them is */
}

static struct cell make_cell(const struct crs_grid *g, int32_t x, int32_t y)
{
    /* on the middle lines, and between them for kinks, as a grid of datum shifts has */
    static const double probes[][2] = {
        {WORST_AT, 0.5}, {1 - WORST_AT, 0.5}, {0.5, WORST_AT}, {0.5, 1 - WORST_AT},
        {0.25, 0.25},    {0.75, 0.25},        {0.25, 0.75},    {0.75, 0.75}};
    struct cell c = {.x = x, .y = y};
    for (int i = 0; i < 9; i++) {
        const struct xy p = project(g, &c, (i % 3) / 2.0, (i / 3) / 2.0);
        c.easting_m.k[i] = p.x_m;
        c.northing_m.k[i] = p.y_m;
    }
    fit_both_ways(&c.easting_m);
    fit_both_ways(&c.northing_m);
    double found_m = 0;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
        found_m += difference_m(g, &c, probes[i][0], probes[i][1]);
    /* a sum, so that a NAN among them makes the error NAN */
    c.error_m = 4 * found_m + LEAST_ERROR_M;
    if (!(c.error_m < ERROR_MAX_M))
        c.error_m = INFINITY;
    return c;
}

static const struct cell *cell_at(struct crs_grid *g, int32_t x, int32_t y)
{
    if (g->last > 0 && is_cell(&g->cells[g->last - 1], x, y))
        return &g->cells[g->last - 1];
    if (2 * g->count >= g->slot_count)
        grow_slots(g);
    uint32_t *slot = find_slot(g, x, y);
    if (*slot == 0) {
        g->cells = xgrow(g->cells, g->count, &g->capacity, sizeof *g->cells);
        g->cells[g->count++] = make_cell(g, x, y);
        *slot = (uint32_t)g->count;
    }
    g->last = *slot;
    return &g->cells[g->last - 1];
}

struct crs_grid_point crs_grid_forward(struct crs_grid *g, const struct latlon *p)
{
    if (!(fabs(p->lat_deg) <= LATITUDE_MAX_DEG && fabs(p->lon_deg) < 179))
        return crs_grid_exactly(g, p);
    const double x = p->lon_deg * g->cells_per_degree;
    const double y = p->lat_deg * g->cells_per_degree;
    const double west = crs_floor(x), south = crs_floor(y);
    const struct cell *c = cell_at(g, (int32_t)west, (int32_t)south);
    if (!(c->error_m < ERROR_MAX_M))
        return crs_grid_exactly(g, p);
    const double east = x - west, north = y - south;
    return (struct crs_grid_point){
        .at = {.x_m = value(&c->easting_m, east, north),
               .y_m = value(&c->northing_m, east, north)},
        .error_m = c->error_m,
    };
}
