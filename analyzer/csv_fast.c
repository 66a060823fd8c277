/* The fast path of lomsong CSV. Each column has a small parser that takes its bytes up to
 * the delimiter or gives up; names (technologies, operators, states) are looked up once
 * and remembered. */
#include "csv_fast.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "csv_number.h"
#include "utc.h"
#include "xmem.h"

enum { NAME_SIZE = 16, NAMES_KEPT = 8 };

/* A text that has been understood before. */
struct name {
    char text[NAME_SIZE];
    size_t len;
    uint64_t key; /* its bytes, where they are fewer than 8; 0: not to be had so */
    int64_t value;
};

struct names {
    struct name kept[NAMES_KEPT];
    size_t count, next;
};

struct column {
    bool bound;
    struct csv_target target;
    enum sample_type type; /* of CSV_COLUMN */
    size_t offset;         /* in struct sample */
    bool is_level;
    struct names names;
    struct long_number number;
};

struct csv_fast {
    const struct csv_layout *layout;
    const struct import_options *options;
    char delim;
    struct column *columns; /* by field */
    size_t column_count;
    char second[19]; /* of the last time, "2025-07-18T22:11:08"; rows share it */
    int64_t second_ms;
    char date[10]; /* its date */
    int64_t date_ms;
    const char *tech_text; /* of the line */
    const char **ends;     /* of its fields */
    struct csv_values blank;
    size_t blank_size; /* a size that the compiler knows it would copy by "rep movs", of
                        * which the processor makes a tenth of the time of a line */
};

struct csv_fast *csv_fast_new(const struct csv_layout *layout, char delim,
                              const struct import_options *options)
{
    struct csv_fast *f = xcalloc(1, sizeof *f);
    f->layout = layout;
    f->options = options;
    f->delim = delim;
    f->blank = csv_values_begin(options);
    f->blank_size = sizeof f->blank;
    f->column_count = layout->header_count;
    f->columns = xcalloc(f->column_count + 1, sizeof *f->columns);
    f->ends = xcalloc(f->column_count + 1, sizeof(*f->ends));
    for (size_t i = 0; i < layout->count; i++) {
        const struct csv_binding *b = &layout->bindings[i];
        if (b->field >= f->column_count)
            continue;
        struct column *c = &f->columns[b->field];
        c->bound = true;
        c->target = b->target;
        if (b->target.kind != CSV_COLUMN)
            continue;
        c->type = sample_columns[b->target.column].type;
        c->offset = sample_columns[b->target.column].offset;
        c->is_level = csv_layout_is_level(b->target.column);
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

/* "Z", "+07:00", or nothing for the default; then the field's end. */
static bool take_zone(struct cursor *c, struct csv_values *v, int32_t *offset_s)
{
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
    v->row.day_offset_s = *offset_s;
    v->row.has_day_offset = true;
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
static bool take_time(struct csv_fast *f, struct cursor *c, struct csv_values *v)
{
    struct sample *s = &v->row.quality.sample;
    if (s->t_utc_ms != TIME_UNKNOWN || c->end - c->at < (ptrdiff_t)sizeof f->second ||
        !take_second(f, c->at))
        return false;
    int64_t ms = 0;
    int32_t offset_s = f->options->utc_offset_s;
    c->at += sizeof f->second;
    if (!take_fraction(c, &ms) || !take_zone(c, v, &offset_s))
        return false;
    s->t_utc_ms = f->second_ms - offset_s * INT64_C(1000) + ms;
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

static const struct name *learn(struct names *n, const char *text, size_t len,
                                name_fn meaning)
{
    struct name fresh = {.len = len};
    if (len >= NAME_SIZE || text[0] == ' ' || text[0] == '\t' || text[len - 1] == ' ' ||
        text[len - 1] == '\t')
        return NULL;
    memcpy(fresh.text, text, len);
    if (!meaning(fresh.text, &fresh.value))
        return NULL;
    fresh.key = len < 8 ? eight_bytes(fresh.text) : 0;
    struct name *slot = &n->kept[n->next];
    n->next = (n->next + 1) % NAMES_KEPT;
    n->count += n->count < NAMES_KEPT;
    *slot = fresh;
    return slot;
}

/* NULL where the field's text is not a name that it may have; no field is empty here. */
static const struct name *take_name(struct cursor *c, struct names *n, name_fn meaning)
{
    const char *text = c->at;
    const size_t len = (size_t)(c->end - text);
    if (len < 8) {
        const uint64_t key = eight_bytes(text) & ((UINT64_C(1) << 8 * len) - 1);
        for (size_t i = 0; i < n->count; i++) {
            if (n->kept[i].key == key)
                return &n->kept[i];
        }
        return learn(n, text, len, meaning);
    }
    for (size_t i = 0; i < n->count; i++) {
        if (n->kept[i].len == len && memcmp(n->kept[i].text, text, len) == 0)
            return &n->kept[i];
    }
    return learn(n, text, len, meaning);
}

static bool take_code(struct cursor *c, struct names *n, char code[8])
{
    const struct name *name = take_name(c, n, code_of);
    if (name)
        memcpy(code, name->text, 8);
    return name != NULL;
}

static bool take_sample_column(struct csv_fast *f, struct column *col, struct cursor *c,
                               struct csv_values *v)
{
    struct sample *s = &v->row.quality.sample;
    void *field = (char *)s + col->offset;
    const struct name *name = NULL;
    switch (col->type) {
    case SAMPLE_DOUBLE:
        if (!take_number(c, field))
            return false;
        v->level_given |= col->is_level && !isnan(*(double *)field);
        return true;
    case SAMPLE_ID:
    case SAMPLE_TIME:
        return take_whole(c, field);
    case SAMPLE_STATE:
        name = at_end(c) ? NULL : take_name(c, &col->names, state_of);
        if (name)
            s->state = (enum state)name->value;
        return name != NULL;
    case SAMPLE_TECH:
        if (at_end(c))
            return true;
        name = take_name(c, &col->names, tech_of);
        if (!name)
            return false;
        s->tech = (enum tech)name->value;
        f->tech_text = name->text;
        return true;
    case SAMPLE_MCC:
        return at_end(c) || take_code(c, &col->names, v->mcc);
    case SAMPLE_MNC:
        return at_end(c) || take_code(c, &col->names, v->mnc);
    case SAMPLE_TEXT: /* of no matter to a tally */
    default:
        return true;
    }
}

static bool take_operator(struct column *col, struct cursor *c, struct csv_values *v)
{
    if (at_end(c))
        return true;
    const struct name *name = take_name(c, &col->names, operator_of);
    if (name)
        v->row.quality.sample.mccmnc = (mccmnc_t)name->value;
    return name != NULL;
}

static bool take_column(struct csv_fast *f, struct column *col, struct cursor *c,
                        struct csv_values *v)
{
    struct sample *s = &v->row.quality.sample;
    switch (col->target.kind) {
    case CSV_COLUMN:
        return take_sample_column(f, col, c, v);
    case CSV_TIME:
        return take_time(f, c, v);
    case CSV_LAT:
        return take_long_number(&col->number, c, &s->pos.lat_deg);
    case CSV_LON:
        return take_long_number(&col->number, c, &s->pos.lon_deg);
    case CSV_MCCMNC:
        return take_operator(col, c, v);
    case CSV_LEVEL:
        return take_number(c, &v->level_dbm);
    case CSV_OFFSET:
        return take_whole(c, &v->offset_s);
    }
    return false;
}

/* Which of 16 bytes are the delimiter, the first one lowest. */
static unsigned find_in_16(const char *at, char delim)
{
#ifdef __SSE2__
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(delim)));
#else
    unsigned found = 0;
    for (unsigned i = 0; i < 16; i++)
        found |= (unsigned)(at[i] == delim) << i;
    return found;
#endif
}

/* Finds where the fields of a line end before any is read, so that none waits for the one
 * before it. False where there are too few or too many; one empty trailing field is no
 * fault. */
static bool split(struct csv_fast *f, const char *line, size_t len)
{
    size_t count = 0;
    for (size_t from = 0; from < len; from += 16) {
        unsigned found = find_in_16(line + from, f->delim);
        if (len - from < 16)
            found &= (1U << (len - from)) - 1;
        for (; found; found &= found - 1) {
            if (count == f->column_count)
                return false;
            f->ends[count++] = line + from + __builtin_ctz(found);
        }
    }
    if (count == f->column_count)
        return f->ends[count - 1] + 1 == line + len;
    f->ends[count++] = line + len;
    return count == f->column_count;
}

bool csv_fast_line(struct csv_fast *f, const char *line, size_t len, struct csv_values *v)
{
    if (!split(f, line, len))
        return false;
    memcpy(v, &f->blank, f->blank_size);
    f->tech_text = "";
    const char *at = line;
    for (size_t i = 0; i < f->column_count; i++) {
        struct cursor c = {.at = at, .end = f->ends[i]};
        at = c.end + 1;
        if (f->columns[i].bound && !take_column(f, &f->columns[i], &c, v))
            return false;
    }
    csv_values_finish(v, f->layout, f->tech_text, f->options);
    return true;
}
