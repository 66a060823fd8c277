/* Cells of 0.01 degrees, made when the first point falls into them.
 *
 * Between the corners of a cell of width h a smooth function differs from its bilinear
 * interpolation by at most h^2/8 (|f_xx| + |f_yy|). Half way along an edge in x it
 * differs by h^2/8 |f_xx| there, so the differences found half way along the four edges
 * give that bound but for the change of the second derivatives across a cell, which twice
 * the value covers by far (they change over the radius of the earth, not over a
 * kilometre). */
#include "crs_grid.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "xmem.h"

#define CELLS_PER_DEGREE 100.0
#define ERROR_MAX_M 0.5 /* a cell more curved than this is not used */
#define ROUNDING_M 1e-6 /* of the interpolation itself */
#define LATITUDE_MAX_DEG 85.0

struct cell {
    int32_t x, y;
    bool used;
    double error_m;       /* of both coordinates; INFINITY: project each point */
    struct xy corners[4]; /* south-west, south-east, north-west, north-east */
};

struct crs_grid {
    struct crs *crs;
    struct cell *cells; /* open addressing */
    size_t size;        /* a power of two */
    size_t used;
    struct cell last; /* points come one after the other */
};

enum err crs_grid_open(const struct crs *crs, struct crs_grid **grid)
{
    struct crs *own = NULL;
    const enum err err = crs_clone(crs, &own);
    if (err)
        return err;
    struct crs_grid *g = xcalloc(1, sizeof *g);
    g->crs = own;
    g->size = 256;
    g->cells = xcalloc(g->size, sizeof *g->cells);
    *grid = g;
    return ERR_OK;
}

void crs_grid_close(struct crs_grid *g)
{
    if (!g)
        return;
    crs_close(g->crs);
    free(g->cells);
    free(g);
}

struct crs_grid_point crs_grid_exactly(const struct crs_grid *g, const struct latlon *p)
{
    return (struct crs_grid_point){.at = crs_forward(g->crs, *p)};
}

static struct cell *find_slot(struct cell *cells, size_t size, int32_t x, int32_t y)
{
    uint64_t h = (uint64_t)(uint32_t)x << 32 | (uint32_t)y;
    h *= UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(h >> 32) & (size - 1);
    while (cells[at].used && (cells[at].x != x || cells[at].y != y))
        at = (at + 1) & (size - 1);
    return &cells[at];
}

static void grow(struct crs_grid *g)
{
    struct cell *bigger = xcalloc(2 * g->size, sizeof *bigger);
    for (size_t i = 0; i < g->size; i++) {
        const struct cell *c = &g->cells[i];
        if (c->used)
            *find_slot(bigger, 2 * g->size, c->x, c->y) = *c;
    }
    free(g->cells);
    g->cells = bigger;
    g->size *= 2;
}

/* The corner or edge point at (dx, dy) cells from the south-west corner. */
static struct xy project(const struct crs_grid *g, const struct cell *c, double dx,
                         double dy)
{
    const struct latlon p = {.lat_deg = (c->y + dy) / CELLS_PER_DEGREE,
                             .lon_deg = (c->x + dx) / CELLS_PER_DEGREE};
    return crs_forward(g->crs, p);
}

static double difference_m(struct xy exact, struct xy a, struct xy b)
{
    const double dx = fabs(exact.x_m - (a.x_m + b.x_m) / 2);
    const double dy = fabs(exact.y_m - (a.y_m + b.y_m) / 2);
    return dx > dy ? dx : dy;
}

static struct cell make_cell(const struct crs_grid *g, int32_t x, int32_t y)
{
    struct cell c = {.x = x, .y = y, .used = true};
    for (int i = 0; i < 4; i++)
        c.corners[i] = project(g, &c, i & 1, i >> 1);
    const struct xy *k = c.corners;
    const double south = difference_m(project(g, &c, 0.5, 0), k[0], k[1]);
    const double north = difference_m(project(g, &c, 0.5, 1), k[2], k[3]);
    const double west = difference_m(project(g, &c, 0, 0.5), k[0], k[2]);
    const double east = difference_m(project(g, &c, 1, 0.5), k[1], k[3]);
    c.error_m = 2 * (fmax(south, north) + fmax(west, east)) + ROUNDING_M;
    /* a NAN corner makes the error NAN */
    if (!(c.error_m < ERROR_MAX_M))
        c.error_m = INFINITY;
    return c;
}

static const struct cell *cell_at(struct crs_grid *g, int32_t x, int32_t y)
{
    if (g->last.used && g->last.x == x && g->last.y == y)
        return &g->last;
    if (2 * g->used >= g->size)
        grow(g);
    struct cell *c = find_slot(g->cells, g->size, x, y);
    if (!c->used) {
        *c = make_cell(g, x, y);
        g->used++;
    }
    g->last = *c;
    return &g->last;
}

struct crs_grid_point crs_grid_forward(struct crs_grid *g, const struct latlon *p)
{
    if (!(fabs(p->lat_deg) <= LATITUDE_MAX_DEG && fabs(p->lon_deg) < 179))
        return crs_grid_exactly(g, p);
    const double x = p->lon_deg * CELLS_PER_DEGREE, y = p->lat_deg * CELLS_PER_DEGREE;
    const double west = crs_floor(x), south = crs_floor(y);
    const struct cell *c = cell_at(g, (int32_t)west, (int32_t)south);
    if (!(c->error_m < ERROR_MAX_M))
        return crs_grid_exactly(g, p);
    const double fx = x - west, fy = y - south;
    const struct xy *k = c->corners;
    return (struct crs_grid_point){
        .at = {.x_m = (1 - fy) * (k[0].x_m + fx * (k[1].x_m - k[0].x_m)) +
                      fy * (k[2].x_m + fx * (k[3].x_m - k[2].x_m)),
               .y_m = (1 - fy) * (k[0].y_m + fx * (k[1].y_m - k[0].y_m)) +
                      fy * (k[2].y_m + fx * (k[3].y_m - k[2].y_m))},
        .error_m = c->error_m,
    };
}
