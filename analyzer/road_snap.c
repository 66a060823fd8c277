/* Nearest roads, by a grid of cells over all pieces. */
#include "road_snap.h"

#include <math.h>
#include <stdlib.h>

#include "xmem.h"

enum { MAX_CELLS = 1024 }; /* in each direction */

struct grid {
    const struct xy *nodes;
    const struct road_piece *pieces;
    struct xy corner;
    double cell_m;
    size_t width, height;
    size_t *starts; /* by cell, into items */
    size_t *items;  /* pieces whose box touches the cell */
};

/* First and last column and row that a piece's box touches. */
struct box {
    size_t x[2], y[2];
};

static size_t clamp_cell(double at, size_t count)
{
    if (!(at > 0))
        return 0;
    return at < (double)count ? (size_t)at : count - 1;
}

static struct box box_of(const struct grid *g, size_t piece)
{
    const struct xy a = g->nodes[g->pieces[piece].a], b = g->nodes[g->pieces[piece].b];
    return (struct box){
        .x = {clamp_cell((fmin(a.x_m, b.x_m) - g->corner.x_m) / g->cell_m, g->width),
              clamp_cell((fmax(a.x_m, b.x_m) - g->corner.x_m) / g->cell_m, g->width)},
        .y = {clamp_cell((fmin(a.y_m, b.y_m) - g->corner.y_m) / g->cell_m, g->height),
              clamp_cell((fmax(a.y_m, b.y_m) - g->corner.y_m) / g->cell_m, g->height)},
    };
}

/* Counts the pieces of each cell, or, behind that, puts them there. */
static void fill_cells(struct grid *g, size_t count, bool put)
{
    for (size_t i = 0; i < count; i++) {
        const struct box b = box_of(g, i);
        for (size_t x = b.x[0]; x <= b.x[1]; x++) {
            for (size_t y = b.y[0]; y <= b.y[1]; y++) {
                size_t *at = &g->starts[x * g->height + y + (put ? 1 : 2)];
                if (put)
                    g->items[*at] = i;
                ++*at;
            }
        }
    }
}

static void size_grid(struct grid *g, size_t count)
{
    struct xy low = {HUGE_VAL, HUGE_VAL}, high = {-HUGE_VAL, -HUGE_VAL};
    double length_m = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t ends[2] = {g->pieces[i].a, g->pieces[i].b};
        for (int k = 0; k < 2; k++) {
            low.x_m = fmin(low.x_m, g->nodes[ends[k]].x_m);
            low.y_m = fmin(low.y_m, g->nodes[ends[k]].y_m);
            high.x_m = fmax(high.x_m, g->nodes[ends[k]].x_m);
            high.y_m = fmax(high.y_m, g->nodes[ends[k]].y_m);
        }
        length_m += g->pieces[i].length_m;
    }
    const double span_m = fmax(high.x_m - low.x_m, high.y_m - low.y_m);
    g->corner = low;
    g->cell_m = fmax(fmax(span_m / MAX_CELLS, 2 * length_m / (double)count), 1.0);
    g->width = (size_t)((high.x_m - low.x_m) / g->cell_m) + 1;
    g->height = (size_t)((high.y_m - low.y_m) / g->cell_m) + 1;
}

static void grid_make(struct grid *g, size_t count)
{
    size_grid(g, count);
    const size_t cells = g->width * g->height;
    g->starts = xcalloc(cells + 2, sizeof *g->starts);
    fill_cells(g, count, false);
    for (size_t i = 1; i < cells + 2; i++)
        g->starts[i] += g->starts[i - 1];
    g->items = xcalloc(g->starts[cells + 1] + 1, sizeof *g->items);
    fill_cells(g, count, true);
}

static void try_piece(const struct grid *g, size_t piece, struct xy p,
                      struct road_hanger *best)
{
    const struct xy a = g->nodes[g->pieces[piece].a], b = g->nodes[g->pieces[piece].b];
    const double dx = b.x_m - a.x_m, dy = b.y_m - a.y_m;
    const double square = dx * dx + dy * dy;
    double t = square > 0 ? ((p.x_m - a.x_m) * dx + (p.y_m - a.y_m) * dy) / square : 0;
    t = fmin(fmax(t, 0), 1);
    const double off_m = hypot(a.x_m + t * dx - p.x_m, a.y_m + t * dy - p.y_m);
    if (off_m < best->off_m || (off_m <= best->off_m && piece < best->piece)) {
        best->off_m = off_m;
        best->piece = piece;
        best->along = t;
    }
}

static void try_cell(const struct grid *g, size_t x, size_t y, struct xy p,
                     struct road_hanger *best)
{
    const size_t cell = x * g->height + y;
    for (size_t i = g->starts[cell]; i < g->starts[cell + 1]; i++)
        try_piece(g, g->items[i], p, best);
}

/* The cells at `ring` from a point's own, which may lie outside the grid. */
static void try_ring(const struct grid *g, struct xy p, int64_t ring,
                     struct road_hanger *best)
{
    const int64_t width = (int64_t)g->width, height = (int64_t)g->height;
    const int64_t x0 = (int64_t)clamp_cell((p.x_m - g->corner.x_m) / g->cell_m, g->width);
    const int64_t y0 =
        (int64_t)clamp_cell((p.y_m - g->corner.y_m) / g->cell_m, g->height);
    for (int64_t x = x0 - ring; x <= x0 + ring; x++) {
        const bool side = x == x0 - ring || x == x0 + ring;
        for (int64_t y = y0 - ring; y <= y0 + ring;
             y += side || ring == 0 ? 1 : 2 * ring) {
            if (x >= 0 && x < width && y >= 0 && y < height)
                try_cell(g, (size_t)x, (size_t)y, p, best);
        }
    }
}

/* How far a point is from the grid's box; 0 inside. */
static double outside_m(const struct grid *g, struct xy p)
{
    const double right = g->corner.x_m + (double)g->width * g->cell_m;
    const double top = g->corner.y_m + (double)g->height * g->cell_m;
    const double dx = fmax(fmax(g->corner.x_m - p.x_m, p.x_m - right), 0);
    const double dy = fmax(fmax(g->corner.y_m - p.y_m, p.y_m - top), 0);
    return hypot(dx, dy);
}

/* Ring by ring, until what was found is nearer than any ring to come can be. */
static struct road_hanger snap(const struct grid *g, struct xy p)
{
    struct road_hanger best = {.piece = ROAD_NOWHERE, .off_m = HUGE_VAL};
    const int64_t rings = (int64_t)(g->width > g->height ? g->width : g->height);
    const double outside = outside_m(g, p);
    for (int64_t ring = 0; ring <= rings; ring++) {
        const double nearest_m = (double)(ring - 1) * g->cell_m - outside;
        if (best.off_m < nearest_m)
            break;
        try_ring(g, p, ring, &best);
    }
    return best;
}

void road_snap(const struct xy *nodes, const struct road_piece *pieces, size_t count,
               const struct xy *points, size_t point_count, struct road_hanger *hangers)
{
    struct grid g = {.nodes = nodes, .pieces = pieces};
    grid_make(&g, count);
    for (size_t i = 0; i < point_count; i++) {
        hangers[i] = snap(&g, points[i]);
        hangers[i].point = i;
    }
    free(g.starts);
    free(g.items);
}
