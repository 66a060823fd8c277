/* The guide: a plan on the device. Counts along what is recorded and says where to go:
 * the nearest undecided hamlet, what is missing there, the next stop. It only reads the
 * trip logs: recording goes on whatever becomes of it. */
#ifndef LOMSONG_GUIDE_H
#define LOMSONG_GUIDE_H

#include "field.h"
#include "loop.h"

struct guide;

/* Loads the plan: ERR_INPUT, reported, where it cannot be used. `team` 0: all. */
MUST_CHECK enum err guide_open(const char *path, int64_t team, struct guide **guide);
/* Finds the trips of the output directory; `current` is the log that is being written,
 * NULL: none. */
MUST_CHECK enum err guide_begin(struct guide *g, const char *output, const char *current);
/* NULL is legal. */
void guide_close(struct guide *g);

/* Reads what was committed, after every tick; to be the first of the views. */
struct loop_view guide_view(struct guide *g);
/* Reads all there is to read, and takes its time. */
void guide_catch_up(struct guide *g);

/* Finds what is missing in every hamlet, not only the nearest. */
void guide_find_all(struct guide *g);

/* --team K: a whole number from 1; NULL gives 0. ERR_USAGE, reported. */
MUST_CHECK enum err guide_parse_team(const char *text, int64_t *team);

/* What there is to show. */
struct guide_sight {
    const struct field *field;
    bool ready;  /* earlier trips have been read */
    bool failed; /* some could not: the count is too low */
    bool has_pos;
    struct latlon pos;                 /* known last */
    struct judge_bin bin;              /* that it lies in */
    const struct field_hamlet *hamlet; /* nearest undecided; NULL: all are decided */
    const struct field_area *area;     /* its nearest that asks for a visit */
    double distance_m;                 /* to that; NAN without a position */
    const struct plan_stop *stop;      /* of the route, next; NULL: none */
    int64_t changes;                   /* counts every change of what is missing there */
    int64_t completed;                 /* areas that became complete in this run */
    const struct field_area *last;     /* of these; NULL: none */
    const struct field_hamlet *last_hamlet;
};
struct guide_sight guide_sight(const struct guide *g);

/* From the position known last; NAN without one. */
double guide_distance_m(const struct guide_sight *s, struct latlon to);
/* Initial bearing in degrees, 0 north, 90 east. */
double guide_bearing_deg(struct latlon from, struct latlon to);

#endif
