/* The workspace file: making, opening, transactions, settings. */
#include "workspace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* spatialite.h uses the types of sqlite3.h without including it */
#include <sqlite3.h>

#include <spatialite.h>

#include "dbguard.h"
#include "lang.h"
#include "schema.h"
#include "workspace_sql.h"
#include "xmem.h"

enum { WORKSPACE_APPLICATION_ID = 0x4C4F4D53, WORKSPACE_VERSION = 3 };

/* Pages that SQLite keeps in memory. Tables are read from end to end: more than a little
 * of them would be memory touched for nothing. What a transaction changes beyond its
 * pages is written, and waited for, early: but for a database without a name, whose file
 * is never waited for. */
enum {
    READ_CACHE_KIB = 4 << 10,
    WRITE_CACHE_KIB = 64 << 10,
    NAMELESS_CACHE_KIB = 48 << 10
};

enum err workspace_sql_fail(const struct workspace *ws, const char *what)
{
    const int code = sqlite3_errcode(ws->db);
    const char *hint = "";
    if (code == SQLITE_FULL)
        hint =
            _(" (make room on the disk and repeat; the workspace is as it was before)");
    else if (code == SQLITE_BUSY)
        hint = _(" (another program is using the workspace; wait for it to end)");
    err_report("%s: %s: %s%s", ws->path, what, sqlite3_errmsg(ws->db), hint);
    return ERR_FAILED;
}

enum err workspace_sql_exec(struct workspace *ws, const char *sql)
{
    if (sqlite3_exec(ws->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return workspace_sql_fail(ws, _("the workspace cannot be written"));
    return ERR_OK;
}

enum err workspace_sql_prepare(struct workspace *ws, const char *sql, sqlite3_stmt **stmt)
{
    if (sqlite3_prepare_v2(ws->db, sql, -1, stmt, NULL) != SQLITE_OK)
        return workspace_sql_fail(ws, _("the workspace cannot be read"));
    return ERR_OK;
}

enum err workspace_sql_run(struct workspace *ws, sqlite3_stmt *stmt)
{
    const int code = sqlite3_step(stmt);
    if (code != SQLITE_DONE && code != SQLITE_ROW) {
        const enum err err = workspace_sql_fail(ws, _("the workspace cannot be written"));
        sqlite3_reset(stmt);
        return err;
    }
    sqlite3_reset(stmt);
    return ERR_OK;
}

void workspace_sql_bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    sqlite3_bind_text(stmt, at, text ? text : "", -1, SQLITE_STATIC);
}

void workspace_sql_bind_count(sqlite3_stmt *stmt, int at, int64_t value)
{
    if (value == ID_UNKNOWN || value == TIME_UNKNOWN)
        sqlite3_bind_null(stmt, at);
    else
        sqlite3_bind_int64(stmt, at, value);
}

void workspace_sql_bind_real(sqlite3_stmt *stmt, int at, double value)
{
    sqlite3_bind_double(stmt, at, value); /* SQLite stores a NAN as NULL */
}

const char *workspace_sql_text(sqlite3_stmt *stmt, int at)
{
    const char *text = (const char *)sqlite3_column_text(stmt, at);
    return text ? text : "";
}

static enum err put_setting(struct workspace *ws, const char *name, char *value)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws, "INSERT INTO setting (name, value) VALUES (?, ?)", &stmt);
    if (!err) {
        workspace_sql_bind_text(stmt, 1, name);
        workspace_sql_bind_text(stmt, 2, value);
        err = workspace_sql_run(ws, stmt);
    }
    sqlite3_finalize(stmt);
    free(value);
    return err;
}

static enum err put_settings(struct workspace *ws)
{
    const struct workspace_settings *s = &ws->settings;
    enum err err = put_setting(ws, "region", xstrdup(s->region));
    if (!err)
        err = put_setting(ws, "epsg", xasprintf("%d", s->epsg));
    if (!err)
        err = put_setting(ws, "bin_size_m", xasprintf("%.17g", s->bin_size_m));
    if (!err)
        err = put_setting(ws, "max_acc_m", xasprintf("%.17g", s->limits.max_acc_m));
    if (!err)
        err = put_setting(ws, "max_fix_age_ms",
                          xasprintf("%lld", (long long)s->limits.max_fix_age_ms));
    if (!err)
        err = put_setting(ws, "max_level_age_ms",
                          xasprintf("%lld", (long long)s->limits.max_level_age_ms));
    if (!err)
        err = put_setting(ws, "max_frozen_level_m",
                          xasprintf("%.17g", s->limits.max_frozen_level_m));
    if (!err)
        err = put_setting(ws, "max_frozen_fix_m",
                          xasprintf("%.17g", s->limits.max_frozen_fix_m));
    if (!err)
        err = put_setting(ws, "max_frozen_fix_ms",
                          xasprintf("%lld", (long long)s->limits.max_frozen_fix_ms));
    return err;
}

static void take_setting(struct workspace_settings *s, const char *name,
                         const char *value)
{
    if (strcmp(name, "region") == 0) {
        const size_t len = strnlen(value, sizeof s->region - 1);
        memcpy(s->region, value, len);
        s->region[len] = '\0';
    } else if (strcmp(name, "epsg") == 0) {
        s->epsg = (int)strtol(value, NULL, 10);
    } else if (strcmp(name, "bin_size_m") == 0) {
        s->bin_size_m = strtod(value, NULL);
    } else if (strcmp(name, "max_acc_m") == 0) {
        s->limits.max_acc_m = strtod(value, NULL);
    } else if (strcmp(name, "max_fix_age_ms") == 0) {
        s->limits.max_fix_age_ms = strtoll(value, NULL, 10);
    } else if (strcmp(name, "max_level_age_ms") == 0) {
        s->limits.max_level_age_ms = strtoll(value, NULL, 10);
    } else if (strcmp(name, "max_frozen_level_m") == 0) {
        s->limits.max_frozen_level_m = strtod(value, NULL);
    } else if (strcmp(name, "max_frozen_fix_m") == 0) {
        s->limits.max_frozen_fix_m = strtod(value, NULL);
    } else if (strcmp(name, "max_frozen_fix_ms") == 0) {
        s->limits.max_frozen_fix_ms = strtoll(value, NULL, 10);
    }
}

static enum err get_settings(struct workspace *ws)
{
    sqlite3_stmt *stmt = NULL;
    /* a workspace from before there were such thresholds goes on without */
    ws->settings.limits.max_frozen_level_m = INFINITY;
    ws->settings.limits.max_frozen_fix_m = INFINITY;
    ws->settings.limits.max_frozen_fix_ms = INT64_MAX;
    const enum err err =
        workspace_sql_prepare(ws, "SELECT name, value FROM setting", &stmt);
    while (!err && sqlite3_step(stmt) == SQLITE_ROW)
        take_setting(&ws->settings, workspace_sql_text(stmt, 0),
                     workspace_sql_text(stmt, 1));
    sqlite3_finalize(stmt);
    if (!err && (ws->settings.epsg <= 0 || !(ws->settings.bin_size_m > 0))) {
        err_report(_("%s: the workspace lacks its settings; make it again with new"),
                   ws->path);
        return ERR_INPUT;
    }
    return err;
}

/* Where SQLite puts a database without a name: for messages. */
static const char *nameless_dir(void)
{
    const char *dir = getenv("SQLITE_TMPDIR");
    if (!dir || !*dir)
        dir = getenv("TMPDIR");
    return dir && *dir ? dir : "/var/tmp";
}

/* What does not work here shows where something is read. */
static void set_cache(struct workspace *ws, int size_kib)
{
    char *sql = xasprintf("PRAGMA cache_size = %d", -size_kib);
    sqlite3_exec(ws->db, sql, NULL, NULL, NULL);
    free(sql);
}

static enum err open_db(const char *path, int flags, struct workspace **out)
{
    struct workspace *ws = xcalloc(1, sizeof *ws);
    /* a database of SQLite's own without a name, on the disk as soon as it grows */
    const bool is_nameless = strcmp(path, ":memory:") == 0;
    ws->path = is_nameless ? xasprintf("%s/", nameless_dir()) : xstrdup(path);
    /* threads that store take turns already (ingest's lock) */
    if (sqlite3_open_v2(is_nameless ? "" : path, &ws->db, flags | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        err_report(_("%s: the workspace cannot be opened: %s; make one with: "
                     "lomsong-analyze new %s --hamlets FILE"),
                   path, sqlite3_errmsg(ws->db), path);
        workspace_close(ws);
        return flags & SQLITE_OPEN_CREATE ? ERR_FAILED : ERR_INPUT;
    }
    sqlite3_extended_result_codes(ws->db, 0);
    sqlite3_busy_timeout(ws->db, 5000);
    ws->spatialite = spatialite_alloc_connection();
    spatialite_init_ex(ws->db, ws->spatialite, 0);
    *out = ws;
    ws->write_cache_kib = is_nameless ? NAMELESS_CACHE_KIB : WRITE_CACHE_KIB;
    set_cache(ws, ws->write_cache_kib);
    if (is_nameless) /* nobody reads its journal after a crash */
        sqlite3_exec(ws->db, "PRAGMA journal_mode = MEMORY", NULL, NULL, NULL);
    return ERR_OK;
}

enum err workspace_sql_section(struct workspace *ws, const char *name)
{
    char *sql = schema_section(name);
    const enum err err = workspace_sql_exec(ws, sql);
    free(sql);
    return err;
}

bool workspace_sql_has(struct workspace *ws, const char *table)
{
    return sqlite3_table_column_metadata(ws->db, NULL, table, NULL, NULL, NULL, NULL,
                                         NULL, NULL) == SQLITE_OK;
}

static int query_int(struct workspace *ws, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int value = -1;
    if (sqlite3_prepare_v2(ws->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        value = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

/* SpatiaLite's functions answer 0 instead of failing. */
static enum err add_geometry(struct workspace *ws)
{
    const enum err err = workspace_sql_section(ws, "workspace_geometry");
    if (err)
        return err;
    if (query_int(ws, "SELECT count(*) FROM geometry_columns") == 3)
        return ERR_OK;
    err_report(_("%s: SpatiaLite could not make its tables"), ws->path);
    return ERR_FAILED;
}

enum err workspace_create(const char *path, const struct workspace_settings *settings,
                          struct workspace **out)
{
    const bool is_nameless = strcmp(path, ":memory:") == 0;
    if (!is_nameless && access(path, F_OK) == 0) {
        err_report(_("%s: exists already; choose another name, or remove it first"),
                   path);
        return ERR_FAILED;
    }
    struct workspace *ws = NULL;
    enum err err = open_db(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &ws);
    if (err)
        return err;
    ws->settings = *settings;
    /* twice SQLite's own size of a page: a country's rows take half as many */
    err = workspace_sql_exec(
        ws, "PRAGMA page_size = 8192; PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
    if (!err)
        err = workspace_sql_section(ws, "workspace");
    if (!err)
        err = workspace_sql_section(ws, "workspace_note");
    if (!err)
        err = is_nameless ? workspace_sql_section(ws, "workspace_geometry_unseen")
                          : add_geometry(ws);
    if (!err)
        err = put_settings(ws);
    if (!err)
        err = workspace_commit(ws);
    if (err) {
        workspace_close(ws);
        if (!is_nameless)
            unlink(path);
        return err;
    }
    *out = ws;
    return ERR_OK;
}

/* An older workspace cannot be brought up to date: what is new was never read from its
 * logs. */
static enum err check_form(struct workspace *ws)
{
    const int version = query_int(ws, "PRAGMA user_version");
    if (query_int(ws, "PRAGMA application_id") != WORKSPACE_APPLICATION_ID) {
        err_report(_("%s: is not a workspace of this program; make one with: "
                     "lomsong-analyze new %s --hamlets FILE"),
                   ws->path, ws->path);
        return ERR_INPUT;
    }
    if (version == WORKSPACE_VERSION)
        return ERR_OK;
    err_report(
        version < WORKSPACE_VERSION
            ? _("%s: was made by an older lomsong-analyze (form %d, this one reads "
                "form %d); make it again with new and add: its logs hold facts "
                "that were not read then")
            : _("%s: was made by a newer lomsong-analyze (form %d, this one reads "
                "form %d); use that one"),
        ws->path, version, WORKSPACE_VERSION);
    return ERR_INPUT;
}

/* `table` NULL: all of them. */
static enum err check(struct workspace *ws, const char *table)
{
    sqlite3_stmt *stmt = NULL;
    char *sql = xasprintf("PRAGMA quick_check(%s)", table ? table : "1" /* fault */);
    enum err err = workspace_sql_prepare(ws, sql, &stmt);
    if (!err && (sqlite3_step(stmt) != SQLITE_ROW ||
                 strcmp(workspace_sql_text(stmt, 0), "ok") != 0)) {
        err_report(_("%s: the workspace is damaged; make it again with new and add"),
                   ws->path);
        err = ERR_INPUT;
    }
    sqlite3_finalize(stmt);
    free(sql);
    return err;
}

/* Damage in a table that a command does not read would show years later. Costs some
 * 0.5 ms per megabyte. */
static enum err check_whole(struct workspace *ws)
{
    return check(ws, NULL);
}

static enum err check_logs(struct workspace *ws)
{
    static const char *const tables[] = {"sqlite_schema", "setting", "log",
                                         "log_rejected"};
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < sizeof tables / sizeof *tables; i++)
        err = check(ws, tables[i]);
    return err;
}

static enum err open_checked(const char *path, enum err (*checked)(struct workspace *ws),
                             struct workspace **out)
{
    struct workspace *ws = NULL;
    enum err err = open_db(path, SQLITE_OPEN_READWRITE, &ws);
    if (err)
        return err;
    (void)dbguard_distrust(ws->db); /* fails on unknown settings alone */
    set_cache(ws, READ_CACHE_KIB);
    err = check_form(ws);
    if (!err)
        err = checked(ws);
    if (!err)
        err = get_settings(ws);
    if (err) {
        workspace_close(ws);
        return err;
    }
    *out = ws;
    return ERR_OK;
}

enum err workspace_open(const char *path, struct workspace **out)
{
    return open_checked(path, check_whole, out);
}

enum err workspace_open_for_logs(const char *path, struct workspace **out)
{
    return open_checked(path, check_logs, out);
}

void workspace_close(struct workspace *ws)
{
    if (!ws)
        return;
    sqlite3_close(ws->db);
    if (ws->spatialite)
        spatialite_cleanup_ex(ws->spatialite);
    free(ws->path);
    free(ws);
}

const char *workspace_path(const struct workspace *ws)
{
    return ws->path;
}

const struct workspace_settings *workspace_settings(const struct workspace *ws)
{
    return &ws->settings;
}

enum err workspace_begin(struct workspace *ws)
{
    set_cache(ws, ws->write_cache_kib);
    enum err err = workspace_sql_exec(ws, "BEGIN IMMEDIATE");
    if (!err)
        err = workspace_sql_section(ws, "workspace_track");
    if (!err)
        err = workspace_sql_section(ws, "workspace_judged");
    if (!err)
        err = workspace_sql_section(ws, "workspace_suspect");
    ws->last_old_log = ws->last_log = query_int(ws, "SELECT max(log_id) FROM log");
    return err;
}

enum err workspace_commit(struct workspace *ws)
{
    return workspace_sql_exec(ws, "COMMIT");
}

void workspace_rollback(struct workspace *ws)
{
    /* after some errors SQLite has rolled back by itself: nothing to be done then */
    if (!sqlite3_get_autocommit(ws->db))
        sqlite3_exec(ws->db, "ROLLBACK", NULL, NULL, NULL);
}

bool workspace_is_new(const struct workspace *ws)
{
    return ws->last_old_log == 0;
}
