/* export: trip logs for other programs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "export.h"
#include "lang.h"
#include "triplog.h"
#include "xmem.h"

struct format {
    const char *name; /* and the ending of its files */
    enum err (*to_stream)(const char *trip, FILE *out);
    enum err (*to_file)(const char *trip, const char *path);
};

static const struct format formats[] = {
    {"csv", export_csv, NULL},
    {"gpx", export_gpx, NULL},
    {"gpkg", NULL, export_gpkg},
};
enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

static enum err cannot_write(const char *path)
{
    err_report(_("%s: cannot be written: %s"), path, strerror(errno));
    return ERR_FAILED;
}

static enum err write_stream(const struct format *f, const char *trip, FILE *out,
                             const char *name)
{
    const enum err err = f->to_stream(trip, out);
    if (fflush(out) != 0 || ferror(out))
        return cannot_write(name);
    return err;
}

static enum err write_file(const struct format *f, const char *trip, const char *path)
{
    if (f->to_file)
        return f->to_file(trip, path);
    FILE *out = fopen(path, "wbe");
    if (!out)
        return cannot_write(path);
    enum err err = write_stream(f, trip, out, path);
    if (!err && fsync(fileno(out)) != 0 && errno != EINVAL) /* a pipe has none */
        err = cannot_write(path);
    if (fclose(out) != 0 && !err)
        err = cannot_write(path);
    return err;
}

/* A name beside it that nothing has: what is there is never written over by halves. */
static enum err write_whole(const struct format *f, const char *trip, const char *path)
{
    char *temp = xasprintf("%s.XXXXXX", path);
    enum err err = ERR_OK;
    sigset_t before;
    export_hold_signals(&before);
    const int fd = mkstemp(temp);
    if (fd < 0) {
        err = cannot_write(path);
        goto done;
    }
    if (fchmod(fd, 0644) != 0 && errno != EPERM) /* FAT has no modes */
        err = cannot_write(path);
    close(fd);
    if (!err)
        err = write_file(f, trip, temp);
    if (!err && export_interrupted()) {
        err_report(_("%s: not written: interrupted"), path);
        err = ERR_FAILED;
    }
    if (!err && rename(temp, path) != 0)
        err = cannot_write(path);
    if (err)
        unlink(temp);
done:
    free(temp);
    sigprocmask(SIG_SETMASK, &before, NULL); /* a signal that was held ends us here */
    return err;
}

/* A device, a pipe or a link, which is not to be replaced by a file. */
static bool is_more_than_file(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static enum err write_to(const struct format *f, const char *trip, const char *path)
{
    if (!is_more_than_file(path))
        return write_whole(f, trip, path);
    if (!f->to_file)
        return write_file(f, trip, path);
    err_report(_("%s: is no plain file, and a %s cannot be written into it; give another "
                 "name with --output"),
               path, f->name);
    return ERR_USAGE;
}

/* A log must never be written over: the same file under any name is refused. */
static enum err check_not_input(const char *trip, const char *path)
{
    struct stat in, out;
    if (stat(path, &out) != 0 || stat(trip, &in) != 0 || in.st_dev != out.st_dev ||
        in.st_ino != out.st_ino)
        return ERR_OK;
    err_report(_("%s: is the trip log itself; give another name with --output"), path);
    return ERR_USAGE;
}

/* The trip's name with the ending of the format, in a directory. */
static char *name_in(const char *dir, const char *trip, const struct format *f)
{
    const char *slash = strrchr(trip, '/');
    const char *base = slash ? slash + 1 : trip;
    const char *dot = strrchr(base, '.');
    const int len = dot && dot > base ? (int)(dot - base) : (int)strlen(base);
    return xasprintf("%s/%.*s.%s", dir, len, base, f->name);
}

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void warn_of_seal(const char *trip)
{
    struct triplog_verdict v;
    if (triplog_verify(trip, &v) == ERR_OK && v.intact && v.sealed && !v.seal_matches)
        err_warn(_("%s: the trip was changed after it was sealed"), trip);
}

static enum err export_one(const struct arguments *a, const struct format *f,
                           const char *trip)
{
    if (a->output && strcmp(a->output, "-") == 0)
        return write_stream(f, trip, stdout, _("standard output"));
    char *path = !a->output || is_directory(a->output)
                     ? name_in(a->output ? a->output : ".", trip, f)
                     : xstrdup(a->output);
    enum err err = check_not_input(trip, path);
    if (!err)
        err = write_to(f, trip, path);
    if (!err) {
        warn_of_seal(trip);
        printf("%s\n", path);
    }
    free(path);
    return err;
}

static enum err check(const struct arguments *a, const struct format *f)
{
    if (!f) {
        err_report(_("--to is \"%s\", expected csv, gpx or gpkg"), a->to ? a->to : "");
        return ERR_USAGE;
    }
    if (a->file_count > 1 && a->output && !is_directory(a->output)) {
        err_report(_("--output %s: of several trips it must be a directory"), a->output);
        return ERR_USAGE;
    }
    if (!f->to_stream && a->output && strcmp(a->output, "-") == 0) {
        err_report(_("--output -: a %s cannot go to standard output; name a file"),
                   f->name);
        return ERR_USAGE;
    }
    return ERR_OK;
}

enum err cmd_export(const struct arguments *a)
{
    const struct format *format = NULL;
    for (int i = 0; a->to && i < FORMAT_COUNT; i++) {
        if (strcmp(a->to, formats[i].name) == 0)
            format = &formats[i];
    }
    enum err worst = check(a, format);
    for (int i = 0; worst != ERR_USAGE && i < a->file_count; i++) {
        const enum err err = export_one(a, format, a->files[i]);
        if (err)
            worst = err;
    }
    return worst;
}
