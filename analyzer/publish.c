/* Publishing: a hidden directory is filled, then its files are moved into place. */
#include "publish.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dossier.h"
#include "lang.h"
#include "out.h"
#include "parallel.h"
#include "progress.h"
#include "staging.h"
#include "xmem.h"

/* True where `only` names the output: "bins" and "bins.csv" are the same, "report" is all
 * that begins so, "report.pdf" that one alone. */
static bool named(const char *only, size_t len, const char *name)
{
    if (strlen(name) == len && strncmp(only, name, len) == 0)
        return true;
    const char *dot = memchr(only, '.', len);
    const size_t stem = dot ? (size_t)(dot - only) : len;
    const size_t name_stem = strcspn(name, ".");
    if (dot && name[name_stem] == '.')
        return false; /* of two endings each is its own */
    return name_stem == stem && strncmp(only, name, stem) == 0;
}

static bool selected(const char *only, const char *name)
{
    while (only) {
        const size_t len = strcspn(only, ",");
        if (named(only, len, name))
            return true;
        only = only[len] ? only + len + 1 : NULL;
    }
    return false;
}

/* "hamlets, areas, …"; the caller frees. */
static char *list_names(const struct output *table, size_t count)
{
    char *list = xstrdup(table == outputs ? "manifest" : "");
    for (size_t i = 0; i < count; i++) {
        char *more = xasprintf("%s%s%s", list, *list ? ", " : "", table[i].name);
        free(list);
        list = more;
    }
    return list;
}

/* ERR_USAGE, reported with the names that there are, where `names` has another. */
static enum err check_names(const char *option, const char *names,
                            const struct output *table, size_t count)
{
    while (names) {
        const size_t len = strcspn(names, ",");
        bool known = table == outputs && named(names, len, "manifest");
        for (size_t i = 0; !known && i < count; i++)
            known = named(names, len, table[i].name);
        if (!known) {
            char *list = list_names(table, count);
            err_report(_("--%s %.*s: no such output; there are %s"), option, (int)len,
                       names, list);
            free(list);
            return ERR_USAGE;
        }
        names = names[len] ? names + len + 1 : NULL;
    }
    return ERR_OK;
}

enum err publish_check(const struct publish_options *o)
{
    const enum err err = check_names("only", o->only, outputs, output_count);
    return err ? err : check_names("also", o->also, sinks, sink_count);
}

/* Ctrl-C while files are written: what is there so far goes, and nothing is put in place.
 */
bool publish_interrupted(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
            sigismember(&pending, SIGHUP) == 1);
}

static void hold_signals(sigset_t *before)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    sigprocmask(SIG_BLOCK, &held, before);
}

static enum err check_interrupt(void)
{
    if (!publish_interrupted())
        return ERR_OK;
    err_report(_("interrupted; the outputs are as they were before"));
    return ERR_FAILED;
}

/* The outputs being written. `lock` guards all below it. */
struct queue {
    const struct output **items;
    size_t count;
    const char *dir;
    pthread_mutex_t lock;
    size_t next;
    struct progress progress;
    int64_t done;
    enum err err; /* the first */
};

/* One thread's model: that of all but for the CRS. */
struct writer {
    struct queue *queue;
    struct model m;
    struct crs *crs, *out_crs;
};

/* Takes the rows of a table that `names` selects, all where it is NULL. */
static void select_outputs(struct queue *q, const struct output *table, size_t count,
                           const char *names)
{
    for (size_t i = 0; i < count; i++) {
        if (!names || selected(names, table[i].name))
            q->items[q->count++] = &table[i];
    }
}

static int compare_company(const void *a, const void *b)
{
    const struct output *const *x = a;
    const struct output *const *y = b;
    return ((*y)->company > (*x)->company) - ((*y)->company < (*x)->company);
}

/* The next output; NULL where there is none, or one has failed. */
static const struct output *next_output(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    const struct output *next =
        !q->err && q->next < q->count ? q->items[q->next++] : NULL;
    pthread_mutex_unlock(&q->lock);
    return next;
}

static void end_output(struct queue *q, enum err err)
{
    pthread_mutex_lock(&q->lock);
    if (!q->err)
        q->err = err;
    progress_step(&q->progress, ++q->done);
    if (!q->err)
        q->err = check_interrupt();
    pthread_mutex_unlock(&q->lock);
}

static void write_queue(void *worker)
{
    struct writer *w = worker;
    const struct output *output;
    while ((output = next_output(w->queue)) != NULL)
        end_output(w->queue, output->write(&w->m, w->queue->dir));
}

static enum err open_writer(struct writer *w, const struct model *m, struct queue *q,
                            int threads)
{
    *w = (struct writer){.queue = q, .m = *m};
    w->m.threads = threads;
    enum err err = crs_clone(m->crs, &w->crs);
    if (!err && m->out_crs)
        err = crs_clone(m->out_crs, &w->out_crs);
    w->m.crs = w->crs;
    w->m.out_crs = w->out_crs;
    return err;
}

/* Those that must be alone, then the others side by side. */
static enum err write_queued(const struct model *m, struct queue *q, int threads)
{
    struct writer writers[PARALLEL_MAX] = {0};
    const size_t count = parallel_count(threads, q->count);
    enum err err = ERR_OK;
    qsort(q->items, q->count, sizeof(*q->items), compare_company);
    while (!q->err && q->next < q->count && q->items[q->next]->company == OUTPUT_ALONE)
        end_output(q, q->items[q->next++]->write(m, q->dir));
    for (size_t i = 0; !err && i < count; i++)
        err = open_writer(&writers[i], m, q, threads);
    if (!err)
        parallel_run(write_queue, writers, count, sizeof *writers);
    for (size_t i = 0; i < count; i++) {
        crs_close(writers[i].crs);
        crs_close(writers[i].out_crs);
    }
    return err ? err : q->err;
}

static enum err write_outputs(const struct model *model, const char *dir,
                              const struct publish_options *o)
{
    struct queue q = {.dir = dir, .lock = PTHREAD_MUTEX_INITIALIZER};
    q.items = xcalloc(output_count + sink_count, sizeof(*q.items));
    select_outputs(&q, outputs, output_count, o->only);
    if (o->also)
        select_outputs(&q, sinks, sink_count, o->also);
    q.progress = progress_begin(o->quiet, _("writing"), (int64_t)q.count);
    enum err err = write_queued(model, &q, o->threads);
    progress_end(&q.progress);
    free(q.items);
    if (!err && o->dossier) {
        const struct dossier_job job = {o->ws, model, o->dossier, o->quiet};
        err = dossier_write(&job, dir);
    }
    if (!err)
        err = check_interrupt();
    if (err)
        return err;
    struct file_list files = {0};
    staging_list(dir, &files);
    err = publish_manifest(model, dir, files.names, files.count);
    staging_free(&files);
    return err;
}

/* One that list_files gives: at most one directory down, and nothing hidden. */
static bool is_output_name(const char *name)
{
    const char *slash = strchr(name, '/');
    return name[0] != '.' && name[0] != '/' && name[0] != '\0' &&
           (!slash || (slash[1] != '.' && slash[1] != '\0' && !strchr(slash + 1, '/')));
}

/* The manifest of an earlier publish; NULL where there is none to read. */
static cJSON *read_old_manifest(const char *outdir)
{
    enum { MAX_MANIFEST = 64 << 20 };
    char *path = xasprintf("%s/manifest.json", outdir);
    FILE *f = fopen(path, "rb");
    free(path);
    if (!f)
        return NULL;
    struct stat st;
    char *text = NULL;
    if (fstat(fileno(f), &st) == 0 && st.st_size > 0 && st.st_size < MAX_MANIFEST) {
        text = xcalloc((size_t)st.st_size + 1, 1);
        if (fread(text, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
            text[0] = '\0';
    }
    fclose(f);
    cJSON *json = text ? cJSON_Parse(text) : NULL;
    free(text);
    return json;
}

/* File names that it lists as outputs. */
static void read_old_outputs(const char *outdir, struct file_list *old)
{
    cJSON *json = read_old_manifest(outdir);
    const cJSON *output;
    cJSON_ArrayForEach(output, cJSON_GetObjectItem(json, "outputs"))
    {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(output, "file"));
        if (name && is_output_name(name))
            staging_add(old, xstrdup(name));
    }
    cJSON_Delete(json);
}

static enum err put_in_place(const char *temp, const char *outdir, bool full)
{
    struct file_list old = {0};
    if (full)
        read_old_outputs(outdir, &old);
    const enum err err = staging_move(temp, outdir, &old);
    staging_free(&old);
    return err;
}

enum err publish_check_dir(const char *outdir)
{
    struct staging s;
    const enum err err = staging_open(outdir, &s);
    staging_close(outdir, &s, true);
    return err;
}

enum err publish_check_strangers(const char *outdir)
{
    cJSON *json = read_old_manifest(outdir);
    const bool open = json && !cJSON_IsTrue(cJSON_GetObjectItem(json, "anonymized"));
    cJSON_Delete(json);
    if (!open)
        return ERR_OK;
    err_report(
        _("%s: holds outputs that were written without --anonymize, and that would "
          "be given away with the others; give another directory"),
        outdir);
    return ERR_USAGE;
}

enum err publish(const struct model *model, const char *outdir,
                 const struct publish_options *o)
{
    struct staging s;
    sigset_t before;
    hold_signals(&before);
    enum err err = staging_open(outdir, &s);
    if (!err)
        err = write_outputs(model, s.dir, o);
    if (!err)
        err = put_in_place(s.dir, outdir, o->only == NULL);
    staging_close(outdir, &s, err != ERR_OK);
    sigprocmask(SIG_SETMASK, &before,
                NULL); /* a signal held until now takes effect here */
    return err;
}
