/* What the commands share. */
#include "session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lang.h"
#include "parallel.h"
#include "places.h"
#include "progress.h"
#include "sentence.h"
#include "utc.h"
#include "xmem.h"

static void apply_limits(struct quality_limits *limits, const struct options *o)
{
    if (isfinite(o->max_acc_m))
        limits->max_acc_m = o->max_acc_m;
    if (o->max_fix_age_ms != ID_UNKNOWN)
        limits->max_fix_age_ms = o->max_fix_age_ms;
    if (o->max_level_age_ms != ID_UNKNOWN)
        limits->max_level_age_ms = o->max_level_age_ms;
    if (isfinite(o->max_frozen_level_m))
        limits->max_frozen_level_m = o->max_frozen_level_m;
    if (isfinite(o->max_frozen_fix_m))
        limits->max_frozen_fix_m = o->max_frozen_fix_m;
    if (o->max_frozen_fix_ms != ID_UNKNOWN)
        limits->max_frozen_fix_ms = o->max_frozen_fix_ms;
}

/* A file of places, for the manifest. */
struct place_file {
    const char *role;
    const char *source; /* NULL: none was given */
    char path[4096];
    char sha256[SHA256_TEXT_SIZE];
};

/* "file:layer" is no path. */
static enum err hash_place_file(struct place_file *f)
{
    const char *colon = strrchr(f->source, ':');
    size_t len = strnlen(f->source, sizeof f->path - 1);
    if (access(f->source, F_OK) != 0 && colon)
        len = (size_t)(colon - f->source);
    if (len >= sizeof f->path)
        len = sizeof f->path - 1;
    memcpy(f->path, f->source, len);
    f->path[len] = '\0';
    return sha256_file(f->path, f->sha256);
}

static enum err put_place_file(struct workspace *ws, const struct place_file *f)
{
    const char *base = strrchr(f->path, '/');
    return workspace_put_place_file(ws, f->role, base ? base + 1 : f->path, f->sha256);
}

/* The planners' layer, in the caller's transaction. */
static enum err put_stations(struct session *s, const struct options *o)
{
    if (!o->stations)
        return ERR_OK;
    struct place_file file = {.role = "stations", .source = o->stations};
    enum err err = workspace_put_stations(s->ws, o->stations, &s->region);
    if (!err)
        err = hash_place_file(&file);
    return err ? err : put_place_file(s->ws, &file);
}

enum err session_put_stations(struct session *s, const struct options *o)
{
    enum err err = workspace_begin(s->ws);
    if (!err)
        err = put_stations(s, o);
    if (!err)
        err = workspace_commit(s->ws);
    if (err)
        workspace_rollback(s->ws);
    return err;
}

enum { PLACE_FILES = 4 };

/* The two halves of filling a workspace, which share nothing. */
struct filling {
    struct workspace *ws;
    const struct places *places; /* to be stored */
    struct place_file *files;    /* or to be hashed */
    enum err err;
};

static void fill_half(void *worker)
{
    struct filling *f = worker;
    if (f->places)
        f->err = workspace_put_places(f->ws, f->places);
    for (size_t i = 0; f->files && !f->err && i < PLACE_FILES; i++) {
        if (f->files[i].source)
            f->err = hash_place_file(&f->files[i]);
    }
}

static enum err put_places(struct workspace *ws, const struct options *o,
                           const struct places *places)
{
    struct place_file files[PLACE_FILES] = {
        {.role = "hamlets", .source = o->hamlets},
        {.role = "clusters", .source = o->clusters},
        {.role = "communes", .source = o->communes},
        {.role = "crosswalk", .source = o->crosswalk},
    };
    struct filling halves[] = {{.ws = ws, .places = places}, {.files = files}};
    parallel_run(fill_half, halves, 2, sizeof *halves);
    enum err err = halves[0].err ? halves[0].err : halves[1].err;
    for (size_t i = 0; !err && i < PLACE_FILES; i++) {
        if (files[i].source)
            err = put_place_file(ws, &files[i]);
    }
    return err;
}

static enum err fill_workspace(struct session *s, const struct options *o,
                               const struct places *places)
{
    enum err err = workspace_begin(s->ws);
    if (!err)
        err = put_places(s->ws, o, places);
    if (!err)
        err = put_stations(s, o);
    if (!err)
        err = workspace_commit(s->ws);
    return err;
}

static void print_moves(const struct places *p)
{
    size_t counts[PLACE_HOW_COUNT] = {0};
    if (p->crosswalk.count == 0)
        return;
    for (size_t i = 0; i < p->hamlets.count; i++)
        counts[p->moves[i].how]++;
    printf(_("%s: %zu of %zu hamlets came into their commune of today by its old code, "
             "%zu by name, %zu by position; %zu were in one already, %zu are in none\n"),
           p->named_by, counts[PLACE_BY_CODE], p->hamlets.count, counts[PLACE_BY_NAME],
           counts[PLACE_BY_POSITION], counts[PLACE_BY_GIVEN], counts[PLACE_BY_NOTHING]);
}

enum err session_new(struct session *s, const char *path, const struct options *o)
{
    const struct places_sources sources = {
        .hamlets = o->hamlets,
        .clusters = o->clusters,
        .communes = o->communes,
        .crosswalk = o->crosswalk,
        .threads = o->threads,
    };
    struct places places = {0};
    enum err err = region_load(o->region, &s->region);
    if (!err)
        err = places_load(&sources, &places);
    if (err)
        goto done;
    const int epsg = region_epsg(&s->region, places.middle);
    err = crs_open(epsg, s->region.operation, &s->crs);
    const struct places_settling settling = {&s->region, s->crs, o->threads};
    if (!err)
        err = places_settle(&places, &settling);
    if (err)
        goto done;
    struct workspace_settings settings = {
        .epsg = epsg,
        .bin_size_m = o->bin_size_m > 0 ? o->bin_size_m : 50,
        .limits = quality_default_limits(0),
    };
    if (o->region)
        memcpy(settings.region, o->region,
               strnlen(o->region, sizeof settings.region - 1));
    apply_limits(&settings.limits, o);
    err = workspace_create(path, &settings, &s->ws);
    if (err)
        goto done;
    err = fill_workspace(s, o, &places);
    if (!err)
        print_moves(&places);
    if (err) {
        workspace_close(s->ws);
        s->ws = NULL;
        if (strcmp(path, ":memory:") != 0)
            unlink(path);
    }
done:
    places_free(&places);
    return err;
}

/* Region and CRS of the workspace that has been opened. */
static enum err open_crs(struct session *s)
{
    const struct workspace_settings *w = workspace_settings(s->ws);
    const enum err err = region_load(w->region[0] ? w->region : NULL, &s->region);
    return err ? err : crs_open(w->epsg, s->region.operation, &s->crs);
}

enum err session_open(struct session *s, const char *path)
{
    const enum err err = workspace_open(path, &s->ws);
    return err ? err : open_crs(s);
}

enum err session_open_for_logs(struct session *s, const char *path)
{
    const enum err err = workspace_open_for_logs(path, &s->ws);
    return err ? err : open_crs(s);
}

void session_close(struct session *s)
{
    model_free(&s->model);
    rule_free(&s->rule);
    gps_track_free(&s->track);
    crs_close(s->crs);
    crs_close(s->out_crs);
    region_free(&s->region);
    workspace_close(s->ws);
    *s = (struct session){0};
}

enum err session_load_track(struct session *s, const struct options *o)
{
    if (!o->track || s->track.count > 0)
        return ERR_OK;
    return gps_track_load(o->track, &s->track);
}

struct ingest_options session_ingest_options(const struct session *s,
                                             const struct options *o)
{
    struct ingest_options ingest = {
        .import = {.utc_offset_s =
                       o->has_utc_offset ? o->utc_offset_s : s->region.utc_offset_s,
                   .mccmnc = o->mccmnc,
                   .map = o->maps.items,
                   .map_count = o->maps.count,
                   .has_day = o->has_date,
                   .day = o->date_day,
                   .track = s->track.count > 0 ? &s->track : NULL},
        .limits = quality_default_limits(utc_now_ms()),
        .format = o->format,
        .operation = s->region.operation,
        .threads = o->threads,
    };
    if (s->ws) {
        const struct workspace_settings *w = workspace_settings(s->ws);
        const int64_t now = ingest.limits.now_utc_ms;
        ingest.limits = w->limits;
        ingest.limits.now_utc_ms = now;
        ingest.epsg = w->epsg;
        ingest.bin_size_m = w->bin_size_m;
    }
    apply_limits(&ingest.limits, o);
    return ingest;
}

/* Where logs go, and how many have gone there. */
struct keeping {
    struct workspace *ws;
    struct progress progress;
    int64_t done;
};

static bool log_wanted(void *ctx, const struct ingest_log *log)
{
    struct keeping *k = ctx;
    if (workspace_log_fate(k->ws, log) != LOG_KNOWN || log->has_wal)
        return true;
    progress_step(&k->progress, ++k->done);
    /* an error here shows again when the transaction is committed */
    return workspace_rename_log(k->ws, log) != ERR_OK;
}

static enum err log_keep(void *ctx, struct ingest_log *log)
{
    struct keeping *k = ctx;
    log->fate = workspace_log_fate(k->ws, log);
    const enum err err = workspace_put_log(k->ws, log);
    progress_step(&k->progress, ++k->done);
    return err;
}

static enum err log_part(void *ctx, struct ingest_log *log, const struct tally *tally)
{
    const struct keeping *k = ctx;
    return workspace_put_part(k->ws, log, tally);
}

static enum err log_drop(void *ctx, struct ingest_log *log)
{
    const struct keeping *k = ctx;
    return workspace_drop_parts(k->ws, log);
}

static void print_log(const struct ingest_log *log)
{
    const struct quality_counts *c = &log->counts;
    if (log->err)
        return; /* reported already */
    if (c->rows == 0 || log->fate == LOG_KNOWN) {
        printf(_("%s: known already, nothing changed\n"), log->path);
        return;
    }
    if (log->fate == LOG_OLDER) {
        printf(_("%s: an older state of a trip that is there already, nothing changed\n"),
               log->path);
        return;
    }
    if (log->fate == LOG_REPLACES)
        printf(_("%s: replaces an older state of the same trip\n"), log->path);
    printf(_("%s: %s, %lld rows, %lld accepted, %lld levels blanked\n"), log->path,
           log->format->name, (long long)c->rows, (long long)c->accepted,
           (long long)c->level_blanked);
    if (c->level_corrected > 0)
        printf(_("    levels of %lld rows corrected by the modem's offset_db\n"),
               (long long)c->level_corrected);
    if (c->probes > 0)
        printf(_("    %lld of %lld active tests count\n"), (long long)c->probes_counted,
               (long long)c->probes);
    for (int r = 0; r < QUALITY_REASON_COUNT; r++) {
        if (c->rejected[r] == 0)
            continue;
        printf(_("    rejected as %s: %lld, first in row %lld"),
               quality_reason_name((enum quality_reason)r), (long long)c->rejected[r],
               (long long)log->first[r].line);
        printf(log->first[r].fault[0] ? " (%s)\n" : "%s\n", log->first[r].fault);
    }
    for (int k = 0; k < SUSPECT_COUNT; k++) {
        if (log->suspects.count[k] > 0)
            err_warn(_("%s: suspicious: %s (times: %lld, first in row %lld)"), log->path,
                     sentence_suspect((enum suspect)k), (long long)log->suspects.count[k],
                     (long long)log->suspects.first_line[k]);
    }
    if (strcmp(log->seal, "broken") == 0)
        err_warn(
            _("%s: the trip was changed after it was sealed; ask who changed it before "
              "relying on it"),
            log->path);
    if (c->accepted == 0)
        err_warn(_("%s: no row was accepted, so this log proves nothing"), log->path);
}

/* The options that say how logs are read, as they would be typed; the caller frees. */
static char *describe_options(const struct session *s, const struct options *o)
{
    char digits[MCCMNC_TEXT_SIZE];
    mccmnc_format(o->mccmnc, digits);
    char *text =
        xasprintf("%s%s%s%s", o->format ? " --format " : "", o->format ? o->format : "",
                  o->mccmnc ? " --mccmnc " : "", digits);
    if (o->has_utc_offset) {
        const int32_t minutes = abs(o->utc_offset_s) / 60;
        char *more =
            xasprintf("%s --utc-offset %c%02d:%02d", text,
                      o->utc_offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
        free(text);
        text = more;
    }
    if (o->track) { /* it moves rows, so it is named beyond doubt */
        const char *base = strrchr(o->track, '/');
        char *more = xasprintf("%s --track %s (SHA-256 %s)", text,
                               base ? base + 1 : o->track, s->track.sha256);
        free(text);
        text = more;
    }
    if (o->has_date) {
        char day[UTC_TEXT_SIZE];
        utc_format_date(o->date_day, day);
        char *more = xasprintf("%s --date %s", text, day);
        free(text);
        text = more;
    }
    for (size_t i = 0; i < o->maps.count; i++) {
        const struct import_map *map = &o->maps.items[i];
        char *more =
            xasprintf("%s%s%s=%s", text, i ? "," : " --map ", map->ours, map->theirs);
        free(text);
        text = more;
    }
    memmove(text, text + (text[0] == ' '), strlen(text) + (text[0] != ' '));
    return text;
}

static bool same_metres(double a, double b)
{
    return (isinf(a) && isinf(b)) || fabs(a - b) < 1e-9;
}

enum err session_check_limits(const struct session *s, const struct options *o)
{
    const struct quality_limits *w = &workspace_settings(s->ws)->limits;
    struct quality_limits asked = *w;
    apply_limits(&asked, o);
    if (same_metres(asked.max_acc_m, w->max_acc_m) &&
        same_metres(asked.max_frozen_level_m, w->max_frozen_level_m) &&
        same_metres(asked.max_frozen_fix_m, w->max_frozen_fix_m) &&
        asked.max_fix_age_ms == w->max_fix_age_ms &&
        asked.max_level_age_ms == w->max_level_age_ms &&
        asked.max_frozen_fix_ms == w->max_frozen_fix_ms)
        return ERR_OK;
    err_report(
        _("the survey was made with other thresholds of quality; give them to new or "
          "survey and read the logs again"));
    return ERR_USAGE;
}

enum err session_add(struct session *s, const struct options *o, char *const *inputs,
                     size_t count, bool all_or_nothing)
{
    enum err err = session_load_track(s, o);
    if (err)
        return err;
    struct ingest_options ingest = session_ingest_options(s, o);
    char *described = describe_options(s, o);
    ingest.described = described;
    struct keeping keeping = {
        .ws = s->ws,
        .progress = progress_begin(o->quiet, _("reading logs"), (int64_t)count)};
    struct ingest_store store = {
        .wanted = log_wanted,
        .keep = log_keep,
        .part = log_part,
        .drop = log_drop,
        .ctx = &keeping,
    };
    struct ingest_log *logs = xcalloc(count + 1, sizeof *logs);
    for (size_t i = 0; i < count; i++)
        logs[i].path = inputs[i];
    enum err read = ERR_OK;
    err = workspace_begin(s->ws);
    store.is_new = !err && workspace_is_new(s->ws);
    if (!err) {
        read = ingest_run(logs, count, &ingest, &store);
        if (read == ERR_FAILED || (read != ERR_OK && all_or_nothing))
            err = read;
    }
    if (!err)
        err = workspace_commit(s->ws);
    progress_end(&keeping.progress);
    if (err)
        workspace_rollback(s->ws);
    for (size_t i = 0; !err && i < count; i++)
        print_log(&logs[i]);
    free(logs);
    free(described);
    return err ? err : read;
}

enum err session_load_rule(struct session *s, const struct options *o)
{
    if (o->rule)
        return rule_load_file(o->rule, &s->rule);
    struct workspace_rule stored = {0};
    enum err err = s->ws ? workspace_get_rule(s->ws, &stored) : ERR_OK;
    if (!err && stored.text) {
        err = rule_load_text(_("the workspace's rule"), stored.text, strlen(stored.text),
                             &s->rule);
        s->has_as_of = stored.has_as_of;
        s->as_of_day = stored.as_of_day;
    } else if (!err) {
        err = rule_load_default(&s->rule);
    }
    free(stored.text);
    return err;
}
