/* One source of places while GDAL reads it; inside places_*.c. */
#ifndef LOMSONG_PLACES_SOURCE_H
#define LOMSONG_PLACES_SOURCE_H

#include <gdal.h>
#include <geos_c.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "places.h"

/* What is read of a feature. */
enum places_field {
    PLACES_CODE,
    PLACES_TITLE, /* the first of the three that a feature fills is its name */
    PLACES_TITLE_2,
    PLACES_TITLE_3,
    PLACES_PARENT_CODE,
    PLACES_PARENT_NAME,
    PLACES_HOUSEHOLDS,
    PLACES_ELECTRICITY,
    PLACES_DIFFICULT,
    PLACES_DISTRICT,
    PLACES_PROVINCE,
    PLACES_FIELDS
};

/* Attributes by role, each under two names at most; the first is the contract's. */
struct places_role {
    const char *name;
    const char *label; /* N_() */
    const char *fields[PLACES_FIELDS][2];
    bool polygons_only;
};

struct places_source {
    char *path;  /* of the file */
    char *layer; /* NULL: chosen */
    const struct places_role *role;
    bool is_silent;       /* another reading of the same file tells its faults */
    struct arena *memory; /* of the list that is read into */
    GDALDatasetH dataset;
    OGRLayerH data;
    OGRCoordinateTransformationH to_wgs84; /* NULL: is WGS 84 already */
    bool has_crs;
    GEOSContextHandle_t geos;
    int fields[PLACES_FIELDS]; /* their indices in the layer; -1: it has none */
};

/* Tells a fault, unless it is to be silent; returns ERR_INPUT. */
enum err places_fault(const struct places_source *s, const char *fmt, ...)
    PRINTF_LIKE(2, 3);

/* The feature's point, or its polygon made valid, in WGS 84. */
MUST_CHECK enum err places_read_geometry(const struct places_source *s, OGRFeatureH f,
                                         struct place *p);
void places_warn_repaired(const char *path, const struct places_role *role,
                          const struct place *p);

/* A (multi)polygon of degrees made valid, as the place's. */
MUST_CHECK enum err places_take_polygon(const struct places_source *s, OGRGeometryH g,
                                        struct place *p);

/* A feature's attributes: texts without blanks around them, "" where it has none, that
 * stay as long as the source's memory. Where a field is found by its names, letters of
 * either case: the index of the first that `index` knows, which is below 0 for others. A
 * shapefile keeps ten bytes of a name. */
struct places_attributes {
    const char *texts[PLACES_FIELDS];
    int64_t number; /* of the feature, for messages */
};
const char *places_trimmed(const struct places_source *s, const char *text, size_t len);
int places_find_field(const struct places_role *role, enum places_field field,
                      int (*index)(void *ctx, const char *name), void *ctx);
/* Whether those are found that no place can be without. */
bool places_fields_suffice(const struct places_role *role, const int *fields);

/* What a CSV may call its columns of a point, letters of either case. */
#define PLACES_LON_NAMES "lon,lon_deg,longitude,long,x"
#define PLACES_LAT_NAMES "lat,lat_deg,latitude,y"

/* What has been read of a source. */
struct places_part {
    struct place_list list;
    size_t comments; /* rows that are explanations */
};

/* A place of the attributes, without its geometry. NULL for an explanation. ERR_INPUT,
 * told, for a fault. */
MUST_CHECK enum err places_take_attributes(const struct places_source *s,
                                           const struct places_attributes *a,
                                           struct places_part *part, struct place **p);

const struct places_role *places_find_role(const char *name);
/* What is told when all has been read; ERR_INPUT, reported, where there is no place. */
MUST_CHECK enum err places_end_list(const char *path, const struct places_role *role,
                                    const struct places_part *all);

#endif
