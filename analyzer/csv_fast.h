/* Plain lines of lomsong CSV, read without libcsv: no quotes, no blanks around fields,
 * numbers as loggers write them, and what a line begins with not once more where the one
 * before it begins so. Whatever else a line holds is unusual and left to
 * libcsv; what is read here is what libcsv and csv_values.c would have read, to the last
 * bit. */
#ifndef LOMSONG_CSV_FAST_H
#define LOMSONG_CSV_FAST_H

#include "csv_values.h"

struct csv_fast;

/* A reader for the rows of a header; `layout` must outlive it. Not for two threads. */
struct csv_fast *csv_fast_new(const struct csv_layout *layout, char delim,
                              const struct import_options *options);
void csv_fast_free(struct csv_fast *f);

struct csv_line {
    const char *text;
    size_t len; /* without its end */
    const char *next;
    size_t others; /* how many fields are not those of the last line that was read here;
                    * of a field alike but for what ends it that may be said, too */
};

/* Reads the line at line->text, which ends with the next LF or CRLF, or at `end`, where a
 * NUL stands then; IMPORT_PIECE_BEHIND bytes behind it can be read. Says where it ends.
 * Its values are those of `f` until the next line; NULL where it is empty or unusual.
 * Columns of text (band, raw) are not kept. */
struct csv_values *csv_fast_line(struct csv_fast *f, const char *end,
                                 struct csv_line *line);

#endif
