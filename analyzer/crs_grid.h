/* Fast projection: a polynomial for each small cell of latitude and longitude, through
 * points that PROJ projected exactly, with a bound of the error. PROJ costs 0.3 us a
 * point; a survey has millions of points in few cells. */
#ifndef LOMSONG_CRS_GRID_H
#define LOMSONG_CRS_GRID_H

#include "crs.h"

struct crs_grid;

/* A grid with its own copy of `crs`. Not for two threads. */
MUST_CHECK enum err crs_grid_open(const struct crs *crs, struct crs_grid **grid);
/* Of cells four times as wide: errors of centimetres, but a country needs a sixteenth of
 * the cells. */
MUST_CHECK enum err crs_grid_open_coarse(const struct crs *crs, struct crs_grid **grid);
void crs_grid_close(struct crs_grid *g);
/* Its own copy, for the grid's thread. */
const struct crs *crs_grid_crs(const struct crs_grid *g);

/* A projected point, wrong by at most error_m in either coordinate; 0: PROJ's own. */
struct crs_grid_point {
    struct xy at;
    double error_m;
};

/* Exact near the poles, the date line, and where a cell is too curved. NAN as of
 * crs_forward(). */
struct crs_grid_point crs_grid_forward(struct crs_grid *g, const struct latlon *p);
struct crs_grid_point crs_grid_exactly(const struct crs_grid *g, const struct latlon *p);

#endif
