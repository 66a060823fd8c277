/* The cells of many packs as if they were one: in the order of bin, operator and day,
 * those of equal keys one after the other. Each pack is in that order by itself, so that
 * a heap of their next cells does it, whatever tiles they are of. */
#ifndef LOMSONG_TALLY_MERGE_H
#define LOMSONG_TALLY_MERGE_H

#include "tally_pack.h"

/* The next cell of a pack. */
struct tally_merge_head {
    uint64_t bin;   /* (bin_x, bin_y) as one number that sorts as they do */
    uint64_t visit; /* (mccmnc, day) likewise */
    uint8_t tech;
    uint32_t pack;
};

struct tally_merge {
    struct tally_unpacker *unpackers;
    struct tally_merge_head *heads; /* a heap: the first is the next */
    size_t count;                   /* packs that have any left */
    bool is_damaged;
};

/* The packs' bytes must outlive it; to be ended in any case. */
void tally_merge_begin(struct tally_merge *m, const struct tally_pack *packs,
                       size_t count);
/* 1: the next cell, its levels at `levels` (room for LEVEL_SPAN); 0: no more; -1: a pack
 * is damaged. */
int tally_merge_next(struct tally_merge *m, struct tally_cell *cell,
                     struct tally_level *levels);
void tally_merge_end(struct tally_merge *m);

#endif
