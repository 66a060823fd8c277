/* watch: takes in what arrives in a directory, and refreshes the outputs. A round looks
 * at the directory, adds what is new and whole as `add` does, and writes the outputs as
 * `publish` does where they do not show what the workspace holds. Nothing is remembered
 * between two runs but the workspace and the outputs themselves. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arrivals.h"
#include "lang.h"
#include "options.h"
#include "publish.h"
#include "push_manifest.h"
#include "session.h"
#include "xmem.h"

enum { DEFAULT_INTERVAL_S = 60, FLURRY_MS = 300, FLURRY_MAX = 10, SPOOL_SIZE = 4096 };

struct watch {
    const struct options *options;
    const char *work;
    struct arrivals arrivals;
    char *spool; /* where trips in parts are put together; NULL: none was needed */
    int events;  /* inotify; -1: none */
    int signals;
    bool judge_anew; /* the rule was given, and may be another one */
    bool refused;    /* something was, in any round */
};

static int64_t mono_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What the workspace holds, or an output shows: the hashes of logs, sorted. */
struct holding {
    char (*hashes)[SHA256_TEXT_SIZE];
    size_t count, capacity;
};

static void hold(struct holding *h, const char *sha256)
{
    if (strlen(sha256) != SHA256_TEXT_SIZE - 1)
        return;
    h->hashes = xgrow(h->hashes, h->count, &h->capacity, sizeof *h->hashes);
    memcpy(h->hashes[h->count++], sha256, SHA256_TEXT_SIZE);
}

static enum err hold_log(void *ctx, int64_t log_id, const struct model_log *log)
{
    (void)log_id;
    hold(ctx, log->sha256);
    return ERR_OK;
}

static int compare_hashes(const void *a, const void *b)
{
    return memcmp(a, b, SHA256_TEXT_SIZE);
}

static bool holds(const struct holding *h, const char *sha256)
{
    return h->count > 0 && bsearch(sha256, h->hashes, h->count, sizeof *h->hashes,
                                   compare_hashes) != NULL;
}

static enum err hold_workspace(const char *work, struct holding *h)
{
    struct workspace *ws = NULL;
    enum err err = workspace_open(work, &ws);
    if (!err)
        err = workspace_each_log(ws, hold_log, h);
    workspace_close(ws);
    if (!err && h->count > 0)
        qsort(h->hashes, h->count, sizeof *h->hashes, compare_hashes);
    return err;
}

/* The inputs that OUTDIR/manifest.json names; false where there is none to read. */
static bool hold_outputs(const char *outdir, struct holding *h)
{
    char *path = xasprintf("%s/manifest.json", outdir);
    FILE *f = fopen(path, "rbe");
    struct stat st;
    cJSON *json = NULL;
    free(path);
    if (f && fstat(fileno(f), &st) == 0 && st.st_size > 0) {
        char *text = xmalloc((size_t)st.st_size);
        const size_t got = fread(text, 1, (size_t)st.st_size, f);
        json = cJSON_ParseWithLength(text, got);
        free(text);
    }
    if (f)
        fclose(f);
    const cJSON *input;
    cJSON_ArrayForEach(input, cJSON_GetObjectItem(json, "inputs"))
    {
        const char *hash = cJSON_GetStringValue(cJSON_GetObjectItem(input, "sha256"));
        hold(h, hash ? hash : "");
    }
    const bool read = json != NULL;
    cJSON_Delete(json);
    if (h->count > 0)
        qsort(h->hashes, h->count, sizeof *h->hashes, compare_hashes);
    return read;
}

static enum err make_spool(struct watch *w)
{
    if (w->options->keep || w->spool)
        return ERR_OK;
    const char *dir = getenv("TMPDIR");
    char *spool = xasprintf("%s/lomsong-watch-XXXXXX", dir && *dir ? dir : "/tmp");
    if (mkdtemp(spool)) {
        w->spool = spool;
        return ERR_OK;
    }
    err_report(_("%s: cannot be made: %s (set TMPDIR to a directory with room)"), spool,
               strerror(errno));
    free(spool);
    return ERR_FAILED;
}

/* A whole trip is kept under its own name, or in a directory named by its hash where
 * another trip has that name already. */
static enum err put_together(struct watch *w, const struct arrival *item, char **path)
{
    const char *hash = strrchr(item->path, '/') + 1;
    enum err err = make_spool(w);
    if (err)
        return err;
    const char *dir = w->options->keep ? w->options->keep : w->spool;
    char *own = xasprintf("%s/%.16s", dir, hash);
    if (mkdir(own, 0755) != 0 && errno != EEXIST) {
        err_report(_("%s: cannot be made: %s"), own, strerror(errno));
        err = ERR_FAILED;
    }
    if (!err)
        err = arrivals_assemble(item->path, own, path);
    if (err)
        rmdir(own);
    free(own);
    return err;
}

/* A trip that was put together only to be read. */
static void drop_whole(struct watch *w, char *path, bool keep)
{
    char *slash = strrchr(path, '/');
    if (!keep || !w->options->keep) {
        unlink(path);
        *slash = '\0';
        rmdir(path);
    }
    free(path);
}

/* A name that is a hash promises the content. */
static enum err hash_of(const struct arrival *item, char sha256[SHA256_TEXT_SIZE])
{
    const char *name = strrchr(item->path, '/') + 1;
    if (item->in_parts) {
        memcpy(sha256, name, SHA256_TEXT_SIZE);
        return ERR_OK;
    }
    const enum err err = sha256_file(item->path, sha256);
    char stem[SHA256_TEXT_SIZE];
    snprintf(stem, sizeof stem, "%.*s", (int)strcspn(name, "."), name);
    if (err || !push_manifest_is_hash(stem) || strcmp(stem, sha256) == 0)
        return err;
    err_report(_("%s: its content is not what its name says; left alone"), item->path);
    return ERR_INPUT;
}

static enum err add_file(const struct watch *w, const char *path)
{
    char *work = xstrdup(w->work), *input = xstrdup(path);
    char *args[] = {work, input};
    struct options o = *w->options;
    o.args = args;
    o.arg_count = 2;
    const enum err err = cmd_add(&o);
    free(work);
    free(input);
    return err;
}

/* A file whose content has changed is not two logs. */
static void remove_former(const struct watch *w, const struct arrival *item,
                          const char *sha256)
{
    struct holding held = {0};
    if (item->sha256[0] && strcmp(item->sha256, sha256) != 0 &&
        hold_workspace(w->work, &held) == ERR_OK && holds(&held, item->sha256)) {
        char *work = xstrdup(w->work), *hash = xstrdup(item->sha256);
        char *args[] = {work, hash};
        struct options o = *w->options;
        o.args = args;
        o.arg_count = 2;
        if (cmd_remove(&o) == ERR_OK)
            printf(_("%s: has changed; what it held before was taken out\n"), item->path);
        free(work);
        free(hash);
    }
    free(held.hashes);
}

/* ERR_FAILED: it is tried again in the next round. */
static enum err take(struct watch *w, struct arrival *item, const struct holding *held)
{
    char sha256[SHA256_TEXT_SIZE];
    char *whole = NULL;
    enum err err = hash_of(item, sha256);
    if (!err && !holds(held, sha256)) {
        if (item->in_parts)
            err = put_together(w, item, &whole);
        if (!err)
            err = add_file(w, whole ? whole : item->path);
        if (whole && err == ERR_INPUT) /* the name told was that of a copy */
            err_report(_("%s: this is the trip that was refused"), item->path);
        if (whole)
            drop_whole(w, whole, err == ERR_OK);
    }
    if (!err) {
        remove_former(w, item, sha256);
        memcpy(item->sha256, sha256, sizeof sha256);
        item->state = ARRIVAL_TAKEN;
    } else if (err != ERR_FAILED) {
        item->state = ARRIVAL_REFUSED;
        w->refused = true;
    }
    return err;
}

static enum err take_all(struct watch *w)
{
    struct holding held = {0};
    enum err err = hold_workspace(w->work, &held);
    for (size_t i = 0; !err && i < w->arrivals.count; i++) {
        struct arrival *item = &w->arrivals.items[i];
        if (item->state == ARRIVAL_READY && take(w, item, &held) == ERR_FAILED)
            err = ERR_FAILED;
        if (publish_interrupted())
            break;
    }
    free(held.hashes);
    return err;
}

/* Judges and, with --out, publishes where the outputs are not those of the workspace. */
static enum err refresh(struct watch *w, bool changed)
{
    const struct options *o = w->options;
    struct holding held = {0}, shown = {0};
    char *work = xstrdup(w->work), *out = o->out ? xstrdup(o->out) : NULL;
    char *args[] = {work, out};
    struct options to = *o;
    to.args = args;
    to.arg_count = out ? 2 : 1;
    enum err err = hold_workspace(w->work, &held);
    bool stale = changed || w->judge_anew;
    if (!err && out)
        stale =
            !hold_outputs(out, &shown) || w->judge_anew || shown.count != held.count ||
            (held.count > 0 &&
             memcmp(shown.hashes, held.hashes, held.count * sizeof *held.hashes) != 0);
    if (!err && stale)
        err = out ? cmd_publish(&to) : cmd_judge(&to);
    if (!err && stale && out)
        printf(_("%s: written anew\n"), out);
    if (!err)
        w->judge_anew = false;
    fflush(stdout);
    free(held.hashes);
    free(shown.hashes);
    free(work);
    free(out);
    return err;
}

static size_t count_taken(const struct watch *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->arrivals.count; i++)
        n += w->arrivals.items[i].state == ARRIVAL_TAKEN;
    return n;
}

/* New parts are seen without waiting for the next round; where the system does not tell
 * of changes (a network drive), the rounds do. */
static void listen_to(const struct watch *w)
{
    const uint32_t what = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR;
    if (w->events < 0)
        return;
    (void)inotify_add_watch(w->events, w->arrivals.dir, what);
    for (size_t i = 0; i < w->arrivals.count; i++) {
        const struct arrival *item = &w->arrivals.items[i];
        if (item->in_parts && item->state != ARRIVAL_TAKEN)
            (void)inotify_add_watch(w->events, item->path, what);
    }
}

/* Until something happens or the time is over; false where the end was asked for. */
static bool wait_for(const struct watch *w, int ms)
{
    char buffer[SPOOL_SIZE];
    struct pollfd fds[] = {{.fd = w->signals, .events = POLLIN},
                           {.fd = w->events, .events = POLLIN}};
    if (publish_interrupted())
        return false;
    if (poll(fds, 2, ms) <= 0 || !(fds[1].revents & POLLIN))
        return !publish_interrupted();
    for (int i = 0; i < FLURRY_MAX && !publish_interrupted(); i++) {
        (void)!read(w->events, buffer, sizeof buffer);
        if (poll(&fds[1], 1, FLURRY_MS) <= 0)
            break; /* a file seldom comes alone */
    }
    return !publish_interrupted();
}

static enum err round_of(struct watch *w, size_t *coming)
{
    enum err err = arrivals_scan(&w->arrivals, mono_ms(), coming);
    if (err)
        return err;
    listen_to(w);
    const size_t before = count_taken(w);
    err = take_all(w);
    const enum err refreshed =
        publish_interrupted() ? ERR_OK : refresh(w, count_taken(w) > before);
    return err ? err : refreshed;
}

/* --once: what has come is taken, and what is coming given the time to settle, once. */
static enum err watch_once(struct watch *w)
{
    size_t coming = 0;
    enum err err = round_of(w, &coming);
    if (!err && coming > 0 && wait_for(w, ARRIVALS_SETTLE_MS + FLURRY_MS))
        err = round_of(w, &coming);
    if (!err && coming > 0)
        err_warn(_("%zu files are still being written, and are left for the next time"),
                 coming);
    return !err && w->refused ? ERR_INPUT : err;
}

/* A round that failed (a full disk, a locked workspace) is tried again. */
static enum err watch_on(struct watch *w)
{
    const int interval_ms =
        1000 * (w->options->interval_s ? w->options->interval_s : DEFAULT_INTERVAL_S);
    int wait_ms;
    do {
        size_t coming = 0;
        (void)!round_of(w, &coming);
        wait_ms = coming > 0 && interval_ms > ARRIVALS_SETTLE_MS + FLURRY_MS
                      ? ARRIVALS_SETTLE_MS + FLURRY_MS
                      : interval_ms;
    } while (wait_for(w, wait_ms));
    return ERR_OK;
}

static bool same_directory(const char *a, const char *b)
{
    struct stat left, right;
    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

/* What the watch writes must not arrive. */
static enum err check_apart(const struct watch *w)
{
    const char *out = w->options->out, *slash = strrchr(w->work, '/');
    char *home =
        slash ? xasprintf("%.*s/", (int)(slash - w->work), w->work) : xstrdup(".");
    enum err err = ERR_OK;
    if (same_directory(home, w->arrivals.dir) ||
        (out && same_directory(out, w->arrivals.dir))) {
        err_report(
            _("%s: WORK and --out must lie elsewhere than in the directory that is "
              "watched"),
            w->arrivals.dir);
        err = ERR_USAGE;
    }
    free(home);
    return err;
}

static enum err check_keep(const char *dir)
{
    struct stat st;
    if (mkdir(dir, 0755) == 0 || (stat(dir, &st) == 0 && S_ISDIR(st.st_mode)))
        return ERR_OK;
    err_report(_("%s: cannot be made: %s"), dir, strerror(errno));
    return ERR_FAILED;
}

/* What would be wrong in every round is told at once. */
static enum err check(const struct watch *w)
{
    struct session s = {0};
    size_t coming = 0;
    struct arrivals look = {.dir = w->arrivals.dir};
    const struct publish_options to = {.only = w->options->only,
                                       .also = w->options->also};
    enum err err = check_apart(w);
    if (!err)
        err = publish_check(&to);
    if (!err && w->options->out && w->options->anonymize)
        err = publish_check_strangers(w->options->out);
    if (!err && w->options->out)
        err = publish_check_dir(w->options->out);
    if (!err)
        err = session_open(&s, w->work);
    if (!err)
        err = session_check_limits(&s, w->options);
    if (!err)
        err = session_load_rule(&s, w->options);
    session_close(&s);
    if (!err)
        err = arrivals_scan(&look, 0, &coming);
    if (!err && w->options->keep)
        err = check_keep(w->options->keep);
    arrivals_free(&look);
    return err;
}

static enum err open_ears(struct watch *w)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
        w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    w->events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (w->signals >= 0)
        return ERR_OK;
    err_report(_("signals cannot be waited for: %s"), strerror(errno));
    return ERR_FAILED;
}

enum err cmd_watch(const struct options *o)
{
    char *dir = xstrdup(o->args[1]);
    for (size_t len = strlen(dir); len > 1 && dir[len - 1] == '/'; len--)
        dir[len - 1] = '\0';
    struct watch w = {.options = o,
                      .work = o->args[0],
                      .arrivals = {.dir = dir},
                      .events = -1,
                      .signals = -1,
                      .judge_anew = o->rule || o->has_as_of};
    enum err err = check(&w);
    if (!err)
        err = open_ears(&w);
    if (!err)
        err = o->once ? watch_once(&w) : watch_on(&w);
    if (w.spool)
        rmdir(w.spool);
    free(w.spool);
    if (w.events >= 0)
        close(w.events);
    if (w.signals >= 0)
        close(w.signals);
    arrivals_free(&w.arrivals);
    free(dir);
    return err;
}
