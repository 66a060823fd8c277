/* lomsong CSV: the columns of the trip log's table `sample` in any order and any subset
 * that has time, position and state or level, under the names of the contract, a few
 * usual ones, or those given with --map.
 *
 *     t_utc,lat_deg,lon_deg,mccmnc,tech,rsrp_dbm
 *     2025-07-18T22:11:08+07:00,22.665338,106.136158,45204,LTE,-97
 *
 * Without a column `state` a level means in service and none means unknown: such a log
 * cannot tell a hole from a pause. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csv_layout.h"
#include "lang.h"
#include "utc.h"
#include "xmem.h"

struct values {
    struct import_row row;
    double level_dbm; /* of the row's technology */
    int64_t offset_s;
    bool level_given;
    char mcc[8];
    char mnc[8];
};

/* Comma, semicolon or tab: whichever the header has most of. */
static char delimiter(const char *head, size_t size)
{
    size_t counts[3] = {0};
    static const char delims[] = ",;\t";
    for (size_t i = 0; i < size && head[i] != '\n' && head[i] != '\r'; i++) {
        for (size_t d = 0; d < 3; d++)
            counts[d] += head[i] == delims[d];
    }
    size_t best = 0;
    for (size_t d = 1; d < 3; d++)
        best = counts[d] > counts[best] ? d : best;
    return delims[best];
}

bool import_lomsong_csv_detect(const char *head, size_t size,
                               const struct import_options *options)
{
    struct import_head source = {.data = head, .size = size};
    struct csvio_reader *r =
        csvio_open(import_head_read, &source, delimiter(head, size), '"');
    struct csvio_row row;
    struct csv_layout layout = {0};
    bool ok = false;
    if (csvio_next(r, &row) == 1 && !row.malformed) {
        csv_layout_bind(&layout, &row, options);
        /* a header that --map fits in part is said to lack the rest by check_map */
        ok = csv_layout_usable(&layout) || (options->map_count > 0 && layout.count > 0);
    }
    csv_layout_free(&layout);
    csvio_close(r);
    return ok;
}

static bool read_time(struct values *v, const char *text, const struct import_options *o)
{
    if (*text == '\0' || v->row.quality.sample.t_utc_ms != TIME_UNKNOWN)
        return true;
    struct utc_stamp stamp;
    if (utc_parse_any(text, o->utc_offset_s, &stamp) != ERR_OK) {
        v->row.fault = _("not a time");
        return false;
    }
    v->row.quality.sample.t_utc_ms = stamp.t_utc_ms;
    if (stamp.has_offset) {
        v->row.day_offset_s = stamp.offset_s;
        v->row.has_day_offset = true;
    }
    return true;
}

static bool read_number(struct values *v, const char *text, double *number)
{
    if (csvio_number(text, number))
        return true;
    v->row.fault = _("not a number");
    return false;
}

/* A whole number for ids, counts, ages and times; an age of 5000.5 ms is over 5000. */
static bool read_whole(struct values *v, const char *text, int64_t *whole)
{
    double number = NAN;
    if (!read_number(v, text, &number))
        return false;
    if (isfinite(number) && fabs(number) < 9e15)
        *whole = (int64_t)ceil(number);
    return true;
}

static bool copy_digits(struct values *v, const char *text, char digits[8])
{
    if (strlen(text) >= 8 || strspn(text, "0123456789") != strlen(text)) {
        v->row.fault = _("not an MCC or MNC");
        return false;
    }
    memcpy(digits, text, strlen(text) + 1);
    return true;
}

static bool read_state(struct values *v, const char *text)
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

static bool read_column(struct values *v, size_t column, const char *text)
{
    const struct sample_column *c = &sample_columns[column];
    void *field = (char *)&v->row.quality.sample + c->offset;
    switch (c->type) {
    case SAMPLE_DOUBLE:
        if (!read_number(v, text, field))
            return false;
        v->level_given |= csv_layout_is_level(column) && !isnan(*(double *)field);
        return true;
    case SAMPLE_ID:
    case SAMPLE_TIME:
        return read_whole(v, text, field);
    case SAMPLE_TEXT:
        *(const char **)field = *text ? text : NULL;
        return true;
    case SAMPLE_STATE:
        return read_state(v, text);
    case SAMPLE_TECH:
        v->row.quality.sample.tech = *text ? tech_parse(text) : TECH_NONE;
        return true;
    case SAMPLE_MCC:
        return copy_digits(v, text, v->mcc);
    case SAMPLE_MNC:
        return copy_digits(v, text, v->mnc);
    default:
        return true;
    }
}

static bool read_operator(struct values *v, const char *text)
{
    if (*text == '\0')
        return true;
    v->row.quality.sample.mccmnc = mccmnc_parse(text);
    if (v->row.quality.sample.mccmnc == 0)
        v->row.fault = _("not an operator's MCC and MNC");
    return v->row.quality.sample.mccmnc != 0;
}

static bool read_field(struct values *v, const struct csv_target *t, const char *text,
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
static void settle_tech(struct values *v, const char *tech_text)
{
    struct sample *s = &v->row.quality.sample;
    if (*tech_text == '\0')
        s->tech = tech_by_level(s);
    else if (s->tech == TECH_NR_SA && !isnan(s->rsrp_dbm) &&
             (strcasecmp(tech_text, "NR") == 0 || strcasecmp(tech_text, "5G") == 0))
        s->tech = TECH_NR_NSA;
    else if (s->tech == TECH_COUNT)
        s->tech = TECH_NONE;
    if (!isnan(v->level_dbm)) {
        v->level_given = true;
        if (s->tech != TECH_NONE && isnan(sample_level_dbm(s, s->tech)))
            sample_set_level_dbm(s, s->tech, v->level_dbm);
    }
}

static void read_row(const struct csv_layout *l, const struct csvio_row *csv,
                     const struct import_options *o, struct values *v)
{
    const char *tech_text = "";
    struct sample *s = &v->row.quality.sample;
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
        if (b->target.kind == CSV_COLUMN &&
            sample_columns[b->target.column].type == SAMPLE_TECH)
            tech_text = text;
    }
    settle_tech(v, tech_text);
    if (s->mccmnc == 0 && (v->mcc[0] || v->mnc[0]))
        s->mccmnc = mccmnc_join(v->mcc, v->mnc);
    if (s->mccmnc == 0)
        s->mccmnc = o->mccmnc;
    if (!l->has_state)
        s->state = v->level_given ? STATE_IN_SERVICE : STATE_UNKNOWN;
    if (v->offset_s != ID_UNKNOWN && llabs(v->offset_s) <= 14 * 3600) {
        v->row.day_offset_s = (int32_t)v->offset_s;
        v->row.has_day_offset = true;
    }
}

static enum err read_rows(struct csvio_reader *r, const struct csv_layout *l,
                          const struct import_options *o, import_sink_fn sink, void *ctx)
{
    struct import_previous previous = {0};
    struct csvio_row csv;
    enum err err = ERR_OK;
    int got = 0;
    while (!err && (got = csvio_next(r, &csv)) == 1) {
        struct values v = {.level_dbm = NAN, .offset_s = ID_UNKNOWN};
        v.row.quality.sample = sample_empty();
        v.row.day_offset_s = o->utc_offset_s;
        v.row.line = csv.line;
        v.row.quality.duplicate = import_same_as_previous(&previous, &csv);
        if (csv.malformed || !import_field_count_ok(l->header_count, &csv)) {
            v.row.quality.malformed = true;
            v.row.fault = _("a wrong number of fields");
        } else {
            read_row(l, &csv, o, &v);
        }
        err = sink(ctx, &v.row);
    }
    import_previous_free(&previous);
    return got < 0 ? ERR_INPUT : err;
}

enum err import_lomsong_csv_read(struct import_file *f,
                                 const struct import_options *options,
                                 import_sink_fn sink, void *ctx)
{
    size_t size = 0;
    const char *head = import_file_head(f, &size);
    struct csvio_reader *r = NULL;
    struct csv_layout layout = {0};
    enum err err = import_file_rewind(f);
    if (err)
        return err;
    r = csvio_open(import_file_read, f, delimiter(head, size), '"');
    struct csvio_row header;
    const int got = csvio_next(r, &header);
    if (got != 1) {
        err_report(_("%s: no header row"), import_file_name(f));
        err = ERR_INPUT;
        goto done;
    }
    csv_layout_bind(&layout, &header, options);
    if ((err = csv_layout_check(&layout, &header, options, import_file_name(f))) !=
        ERR_OK)
        goto done;
    err = read_rows(r, &layout, options, sink, ctx);
done:
    csv_layout_free(&layout);
    csvio_close(r);
    return err;
}
