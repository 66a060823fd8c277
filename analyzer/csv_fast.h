/* Plain lines of lomsong CSV, read without libcsv: no quotes, no blanks around fields,
 * numbers as loggers write them. Whatever else a line holds is unusual and left to
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

/* Reads a line without its end, in which no quote, NUL, CR or LF stands, and behind which
 * one of the last three does, and IMPORT_PIECE_BEHIND bytes in all can be read. False
 * where it is unusual; *v is then of no use. Columns of text (band, raw) are not kept. */
bool csv_fast_line(struct csv_fast *f, const char *line, size_t len,
                   struct csv_values *v);

#endif
