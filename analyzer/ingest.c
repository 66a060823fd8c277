/* Ingest: import -> quality -> tally of one log, and the worker threads over many. */
#include "ingest.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ingest_pieces.h"
#include "ingest_rows.h"
#include "ingest_stream.h"
#include "lang.h"
#include "parallel.h"
#include "xmem.h"

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
static mccmnc_t unnamed_operator(const struct ingest_rows *r)
{
    const mccmnc_t op =
        import_facts_operator(&r->facts, r->log->format->operator_by_majority);
    return op ? op : r->options->import.mccmnc;
}

static enum err check_operator(const struct ingest_rows *r)
{
    const enum err err = import_facts_check(&r->facts, r->log->path);
    if (err)
        return err;
    if (r->unnamed_accepted == 0 || unnamed_operator(r) != 0 ||
        r->facts.operator_count > 0)
        return ERR_OK;
    err_report(_("%s: the log does not name its operator; give it with --mccmnc, such as "
                 "--mccmnc 45204"),
               r->log->path);
    return ERR_INPUT;
}

static void settle(struct ingest_rows *r)
{
    struct ingest_log *log = r->log;
    const mccmnc_t op = unnamed_operator(r);
    const bool is_rssi = import_facts_3g_is_rssi(&r->facts);
    ingest_place_probes(log, &r->probes, op);
    log->suspects = suspects_finish(r->suspects);
    log->tracks = track_finish(r->track, op, &log->track_count);
    if (is_rssi)
        log->counts.level_blanked += r->unsure_levels;
    if (op == 0 && r->unnamed_accepted > 0) {
        /* several operators and a row of none: whose hole it is cannot be said */
        log->counts.accepted -= r->unnamed_accepted;
        log->counts.level_blanked -= r->unnamed_blanked;
        struct ingest_first *first = &log->first[QUALITY_MALFORMED];
        if (log->counts.rejected[QUALITY_MALFORMED] == 0 || r->unnamed_line < first->line)
            ingest_note_first(first, r->unnamed_line, _("not an operator's MCC and MNC"));
        log->counts.rejected[QUALITY_MALFORMED] += r->unnamed_accepted;
    }
    if (r->unnamed_accepted == 0 && r->unsure_rows == 0)
        return; /* every cell is where it belongs */
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

/* Name, format and trip: all but the hash that is needed to know whether the log is new.
 */
static enum err identify(struct ingest_log *log, struct import_file *f,
                         const struct ingest_options *o)
{
    set_file_name(log, import_file_name(f));
    log->first_utc_ms = log->last_utc_ms = TIME_UNKNOWN;
    log->seal = "";
    log->options = o->described ? o->described : "";
    log->has_wal = import_file_has_wal(f);
    enum err err = import_find_format(f, o->format, &o->import, &log->format);
    if (!err && log->format->trip_uuid)
        err = log->format->trip_uuid(f, log->trip_uuid, sizeof log->trip_uuid);
    return err;
}

/* What comes before the rows. */
static enum err begin_log(struct ingest_rows *r, struct import_file *f)
{
    struct ingest_log *log = r->log;
    enum err err = ERR_OK;
    log->tally = tally_new();
    r->track = track_piece_new();
    r->suspects = xcalloc(1, sizeof *r->suspects);
    if (log->format->probes)
        err = log->format->probes(f, ingest_take_probe, r);
    probes_end_wishes(&r->probes);
    return err;
}

/* All rows: the quick way, or where that does not do, once more the usual one. */
static enum err read_rows(struct ingest_rows *r, struct import_file *f)
{
    struct ingest_log *log = r->log;
    const struct ingest_log empty = *log;
    bool done = false;
    enum err err = begin_log(r, f);
    if (!err && ingest_stream_suits(log->format, r->options)) {
        err = ingest_stream_read(log->format, f, r, &done);
        if (err || done)
            return err;
        tally_free(log->tally);
        ingest_rows_end(r);
        *log = empty;
        *r = ingest_rows_begin(log, r->options, r->grid);
        err = begin_log(r, f);
    }
    if (!err)
        err = import_read(log->format, f, &r->options->import, ingest_take_row, r);
    return err;
}

static enum err read_log(struct ingest_log *log, struct import_file *f,
                         const struct ingest_options *o, struct crs_grid *grid)
{
    struct ingest_rows r = ingest_rows_begin(log, o, grid);
    enum err err = read_rows(&r, f);
    if (!err)
        err = ingest_check_rows(log);
    if (!err)
        err = check_operator(&r);
    if (!err)
        settle(&r);
    ingest_rows_end(&r);
    return err;
}

struct queue {
    struct ingest_log *logs;
    bool *done;
    size_t count;
    size_t next;
    int64_t total_size; /* of all logs as they lie on disk */
    const struct ingest_options *options;
    const struct ingest_store *store;
    struct crs *crs;
    pthread_mutex_t lock;
};

static void clear_log(struct ingest_log *log)
{
    tally_free(log->tally);
    log->tally = NULL;
    free(log->probes);
    log->probes = NULL;
    track_free(log->tracks, log->track_count);
    log->tracks = NULL;
    log->track_count = 0;
}

/* One log in pieces, by all processors or by the one whose grid it is; false where it
 * must be read in a row. */
static bool do_in_pieces(struct queue *q, struct ingest_log *log, struct import_file *f,
                         struct crs_grid *grid)
{
    const struct ingest_pieces how = {.file = f,
                                      .options = q->options,
                                      .store = q->store,
                                      .store_lock = &q->lock,
                                      .crs = q->crs,
                                      .grid = grid};
    struct ingest_log copy = *log;
    bool done = false;
    if (!ingest_pieces_suit(log, f, q->options))
        return false;
    copy.err = ingest_pieces_read(&copy, &how, &done);
    clear_log(&copy);
    if (!done && !copy.err)
        return false;
    *log = copy;
    return true;
}

static enum err do_in_a_row(struct queue *q, struct ingest_log *log,
                            struct import_file *f, struct crs_grid *grid)
{
    bool wanted = false;
    enum err err = import_file_sha256(f, log->sha256);
    if (!err) {
        pthread_mutex_lock(&q->lock);
        wanted = q->store->wanted(q->store->ctx, log);
        pthread_mutex_unlock(&q->lock);
    }
    if (wanted && log->format->seal)
        log->seal = log->format->seal(f);
    if (wanted)
        err = read_log(log, f, q->options, grid);
    if (wanted && !err) {
        pthread_mutex_lock(&q->lock);
        err = q->store->keep(q->store->ctx, log);
        pthread_mutex_unlock(&q->lock);
    }
    clear_log(log);
    return err;
}

static enum err do_log(struct queue *q, struct ingest_log *log, struct crs_grid *grid)
{
    struct import_file *f = NULL;
    enum err err = import_file_open(log->path, &f);
    if (!err)
        err = identify(log, f, q->options);
    if (!err)
        err = do_in_pieces(q, log, f, grid) ? log->err : do_in_a_row(q, log, f, grid);
    import_file_close(f);
    return err;
}

static int64_t size_of(const struct ingest_log *log)
{
    struct stat st;
    return stat(log->path, &st) == 0 ? st.st_size : 0;
}

/* True for a log that would keep one processor busy while the others have nothing left
 * to do. Of many alike each is best read by one. */
static bool is_lump(const struct queue *q, const struct ingest_log *log)
{
    enum { LOGS_PER_PROCESSOR = 8 };
    const int64_t processors = (int64_t)parallel_count(q->options->threads, PARALLEL_MAX);
    return size_of(log) * processors * LOGS_PER_PROCESSOR > q->total_size;
}

/* A large log, by all processors; false where it is one for the queue. */
static bool do_large(struct queue *q, struct ingest_log *log)
{
    struct import_file *f = NULL;
    struct ingest_log copy = *log;
    bool done = true;
    if (!ingest_is_large(log->path, q->options) || !is_lump(q, log))
        return false;
    copy.err = import_file_open(log->path, &f);
    if (!copy.err)
        copy.err = identify(&copy, f, q->options);
    if (!copy.err)
        done = do_in_pieces(q, &copy, f, NULL);
    import_file_close(f);
    if (done)
        *log = copy;
    return done;
}

static void work(void *worker)
{
    struct queue *q = *(struct queue **)worker;
    struct crs_grid *grid = NULL;
    const enum err err = crs_grid_open(q->crs, &grid);
    for (;;) {
        pthread_mutex_lock(&q->lock);
        while (q->next < q->count && q->done[q->next])
            q->next++;
        const size_t i = q->next < q->count ? q->next++ : q->count;
        pthread_mutex_unlock(&q->lock);
        if (i == q->count)
            break;
        q->logs[i].err = err ? err : do_log(q, &q->logs[i], grid);
    }
    crs_grid_close(grid);
}

static enum err run_queue(struct queue *q)
{
    struct queue *workers[PARALLEL_MAX];
    size_t left = 0;
    for (size_t i = 0; i < q->count; i++)
        q->total_size += size_of(&q->logs[i]);
    for (size_t i = 0; i < q->count; i++) {
        q->done[i] = do_large(q, &q->logs[i]);
        left += !q->done[i];
    }
    for (size_t i = 0; i < PARALLEL_MAX; i++)
        workers[i] = q;
    if (left > 0)
        parallel_run(work, workers, parallel_count(q->options->threads, left),
                     sizeof *workers);
    enum err worst = ERR_OK;
    for (size_t i = 0; i < q->count; i++) {
        if (q->logs[i].err == ERR_FAILED || worst == ERR_OK)
            worst = q->logs[i].err;
    }
    return worst;
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
    if (count == 0)
        return ERR_OK;
    enum err err = crs_open(options->epsg, options->operation, &q.crs);
    q.done = xcalloc(count, sizeof *q.done);
    if (!err)
        err = run_queue(&q);
    free(q.done);
    crs_close(q.crs);
    return err;
}

/* For ingest_samples: hands on what the first reading has settled. */
struct replay {
    struct ingest_rows reader;
    mccmnc_t op;
    bool is_rssi;
    ingest_sample_fn take;
    void *ctx;
    int64_t taken;
};

static enum err replay_row(void *ctx, const struct import_row *row)
{
    struct replay *p = ctx;
    if (frozen_quality(&p->reader.frozen, &row->quality, &p->reader.options->limits) !=
        QUALITY_ACCEPTED)
        return ERR_OK;
    struct import_row settled = *row;
    struct sample *s = &settled.quality.sample;
    if (s->mccmnc == 0)
        s->mccmnc = p->op;
    if (row->rscp_may_be_rssi && p->is_rssi) {
        s->rssi_dbm = s->rscp_dbm;
        s->rscp_dbm = NAN;
    }
    if (s->mccmnc == 0)
        return ERR_OK;
    p->taken++;
    return p->take(p->ctx, &settled);
}

static enum err facts_row(void *ctx, const struct import_row *row)
{
    struct ingest_rows *r = ctx;
    r->log->counts.rows++;
    import_facts_add(&r->facts, row);
    const bool accepted = frozen_quality(&r->frozen, &row->quality,
                                         &r->options->limits) == QUALITY_ACCEPTED;
    r->unnamed_accepted += accepted && row->quality.sample.mccmnc == 0;
    return ERR_OK;
}

enum err ingest_samples(const char *path, const struct ingest_options *options,
                        ingest_sample_fn take, void *ctx)
{
    struct import_file *f = NULL;
    struct ingest_log log = {.path = path};
    struct replay p = {
        .reader = {.log = &log, .options = options, .frozen = frozen_begin(true)},
        .take = take,
        .ctx = ctx};
    enum err err = import_file_open(path, &f);
    if (!err)
        err = identify(&log, f, options);
    if (!err)
        err = import_read(log.format, f, &options->import, facts_row, &p.reader);
    if (!err)
        err = ingest_check_rows(&log);
    if (!err)
        err = check_operator(&p.reader);
    if (err)
        goto done;
    p.op = unnamed_operator(&p.reader);
    p.is_rssi = import_facts_3g_is_rssi(&p.reader.facts);
    p.reader.frozen = frozen_begin(true);
    err = import_read(log.format, f, &options->import, replay_row, &p);
    if (!err && p.taken < log.counts.rows)
        err_warn(_("%s: %lld of %lld rows are rejected and left out; inspect says why"),
                 path, (long long)(log.counts.rows - p.taken),
                 (long long)log.counts.rows);
done:
    import_facts_free(&p.reader.facts);
    import_file_close(f);
    return err;
}
