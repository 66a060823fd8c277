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
#include "xmem.h"

enum {
    PLANS = 256, /* a power of two */
    HEADER_MAX = 2 * RECORD_COLUMNS_MAX,
    OPERATORS = 16, /* a power of two */
    WORD_MAX = 31,
};

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
    enum record_use use;
    size_t offset;
};

struct plan {
    size_t header_size; /* 0: none */
    size_t size;        /* of the record */
    uint8_t header[HEADER_MAX];
    size_t count;
    struct part parts[RECORD_COLUMNS_MAX]; /* in order of columns */
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
    uint8_t *previous; /* the record before */
    size_t previous_capacity;
    const struct plan *previous_plan; /* NULL: none */
    struct plan spare;                /* of the record before, where its place is taken */
};

static struct word to_word(const char *text)
{
    return (struct word){text, strlen(text)};
}

struct record_reader *record_reader_new(const struct record_layout *layout,
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

void record_reader_free(struct record_reader *r)
{
    if (!r)
        return;
    free(r->previous);
    free(r->plans);
    free(r);
}

void record_reader_restart(struct record_reader *r)
{
    r->previous_plan = NULL;
}

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
    case RECORD_ID:
        return is_int;
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

/* Works out what stands where in a record of `size` bytes. */
static bool make_plan(const struct record_layout *layout, const uint8_t *record,
                      size_t size, struct plan *plan)
{
    const uint8_t *at = record;
    uint64_t header_size;
    plan->header_size = 0;
    plan->count = 0;
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
static const struct plan *plan_of(struct record_reader *r, const uint8_t *record,
                                  size_t size)
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
        r->previous_plan = &r->spare;
    }
    return make_plan(r->layout, record, size, plan) ? plan : NULL;
}

static int64_t get_int(const uint8_t *at, uint32_t type)
{
    static const uint8_t sizes[] = {0, 1, 2, 3, 4, 6, 8};
    if (type >= TYPE_ZERO)
        return type - TYPE_ZERO;
    uint64_t value = at[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < sizes[type]; i++)
        value = value << 8 | at[i];
    return (int64_t)value;
}

static uint64_t get_bits(const uint8_t *at)
{
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | at[i];
    return bits;
}

/* False for NAN, which SQLite reads as NULL. */
static bool get_double(const uint8_t *at, uint32_t type, double *value)
{
    if (type != TYPE_DOUBLE) {
        *value = (double)get_int(at, type);
        return true;
    }
    const uint64_t bits = get_bits(at);
    memcpy(value, &bits, sizeof *value);
    return !isnan(*value);
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

/* The few operators of a log are parsed once each. */
static bool read_operator(struct record_reader *r, const struct digits *d, mccmnc_t *op)
{
    char mcc[WORD_MAX + 1] = "", mnc[WORD_MAX + 1] = "";
    if ((d->mcc && !get_word(d->mcc, d->mcc_size, mcc)) ||
        (d->mnc && !get_word(d->mnc, d->mnc_size, mnc)))
        return false;
    if (d->mcc_size > 3 || d->mnc_size > 3) {
        *op = mccmnc_join(mcc, mnc);
        return true;
    }
    char digits[8] = {[6] = (char)(d->mcc_size + 1), [7] = (char)(d->mnc_size + 1)};
    memcpy(digits, mcc, 3);
    memcpy(digits + 3, mnc, 3);
    struct known_operator key;
    memcpy(&key.digits, digits, sizeof key.digits);
    struct known_operator *known =
        &r->operators[(key.digits * UINT64_C(0x9e3779b97f4a7c15)) >> 60 &
                      (OPERATORS - 1)];
    if (known->digits != key.digits)
        *known = (struct known_operator){key.digits, mccmnc_join(mcc, mnc)};
    *op = known->mccmnc;
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
        *(int64_t *)field = get_int(at, p->type);
        return true;
    case RECORD_NUMBER:
        return get_double(at, p->type, field);
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
        return p->type != TYPE_DOUBLE || get_double(at, p->type, &value);
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
        return get_int(x, a->type) == get_int(y, b->type);
    double u, v;
    return get_double(x, a->type, &u) && get_double(y, b->type, &v) &&
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

static void remember(struct record_reader *r, const struct plan *plan,
                     const uint8_t *record)
{
    if (plan->size > r->previous_capacity) {
        r->previous_capacity = 2 * plan->size;
        r->previous = xreallocarray(r->previous, r->previous_capacity, 1);
    }
    memcpy(r->previous, record, plan->size);
    r->previous_plan = plan;
}

bool record_read(struct record_reader *r, const uint8_t *record, size_t size,
                 struct triplog_row *row)
{
    const struct plan *plan = plan_of(r, record, size);
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

/* A value as SQLite would hand it out. */
static void hash_part(const struct record_reader *r, const struct part *p,
                      struct triplog_blocks *blocks)
{
    const uint8_t *at = r->previous + p->at;
    if (p->type >= TYPE_BLOB) {
        triplog_blocks_value(blocks, p->type == TYPE_BLOB ? 'B' : 'T', at, p->size);
    } else if (p->type == TYPE_DOUBLE) {
        triplog_blocks_number(blocks, 'R', get_bits(at));
    } else if (r->layout->columns[p->column].is_real) {
        const double number = (double)get_int(at, p->type);
        uint64_t bits;
        memcpy(&bits, &number, sizeof bits);
        triplog_blocks_number(blocks, 'R', bits);
    } else {
        triplog_blocks_number(blocks, 'I', (uint64_t)get_int(at, p->type));
    }
}

void record_hash(const struct record_reader *r, int64_t key,
                 struct triplog_blocks *blocks)
{
    const struct plan *plan = r->previous_plan;
    size_t column = 0;
    triplog_blocks_row(blocks, key);
    for (size_t i = 0; i < plan->count; i++) {
        const struct part *p = &plan->parts[i];
        triplog_blocks_nulls(blocks, p->column - column);
        if (p->use == RECORD_KEY)
            triplog_blocks_number(blocks, 'I', (uint64_t)key);
        else
            hash_part(r, p, blocks);
        column = p->column + 1;
    }
    triplog_blocks_nulls(blocks, r->layout->count - column);
}
