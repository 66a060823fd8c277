/* push: hands sealed trips over to a server. */
#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "config.h"
#include "jsonw.h"
#include "lang.h"
#include "push_trip.h"
#include "xmem.h"

/* The trips of a run and what became of them. */
struct run {
    char **paths;
    size_t count, capacity;
    bool owned; /* the paths are ours to free */
    struct push_result *results;
    char **faults; /* NULL: none */
    size_t by_end[PUSH_END_COUNT];
};

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Their names begin with the time, so the oldest goes first. */
static enum err list_trips(const char *dir, struct run *r)
{
    static const char ending[] = ".gpkg";
    DIR *d = opendir(dir);
    const struct dirent *e;
    if (!d) {
        err_report(_("%s: cannot be read: %s"), dir, strerror(errno));
        return ERR_INPUT;
    }
    r->owned = true;
    while ((e = readdir(d)) != NULL) {
        const size_t len = strlen(e->d_name);
        if (e->d_name[0] == '.' || len < sizeof ending ||
            strcmp(e->d_name + len - (sizeof ending - 1), ending) != 0)
            continue;
        r->paths = xgrow(r->paths, r->count, &r->capacity, sizeof *r->paths);
        r->paths[r->count++] = xasprintf("%s/%s", dir, e->d_name);
    }
    closedir(d);
    if (r->count > 0)
        qsort(r->paths, r->count, sizeof *r->paths, compare_paths);
    return ERR_OK;
}

static void print_result(const char *path, const struct push_result *r)
{
    if (r->end == PUSH_HANDED_OVER)
        printf(_("%s: handed over, %lld bytes, of which %lld were sent\n"), path,
               (long long)r->bytes, (long long)r->sent_bytes);
    else if (r->end == PUSH_AT_WORK)
        printf(_("%s: another push is at it\n"), path);
    if (r->deleted)
        printf(_("%s: deleted here\n"), path);
    fflush(stdout);
}

/* A server that failed one trip fails the others, too: they are left for the next run.
 * What is wrong with a trip itself, however, is no reason to keep the others. */
static void push_all(struct run *r, struct push_http *h, const struct push_options *o,
                     bool json)
{
    bool server_failed = false;
    for (size_t i = 0; i < r->count; i++) {
        struct push_result *result = &r->results[i];
        if (server_failed)
            *result = (struct push_result){.end = PUSH_LEFT};
        else
            *result = push_trip(h, r->paths[i], o);
        if (result->end == PUSH_LEFT && !server_failed && push_http_fault(h)[0]) {
            r->faults[i] = xstrdup(push_http_fault(h));
            server_failed = push_http_is_fault_of_server(h);
        }
        push_http_forget_fault(h);
        r->by_end[result->end]++;
        if (!json)
            print_result(r->paths[i], result);
    }
}

static void print_json(const struct run *r, const char *url)
{
    struct jsonw j = {.out = stdout};
    jsonw_open(&j, '{');
    jsonw_key(&j, "url");
    jsonw_text(&j, url);
    for (int end = 0; end < PUSH_END_COUNT; end++) {
        jsonw_key(&j, push_end_name((enum push_end)end));
        jsonw_int(&j, (int64_t)r->by_end[end]);
    }
    jsonw_key(&j, "trips");
    jsonw_open(&j, '[');
    for (size_t i = 0; i < r->count; i++) {
        const struct push_result *t = &r->results[i];
        jsonw_open(&j, '{');
        jsonw_key(&j, "file");
        jsonw_text(&j, r->paths[i]);
        jsonw_key(&j, "state");
        jsonw_text(&j, push_end_name(t->end));
        jsonw_key(&j, "sha256");
        jsonw_text(&j, t->sha256);
        jsonw_key(&j, "bytes");
        jsonw_int(&j, t->bytes);
        jsonw_key(&j, "sent_bytes");
        jsonw_int(&j, t->sent_bytes);
        jsonw_key(&j, "deleted");
        jsonw_bool(&j, t->deleted);
        jsonw_key(&j, "reason");
        jsonw_text(&j, r->faults[i]);
        jsonw_close(&j, '}');
    }
    jsonw_close(&j, ']');
    jsonw_close(&j, '}');
    putchar('\n');
}

static void print_summary(const struct run *r)
{
    printf(_("%zu handed over, %zu by earlier pushes, %zu not sealed yet, %zu left\n"),
           r->by_end[PUSH_HANDED_OVER], r->by_end[PUSH_ALREADY], r->by_end[PUSH_UNSEALED],
           r->by_end[PUSH_LEFT] + r->by_end[PUSH_AT_WORK]);
}

static enum err push_list(struct run *r, const struct arguments *a,
                          const struct config *config)
{
    struct push_http *h = NULL;
    const struct push_options options = {.config = &config->push,
                                         .again = a->again,
                                         .delete_after = a->delete_after,
                                         .progress = !a->json && isatty(STDERR_FILENO)};
    const enum err err = push_http_open(&config->push, &h);
    if (err)
        return err;
    r->results = xcalloc(r->count + 1, sizeof *r->results);
    r->faults = xcalloc(r->count + 1, sizeof *r->faults);
    push_all(r, h, &options, a->json);
    if (a->json)
        print_json(r, config->push.url);
    else
        print_summary(r);
    push_http_close(h);
    /* a trip that was named and is not sealed is not handed over as was asked */
    const size_t unsealed = a->file_count > 0 ? r->by_end[PUSH_UNSEALED] : 0;
    return r->by_end[PUSH_LEFT] + r->by_end[PUSH_AT_WORK] + unsealed > 0 ? ERR_FAILED
                                                                         : ERR_OK;
}

static enum err find_server(const struct arguments *a, struct config *c)
{
    if (a->to && !config_push_set_url(&c->push, a->to)) {
        char shown[CONFIG_PUSH_URL_SIZE];
        err_report(_("--to is \"%.60s\", expected an https URL without a user's name and "
                     "without a question mark"),
                   config_push_show_url(a->to, shown));
        return ERR_USAGE;
    }
    if (!c->push.url) {
        err_report(
            _("no server is named; expected push.url in the configuration, or --to "
              "URL"));
        return ERR_USAGE;
    }
    return ERR_OK;
}

static void free_run(struct run *r)
{
    for (size_t i = 0; r->owned && i < r->count; i++)
        free(r->paths[i]);
    for (size_t i = 0; r->faults && i < r->count; i++)
        free(r->faults[i]);
    if (r->owned)
        free(r->paths);
    free(r->results);
    free(r->faults);
}

enum err cmd_push(const struct arguments *a)
{
    struct config config;
    struct run r = {.count = 0};
    enum err err = config_load_for(a->config, a->output, &config);
    if (err)
        return err;
    err = find_server(a, &config);
    if (!err && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        err = ERR_FAILED;
    if (!err && a->file_count > 0) {
        r.paths = a->files;
        r.count = (size_t)a->file_count;
    } else if (!err) {
        err = list_trips(config.output, &r);
    }
    if (!err)
        err = push_list(&r, a, &config);
    free_run(&r);
    curl_global_cleanup();
    config_free(&config);
    return err;
}
