/* The hamlets near some tiles of the grid: what is judged again. */
#include <math.h>
#include <ogr_api.h>
#include <stdlib.h>

#include "model_build.h"
#include "tally_pack.h"

/* Beyond it, a box of degrees is no box of metres any more. */
static const double max_span_m = 100e3;

struct box {
    double west, south, east, north;
};

static void widen(struct box *box, struct xy p)
{
    box->west = fmin(box->west, p.x_m);
    box->east = fmax(box->east, p.x_m);
    box->south = fmin(box->south, p.y_m);
    box->north = fmax(box->north, p.y_m);
}

static void pad(struct box *box, double by_m)
{
    box->west -= by_m;
    box->east += by_m;
    box->south -= by_m;
    box->north += by_m;
}

/* Around a polygon: that of the corners of its box of degrees, with room for the bend of
 * the sides between them, which is 0.8 m in 10 km at latitude 22° and w² tan(lat) / 8R
 * everywhere. */
static bool polygon_box(const struct model *m, const struct area *a, struct box *box)
{
    OGRGeometryH g = NULL;
    OGREnvelope e;
    if (OGR_G_CreateFromWkb(a->shape.data, NULL, &g, (int)a->shape.size) != OGRERR_NONE)
        return false;
    OGR_G_GetEnvelope(g, &e);
    OGR_G_DestroyGeometry(g);
    for (int i = 0; i < 4; i++) {
        const struct latlon corner = {.lat_deg = i & 1 ? e.MaxY : e.MinY,
                                      .lon_deg = i & 2 ? e.MaxX : e.MinX};
        const struct xy p = crs_forward(m->crs, corner);
        if (!isfinite(p.x_m) || !isfinite(p.y_m))
            return false;
        widen(box, p);
    }
    const double span_m = fmax(box->east - box->west, box->north - box->south);
    pad(box, 0.05 * span_m);
    return span_m <= max_span_m && fabs(e.MaxY) < 80 && fabs(e.MinY) < 80;
}

/* Around all bins of an area; false where that is not known. */
static bool area_box(const struct model *m, const struct area *a, struct box *box)
{
    *box = (struct box){INFINITY, INFINITY, -INFINITY, -INFINITY};
    if (a->shape.size > 0) {
        if (!polygon_box(m, a, box))
            return false;
    } else {
        widen(box, crs_forward(m->crs, a->point));
        pad(box, a->radius_m);
    }
    pad(box, m->bin_size_m);
    return isfinite(box->west) && isfinite(box->south) &&
           box->east - box->west <= 2 * max_span_m;
}

static bool is_near(const struct model *m, const struct area *a,
                    const struct workspace_changes *c)
{
    const double tile_m = TALLY_TILE_BINS * m->bin_size_m;
    struct box box;
    if (!area_box(m, a, &box))
        return true;
    if (c->count == 0)
        return false; /* and there is no list to be searched */
    struct bin_tile tile;
    for (double x = floor(box.west / tile_m); x <= floor(box.east / tile_m); x++) {
        for (double y = floor(box.south / tile_m); y <= floor(box.north / tile_m); y++) {
            tile = (struct bin_tile){(int32_t)x, (int32_t)y};
            if (bsearch(&tile, c->tiles, c->count, sizeof tile, bin_tile_compare))
                return true;
        }
    }
    return false;
}

void model_keep_near(struct model *m, const struct workspace_changes *changes)
{
    size_t hamlets = 0, areas = 0;
    for (size_t i = 0; i < m->hamlet_count; i++) {
        struct hamlet h = m->hamlets[i];
        bool near = false;
        for (size_t k = 0; !near && k < h.area_count; k++)
            near = is_near(m, &h.areas[k], changes);
        if (!near)
            continue;
        struct area *own = &m->areas[areas];
        for (size_t k = 0; k < h.area_count; k++) {
            own[k] = h.areas[k];
            own[k].hamlet = hamlets;
        }
        areas += h.area_count;
        h.areas = own;
        m->hamlets[hamlets++] = h;
    }
    m->hamlet_count = hamlets;
    m->area_count = areas;
}
