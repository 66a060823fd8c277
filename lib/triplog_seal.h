/* Making and checking seals, with the samples hashed by others. Not for modules outside
 * the trip log. */
#ifndef LOMSONG_TRIPLOG_SEAL_H
#define LOMSONG_TRIPLOG_SEAL_H

#include "sha256.h"
#include "triplog_db.h"

/* Hashes of the blocks of a piece of the table `sample`. */
struct triplog_digests {
    uint8_t *data;
    size_t size;
    int64_t rows;
};

struct triplog_sealed {
    bool wants_content, wants_blocks;
    const struct triplog_digests *samples; /* in order; NULL: to be read from the table */
    size_t sample_pieces;
    char content[SHA256_TEXT_SIZE]; /* found, as is what follows */
    char blocks[SHA256_TEXT_SIZE];
    int64_t rows[TRIPLOG_TABLE_COUNT];
};

/* Reads all content tables; SQLite's code. */
int triplog_seal_hash(sqlite3 *db, struct triplog_sealed *sealed);

/* The recorded seal, "" where there is none; SQLite's code. */
int triplog_seal_read(sqlite3 *db, char text[TRIPLOG_SEAL_SIZE]);
bool triplog_seal_is_known(const char *text);
bool triplog_seal_has_blocks(const char *text);
/* Whether the content is what a seal says; sealed->samples may be given where it has
 * blocks. */
bool triplog_seal_matches(sqlite3 *db, const char *text, struct triplog_sealed *sealed);

#endif
