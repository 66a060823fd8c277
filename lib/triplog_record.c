/* Records of the table `sample`.
 *
 * A record is a header, the varints of its own size and of each column's type, and then
 * the values one after the other. Rows of a log have few different headers: what stands
 * where is worked out once for each of them, and kept as a plan. */
#include "triplog_record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dbpages.h"
#include "triplog_plan.h"
#include "xmem.h"

enum {
    PLANS = 256, /* a power of two */
    OPERATORS = 8,
    WORD_MAX = 31,
};

struct word {
    const char *text;
    size_t size;
};

struct known_operator {
    uint64_t digits;
    mccmnc_t mccmnc;
};

struct record_reader {
    const struct record_layout *layout;
    const struct triplog_facts *facts;
    struct triplog_row empty;
    struct word states[STATE_COUNT];
    struct word techs[TECH_COUNT];
    struct plan *plans;
    struct known_operator operators[OPERATORS];
    unsigned next_operator;
    uint8_t *previous; /* the record before */
    size_t previous_capacity;
    struct plan *previous_plan; /* NULL: none */
    struct plan spare;          /* of the record before, where its place is taken */
};

static struct word to_word(const char *text)
{
    return (struct word){text, strlen(text)};
}

struct record_reader *triplog_record_new(const struct record_layout *layout,
                                         const struct triplog_facts *facts)
{
    struct record_reader *r = xcalloc(1, sizeof *r);
    r->layout = layout;
    r->facts = facts;
    r->empty.sample = sample_empty();
    r->plans = xcalloc(PLANS, sizeof *r->plans);
    for (unsigned i = 0; i < STATE_COUNT; i++)
        r->states[i] = to_word(state_name((enum state)i));
    for (unsigned i = 0; i < TECH_COUNT; i++)
        r->techs[i] = to_word(tech_name((enum tech)i));
    return r;
}

void triplog_record_free(struct record_reader *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < PLANS; i++)
        triplog_plan_clear(&r->plans[i]);
    free(r->previous);
    free(r->plans);
    free(r);
}

void triplog_record_restart(struct record_reader *r)
{
    r->previous_plan = NULL;
}

static size_t hash_header(const uint8_t *header, size_t size)
{
    uint64_t h = size, word;
    size_t i = 0;
    for (; i + sizeof word <= size; i += sizeof word) {
        memcpy(&word, header + i, sizeof word);
        h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    for (; i < size; i++)
        h = (h ^ header[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(h >> 40);
}

/* The plan of a record; NULL where it is not of ours. */
static struct plan *plan_of(struct record_reader *r, const uint8_t *record, size_t size)
{
    const size_t header_size = size > 0 ? record[0] : 0;
    if (header_size == 0 || header_size >= 0x80 || header_size > size)
        return NULL; /* over a hundred columns, or texts of megabytes */
    struct plan *plan = &r->plans[hash_header(record, header_size) & (PLANS - 1)];
    if (plan->header_size == header_size && plan->size == size &&
        memcmp(plan->header, record, header_size) == 0)
        return plan;
    if (r->previous_plan == plan) {
        r->spare = *plan;
        r->spare.seal = NULL;
        r->previous_plan = &r->spare;
    }
    return triplog_plan_make(r->layout, record, size, plan) ? plan : NULL;
}

/* A text as C has it: SQLite hands out what stands before a NUL no otherwise. */
static bool get_word(const uint8_t *at, size_t size, char word[WORD_MAX + 1])
{
    if (size > WORD_MAX)
        return false;
    memcpy(word, at, size);
    word[size] = '\0';
    return true;
}

static bool is_word(const struct word *w, const uint8_t *at, const struct part *p)
{
    return w->size == p->size && memcmp(w->text, at, p->size) == 0;
}

/* The words of ours are exact; of a log of other making any that can be parsed. */
static bool read_state(const struct record_reader *r, const uint8_t *at,
                       const struct part *p, enum state *state)
{
    char word[WORD_MAX + 1];
    unsigned i = 0;
    while (i < STATE_COUNT && !is_word(&r->states[i], at, p))
        i++;
    if (i == STATE_COUNT) {
        if (r->layout->is_checked || !get_word(at, p->size, word))
            return false;
        i = state_parse(word);
    }
    *state = i == STATE_COUNT ? STATE_UNKNOWN : (enum state)i;
    return true;
}

static bool read_tech(const struct record_reader *r, const uint8_t *at,
                      const struct part *p, enum tech *tech)
{
    char word[WORD_MAX + 1];
    unsigned i = 0;
    while (i < TECH_COUNT && !is_word(&r->techs[i], at, p))
        i++;
    if (i == TECH_COUNT) {
        if (r->layout->is_checked || !get_word(at, p->size, word))
            return false;
        i = tech_parse(word);
    }
    *tech = (enum tech)i;
    return true;
}

/* Digits of MCC and MNC, found and not yet joined. */
struct digits {
    const uint8_t *mcc, *mnc;
    uint32_t mcc_size, mnc_size;
};

static bool join_operator(const struct digits *d, mccmnc_t *op)
{
    char mcc[WORD_MAX + 1] = "", mnc[WORD_MAX + 1] = "";
    if ((d->mcc && !get_word(d->mcc, d->mcc_size, mcc)) ||
        (d->mnc && !get_word(d->mnc, d->mnc_size, mnc)))
        return false;
    *op = mccmnc_join(mcc, mnc);
    return true;
}

/* The few operators of a log are parsed once each. */
static bool read_operator(struct record_reader *r, const struct digits *d, mccmnc_t *op)
{
    if (d->mcc_size > 3 || d->mnc_size > 3)
        return join_operator(d, op);
    uint64_t key = (uint64_t)(d->mcc_size + 1) << 56 | (uint64_t)(d->mnc_size + 1) << 48;
    for (uint32_t i = 0; i < d->mcc_size; i++)
        key |= (uint64_t)d->mcc[i] << (8 * i);
    for (uint32_t i = 0; i < d->mnc_size; i++)
        key |= (uint64_t)d->mnc[i] << (24 + 8 * i);
    for (int i = 0; i < OPERATORS; i++) {
        if (r->operators[i].digits == key) {
            *op = r->operators[i].mccmnc;
            return true;
        }
    }
    if (!join_operator(d, op))
        return false;
    r->operators[r->next_operator++ % OPERATORS] = (struct known_operator){key, *op};
    return true;
}

/* Puts a value into its field. */
static bool read_part(const struct record_reader *r, const uint8_t *record,
                      const struct part *p, struct triplog_row *row)
{
    void *field = (char *)&row->sample + p->offset;
    const uint8_t *at = record + p->at;
    switch (p->use) {
    case RECORD_ID:
        *(int64_t *)field = triplog_plan_int(at, p->type);
        return true;
    case RECORD_NUMBER:
        return triplog_plan_double(at, p->type, field);
    case RECORD_STATE:
        return read_state(r, at, p, &row->sample.state);
    case RECORD_TECH:
        return read_tech(r, at, p, &row->sample.tech);
    case RECORD_GEOMETRY:
        if (geo_blob_read(at, p->size, &row->sample.pos) != ERR_OK)
            row->malformed = true;
        return true;
    case RECORD_UNUSED: {
        double value;
        return p->type != TYPE_DOUBLE || triplog_plan_double(at, p->type, &value);
    }
    case RECORD_KEY:
    case RECORD_TEXT:
    case RECORD_MCC:
    case RECORD_MNC:
        break;
    }
    return true;
}

/* Whether two values are the same to one who reads them through SQLite. */
static bool same_value(const struct record_column *c, const struct part *a,
                       const uint8_t *in_a, const struct part *b, const uint8_t *in_b)
{
    const uint8_t *x = in_a + a->at, *y = in_b + b->at;
    if (a->type >= TYPE_BLOB || b->type >= TYPE_BLOB)
        return a->type == b->type && a->size == b->size && memcmp(x, y, a->size) == 0;
    if (!c->is_real && (a->type == TYPE_DOUBLE) != (b->type == TYPE_DOUBLE))
        return false;
    if (!c->is_real && a->type != TYPE_DOUBLE)
        return triplog_plan_int(x, a->type) == triplog_plan_int(y, b->type);
    double u, v;
    return triplog_plan_double(x, a->type, &u) && triplog_plan_double(y, b->type, &v) &&
           memcmp(&u, &v, sizeof u) == 0;
}

/* Equal in all columns but the key. */
static bool repeats(const struct record_reader *r, const struct plan *plan,
                    const uint8_t *record)
{
    const struct plan *before = r->previous_plan;
    if (!before)
        return false;
    if (before == plan)
        return memcmp(r->previous + plan->header_size, record + plan->header_size,
                      plan->size - plan->header_size) == 0;
    if (before->count != plan->count)
        return false;
    for (size_t i = 0; i < plan->count; i++) {
        const struct part *a = &before->parts[i], *b = &plan->parts[i];
        if (a->column != b->column ||
            !same_value(&r->layout->columns[a->column], a, r->previous, b, record))
            return false;
    }
    return true;
}

static void remember(struct record_reader *r, struct plan *plan, const uint8_t *record)
{
    if (plan->size + DBPAGES_BEHIND > r->previous_capacity) {
        r->previous_capacity = 2 * plan->size + DBPAGES_BEHIND;
        r->previous = xreallocarray(r->previous, r->previous_capacity, 1);
    }
    memcpy(r->previous, record, plan->size);
    r->previous_plan = plan;
}

bool triplog_record_read(struct record_reader *r, const uint8_t *record, size_t size,
                         struct triplog_row *row)
{
    struct plan *plan = plan_of(r, record, size);
    if (!plan)
        return false;
    struct digits d = {0};
    *row = r->empty;
    row->duplicate = repeats(r, plan, record);
    for (size_t i = 0; i < plan->count; i++) {
        const struct part *p = &plan->parts[i];
        if (p->use == RECORD_MCC) {
            d.mcc = record + p->at;
            d.mcc_size = p->size;
        } else if (p->use == RECORD_MNC) {
            d.mnc = record + p->at;
            d.mnc_size = p->size;
        } else if (!read_part(r, record, p, row)) {
            return false;
        }
    }
    mccmnc_t serving;
    if (!read_operator(r, &d, &serving))
        return false;
    triplog_facts_settle(r->facts, serving, row);
    remember(r, plan, record);
    return true;
}

void triplog_record_hash(const struct record_reader *r, int64_t key,
                         struct triplog_blocks *blocks)
{
    triplog_blocks_row(blocks, key);
    triplog_plan_seal(r->previous_plan, r->previous, key, blocks);
}
