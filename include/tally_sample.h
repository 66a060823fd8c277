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

/* Of a sample that is evidence: the part that is judged and, of one on NR_NSA, its 5G
 * besides. Returns their number. `offset_db` as in triplog.h. */
int tally_parts(const struct sample *s, double offset_db,
                struct tally_part parts[TALLY_PARTS]);

/* Adds a part to its cell. */
void tally_add_part(struct tally_cell *c, const struct tally_part *part);

/* The bin of a projected point; false where the survey's grid has no place for it. */
bool tally_place(struct xy p, double bin_size_m, int32_t *bin_x, int32_t *bin_y);

#endif
