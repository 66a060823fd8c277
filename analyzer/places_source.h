/* One source of places while GDAL reads it; inside places_*.c. */
#ifndef LOMSONG_PLACES_SOURCE_H
#define LOMSONG_PLACES_SOURCE_H

#include <gdal.h>
#include <geos_c.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "places.h"

enum { PLACES_TITLES = 3 };

/* Attribute names by role; the first is the contract's. */
struct places_role {
    const char *name;
    const char *label; /* N_() */
    const char *code[3];
    const char *title[PLACES_TITLES + 1];
    const char *parent_code[2];
    const char *parent_name[2];
    bool polygons_only;
};

struct places_source {
    char *path;  /* of the file */
    char *layer; /* NULL: chosen */
    const struct places_role *role;
    bool is_piece; /* says nothing: where a piece has a fault, the whole file is read */
    GDALDatasetH dataset;
    OGRLayerH data;
    OGRCoordinateTransformationH to_wgs84; /* NULL: is WGS 84 already */
    bool has_crs;
    GEOSContextHandle_t geos;
    int code, parent_code, parent_name, households, electricity, difficult;
    int district, province;
    int titles[PLACES_TITLES]; /* the first that a feature fills is its name */
};

/* Tells a fault, unless of a piece; returns ERR_INPUT. */
enum err places_fault(const struct places_source *s, const char *fmt, ...)
    PRINTF_LIKE(2, 3);

/* The feature's point, or its polygon made valid, in WGS 84. */
MUST_CHECK enum err places_read_geometry(const struct places_source *s, OGRFeatureH f,
                                         struct place *p);
void places_warn_repaired(const char *path, const struct places_role *role,
                          const struct place *p);

/* A part of a file as a file of its own. */
struct places_part {
    struct place_list list;
    size_t comments; /* rows that are explanations */
    size_t features; /* and places */
    /* GDAL gives features out by their numbers where the file numbers them */
    int64_t first_number, last_number;
    bool is_falling; /* a number is not above that of the feature before */
    char *fields;    /* which attributes were read, of which types, in which CRS */
};

/* Reads a part without a word: whatever is wrong is ERR_INPUT. */
MUST_CHECK enum err places_read_part(const char *path, const struct places_role *role,
                                     struct places_part *part);
void places_part_free(struct places_part *part);

const struct places_role *places_find_role(const char *name);
/* What is told when all has been read; ERR_INPUT, reported, where there is no place. */
MUST_CHECK enum err places_end_list(const char *path, const struct places_role *role,
                                    const struct places_part *all);

#endif
