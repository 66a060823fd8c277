/* Rows of a log as they become a tally. */
#include "ingest_rows.h"

#include <math.h>
#include <string.h>

#include "lang.h"
#include "units.h"
#include "utc.h"

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
    const double within = bins - crs_grid_floor(bins);
    return (within < 0.5 ? within : 1 - within) * bin_size_m <= error_m;
}

/* The position in bins, on the right side of every edge. */
static struct xy to_bins(const struct ingest_rows *r, struct latlon pos)
{
    const double size_m = r->options->bin_size_m;
    double error_m = 0;
    const struct xy p = crs_grid_forward(r->grid, pos, &error_m);
    const struct xy bins = {.x_m = p.x_m / size_m, .y_m = p.y_m / size_m};
    if (error_m > 0 &&
        (near_edge(bins.x_m, error_m, size_m) || near_edge(bins.y_m, error_m, size_m))) {
        const struct xy exact = crs_grid_exactly(r->grid, pos);
        return (struct xy){.x_m = exact.x_m / size_m, .y_m = exact.y_m / size_m};
    }
    return bins;
}

/* The bin of a position; false where the survey's CRS has no place for it. */
static bool place(struct ingest_rows *r, struct latlon pos)
{
    if (pos.lat_deg == r->pos.lat_deg && pos.lon_deg == r->pos.lon_deg)
        return r->placed;
    const struct xy bins = to_bins(r, pos);
    const double x = crs_grid_floor(bins.x_m);
    const double y = crs_grid_floor(bins.y_m);
    r->pos = pos;
    r->placed = fabs(x) < 1e9 && fabs(y) < 1e9; /* false for NAN */
    if (r->placed) {
        r->bin_x = (int32_t)x;
        r->bin_y = (int32_t)y;
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
static int32_t day_of(struct ingest_rows *r, const struct import_row *row)
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
static struct tally_cell *cell_of(struct ingest_rows *r, const struct import_row *row,
                                  uint8_t tech)
{
    const struct sample *s = &row->quality.sample;
    const struct tally_key key = {.bin_x = r->bin_x,
                                  .bin_y = r->bin_y,
                                  .mccmnc = s->mccmnc,
                                  .day = day_of(r, row),
                                  .tech = tech};
    struct tally_cell **recent = &r->recent[(s->mccmnc * 8 + tech) % INGEST_RECENT];
    if (!*recent || !same_key(&(*recent)->key, &key))
        *recent = tally_cell(r->log->tally, key);
    tally_add_time(*recent, s->t_utc_ms);
    return *recent;
}

/* Adds one level to a cell; returns 1 where it was blank. */
static int add_level(struct ingest_rows *r, const struct import_row *row, uint8_t tech,
                     int dbm)
{
    tally_add_level(cell_of(r, row, tech), dbm, 1);
    return dbm == LEVEL_NONE;
}

/* The level of a technology as it is tallied: corrected for the mounting, whole dBm. */
static int level_of(const struct import_row *row, enum tech tech)
{
    const double read_dbm = sample_level_dbm(&row->quality.sample, tech);
    return units_level_dbm(tech, units_corrected_dbm(tech, read_dbm, row->offset_db));
}

static int add_in_service(struct ingest_rows *r, const struct import_row *row)
{
    const struct sample *s = &row->quality.sample;
    if (s->tech == TECH_NONE) {
        add_level(r, row, TECH_NONE, LEVEL_NONE);
        return 0; /* no technology, so no level was expected */
    }
    if (s->tech == TECH_NR_NSA) /* the anchor holds the phone on the network */
        return add_level(r, row, TECH_LTE, level_of(row, TECH_LTE)) +
               add_level(r, row, TECH_NR_NSA, level_of(row, TECH_NR_NSA));
    const bool unsure = s->tech == TECH_WCDMA && row->rscp_may_be_rssi;
    const int dbm = level_of(row, s->tech);
    r->unsure_rows += unsure;
    r->unsure_levels += unsure && dbm != LEVEL_NONE;
    return add_level(r, row, unsure ? TECH_3G_UNSURE : (uint8_t)s->tech, dbm);
}

static void note_time(struct ingest_log *log, int64_t t_utc_ms)
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
    if (!probes_want(&r->probes, &anchor) || !place(r, s->pos))
        return;
    anchor.bin_x = r->bin_x;
    anchor.bin_y = r->bin_y;
    anchor.day = day_of(r, row);
    probes_offer(&r->probes, &anchor);
}

enum err ingest_take_row(void *rows, const struct import_row *row)
{
    struct ingest_rows *r = rows;
    struct ingest_log *log = r->log;
    log->counts.rows++;
    import_facts_add(&r->facts, row);
    enum quality_reason reason =
        frozen_quality(&r->frozen, &row->quality, &r->options->limits);
    const struct sample *s = &row->quality.sample;
    if (r->probes.wish_count > 0 && reason >= QUALITY_DUPLICATE)
        offer_place(r, row);
    if (reason == QUALITY_ACCEPTED && !place(r, s->pos))
        reason = QUALITY_NO_POSITION;
    if (reason != QUALITY_ACCEPTED) {
        reject(log, reason, row);
        return ERR_OK;
    }
    int blanked = 0;
    if (s->state == STATE_IN_SERVICE) {
        blanked = add_in_service(r, row);
        log->counts.level_corrected += fabs(row->offset_db) > 0;
    } else {
        cell_of(r, row, TECH_NONE)->no_service++;
    }
    log->counts.accepted++;
    log->counts.level_blanked += blanked;
    if (s->mccmnc == 0) {
        if (r->unnamed_accepted++ == 0)
            r->unnamed_line = row->line;
        r->unnamed_blanked += blanked;
    }
    note_time(log, s->t_utc_ms);
    track_piece_add(r->track, &(struct track_point){.mccmnc = s->mccmnc,
                                                    .day = day_of(r, row),
                                                    .t_utc_ms = s->t_utc_ms,
                                                    .bin_x = r->bin_x,
                                                    .bin_y = r->bin_y});
    return ERR_OK;
}

struct ingest_rows ingest_rows_begin(struct ingest_log *log,
                                     const struct ingest_options *options,
                                     struct crs_grid *grid)
{
    return (struct ingest_rows){.log = log,
                                .options = options,
                                .grid = grid,
                                .frozen = frozen_begin(true),
                                .pos = {NAN, NAN}};
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
}

void ingest_rows_forget_cells(struct ingest_rows *r)
{
    memset(r->recent, 0, sizeof r->recent);
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
