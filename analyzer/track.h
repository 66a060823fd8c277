/* Tracks: where the samples of a log were taken, day by day, from bin to bin. They show
 * on a map how a place was reached; no verdict rests on them. Kept apart for each log,
 * they come and go with it, and cost some two bytes per bin passed.
 *
 * A track is the same whether its log is read in a row or in pieces: it is the sequence
 * of bins without repetitions, and without the zigzag of a receiver at rest on an edge,
 * which both can be taken out piece by piece. */
#ifndef LOMSONG_TRACK_H
#define LOMSONG_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample.h"

/* A log's local day. */
struct track {
    int32_t day; /* days since 1970-01-01 */
    int64_t first_utc_ms;
    int64_t last_utc_ms;
    int64_t samples; /* accepted ones */
    char *operators; /* "45201;45204" */
    uint8_t *path;   /* see track_next */
    size_t path_size;
};

/* An accepted sample on its way. */
struct track_point {
    mccmnc_t mccmnc; /* 0 where it names none */
    int32_t day;
    int64_t t_utc_ms;
    int32_t bin_x, bin_y;
};

/* What has been gathered from a piece of a log, whose samples come in the order of the
 * file. */
struct track_piece;
struct track_piece *track_piece_new(void);
void track_piece_free(struct track_piece *piece);
void track_piece_add(struct track_piece *piece, const struct track_point *point);

/* Appends what follows in the log. */
void track_piece_append(struct track_piece *piece, const struct track_piece *later);

/* The tracks of a log, by day. Samples that named no operator are `unnamed`'s, or left
 * out where that is 0. The piece is used up; the caller frees with track_free. */
struct track *track_finish(struct track_piece *piece, mccmnc_t unnamed, size_t *count);
void track_free(struct track *tracks, size_t count);

/* Reads a path: a bin per call, false at the end or where the bytes are no path.
 * `starts`: the log had no sample for more than a minute before (or its clock went back
 * as much), so that the way to this bin is not known. */
struct track_cursor {
    const uint8_t *at;
    const uint8_t *end;
    int64_t bin_x, bin_y;
    bool starts;
    int64_t gap_first, gap_last; /* gaps of the log before the bin, and by its end */
    bool begun;
};
struct track_cursor track_start(const uint8_t *path, size_t size);
bool track_next(struct track_cursor *c);

#endif
