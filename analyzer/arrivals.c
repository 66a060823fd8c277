/* What arrives in a directory. */
#include "arrivals.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lang.h"
#include "push_manifest.h"
#include "xmem.h"

static bool ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text), tail = strlen(end);
    return len >= tail && strcmp(text + len - tail, end) == 0;
}

/* Hidden, or by its name on the way, or beside a database. */
static bool is_left_alone(const char *name)
{
    static const char *const endings[] = {"-wal", "-shm",     "-journal",    ".part",
                                          ".tmp", ".partial", ".crdownload", ".filepart",
                                          ".swp", "~"};
    bool left = name[0] == '.';
    for (size_t i = 0; !left && i < sizeof endings / sizeof *endings; i++)
        left = ends_with(name, endings[i]);
    return left;
}

static int compare_items(const void *a, const void *b)
{
    const struct arrival *left = a, *right = b;
    return strcmp(left->path, right->path);
}

/* A directory names nothing twice, so what is new is not searched for. */
static struct arrival *find(struct arrivals *a, char *path)
{
    const struct arrival wanted = {.path = path};
    struct arrival *item =
        a->known > 0 ? bsearch(&wanted, a->items, a->known, sizeof wanted, compare_items)
                     : NULL;
    if (item)
        return item;
    a->items = xgrow(a->items, a->count, &a->capacity, sizeof *a->items);
    a->items[a->count] = (struct arrival){.path = xstrdup(path), .size = -1};
    return &a->items[a->count++];
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static void note_file(struct arrival *item, const struct stat *st, int64_t now_ms)
{
    if (item->size != st->st_size || !same_time(&item->mtime, &st->st_mtim)) {
        item->size = st->st_size;
        item->mtime = st->st_mtim;
        item->since_ms = now_ms;
        item->state = ARRIVAL_COMING;
    } else if (item->state == ARRIVAL_COMING &&
               now_ms - item->since_ms >= ARRIVALS_SETTLE_MS) {
        item->state = ARRIVAL_READY;
    }
}

/* The manifest is put last, when all else is there; a part that is put anew changes the
 * directory. */
static void note_parts(struct arrival *item, const struct stat *st)
{
    struct stat manifest;
    char *path = xasprintf("%s/" PUSH_MANIFEST_FILE, item->path);
    item->in_parts = true;
    if (lstat(path, &manifest) != 0 || !S_ISREG(manifest.st_mode)) {
        item->state = ARRIVAL_PARTS;
        item->size = -1;
    } else if (item->size != manifest.st_size || !same_time(&item->mtime, &st->st_mtim)) {
        item->size = manifest.st_size;
        item->mtime = st->st_mtim;
        item->state = ARRIVAL_READY;
    }
    free(path);
}

static void look_at(struct arrivals *a, const char *name, int64_t now_ms)
{
    struct stat st;
    char *path = xasprintf("%s/%s", a->dir, name);
    const bool there = lstat(path, &st) == 0;
    const bool is_file =
        there && S_ISREG(st.st_mode) && st.st_size > 0 && !is_left_alone(name);
    const bool is_parts = there && S_ISDIR(st.st_mode) && push_manifest_is_hash(name);
    if (is_file || is_parts) {
        struct arrival *item = find(a, path);
        item->present = true;
        if (is_file)
            note_file(item, &st, now_ms);
        else
            note_parts(item, &st);
    }
    free(path);
}

/* What is no longer there is forgotten: should it come again, it is looked at again. */
static size_t tidy(struct arrivals *a)
{
    size_t kept = 0, coming = 0;
    for (size_t i = 0; i < a->count; i++) {
        if (!a->items[i].present) {
            free(a->items[i].path);
            continue;
        }
        coming += a->items[i].state == ARRIVAL_COMING;
        a->items[kept++] = a->items[i];
    }
    a->count = a->known = kept;
    if (kept > 0)
        qsort(a->items, kept, sizeof *a->items, compare_items);
    return coming;
}

enum err arrivals_scan(struct arrivals *a, int64_t now_ms, size_t *coming)
{
    DIR *d = opendir(a->dir);
    const struct dirent *e;
    if (!d) {
        err_report(_("%s: cannot be read: %s"), a->dir, strerror(errno));
        return ERR_INPUT;
    }
    for (size_t i = 0; i < a->count; i++)
        a->items[i].present = false;
    while ((e = readdir(d)) != NULL)
        look_at(a, e->d_name, now_ms);
    closedir(d);
    *coming = tidy(a);
    return ERR_OK;
}

void arrivals_free(struct arrivals *a)
{
    for (size_t i = 0; i < a->count; i++)
        free(a->items[i].path);
    free(a->items);
    *a = (struct arrivals){0};
}
