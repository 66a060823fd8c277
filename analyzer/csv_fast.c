/* The fast path of lomsong CSV. Each column has a small parser that takes its bytes up to
 * the delimiter or gives up; names (technologies, operators, states) are looked up once
 * and remembered. */
#include "csv_fast.h"

#include <stdlib.h>
#include <string.h>

#include "csv_number.h"
#include "utc.h"
#include "xmem.h"

enum { NAME_SIZE = BLOCK_SIZE + 1, NAMES_KEPT = 8 };

/* A text that has been understood before. */
struct name {
    struct short_text key;
    char text[NAME_SIZE];
    int64_t value;
    struct name *next; /* the name that came after it */
};

struct names {
    struct name kept[NAMES_KEPT]; /* a free one has no text, as no field here */
    struct name *last;
    size_t oldest;
};

/* How the bytes of a field are taken. */
enum how { SKIP, NUMBER, WHOLE, TIME, OPERATOR, TECH, STATE, CODE };

struct column {
    enum how how;
    void *value;  /* its place in the values of the line */
    int64_t none; /* what an empty WHOLE is */
    struct names names;
    struct known_number known;
};

struct csv_fast {
    const struct csv_layout *layout;
    const struct import_options *options;
    char delim;
    bool ambiguous;         /* two columns say the same: their order matters */
    struct column *columns; /* by field */
    size_t column_count;
    char second[19]; /* of the last time, "2025-07-18T22:11:08"; rows share it */
    int64_t second_ms;
    char date[10]; /* its date */
    int64_t date_ms;
    struct csv_values values; /* of the last line */
    const char *line;         /* that line; NULL: none whose values are known */
    size_t len;
    size_t *ends; /* where its fields end */
};

/* How a column of samples is read, and where it goes. */
static void bind_sample_column(struct column *c, const struct sample_column *from,
                               struct csv_values *v)
{
    c->value = (char *)&v->row.quality.sample + from->offset;
    switch (from->type) {
    case SAMPLE_DOUBLE:
        c->how = NUMBER;
        break;
    case SAMPLE_ID:
        c->how = WHOLE;
        c->none = ID_UNKNOWN;
        break;
    case SAMPLE_TIME:
        c->how = WHOLE;
        c->none = TIME_UNKNOWN;
        break;
    case SAMPLE_STATE:
        c->how = STATE;
        break;
    case SAMPLE_TECH:
        c->how = TECH;
        break;
    case SAMPLE_MCC:
        c->how = CODE;
        c->value = v->mcc;
        break;
    case SAMPLE_MNC:
        c->how = CODE;
        c->value = v->mnc;
        break;
    case SAMPLE_TEXT: /* of no matter to a tally */
    default:
        c->how = SKIP;
    }
}

static void bind(struct column *c, const struct csv_target *target, struct csv_values *v)
{
    struct sample *s = &v->row.quality.sample;
    c->how = NUMBER;
    switch (target->kind) {
    case CSV_COLUMN:
        bind_sample_column(c, &sample_columns[target->column], v);
        break;
    case CSV_TIME:
        c->how = TIME;
        c->value = &s->t_utc_ms;
        break;
    case CSV_LAT:
        c->value = &s->pos.lat_deg;
        break;
    case CSV_LON:
        c->value = &s->pos.lon_deg;
        break;
    case CSV_MCCMNC:
        c->how = OPERATOR;
        c->value = &v->mccmnc;
        break;
    case CSV_LEVEL:
        c->value = &v->level_dbm;
        break;
    case CSV_OFFSET:
        c->how = WHOLE;
        c->none = ID_UNKNOWN;
        c->value = &v->offset_s;
        break;
    }
    c->names.last = c->names.kept[0].next = c->names.kept;
}

struct csv_fast *csv_fast_new(const struct csv_layout *layout, char delim,
                              const struct import_options *options)
{
    struct csv_fast *f = xcalloc(1, sizeof *f);
    f->layout = layout;
    f->options = options;
    f->delim = delim;
    f->values = csv_values_begin(options);
    f->column_count = layout->header_count;
    f->columns = xcalloc(f->column_count + 1, sizeof *f->columns);
    f->ends = xcalloc(f->column_count + 1, sizeof *f->ends);
    for (size_t i = 0; i < layout->count; i++) {
        const struct csv_binding *b = &layout->bindings[i];
        if (b->field >= f->column_count)
            continue;
        struct column *c = &f->columns[b->field];
        bind(c, &b->target, &f->values);
        for (size_t k = 0; k < f->column_count; k++)
            f->ambiguous |= &f->columns[k] != c && f->columns[k].value == c->value;
    }
    return f;
}

void csv_fast_free(struct csv_fast *f)
{
    if (!f)
        return;
    free(f->columns);
    free(f->ends);
    free(f);
}

static int two_digits(const char *at)
{
    if (!is_digit(at[0]) || !is_digit(at[1]))
        return -1;
    return (at[0] - '0') * 10 + (at[1] - '0');
}

/* The midnight of 2025-07-18; dates come in long rows of the same. */
static bool take_date(struct csv_fast *f, const char *at)
{
    char text[sizeof f->date + 1];
    int32_t day = 0;
    if (memcmp(f->date, at, sizeof f->date) == 0)
        return true;
    memcpy(text, at, sizeof f->date);
    text[sizeof f->date] = '\0';
    if (utc_parse_date(text, &day) != ERR_OK)
        return false;
    memcpy(f->date, at, sizeof f->date);
    f->date_ms = day * UTC_DAY_MS;
    return true;
}

/* ".123", 1 to 3 digits, or nothing. */
static bool take_fraction(struct cursor *c, int64_t *ms)
{
    if (c->at == c->end || *c->at != '.')
        return true;
    c->at++;
    int count = 0;
    for (int scale = 100; c->at < c->end && is_digit(*c->at) && count < 3; scale /= 10) {
        *ms += (*c->at++ - '0') * scale;
        count++;
    }
    return count > 0;
}

/* "Z", "+07:00", or nothing for the default; then the field's end. Z says no more of the
 * local day than nothing does. */
static bool take_zone(struct cursor *c, struct csv_values *v, int32_t *offset_s)
{
    v->has_zone = false;
    if (at_end(c))
        return true;
    if (*c->at == 'Z') {
        *offset_s = 0;
        c->at++;
        return at_end(c);
    }
    enum { ZONE_LEN = 6 };
    if ((*c->at != '+' && *c->at != '-') || c->end - c->at < ZONE_LEN || c->at[3] != ':')
        return false;
    const int hours = two_digits(c->at + 1), minutes = two_digits(c->at + 4);
    if (hours < 0 || hours > 13 || minutes < 0 || minutes > 59)
        return false;
    *offset_s = (hours * 3600 + minutes * 60) * (*c->at == '-' ? -1 : 1);
    c->at += ZONE_LEN;
    v->has_zone = true;
    return at_end(c);
}

/* 2025-07-18T22:11:08 */
static bool take_second(struct csv_fast *f, const char *at)
{
    if (memcmp(f->second, at, sizeof f->second) == 0)
        return true;
    if (at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' ') ||
        at[13] != ':' || at[16] != ':' || !take_date(f, at))
        return false;
    const int hours = two_digits(at + 11), minutes = two_digits(at + 14),
              seconds = two_digits(at + 17);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 ||
        seconds > 60)
        return false;
    memcpy(f->second, at, sizeof f->second);
    f->second_ms = f->date_ms + (hours * 3600 + minutes * 60 + seconds) * INT64_C(1000);
    return true;
}

/* A time to the second, a fraction, a zone. Unix times are left to libcsv. */
static bool take_time(struct csv_fast *f, struct cursor c, int64_t *t_utc_ms)
{
    if (c.end - c.at < (ptrdiff_t)sizeof f->second || !take_second(f, c.at))
        return false;
    int64_t ms = 0;
    int32_t offset_s = f->options->utc_offset_s;
    c.at += sizeof f->second;
    if (!take_fraction(&c, &ms) || !take_zone(&c, &f->values, &offset_s))
        return false;
    f->values.zone_s = offset_s;
    *t_utc_ms = f->second_ms - offset_s * INT64_C(1000) + ms;
    return true;
}

/* What a name means; false where that is nothing. */
typedef bool (*name_fn)(const char *text, int64_t *value);

static bool operator_of(const char *text, int64_t *value)
{
    *value = mccmnc_parse(text);
    return *value != 0;
}

static bool tech_of(const char *text, int64_t *value)
{
    *value = tech_parse(text);
    return true;
}

static bool state_of(const char *text, int64_t *value)
{
    *value = state_parse(text);
    return *value != STATE_COUNT;
}

static bool code_of(const char *text, int64_t *value)
{
    *value = 0;
    return strlen(text) < sizeof((struct csv_values *)NULL)->mcc &&
           strspn(text, "0123456789") == strlen(text);
}

static struct name *learn(struct names *n, const struct cursor *c, name_fn meaning)
{
    struct name *slot = &n->kept[n->oldest];
    struct name fresh = {.key = short_text(c), .next = slot};
    const char first = c->at[0], last = c->end[-1];
    if (first == ' ' || first == '\t' || last == ' ' || last == '\t')
        return NULL;
    memcpy(fresh.text, c->at, (size_t)(c->end - c->at));
    if (!meaning(fresh.text, &fresh.value))
        return NULL;
    n->oldest = (n->oldest + 1) % NAMES_KEPT;
    *slot = fresh;
    return slot;
}

static struct name *find_name(struct names *n, struct short_text key)
{
    for (size_t i = 0; i < NAMES_KEPT; i++) {
        if (same_text(n->kept[i].key, key))
            return &n->kept[i];
    }
    return NULL;
}

/* NULL where the field's text is not a name that it may have, or is empty. Operators take
 * turns: what came after a name the last time comes mostly again. */
static inline const struct name *take_name(struct names *n, const struct cursor *c,
                                           name_fn meaning)
{
    if (!is_short(c))
        return NULL;
    const struct short_text key = short_text(c);
    struct name *name = n->last->next;
    if (!same_text(name->key, key)) {
        name = find_name(n, key);
        if (!name && !(name = learn(n, c, meaning)))
            return NULL;
        n->last->next = name;
    }
    return n->last = name;
}

static bool take_code(struct names *n, const struct cursor *c, char code[8])
{
    code[0] = '\0';
    if (at_end(c))
        return true;
    const struct name *name = take_name(n, c, code_of);
    if (name)
        memcpy(code, name->text, 8);
    return name != NULL;
}

static bool take_operator(struct names *n, const struct cursor *c, mccmnc_t *op)
{
    *op = 0;
    if (at_end(c))
        return true;
    const struct name *name = take_name(n, c, operator_of);
    if (name)
        *op = (mccmnc_t)name->value;
    return name != NULL;
}

static bool take_tech(struct names *n, const struct cursor *c, struct csv_values *v)
{
    v->tech = TECH_NONE;
    v->tech_text = "";
    if (at_end(c))
        return true;
    const struct name *name = take_name(n, c, tech_of);
    if (!name)
        return false;
    v->tech = (enum tech)name->value;
    v->tech_text = name->text;
    return true;
}

static bool take_state(struct names *n, const struct cursor *c, enum state *state)
{
    const struct name *name = take_name(n, c, state_of);
    if (name)
        *state = (enum state)name->value;
    return name != NULL;
}

static bool take_column(struct csv_fast *f, struct column *col, struct cursor c)
{
    switch (col->how) {
    case SKIP:
        return true;
    case NUMBER:
        return take_number(&col->known, c, col->value);
    case WHOLE:
        return take_whole(&col->known, c, col->none, col->value);
    case TIME:
        return take_time(f, c, col->value);
    case OPERATOR:
        return take_operator(&col->names, &c, col->value);
    case TECH:
        return take_tech(&col->names, &c, &f->values);
    case STATE:
        return take_state(&col->names, &c, col->value);
    case CODE:
        return take_code(&col->names, &c, col->value);
    }
    return false;
}

/* The fields that a line begins with as the one before it did, whose values and ends are
 * known, and where others may begin. */
struct shared {
    size_t fields, bytes;
};

static struct shared find_shared(const struct csv_fast *f, const char *end,
                                 struct csv_line *line)
{
    struct shared s = {.fields = 0};
    line->like = f->line;
    if (!f->line)
        return s;
    const size_t room = (size_t)(end - line->text), *ends = f->ends;
    line->like_len = same_bytes(f->line, line->text, f->len < room ? f->len : room);
    s.bytes = line->like_len;
    for (size_t last = f->column_count - 1; s.fields < last; s.fields++) {
        if (ends[s.fields] >= s.bytes)
            return s;
    }
    /* the end of the last field is to be found again */
    if (s.bytes > ends[s.fields])
        s.bytes = ends[s.fields];
    return s;
}

/* Finds where a line ends, and its fields but for the shared ones, before any is read, so
 * that none waits for the one before it. False where there are too few or too many, or
 * what is more than text; one empty trailing field is no fault. */
static bool split(struct csv_fast *f, const char *end, struct shared shared,
                  struct csv_line *line)
{
    const size_t room = (size_t)(end - line->text);
    size_t from = shared.bytes, count = shared.fields;
    bool odd_seen = false;
    struct block b = {.ends = 0};
    for (; !b.ends; from += BLOCK_SIZE) {
        b = look_at_block(line->text + from, f->delim);
        if (room - from < BLOCK_SIZE)
            b.ends |= 1U << (room - from);
        const unsigned before = (b.ends & -b.ends) - 1, odd = b.odd & before;
        if (odd) {
            if (odd_seen || (odd & (odd - 1)) != 0)
                return false;
            odd_seen = true;
        }
        for (b.delims &= before; b.delims; b.delims &= b.delims - 1) {
            if (count == f->column_count)
                return false;
            f->ends[count++] = from + first_of(b.delims);
        }
    }
    size_t len = from - BLOCK_SIZE + first_of(b.ends);
    line->next = line->text + len + 1;
    if (odd_seen && (line->text[--len] != '\r' || line->next > end))
        return false; /* it is not the CR before the line's end */
    line->len = len;
    if (count == f->column_count)
        return f->ends[count - 1] + 1 == len;
    f->ends[count++] = len;
    return count == f->column_count;
}

void csv_fast_restart(struct csv_fast *f)
{
    f->line = NULL;
}

struct csv_values *csv_fast_line(struct csv_fast *f, const char *end,
                                 struct csv_line *line)
{
    const struct shared shared = find_shared(f, end, line);
    f->line = NULL;
    if (f->ambiguous || !split(f, end, shared, line) || line->len == 0 ||
        line->len > CSVIO_MAX_ROW)
        return NULL;
    csv_values_reopen(&f->values);
    const char *text = line->text;
    const size_t *end_at = f->ends + shared.fields;
    struct cursor c = {.at = shared.fields > 0 ? text + end_at[-1] + 1 : text};
    struct column *col = f->columns + shared.fields;
    for (const struct column *last = f->columns + f->column_count; col < last; col++) {
        c.end = text + *end_at++;
        if (!take_column(f, col, c))
            return NULL;
        c.at = c.end + 1;
    }
    csv_values_finish(&f->values, f->layout, f->options);
    f->line = line->text;
    f->len = line->len;
    return &f->values;
}
