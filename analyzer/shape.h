/* Shapes in the survey's CRS: a polygon's outline, its point on surface, and the bins of
 * a test area. */
#ifndef LOMSONG_SHAPE_H
#define LOMSONG_SHAPE_H

#include "crs.h"
#include "judge.h"
#include "model.h"

/* Rings of a (multi)polygon one after the other; a point is inside by the even-odd rule.
 */
struct shape {
    struct xy *points;
    size_t *ring_ends; /* index behind the last point of each ring */
    size_t ring_count;
};

/* Projects every vertex. ERR_INPUT where the WKB is not a (multi)polygon or has no place
 * in the CRS; not reported. */
MUST_CHECK enum err shape_project(const struct wkb *wkb, const struct crs *crs,
                                  struct shape *shape);
void shape_free(struct shape *shape);

/* Width and height of its bounding box. */
void shape_span(const struct shape *shape, double span_m[2]);

/* A point inside the projected polygon (GEOS); NAN where there is none. */
struct xy shape_point_on_surface(const struct shape *shape);

/* A growing list of bins, sorted by (bin_x, bin_y). */
struct bin_list {
    struct judge_bin *items;
    size_t count;
    size_t capacity;
};

/* The bins whose centre lies inside the shape, or within radius_m of a point; where there
 * is none, the bin that holds the point. */
void shape_polygon_bins(const struct shape *shape, struct xy point, double bin_size_m,
                        struct bin_list *bins);
void shape_circle_bins(struct xy point, double radius_m, double bin_size_m,
                       struct bin_list *bins);

#endif
