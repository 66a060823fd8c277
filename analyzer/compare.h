/* Comparing two campaigns: what changed, hamlet by hamlet. Pure: two models in, a list
 * out. */
#ifndef LOMSONG_COMPARE_H
#define LOMSONG_COMPARE_H

#include "model.h"

/* What became of a hamlet. */
enum change {
    CHANGE_FIXED,    /* covered now */
    CHANGE_IMPROVED, /* a depression where there was no signal */
    CHANGE_WORSE,
    CHANGE_SAME,
    CHANGE_NOT_COMPARABLE,
    CHANGE_COUNT
};

/* Why it is said to be the same though the verdict is another, or is not compared. */
enum change_reason {
    REASON_NONE,
    REASON_INTERVALS_OVERLAP, /* another verdict, but chance may explain it */
    REASON_NOT_ENOUGH_DATA_BEFORE,
    REASON_NOT_ENOUGH_DATA_AFTER,
    REASON_NOT_ENOUGH_DATA_BOTH,
    REASON_DIFFERENT_RULE,
    REASON_DIFFERENT_GRID, /* CRS or size of the bins */
    REASON_BOUNDARIES_CHANGED,
    REASON_ONLY_BEFORE,
    REASON_ONLY_AFTER,
    REASON_COUNT
};

const char *compare_change_name(enum change c);        /* "fixed" */
const char *compare_reason_name(enum change_reason r); /* "" for REASON_NONE */

struct comparison {
    const struct hamlet *before; /* NULL: only after */
    const struct hamlet *after;  /* NULL: only before */
    enum change change;
    enum change_reason reason;
    const struct area *deciding_before; /* whose intervals tell, else the centres; NULL */
    const struct area *deciding_after;  /* where the hamlet is not there */
};

struct comparisons {
    struct comparison *items; /* by hamlet_code */
    size_t count;
    int64_t changes[CHANGE_COUNT];
    int64_t reasons[REASON_COUNT];
};

/* A change counts only if the verdict is decided in both campaigns, and the interval of
 * an area that made it another lies wholly beside what it was. Free with compare_free. */
void compare_models(const struct model *before, const struct model *after,
                    struct comparisons *all);
void compare_free(struct comparisons *all);

/* Availability of an area over the rule's operators: the best's where any of them is
 * enough, the worst's where all are needed. The share is NAN where nothing was seen. */
struct area_interval {
    double availability, low, high;
};
struct area_interval compare_interval(const struct area *area, const struct rule *rule);

#endif
