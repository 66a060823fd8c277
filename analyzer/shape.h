/* Shapes in the survey's CRS: a polygon's outline, its point on surface, and the bins of
 * a test area. */
#ifndef LOMSONG_SHAPE_H
#define LOMSONG_SHAPE_H

#include "bin_set.h"
#include "crs_grid.h"
#include "judge.h"
#include "model.h"

/* Rings of a (multi)polygon one after the other; a point is inside by the even-odd rule.
 */
struct shape {
    struct xy *points;
    size_t *ring_ends; /* index behind the last point of each ring */
    size_t ring_count;
    double error_m; /* what either coordinate of a point may be wrong by; 0: nothing */
};

/* Projects every vertex. ERR_INPUT where the WKB is not a (multi)polygon or has no place
 * in the CRS; not reported. */
MUST_CHECK enum err shape_project(const struct wkb *wkb, const struct crs *crs,
                                  struct shape *shape);
/* Likewise by the grid, faster and not exactly. */
MUST_CHECK enum err shape_project_fast(const struct wkb *wkb, struct crs_grid *grid,
                                       struct shape *shape);
void shape_free(struct shape *shape);

/* Width and height of its bounding box. */
void shape_span(const struct shape *shape, double span_m[2]);

/* A point inside the projected polygon (GEOS); NAN where there is none. */
struct xy shape_point_on_surface(const struct shape *shape);
/* The same of the polygon projected by PROJ, to the last bit, in less time; NAN where it
 * cannot be projected, too. */
struct xy shape_find_point(const struct wkb *wkb, struct crs_grid *grid);

/* A growing list of runs of bins, sorted by (bin_x, first_y), none of them empty. */
struct bin_runs {
    struct bin_run *items;
    size_t count;
    size_t capacity;
};
size_t bin_runs_bins(const struct bin_run *runs, size_t count);

/* The bins whose centre lies inside the shape, or within radius_m of a point: there may
 * be none. False where an error of its coordinates may make others of them. */
bool shape_polygon_runs(const struct shape *shape, double bin_size_m,
                        struct bin_runs *runs);
bool shape_circle_runs(const struct crs_grid_point *centre, double radius_m,
                       double bin_size_m, struct bin_runs *runs);

/* A growing list of bins, sorted by (bin_x, bin_y). */
struct bin_list {
    struct judge_bin *items;
    size_t count;
    size_t capacity;
};
/* Fills it with the bins of runs. */
void bin_list_fill(struct bin_list *bins, const struct bin_run *runs, size_t count);

#endif
