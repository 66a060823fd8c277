/* A sample as it is tallied: what counts in which bin, of which technology, at what
 * level. Pure. */
#ifndef LOMSONG_TALLY_SAMPLE_H
#define LOMSONG_TALLY_SAMPLE_H

#include <stdbool.h>

#include "crs.h"
#include "tally.h"

/* One sample in one cell. */
struct tally_part {
    uint8_t tech; /* TECH_NONE: without service, or in service on an unknown technology */
    int dbm;      /* corrected for the mounting, whole; LEVEL_NONE without a level */
    bool in_service;
    bool blanked; /* there should be a level */
};
enum { TALLY_PARTS = 2 };

/* Of a sample that is in service on a technology: what its level there is. */
static inline struct tally_part tally_level_part(const struct sample *s, enum tech tech,
                                                 double offset_db)
{
    const double read_dbm = sample_level_dbm(s, tech);
    const int dbm = units_level_dbm(tech, units_corrected_dbm(tech, read_dbm, offset_db));
    return (struct tally_part){.tech = (uint8_t)tech,
                               .dbm = dbm,
                               .in_service = true,
                               .blanked = dbm == LEVEL_NONE};
}

/* Of a sample that is evidence: the part that is judged and, of one on NR_NSA, its 5G
 * besides. Returns their number. `offset_db` as in triplog.h. Here, and not behind a
 * call, as is the next one: each row asks for it. */
static inline int tally_parts(const struct sample *s, double offset_db,
                              struct tally_part parts[TALLY_PARTS])
{
    const bool in_service = s->state == STATE_IN_SERVICE;
    if (!in_service || s->tech == TECH_NONE) {
        parts[0] = (struct tally_part){
            .tech = TECH_NONE, .dbm = LEVEL_NONE, .in_service = in_service};
        return 1;
    }
    if (s->tech != TECH_NR_NSA) {
        parts[0] = tally_level_part(s, s->tech, offset_db);
        return 1;
    }
    /* the anchor holds the phone on the network */
    parts[0] = tally_level_part(s, TECH_LTE, offset_db);
    parts[1] = tally_level_part(s, TECH_NR_NSA, offset_db);
    return 2;
}

/* Adds a part to its cell. */
static inline void tally_add_part(struct tally_cell *c, const struct tally_part *part)
{
    if (part->in_service)
        tally_count_level(c, part->dbm);
    else
        c->no_service++;
}

/* The bin of a point measured in bins; false where the survey's grid has no place for it.
 */
static inline bool tally_bin(double x_bins, double y_bins, int32_t *bin_x, int32_t *bin_y)
{
    const double x = crs_floor(x_bins), y = crs_floor(y_bins);
    if (!(fabs(x) < 1e9 && fabs(y) < 1e9)) /* NAN, too */
        return false;
    *bin_x = (int32_t)x;
    *bin_y = (int32_t)y;
    return true;
}

/* That of a projected point. */
static inline bool tally_place(struct xy p, double bin_size_m, int32_t *bin_x,
                               int32_t *bin_y)
{
    return tally_bin(p.x_m / bin_size_m, p.y_m / bin_size_m, bin_x, bin_y);
}

#endif
