/* The evidence of bins: what the visits of one bin and operator come to, built from
 * packed tallies on all processors. */
#ifndef LOMSONG_MODEL_TILES_H
#define LOMSONG_MODEL_TILES_H

#include "bin_set.h"
#include "model.h"
#include "tally_pack.h"
#include "visit.h"

/* One operator in one bin, over all visits that count. */
struct bin_evidence {
    int32_t bin_x, bin_y;
    mccmnc_t mccmnc;
    bool seen_3g4g, seen_5g;
    uint32_t visits;     /* with a share: one a day at most */
    uint32_t level_size; /* bytes of its levels */
    int64_t samples;     /* all evidence samples */
    int64_t no_service_samples;
    double share;                      /* mean over visits; NAN where none has one */
    double service_share;              /* likewise, in service on any technology */
    int64_t first_utc_ms, last_utc_ms; /* TIME_UNKNOWN where there is none */
    size_t level_at;                   /* in the tile's levels */
};

/* What one tile holds, sorted by (bin_x, bin_y, mccmnc). */
struct model_tile {
    int32_t tile_x, tile_y;
    struct bin_stat *rows; /* of bins.csv; technologies in the order of their names */
    size_t row_count, row_capacity;
    struct bin_evidence *evidence;
    size_t evidence_count, evidence_capacity;
    /* per technology seen: the technology (a byte), samples without a level (LEB128), and
     * the others' tally_histogram_put() */
    uint8_t *levels;
    size_t level_size, level_capacity;
};

struct model_tiles {
    struct model_tile *items; /* by tile_x, tile_y */
    size_t count;
};

struct model_tiles_options {
    const struct rule *rule;
    int32_t oldest_day;           /* evidence before it does not count */
    const struct bin_set *wanted; /* bins whose evidence is asked for */
    /* Packs by tile_x, tile_y: 1 a pack, valid until the next call; 0 no more; -1 failed,
     * reported. Called by one thread at a time. */
    int (*next)(void *source, struct tally_pack *pack);
    void *source;
    const char *source_name; /* for messages */
    int threads;             /* 0: one per processor */
};

MUST_CHECK enum err model_tiles_build(const struct model_tiles_options *options,
                                      struct model_tiles *tiles);
/* The evidence alone: there may be much of it, and the rows stay. */
void model_tiles_free_evidence(struct model_tiles *tiles);
void model_tiles_free(struct model_tiles *tiles);

/* Where the evidence of an area is looked up. */
struct model_tiles_cursor {
    const struct model_tiles *tiles;
    const struct model_tile *tile; /* of the last run; NULL to begin with */
};
/* The evidence of a run of bins in one tile, by (bin_y, mccmnc); it is in the cursor's
 * tile. */
const struct bin_evidence *model_tiles_find(struct model_tiles_cursor *cursor,
                                            const struct bin_run *run, size_t *count);

/* What cells of one bin and operator come to. */
struct bin_sum {
    struct tally_histogram levels[TECH_COUNT]; /* where seen */
    bool seen[TECH_COUNT];
    uint64_t no_level[TECH_COUNT + 1];
    uint64_t no_service;
};
void bin_sum_clear(struct bin_sum *sum);
void bin_sum_add(struct bin_sum *sum, const struct tally_cell *cell);

/* One bin and operator, whose cells come in the order of their days. */
struct model_bin {
    struct bin_evidence evidence; /* of those that are not too old */
    struct visit_sum visits;      /* those before the last one's day */
    struct visit visit;
    int32_t day; /* of the last one that is not too old */
    bool any_old, any_new;
    struct bin_sum sum;   /* of all */
    struct bin_sum newer; /* without those too old, where there are any */
};
void model_bin_begin(struct model_bin *b, const struct tally_key *key);
void model_bin_add(struct model_bin *b, const struct tally_cell *cell,
                   const struct model_tiles_options *options);
/* The share that its evidence gives; NAN for none. Keeps the evidence where it is wanted.
 */
double model_bin_end(struct model_bin *b, struct model_tile *tile,
                     const struct model_tiles_options *options);
/* Its rows of bins.csv. */
void model_add_bin_rows(struct model_tile *tile, const struct model_bin *b, double share);

#endif
