/* The invented country of the sample survey: its random numbers, its map and its radio
 * field. */
#ifndef LOMSONG_SAMPLE_FIELD_H
#define LOMSONG_SAMPLE_FIELD_H

#include <stdint.h>

#include "geo.h"
#include "sample.h"

/* Metres east and north of the country's origin. */
struct place_m {
    double x_m;
    double y_m;
};

struct latlon field_latlon(struct place_m p);

/* A stream of random numbers that is the same on every machine (splitmix64). */
struct field_random {
    uint64_t state;
};
double field_uniform(struct field_random *r); /* [0,1) */
double field_normal(struct field_random *r);  /* mean 0, deviation 1 */

enum { FIELD_OPERATORS = 4 };
extern const char *const field_mccmnc[FIELD_OPERATORS];

/* What a receiver without noise would read; -INFINITY where the operator has no such
 * radio. */
struct field_levels {
    double lte_rsrp_dbm;
    double wcdma_rscp_dbm;
    double gsm_rxlev_dbm;
    int site; /* that gives the LTE level */
};
struct field_levels field_at(int op, struct place_m p);

#endif
