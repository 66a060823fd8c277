/* The hamlets, clusters and communes of the sample survey, and the truth about them. */
#ifndef LOMSONG_SAMPLE_PLACES_H
#define LOMSONG_SAMPLE_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "sample_field.h"

enum { PLACES_MAX_CORNERS = 8 };

/* A test area: a circle, or a polygon where corner_count is not 0 (around `centre`). */
struct place_area {
    struct place_m centre;
    double radius_m;
    size_t corner_count;
    struct place_m corners[PLACES_MAX_CORNERS];
};

/* The test area of a hamlet's or cluster's code; the code must exist. */
struct place_area places_area(const char *code);

/* Write hamlets.geojson, clusters.csv, communes.geojson and truth.csv; false, reported,
 * on failure. With `show` the shares behind the truth go to standard output. */
bool places_write(const char *dir, bool show);

#endif
