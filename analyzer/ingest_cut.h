/* A text log, cut into pieces at line ends.
 *
 * Piece i holds the lines that begin in bytes [i * size, (i + 1) * size) of the rows.
 * Each is read with some bytes before it, where the row before is, and some behind, where
 * its last line ends. */
#ifndef LOMSONG_INGEST_CUT_H
#define LOMSONG_INGEST_CUT_H

#include <sys/types.h>

#include "import.h"

enum { INGEST_CUT_AROUND = 1 << 16 }; /* bytes read before and behind a piece */

/* What is cut. */
struct ingest_cut_source {
    const char *name; /* shown */
    int fd;
    off_t size;
    off_t rows_at; /* where the rows begin */
    size_t piece_size;
};

/* A piece, and what comes before it. */
struct ingest_cut {
    struct import_piece piece;
    struct import_piece lead; /* lines that bring the window of rows up to the piece */
    bool lead_is_all;
    /* the file's bytes that belong to the piece and to no other, whatever lines they
     * are of; those of the first begin with the file's, if rows_at is not too far */
    const char *bytes;
    size_t byte_count;
};

/* Opens the file; ERR_INPUT, reported, where that fails. source->fd is the caller's to
 * close, -1: none. */
MUST_CHECK enum err ingest_cut_open(const char *path, struct ingest_cut_source *source);
size_t ingest_cut_count(const struct ingest_cut_source *source);
/* Room for one piece. */
size_t ingest_cut_room(const struct ingest_cut_source *source);

/* Reads piece `number` into `buf`. ERR_INPUT, reported, where the file cannot be read;
 * *irregular where the lines are too long to be cut so. */
MUST_CHECK enum err ingest_cut(const struct ingest_cut_source *source, size_t number,
                               char *buf, struct ingest_cut *cut, bool *irregular);

#endif
