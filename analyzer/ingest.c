/* Ingest: import -> quality -> tally of one log, and the worker threads over many. */
#include "ingest.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "crs.h"
#include "lang.h"
#include "parallel.h"
#include "units.h"
#include "utc.h"
#include "xmem.h"

/* A technology besides those of enum tech, only while a log is read: WCDMA whose level is
 * RSCP or RSSI, which the whole log will tell. */
#define TECH_3G_UNSURE ((uint8_t)(TECH_NONE + 1))

struct reader {
    struct ingest_log *log;
    const struct ingest_options *options;
    struct crs *crs;
    struct import_facts facts;
    struct probes probes;
    int64_t unnamed_accepted; /* accepted rows that name no operator, and their blanks */
    int64_t unnamed_blanked;
    int64_t unnamed_line;  /* of the first of them */
    int64_t unsure_levels; /* 3G levels in range, of which an RSSI will be blanked */
    /* the last position and its bin: rows of several modems share one */
    struct latlon pos;
    int32_t bin_x, bin_y;
    bool placed;
};

static void note_first(struct ingest_first *first, int64_t line, const char *fault)
{
    const size_t len = fault ? strnlen(fault, sizeof first->fault - 1) : 0;
    first->line = line;
    memcpy(first->fault, fault ? fault : "", len);
    first->fault[len] = '\0';
}

static void reject(struct ingest_log *log, enum quality_reason reason,
                   const struct import_row *row)
{
    if (log->counts.rejected[reason]++ == 0)
        note_first(&log->first[reason], row->line, row->fault);
}

/* The bin of a position; false where the survey's CRS has no place for it. */
static bool place(struct reader *r, struct latlon pos)
{
    if (pos.lat_deg == r->pos.lat_deg && pos.lon_deg == r->pos.lon_deg)
        return r->placed;
    const struct xy p = crs_forward(r->crs, pos);
    const double x = floor(p.x_m / r->options->bin_size_m);
    const double y = floor(p.y_m / r->options->bin_size_m);
    r->pos = pos;
    r->placed = fabs(x) < 1e9 && fabs(y) < 1e9; /* false for NAN */
    if (r->placed) {
        r->bin_x = (int32_t)x;
        r->bin_y = (int32_t)y;
    }
    return r->placed;
}

/* The cell of a placed row. */
static struct tally_cell *cell_of(struct reader *r, const struct import_row *row,
                                  uint8_t tech)
{
    const struct sample *s = &row->quality.sample;
    struct tally_cell *c = tally_cell(
        r->log->tally,
        (struct tally_key){.bin_x = r->bin_x,
                           .bin_y = r->bin_y,
                           .mccmnc = s->mccmnc,
                           .day = utc_local_day(s->t_utc_ms, row->day_offset_s),
                           .tech = tech});
    tally_add_time(c, s->t_utc_ms);
    return c;
}

/* Adds one level to a cell; returns 1 where it was blank. */
static int add_level(struct reader *r, const struct import_row *row, uint8_t tech,
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

static int add_in_service(struct reader *r, const struct import_row *row)
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

static enum err take_probe(void *ctx, const struct probe_wish *wish)
{
    struct reader *r = ctx;
    r->log->counts.probes++;
    if (wish)
        probes_wish(&r->probes, wish);
    return ERR_OK;
}

/* A row that knows where it was may say where an active test was. */
static void offer_place(struct reader *r, const struct import_row *row)
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
    anchor.day = utc_local_day(s->t_utc_ms, row->day_offset_s);
    probes_offer(&r->probes, &anchor);
}

static enum err take_row(void *ctx, const struct import_row *row)
{
    struct reader *r = ctx;
    struct ingest_log *log = r->log;
    log->counts.rows++;
    import_facts_add(&r->facts, row);
    enum quality_reason reason = quality_check(&row->quality, &r->options->limits);
    const struct sample *s = &row->quality.sample;
    if (reason >= QUALITY_DUPLICATE)
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
    return ERR_OK;
}

/* Moves a cell that was tallied under a guess to where the whole log says it belongs. */
static void settle_cell(struct tally *into, const struct tally_cell *from, mccmnc_t op,
                        bool is_rssi)
{
    struct tally_key key = from->key;
    if (key.mccmnc == 0)
        key.mccmnc = op;
    if (key.tech != TECH_3G_UNSURE) {
        tally_merge_cell(tally_cell(into, key), from);
        return;
    }
    key.tech = TECH_WCDMA;
    struct tally_cell *c = tally_cell(into, key);
    if (!is_rssi) {
        tally_merge_cell(c, from);
        return;
    }
    c->no_level += from->no_level + tally_level_sum(from);
    tally_add_time(c, from->first_utc_ms);
    tally_add_time(c, from->last_utc_ms);
}

/* The operator of rows that name none, 0 where nothing says. */
static mccmnc_t unnamed_operator(const struct reader *r)
{
    const mccmnc_t op =
        import_facts_operator(&r->facts, r->log->format->operator_by_majority);
    return op ? op : r->options->import.mccmnc;
}

static enum err check_operator(const struct reader *r)
{
    if (r->unnamed_accepted == 0 || unnamed_operator(r) != 0 ||
        r->facts.operator_count > 0)
        return ERR_OK;
    err_report(_("%s: the log does not name its operator; give it with --mccmnc, such as "
                 "--mccmnc 45204"),
               r->log->path);
    return ERR_INPUT;
}

static enum err check_rows(const struct ingest_log *log)
{
    if (log->counts.rows > 0)
        return ERR_OK;
    err_report(
        _("%s: a header but no rows; nothing was measured, or the file was cut off"),
        log->path);
    return ERR_INPUT;
}

/* Tests of nobody's operator prove nothing. */
static void settle_probes(struct reader *r, mccmnc_t op)
{
    struct ingest_log *log = r->log;
    log->probes = xcalloc(r->probes.wish_count + 1, sizeof *log->probes);
    const size_t count = probes_place(&r->probes, log->probes);
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

static void settle(struct reader *r)
{
    struct ingest_log *log = r->log;
    const mccmnc_t op = unnamed_operator(r);
    const bool is_rssi = import_facts_3g_is_rssi(&r->facts);
    settle_probes(r, op);
    if (is_rssi)
        log->counts.level_blanked += r->unsure_levels;
    if (op == 0 && r->unnamed_accepted > 0) {
        /* several operators and a row of none: whose hole it is cannot be said */
        log->counts.accepted -= r->unnamed_accepted;
        log->counts.level_blanked -= r->unnamed_blanked;
        struct ingest_first *first = &log->first[QUALITY_MALFORMED];
        if (log->counts.rejected[QUALITY_MALFORMED] == 0 || r->unnamed_line < first->line)
            note_first(first, r->unnamed_line, _("not an operator's MCC and MNC"));
        log->counts.rejected[QUALITY_MALFORMED] += r->unnamed_accepted;
    }
    struct tally *settled = tally_new();
    const struct tally_cell **cells = tally_sorted(log->tally);
    for (size_t i = 0; i < tally_count(log->tally); i++) {
        if (cells[i]->key.mccmnc != 0 || op != 0)
            settle_cell(settled, cells[i], op, is_rssi);
    }
    free(cells);
    tally_free(log->tally);
    log->tally = settled;
}

static void set_file_name(struct ingest_log *log, const char *name)
{
    const char *base = strrchr(name, '/');
    base = base ? base + 1 : name;
    const size_t len = strnlen(base, sizeof log->file - 1);
    memcpy(log->file, base, len);
    log->file[len] = '\0';
}

/* Name, hash, format and trip: all that is needed to know whether the log is new. */
static enum err identify(struct ingest_log *log, struct import_file *f,
                         const struct ingest_options *o)
{
    set_file_name(log, import_file_name(f));
    log->first_utc_ms = log->last_utc_ms = TIME_UNKNOWN;
    log->seal = "";
    log->options = o->described ? o->described : "";
    log->has_wal = import_file_has_wal(f);
    enum err err = import_file_sha256(f, log->sha256);
    if (!err)
        err = import_find_format(f, o->format, &o->import, &log->format);
    if (!err && log->format->trip_uuid)
        err = log->format->trip_uuid(f, log->trip_uuid, sizeof log->trip_uuid);
    if (!err && log->format->seal)
        log->seal = log->format->seal(f);
    return err;
}

static enum err read_log(struct ingest_log *log, struct import_file *f,
                         const struct ingest_options *o)
{
    struct reader r = {.log = log, .options = o, .pos = {NAN, NAN}};
    enum err err = crs_open(o->epsg, o->operation, &r.crs);
    if (err)
        return err;
    log->tally = tally_new();
    if (log->format->probes)
        err = log->format->probes(f, take_probe, &r);
    probes_end_wishes(&r.probes);
    if (!err)
        err = log->format->read(f, &o->import, take_row, &r);
    if (!err)
        err = check_rows(log);
    if (!err)
        err = check_operator(&r);
    if (!err)
        settle(&r);
    import_facts_free(&r.facts);
    probes_free(&r.probes);
    crs_close(r.crs);
    return err;
}

struct queue {
    struct ingest_log *logs;
    size_t count;
    size_t next;
    const struct ingest_options *options;
    const struct ingest_store *store;
    pthread_mutex_t lock;
};

static void do_log(struct queue *q, struct ingest_log *log)
{
    struct import_file *f = NULL;
    log->err = import_file_open(log->path, &f);
    if (!log->err)
        log->err = identify(log, f, q->options);
    if (!log->err) {
        pthread_mutex_lock(&q->lock);
        const bool wanted = q->store->wanted(q->store->ctx, log);
        pthread_mutex_unlock(&q->lock);
        if (wanted) {
            log->err = read_log(log, f, q->options);
            pthread_mutex_lock(&q->lock);
            if (!log->err)
                log->err = q->store->keep(q->store->ctx, log);
            pthread_mutex_unlock(&q->lock);
        }
    }
    tally_free(log->tally);
    log->tally = NULL;
    free(log->probes);
    log->probes = NULL;
    import_file_close(f);
}

static void work(void *worker)
{
    struct queue *q = *(struct queue **)worker;
    for (;;) {
        pthread_mutex_lock(&q->lock);
        const size_t i = q->next < q->count ? q->next++ : q->count;
        pthread_mutex_unlock(&q->lock);
        if (i == q->count)
            return;
        do_log(q, &q->logs[i]);
    }
}

enum err ingest_run(struct ingest_log *logs, size_t count,
                    const struct ingest_options *options,
                    const struct ingest_store *store)
{
    struct queue q = {.logs = logs,
                      .count = count,
                      .options = options,
                      .store = store,
                      .lock = PTHREAD_MUTEX_INITIALIZER};
    struct queue *workers[PARALLEL_MAX];
    for (size_t i = 0; i < PARALLEL_MAX; i++)
        workers[i] = &q;
    parallel_run(work, workers, parallel_count(options->threads, count), sizeof *workers);
    enum err worst = ERR_OK;
    for (size_t i = 0; i < count; i++) {
        if (logs[i].err == ERR_FAILED || worst == ERR_OK)
            worst = logs[i].err;
    }
    return worst;
}

/* For ingest_samples: hands on what the first reading has settled. */
struct replay {
    struct reader reader;
    mccmnc_t op;
    bool is_rssi;
    ingest_sample_fn take;
    void *ctx;
};

static enum err replay_row(void *ctx, const struct import_row *row)
{
    struct replay *p = ctx;
    if (quality_check(&row->quality, &p->reader.options->limits) != QUALITY_ACCEPTED)
        return ERR_OK;
    struct import_row settled = *row;
    struct sample *s = &settled.quality.sample;
    if (s->mccmnc == 0)
        s->mccmnc = p->op;
    if (row->rscp_may_be_rssi && p->is_rssi) {
        s->rssi_dbm = s->rscp_dbm;
        s->rscp_dbm = NAN;
    }
    return s->mccmnc ? p->take(p->ctx, &settled) : ERR_OK;
}

static enum err facts_row(void *ctx, const struct import_row *row)
{
    struct reader *r = ctx;
    r->log->counts.rows++;
    import_facts_add(&r->facts, row);
    r->unnamed_accepted +=
        row->quality.sample.mccmnc == 0 &&
        quality_check(&row->quality, &r->options->limits) == QUALITY_ACCEPTED;
    return ERR_OK;
}

enum err ingest_samples(const char *path, const struct ingest_options *options,
                        ingest_sample_fn take, void *ctx)
{
    struct import_file *f = NULL;
    struct ingest_log log = {.path = path};
    struct replay p = {
        .reader = {.log = &log, .options = options}, .take = take, .ctx = ctx};
    enum err err = import_file_open(path, &f);
    if (!err)
        err = identify(&log, f, options);
    if (!err)
        err = log.format->read(f, &options->import, facts_row, &p.reader);
    if (!err)
        err = check_rows(&log);
    if (!err)
        err = check_operator(&p.reader);
    if (err)
        goto done;
    p.op = unnamed_operator(&p.reader);
    p.is_rssi = import_facts_3g_is_rssi(&p.reader.facts);
    err = log.format->read(f, &options->import, replay_row, &p);
done:
    import_facts_free(&p.reader.facts);
    import_file_close(f);
    return err;
}
