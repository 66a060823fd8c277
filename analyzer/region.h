/* Regions: operators' names, CRS and time zone of a country, from maps/regions/NAME.yaml.
 */
#ifndef LOMSONG_REGION_H
#define LOMSONG_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "geo.h"
#include "sample.h"

struct region_operator {
    mccmnc_t mccmnc;
    char *name;
};

struct region_crs {
    int epsg;
    double west_of_deg; /* serves surveys whose middle lies at or west of it; NAN: the
                           rest */
};

struct region {
    char *name;
    char *operation; /* PROJ's name of the datum shift; NULL: PROJ chooses */
    struct region_crs *crs;
    size_t crs_count; /* 0: WGS 84 UTM */
    int32_t utc_offset_s;
    double west_deg, south_deg, east_deg, north_deg; /* extent of sane places */
    struct region_operator *operators;
    size_t operator_count;
};

/* A built-in region by name, or a file if the name holds a '/' or ends in ".yaml"; NULL
 * or "generic" is the fallback: UTM, UTC, no operator names, the whole world. */
MUST_CHECK enum err region_load(const char *name, struct region *region);
void region_free(struct region *region);

/* Name of an operator; its digits where the region does not know it (written to
 * `digits`). */
const char *region_operator_name(const struct region *region, mccmnc_t op,
                                 char digits[MCCMNC_TEXT_SIZE]);

/* EPSG code for a survey whose hamlets' bounding box has this middle. */
int region_epsg(const struct region *region, struct latlon middle);

#endif
