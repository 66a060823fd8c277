/* G-NetTrack, both forms of its logs.
 *
 * Pro text log, tab separated with an empty field at the end of each row, local time,
 * longitude first, '-' for a missing value: Timestamp Longitude Latitude Operatorname
 * Operator … NetworkTech Level Qual SNR … 2025.07.18_22.11.08  -17.436158  14.665338
 * Orange  60801 … 4G  -81  -8  0.0 … Level is RSRP on 4G and often -113 + 2·ASU, an RSSI,
 * on 3G. Rows of NO_COVERAGE (Operator empty, NetworkTech "--", Level -200) are no
 * service of the phone's own operator.
 *
 * Dataset CSV (Raca et al., MMSys 2020), without MCC and MNC:
 *     Timestamp,Longitude,Latitude,Speed,Operatorname,…,NetworkMode,RSRP,RSRQ,SNR,…,NRxRSRP,…
 * RSRP holds the LTE anchor's level on 5G, an RSSI off LTE. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import.h"
#include "lang.h"
#include "utc.h"

enum column {
    COL_TIME,
    COL_LON,
    COL_LAT,
    COL_OPERATOR_NAME,
    COL_OPERATOR,
    COL_TECH,
    COL_LEVEL,
    COL_QUAL,
    COL_SNR,
    COL_RSSI,
    COL_ARFCN,
    COL_PSC,
    COL_ALTITUDE,
    COL_LAC,
    COL_CELL,
    COL_SPEED,
    COL_NR_LEVEL,
    COL_NR_QUAL,
    COL_COUNT
};

struct dialect {
    char delim; /* as the app writes it; a spreadsheet that saved the file has its own */
    char quote;
    const char *names[COL_COUNT]; /* NULL: has no such column */
    enum column required[6];
};

static const struct dialect text_dialect = {
    .delim = '\t',
    .names = {"Timestamp", "Longitude", "Latitude", "Operatorname", "Operator",
              "NetworkTech", "Level", "Qual", "SNR", "LTERSSI", "ARFCN", "PSC",
              "Altitude", "LAC", NULL, NULL, NULL, NULL},
    .required = {COL_TIME, COL_LON, COL_LAT, COL_OPERATOR, COL_TECH, COL_LEVEL},
};

static const struct dialect dataset_dialect = {
    .delim = ',',
    .quote = '"',
    .names = {"Timestamp", "Longitude", "Latitude", "Operatorname", NULL, "NetworkMode",
              "RSRP", "RSRQ", "SNR", "RSSI", NULL, NULL, NULL, NULL, "RAWCELLID", "Speed",
              "NRxRSRP", "NRxRSRQ"},
    .required = {COL_TIME, COL_LON, COL_LAT, COL_TECH, COL_LEVEL, COL_LEVEL},
};

struct columns {
    int at[COL_COUNT];
    size_t header_count;
    bool usable;        /* the columns that must be there are */
    bool decimal_comma; /* see csvio_local_number() */
};

static void find_columns(const struct csvio_row *header, const struct dialect *d,
                         struct columns *c)
{
    c->usable = true;
    for (int i = 0; i < COL_COUNT; i++)
        c->at[i] = d->names[i] ? csvio_column(header, d->names[i]) : -1;
    /* the trailing tab of the header is no column: rows have one too, or do not */
    c->header_count = header->count;
    if (header->count > 0 && header->lengths[header->count - 1] == 0)
        c->header_count--;
    for (size_t i = 0; i < sizeof d->required / sizeof *d->required; i++) {
        if (c->at[d->required[i]] < 0)
            c->usable = false;
    }
}

/* Spreadsheets quote. */
static char quote_of(const struct dialect *d, char delim)
{
    return delim == d->delim ? d->quote : '"';
}

static bool detect(const char *head, size_t size, const struct dialect *d)
{
    const char delim = import_lomsong_delimiter(head, size);
    struct import_head source = {.data = head, .size = size};
    struct csvio_reader *r =
        csvio_open(import_head_read, &source, delim, quote_of(d, delim));
    struct csvio_row row;
    struct columns columns = {.usable = false};
    if (csvio_next(r, &row) == 1 && !row.malformed)
        find_columns(&row, d, &columns);
    csvio_close(r);
    return columns.usable;
}

/* The field of a column, "" where it is missing or '-'. */
static const char *field(const struct columns *c, const struct csvio_row *row,
                         enum column column)
{
    const int at = c->at[column];
    if (at < 0 || (size_t)at >= row->count || strcmp(row->fields[at], "-") == 0)
        return "";
    return row->fields[at];
}

/* A number that decides (position, level): what is not one makes the row malformed. */
static double must_number(const struct columns *c, const struct csvio_row *row,
                          enum column column, struct import_row *out)
{
    double value = NAN;
    if (!csvio_local_number(field(c, row, column), c->decimal_comma, &value)) {
        out->quality.malformed = true;
        out->fault = _("not a number");
    }
    return value;
}

/* A number that only informs: what is not one is missing. */
static double may_number(const struct columns *c, const struct csvio_row *row,
                         enum column column)
{
    double value = NAN;
    if (!csvio_local_number(field(c, row, column), c->decimal_comma, &value))
        return NAN;
    return value;
}

static int64_t may_id(const struct columns *c, const struct csvio_row *row,
                      enum column column)
{
    const double value = may_number(c, row, column);
    return isfinite(value) && value >= 0 && value < 9e15 ? (int64_t)value : ID_UNKNOWN;
}

static void read_time(const char *text, const struct import_options *o,
                      struct import_row *out)
{
    struct utc_stamp stamp;
    if (*text == '\0')
        return;
    if (utc_parse(text, o->utc_offset_s, &stamp) != ERR_OK) {
        out->quality.malformed = true;
        out->fault = _("not a time");
        return;
    }
    out->quality.sample.t_utc_ms = stamp.t_utc_ms;
    if (stamp.has_offset) {
        out->day_offset_s = stamp.offset_s;
        out->has_day_offset = true;
    }
}

/* The level of a row goes where its technology keeps it. */
static void place_levels(struct import_row *out, double level, double nr_level,
                         double qual, double nr_qual)
{
    struct sample *s = &out->quality.sample;
    if (s->tech == TECH_NR_SA && !isnan(nr_level)) {
        s->ss_rsrp_dbm = nr_level;
        s->ss_rsrq_db = nr_qual;
    }
    if (s->tech == TECH_LTE || s->tech == TECH_NR_NSA) {
        s->rsrp_dbm = level;
        s->rsrq_db = qual;
        if (s->tech == TECH_NR_NSA) {
            s->ss_rsrp_dbm = nr_level;
            s->ss_rsrq_db = nr_qual;
        }
    } else if (s->tech == TECH_WCDMA) {
        s->rscp_dbm = level;
        out->rscp_may_be_rssi = true;
    } else if (s->tech != TECH_NONE && isnan(sample_level_dbm(s, s->tech))) {
        sample_set_level_dbm(s, s->tech, level);
    }
}

static void read_radio(const struct columns *c, const struct csvio_row *row,
                       bool has_anchor_column, struct import_row *out)
{
    struct sample *s = &out->quality.sample;
    const double level = must_number(c, row, COL_LEVEL, out);
    const double nr_level = must_number(c, row, COL_NR_LEVEL, out);
    const char *tech_text = field(c, row, COL_TECH);
    s->tech = tech_parse(tech_text);
    if (s->tech == TECH_COUNT)
        s->tech = TECH_NONE;
    if (has_anchor_column && s->tech == TECH_NR_SA && !isnan(level))
        s->tech = TECH_NR_NSA;
    s->sinr_db = may_number(c, row, COL_SNR);
    s->rssi_dbm = may_number(c, row, COL_RSSI);
    place_levels(out, level, nr_level, may_number(c, row, COL_QUAL),
                 may_number(c, row, COL_NR_QUAL));
    if (strcasecmp(field(c, row, COL_OPERATOR_NAME), "NO_COVERAGE") == 0) {
        s->state = STATE_NO_SERVICE;
        s->tech = TECH_NONE;
    } else {
        s->state = s->tech == TECH_NONE ? STATE_UNKNOWN : STATE_IN_SERVICE;
    }
}

static void read_identity(const struct columns *c, const struct csvio_row *row,
                          const struct import_options *o, struct import_row *out)
{
    struct sample *s = &out->quality.sample;
    const char *op = field(c, row, COL_OPERATOR);
    s->mccmnc = *op ? mccmnc_parse(op) : 0;
    if (*op && s->mccmnc == 0) {
        out->quality.malformed = true;
        out->fault = _("not an operator's MCC and MNC");
    }
    if (c->at[COL_OPERATOR] < 0)
        s->mccmnc = o->mccmnc;
    s->arfcn = may_id(c, row, COL_ARFCN);
    s->pci = may_id(c, row, COL_PSC);
    s->tac = may_id(c, row, COL_LAC);
    s->cell_id = may_id(c, row, COL_CELL);
    s->alt_m = may_number(c, row, COL_ALTITUDE);
    s->speed_mps = may_number(c, row, COL_SPEED) / 3.6; /* km/h in the file */
}

static void read_row(const struct columns *c, const struct csvio_row *row,
                     const struct import_options *o, struct import_row *out)
{
    if (row->malformed || !import_field_count_ok(c->header_count, row)) {
        out->quality.malformed = true;
        out->fault = _("a wrong number of fields");
        return;
    }
    if (!c->usable) {
        out->quality.malformed = true;
        out->fault = import_columns_fault();
        return;
    }
    struct sample *s = &out->quality.sample;
    read_time(field(c, row, COL_TIME), o, out);
    s->pos.lon_deg = must_number(c, row, COL_LON, out);
    s->pos.lat_deg = must_number(c, row, COL_LAT, out);
    read_radio(c, row, c->at[COL_NR_LEVEL] >= 0, out);
    read_identity(c, row, o, out);
}

bool import_gnettrack_row(const struct csvio_row *header, const struct csvio_row *row,
                          const struct import_options *o, struct import_row *out)
{
    struct columns columns = {.decimal_comma = false};
    find_columns(header, &text_dialect, &columns);
    if (columns.usable)
        read_row(&columns, row, o, out);
    return columns.usable;
}

/* Logs that stand one behind the other in a file may differ in their columns: what
 * follows a header is read by it. No row of measurements holds a column's name. */
static void follow_header(const struct csvio_row *row, const struct dialect *d,
                          struct columns *c, struct import_row *out)
{
    if (!out->quality.malformed || csvio_column(row, d->names[COL_TIME]) < 0)
        return;
    find_columns(row, d, c);
    out->fault = import_header_fault();
}

static enum err read_rows(struct import_file *f, const struct dialect *d,
                          const struct import_options *o, import_sink_fn sink, void *ctx)
{
    enum err err = import_file_rewind(f);
    if (err)
        return err;
    size_t size = 0;
    const char *head = import_file_head(f, &size);
    const char delim = import_lomsong_delimiter(head, size);
    struct csvio_reader *r = csvio_open(import_file_read, f, delim, quote_of(d, delim));
    csvio_name(r, import_file_name(f));
    struct import_previous previous = {0};
    struct columns columns = {.decimal_comma = delim != ','};
    struct csvio_row row;
    int got = csvio_next(r, &row);
    if (got == 1)
        find_columns(&row, d, &columns);
    if (!columns.usable) {
        err_report(_("%s:1: not the header of a G-NetTrack log"), import_file_name(f));
        err = ERR_INPUT;
        goto done;
    }
    while (!err && (got = csvio_next(r, &row)) == 1) {
        struct import_row out = {.day_offset_s = o->utc_offset_s,
                                 .line = row.line,
                                 .raw = row.raw,
                                 .raw_len = row.raw_len};
        out.quality.sample = sample_empty();
        out.quality.duplicate = import_same_as_previous(&previous, &row);
        read_row(&columns, &row, o, &out);
        follow_header(&row, d, &columns, &out);
        err = sink(ctx, &out);
    }
    if (got < 0)
        err = ERR_INPUT;
done:
    import_previous_free(&previous);
    csvio_close(r);
    return err;
}

bool import_gnettrack_text_detect(const char *head, size_t size,
                                  const struct import_options *options)
{
    return options->map_count == 0 && detect(head, size, &text_dialect);
}

enum err import_gnettrack_text_read(struct import_file *f,
                                    const struct import_options *options,
                                    import_sink_fn sink, void *ctx)
{
    return read_rows(f, &text_dialect, options, sink, ctx);
}

bool import_gnettrack_dataset_detect(const char *head, size_t size,
                                     const struct import_options *options)
{
    return options->map_count == 0 && detect(head, size, &dataset_dialect);
}

enum err import_gnettrack_dataset_read(struct import_file *f,
                                       const struct import_options *options,
                                       import_sink_fn sink, void *ctx)
{
    return read_rows(f, &dataset_dialect, options, sink, ctx);
}
