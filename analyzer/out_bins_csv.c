/* bins.csv. Bins are many: parts of them become text side by side, and go to the file in
 * turn. No field needs quotes. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "parallel.h"
#include "xmem.h"

enum {
    PART_ROWS = 4096,
    ROW_SIZE = 11 * OUT_NUMBER_SIZE, /* at most: eleven fields and what parts them */
};

struct job {
    FILE *out;
    size_t next; /* part to be made */
    size_t turn; /* the part that is written next */
    pthread_mutex_t lock;
    pthread_cond_t turned;
};

struct worker {
    struct job *job;
    struct model m; /* with a CRS of its own */
    struct crs *crs;
};

/* What all rows of a bin begin with. */
static char *put_bin(char *at, const struct model *m, const struct bin_stat *b)
{
    const struct latlon centre = model_bin_centre(m, b->bin_x, b->bin_y);
    at = out_put_integer(at, b->bin_x);
    *at++ = ',';
    at = out_put_integer(at, b->bin_y);
    *at++ = ',';
    at = out_put_share(at, centre.lat_deg);
    *at++ = ',';
    at = out_put_share(at, centre.lon_deg);
    *at++ = ',';
    return at;
}

static char *put_rest(char *at, const struct bin_stat *b)
{
    const char *tech = b->tech == TECH_NONE ? "" : tech_name(b->tech);
    mccmnc_format(b->mccmnc, at);
    at += strlen(at);
    *at++ = ',';
    at = stpcpy(at, tech);
    *at++ = ',';
    at = out_put_integer(at, (int64_t)b->samples);
    *at++ = ',';
    at = out_put_dbm(at, b->median_dbm);
    *at++ = ',';
    at = out_put_dbm(at, b->p10_dbm);
    *at++ = ',';
    at = out_put_integer(at, (int64_t)b->no_level);
    *at++ = ',';
    at = out_put_integer(at, (int64_t)b->no_service);
    *at++ = '\r';
    *at++ = '\n';
    return at;
}

/* Returns the end of the text. */
static char *put_rows(char *at, const struct model *m, const struct bin_stat *b,
                      size_t count)
{
    const char *bin = at;
    size_t bin_size = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && b[i].bin_x == b[i - 1].bin_x && b[i].bin_y == b[i - 1].bin_y) {
            memcpy(at, bin, bin_size);
        } else {
            bin = at;
            bin_size = (size_t)(put_bin(at, m, &b[i]) - at);
        }
        at = put_rest(at + bin_size, &b[i]);
    }
    return at;
}

static void write_in_turn(struct job *job, size_t part, const char *text, size_t size)
{
    pthread_mutex_lock(&job->lock);
    while (job->turn != part)
        pthread_cond_wait(&job->turned, &job->lock);
    fwrite(text, 1, size, job->out); /* out_close() looks for errors */
    job->turn++;
    pthread_cond_broadcast(&job->turned);
    pthread_mutex_unlock(&job->lock);
}

static void put_parts(void *worker)
{
    const struct worker *w = worker;
    struct job *job = w->job;
    char *text = xmalloc((size_t)PART_ROWS * ROW_SIZE);
    for (;;) {
        pthread_mutex_lock(&job->lock);
        const size_t part = job->next++;
        pthread_mutex_unlock(&job->lock);
        const size_t from = part * PART_ROWS;
        if (from >= w->m.bin_count)
            break;
        const size_t left = w->m.bin_count - from;
        const char *end =
            put_rows(text, &w->m, &w->m.bins[from], left < PART_ROWS ? left : PART_ROWS);
        write_in_turn(job, part, text, (size_t)(end - text));
    }
    free(text);
}

static enum err put_all(struct job *job, const struct model *m)
{
    enum { ROWS_WORTH_A_THREAD = 20000 };
    struct worker workers[PARALLEL_MAX] = {0};
    const size_t count = parallel_count(m->threads, m->bin_count / ROWS_WORTH_A_THREAD);
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < count; i++) {
        workers[i] = (struct worker){.job = job, .m = *m};
        err = crs_clone(m->crs, &workers[i].crs);
        workers[i].m.crs = workers[i].crs;
    }
    if (!err)
        parallel_run(put_parts, workers, count, sizeof *workers);
    for (size_t i = 0; i < count; i++)
        crs_close(workers[i].crs);
    return err;
}

enum err out_bins_csv(const struct model *m, const char *dir)
{
    struct job job = {.lock = PTHREAD_MUTEX_INITIALIZER,
                      .turned = PTHREAD_COND_INITIALIZER};
    job.out = out_open_csv(dir, "bins.csv",
                           "bin_x,bin_y,lat_deg,lon_deg,mccmnc,tech,samples,median_dbm,"
                           "p10_dbm,no_level_samples,no_service_samples");
    if (!job.out)
        return ERR_FAILED;
    const enum err err = put_all(&job, m);
    const enum err closed = out_close(job.out, dir, "bins.csv");
    return err ? err : closed;
}
