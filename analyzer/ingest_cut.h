/* A text log, cut into pieces at line ends.
 *
 * Piece i holds the lines that begin in bytes [i * size, (i + 1) * size) of the rows.
 * Each is read with some bytes before it, where the row before is, and some behind, where
 * its last line ends. */
#ifndef LOMSONG_INGEST_CUT_H
#define LOMSONG_INGEST_CUT_H

#include <sys/types.h>

#include "import.h"
#include "sha256.h"

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
    char *buf;          /* given: room for one piece */
    struct sha256 *sum; /* given, or NULL: what those bytes of the file that are this
                         * piece's and no other's are added to as they come; the first
                         * has those before the rows, too, if there are not too many */
    bool irregular;     /* the lines are too long to be cut so; then no more is said */
    struct import_piece piece;
    struct import_piece lead; /* lines that bring the window of rows up to the piece */
    bool lead_is_all;
};

/* Opens the file; ERR_INPUT, reported, where that fails. source->fd is the caller's to
 * close, -1: none. */
MUST_CHECK enum err ingest_cut_open(const char *path, struct ingest_cut_source *source);
size_t ingest_cut_count(const struct ingest_cut_source *source);
/* Room for one piece. */
size_t ingest_cut_room(const struct ingest_cut_source *source);

/* Reads a piece. ERR_INPUT, reported, where the file cannot be read. */
MUST_CHECK enum err ingest_cut(const struct ingest_cut_source *source, size_t number,
                               struct ingest_cut *cut);

#endif
