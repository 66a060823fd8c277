/* The bins of test areas. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "model_build.h"
#include "parallel.h"
#include "xmem.h"

static enum err cannot_project(const struct model *m, const struct area *a)
{
    err_report(_("area \"%s\" cannot be projected to EPSG:%d"), a->area_code,
               crs_epsg(m->crs));
    return ERR_INPUT;
}

/* An area that spans more bins than this is no hamlet, but a province or a wrong CRS. */
static bool is_hamlet_sized(const struct model *m, const double span_m[2])
{
    const double max_bins = 16e6;
    return span_m[0] / m->bin_size_m * (span_m[1] / m->bin_size_m) <= max_bins;
}

static enum err check_span(const struct model *m, const struct area *a,
                           const double span_m[2])
{
    if (is_hamlet_sized(m, span_m))
        return ERR_OK;
    err_report(
        _("area \"%s\" spans %.0f by %.0f km, too much for bins of %g m; is it a hamlet, "
          "and in the right CRS?"),
        a->area_code, span_m[0] / 1000, span_m[1] / 1000, m->bin_size_m);
    return ERR_INPUT;
}

/* Where there is no bin, the one that holds a point. */
static void hold_point(struct bin_runs *runs, struct xy p, double bin_size_m)
{
    if (runs->count > 0 || !isfinite(p.x_m) || !isfinite(p.y_m))
        return;
    const int32_t bin_y = (int32_t)floor(p.y_m / bin_size_m);
    runs->items = xgrow(runs->items, runs->count, &runs->capacity, sizeof *runs->items);
    runs->items[runs->count++] =
        (struct bin_run){(int32_t)floor(p.x_m / bin_size_m), bin_y, bin_y};
}

/* False where only exact coordinates can tell. */
static bool find_polygon_fast(const struct model *m, const struct area *area,
                              struct crs_grid *grid, struct bin_runs *runs)
{
    struct shape shape;
    double span_m[2];
    if (!geo_valid(area->point) ||
        shape_project_fast(&area->shape, grid, &shape) != ERR_OK)
        return false;
    shape_span(&shape, span_m);
    const bool is_told = is_hamlet_sized(m, span_m) &&
                         shape_polygon_runs(&shape, m->bin_size_m, runs) &&
                         runs->count > 0;
    shape_free(&shape);
    return is_told;
}

static enum err find_polygon(const struct model *m, struct area *area,
                             struct bin_runs *runs)
{
    struct shape shape;
    double span_m[2];
    enum err err = shape_project(&area->shape, m->crs, &shape);
    if (err)
        return cannot_project(m, area);
    shape_span(&shape, span_m);
    err = check_span(m, area, span_m);
    if (!err)
        (void)shape_polygon_runs(&shape, m->bin_size_m, runs);
    if (!err && (runs->count == 0 || !geo_valid(area->point))) {
        const struct xy point = shape_point_on_surface(&shape);
        area->point = crs_inverse(m->crs, point);
        hold_point(runs, point, m->bin_size_m);
    }
    shape_free(&shape);
    return err;
}

/* A bin around the centre for want of another would be unsure near an edge, too. */
static enum err find_circle(const struct model *m, const struct area *area,
                            struct crs_grid *grid, struct bin_runs *runs)
{
    const double span_m[2] = {2 * area->radius_m, 2 * area->radius_m};
    const enum err err = check_span(m, area, span_m);
    if (err)
        return err;
    if (grid) {
        const struct crs_grid_point fast = crs_grid_forward(grid, &area->point);
        if (shape_circle_runs(&fast, area->radius_m, m->bin_size_m, runs) &&
            runs->count > 0)
            return ERR_OK;
    }
    const struct crs_grid_point exact = {.at = crs_forward(m->crs, area->point)};
    (void)shape_circle_runs(&exact, area->radius_m, m->bin_size_m, runs);
    hold_point(runs, exact.at, m->bin_size_m);
    return ERR_OK;
}

/* One run at least. `grid` may be NULL: then all is projected exactly. */
static enum err find_runs(const struct model *m, struct area *area, struct crs_grid *grid,
                          struct bin_runs *runs)
{
    enum err err = ERR_OK;
    runs->count = 0;
    if (area->shape.size == 0)
        err = find_circle(m, area, grid, runs);
    else if (!grid || !find_polygon_fast(m, area, grid, runs))
        err = find_polygon(m, area, runs);
    return err || runs->count > 0 ? err : cannot_project(m, area);
}

enum err model_area_bins(const struct model *m, struct area *area, struct bin_list *bins)
{
    struct bin_runs runs = {0};
    const enum err err = find_runs(m, area, NULL, &runs);
    if (!err)
        bin_list_fill(bins, runs.items, runs.count);
    free(runs.items);
    return err;
}

/* One thread's part. */
struct finder {
    struct model m; /* with a CRS of its own, the grid's */
    struct crs_grid *grid;
    struct area_bins *bins;
    atomic_size_t *next;
    struct bin_runs found; /* of one area after the other */
    struct arena memory;
    enum err err;
};

static void find_area(struct finder *f, size_t at)
{
    struct bin_runs *found = &f->found;
    const enum err err = find_runs(&f->m, &f->m.areas[at], f->grid, found);
    if (err) {
        f->err = err;
        return;
    }
    const size_t count = found->count;
    struct bin_run *runs = arena_alloc(&f->memory, count, sizeof *runs);
    if (count > 0)
        memcpy(runs, found->items, count * sizeof *runs);
    f->bins[at] = (struct area_bins){runs, count, bin_runs_bins(runs, count)};
}

static void find_some(void *finder)
{
    struct finder *f = finder;
    const size_t count = f->m.area_count;
    struct parallel_share share;
    while (parallel_take(f->next, count, &share)) {
        for (size_t i = share.from; i < share.end; i++)
            find_area(f, i);
    }
}

static enum err find_all(struct model *m, struct model_areas *a)
{
    struct finder finders[PARALLEL_MAX];
    atomic_size_t next = 0;
    const size_t count = parallel_count(a->threads, m->area_count / PARALLEL_AT_ONCE);
    enum err err = ERR_OK;
    memset(finders, 0, sizeof finders);
    for (size_t i = 0; !err && i < count; i++) {
        finders[i] = (struct finder){.m = *m, .bins = a->bins, .next = &next};
        err = crs_grid_open(m->crs, &finders[i].grid);
        if (!err)
            finders[i].m.crs = crs_grid_crs(finders[i].grid);
    }
    if (!err)
        parallel_run(find_some, finders, count, sizeof *finders);
    for (size_t i = 0; i < count; i++) {
        if (finders[i].err)
            err = finders[i].err;
        arena_join(&a->bins_memory, &finders[i].memory);
        free(finders[i].found.items);
        crs_grid_close(finders[i].grid);
    }
    return err;
}

enum err model_areas_find_bins(struct model *m, struct model_areas *a)
{
    a->bins = xcalloc(m->area_count + 1, sizeof *a->bins);
    const enum err err = find_all(m, a);
    for (size_t i = 0; !err && i < m->area_count; i++) {
        for (size_t k = 0; k < a->bins[i].run_count; k++)
            bin_set_add_run(&a->all, &a->bins[i].runs[k]);
    }
    return err;
}
