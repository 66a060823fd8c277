/* The plan of the next visits: a GeoPackage that QGIS shows and the collector loads. It
 * has all that is needed to count on the device as the office will: the rule, the grid,
 * the undecided hamlets with the bins of their test areas, and the tallies of these bins
 * so far.
 *
 * Who counts on: begin with the tallies (tally_unpack), add what is measured by bin,
 * operator and local day, leave out days before the oldest that counts, judge, and ask
 * need.h what is still missing. */
#ifndef LOMSONG_PLAN_H
#define LOMSONG_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "judge.h"
#include "quality.h"
#include "rule.h"
#include "tally_pack.h"

enum { PLAN_SCHEMA_VERSION = 1 };

/* What an operator lacked in an area when the plan was made (need.h). */
struct plan_need {
    mccmnc_t mccmnc;
    enum result result;   /* so far */
    int64_t bins_seen;    /* with a share */
    int64_t bins_to_pass; /* fewest further bins; ID_UNKNOWN: not to be had */
    int64_t bins_to_fail;
};

/* A test area of an undecided hamlet; the centre (or polygon) is the hamlet's first. */
struct plan_area {
    const char *area_code;
    const char *name;
    const char *kind; /* "centre" "cluster" "polygon" */
    int64_t households;
    struct latlon point;
    enum result result;             /* so far, of all operators together */
    const struct judge_bin *bins;   /* all N of them, sorted by (bin_x, bin_y) */
    size_t bin_count;               /* at least 1 */
    const struct judge_bin *wanted; /* bins to be visited, in the order of a short walk */
    size_t wanted_count;
    int64_t samples_each;          /* of each operator in each of these */
    const struct plan_need *needs; /* the rule's operators, by mccmnc */
    size_t need_count;
};

/* A hamlet whose verdict is not_enough_data. */
struct plan_hamlet {
    const char *hamlet_code;
    const char *name;
    const char *commune; /* "" where not known */
    int64_t households;  /* ID_UNKNOWN where not known */
    bool difficult;
    struct latlon point;
    double value;      /* of settling it, in households */
    int64_t service_s; /* how long the visit takes */
    bool possible;     /* false: no further bin would settle it (need.h) */
    const struct plan_area *areas;
    size_t area_count;
};

/* A visit of a route. Times are seconds since the team's start on that day. */
struct plan_stop {
    int64_t team;  /* from 1 */
    int64_t day;   /* from 1 */
    int64_t order; /* from 1, within team and day */
    size_t hamlet; /* index */
    int64_t arrive_s;
    int64_t leave_s;
    int64_t leg_m; /* way from the stop before, or from the start */
};

/* A log whose evidence is in the tallies: not to be counted again. */
struct plan_log {
    const char *trip_uuid;
    int64_t rows;
};

struct plan {
    const char *survey; /* for people: the workspace's name */
    struct rule rule;
    int epsg;              /* of the grid */
    const char *operation; /* for crs_open; NULL: PROJ's choice */
    double bin_size_m;
    int32_t utc_offset_s;
    struct quality_limits limits; /* now_utc_ms not kept */
    int32_t as_of_day;            /* evidence is aged against this day … */
    bool as_of_fixed;             /* … or, where false, a later one that has evidence */
    struct latlon start;          /* where all routes begin and end */
    const struct plan_hamlet *hamlets; /* by hamlet_code */
    size_t hamlet_count;
    const struct plan_stop *stops; /* by team, day, order */
    size_t stop_count;
    const struct plan_log *logs; /* by trip_uuid */
    size_t log_count;
    const struct tally_pack *packs; /* cells of the areas' bins, by tile */
    size_t pack_count;
    void *memory; /* owns all of the above; plan_close */
};

/* Reads a plan from a file that may be hostile. ERR_INPUT, reported with file and cause,
 * where it is not one, or anything in it is out of range: what is returned can be trusted
 * to keep the promises above. Allocates here and never later. */
MUST_CHECK enum err plan_open(const char *path, struct plan *plan);
void plan_close(struct plan *plan);

/* A line of QGIS: a team's way on one day. */
struct plan_route {
    int64_t team, day;
    int64_t stops;
    int64_t way_m;
    int64_t time_s;
    double value;
    const struct latlon *points; /* start, legs, start */
    size_t point_count;
};

struct plan_style {
    const char *layer;
    const char *name;
    char *qml;
};

/* What is only for QGIS. */
struct plan_drawing {
    const struct plan_route *routes;
    size_t route_count;
    /* The four corners of a bin in WGS 84, counter-clockwise. */
    void (*corners)(const void *ctx, struct judge_bin bin, struct latlon out[4]);
    const void *ctx;
    struct plan_style *styles;
    size_t style_count;
};

/* Writes it to a new file in place of any other. ERR_FAILED, reported; then no file is
 * left. */
MUST_CHECK enum err plan_write(const char *path, const struct plan *plan,
                               const struct plan_drawing *drawing);

#endif
