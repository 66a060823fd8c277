/* The fast path of lomsong CSV. Each column has a small parser that takes its bytes up to
 * the delimiter or gives up; names (technologies, operators, states) are looked up once
 * and remembered. */
#include "csv_fast.h"

#include <stdlib.h>
#include <string.h>

#include "csv_number.h"
#include "utc.h"
#include "xmem.h"

enum { NAMES_KEPT = 8 };

/* A text that has been understood before. */
struct name {
    struct known_field field;
    char text[BLOCK_SIZE]; /* of at most 15 bytes, and terminated */
    int64_t value;
    struct name *next; /* the name that came after it */
};

struct names {
    struct name kept[NAMES_KEPT];
    struct name *last;
    size_t oldest;
};

/* How the bytes of a field are taken. */
enum how { SKIP, NUMBER, WHOLE, TIME, OPERATOR, TECH, STATE, CODE };

struct column {
    struct known_field last; /* that whose value stands, as it may come again */
    enum how how;
    void *value;         /* its place in the values of the line */
    int64_t none;        /* what an empty WHOLE is */
    struct names *names; /* of OPERATOR, TECH, STATE and CODE */
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
}

static struct names *new_names(void)
{
    struct names *n = xcalloc(1, sizeof *n);
    for (size_t i = 0; i < NAMES_KEPT; i++)
        n->kept[i].field.len = KNOWN_NONE;
    n->last = n->kept[0].next = n->kept;
    return n;
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
    for (size_t i = 0; i < f->column_count; i++)
        f->columns[i].last.len = KNOWN_NONE;
    for (size_t i = 0; i < layout->count; i++) {
        const struct csv_binding *b = &layout->bindings[i];
        if (b->field >= f->column_count)
            continue;
        struct column *c = &f->columns[b->field];
        bind(c, &b->target, &f->values);
        if (c->how >= OPERATOR)
            c->names = new_names();
        for (size_t k = 0; k < f->column_count; k++)
            f->ambiguous |= &f->columns[k] != c && f->columns[k].value == c->value;
    }
    return f;
}

void csv_fast_free(struct csv_fast *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->column_count; i++)
        free(f->columns[i].names);
    free(f->columns);
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
static const char *take_fraction(const char *at, int64_t *ms)
{
    if (*at != '.')
        return at;
    const char *first = ++at;
    for (int scale = 100; is_digit(*at) && at < first + 3; scale /= 10)
        *ms += (*at++ - '0') * scale;
    return at > first ? at : NULL;
}

/* "Z", "+07:00", or nothing for the default. Z says no more of the local day than nothing
 * does. */
static const char *take_zone(const char *at, struct csv_values *v, int32_t *offset_s)
{
    v->has_zone = false;
    if (*at == 'Z') {
        *offset_s = 0;
        return at + 1;
    }
    if (*at != '+' && *at != '-')
        return at;
    const int hours = two_digits(at + 1), minutes = two_digits(at + 4);
    if (hours < 0 || hours > 13 || at[3] != ':' || minutes < 0 || minutes > 59)
        return NULL;
    *offset_s = (hours * 3600 + minutes * 60) * (*at == '-' ? -1 : 1);
    v->has_zone = true;
    return at + 6;
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
static const char *take_time(struct csv_fast *f, const char *at, int64_t *t_utc_ms)
{
    int64_t ms = 0;
    int32_t offset_s = f->options->utc_offset_s;
    if (!take_second(f, at) || !(at = take_fraction(at + sizeof f->second, &ms)) ||
        !(at = take_zone(at, &f->values, &offset_s)))
        return NULL;
    f->values.zone_s = offset_s;
    *t_utc_ms = f->second_ms - offset_s * INT64_C(1000) + ms;
    return at;
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

static struct name *learn(struct names *n, const char *at, size_t len, name_fn meaning)
{
    struct name *slot = &n->kept[n->oldest];
    struct name fresh = {.next = slot};
    const char first = at[0], last = at[len - 1];
    if (len >= sizeof fresh.text || first == ' ' || first == '\t' || last == ' ' ||
        last == '\t')
        return NULL;
    memcpy(fresh.text, at, len);
    if (!meaning(fresh.text, &fresh.value))
        return NULL;
    know_field(&fresh.field, at, len);
    n->oldest = (n->oldest + 1) % NAMES_KEPT;
    *slot = fresh;
    return slot;
}

static struct name *find_name(struct names *n, const char *at)
{
    for (size_t i = 0; i < NAMES_KEPT; i++) {
        if (is_known(&n->kept[i].field, at))
            return &n->kept[i];
    }
    return NULL;
}

/* What an empty field has for its name. */
static const struct name no_name = {.field = {.len = 0}};

/* NULL where the field's text is not a name that it may have. Operators take turns: what
 * came after a name the last time comes mostly again. */
static inline const struct name *take_name(const struct csv_fast *f, struct names *n,
                                           const char *at, name_fn meaning)
{
    struct name *name = n->last->next;
    if (!is_known(&name->field, at)) {
        name = find_name(n, at);
        const size_t len = name ? 0 : (size_t)(field_end(at, f->delim) - at);
        if (!name && len == 0)
            return &no_name;
        if (!name && !(name = learn(n, at, len, meaning)))
            return NULL;
        n->last->next = name;
    }
    return n->last = name;
}

static const char *take_code(const struct csv_fast *f, const struct column *col,
                             const char *at)
{
    const struct name *name = take_name(f, col->names, at, code_of);
    if (!name)
        return NULL;
    memcpy(col->value, name->text, sizeof f->values.mcc);
    return at + name->field.len;
}

static const char *take_operator(const struct csv_fast *f, const struct column *col,
                                 const char *at)
{
    const struct name *name = take_name(f, col->names, at, operator_of);
    if (!name)
        return NULL;
    *(mccmnc_t *)col->value = (mccmnc_t)name->value;
    return at + name->field.len;
}

static const char *take_tech(struct csv_fast *f, const struct column *col, const char *at)
{
    const struct name *name = take_name(f, col->names, at, tech_of);
    if (!name)
        return NULL;
    f->values.tech = name == &no_name ? TECH_NONE : (enum tech)name->value;
    f->values.tech_text = name->text;
    return at + name->field.len;
}

static const char *take_state(const struct csv_fast *f, const struct column *col,
                              const char *at)
{
    const struct name *name = take_name(f, col->names, at, state_of);
    if (!name || name == &no_name)
        return NULL;
    *(enum state *)col->value = (enum state)name->value;
    return at + name->field.len;
}

/* Reads a field; returns where it ends, NULL where it is unusual. */
static const char *take_field(struct csv_fast *f, const struct column *col,
                              const char *at)
{
    switch (col->how) {
    case SKIP:
        return field_end(at, f->delim);
    case NUMBER:
        return take_number(at, col->value);
    case WHOLE:
        return take_whole(at, col->none, col->value);
    case TIME:
        return take_time(f, at, col->value);
    case OPERATOR:
        return take_operator(f, col, at);
    case TECH:
        return take_tech(f, col, at);
    case STATE:
        return take_state(f, col, at);
    case CODE:
        return take_code(f, col, at);
    }
    return NULL;
}

/* Reads a line's fields but for those that its columns had last, whose values stand.
 * Returns where the last one ends. */
static const char *take_fields(struct csv_fast *f, struct csv_line *line)
{
    struct column *last = f->columns + f->column_count - 1;
    const char *at = line->text;
    line->others = 0;
    for (struct column *col = f->columns; col <= last; col++) {
        if (is_known(&col->last, at)) {
            at += col->last.len + 1;
            continue;
        }
        line->others += col->last.len < KNOWN_NONE;
        const char *end = take_field(f, col, at);
        if (!end || (*end != f->delim && col < last)) {
            col->last.len = KNOWN_NONE; /* its value may be another now */
            return NULL;
        }
        know_field(&col->last, at, (size_t)(end - at));
        at = end + 1;
    }
    return at - 1;
}

/* Ends a line behind its last field: at LF, CRLF or the end of all; one empty trailing
 * field is no fault. False where there is more. */
static bool end_line(char delim, const char *at, const char *end, struct csv_line *line)
{
    at += *at == delim;
    line->len = (size_t)(at - line->text);
    at += *at == '\r' && end - at > 1 && at[1] == '\n';
    line->next = at + 1;
    return (*at == '\n' || at == end) && line->len > 0 && line->len <= CSVIO_MAX_ROW;
}

struct csv_values *csv_fast_line(struct csv_fast *f, const char *end,
                                 struct csv_line *line)
{
    csv_values_reopen(&f->values);
    const char *at = f->ambiguous ? NULL : take_fields(f, line);
    if (!at || !end_line(f->delim, at, end, line))
        return NULL;
    csv_values_finish(&f->values, f->layout, f->options);
    return &f->values;
}
