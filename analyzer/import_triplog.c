/* lomsong's own trip log, a GeoPackage: the reader of lib/triplog.c as an import format.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "lang.h"
#include "triplog.h"
#include "triplog_pages.h"
#include "xmem.h"

bool import_triplog_detect(const char *head, size_t size,
                           const struct import_options *options)
{
    static const char magic[] = "SQLite format 3"; /* with its NUL: 16 bytes */
    (void)options;
    return size >= sizeof magic && memcmp(head, magic, sizeof magic) == 0;
}

/* What all rows of a log have in common. */
static struct import_row common_row(const struct triplog_info *info,
                                    const struct import_options *options)
{
    return (struct import_row){
        .day_offset_s = info->has_utc_offset ? info->utc_offset_s : options->utc_offset_s,
        .has_day_offset = info->has_utc_offset,
    };
}

/* Makes a row of the log one as any other's. */
static void fill_row(struct import_row *out, const struct triplog_row *row,
                     const struct import_options *options)
{
    out->quality.sample = row->sample;
    out->quality.malformed = row->malformed;
    out->quality.duplicate = row->duplicate;
    out->offset_db = row->offset_db;
    out->line = row->sample_id;
    out->fault = row->malformed ? _("a value of the wrong type") : NULL;
    if (out->quality.sample.mccmnc == 0)
        out->quality.sample.mccmnc = options->mccmnc;
}

enum err import_triplog_read(struct import_file *f, const struct import_options *options,
                             import_sink_fn sink, void *ctx)
{
    struct triplog_reader *reader = NULL;
    struct triplog_info info;
    const char *path = NULL;
    enum err err = import_file_unpack(f, &path);
    if (!err)
        err = triplog_open(path, &reader, &info);
    if (err)
        return err;
    struct triplog_row row;
    struct import_row out = common_row(&info, options);
    int got = 0;
    while (!err && (got = triplog_next(reader, &row)) == 1) {
        fill_row(&out, &row, options);
        err = sink(ctx, &out);
    }
    if (got < 0)
        err = ERR_INPUT;
    triplog_close(reader);
    return err;
}

enum err import_triplog_uuid(struct import_file *f, char *uuid, size_t size)
{
    struct triplog_info info;
    const char *path = NULL;
    enum err err = import_file_unpack(f, &path);
    if (!err)
        err = triplog_look(path, &info);
    if (err)
        return err;
    const size_t len = strnlen(info.trip_uuid, sizeof info.trip_uuid);
    const size_t n = len < size - 1 ? len : size - 1;
    memcpy(uuid, info.trip_uuid, n);
    uuid[n] = '\0';
    return ERR_OK;
}

struct pieces {
    struct triplog_pages *pages;
    struct triplog_info info;
    struct import_options options;
};

struct piece_reader {
    const struct pieces *pieces;
    struct triplog_pages_reader *rows;
    size_t number;
    bool in_lead;
};

static void pieces_close(void *p)
{
    struct pieces *pieces = p;
    triplog_pages_close(pieces->pages);
    free(pieces);
}

static enum err pieces_open(struct import_file *f, const struct import_options *options,
                            size_t piece_size, struct import_body *body)
{
    const char *path = NULL;
    struct pieces *p = xcalloc(1, sizeof *p);
    p->options = *options;
    *body = (struct import_body){.line = 1};
    enum err err = import_file_unpack(f, &path);
    if (!err)
        err = triplog_pages_open(path, piece_size, &p->pages, &p->info);
    if (err || !p->pages) {
        pieces_close(p);
        return err;
    }
    body->pieces = p;
    body->count = triplog_pages_count(p->pages);
    body->has_seal = triplog_pages_has_seal(p->pages);
    return ERR_OK;
}

static void *new_reader(const void *pieces)
{
    struct piece_reader *r = xcalloc(1, sizeof *r);
    r->pieces = pieces;
    r->rows = triplog_pages_reader_new(r->pieces->pages);
    return r;
}

static void reader_free(void *reader)
{
    struct piece_reader *r = reader;
    triplog_pages_reader_free(r->rows);
    free(r);
}

static bool seek_piece(void *reader, size_t number)
{
    struct piece_reader *r = reader;
    r->number = number;
    r->in_lead = true;
    return triplog_pages_lead(r->rows, number);
}

static enum err read_piece(void *reader, struct import_piece *piece, import_sink_fn sink,
                           void *ctx)
{
    struct piece_reader *r = reader;
    const struct pieces *p = r->pieces;
    struct triplog_row row;
    struct import_row out = common_row(&p->info, &p->options);
    enum err err = ERR_OK;
    int got = 0;
    if (!r->in_lead)
        triplog_pages_piece(r->rows, r->number);
    r->in_lead = false;
    while (!err && (got = triplog_pages_next(r->rows, &row)) == 1) {
        fill_row(&out, &row, &p->options);
        err = sink(ctx, &out);
    }
    piece->irregular = got < 0;
    return err;
}

static const char *seal_of_pieces(const void *p)
{
    const struct pieces *pieces = p;
    return triplog_pages_seal_matches(pieces->pages) ? "intact" : "broken";
}

const struct import_pieces import_triplog_pieces = {
    .open = pieces_open,
    .close = pieces_close,
    .reader = new_reader,
    .reader_free = reader_free,
    .seek = seek_piece,
    .seal = seal_of_pieces,
    .read = read_piece,
};

struct probe_reading {
    import_probe_fn take;
    void *ctx;
};

/* A rate or a time as a whole number; what no network has is none. */
static int64_t whole(double value)
{
    return value >= 0 && value < 1e9 ? (int64_t)llround(value) : ID_UNKNOWN;
}

/* "void" is a test that the network had no part in: the daily limit was reached, the
 * device's own connection was not up. A slow transfer that ran out of time has a rate,
 * and leaving it out would flatter. */
static enum err take_probe(void *ctx, const struct triplog_probe_row *row)
{
    const struct probe_reading *reading = ctx;
    const struct triplog_probe *p = &row->probe;
    const enum probe_kind kind = probe_kind_parse(p->kind);
    if (row->malformed || kind == PROBE_KIND_COUNT || strcmp(p->result, "void") == 0)
        return reading->take(reading->ctx, NULL);
    const struct probe_wish wish = {
        .kind = kind,
        .ok = strcmp(p->result, "ok") == 0,
        .value = whole(kind == PROBE_PING ? p->rtt_ms : p->rate_kbps),
        .modem_id = p->modem_id,
        .sample_id = row->sample_id,
        .t_utc_ms = p->t_utc_ms,
    };
    return reading->take(reading->ctx, &wish);
}

enum err import_triplog_probes(struct import_file *f, import_probe_fn take, void *ctx)
{
    struct probe_reading reading = {.take = take, .ctx = ctx};
    const char *path = NULL;
    const enum err err = import_file_unpack(f, &path);
    return err ? err : triplog_each_probe(path, take_probe, &reading);
}

const char *import_triplog_seal(struct import_file *f)
{
    struct triplog_info info;
    struct triplog_verdict v;
    const char *path = NULL;
    if (import_file_unpack(f, &path) != ERR_OK || triplog_look(path, &info) != ERR_OK ||
        !info.sealed || triplog_verify(path, &v) != ERR_OK || !v.sealed || !v.seal_known)
        return "";
    return v.seal_matches ? "intact" : "broken";
}
