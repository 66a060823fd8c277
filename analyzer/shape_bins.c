/* The bins of a shape, or of a circle, as runs from south to north.
 *
 * A bin counts where its centre is inside. Coordinates that may be wrong by error_m leave
 * that unsure only for centres close to the outline: whoever is told so takes exact ones.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shape.h"
#include "xmem.h"

/* Where an outline crosses the middle of a column of bins. */
struct crossing {
    size_t column;
    double y_m;
    double error_m; /* that y_m may be wrong by */
};

/* All crossings. */
struct columns {
    double size_m, error_m;
    double first; /* the westernmost column */
    size_t count;
    size_t *ends; /* index behind the last crossing of each, once they are sorted */
    struct crossing *crossings;
    size_t crossing_count, capacity;
    bool sure;
};

static double middle_m(double bin, double size_m)
{
    return (bin + 0.5) * size_m;
}

/* The first column whose middle is not west of x_m. */
static double column_from(double x_m, double size_m)
{
    double column = crs_floor(x_m / size_m - 0.5);
    while (middle_m(column, size_m) < x_m)
        column++;
    return column;
}

/* The columns whose middle an edge crosses: half open, so that a vertex on the middle
 * counts once. */
static void add_edge(struct columns *c, struct xy a, struct xy b)
{
    const double first = column_from(a.x_m < b.x_m ? a.x_m : b.x_m, c->size_m);
    const double end = column_from(a.x_m < b.x_m ? b.x_m : a.x_m, c->size_m);
    if (first >= end)
        return; /* and may be upright */
    const double slope = (b.y_m - a.y_m) / (b.x_m - a.x_m);
    for (double x = first; x < end; x++) {
        const double x_m = middle_m(x, c->size_m);
        c->crossings =
            xgrow(c->crossings, c->crossing_count, &c->capacity, sizeof *c->crossings);
        c->crossings[c->crossing_count++] = (struct crossing){
            .column = (size_t)(x - c->first),
            .y_m = a.y_m + (x_m - a.x_m) / (b.x_m - a.x_m) * (b.y_m - a.y_m),
            .error_m = 2 * c->error_m * (1 + fabs(slope)),
        };
    }
}

static void add_edges(const struct shape *s, struct columns *c)
{
    size_t from = 0;
    for (size_t r = 0; r < s->ring_count; r++) {
        const size_t end = s->ring_ends[r];
        for (size_t i = from; i < end; i++)
            add_edge(c, s->points[i], s->points[i + 1 < end ? i + 1 : from]);
        from = end;
    }
}

/* By column: counted, then put in their place. */
static void sort_by_column(struct columns *c)
{
    struct crossing *sorted = xcalloc(c->crossing_count + 1, sizeof *sorted);
    c->ends = xcalloc(c->count + 1, sizeof *c->ends);
    for (size_t i = 0; i < c->crossing_count; i++)
        c->ends[c->crossings[i].column + 1]++;
    for (size_t i = 0; i < c->count; i++)
        c->ends[i + 1] += c->ends[i];
    for (size_t i = 0; i < c->crossing_count; i++)
        sorted[c->ends[c->crossings[i].column]++] = c->crossings[i];
    free(c->crossings);
    c->crossings = sorted;
}

/* A vertex so close to a column's middle may be on the other side of it. Those that are
 * not leave an edge across it 32 errors wide, so that its slope is known well enough for
 * a crossing's error. */
static bool is_near_middle(double x_m, const struct columns *c)
{
    const double bins = x_m / c->size_m - 0.5;
    return fabs(bins - nearbyint(bins)) * c->size_m <= 16 * c->error_m;
}

/* False where there is nothing to find, or nothing to be sure of. */
static bool find_columns(const struct shape *s, struct columns *c)
{
    const size_t points = s->ring_count ? s->ring_ends[s->ring_count - 1] : 0;
    double west_m = INFINITY, east_m = -INFINITY;
    for (size_t i = 0; i < points; i++) {
        const double x_m = s->points[i].x_m;
        west_m = x_m < west_m ? x_m : west_m;
        east_m = x_m > east_m ? x_m : east_m;
        c->sure = c->sure && !(c->error_m > 0 && is_near_middle(x_m, c));
    }
    if (points == 0 || !c->sure)
        return false;
    c->first = crs_floor(west_m / c->size_m - 0.5);
    /* one more than it takes, should rounding go the other way in column_from() */
    c->count = (size_t)(crs_floor(east_m / c->size_m - 0.5) - c->first) + 2;
    return true;
}

/* There are few in a column. */
static void sort_crossings(struct crossing *c, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct crossing moved = c[i];
        size_t at = i;
        for (; at > 0 && c[at - 1].y_m > moved.y_m; at--)
            c[at] = c[at - 1];
        c[at] = moved;
    }
}

static bool is_near_centre(const struct crossing *c, double size_m)
{
    const double bins = c->y_m / size_m - 0.5;
    return fabs(bins - nearbyint(bins)) * size_m <= c->error_m;
}

static void push(struct bin_runs *runs, double x, double first_y, double last_y)
{
    runs->items = xgrow(runs->items, runs->count, &runs->capacity, sizeof *runs->items);
    runs->items[runs->count++] =
        (struct bin_run){(int32_t)x, (int32_t)first_y, (int32_t)last_y};
}

/* The centres between each two crossings. */
static void push_column(struct columns *c, double x, struct crossing *crossings,
                        size_t count, struct bin_runs *runs)
{
    sort_crossings(crossings, count);
    for (size_t i = 0; i + 1 < count; i += 2) {
        const double from_m = crossings[i].y_m, to_m = crossings[i + 1].y_m;
        const double first = ceil(from_m / c->size_m - 0.5);
        double end = ceil(to_m / c->size_m - 0.5);
        while (middle_m(end, c->size_m) < to_m)
            end++;
        while (end > first && middle_m(end - 1, c->size_m) >= to_m)
            end--;
        if (end > first)
            push(runs, x, first, end - 1);
    }
    for (size_t i = 0; c->error_m > 0 && i < count; i++)
        c->sure = c->sure && !is_near_centre(&crossings[i], c->size_m);
}

bool shape_polygon_runs(const struct shape *shape, double bin_size_m,
                        struct bin_runs *runs)
{
    struct columns c = {.size_m = bin_size_m, .error_m = shape->error_m, .sure = true};
    runs->count = 0;
    if (!find_columns(shape, &c))
        return c.sure;
    add_edges(shape, &c);
    sort_by_column(&c);
    for (size_t i = 0, from = 0; i < c.count && c.sure; i++) {
        push_column(&c, c.first + (double)i, c.crossings + from, c.ends[i] - from, runs);
        from = c.ends[i];
    }
    free(c.ends);
    free(c.crossings);
    return c.sure;
}

/* A circle, and how far the square of a centre's distance may be from that of the radius
 * for it to be unsure. */
struct circle {
    struct xy at;
    double square_m2, unsure_m2, size_m;
    bool sure;
};

static bool is_inside(struct circle *c, double x, double y)
{
    const double dx = middle_m(x, c->size_m) - c->at.x_m;
    const double dy = middle_m(y, c->size_m) - c->at.y_m;
    const double beyond_m2 = dx * dx + dy * dy - c->square_m2;
    if (c->unsure_m2 > 0 && fabs(beyond_m2) <= c->unsure_m2)
        c->sure = false;
    return dx * dx + dy * dy <= c->square_m2;
}

/* The bins around the middle of a chord, from it to both sides. */
static void push_chord(struct circle *c, double x, struct bin_runs *runs)
{
    const double dx = middle_m(x, c->size_m) - c->at.x_m;
    const double rest_m2 = c->square_m2 - dx * dx;
    const double half_m = rest_m2 > 0 ? sqrt(rest_m2) : 0;
    double first = ceil((c->at.y_m - half_m) / c->size_m - 0.5) - 1;
    double last = floor((c->at.y_m + half_m) / c->size_m - 0.5) + 1;
    while (first <= last && !is_inside(c, x, first))
        first++;
    while (last >= first && !is_inside(c, x, last))
        last--;
    if (first <= last)
        push(runs, x, first, last);
}

bool shape_circle_runs(const struct crs_grid_point *centre, double radius_m,
                       double bin_size_m, struct bin_runs *runs)
{
    const double e = centre->error_m;
    struct circle c = {
        .at = centre->at,
        .square_m2 = radius_m * radius_m,
        .unsure_m2 = 4 * e * (radius_m + e),
        .size_m = bin_size_m,
        .sure = true,
    };
    runs->count = 0;
    const double end = floor((c.at.x_m + radius_m) / bin_size_m);
    for (double x = floor((c.at.x_m - radius_m) / bin_size_m); x <= end; x++)
        push_chord(&c, x, runs);
    return c.sure;
}

size_t bin_runs_bins(const struct bin_run *runs, size_t count)
{
    size_t bins = 0;
    for (size_t i = 0; i < count; i++)
        bins += (size_t)(runs[i].last_y - runs[i].first_y) + 1;
    return bins;
}

void bin_list_fill(struct bin_list *bins, const struct bin_run *runs, size_t count)
{
    const size_t needed = bin_runs_bins(runs, count);
    if (needed > bins->capacity) {
        bins->items = xreallocarray(bins->items, needed, sizeof *bins->items);
        bins->capacity = needed;
    }
    bins->count = 0;
    for (size_t i = 0; i < count; i++) {
        for (int32_t y = runs[i].first_y; y <= runs[i].last_y; y++)
            bins->items[bins->count++] =
                (struct judge_bin){.bin_x = runs[i].bin_x, .bin_y = y};
    }
}
