/* Pieces of a large log, read by as many workers as there are processors.
 *
 * Whatever cannot be known from a piece alone (an operator that no row names, a quoted
 * field over several lines, a reading that has been the same since before the bytes in
 * front of the piece) sends the whole log to the reader in a row. */
#include "ingest_pieces.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest_cut.h"
#include "ingest_hash.h"
#include "ingest_rows.h"
#include "parallel.h"
#include "xmem.h"

enum {
    PIECE_SIZE = 1 << 22,
    CELLS_MAX = 1 << 14, /* of a worker's tally before it is handed on: some 2 MB, as a
                            processor's own cache holds */
};

/* What is known of a piece when it has been read, or of all of them up to one. */
struct piece {
    int64_t lines;
    struct ingest_first first[QUALITY_REASON_COUNT]; /* lines from 1 */
    struct track_piece *track;
    struct suspects suspects;
};

struct shared {
    const struct ingest_pieces *how;
    struct ingest_log *log;
    struct import_body body;
    struct ingest_cut_source text; /* where it is text */
    bool hash_along;               /* of the pieces as they are read */
    struct ingest_hash hash;
    struct piece **pieces; /* those that wait for one before them */
    size_t count;
    struct piece *joined; /* the first so many pieces, with lines of the file */
    size_t joined_count;
    struct probes probes;
    atomic_size_t next;
    atomic_bool stop; /* failed, irregular, or not wanted */
    pthread_mutex_t lock;
    bool hashed; /* by the first worker to come */
    bool wanted;
    bool irregular;
    enum err err;
};

struct worker {
    struct shared *shared;
    struct crs_grid *grid;
    struct ingest_log part; /* its counts, times and tally */
    void *reader;
    char *buf;
};

static size_t piece_size(const struct ingest_options *o)
{
    return o->piece_size > 0 ? o->piece_size : PIECE_SIZE;
}

bool ingest_is_large(const char *path, const struct ingest_options *options)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
           (size_t)st.st_size > 2 * piece_size(options);
}

bool ingest_pieces_suit(const struct ingest_log *log, const struct import_file *file,
                        const struct ingest_options *options)
{
    const struct import_pieces *pieces = log->format->pieces;
    return pieces && !options->import.track && options->piece_size != SIZE_MAX &&
           (pieces->seek ||
            (import_file_plain_path(file) && ingest_is_large(log->path, options)));
}

/* No piece need be read any more. */
static void stop(struct shared *s)
{
    s->stop = true;
    if (s->hash_along)
        ingest_hash_stop(&s->hash);
}

static void fail(struct shared *s, enum err err)
{
    pthread_mutex_lock(&s->lock);
    if (!s->err)
        s->err = err;
    pthread_mutex_unlock(&s->lock);
    stop(s);
}

static void give_up(struct shared *s)
{
    pthread_mutex_lock(&s->lock);
    s->irregular = true;
    pthread_mutex_unlock(&s->lock);
    stop(s);
}

/* The hash, and whether the log is wanted at all, while others read already. */
static void find_hash(struct shared *s)
{
    pthread_mutex_lock(&s->lock);
    const bool mine = !s->hash_along && !s->hashed;
    s->hashed = true;
    pthread_mutex_unlock(&s->lock);
    if (!mine)
        return;
    const enum err err = import_file_sha256(s->how->file, s->log->sha256);
    if (err) {
        fail(s, err);
        return;
    }
    const struct ingest_store *store = s->how->store;
    pthread_mutex_lock(s->how->store_lock);
    s->wanted = store->wanted(store->ctx, s->log);
    pthread_mutex_unlock(s->how->store_lock);
    if (!s->wanted)
        stop(s);
    else if (s->log->format->seal && !s->body.has_seal)
        s->log->seal = s->log->format->seal(s->how->file);
}

/* The piece's bytes in the worker's buffer, where it is text; false where its lines are
 * too long. */
static bool cut(struct worker *w, size_t number, struct ingest_cut *c)
{
    struct shared *s = w->shared;
    if (s->body.count > 0) {
        c->lead_is_all = s->log->format->pieces->seek(w->reader, number);
        return true;
    }
    c->buf = w->buf;
    if (s->hash_along)
        c->sum = ingest_hash_wait(&s->hash, number);
    const enum err err = ingest_cut(&s->text, number, c);
    if (err)
        fail(s, err);
    else if (c->irregular)
        give_up(s);
    else if (c->sum)
        ingest_hash_pass(&s->hash);
    return !err && !c->irregular;
}

/* A tally that has grown large goes to the store, so that memory does not grow with the
 * log. */
static enum err hand_on(struct worker *w, struct ingest_rows *rows)
{
    const struct ingest_store *store = w->shared->how->store;
    pthread_mutex_lock(w->shared->how->store_lock);
    const enum err err = store->part(store->ctx, w->shared->log, w->part.tally);
    pthread_mutex_unlock(w->shared->how->store_lock);
    tally_clear(w->part.tally);
    ingest_rows_forget_cells(rows);
    return err;
}

static struct piece *piece_new(void)
{
    struct piece *p = xcalloc(1, sizeof *p);
    p->track = track_piece_new();
    return p;
}

static void piece_free(struct piece *p)
{
    if (p)
        track_piece_free(p->track);
    free(p);
}

/* The next piece joins those before it: its lines become lines of the file. */
static void join_piece(struct piece *joined, const struct piece *p)
{
    for (int r = 0; r < QUALITY_REASON_COUNT; r++) {
        if (p->first[r].line == 0 || joined->first[r].line > 0)
            continue;
        joined->first[r] = p->first[r];
        joined->first[r].line += joined->lines;
    }
    track_piece_append(joined->track, p->track);
    suspects_join(&joined->suspects, &p->suspects, joined->lines);
    joined->lines += p->lines;
}

/* A piece that was read joins those before it as soon as they are all there, so that
 * memory does not grow with the log. Who sees too many operators to follow each leaves
 * the log to the reading in a row, which counts them all. */
static void end_piece(struct shared *s, size_t number, struct piece *p)
{
    pthread_mutex_lock(&s->lock);
    s->pieces[number] = p;
    while (s->joined_count < s->count && s->pieces[s->joined_count]) {
        struct piece **next = &s->pieces[s->joined_count++];
        join_piece(s->joined, *next);
        piece_free(*next);
        *next = NULL;
    }
    const bool crowded = s->joined->suspects.crowded;
    pthread_mutex_unlock(&s->lock);
    if (crowded)
        give_up(s);
}

static void read_piece(struct worker *w, struct ingest_rows *rows, size_t number)
{
    struct shared *s = w->shared;
    const struct import_pieces *format = s->log->format->pieces;
    struct ingest_cut c = {.lead_is_all = false};
    if (!cut(w, number, &c))
        return;
    struct import_piece *p = &c.piece;
    memset(w->part.first, 0, sizeof w->part.first);
    rows->frozen = frozen_begin(c.lead_is_all);
    enum err err = format->read(w->reader, &c.lead, ingest_watch_row, rows);
    rows->frozen.unsure = false;
    struct piece *piece = piece_new();
    rows->track = piece->track;
    rows->suspects = &piece->suspects;
    if (!err)
        err = format->read(w->reader, p, ingest_take_piece_row, rows);
    rows->track = NULL;
    rows->suspects = NULL;
    if (p->irregular || c.lead.irregular || rows->frozen.unsure ||
        piece->suspects.crowded || rows->unnamed_accepted > 0 ||
        rows->probes.is_unnamed) {
        piece_free(piece);
        give_up(s);
        return;
    }
    piece->lines = p->lines;
    memcpy(piece->first, w->part.first, sizeof w->part.first);
    end_piece(s, number, piece);
    if (!err && s->how->store->part && tally_count(w->part.tally) > CELLS_MAX)
        err = hand_on(w, rows);
    if (err)
        fail(s, err);
}

static void work(void *worker)
{
    struct worker *w = worker;
    struct shared *s = w->shared;
    struct ingest_rows rows = ingest_rows_begin(&w->part, s->how->options, w->grid);
    probes_share(&rows.probes, &s->probes);
    find_hash(s);
    size_t number;
    while (!s->stop && (number = atomic_fetch_add(&s->next, 1)) < s->count)
        read_piece(w, &rows, number);
    pthread_mutex_lock(&s->lock);
    probes_join(&s->probes, &rows.probes);
    pthread_mutex_unlock(&s->lock);
    ingest_rows_end(&rows);
}

static void merge_cell(void *tally, const struct tally_cell *cell)
{
    tally_merge_cell(tally_cell(tally, cell->key), cell);
}

/* The workers' counts and tallies become the log's. */
static enum err settle(struct shared *s, struct worker *workers, size_t count)
{
    const struct ingest_store *store = s->how->store;
    struct ingest_log *log = s->log;
    enum err err = ERR_OK;
    log->tally = tally_new();
    for (size_t i = 0; i < count && !err; i++) {
        quality_counts_add(&log->counts, &workers[i].part.counts);
        if (workers[i].part.first_utc_ms != TIME_UNKNOWN) {
            ingest_note_time(log, workers[i].part.first_utc_ms);
            ingest_note_time(log, workers[i].part.last_utc_ms);
        }
        if (store->part && count > 1)
            err = store->part(store->ctx, log, workers[i].part.tally);
        else
            tally_each(workers[i].part.tally, merge_cell, log->tally);
    }
    if (s->body.has_seal)
        log->seal = log->format->pieces->seal(s->body.pieces);
    memcpy(log->first, s->joined->first, sizeof log->first);
    log->tracks = track_finish(s->joined->track, 0, &log->track_count);
    log->suspects = suspects_finish(&s->joined->suspects);
    ingest_place_probes(log, &s->probes, 0);
    if (!err)
        err = ingest_check_rows(log);
    return err ? err : store->keep(store->ctx, log);
}

static enum err start_workers(struct shared *s, struct worker *workers, size_t count)
{
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < count; i++) {
        workers[i] = (struct worker){.shared = s,
                                     .part = {.path = s->log->path,
                                              .first_utc_ms = TIME_UNKNOWN,
                                              .last_utc_ms = TIME_UNKNOWN}};
        workers[i].part.tally = tally_new();
        workers[i].reader = s->log->format->pieces->reader(s->body.pieces);
        workers[i].grid = s->how->grid;
        if (s->body.count == 0)
            workers[i].buf = xmalloc(ingest_cut_room(&s->text));
        if (!workers[i].grid)
            err = crs_grid_open(s->how->crs, &workers[i].grid);
    }
    return err;
}

static void end_workers(const struct shared *s, struct worker *workers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tally_free(workers[i].part.tally);
        if (workers[i].reader)
            s->log->format->pieces->reader_free(workers[i].reader);
        if (!s->how->grid)
            crs_grid_close(workers[i].grid);
        free(workers[i].buf);
    }
}

static enum err open_text(struct shared *s)
{
    s->text.name = s->log->path;
    s->text.rows_at = (off_t)s->body.offset;
    s->text.piece_size = piece_size(s->how->options);
    const enum err err = ingest_cut_open(import_file_plain_path(s->how->file), &s->text);
    if (err)
        return err;
    s->count = ingest_cut_count(&s->text);
    s->hash_along = s->how->store->is_new && !s->log->format->seal && s->count > 0 &&
                    s->text.rows_at <= INGEST_CUT_AROUND;
    if (s->hash_along)
        ingest_hash_begin(&s->hash);
    return ERR_OK;
}

/* How many pieces there are, and what active tests look for in them. */
static enum err open_shared(struct shared *s)
{
    const struct import_format *format = s->log->format;
    struct ingest_rows wishes = {.log = s->log};
    enum err err = ERR_OK;
    s->count = s->body.count;
    if (s->count == 0)
        err = open_text(s);
    s->pieces = xcalloc(s->count + 1, sizeof(*s->pieces));
    s->joined = piece_new();
    s->joined->lines = s->body.line - 1;
    if (!err && format->probes)
        err = format->probes(s->how->file, ingest_take_probe, &wishes);
    s->probes = wishes.probes;
    probes_end_wishes(&s->probes);
    return err;
}

/* What has come of the pieces goes to the store, if it is to go there. */
static enum err finish(struct shared *s, struct worker *workers, size_t count,
                       enum err err)
{
    const struct ingest_store *store = s->how->store;
    pthread_mutex_lock(s->how->store_lock);
    if (!err && !s->irregular && s->hash_along) {
        ingest_hash_end(&s->hash, s->log->sha256);
        s->wanted = store->wanted(store->ctx, s->log);
    }
    if (!err && !s->irregular && s->wanted)
        err = settle(s, workers, count);
    if (store->drop && (err || s->irregular || !s->wanted)) {
        const enum err dropped = store->drop(store->ctx, s->log);
        err = err ? err : dropped;
    }
    pthread_mutex_unlock(s->how->store_lock);
    return err;
}

static enum err run(struct shared *s, bool *done)
{
    struct worker workers[PARALLEL_MAX];
    memset(workers, 0, sizeof workers);
    enum err err = open_shared(s);
    const int threads = s->how->grid ? 1 : s->how->options->threads;
    const size_t count = parallel_count(threads, s->count);
    if (!err)
        err = start_workers(s, workers, count);
    if (!err)
        parallel_run(work, workers, count, sizeof *workers);
    err = finish(s, workers, count, err ? err : s->err);
    *done = !s->irregular;
    end_workers(s, workers, count);
    return err;
}

enum err ingest_pieces_read(struct ingest_log *log, const struct ingest_pieces *how,
                            bool *done)
{
    struct shared s = {.how = how, .log = log, .text = {.fd = -1}};
    *done = false;
    enum err err = log->format->pieces->open(how->file, &how->options->import,
                                             piece_size(how->options), &s.body);
    if (err || !s.body.pieces)
        return err;
    pthread_mutex_init(&s.lock, NULL);
    err = run(&s, done);
    pthread_mutex_destroy(&s.lock);
    if (s.text.fd >= 0)
        close(s.text.fd);
    if (s.hash_along)
        ingest_hash_free(&s.hash);
    for (size_t i = 0; i < s.count && s.pieces; i++)
        piece_free(s.pieces[i]);
    free(s.pieces);
    piece_free(s.joined);
    probes_free(&s.probes);
    log->format->pieces->close(s.body.pieces);
    return err;
}
