/* Where the values of a record stand (fileformat2 §2.1), worked out once for all records
 * of the same header. Not for modules outside the trip log. */
#ifndef LOMSONG_TRIPLOG_PLAN_H
#define LOMSONG_TRIPLOG_PLAN_H

#include <math.h>
#include <string.h>

#include "triplog_record.h"

enum { HEADER_MAX = 2 * RECORD_COLUMNS_MAX };

/* fileformat2 §2.1: types of values */
enum {
    TYPE_NULL = 0,
    TYPE_INT64 = 6,
    TYPE_DOUBLE = 7,
    TYPE_ZERO = 8,
    TYPE_ONE = 9,
    TYPE_RESERVED = 10, /* and 11 */
    TYPE_BLOB = 12,     /* even; odd: text */
};

/* A value that is there. */
struct part {
    uint32_t at; /* in the record */
    uint32_t size;
    uint32_t type; /* TYPE_BLOB and TYPE_BLOB + 1 for blobs and texts of any size */
    uint16_t column;
    bool is_real;
    enum record_use use;
    size_t offset;
    uint32_t seal_at; /* where its number or bytes stand in what is sealed */
};

struct plan {
    size_t header_size; /* 0: none */
    size_t size;        /* of the record */
    uint8_t header[HEADER_MAX];
    size_t count;
    struct part parts[RECORD_COLUMNS_MAX]; /* in order of columns */
    uint8_t
        *seal; /* what is sealed of such a row, its values blank; NULL: not made yet */
    size_t seal_size;
    size_t columns;
};

/* False where a record is not one that the collector wrote; the plan is then none. */
bool triplog_plan_make(const struct record_layout *layout, const uint8_t *record,
                       size_t size, struct plan *plan);
void triplog_plan_clear(struct plan *plan);
/* Adds a row's values to its block. */
void triplog_plan_seal(struct plan *plan, const uint8_t *record, int64_t key,
                       struct triplog_blocks *blocks);

static inline uint64_t triplog_plan_bits(const uint8_t *at)
{
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | at[i];
    return bits;
}

/* Reads eight bytes, whatever the number has (DBPAGES_BEHIND). */
static inline int64_t triplog_plan_int(const uint8_t *at, uint32_t type)
{
    static const uint8_t unused_bits[] = {0, 56, 48, 40, 32, 16, 0};
    if (type > TYPE_INT64)
        return type == TYPE_ONE;
    return (int64_t)triplog_plan_bits(at) >> unused_bits[type];
}

/* False for NAN, which SQLite reads as NULL. */
static inline bool triplog_plan_double(const uint8_t *at, uint32_t type, double *value)
{
    if (type != TYPE_DOUBLE) {
        *value = (double)triplog_plan_int(at, type);
        return true;
    }
    const uint64_t bits = triplog_plan_bits(at);
    memcpy(value, &bits, sizeof *value);
    return !isnan(*value);
}

#endif
