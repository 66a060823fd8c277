/* What a plan is written as, besides the GeoPackage itself. */
#ifndef LOMSONG_PLAN_OUT_H
#define LOMSONG_PLAN_OUT_H

#include "plan_make.h"

/* A GPX 1.1 file for any handset: the hamlets to be visited as waypoints, and a route per
 * team and day. */
MUST_CHECK enum err plan_gpx(const struct plan_draft *draft, const char *dir,
                             const char *name);

/* A PDF to be printed: a list per team and day, and what does not fit. */
MUST_CHECK enum err plan_paper(const struct plan_draft *draft, const struct model *m,
                               const char *dir, const char *name);

/* Fills the styles of the drawing; they are freed with plan_styles_free. */
void plan_styles(struct plan_drawing *drawing);
void plan_styles_free(struct plan_drawing *drawing);

/* The hamlets that no route visits, most valuable first, then by code: of those that
 * further bins can settle, or of the others. Returns how many; the caller frees. */
const struct plan_hamlet **plan_left_out(const struct plan *plan, bool possible,
                                         size_t *count);

/* The route of a stop. */
const struct plan_route *plan_route_of(const struct plan_draft *draft,
                                       const struct plan_stop *stop);

/* "45201 45204", or that it is all of them: the operators that an area of the hamlet
 * lacks. The caller frees. */
char *plan_operators(const struct plan_hamlet *h);
int64_t plan_bins_wanted(const struct plan_hamlet *h);

/* "7:05" of seconds. */
enum { PLAN_TIME_SIZE = 32 };
const char *plan_time(int64_t seconds, char text[PLAN_TIME_SIZE]);

#endif
