/* The values of a row of lomsong CSV, read column by column as its header says. */
#include "csv_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lang.h"
#include "utc.h"

static bool read_time(struct csv_values *v, const char *text,
                      const struct import_options *o)
{
    if (*text == '\0' || v->row.quality.sample.t_utc_ms != TIME_UNKNOWN)
        return true;
    struct utc_stamp stamp;
    if (utc_parse_any(text, o->utc_offset_s, &stamp) != ERR_OK) {
        v->row.fault = _("not a time");
        return false;
    }
    v->row.quality.sample.t_utc_ms = stamp.t_utc_ms;
    v->has_zone = stamp.has_offset;
    v->zone_s = stamp.offset_s;
    return true;
}

static bool read_number(struct csv_values *v, const char *text, double *number)
{
    if (csvio_local_number(text, v->decimal_comma, number))
        return true;
    v->row.fault = _("not a number");
    return false;
}

/* A whole number for ids, counts, ages and times; an age of 5000.5 ms is over 5000. */
static bool read_whole(struct csv_values *v, const char *text, int64_t *whole)
{
    double number = NAN;
    if (!read_number(v, text, &number))
        return false;
    if (isfinite(number) && fabs(number) < 9e15)
        *whole = (int64_t)ceil(number);
    return true;
}

static bool copy_digits(struct csv_values *v, const char *text, char digits[8])
{
    if (strlen(text) >= 8 || strspn(text, "0123456789") != strlen(text)) {
        v->row.fault = _("not an MCC or MNC");
        return false;
    }
    memcpy(digits, text, strlen(text) + 1);
    return true;
}

static bool read_state(struct csv_values *v, const char *text)
{
    struct sample *s = &v->row.quality.sample;
    s->state = *text ? state_parse(text) : STATE_UNKNOWN;
    if (s->state == STATE_COUNT) {
        s->state = STATE_UNKNOWN;
        v->row.fault = _("not a service state");
        return false;
    }
    return true;
}

static bool read_column(struct csv_values *v, size_t column, const char *text)
{
    const struct sample_column *c = &sample_columns[column];
    void *field = (char *)&v->row.quality.sample + c->offset;
    switch (c->type) {
    case SAMPLE_DOUBLE:
        return read_number(v, text, field);
    case SAMPLE_ID:
    case SAMPLE_TIME:
        return read_whole(v, text, field);
    case SAMPLE_TEXT:
        *(const char **)field = *text ? text : NULL;
        return true;
    case SAMPLE_STATE:
        return read_state(v, text);
    case SAMPLE_TECH:
        v->tech = *text ? tech_parse(text) : TECH_NONE;
        v->tech_text = text;
        return true;
    case SAMPLE_MCC:
        return copy_digits(v, text, v->mcc);
    case SAMPLE_MNC:
        return copy_digits(v, text, v->mnc);
    default:
        return true;
    }
}

static bool read_operator(struct csv_values *v, const char *text)
{
    if (*text == '\0')
        return true;
    v->mccmnc = mccmnc_parse(text);
    if (v->mccmnc == 0)
        v->row.fault = _("not an operator's MCC and MNC");
    return v->mccmnc != 0;
}

static bool read_field(struct csv_values *v, const struct csv_target *t, const char *text,
                       const struct import_options *o)
{
    struct sample *s = &v->row.quality.sample;
    switch (t->kind) {
    case CSV_COLUMN:
        return read_column(v, t->column, text);
    case CSV_TIME:
        return read_time(v, text, o);
    case CSV_LAT:
        return read_number(v, text, &s->pos.lat_deg);
    case CSV_LON:
        return read_number(v, text, &s->pos.lon_deg);
    case CSV_MCCMNC:
        return read_operator(v, text);
    case CSV_LEVEL:
        return read_number(v, text, &v->level_dbm);
    case CSV_OFFSET:
        return read_whole(v, text, &v->offset_s);
    }
    return true;
}

/* The technology that a level's column tells where the row names none. */
static enum tech tech_by_level(const struct sample *s)
{
    if (!isnan(s->ss_rsrp_dbm))
        return isnan(s->rsrp_dbm) ? TECH_NR_SA : TECH_NR_NSA;
    if (!isnan(s->rsrp_dbm))
        return TECH_LTE;
    if (!isnan(s->rscp_dbm))
        return TECH_WCDMA;
    return isnan(s->rxlev_dbm) ? TECH_NONE : TECH_GSM;
}

/* "NR" and "5G" say no more than NR_SA; an LTE anchor's level beside it says NR_NSA. */
static enum tech settled_tech(const struct csv_values *v)
{
    const struct sample *s = &v->row.quality.sample;
    if (*v->tech_text == '\0')
        return tech_by_level(s);
    if (v->tech == TECH_NR_SA && !isnan(s->rsrp_dbm) &&
        (strcasecmp(v->tech_text, "NR") == 0 || strcasecmp(v->tech_text, "5G") == 0))
        return TECH_NR_NSA;
    return v->tech;
}

/* A level of no named kind is the technology's, where that has none of its own. */
static void lend_level(struct csv_values *v)
{
    struct sample *s = &v->row.quality.sample;
    if (isnan(v->level_dbm) || !isnan(sample_level_dbm(s, s->tech)))
        return;
    sample_set_level_dbm(s, s->tech, v->level_dbm);
    v->lent = s->tech;
}

static bool level_given(const struct csv_values *v)
{
    const struct sample *s = &v->row.quality.sample;
    return !isnan(v->level_dbm) || tech_by_level(s) != TECH_NONE;
}

struct csv_values csv_values_begin(const struct import_options *o)
{
    struct csv_values v = {.tech = TECH_NONE,
                           .tech_text = "",
                           .lent = TECH_NONE,
                           .level_dbm = NAN,
                           .offset_s = ID_UNKNOWN};
    v.row.quality.sample = sample_empty();
    v.row.day_offset_s = o->utc_offset_s;
    return v;
}

void csv_values_finish(struct csv_values *v, const struct csv_layout *l,
                       const struct import_options *o)
{
    struct sample *s = &v->row.quality.sample;
    if (!l->has_state)
        s->state = level_given(v) ? STATE_IN_SERVICE : STATE_UNKNOWN;
    s->tech = settled_tech(v);
    lend_level(v);
    s->mccmnc = v->mccmnc;
    if (s->mccmnc == 0 && (v->mcc[0] || v->mnc[0]))
        s->mccmnc = mccmnc_join(v->mcc, v->mnc);
    if (s->mccmnc == 0)
        s->mccmnc = o->mccmnc;
    const bool has_offset = v->offset_s != ID_UNKNOWN && llabs(v->offset_s) <= 14 * 3600;
    const int32_t zone_s = v->has_zone ? v->zone_s : o->utc_offset_s;
    v->row.day_offset_s = has_offset ? (int32_t)v->offset_s : zone_s;
    v->row.has_day_offset = has_offset || v->has_zone;
}

void csv_values_reopen(struct csv_values *v)
{
    sample_set_level_dbm(&v->row.quality.sample, v->lent, NAN);
    v->lent = TECH_NONE;
}

static void read_fields(struct csv_values *v, const struct csv_layout *l,
                        const struct csvio_row *csv, const struct import_options *o)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct csv_binding *b = &l->bindings[i];
        if (b->field >= csv->count)
            continue;
        const char *text = csv->fields[b->field];
        if (strlen(text) != csv->lengths[b->field])
            v->row.fault = _("holds a NUL byte");
        if (v->row.fault || !read_field(v, &b->target, text, o)) {
            v->row.quality.malformed = true;
            return;
        }
    }
    csv_values_finish(v, l, o);
}

void csv_values_read(struct csv_values *v, const struct csv_layout *l,
                     const struct csvio_row *csv, const struct import_options *o)
{
    *v = csv_values_begin(o);
    v->decimal_comma = l->decimal_comma;
    v->row.line = csv->line;
    v->row.raw = csv->raw;
    v->row.raw_len = csv->raw_len;
    if (csv->malformed || !import_field_count_ok(l->header_count, csv)) {
        v->row.quality.malformed = true;
        v->row.fault = _("a wrong number of fields");
    } else {
        read_fields(v, l, csv, o);
    }
}
