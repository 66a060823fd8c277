/* The header of lomsong CSV: which column means what, by the contract's names, a few
 * usual ones, or --map. */
#ifndef LOMSONG_CSV_LAYOUT_H
#define LOMSONG_CSV_LAYOUT_H

#include "import.h"

enum csv_target_kind {
    CSV_COLUMN, /* sample_columns[column] */
    CSV_TIME,   /* ISO 8601, Unix seconds or milliseconds */
    CSV_LAT,
    CSV_LON,
    CSV_MCCMNC,
    CSV_LEVEL, /* of the row's technology */
    CSV_OFFSET,
};

struct csv_target {
    enum csv_target_kind kind;
    size_t column; /* in sample_columns */
};

struct csv_binding {
    struct csv_target target;
    size_t field; /* in the row */
};

struct csv_layout {
    struct csv_binding *bindings;
    size_t count;
    size_t capacity;
    size_t header_count;
    bool twice;         /* of a header among the rows: some column stands twice */
    bool decimal_comma; /* numbers may be written 22,65: the fields end otherwise */
    bool has_time, has_lat, has_lon, has_state, has_level, has_operator;
};

/* Binds the columns of a header row; csv_layout_free releases. */
void csv_layout_bind(struct csv_layout *l, const struct csvio_row *header,
                     const struct import_options *options);
void csv_layout_free(struct csv_layout *l);

/* True where there is a time, a position (or a track), and a state or level. */
bool csv_layout_usable(const struct csv_layout *l, const struct import_options *options);

/* Faults of a header that a user must hear of: columns of --map that are not there,
 * columns that stand twice, too few of them. ERR_INPUT, reported. */
MUST_CHECK enum err csv_layout_check(const struct csv_layout *l,
                                     const struct csvio_row *header,
                                     const struct import_options *options,
                                     const char *name);

/* Logs that stand one behind the other in a file may differ in their columns: what
 * follows a header is read by it. True where a malformed row is a header: no row of
 * measurements names a column of times and another one. */
bool csv_layout_is_header(const struct csvio_row *row,
                          const struct import_options *options);
/* Whether such a header has the same columns at the same places. */
bool csv_layout_fits(const struct csv_layout *l, const struct csvio_row *header,
                     const struct import_options *options);
/* Takes its columns instead; where they do not do, or one stands twice, the layout is not
 * usable. */
void csv_layout_follow(struct csv_layout *l, const struct csvio_row *header,
                       const struct import_options *options);

/* True for the four columns that hold levels. */
bool csv_layout_is_level(size_t column);

#endif
