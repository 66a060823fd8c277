/* The hidden directory in which outputs are made, and their way from there. */
#include "staging.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lang.h"
#include "xmem.h"

static const char manifest_name[] = "manifest.json";
static const char temp_prefix[] = ".lomsong-";

static int compare_names(const void *a, const void *b)
{
    const char *x = *(char *const *)a;
    const char *y = *(char *const *)b;
    /* the manifest last: where it stands, all it names stands too */
    const int last = (strcmp(x, manifest_name) == 0) - (strcmp(y, manifest_name) == 0);
    return last ? last : strcmp(x, y);
}

static bool is_dir(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

void staging_add(struct file_list *list, char *name)
{
    list->names = xgrow(list->names, list->count, &list->capacity, sizeof *list->names);
    list->names[list->count++] = name;
}

/* The names in a directory `below` dir, with that before them; those in directories
 * there too where `deep`. */
static void list_level(const char *dir, const char *below, bool deep,
                       struct file_list *list)
{
    char *own = xasprintf("%s/%s", dir, below);
    DIR *d = opendir(own);
    const struct dirent *e;
    while (d && (e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        char *name = xasprintf("%s%s%s", below, *below ? "/" : "", e->d_name);
        char *path = xasprintf("%s/%s", dir, name);
        if (deep && is_dir(path)) {
            list_level(dir, name, false, list);
            free(name);
        } else {
            staging_add(list, name);
        }
        free(path);
    }
    if (d)
        closedir(d);
    free(own);
}

/* What was written: "map.html", "dossier/H1.html". */
void staging_list(const char *dir, struct file_list *list)
{
    list_level(dir, "", true, list);
    if (list->count > 1)
        qsort(list->names, list->count, sizeof *list->names, compare_names);
}

void staging_free(struct file_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->names[i]);
    free(list->names);
}

/* The directory that a file was in, where that is now empty and not `dir` itself. */
static void remove_parent(const char *dir, const char *name)
{
    const char *slash = strchr(name, '/');
    if (!slash)
        return;
    char *path = xasprintf("%s/%.*s", dir, (int)(slash - name), name);
    rmdir(path);
    free(path);
}

static int remove_entry(const char *path, const struct stat *st, int type,
                        struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    (void)remove(path); /* what stays shows in the directory that stays */
    return 0;
}

static void remove_dir(const char *dir)
{
    enum { OPEN_DIRS = 8 };
    nftw(dir, remove_entry, OPEN_DIRS, FTW_DEPTH | FTW_PHYS);
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

/* Of a list that staging_list() made: it is sorted. */
static bool holds(const struct file_list *list, const char *name)
{
    return list->count > 0 && bsearch(&name, list->names, list->count,
                                      sizeof *list->names, compare_names) != NULL;
}

static void remove_stale(const char *outdir, const struct file_list *old,
                         const struct file_list *made)
{
    for (size_t i = 0; i < old->count; i++) {
        if (holds(made, old->names[i]))
            continue;
        char *path = xasprintf("%s/%s", outdir, old->names[i]);
        unlink(path);
        remove_parent(outdir, old->names[i]);
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

/* Makes the directory that an output stands in; false, errno set, where it cannot. */
static bool make_parent(const char *dir, const char *name)
{
    const char *slash = strchr(name, '/');
    if (!slash)
        return true;
    char *path = xasprintf("%s/%.*s", dir, (int)(slash - name), name);
    const bool made = mkdir(path, 0777) == 0 || (errno == EEXIST && is_dir(path));
    free(path);
    return made;
}

static bool exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* Two files change places where the file system cannot do so at once (NFS, FAT before
 * Linux 6.0). */
static bool exchange_in_steps(const char *a, const char *b)
{
    char *aside = xasprintf("%s.aside", a);
    bool ok = rename(b, aside) == 0;
    if (ok && rename(a, b) != 0) {
        const int why = errno;
        (void)rename(aside, b);
        errno = why;
        ok = false;
    }
    if (ok)
        (void)rename(aside, a); /* else what was there is lost with the rest of it */
    free(aside);
    return ok;
}

/* The names of two files, one of which may be missing, are exchanged: done twice, nothing
 * has changed. */
static bool exchange(const char *a, const char *b)
{
    if (!exists(b))
        return rename(a, b) == 0;
    if (!exists(a))
        return rename(b, a) == 0;
    return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0 ||
           ((errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) &&
            exchange_in_steps(a, b));
}

static bool move_file(const char *from, const char *to, const char *name)
{
    char *source = xasprintf("%s/%s", from, name);
    char *target = xasprintf("%s/%s", to, name);
    const bool moved = exchange(source, target);
    const int why = errno;
    free(source);
    free(target);
    errno = why;
    return moved;
}

/* Everything is written: what can still fail is a rename within one file system. Then the
 * files that were there return. */
static enum err move_files(const char *from, const char *to,
                           const struct file_list *files)
{
    for (size_t i = 0; i < files->count; i++) {
        const char *name = files->names[i];
        if (make_parent(to, name) && move_file(from, to, name))
            continue;
        err_report(_("%s/%s: cannot be put in place: %s"), to, name, strerror(errno));
        remove_parent(to, name);
        while (i-- > 0) {
            (void)move_file(from, to, files->names[i]);
            remove_parent(to, files->names[i]);
        }
        return ERR_FAILED;
    }
    return ERR_OK;
}

enum err staging_move(const char *from, const char *to, const struct file_list *old)
{
    struct file_list made = {0};
    staging_list(from, &made);
    enum err err = check_targets(to, &made);
    if (!err)
        err = move_files(from, to, &made);
    if (!err)
        remove_stale(to, old, &made);
    staging_free(&made);
    return err;
}

/* Hidden directories that a killed publish left: nobody holds their lock. */
static void remove_leftovers(const char *outdir)
{
    struct file_list files = {0};
    list_level(outdir, "", false, &files);
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
    staging_free(&files);
}

/* True where the directory is locked and still there: another publish may have taken it
 * for a leftover before it was locked. Where nothing can be locked, nobody removes. */
static bool hold(struct staging *s)
{
    struct stat held, named;
    s->lock_fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->lock_fd < 0)
        return errno != ENOENT;
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return errno != EWOULDBLOCK;
    return fstat(s->lock_fd, &held) == 0 && stat(s->dir, &named) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static void let_go(struct staging *s)
{
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    s->lock_fd = -1;
    free(s->dir);
    s->dir = NULL;
}

enum err staging_open(const char *outdir, struct staging *s)
{
    *s = (struct staging){.lock_fd = -1};
    enum err err = make_dirs(outdir, &s->first_made);
    if (err)
        return err;
    remove_leftovers(outdir);
    while (!s->dir) {
        s->dir = xasprintf("%s/%sXXXXXX", outdir, temp_prefix);
        if (!mkdtemp(s->dir)) {
            err_report(_("%s: cannot be written: %s; choose another directory or its "
                         "permissions"),
                       outdir, strerror(errno));
            let_go(s);
            return ERR_FAILED;
        }
        if (!hold(s))
            let_go(s);
    }
    return ERR_OK;
}

void staging_close(const char *outdir, struct staging *s, bool undo)
{
    if (s->dir)
        remove_dir(s->dir);
    let_go(s);
    if (undo)
        unmake_dirs(outdir, s->first_made);
    free(s->first_made);
}
