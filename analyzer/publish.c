/* Publishing: a hidden directory is filled, then its files are moved into place. */
#include "publish.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lang.h"
#include "out.h"
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
static char *list_outputs(void)
{
    char *list = xstrdup("");
    for (size_t i = 0; i < output_count; i++) {
        char *more = xasprintf("%s%s, ", list, outputs[i].name);
        free(list);
        list = more;
    }
    char *all = xasprintf("%smanifest", list);
    free(list);
    return all;
}

enum err publish_check_only(const char *only)
{
    while (only) {
        const size_t len = strcspn(only, ",");
        bool known = named(only, len, "manifest");
        for (size_t i = 0; !known && i < output_count; i++)
            known = named(only, len, outputs[i].name);
        if (!known) {
            char *list = list_outputs();
            err_report(_("--only %.*s: no such output; expected of %s"), (int)len, only,
                       list);
            free(list);
            return ERR_USAGE;
        }
        only = only[len] ? only + len + 1 : NULL;
    }
    return ERR_OK;
}

static const char manifest_name[] = "manifest.json";
static const char temp_prefix[] = ".lomsong-";

struct file_list {
    char **names;
    size_t count;
    size_t capacity;
};

static int compare_names(const void *a, const void *b)
{
    const char *x = *(char *const *)a;
    const char *y = *(char *const *)b;
    /* the manifest last: where it stands, all it names stands too */
    const int last = (strcmp(x, manifest_name) == 0) - (strcmp(y, manifest_name) == 0);
    return last ? last : strcmp(x, y);
}

static void list_files(const char *dir, struct file_list *list)
{
    DIR *d = opendir(dir);
    const struct dirent *e;
    while (d && (e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        list->names =
            xgrow(list->names, list->count, &list->capacity, sizeof *list->names);
        list->names[list->count++] = xstrdup(e->d_name);
    }
    if (d)
        closedir(d);
    if (list->count > 1)
        qsort(list->names, list->count, sizeof *list->names, compare_names);
}

static void free_files(struct file_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->names[i]);
    free(list->names);
}

static void remove_dir(const char *dir)
{
    struct file_list files = {0};
    list_files(dir, &files);
    for (size_t i = 0; i < files.count; i++) {
        char *path = xasprintf("%s/%s", dir, files.names[i]);
        unlink(path);
        free(path);
    }
    free_files(&files);
    rmdir(dir);
}

/* Makes a directory and its parents; *first_made is the topmost that was made, or NULL.
 */
static enum err make_dirs(const char *dir, char **first_made)
{
    char *path = xstrdup(dir);
    enum err err = ERR_OK;
    for (char *at = path + 1; !err; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        const char end = *at;
        *at = '\0';
        if (mkdir(path, 0777) == 0) {
            if (!*first_made)
                *first_made = xstrdup(path);
        } else if (errno != EEXIST) {
            err_report(_("%s: the directory cannot be made: %s"), dir, strerror(errno));
            err = ERR_FAILED;
        }
        *at = end;
        if (end == '\0')
            break;
    }
    struct stat st;
    if (!err && (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))) {
        err_report(_("%s: is not a directory; name another for the outputs"), dir);
        err = ERR_FAILED;
    }
    free(path);
    return err;
}

/* Removes directories that make_dirs made, from the innermost out, while they are empty.
 */
static void unmake_dirs(const char *dir, const char *first_made)
{
    char *path = xstrdup(dir);
    while (first_made && strlen(path) >= strlen(first_made) && rmdir(path) == 0) {
        char *slash = strrchr(path, '/');
        if (!slash)
            break;
        *slash = '\0';
    }
    free(path);
}

/* Ctrl-C while files are written: what is there so far goes, and nothing is put in place.
 */
static bool interrupted(void)
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

static enum err write_outputs(const struct model *model, const char *dir,
                              const char *only)
{
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < output_count; i++) {
        if (!only || selected(only, outputs[i].name))
            err = outputs[i].write(model, dir);
        if (!err && interrupted()) {
            err_report(_("interrupted; the outputs are as they were before"));
            err = ERR_FAILED;
        }
    }
    if (err)
        return err;
    struct file_list files = {0};
    list_files(dir, &files);
    err = publish_manifest(model, dir, files.names, files.count);
    free_files(&files);
    return err;
}

/* File names that the manifest of an earlier publish lists as outputs. */
static void read_old_outputs(const char *outdir, struct file_list *old)
{
    enum { MAX_MANIFEST = 64 << 20 };
    char *path = xasprintf("%s/manifest.json", outdir);
    FILE *f = fopen(path, "rb");
    free(path);
    if (!f)
        return;
    struct stat st;
    char *text = NULL;
    if (fstat(fileno(f), &st) == 0 && st.st_size > 0 && st.st_size < MAX_MANIFEST) {
        text = xcalloc((size_t)st.st_size + 1, 1);
        if (fread(text, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
            text[0] = '\0';
    }
    fclose(f);
    cJSON *json = text ? cJSON_Parse(text) : NULL;
    const cJSON *output;
    cJSON_ArrayForEach(output, cJSON_GetObjectItem(json, "outputs"))
    {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(output, "file"));
        if (!name || strchr(name, '/') || name[0] == '.')
            continue;
        old->names = xgrow(old->names, old->count, &old->capacity, sizeof *old->names);
        old->names[old->count++] = xstrdup(name);
    }
    cJSON_Delete(json);
    free(text);
}

static bool holds(const struct file_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->names[i], name) == 0)
            return true;
    }
    return false;
}

static void remove_stale(const char *outdir, const struct file_list *old,
                         const struct file_list *made)
{
    for (size_t i = 0; i < old->count; i++) {
        if (holds(made, old->names[i]))
            continue;
        char *path = xasprintf("%s/%s", outdir, old->names[i]);
        unlink(path);
        free(path);
    }
}

/* A directory in the place of an output: renaming would fail half-way through. */
static enum err check_targets(const char *to, const struct file_list *files)
{
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < files->count; i++) {
        char *target = xasprintf("%s/%s", to, files->names[i]);
        struct stat st;
        if (lstat(target, &st) == 0 && S_ISDIR(st.st_mode)) {
            err_report(_("%s: cannot be put in place: %s"), target, strerror(EISDIR));
            err = ERR_FAILED;
        }
        free(target);
    }
    return err;
}

/* Everything is written: what can still fail is a rename within one file system. */
static enum err move_files(const char *from, const char *to,
                           const struct file_list *files)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < files->count; i++) {
        char *source = xasprintf("%s/%s", from, files->names[i]);
        char *target = xasprintf("%s/%s", to, files->names[i]);
        if (rename(source, target) != 0) {
            err_report(_("%s: cannot be put in place: %s"), target, strerror(errno));
            err = ERR_FAILED;
        }
        free(source);
        free(target);
    }
    return err;
}

static enum err put_in_place(const char *temp, const char *outdir, bool full)
{
    struct file_list made = {0};
    struct file_list old = {0};
    list_files(temp, &made);
    if (full)
        read_old_outputs(outdir, &old);
    enum err err = check_targets(outdir, &made);
    if (!err)
        err = move_files(temp, outdir, &made);
    if (!err)
        remove_stale(outdir, &old, &made);
    free_files(&made);
    free_files(&old);
    return err;
}

/* Hidden directories that a killed publish left: nobody holds their lock. */
static void remove_leftovers(const char *outdir)
{
    struct file_list files = {0};
    list_files(outdir, &files);
    for (size_t i = 0; i < files.count; i++) {
        if (strncmp(files.names[i], temp_prefix, sizeof temp_prefix - 1) != 0)
            continue;
        char *path = xasprintf("%s/%s", outdir, files.names[i]);
        const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            remove_dir(path);
        if (fd >= 0)
            close(fd);
        free(path);
    }
    free_files(&files);
}

/* The hidden directory in outdir that is filled, with its lock. */
struct staging {
    char *first_made; /* see make_dirs */
    char *dir;        /* NULL: none */
    int lock_fd;
};

static enum err open_staging(const char *outdir, struct staging *s)
{
    *s = (struct staging){.lock_fd = -1};
    enum err err = make_dirs(outdir, &s->first_made);
    if (err)
        return err;
    remove_leftovers(outdir);
    char *path = xasprintf("%s/%sXXXXXX", outdir, temp_prefix);
    if (mkdtemp(path)) {
        s->dir = path;
        s->lock_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (s->lock_fd >= 0)
            (void)flock(s->lock_fd, LOCK_EX | LOCK_NB);
        return ERR_OK;
    }
    err_report(
        _("%s: cannot be written: %s; choose another directory or its permissions"),
        outdir, strerror(errno));
    free(path);
    return ERR_FAILED;
}

/* Removes the hidden directory, and those that were made for it where `undo`. */
static void close_staging(const char *outdir, struct staging *s, bool undo)
{
    if (s->dir)
        remove_dir(s->dir);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    if (undo)
        unmake_dirs(outdir, s->first_made);
    free(s->dir);
    free(s->first_made);
}

enum err publish_check_dir(const char *outdir)
{
    struct staging s;
    const enum err err = open_staging(outdir, &s);
    close_staging(outdir, &s, true);
    return err;
}

enum err publish(const struct model *model, const char *outdir, const char *only)
{
    struct staging s;
    sigset_t before;
    hold_signals(&before);
    enum err err = open_staging(outdir, &s);
    if (!err)
        err = write_outputs(model, s.dir, only);
    if (!err)
        err = put_in_place(s.dir, outdir, only == NULL);
    close_staging(outdir, &s, err != ERR_OK);
    sigprocmask(SIG_SETMASK, &before,
                NULL); /* a signal held until now takes effect here */
    return err;
}
