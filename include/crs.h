/* The survey's one projected CRS, and the way between it and WGS 84, by PROJ. */
#ifndef LOMSONG_CRS_H
#define LOMSONG_CRS_H

#include <math.h>

#include "err.h"
#include "geo.h"

/* Metres in the projected CRS. */
struct xy {
    double x_m; /* easting */
    double y_m; /* northing */
};

struct crs;

/* The transformation between WGS 84 and EPSG:`epsg`. `operation` names the datum shift
 * that PROJ must use ("VN-2000 to WGS 84 (2)"), NULL leaves the choice to PROJ.
 * ERR_FAILED, reported, where PROJ does not know one of them. Not to be shared between
 * threads. */
MUST_CHECK enum err crs_open(int epsg, const char *operation, struct crs **crs);
/* Another one for the same transformation, for use in another thread: 0.3 ms where
 * opening takes 5. */
MUST_CHECK enum err crs_clone(const struct crs *crs, struct crs **clone);
/* For what is only written: any CRS, degrees too (longitude first), and PROJ's own choice
 * where the operation does not lead there. */
MUST_CHECK enum err crs_open_any(int epsg, const char *operation, struct crs **crs);
void crs_close(struct crs *crs);

int crs_epsg(const struct crs *crs);

/* NAN coordinates where the point cannot be projected. */
struct xy crs_forward(const struct crs *crs, struct latlon p);
struct latlon crs_inverse(const struct crs *crs, struct xy p);

/* EPSG code of the WGS 84 UTM zone of a point. */
int crs_utm_epsg(struct latlon p);

/* floor(), which without SSE 4.1 is a call. */
static inline double crs_floor(double x)
{
    if (!(x > -1e9 && x < 1e9))
        return floor(x);
    const double whole = (double)(int32_t)x; /* towards zero */
    return whole - (whole > x);
}

#endif
