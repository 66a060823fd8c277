/* convert: accepted samples of any log in lomsong's own CSV. Reading the result gives the
 * same tally as reading the log: levels out of range are blank, the others corrected by
 * the modem's offset_db, which a CSV has no place for; the operator is named on every
 * row, sample_id keeps equal samples apart. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "anonymize.h"
#include "lang.h"
#include "sample_csv.h"
#include "session.h"
#include "xmem.h"

struct writer {
    FILE *out;
    int64_t sample_id;
    struct anonymizer *anonymizer; /* NULL: as they are */
};

static enum err write_sample(void *ctx, const struct import_row *row)
{
    struct writer *w = ctx;
    struct sample s = row->quality.sample;
    sample_csv_settle(&s, row->offset_db);
    if (w->anonymizer) {
        const enum err err = anonymize_sample(w->anonymizer, &s);
        if (err)
            return err;
    }
    const struct sample_csv_row csv = {.sample = &s,
                                       .sample_id = ++w->sample_id,
                                       .utc_offset_s = row->day_offset_s,
                                       .has_utc_offset = row->has_day_offset};
    sample_csv_put(w->out, &csv);
    return ferror(w->out) ? ERR_FAILED : ERR_OK;
}

static enum err write_all(const struct options *o, FILE *out)
{
    struct session s = {0};
    struct anonymizer anonymizer = {.region = &s.region,
                                    .bin_size_m = o->bin_size_m > 0 ? o->bin_size_m : 50};
    struct writer w = {.out = out, .anonymizer = o->anonymize ? &anonymizer : NULL};
    enum err err = region_load(o->region, &s.region);
    if (!err)
        err = session_load_track(&s, o);
    const struct ingest_options ingest = session_ingest_options(&s, o);
    sample_csv_put_header(out);
    for (int i = 1; !err && i < o->arg_count; i++)
        err = ingest_samples(o->args[i], &ingest, write_sample, &w);
    anonymize_end(&anonymizer);
    session_close(&s);
    return err;
}

static enum err finish(FILE *f, const char *temp, const char *path)
{
    const bool written = fflush(f) == 0 && !ferror(f) && fsync(fileno(f)) == 0;
    const int cause = errno;
    if (fclose(f) == 0 && written && rename(temp, path) == 0)
        return ERR_OK;
    err_report(_("%s: cannot be written: %s"), path, strerror(written ? errno : cause));
    return ERR_FAILED;
}

/* A log must never be written over: the same file under any name is refused. */
static enum err check_not_input(const struct options *o)
{
    struct stat out, in;
    if (stat(o->args[0], &out) != 0)
        return ERR_OK;
    for (int i = 1; i < o->arg_count; i++) {
        if (stat(o->args[i], &in) == 0 && in.st_dev == out.st_dev &&
            in.st_ino == out.st_ino) {
            err_report(_("%s: is one of the inputs; name the file to write first: "
                         "lomsong-analyze convert OUT.csv LOG..."),
                       o->args[0]);
            return ERR_USAGE;
        }
    }
    return ERR_OK;
}

/* Straight into a stream: standard output, or a device, which is not to be replaced. */
static enum err write_stream(const struct options *o, FILE *out, const char *name)
{
    enum err err = write_all(o, out);
    if ((fflush(out) != 0 || ferror(out)) && err != ERR_INPUT) {
        err_report(_("%s: cannot be written: %s"), name, strerror(errno));
        err = ERR_FAILED;
    }
    return err;
}

static enum err write_device(const struct options *o, const char *path)
{
    FILE *f = fopen(path, "wbe");
    if (!f) {
        err_report(_("%s: cannot be written: %s"), path, strerror(errno));
        return ERR_FAILED;
    }
    const enum err err = write_stream(o, f, path);
    fclose(f);
    return err;
}

enum err cmd_convert(const struct options *o)
{
    const char *path = o->args[0];
    struct stat st;
    if (strcmp(path, "-") == 0)
        return write_stream(o, stdout, _("standard output"));
    if (check_not_input(o) != ERR_OK)
        return ERR_USAGE;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return write_device(o, path);
    char *temp = xasprintf("%s.part", path);
    FILE *f = fopen(temp, "wbe");
    enum err err = ERR_FAILED;
    if (!f) {
        err_report(_("%s: cannot be written: %s"), path, strerror(errno));
    } else {
        err = write_all(o, f);
        if (err) {
            if (ferror(f))
                err_report(_("%s: cannot be written: %s"), path, strerror(errno));
            fclose(f);
        } else {
            err = finish(f, temp, path);
        }
        if (err)
            unlink(temp);
    }
    free(temp);
    return err;
}
