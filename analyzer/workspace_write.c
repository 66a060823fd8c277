/* What is stored in the workspace: places, logs with their tallies, verdicts. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "spatialite_blob.h"
#include "workspace.h"
#include "workspace_sql.h"
#include "xmem.h"

/* Goes through a list of places, or the test areas: hamlets and clusters. */
struct walk {
    const struct places *places;
    size_t hamlet, cluster; /* the next ones, of the test areas */
    uint8_t *blob;          /* the geometry of the row */
    size_t blob_capacity;
};

static uint8_t *blob_of(struct walk *w, size_t size)
{
    if (size > w->blob_capacity) {
        w->blob_capacity = 2 * size;
        w->blob = xreallocarray(w->blob, w->blob_capacity, 1);
    }
    return w->blob;
}

static struct workspace_sql_value point_of(struct walk *w, const struct place *p)
{
    uint8_t *blob = blob_of(w, SPATIALITE_POINT_SIZE);
    spatialite_blob_point(p->point, blob);
    return workspace_sql_of_blob(blob, SPATIALITE_POINT_SIZE);
}

/* The polygon, or the point where there is none. */
static struct workspace_sql_value geometry_of(struct walk *w, const struct place *p)
{
    if (p->polygon.size == 0)
        return point_of(w, p);
    uint8_t *blob = blob_of(w, p->polygon.size + SPATIALITE_BLOB_MORE);
    const size_t size = spatialite_blob_polygons(&p->polygon, blob);
    assert(size > 0);
    return workspace_sql_of_blob(blob, size);
}

static void fill_hamlet(void *ctx, size_t i, struct workspace_sql_value *v)
{
    struct walk *w = ctx;
    const struct place *p = &w->places->hamlets.items[i];
    v[0] = workspace_sql_of_text(p->code);
    v[1] = workspace_sql_of_text(p->name);
    v[2] = workspace_sql_of_text(p->parent_code);
    v[3] = workspace_sql_of_count(p->households);
    v[4] = workspace_sql_of_text(model_yes_no_name(p->electricity));
    v[5] = workspace_sql_of_text(model_yes_no_name(p->difficult));
    v[6] = point_of(w, p);
}

/* By code, as the table's index has them: else it would grow in its middle. */
static const struct place *next_area(struct walk *w)
{
    const struct place_list *hamlets = &w->places->hamlets;
    const struct place_list *clusters = &w->places->clusters;
    const bool is_cluster =
        w->cluster < clusters->count &&
        (w->hamlet == hamlets->count ||
         strcmp(clusters->items[w->cluster].code, hamlets->items[w->hamlet].code) < 0);
    return is_cluster ? &clusters->items[w->cluster++] : &hamlets->items[w->hamlet++];
}

static void fill_area(void *ctx, size_t i, struct workspace_sql_value *v)
{
    struct walk *w = ctx;
    const size_t hamlets_before = w->hamlet;
    const struct place *p = next_area(w);
    const bool is_hamlet = w->hamlet > hamlets_before;
    const enum area_kind own = p->polygon.size > 0 ? AREA_POLYGON : AREA_CENTRE;
    (void)i; /* they come in order */
    v[0] = workspace_sql_of_text(p->code);
    v[1] = workspace_sql_of_text(is_hamlet ? p->code : p->parent_code);
    v[2] = workspace_sql_of_text(model_area_kind_name(is_hamlet ? own : AREA_CLUSTER));
    v[3] = workspace_sql_of_text(p->name);
    v[4] = workspace_sql_of_count(p->households);
    v[5] = geometry_of(w, p);
}

static void fill_commune(void *ctx, size_t i, struct workspace_sql_value *v)
{
    struct walk *w = ctx;
    const struct place *p = &w->places->communes.items[i];
    v[0] = workspace_sql_of_text(p->code);
    v[1] = workspace_sql_of_text(p->name);
    v[2] = workspace_sql_of_text(p->parent_code);
    v[3] = workspace_sql_of_text(p->parent_name);
    v[4] = geometry_of(w, p);
}

static enum err put_places(struct workspace *ws, const struct places *p)
{
    struct walk walk = {.places = p};
    const struct workspace_sql_rows tables[] = {
        {"INSERT INTO hamlet (hamlet_code, name, commune_code, households, electricity, "
         "difficult, geom) SELECT c1, c2, c3, c4, c5, c6, c7 FROM " WORKSPACE_SQL_ROWS,
         p->hamlets.count, fill_hamlet, &walk},
        {"INSERT INTO test_area (area_code, hamlet_code, area_kind, name, households, "
         "geom) SELECT c1, c2, c3, c4, c5, c6 FROM " WORKSPACE_SQL_ROWS,
         p->hamlets.count + p->clusters.count, fill_area, &walk},
        {"INSERT INTO commune (code, name, province_code, province, geom) "
         "SELECT c1, c2, c3, c4, CastToMultiPolygon(c5) FROM " WORKSPACE_SQL_ROWS,
         p->communes.count, fill_commune, &walk},
    };
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < sizeof tables / sizeof *tables; i++)
        err = workspace_sql_put_rows(ws, &tables[i]);
    free(walk.blob);
    return err ? err : workspace_sql_put_moves(ws, p);
}

enum err workspace_put_places(struct workspace *ws, const struct places *places)
{
    /* SpatiaLite's would look up the column's type and note the time for every row */
    sqlite3_db_config(ws->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    const enum err err = put_places(ws, places);
    sqlite3_db_config(ws->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
    return err;
}

enum err workspace_put_place_file(struct workspace *ws, const char *role,
                                  const char *file, const char *sha256)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws, "INSERT INTO place_file (role, file, sha256) VALUES (?, ?, ?)", &stmt);
    if (!err) {
        workspace_sql_bind_text(stmt, 1, role);
        workspace_sql_bind_text(stmt, 2, file);
        workspace_sql_bind_text(stmt, 3, sha256);
        err = workspace_sql_run(ws, stmt);
    }
    sqlite3_finalize(stmt);
    return err;
}

/* The stored state of a trip: its log_id, rows and hash; log_id 0 where there is none. */
struct stored_log {
    int64_t log_id;
    int64_t rows;
    char sha256[SHA256_TEXT_SIZE];
};

static int find_log(struct workspace *ws, const char *sql, const char *key,
                    struct stored_log *found)
{
    sqlite3_stmt *stmt = NULL;
    int result = 0;
    if (workspace_sql_prepare(ws, sql, &stmt) != ERR_OK)
        return -1;
    workspace_sql_bind_text(stmt, 1, key);
    const int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        found->log_id = sqlite3_column_int64(stmt, 0);
        found->rows = sqlite3_column_int64(stmt, 1);
        const char *sha = workspace_sql_text(stmt, 2);
        const size_t len = strnlen(sha, SHA256_TEXT_SIZE - 1);
        memcpy(found->sha256, sha, len);
        found->sha256[len] = '\0'; /* whatever the column holds */
        result = 1;
    } else if (code != SQLITE_DONE) {
        workspace_sql_fail(ws, _("the workspace cannot be read"));
        result = -1;
    }
    sqlite3_finalize(stmt);
    return result;
}

static int log_fate(struct workspace *ws, const struct ingest_log *log,
                    struct stored_log *stored)
{
    *stored = (struct stored_log){0};
    int found = find_log(ws, "SELECT log_id, rows, sha256 FROM log WHERE sha256 = ?",
                         log->sha256, stored);
    if (found > 0 && log->has_wal && log->counts.rows > stored->rows)
        return LOG_REPLACES; /* the trip went on in its -wal */
    if (found != 0)
        return found < 0 ? -1 : LOG_KNOWN;
    if (log->trip_uuid[0] == '\0')
        return LOG_NEW;
    found = find_log(ws, "SELECT log_id, rows, sha256 FROM log WHERE trip_uuid = ?",
                     log->trip_uuid, stored);
    if (found <= 0)
        return found < 0 ? -1 : LOG_NEW;
    /* equal row counts: the hash decides, so that the order of inputs does not */
    const bool newer =
        log->counts.rows > stored->rows ||
        (log->counts.rows == stored->rows && strcmp(log->sha256, stored->sha256) < 0);
    return newer ? LOG_REPLACES : LOG_OLDER;
}

int workspace_log_fate(struct workspace *ws, const struct ingest_log *log)
{
    struct stored_log stored;
    return log_fate(ws, log, &stored);
}

enum err workspace_rename_log(struct workspace *ws, const struct ingest_log *log)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws, "UPDATE log SET file = ?1 WHERE sha256 = ?2 AND file > ?1 AND log_id > ?3",
        &stmt);
    if (!err) {
        workspace_sql_bind_text(stmt, 1, log->file);
        workspace_sql_bind_text(stmt, 2, log->sha256);
        sqlite3_bind_int64(stmt, 3, ws->last_old_log);
        err = workspace_sql_run(ws, stmt);
    }
    sqlite3_finalize(stmt);
    return err;
}

static enum err delete_log(struct workspace *ws, int64_t log_id)
{
    static const char *const statements[] = {
        "DELETE FROM tally WHERE log_id = ?",
        "DELETE FROM probe WHERE log_id = ?",
        "DELETE FROM track WHERE log_id = ?",
        "DELETE FROM log_rejected WHERE log_id = ?",
        "DELETE FROM log_suspect WHERE log_id = ?",
        "DELETE FROM log WHERE log_id = ?",
    };
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < sizeof statements / sizeof *statements; i++) {
        sqlite3_stmt *stmt = NULL;
        err = workspace_sql_prepare(ws, statements[i], &stmt);
        if (!err) {
            sqlite3_bind_int64(stmt, 1, log_id);
            err = workspace_sql_run(ws, stmt);
        }
        sqlite3_finalize(stmt);
    }
    return err;
}

static enum err insert_log(struct workspace *ws, const struct ingest_log *log,
                           int64_t log_id)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws,
        "INSERT INTO log (file, sha256, trip_uuid, format, rows, accepted, "
        "level_blanked, first_utc_ms, last_utc_ms, seal, options, level_corrected, "
        "probes, probes_counted, log_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &stmt);
    if (err)
        return err;
    workspace_sql_bind_text(stmt, 10, log->seal);
    workspace_sql_bind_text(stmt, 11, log->options);
    workspace_sql_bind_text(stmt, 1, log->file);
    workspace_sql_bind_text(stmt, 2, log->sha256);
    workspace_sql_bind_text(stmt, 3, log->trip_uuid);
    workspace_sql_bind_text(stmt, 4, log->format->name);
    sqlite3_bind_int64(stmt, 5, log->counts.rows);
    sqlite3_bind_int64(stmt, 6, log->counts.accepted);
    sqlite3_bind_int64(stmt, 7, log->counts.level_blanked);
    workspace_sql_bind_count(stmt, 8, log->first_utc_ms);
    workspace_sql_bind_count(stmt, 9, log->last_utc_ms);
    sqlite3_bind_int64(stmt, 12, log->counts.level_corrected);
    sqlite3_bind_int64(stmt, 13, log->counts.probes);
    sqlite3_bind_int64(stmt, 14, log->counts.probes_counted);
    sqlite3_bind_int64(stmt, 15, log_id);
    err = workspace_sql_run(ws, stmt);
    sqlite3_finalize(stmt);
    return err;
}

static enum err insert_rejected(struct workspace *ws, const struct ingest_log *log,
                                int64_t log_id)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws, "INSERT INTO log_rejected (log_id, reason, rows) VALUES (?, ?, ?)", &stmt);
    for (int r = 0; !err && r < QUALITY_REASON_COUNT; r++) {
        sqlite3_bind_int64(stmt, 1, log_id);
        workspace_sql_bind_text(stmt, 2, quality_reason_name((enum quality_reason)r));
        sqlite3_bind_int64(stmt, 3, log->counts.rejected[r]);
        err = workspace_sql_run(ws, stmt);
    }
    sqlite3_finalize(stmt);
    return err;
}

/* After a full disk SQLite has rolled back by itself; what came now would be kept. The
 * failure was reported. */
static bool was_rolled_back(const struct workspace *ws)
{
    return sqlite3_get_autocommit(ws->db) != 0;
}

enum err workspace_put_part(struct workspace *ws, struct ingest_log *log,
                            const struct tally *tally)
{
    if (was_rolled_back(ws))
        return ERR_FAILED;
    if (log->log_id == 0)
        log->log_id = ++ws->last_log;
    return workspace_put_tally(ws, tally, log->log_id);
}

enum err workspace_drop_parts(struct workspace *ws, struct ingest_log *log)
{
    const int64_t log_id = log->log_id;
    log->log_id = 0;
    return log_id == 0 || was_rolled_back(ws) ? ERR_OK : delete_log(ws, log_id);
}

enum err workspace_put_log(struct workspace *ws, const struct ingest_log *log)
{
    struct stored_log stored;
    if (was_rolled_back(ws))
        return ERR_FAILED;
    const int fate = log_fate(ws, log, &stored);
    if (fate < 0)
        return ERR_FAILED;
    if (fate == LOG_KNOWN || fate == LOG_OLDER) {
        /* a copy that another thread was reading when this one was found to be new */
        const enum err named = fate == LOG_KNOWN ? workspace_rename_log(ws, log) : ERR_OK;
        return named || !log->log_id ? named : delete_log(ws, log->log_id);
    }
    const int64_t log_id = log->log_id ? log->log_id : ++ws->last_log;
    enum err err = fate == LOG_REPLACES ? delete_log(ws, stored.log_id) : ERR_OK;
    if (!err)
        err = insert_log(ws, log, log_id);
    if (!err)
        err = insert_rejected(ws, log, log_id);
    if (!err)
        err = workspace_sql_put_suspects(ws, log, log_id);
    if (!err)
        err = workspace_put_tally(ws, log->tally, log_id);
    if (!err)
        err = workspace_put_probes(ws, log, log_id);
    if (!err)
        err = workspace_sql_put_tracks(ws, log, log_id);
    return err;
}

enum err workspace_remove_log(struct workspace *ws, const char *name, char **removed)
{
    const char *base = strrchr(name, '/');
    base = base ? base + 1 : name;
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws,
        "SELECT log_id, file FROM log WHERE file = ?1 OR (trip_uuid <> '' AND trip_uuid "
        "= ?2) "
        "OR (length(?2) >= 8 AND substr(sha256, 1, length(?2)) = lower(?2))",
        &stmt);
    if (err)
        return err;
    workspace_sql_bind_text(stmt, 1, base);
    workspace_sql_bind_text(stmt, 2, name);
    int64_t log_id = 0;
    int matches = 0;
    char *file = NULL;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        log_id = sqlite3_column_int64(stmt, 0);
        if (matches++ == 0)
            file = xstrdup(workspace_sql_text(stmt, 1));
    }
    sqlite3_finalize(stmt);
    if (matches != 1) {
        err_report(
            matches == 0
                ? _("%s: no log of that name, trip or SHA-256 in %s")
                : _("%s: several logs of that name in %s; name one by its SHA-256"),
            name, ws->path);
        free(file);
        return ERR_INPUT;
    }
    err = delete_log(ws, log_id);
    if (err)
        free(file);
    else
        *removed = file;
    return err;
}
