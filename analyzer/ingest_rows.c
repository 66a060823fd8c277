/* Rows of a log as they become a tally. */
#include "ingest_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "tally_sample.h"
#include "utc.h"
#include "xmem.h"

void ingest_note_first(struct ingest_first *first, int64_t line, const char *fault)
{
    const size_t len = fault ? strnlen(fault, sizeof first->fault - 1) : 0;
    first->line = line;
    memcpy(first->fault, fault ? fault : "", len);
    first->fault[len] = '\0';
}

static void reject(struct ingest_log *log, enum quality_reason reason,
                   const struct import_row *row)
{
    log->counts.rejected[reason]++;
    if (log->first[reason].line == 0)
        ingest_note_first(&log->first[reason], row->line, row->fault);
}

/* True where `error_m` may hide on which side of a bin's edge `bins` lies. */
static bool near_edge(double bins, double error_m, double bin_size_m)
{
    const double from_middle = fabs(bins - crs_floor(bins) - 0.5);
    return (0.5 - from_middle) * bin_size_m <= error_m;
}

/* The bin of a position, on the right side of every bin's edge. */
static bool find_bin(struct ingest_rows *r, const struct latlon *pos)
{
    const double size_m = r->options->bin_size_m;
    const struct crs_grid_point p = crs_grid_forward(r->grid, pos);
    const double x_bins = p.at.x_m / size_m, y_bins = p.at.y_m / size_m;
    if (p.error_m > 0 &&
        (near_edge(x_bins, p.error_m, size_m) || near_edge(y_bins, p.error_m, size_m)))
        return tally_place(crs_grid_exactly(r->grid, pos).at, size_m, &r->bin_x,
                           &r->bin_y);
    return tally_bin(x_bins, y_bins, &r->bin_x, &r->bin_y);
}

/* The bin of a position; false where the survey's CRS has no place for it. By reference:
 * a position passed by value is put together in memory, and waited for. */
static inline bool place(struct ingest_rows *r, const struct latlon *pos)
{
    if (pos->lat_deg != r->pos.lat_deg || pos->lon_deg != r->pos.lon_deg) {
        r->pos = *pos;
        r->placed = find_bin(r, pos);
    }
    return r->placed;
}

static bool same_key(const struct tally_key *a, const struct tally_key *b)
{
    return a->bin_x == b->bin_x && a->bin_y == b->bin_y && a->mccmnc == b->mccmnc &&
           a->day == b->day && a->tech == b->tech;
}

/* The local day of a row that has a time. Rows of one day come in long runs, and two
 * divisions for each would be felt. */
static inline int32_t day_of(struct ingest_rows *r, const struct import_row *row)
{
    const int64_t t_utc_ms = row->quality.sample.t_utc_ms;
    if (t_utc_ms < r->day_from_ms || t_utc_ms >= r->day_to_ms ||
        row->day_offset_s != r->day_offset_s) {
        r->day = utc_local_day(t_utc_ms, row->day_offset_s);
        r->day_offset_s = row->day_offset_s;
        r->day_from_ms = r->day * UTC_DAY_MS - row->day_offset_s * INT64_C(1000);
        r->day_to_ms = r->day_from_ms + UTC_DAY_MS;
    }
    return r->day;
}

/* The cell of a placed row. A modem stays in a bin for some rows: the last cell of its
 * operator and technology is mostly the one. */
static inline struct tally_cell *cell_of(struct ingest_rows *r, const struct sample *s,
                                         int32_t day, uint8_t tech)
{
    const struct tally_key key = {.bin_x = r->bin_x,
                                  .bin_y = r->bin_y,
                                  .mccmnc = s->mccmnc,
                                  .day = day,
                                  .tech = tech};
    struct tally_cell **recent = &r->recent[s->mccmnc % INGEST_RECENT][tech];
    if (!*recent || !same_key(&(*recent)->key, &key))
        *recent = tally_cell(r->log->tally, key);
    return *recent;
}

/* Adds a part of a placed row to its cell. */
static inline void add_part(struct ingest_rows *r, const struct import_row *row,
                            int32_t day, const struct tally_part *part)
{
    const struct sample *s = &row->quality.sample;
    uint8_t tech = part->tech;
    if (row->rscp_may_be_rssi && tech == TECH_WCDMA) {
        tech = TECH_3G_UNSURE;
        r->unsure_rows++;
        r->unsure_levels += !part->blanked;
    }
    struct tally_cell *c = cell_of(r, s, day, tech);
    tally_add_time(c, s->t_utc_ms);
    tally_add_part(c, part);
}

/* Returns how many levels were blank. */
static inline int add_to_cells(struct ingest_rows *r, const struct import_row *row,
                               int32_t day)
{
    struct tally_part parts[TALLY_PARTS];
    const int count = tally_parts(&row->quality.sample, row->offset_db, parts);
    int blanked = 0;
    for (int i = 0; i < count; i++) {
        add_part(r, row, day, &parts[i]);
        blanked += parts[i].blanked;
    }
    return blanked;
}

void ingest_note_time(struct ingest_log *log, int64_t t_utc_ms)
{
    if (log->first_utc_ms == TIME_UNKNOWN || t_utc_ms < log->first_utc_ms)
        log->first_utc_ms = t_utc_ms;
    if (log->last_utc_ms == TIME_UNKNOWN || t_utc_ms > log->last_utc_ms)
        log->last_utc_ms = t_utc_ms;
}

enum err ingest_take_probe(void *rows, const struct probe_wish *wish)
{
    struct ingest_rows *r = rows;
    r->log->counts.probes++;
    if (wish)
        probes_wish(&r->probes, wish);
    return ERR_OK;
}

/* A row that knows where it was may say where an active test was. */
static void offer_place(struct ingest_rows *r, const struct import_row *row)
{
    const struct sample *s = &row->quality.sample;
    struct probe_anchor anchor = {.sample_id = row->line,
                                  .modem_id = s->modem_id,
                                  .t_utc_ms = s->t_utc_ms,
                                  .mccmnc = s->mccmnc};
    if (!probes_want(&r->probes, &anchor) || !place(r, &s->pos))
        return;
    anchor.bin_x = r->bin_x;
    anchor.bin_y = r->bin_y;
    anchor.day = day_of(r, row);
    probes_offer(&r->probes, &anchor);
}

/* A row that counts, in its place. */
static inline void take_placed(struct ingest_rows *r, const struct import_row *row)
{
    const struct sample *s = &row->quality.sample;
    struct ingest_log *log = r->log;
    const int32_t day = day_of(r, row);
    const int blanked = add_to_cells(r, row, day);
    suspects_add(r->suspects, s, row->line);
    track_piece_add(r->track, &(struct track_point){.mccmnc = s->mccmnc,
                                                    .day = day,
                                                    .t_utc_ms = s->t_utc_ms,
                                                    .bin_x = r->bin_x,
                                                    .bin_y = r->bin_y});
    if (s->t_utc_ms != r->taken_utc_ms)
        ingest_note_time(log, s->t_utc_ms);
    r->taken_utc_ms = s->t_utc_ms;
    if (fabs(row->offset_db) > 0)
        log->counts.level_corrected += s->state == STATE_IN_SERVICE;
    log->counts.accepted++;
    log->counts.level_blanked += blanked;
    if (s->mccmnc == 0) {
        if (r->unnamed_accepted++ == 0)
            r->unnamed_line = row->line;
        r->unnamed_blanked += blanked;
    }
}

enum err ingest_take_piece_row(void *rows, const struct import_row *row)
{
    struct ingest_rows *r = rows;
    r->log->counts.rows++;
    enum quality_reason reason =
        frozen_quality(&r->frozen, &row->quality, &r->options->limits);
    if (r->probes.wish_count > 0 && reason >= QUALITY_DUPLICATE)
        offer_place(r, row);
    if (reason == QUALITY_ACCEPTED && !place(r, &row->quality.sample.pos))
        reason = QUALITY_NO_POSITION;
    if (reason == QUALITY_ACCEPTED)
        take_placed(r, row);
    else
        reject(r->log, reason, row);
    return ERR_OK;
}

enum err ingest_take_row(void *rows, const struct import_row *row)
{
    struct ingest_rows *r = rows;
    import_facts_add(&r->facts, row);
    if (import_facts_crowded(&r->facts))
        return ERR_OK; /* the log will be refused */
    return ingest_take_piece_row(rows, row);
}

struct ingest_rows ingest_rows_begin(struct ingest_log *log,
                                     const struct ingest_options *options,
                                     struct crs_grid *grid)
{
    return (struct ingest_rows){.log = log,
                                .options = options,
                                .grid = grid,
                                .frozen = frozen_begin(true),
                                .pos = {NAN, NAN},
                                .taken_utc_ms = TIME_UNKNOWN};
}

enum err ingest_watch_row(void *rows, const struct import_row *row)
{
    struct ingest_rows *r = rows;
    (void)frozen_quality(&r->frozen, &row->quality, &r->options->limits);
    return ERR_OK;
}

void ingest_rows_end(struct ingest_rows *r)
{
    import_facts_free(&r->facts);
    probes_free(&r->probes);
    track_piece_free(r->track);
    free(r->suspects);
}

void ingest_rows_forget_cells(struct ingest_rows *r)
{
    memset(r->recent, 0, sizeof r->recent);
}

void ingest_place_probes(struct ingest_log *log, struct probes *probes, mccmnc_t op)
{
    log->probes = xcalloc(probes->wish_count + 1, sizeof *log->probes);
    const size_t count = probes_place(probes, log->probes);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        log->probes[kept] = log->probes[i];
        if (log->probes[kept].mccmnc == 0)
            log->probes[kept].mccmnc = op;
        kept += log->probes[kept].mccmnc != 0;
    }
    if (kept > 1)
        qsort(log->probes, kept, sizeof *log->probes, probe_compare);
    log->counts.probes_counted = (int64_t)kept;
}

enum err ingest_check_rows(const struct ingest_log *log)
{
    if (log->counts.rows > 0)
        return ERR_OK;
    err_report(
        _("%s: a header but no rows; nothing was measured, or the file was cut off"),
        log->path);
    return ERR_INPUT;
}
