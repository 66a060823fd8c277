/* The layers of survey.gpkg, a writer each; out_gpkg.c makes the file and calls them. */
#ifndef LOMSONG_OUT_GPKG_H
#define LOMSONG_OUT_GPKG_H

#include <ogr_api.h>

#include "model.h"
#include "out_gdal.h"

/* A row being filled: the columns one after the other, in the order of the layer's table.
 */
struct gpkg_row {
    OGRFeatureH feature;
    int next; /* column */
};

/* Each fills the next column. NULL: text NULL or "", a real not finite, count ID_UNKNOWN,
 * dbm LEVEL_NONE. */
void gpkg_put_text(struct gpkg_row *row, const char *text);
void gpkg_put_real(struct gpkg_row *row, double value);
void gpkg_put_count(struct gpkg_row *row, int64_t value);
void gpkg_put_dbm(struct gpkg_row *row, int dbm);

struct gpkg_column {
    const char *name;
    OGRFieldType type;
};

/* A layer: its columns, how many rows it has, and how a row is filled. */
struct gpkg_layer {
    const char *name;
    OGRwkbGeometryType geometry;
    const struct gpkg_column *columns;
    int column_count;
    size_t (*row_count)(const struct model *m);
    /* Fills row `i`; returns its geometry, which the caller takes over, or NULL for none.
     */
    OGRGeometryH (*fill)(const struct model *m, size_t i, struct gpkg_row *row);
};

extern const struct gpkg_layer gpkg_layers[];
extern const int gpkg_layer_count;

#endif
