/* A log in a row, by its format's reader of pieces: packed ones, and those too small to
 * be worth cutting up. */
#ifndef LOMSONG_INGEST_STREAM_H
#define LOMSONG_INGEST_STREAM_H

#include "ingest_rows.h"

/* True for logs of text that can be read so. */
bool ingest_stream_suits(const struct import_format *format,
                         const struct ingest_options *options);
/* Reads all rows of a log into `rows`. *done is false where import_read() must read them,
 * into new rows: something was met that fits into no piece. */
MUST_CHECK enum err ingest_stream_read(const struct import_format *format,
                                       struct import_file *f, struct ingest_rows *rows,
                                       bool *done);

#endif
