/* Tables that survey apps write. */
#include "app_csv.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "lang.h"
#include "utc.h"

enum { MAX_COMMENTS = 100 };

struct header {
    int at[APP_CSV_COLUMNS];
    size_t count;
    bool usable; /* has the columns that an app's log must have */
};

/* The first of "tac|lac" that the header has. */
static int find_column(const struct csvio_row *header, const char *names)
{
    char name[64];
    for (const char *from = names; *from;) {
        const size_t len = strcspn(from, "|");
        if (len < sizeof name) {
            memcpy(name, from, len);
            name[len] = '\0';
            const int at = csvio_column(header, name);
            if (at >= 0)
                return at;
        }
        from += len + (from[len] == '|');
    }
    return -1;
}

static void find_columns(const struct app_csv *app, const struct csvio_row *header,
                         struct header *h)
{
    uint64_t there = 0;
    h->usable = false;
    for (size_t i = 0; i < app->count; i++) {
        h->at[i] = app->names[i] ? find_column(header, app->names[i]) : -1;
        there |= h->at[i] >= 0 ? UINT64_C(1) << i : 0;
    }
    /* an empty field at the header's end is no column: rows have one too, or do not */
    h->count = header->count;
    if (header->count > 0 && header->lengths[header->count - 1] == 0)
        h->count--;
    for (size_t i = 0; app->required[i]; i++) {
        if ((there & app->required[i]) == app->required[i])
            h->usable = true;
    }
}

/* What the header line, the first that is no comment, has most of. */
static char find_delim(const struct app_csv *app, const char *head, size_t size)
{
    if (app->delim)
        return app->delim;
    if (size >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0) {
        head += 3;
        size -= 3;
    }
    while (size > 0 && (*head == '#' || *head == '\n' || *head == '\r')) {
        const char *end = memchr(head, '\n', size);
        const size_t skipped = end ? (size_t)(end - head) + 1 : size;
        head += skipped;
        size -= skipped;
    }
    return import_lomsong_delimiter(head, size);
}

/* Reads up to the header; false where there is none of this app. */
static bool read_header(const struct app_csv *app, struct csvio_reader *r,
                        struct header *h)
{
    struct csvio_row row;
    int comments = 0;
    int got;
    while ((got = csvio_next(r, &row)) == 1 && row.raw_len > 0 && row.raw[0] == '#' &&
           comments < MAX_COMMENTS)
        comments++;
    if (got != 1 || row.malformed)
        return false;
    find_columns(app, &row, h);
    return h->usable;
}

/* Logs that stand one behind the other in a file may differ in their columns: what
 * follows a header is read by it. No row of measurements holds a column's name. */
static void follow_header(const struct app_csv_row *row, struct header *h)
{
    const size_t first_required = (size_t)__builtin_ctzll(row->app->required[0]);
    if (!row->out->quality.malformed ||
        find_column(row->csv, row->app->names[first_required]) < 0)
        return;
    find_columns(row->app, row->csv, h);
    row->out->fault = import_header_fault();
}

bool app_csv_detect(const struct app_csv *app, const char *head, size_t size)
{
    struct import_head source = {.data = head, .size = size};
    struct csvio_reader *r =
        csvio_open(import_head_read, &source, find_delim(app, head, size), app->quote);
    struct header h;
    const bool ok = read_header(app, r, &h);
    csvio_close(r);
    return ok;
}

static bool holds_nul(const struct app_csv_row *row)
{
    for (size_t i = 0; i < row->app->count; i++) {
        const int at = row->at[i];
        if (at >= 0 && (size_t)at < row->csv->count &&
            strlen(row->csv->fields[at]) != row->csv->lengths[at])
            return true;
    }
    return false;
}

static void read_row(const struct app_csv_row *row)
{
    if (row->csv->malformed || !import_field_count_ok(row->header_count, row->csv))
        app_csv_malformed(row, _("a wrong number of fields"));
    else if (!row->usable)
        app_csv_malformed(row, import_columns_fault());
    else if (holds_nul(row))
        app_csv_malformed(row, _("holds a NUL byte"));
    else
        row->app->read(row);
    if (row->out->quality.sample.mccmnc == 0)
        row->out->quality.sample.mccmnc = row->options->mccmnc;
}

enum err app_csv_read(const struct app_csv *app, struct import_file *f,
                      const struct import_options *options, import_sink_fn sink,
                      void *ctx)
{
    enum err err = import_file_rewind(f);
    if (err)
        return err;
    size_t size = 0;
    const char *head = import_file_head(f, &size);
    const char delim = find_delim(app, head, size);
    struct csvio_reader *r = csvio_open(import_file_read, f, delim, app->quote);
    csvio_name(r, import_file_name(f));
    struct import_previous previous = {0};
    struct header h;
    struct csvio_row csv;
    int got = 0;
    if (!read_header(app, r, &h)) {
        err_report(_("%s:1: not the header of a log of %s"), import_file_name(f),
                   app->title);
        err = ERR_INPUT;
        goto done;
    }
    while (!err && (got = csvio_next(r, &csv)) == 1) {
        struct import_row out = {.day_offset_s = options->utc_offset_s,
                                 .line = csv.line,
                                 .raw = csv.raw,
                                 .raw_len = csv.raw_len};
        out.quality.sample = sample_empty();
        out.quality.duplicate = import_same_as_previous(&previous, &csv);
        const struct app_csv_row row = {.app = app,
                                        .at = h.at,
                                        .header_count = h.count,
                                        .usable = h.usable,
                                        .decimal_comma = delim != ',',
                                        .csv = &csv,
                                        .options = options,
                                        .out = &out};
        read_row(&row);
        follow_header(&row, &h);
        err = sink(ctx, &out);
    }
    if (got < 0)
        err = ERR_INPUT;
done:
    import_previous_free(&previous);
    csvio_close(r);
    return err;
}

void app_csv_malformed(const struct app_csv_row *row, const char *fault)
{
    row->out->quality.malformed = true;
    row->out->fault = fault;
}

bool app_csv_has(const struct app_csv_row *row, size_t column)
{
    return row->at[column] >= 0;
}

const char *app_csv_text(const struct app_csv_row *row, size_t column)
{
    const int at = row->at[column];
    if (at < 0 || (size_t)at >= row->csv->count)
        return "";
    const char *text = row->csv->fields[at];
    return row->app->missing && strcmp(text, row->app->missing) == 0 ? "" : text;
}

double app_csv_number(const struct app_csv_row *row, size_t column)
{
    double value = NAN;
    if (!csvio_local_number(app_csv_text(row, column), row->decimal_comma, &value))
        app_csv_malformed(row, _("not a number"));
    return value;
}

double app_csv_info(const struct app_csv_row *row, size_t column)
{
    double value = NAN;
    /* untouched where it fails */
    (void)csvio_local_number(app_csv_text(row, column), row->decimal_comma, &value);
    return value;
}

bool app_csv_flag(const struct app_csv_row *row, size_t column)
{
    const char *text = app_csv_text(row, column);
    if (strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0)
        return true;
    if (*text != '\0' && strcasecmp(text, "false") != 0 && strcmp(text, "0") != 0)
        app_csv_malformed(row, _("neither true nor false"));
    return false;
}

int64_t app_csv_id(const struct app_csv_row *row, size_t column)
{
    const double value = app_csv_info(row, column);
    if (!(value >= 0 && value < 9e15) || value == (double)INT32_MAX ||
        value == (double)UINT32_MAX)
        return ID_UNKNOWN;
    return (int64_t)value;
}

void app_csv_time(const struct app_csv_row *row, size_t column, int32_t offset_s)
{
    const char *text = app_csv_text(row, column);
    struct utc_stamp stamp;
    if (*text == '\0')
        return;
    if (utc_parse_any(text, offset_s, &stamp) != ERR_OK) {
        app_csv_malformed(row, _("not a time"));
        return;
    }
    row->out->quality.sample.t_utc_ms = stamp.t_utc_ms;
    if (stamp.has_offset) {
        row->out->day_offset_s = stamp.offset_s;
        row->out->has_day_offset = true;
    }
}

void app_csv_operator(const struct app_csv_row *row, size_t column)
{
    const char *text = app_csv_text(row, column);
    if (*text == '\0')
        return;
    row->out->quality.sample.mccmnc = mccmnc_parse(text);
    if (row->out->quality.sample.mccmnc == 0)
        app_csv_malformed(row, _("not an operator's MCC and MNC"));
}

/* Android says "unknown" with its largest integer, or writes nothing. */
static bool is_unknown_code(const char *text)
{
    return *text == '\0' || strcmp(text, "2147483647") == 0 || strcmp(text, "-1") == 0;
}

void app_csv_operator_numbers(const struct app_csv_row *row, size_t mcc, size_t mnc)
{
    const char *mcc_text = app_csv_text(row, mcc);
    const char *mnc_text = app_csv_text(row, mnc);
    if (is_unknown_code(mcc_text) || is_unknown_code(mnc_text))
        return;
    row->out->quality.sample.mccmnc = mccmnc_join_number(mcc_text, mnc_text);
    if (row->out->quality.sample.mccmnc == 0)
        app_csv_malformed(row, _("not an operator's MCC and MNC"));
}

double app_csv_h95_m(double android_accuracy_m)
{
    if (!(android_accuracy_m > 0))
        return NAN;
    return android_accuracy_m * sqrt(log(0.05) / log(0.32));
}

void app_csv_no_sample(const struct app_csv_row *row, const char *why)
{
    struct import_row *out = row->out;
    out->quality.sample.state = STATE_UNKNOWN;
    out->quality.sample.mccmnc = 0;
    if (!out->quality.malformed)
        out->fault = why;
}

void app_csv_neighbour(const struct app_csv_row *row)
{
    app_csv_no_sample(row, _("a neighbour cell, which does not serve"));
}
