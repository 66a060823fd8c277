/* One raster of bins as a cloud-optimized GeoTIFF, a pixel a bin. */
#ifndef LOMSONG_OUT_COG_H
#define LOMSONG_OUT_COG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* A bin, or what stands for several in an overview. */
struct cog_pixel {
    int32_t column;
    int32_t row; /* from the north */
    float value;
};

struct cog {
    double west_m, north_m; /* the top left corner */
    double pixel_m;
    int epsg;
    int64_t width, height;   /* pixels; more than GDAL can hold is an error */
    bool is_share;           /* floats; otherwise whole numbers of 16 bits */
    double no_data;          /* where there is no pixel */
    const char *description; /* of the band, English: the same in any language */
    const char *unit;
    struct cog_pixel *pixels; /* each place once; spoilt by writing */
    size_t pixel_count;
};

/* Reports what fails. */
MUST_CHECK enum err out_cog_write(const struct cog *c, const char *path);

#endif
