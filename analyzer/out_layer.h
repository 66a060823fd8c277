/* A layer of the survey into any vector format of GDAL, by its table of columns. */
#ifndef LOMSONG_OUT_LAYER_H
#define LOMSONG_OUT_LAYER_H

#include "out_gpkg.h"

/* Moves a geometry, which it takes, from the survey's CRS to another; as it is where that
 * is NULL, NULL where a point has no place there. */
OGRGeometryH out_layer_move(const struct model *m, const struct crs *to, OGRGeometryH g);

/* The row after row `i`. */
size_t out_layer_next(const struct gpkg_layer *what, const struct model *m, size_t i);

/* How a layer is written. */
struct out_layer {
    const struct model *m;
    const struct gpkg_layer *what;
    const char *name;                /* of the layer in the file */
    const struct crs *crs;           /* NULL: the survey's */
    bool short_names;                /* of at most ten bytes, as a shapefile has them */
    char **options;                  /* of GDALDatasetCreateLayer; NULL: none */
    const struct gpkg_column *extra; /* columns in front */
    int extra_count;
    /* Fills these and the style of row `i`; NULL: none. */
    void (*dress)(const struct model *m, size_t i, OGRFeatureH feature);
};
/* False, noted, on failure. */
bool out_layer_write(struct out_gdal *g, GDALDatasetH file,
                     const struct out_layer *layer);

#endif
