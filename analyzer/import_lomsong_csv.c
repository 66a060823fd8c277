/* lomsong CSV: the columns of the trip log's table `sample` in any order and any subset
 * that has time, position and state or level, under the names of the contract, a few
 * usual ones, or those given with --map.
 *
 *     t_utc,lat_deg,lon_deg,mccmnc,tech,rsrp_dbm
 *     2025-07-18T22:11:08+07:00,22.665338,106.136158,45204,LTE,-97
 *
 * Without a column `state` a level means in service and none means unknown: such a log
 * cannot tell a hole from a pause. */
#include "csv_values.h"
#include "lang.h"

char import_lomsong_delimiter(const char *head, size_t size)
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
        csvio_open(import_head_read, &source, import_lomsong_delimiter(head, size), '"');
    struct csvio_row row;
    struct csv_layout layout = {0};
    bool ok = false;
    if (csvio_next(r, &row) == 1 && !row.malformed) {
        csv_layout_bind(&layout, &row, options);
        /* a header that --map fits in part is said to lack the rest by check_map */
        ok = csv_layout_usable(&layout, options) ||
             (options->map_count > 0 && layout.count > 0);
    }
    csv_layout_free(&layout);
    csvio_close(r);
    return ok;
}

/* A row by the header before it, which is the log's or one further down. */
static void read_row(struct csv_values *v, struct csv_layout *l,
                     const struct csvio_row *csv, const struct import_options *o)
{
    csv_values_read(v, l, csv, o);
    struct import_row *row = &v->row;
    if (row->quality.malformed && csv_layout_is_header(csv, o)) {
        csv_layout_follow(l, csv, o);
        row->fault = import_header_fault();
    } else if (!csv_layout_usable(l, o)) {
        row->quality.malformed = true;
        row->fault = row->fault ? row->fault : import_columns_fault();
    }
}

static enum err read_rows(struct csvio_reader *r, struct csv_layout *l,
                          const struct import_options *o, import_sink_fn sink, void *ctx)
{
    struct import_previous previous = {0};
    struct csvio_row csv;
    enum err err = ERR_OK;
    int got = 0;
    while (!err && (got = csvio_next(r, &csv)) == 1) {
        struct csv_values v;
        read_row(&v, l, &csv, o);
        v.row.quality.duplicate = import_same_as_previous(&previous, &csv);
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
    const char delim = import_lomsong_delimiter(head, size);
    r = csvio_open(import_file_read, f, delim, '"');
    csvio_name(r, import_file_name(f));
    layout.decimal_comma = delim != ',';
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
