/* Row by row: import -> quality -> tally. What one reader of a log gathers. */
#ifndef LOMSONG_INGEST_ROWS_H
#define LOMSONG_INGEST_ROWS_H

#include "crs_grid.h"
#include "frozen.h"
#include "ingest.h"

/* A technology besides those of enum tech, only while a log is read: WCDMA whose level is
 * RSCP or RSSI, which the whole log will tell. */
#define TECH_3G_UNSURE ((uint8_t)(TECH_NONE + 1))

/* Operators whose cells are remembered: the MNCs of a country follow one another, and the
 * codes of two digits differ by 11 then, so that the rests of 16 that follow are 16. */
enum { INGEST_RECENT = 16 };

struct ingest_rows {
    struct ingest_log *log; /* counts, first, times and tally are filled in */
    const struct ingest_options *options;
    struct crs_grid *grid; /* the thread's */
    struct import_facts facts;
    struct probes probes;
    struct frozen frozen;     /* of the log, or of the piece that is read */
    int64_t unnamed_accepted; /* accepted rows that name no operator, and their blanks */
    int64_t unnamed_blanked;
    int64_t unnamed_line;  /* of the first of them */
    int64_t unsure_rows;   /* on TECH_3G_UNSURE */
    int64_t unsure_levels; /* 3G levels in range, of which an RSSI will be blanked */
    /* the last position and its bin: rows of several modems share one */
    struct latlon pos;
    int32_t bin_x, bin_y;
    bool placed;
    int64_t taken_utc_ms; /* time of the last row that counts */
    /* the last local day, from..to at an offset */
    int64_t day_from_ms, day_to_ms;
    int32_t day_offset_s, day;
    struct track_piece *track; /* the caller's to set; freed with the rows */
    struct suspects *suspects; /* likewise */
    /* cells used last, by operator and technology */
    struct tally_cell *recent[INGEST_RECENT][TECH_3G_UNSURE + 1];
};

/* Fills `log`; the grid is the thread's. */
struct ingest_rows ingest_rows_begin(struct ingest_log *log,
                                     const struct ingest_options *options,
                                     struct crs_grid *grid);
void ingest_rows_end(struct ingest_rows *r);
/* Shows a row to the window of rows only: it is not the reader's. */
enum err ingest_watch_row(void *rows, const struct import_row *row);
/* The tally has been changed for another one. */
void ingest_rows_forget_cells(struct ingest_rows *r);

/* An import_sink_fn and an import_probe_fn, with the reader as context. */
enum err ingest_take_row(void *rows, const struct import_row *row);
/* Of a log in pieces, which is read in a row where its facts are asked for. */
enum err ingest_take_piece_row(void *rows, const struct import_row *row);
enum err ingest_take_probe(void *rows, const struct probe_wish *wish);

/* Gives the log's active tests their places. Tests of nobody's operator are `op`'s; those
 * of nobody prove nothing. */
void ingest_place_probes(struct ingest_log *log, struct probes *probes, mccmnc_t op);

/* ERR_INPUT, reported, where a log has none. */
MUST_CHECK enum err ingest_check_rows(const struct ingest_log *log);
/* The time of an accepted row. */
void ingest_note_time(struct ingest_log *log, int64_t t_utc_ms);
void ingest_note_first(struct ingest_first *first, int64_t line, const char *fault);

#endif
