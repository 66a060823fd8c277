/* The layer of the planners' stations. */
#include <math.h>

#include "out_gpkg.h"

const struct gpkg_column gpkg_station_columns[GPKG_STATION_COLUMNS] = {
    {"name", OFTString},
    {"mccmnc", OFTString},
    {"operator", OFTString},
    {"tech", OFTString},
};

size_t gpkg_station_count(const struct model *m)
{
    return m->station_count;
}

OGRGeometryH gpkg_station_fill(const struct model *m, size_t i, struct gpkg_row *row)
{
    const struct station *s = &m->stations[i];
    char digits[MCCMNC_TEXT_SIZE];
    gpkg_put_text(row, s->name);
    gpkg_put_operator(row, s->mccmnc);
    gpkg_put_text(row,
                  s->mccmnc ? region_operator_name(m->region, s->mccmnc, digits) : NULL);
    gpkg_put_text(row, s->tech < TECH_COUNT ? tech_name(s->tech) : NULL);
    const struct xy to = crs_forward(m->crs, s->pos);
    if (!isfinite(to.x_m) || !isfinite(to.y_m))
        return NULL; /* too far off for the survey's CRS */
    OGRGeometryH g = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_SetPoint_2D(g, 0, to.x_m, to.y_m);
    return g;
}
