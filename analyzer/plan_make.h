/* Making a plan of the next visits from a judged survey. */
#ifndef LOMSONG_PLAN_MAKE_H
#define LOMSONG_PLAN_MAKE_H

#include "plan.h"
#include "session.h"

struct plan_request {
    int teams; /* 1 or more, as days */
    int days;
    double hours;        /* of work a day, with the ways */
    struct latlon start; /* geo_none(): the hamlet in the middle of those to be visited */
    double speed_kmh;    /* between hamlets */
    double detour;       /* length of a road in straight lines */
    const char *roads;   /* OGR line layer; NULL: straight lines */
};

/* How the need was found, for the summary. */
struct plan_counts {
    size_t possible;         /* hamlets that further bins can settle */
    size_t areas, proved;    /* that lack bins; of these, proved to be the fewest */
    int64_t bins;            /* wanted in all */
    int64_t road_m;          /* all routes */
    size_t stops, hamlets;   /* visited; undecided */
    double value, value_all; /* of what is visited; of all possible */
};

/* A plan and what is drawn of it. Memory is the session's model's. */
struct plan_draft {
    struct plan plan;
    struct plan_hamlet *hamlets; /* the plan's, while they are made */
    struct plan_drawing drawing;
    struct plan_counts counts;
};

/* The session is judged, with keep_evidence. The plan's rule is the session's. */
MUST_CHECK enum err plan_make(struct session *s, const struct plan_request *request,
                              struct plan_draft *draft);

/* Steps of plan_make. */

/* Finds what the areas of an undecided hamlet lack. */
struct plan_needs;
struct plan_needs *plan_needs_open(struct model *m);
void plan_needs_close(struct plan_needs *n);
/* Fills areas, possible and service_s of a hamlet. */
MUST_CHECK enum err plan_needs_find(struct plan_needs *n, struct hamlet *from,
                                    const struct plan_request *request,
                                    struct plan_hamlet *to);
/* Areas that lack bins, and those where it is proved that fewer will not do. */
void plan_needs_count(const struct plan_needs *n, struct plan_counts *counts);

/* Puts the wanted bins of an area in the order of a short walk from its point; returns
 * its length there and back, in metres as the crow flies. */
double plan_walk(const struct model *m, struct latlon from, struct judge_bin *bins,
                 size_t count);

/* Fills packs and logs. */
MUST_CHECK enum err plan_evidence(struct session *s, struct plan *plan);

/* Fills start, stops and routes. */
MUST_CHECK enum err plan_routes(struct model *m, const struct plan_request *request,
                                struct plan_draft *draft);

#endif
