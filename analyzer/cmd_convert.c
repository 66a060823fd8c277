/* convert: accepted samples of any log in lomsong's own CSV. Reading the result gives the
 * same tally as reading the log: levels out of range are blank, the others corrected by
 * the modem's offset_db, which a CSV has no place for; the operator is named on every
 * row, sample_id keeps equal samples apart. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "anonymize.h"
#include "csvio.h"
#include "lang.h"
#include "session.h"
#include "units.h"
#include "xmem.h"

struct writer {
    FILE *out;
    int64_t sample_id;
    struct anonymizer *anonymizer; /* NULL: as they are */
};

/* The shortest text that reads back as the same number. */
static void print_double(double value, char buf[64])
{
    snprintf(buf, 64, "%.15g", value);
    if (strtod(buf, NULL) != value)
        snprintf(buf, 64, "%.17g", value);
}

static void put_field(FILE *out, const struct sample *s, const struct sample_column *c)
{
    char buf[64] = "";
    const char *text = buf;
    const void *field = (const char *)s + c->offset;
    char mccmnc[MCCMNC_TEXT_SIZE];
    mccmnc_format(s->mccmnc, mccmnc);
    switch (c->type) {
    case SAMPLE_ID:
        if (*(const int64_t *)field != ID_UNKNOWN)
            snprintf(buf, sizeof buf, "%" PRId64, *(const int64_t *)field);
        break;
    case SAMPLE_TIME:
        if (*(const int64_t *)field != TIME_UNKNOWN)
            snprintf(buf, sizeof buf, "%" PRId64, *(const int64_t *)field);
        break;
    case SAMPLE_DOUBLE:
        if (isfinite(*(const double *)field))
            print_double(*(const double *)field, buf);
        break;
    case SAMPLE_TEXT:
        text = *(const char *const *)field ? *(const char *const *)field : "";
        break;
    case SAMPLE_STATE:
        text = state_name(s->state);
        break;
    case SAMPLE_TECH:
        text = s->tech == TECH_NONE ? "" : tech_name(s->tech);
        break;
    case SAMPLE_MCC:
        snprintf(buf, sizeof buf, "%.3s", mccmnc);
        break;
    case SAMPLE_MNC:
        snprintf(buf, sizeof buf, "%s", strlen(mccmnc) > 3 ? mccmnc + 3 : "");
        break;
    }
    csvio_put(out, text, false);
}

/* As the tally sees them: what is no level of its technology is blank. NR_SA and NR_NSA
 * share one, which is to be corrected once. */
static void settle_levels(struct sample *s, double offset_db)
{
    static const enum tech techs[] = {TECH_GSM, TECH_WCDMA, TECH_LTE, TECH_NR_SA};
    for (size_t i = 0; i < sizeof techs / sizeof *techs; i++)
        sample_set_level_dbm(
            s, techs[i],
            units_corrected_dbm(techs[i], sample_level_dbm(s, techs[i]), offset_db));
    s->rssi_dbm += offset_db; /* of the same antenna */
}

static enum err write_sample(void *ctx, const struct import_row *row)
{
    struct writer *w = ctx;
    struct sample s = row->quality.sample;
    char buf[64];
    settle_levels(&s, row->offset_db);
    if (w->anonymizer) {
        const enum err err = anonymize_sample(w->anonymizer, &s);
        if (err)
            return err;
    }
    snprintf(buf, sizeof buf, "%" PRId64, ++w->sample_id);
    csvio_put(w->out, buf, true);
    for (size_t i = 0; i < sample_column_count; i++)
        put_field(w->out, &s, &sample_columns[i]);
    print_double(s.pos.lat_deg, buf);
    csvio_put(w->out, buf, false);
    print_double(s.pos.lon_deg, buf);
    csvio_put(w->out, buf, false);
    snprintf(buf, sizeof buf, "%d", row->day_offset_s);
    csvio_put(w->out, row->has_day_offset ? buf : "", false);
    csvio_end(w->out);
    return ferror(w->out) ? ERR_FAILED : ERR_OK;
}

static void write_header(FILE *out)
{
    fputs("\xEF\xBB\xBFsample_id", out);
    for (size_t i = 0; i < sample_column_count; i++)
        csvio_put(out, sample_columns[i].name, false);
    fputs(",lat_deg,lon_deg,utc_offset_s", out);
    csvio_end(out);
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
    write_header(out);
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
