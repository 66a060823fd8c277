/* The layers of survey.gpkg, a writer each; out_gpkg.c makes the file and calls them. */
#ifndef LOMSONG_OUT_GPKG_H
#define LOMSONG_OUT_GPKG_H

#include <ogr_api.h>
#include <sqlite3.h>

#include "model.h"
#include "out_gdal.h"

/* A row being filled: the columns one after the other, in the order of the layer's table.
 */
struct gpkg_row {
    sqlite3_stmt *stmt;  /* gets the values; NULL: */
    OGRFeatureH feature; /* gets them */
    int first;           /* parameter of the statement, of the first column */
    int next;            /* column */
};

/* Each fills the next column. NULL: text NULL or "", a real not finite, count ID_UNKNOWN,
 * dbm LEVEL_NONE. */
void gpkg_put_text(struct gpkg_row *row, const char *text);
void gpkg_put_real(struct gpkg_row *row, double value);
void gpkg_put_integer(struct gpkg_row *row, int64_t value);
void gpkg_put_count(struct gpkg_row *row, int64_t value);
void gpkg_put_dbm(struct gpkg_row *row, int dbm);
void gpkg_put_operator(struct gpkg_row *row, mccmnc_t mccmnc);
void gpkg_put_time(struct gpkg_row *row, int64_t t_utc_ms);

struct gpkg_column {
    const char *name;
    OGRFieldType type;
};

/* A layer: its columns, how many rows it has, and how a row is filled. */
struct gpkg_layer {
    const char *name;
    const char *title; /* N_() */
    OGRwkbGeometryType geometry;
    const struct gpkg_column *columns;
    int column_count;
    size_t (*row_count)(const struct model *m);
    bool only_with_rows; /* the layer is not written where there are none */
    /* The row after row `i`, where one feature stands for several; NULL: i + 1. */
    size_t (*next)(const struct model *m, size_t i);
    /* Fills row `i`; returns its geometry, which the caller takes over, or NULL for none.
     */
    OGRGeometryH (*fill)(const struct model *m, size_t i, struct gpkg_row *row);
    /* The geometry where it is an upright square, quicker than GDAL makes it: x_min,
     * x_max, y_min, y_max in the survey's CRS; fill() returns NULL then. NULL: is none.
     */
    void (*square)(const struct model *m, size_t i, double box[4]);
};

/* fill(), with the geometry of a square too. */
OGRGeometryH gpkg_layer_fill(const struct gpkg_layer *layer, const struct model *m,
                             size_t i, struct gpkg_row *row);

/* Writes the rows of a layer, and its index, into a GeoPackage that GDAL has made with
 * the layer's table, empty. False, noted, on failure. */
bool gpkg_write_rows(struct out_gdal *g, sqlite3 *db, const struct gpkg_layer *layer,
                     const struct model *m);

extern const struct gpkg_layer gpkg_layers[];
extern const int gpkg_layer_count;
/* NULL where there is none of that name. */
const struct gpkg_layer *gpkg_layer_find(const char *name);
/* Whether a survey has the layer. */
bool gpkg_layer_is_there(const struct gpkg_layer *layer, const struct model *m);

#define GPKG_COLUMNS(table)                                                              \
    .columns = (table), .column_count = (int)(sizeof(table) / sizeof *(table))

/* Layers that have a file of their own. */
enum {
    GPKG_BIN_COLUMNS = 13,
    GPKG_BEST_COLUMNS = 12,
    GPKG_TRACK_COLUMNS = 8,
    GPKG_STATION_COLUMNS = 4
};
extern const struct gpkg_column gpkg_bin_columns[GPKG_BIN_COLUMNS];
extern const struct gpkg_column gpkg_best_columns[GPKG_BEST_COLUMNS];
extern const struct gpkg_column gpkg_track_columns[GPKG_TRACK_COLUMNS];
extern const struct gpkg_column gpkg_station_columns[GPKG_STATION_COLUMNS];
size_t gpkg_bin_count(const struct model *m);
void gpkg_bin_square(const struct model *m, size_t i, double box[4]);
OGRGeometryH gpkg_bin_fill(const struct model *m, size_t i, struct gpkg_row *row);
size_t gpkg_track_count(const struct model *m);
OGRGeometryH gpkg_track_fill(const struct model *m, size_t i, struct gpkg_row *row);
size_t gpkg_station_count(const struct model *m);
OGRGeometryH gpkg_station_fill(const struct model *m, size_t i, struct gpkg_row *row);
OGRGeometryH gpkg_best_fill(const struct model *m, size_t i, struct gpkg_row *row);

#endif
