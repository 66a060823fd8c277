/* Delimited text: rows in through libcsv with their raw bytes and line numbers, rows out
 * by RFC 4180. Reading streams; memory is bounded by the longest row allowed. */
#ifndef LOMSONG_CSVIO_H
#define LOMSONG_CSVIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"

enum {
    CSVIO_MAX_ROW = 1 << 20,  /* bytes; a longer row is malformed as a whole */
    CSVIO_MAX_LINE = 1 << 27, /* bytes; at a longer line reading ends */
    CSVIO_MAX_FIELDS = 1024,
};

/* Where bytes come from: returns the count read, 0 at the end, -1 after an error that the
 * source has reported. */
typedef long (*csvio_read_fn)(void *source, void *buf, size_t size);

struct csvio_row {
    const char *const *fields; /* NUL-terminated, valid until the next row */
    const size_t *lengths;     /* longer than strlen where a field holds NUL */
    size_t count;
    const char *raw; /* the row without its line end */
    size_t raw_len;
    int64_t line;   /* 1-based, of its first line */
    bool malformed; /* over CSVIO_MAX_ROW or CSVIO_MAX_FIELDS, or a quote never closed; it
                     * has no fields, and of an over-long one `raw` is the first
                     * CSVIO_MAX_ROW bytes */
};

struct csvio_reader;

/* A reader of rows split at `delim`; quote 0 means that quotes are plain characters. A
 * UTF-8 BOM before the first row is dropped; CR, LF and CRLF end rows; empty lines are
 * skipped; a quoted field may span lines, but when its quote is not closed before the
 * row's limit or the end, its first line alone is a malformed row and reading goes on
 * with the next line. */
struct csvio_reader *csvio_open(csvio_read_fn read, void *source, char delim, char quote);
void csvio_close(struct csvio_reader *r);

/* What messages call the source; the name must outlive the reader. */
void csvio_name(struct csvio_reader *r, const char *name);

/* 1 with a row, 0 at the end, -1 when the source failed or, reported, a line ran past
 * CSVIO_MAX_LINE. */
int csvio_next(struct csvio_reader *r, struct csvio_row *row);

/* Splits one line, given without its end, as csvio_next() would; row->line is left to the
 * caller. False where a quote is open at its end: the row may go on in the next line. A
 * reader for this alone has read NULL. */
bool csvio_line(struct csvio_reader *r, const char *line, size_t len,
                struct csvio_row *row);

/* Index of the column of that name in a header row, ignoring case; -1 if there is none.
 */
int csvio_column(const struct csvio_row *header, const char *name);

/* Number of a whole field, blanks around it ignored. Empty gives NAN and true; what is
 * not a number gives false. "nan" and "inf" are numbers. Locale-independent. */
bool csvio_number(const char *field, double *value);
/* The same of "22,65" too where the fields do not end with commas. */
bool csvio_local_number(const char *field, bool decimal_comma, double *value);

/* RFC 4180 writing: quotes where a comma, quote, CR, LF or an outer blank stands. */
void csvio_put(FILE *out, const char *field, bool first);
void csvio_end(FILE *out); /* CRLF */

#endif
