/* The guide as JSON, for status and for programs. */
#ifndef LOMSONG_GUIDE_JSON_H
#define LOMSONG_GUIDE_JSON_H

#include "guide.h"
#include "jsonw.h"

/* One object: progress, the nearest undecided hamlet, the next stop. With `all`, every
 * hamlet of the plan instead of the nearest. */
void guide_json(struct jsonw *j, const struct guide_sight *s, bool all);

#endif
