/* The model's communes and logs, as the workspace has them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "model_build.h"
#include "xmem.h"

enum err model_damaged(const char *path, const char *what, const char *code)
{
    err_report(
        _("%s: the workspace is damaged: %s (\"%s\"); make it again with new and add"),
        path, what, code);
    return ERR_INPUT;
}

/* Arrays while they grow; they move into the model's memory at the end. */
struct load {
    struct model *m;
    const char *path;
    size_t moved; /* the hamlet of the last commune_move */
    struct unit *communes;
    size_t commune_count, commune_capacity;
    struct model_log *logs;
    size_t log_count, log_capacity;
    struct model_track *tracks;
    size_t *track_logs; /* the index of each track's log, which has yet to move */
    size_t track_count, track_capacity, track_log_capacity;
    struct model_place_file *files;
    size_t file_count, file_capacity;
};

static enum err take_commune(void *ctx, const struct workspace_commune *c)
{
    struct load *l = ctx;
    l->communes =
        xgrow(l->communes, l->commune_count, &l->commune_capacity, sizeof *l->communes);
    l->communes[l->commune_count++] = (struct unit){
        .code = model_text(l->m, c->code),
        .name = model_text(l->m, c->name),
        .province_code = model_text(l->m, c->province_code),
        .province = model_text(l->m, c->province),
        .shape = model_copy_wkb(l->m, &c->shape),
    };
    return ERR_OK;
}

static enum err take_log(void *ctx, int64_t log_id, const struct model_log *log)
{
    struct load *l = ctx;
    (void)log_id;
    l->logs = xgrow(l->logs, l->log_count, &l->log_capacity, sizeof *l->logs);
    l->logs[l->log_count++] = (struct model_log){
        .file = model_text(l->m, log->file),
        .sha256 = model_text(l->m, log->sha256),
        .format = model_text(l->m, log->format),
        .trip_uuid = model_text(l->m, log->trip_uuid),
        .seal = model_text(l->m, log->seal),
        .options = model_text(l->m, log->options),
        .counts = log->counts,
        .suspects = log->suspects,
    };
    return ERR_OK;
}

/* Tracks come in the order of the logs. */
static enum err take_track(void *ctx, const char *log_sha256, const struct track *track)
{
    struct load *l = ctx;
    size_t log = l->track_count > 0 ? l->track_logs[l->track_count - 1] : 0;
    while (log < l->log_count && strcmp(l->logs[log].sha256, log_sha256) != 0)
        log++;
    if (log == l->log_count)
        return model_damaged(l->path, _("a track without its log"), log_sha256);
    l->tracks = xgrow(l->tracks, l->track_count, &l->track_capacity, sizeof *l->tracks);
    l->track_logs = xgrow(l->track_logs, l->track_count, &l->track_log_capacity,
                          sizeof *l->track_logs);
    struct model_track *t = &l->tracks[l->track_count];
    t->track = *track;
    t->track.operators = model_alloc(l->m, strlen(track->operators) + 1, 1);
    memcpy(t->track.operators, track->operators, strlen(track->operators));
    t->track.path = model_alloc(l->m, track->path_size, 1);
    memcpy(t->track.path, track->path, track->path_size);
    l->track_logs[l->track_count++] = log;
    return ERR_OK;
}

static enum err take_place_file(void *ctx, const struct model_place_file *f)
{
    struct load *l = ctx;
    l->files = xgrow(l->files, l->file_count, &l->file_capacity, sizeof *l->files);
    l->files[l->file_count++] = (struct model_place_file){
        .role = model_text(l->m, f->role),
        .file = model_text(l->m, f->file),
        .sha256 = model_text(l->m, f->sha256),
    };
    return ERR_OK;
}

/* Moves come in the order of the hamlets. */
static enum err take_move(void *ctx, const char *hamlet_code,
                          const struct commune_move *move)
{
    struct load *l = ctx;
    while (l->moved < l->m->hamlet_count &&
           strcmp(l->m->hamlets[l->moved].hamlet_code, hamlet_code) != 0)
        l->moved++;
    if (l->moved == l->m->hamlet_count)
        return ERR_INPUT;
    struct commune_move *own = model_alloc(l->m, 1, sizeof *own);
    *own = (struct commune_move){
        .old_code = model_text(l->m, move->old_code),
        .old_name = model_text(l->m, move->old_name),
        .how = model_text(l->m, move->how),
        .doubt = model_text(l->m, move->doubt),
    };
    l->m->hamlets[l->moved].move = own;
    return ERR_OK;
}

static int compare_unit_code(const void *key, const void *unit)
{
    return strcmp(key, ((const struct unit *)unit)->code);
}

static struct unit *find_commune(const struct load *l, size_t count, const char *code)
{
    return count
               ? bsearch(code, l->communes, count, sizeof *l->communes, compare_unit_code)
               : NULL;
}

static int compare_units(const void *a, const void *b)
{
    return strcmp(((const struct unit *)a)->code, ((const struct unit *)b)->code);
}

/* Codes that only hamlets name, "" among them, get a row of their own. */
static void add_missing_communes(struct load *l)
{
    const size_t known = l->commune_count;
    for (size_t i = 0; i < l->m->hamlet_count; i++) {
        const char *code = l->m->hamlets[i].commune_code;
        bool found = find_commune(l, known, code) != NULL;
        for (size_t k = known; !found && k < l->commune_count; k++)
            found = strcmp(l->communes[k].code, code) == 0;
        if (found)
            continue;
        l->communes = xgrow(l->communes, l->commune_count, &l->commune_capacity,
                            sizeof *l->communes);
        l->communes[l->commune_count++] =
            (struct unit){.code = code, .name = "", .province_code = "", .province = ""};
    }
    if (l->commune_count > 1)
        qsort(l->communes, l->commune_count, sizeof *l->communes, compare_units);
}

static void name_communes(struct load *l)
{
    for (size_t i = 0; i < l->m->hamlet_count; i++) {
        struct hamlet *h = &l->m->hamlets[i];
        const struct unit *c = find_commune(l, l->commune_count, h->commune_code);
        if (!c)
            continue;
        h->commune = c->name;
        h->province_code = c->province_code;
        h->province = c->province;
    }
}

/* Moves a grown array into the model's memory. */
static void *adopt(struct model *m, void *items, size_t count, size_t size)
{
    void *own = model_alloc(m, count, size);
    if (count > 0)
        memcpy(own, items, count * size);
    free(items);
    return own;
}

static void finish(struct load *l)
{
    struct model *m = l->m;
    add_missing_communes(l);
    name_communes(l);
    m->commune_count = l->commune_count;
    m->communes = adopt(m, l->communes, l->commune_count, sizeof *l->communes);
    m->log_count = l->log_count;
    m->logs = adopt(m, l->logs, l->log_count, sizeof *l->logs);
    for (size_t i = 0; i < l->track_count; i++)
        l->tracks[i].log = &m->logs[l->track_logs[i]];
    free(l->track_logs);
    m->track_count = l->track_count;
    m->tracks = adopt(m, l->tracks, l->track_count, sizeof *l->tracks);
    m->place_file_count = l->file_count;
    m->place_files = adopt(m, l->files, l->file_count, sizeof *l->files);
}

enum err model_load(struct workspace *ws, struct model *m)
{
    struct load l = {.m = m, .path = workspace_path(ws)};
    enum err err = model_load_places(ws, m);
    if (!err)
        err = workspace_each_move(ws, take_move, &l);
    if (!err)
        err = workspace_each_commune(ws, take_commune, &l);
    if (!err)
        err = workspace_each_log(ws, take_log, &l);
    if (!err)
        err = workspace_each_track(ws, take_track, &l);
    if (!err)
        err = workspace_each_place_file(ws, take_place_file, &l);
    finish(&l);
    return err;
}
