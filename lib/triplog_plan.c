/* Plans of records. */
#include "triplog_plan.h"

#include <stdlib.h>

#include "dbpages.h"
#include "xmem.h"

/* A type that a column of this use has in a log of ours. */
static bool is_expected(const struct record_column *c, uint64_t type)
{
    if (type == TYPE_NULL)
        return !c->not_null || c->use == RECORD_KEY;
    const bool is_text = type > TYPE_BLOB && type % 2 == 1;
    const bool is_int = type <= TYPE_INT64 || type == TYPE_ZERO || type == TYPE_ONE;
    switch (c->use) {
    case RECORD_UNUSED:
        return type < TYPE_RESERVED || type >= TYPE_BLOB;
    case RECORD_KEY:
        return false;
    case RECORD_GEOMETRY:
        return type >= TYPE_BLOB && !is_text;
    case RECORD_ID: /* SQLite makes a double of it in a REAL column: over 2^53 another */
        return is_int && !c->is_real;
    case RECORD_NUMBER:
        return is_int || type == TYPE_DOUBLE;
    case RECORD_TEXT:
    case RECORD_STATE:
    case RECORD_TECH:
    case RECORD_MCC:
    case RECORD_MNC:
        return is_text;
    }
    return false;
}

static uint32_t value_size(uint64_t type)
{
    static const uint8_t sizes[TYPE_BLOB] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
    return type < TYPE_BLOB ? sizes[type] : (uint32_t)((type - TYPE_BLOB) / 2);
}

void triplog_plan_clear(struct plan *plan)
{
    free(plan->seal);
    plan->seal = NULL;
}

bool triplog_plan_make(const struct record_layout *layout, const uint8_t *record,
                       size_t size, struct plan *plan)
{
    const uint8_t *at = record;
    uint64_t header_size;
    plan->header_size = 0;
    plan->count = 0;
    plan->columns = layout->count;
    triplog_plan_clear(plan);
    if (!dbpages_varint(&at, record + size, &header_size) || header_size > size ||
        header_size > HEADER_MAX || header_size < (size_t)(at - record))
        return false;
    uint64_t to = header_size;
    for (size_t i = 0; i < layout->count; i++) {
        const struct record_column *c = &layout->columns[i];
        uint64_t type;
        if (!dbpages_varint(&at, record + header_size, &type) || !is_expected(c, type) ||
            type > INT32_MAX)
            return false;
        if (type == TYPE_NULL && c->use == RECORD_KEY)
            type = TYPE_ZERO; /* takes no room, and stands for the key */
        if (type == TYPE_NULL)
            continue;
        plan->parts[plan->count++] = (struct part){
            .at = (uint32_t)to,
            .size = value_size(type),
            .type = (uint32_t)(type < TYPE_BLOB ? type : TYPE_BLOB + type % 2),
            .column = (uint16_t)i,
            .use = c->use,
            .is_real = c->is_real,
            .offset = c->offset,
        };
        to += value_size(type);
    }
    if (at != record + header_size || to != size)
        return false;
    plan->size = size;
    memcpy(plan->header, record, header_size);
    plan->header_size = header_size;
    return true;
}

static char seal_type(const struct part *p)
{
    if (p->type >= TYPE_BLOB)
        return p->type == TYPE_BLOB ? 'B' : 'T';
    return p->is_real || p->type == TYPE_DOUBLE ? 'R' : 'I';
}

/* Lays out what triplog_blocks.h says of a row of this plan. */
static void make_seal(struct plan *plan)
{
    size_t size = plan->columns;
    for (size_t i = 0; i < plan->count; i++)
        size += plan->parts[i].type >= TYPE_BLOB ? 4 + plan->parts[i].size : 8;
    uint8_t *to = plan->seal = xmalloc(size + 1);
    plan->seal_size = size;
    memset(to, 'N', size);
    size_t column = 0;
    for (size_t i = 0; i < plan->count; i++) {
        struct part *p = &plan->parts[i];
        to += p->column - column;
        column = (size_t)p->column + 1;
        *to++ = (uint8_t)seal_type(p);
        for (int b = 0; p->type >= TYPE_BLOB && b < 4; b++)
            *to++ = (uint8_t)(p->size >> (24 - 8 * b));
        p->seal_at = (uint32_t)(to - plan->seal);
        to += p->type >= TYPE_BLOB ? p->size : 8;
    }
}

static void put_bits(uint8_t *to, uint64_t bits)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(bits >> (56 - 8 * i));
}

/* A number as SQLite would hand it out. */
static uint64_t seal_bits(const struct part *p, const uint8_t *at)
{
    if (p->type == TYPE_DOUBLE)
        return triplog_plan_bits(at);
    const int64_t whole = triplog_plan_int(at, p->type);
    if (!p->is_real)
        return (uint64_t)whole;
    const double real = (double)whole;
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    return bits;
}

void triplog_plan_seal(struct plan *plan, const uint8_t *record, int64_t key,
                       struct triplog_blocks *blocks)
{
    if (!plan->seal)
        make_seal(plan);
    uint8_t *to = triplog_blocks_room(blocks, plan->seal_size);
    memcpy(to, plan->seal, plan->seal_size);
    for (size_t i = 0; i < plan->count; i++) {
        const struct part *p = &plan->parts[i];
        const uint8_t *at = record + p->at;
        if (p->use == RECORD_KEY)
            put_bits(to + p->seal_at, (uint64_t)key);
        else if (p->type >= TYPE_BLOB)
            memcpy(to + p->seal_at, at, p->size);
        else
            put_bits(to + p->seal_at, seal_bits(p, at));
    }
}
