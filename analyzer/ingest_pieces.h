/* One large log on all processors: cut at line ends, each piece read and tallied by
 * itself. What comes out is what reading it in a row would give. */
#ifndef LOMSONG_INGEST_PIECES_H
#define LOMSONG_INGEST_PIECES_H

#include <pthread.h>

#include "crs.h"
#include "crs_grid.h"
#include "ingest.h"

/* What a log is to be read with. */
struct ingest_pieces {
    struct import_file *file;
    const struct ingest_options *options;
    const struct ingest_store *store;
    pthread_mutex_t *store_lock;
    const struct crs *crs;
    struct crs_grid *grid; /* of the only thread that is to read it; NULL: all */
};

/* True for a file that would take a while. */
bool ingest_is_large(const char *path, const struct ingest_options *options);
/* True where a log is worth it, and of a format that can. */
bool ingest_pieces_suit(const struct ingest_log *log, const struct import_file *file,
                        const struct ingest_options *options);

/* Reads the log, finding its hash at the same time, and has it kept where it is wanted.
 * *done is false where it must be read in a row, or has been read in vain; the log is
 * then as before, but for its hash. */
MUST_CHECK enum err ingest_pieces_read(struct ingest_log *log,
                                       const struct ingest_pieces *how, bool *done);

#endif
