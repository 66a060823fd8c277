/* A sample from the bytes that SQLite keeps of a row (fileformat2 §2.1). Not for modules
 * outside the trip log. */
#ifndef LOMSONG_TRIPLOG_RECORD_H
#define LOMSONG_TRIPLOG_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "triplog.h"
#include "triplog_blocks.h"
#include "triplog_facts.h"

enum { RECORD_COLUMNS_MAX = 120 };

/* What becomes of a column of the table `sample`. */
enum record_use {
    RECORD_UNUSED,
    RECORD_KEY, /* sample_id: its value is the row's key */
    RECORD_GEOMETRY,
    RECORD_ID, /* whole numbers, and times */
    RECORD_NUMBER,
    RECORD_TEXT, /* not needed, but it must be one */
    RECORD_STATE,
    RECORD_TECH,
    RECORD_MCC,
    RECORD_MNC,
};

struct record_column {
    enum record_use use;
    size_t offset; /* of the field in struct sample */
    bool not_null;
    bool is_real; /* whole numbers of it are stored as such, and read as real */
};

struct record_layout {
    struct record_column columns[RECORD_COLUMNS_MAX];
    size_t count;
    bool is_checked; /* states and technologies are of the words of schema.sql alone */
};

/* Reads rows one after the other; one thread's. */
struct record_reader;
struct record_reader *triplog_record_new(const struct record_layout *layout,
                                         const struct triplog_facts *facts);
void triplog_record_free(struct record_reader *r);
/* There is no row before the next one. */
void triplog_record_restart(struct record_reader *r);
/* Fills in a row as triplog_next() does but for texts, which are missing; false where
 * the record holds anything that would not be found in one that the collector wrote. */
bool triplog_record_read(struct record_reader *r, const uint8_t *record, size_t size,
                         struct triplog_row *row);
/* Adds the row read last, with its key, to the hashes of the seal. */
void triplog_record_hash(const struct record_reader *r, int64_t key,
                         struct triplog_blocks *blocks);

#endif
