/* The bins of a test area. */
#include <math.h>

#include "lang.h"
#include "model_build.h"

/* An area that spans more bins than this is no hamlet, but a province or a wrong CRS. */
static enum err check_span(const struct model *m, const struct area *a, double width_m,
                           double height_m)
{
    const double max_bins = 16e6;
    if (width_m / m->bin_size_m * (height_m / m->bin_size_m) <= max_bins)
        return ERR_OK;
    err_report(
        _("area \"%s\" spans %.0f by %.0f km, too much for bins of %g m; is it a hamlet, "
          "and in the right CRS?"),
        a->area_code, width_m / 1000, height_m / 1000, m->bin_size_m);
    return ERR_INPUT;
}

static enum err polygon_bins(const struct model *m, struct area *area,
                             struct bin_list *bins)
{
    struct shape shape;
    double span_m[2];
    enum err err = shape_project(&area->shape, m->crs, &shape);
    if (err) {
        err_report(_("area \"%s\" cannot be projected to EPSG:%d"), area->area_code,
                   crs_epsg(m->crs));
        return err;
    }
    shape_span(&shape, span_m);
    err = check_span(m, area, span_m[0], span_m[1]);
    if (!err)
        shape_polygon_bins(&shape, (struct xy){(double)NAN, (double)NAN}, m->bin_size_m,
                           bins);
    if (!err && (bins->count == 0 || !geo_valid(area->point))) {
        const struct xy point = shape_point_on_surface(&shape);
        area->point = crs_inverse(m->crs, point);
        shape_polygon_bins(&shape, point, m->bin_size_m, bins);
    }
    shape_free(&shape);
    return err;
}

enum err model_area_bins(const struct model *m, struct area *area, struct bin_list *bins)
{
    if (area->shape.size > 0)
        return polygon_bins(m, area, bins);
    const double span_m = 2 * area->radius_m;
    const enum err err = check_span(m, area, span_m, span_m);
    if (!err)
        shape_circle_bins(crs_forward(m->crs, area->point), area->radius_m, m->bin_size_m,
                          bins);
    return err;
}
