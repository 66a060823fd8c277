/* Writing trip logs. SQLite in WAL mode with synchronous=FULL lost nothing in any power
 * cut tried; one transaction from commit to commit makes it affordable. */
#include "triplog.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lang.h"
#include "schema.h"
#include "triplog_write.h"
#include "xmem.h"

enum err triplog_write_fail(const struct triplog_writer *w, const char *what)
{
    err_report(_("%s: cannot %s: %s"), w->path, what, sqlite3_errmsg(w->db));
    return ERR_FAILED;
}

void triplog_write_free(struct triplog_writer *w)
{
    sqlite3_finalize(w->add_modem);
    sqlite3_finalize(w->add_sample);
    sqlite3_finalize(w->add_event);
    sqlite3_finalize(w->add_neighbour);
    sqlite3_finalize(w->add_probe);
    sqlite3_close(w->db);
    free(w->path);
    free(w);
}

static int bind_text(sqlite3_stmt *stmt, int i, const char *text)
{
    return text ? sqlite3_bind_text(stmt, i, text, -1, SQLITE_STATIC)
                : sqlite3_bind_null(stmt, i);
}

static int bind_double(sqlite3_stmt *stmt, int i, double value)
{
    return isfinite(value) ? sqlite3_bind_double(stmt, i, value)
                           : sqlite3_bind_null(stmt, i);
}

static int bind_int(sqlite3_stmt *stmt, int i, int64_t value, int64_t missing)
{
    return value == missing ? sqlite3_bind_null(stmt, i)
                            : sqlite3_bind_int64(stmt, i, value);
}

static int bind_digits(sqlite3_stmt *stmt, int i, const char *digits, int len)
{
    return len > 0 ? sqlite3_bind_text(stmt, i, digits, len, SQLITE_TRANSIENT)
                   : sqlite3_bind_null(stmt, i);
}

/* The operator's six digits at most: MCC has three, the rest is MNC. */
static int bind_operator(sqlite3_stmt *stmt, int i, mccmnc_t op, enum sample_type part)
{
    char digits[MCCMNC_TEXT_SIZE];
    mccmnc_format(op, digits);
    const int len = (int)strlen(digits);
    if (len < 4)
        return sqlite3_bind_null(stmt, i);
    return part == SAMPLE_MCC ? bind_digits(stmt, i, digits, 3)
                              : bind_digits(stmt, i, digits + 3, len - 3);
}

int triplog_write_bind_column(sqlite3_stmt *stmt, int i,
                              const struct sample_column *column, const struct sample *s)
{
    const void *field = (const char *)s + column->offset;
    switch (column->type) {
    case SAMPLE_ID:
        return bind_int(stmt, i, *(const int64_t *)field, ID_UNKNOWN);
    case SAMPLE_TIME:
        return bind_int(stmt, i, *(const int64_t *)field, TIME_UNKNOWN);
    case SAMPLE_DOUBLE:
        return bind_double(stmt, i, *(const double *)field);
    case SAMPLE_TEXT:
        return bind_text(stmt, i, *(const char *const *)field);
    case SAMPLE_STATE:
        return bind_text(stmt, i, state_name(s->state));
    case SAMPLE_TECH:
        return bind_text(stmt, i, s->tech == TECH_NONE ? NULL : tech_name(s->tech));
    case SAMPLE_MCC:
    case SAMPLE_MNC:
        return bind_operator(stmt, i, s->mccmnc, column->type);
    }
    return SQLITE_MISUSE;
}

/* A full disk can end the transaction on its own; the next row starts a new one. */
static int begin(sqlite3 *db)
{
    if (!sqlite3_get_autocommit(db))
        return SQLITE_OK;
    return sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
}

/* Runs a bound statement that gives no rows and makes it ready for the next. */
int triplog_write_run(sqlite3 *db, sqlite3_stmt *stmt)
{
    int rc = begin(db);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    (void)sqlite3_reset(stmt); /* repeats the code of the step */
    (void)sqlite3_clear_bindings(stmt);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int prepare_sample(struct triplog_writer *w)
{
    sqlite3_str *sql = sqlite3_str_new(w->db);
    sqlite3_str_appendall(sql, "INSERT INTO sample (geom");
    for (size_t i = 0; i < sample_column_count; i++)
        sqlite3_str_appendf(sql, ", \"%w\"", sample_columns[i].name);
    sqlite3_str_appendall(sql, ") VALUES (?");
    for (size_t i = 0; i < sample_column_count; i++)
        sqlite3_str_appendall(sql, ", ?");
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    const int rc = text ? sqlite3_prepare_v3(w->db, text, -1, SQLITE_PREPARE_PERSISTENT,
                                             &w->add_sample, NULL)
                        : SQLITE_NOMEM;
    sqlite3_free(text);
    return rc;
}

int triplog_write_prepare(struct triplog_writer *w)
{
    static const char modem_sql[] = "INSERT INTO modem (modem_id, model, firmware, port, "
                                    "imei_hash, sim_mccmnc, mount,"
                                    " offset_db) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    static const char event_sql[] =
        "INSERT INTO event (t_utc_ms, kind, detail, t_mono_ms, boot_id, modem_id)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    int rc = prepare_sample(w);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(w->db, modem_sql, -1, &w->add_modem, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(w->db, event_sql, -1, &w->add_event, NULL);
    return rc;
}

/* Sets a journal mode; SQLite answers with the mode it really has. */
static int set_journal_mode(sqlite3 *db, const char *sql, const char *mode)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *got = (const char *)sqlite3_column_text(stmt, 0);
        rc = got && strcmp(got, mode) == 0 ? SQLITE_OK : SQLITE_BUSY;
    }
    sqlite3_finalize(stmt);
    return rc;
}

/* Dates the description of the tables by the trip's own time, so that the same trip gives
 * the same bytes. */
static int set_last_change(sqlite3 *db, int64_t t_utc_ms)
{
    if (t_utc_ms == TIME_UNKNOWN)
        return SQLITE_OK;
    static const char sql[] = "UPDATE gpkg_contents SET last_change ="
                              " strftime('%Y-%m-%dT%H:%M:%fZ', ?1 / 1000.0, 'unixepoch')";
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_int64(stmt, 1, t_utc_ms);
    if (rc == SQLITE_OK)
        rc = triplog_write_run(db, stmt);
    sqlite3_finalize(stmt);
    return rc;
}

static int insert_trip(sqlite3 *db, const struct triplog_trip *trip)
{
    static const char sql[] =
        "INSERT INTO trip (trip_id, trip_uuid, schema_version, collector_version, device,"
        " started_utc_ms, ended_utc_ms, utc_offset_s) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, "
        "?7)";
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc != SQLITE_OK)
        return rc;
    const int codes[] = {
        bind_text(stmt, 1, trip->trip_uuid),
        sqlite3_bind_int(stmt, 2, TRIPLOG_SCHEMA_VERSION),
        bind_text(stmt, 3, trip->collector_version),
        bind_text(stmt, 4, trip->device),
        bind_int(stmt, 5, trip->started_utc_ms, TIME_UNKNOWN),
        bind_int(stmt, 6, trip->ended_utc_ms, TIME_UNKNOWN),
        trip->has_utc_offset ? sqlite3_bind_int(stmt, 7, trip->utc_offset_s) : SQLITE_OK,
    };
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof codes / sizeof codes[0]; i++)
        rc = codes[i];
    if (rc == SQLITE_OK)
        rc = triplog_write_run(db, stmt);
    sqlite3_finalize(stmt);
    return rc;
}

/* The tables and the trip's row, safe on the disk: a crash leaves a readable log. */
static int write_schema(sqlite3 *db, const struct triplog_trip *trip)
{
    int rc = set_journal_mode(db, "PRAGMA journal_mode=WAL", "wal");
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "PRAGMA synchronous=FULL", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = begin(db);
    if (rc != SQLITE_OK)
        return rc;
    static const char *const sections[] = {"geopackage", "trip_log"};
    for (size_t i = 0; rc == SQLITE_OK && i < 2; i++) {
        char *schema = schema_section(sections[i]);
        rc = sqlite3_exec(db, schema, NULL, NULL, NULL);
        free(schema);
    }
    if (rc == SQLITE_OK)
        rc = insert_trip(db, trip);
    if (rc == SQLITE_OK)
        rc = set_last_change(db, trip->started_utc_ms);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return rc;
}

enum err triplog_create(const char *path, const struct triplog_trip *trip,
                        struct triplog_writer **writer)
{
    /* Never over an older log: its readings cannot be had again. */
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) {
        err_report(_("%s: cannot create the trip log: %s"), path, strerror(errno));
        return ERR_FAILED;
    }
    (void)close(fd); /* nothing was written */

    struct triplog_writer *w = xcalloc(1, sizeof *w);
    w->path = xstrdup(path);
    w->extent = (struct extent){NAN, NAN, NAN, NAN};
    int rc =
        sqlite3_open_v2(path, &w->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(w->db, 5000);
    if (rc == SQLITE_OK)
        rc = write_schema(w->db, trip);
    if (rc == SQLITE_OK)
        rc = triplog_write_prepare(w);
    if (rc != SQLITE_OK) {
        const enum err err = triplog_write_fail(w, _("create the trip log"));
        triplog_write_free(w);
        (void)unlink(path); /* ours, and without a reading */
        return err;
    }
    *writer = w;
    return ERR_OK;
}

enum err triplog_add_modem(struct triplog_writer *w, const struct triplog_modem *m)
{
    char digits[MCCMNC_TEXT_SIZE];
    mccmnc_format(m->sim_mccmnc, digits);
    sqlite3_stmt *stmt = w->add_modem;
    const int codes[] = {
        sqlite3_bind_int64(stmt, 1, m->modem_id),
        bind_text(stmt, 2, m->model),
        bind_text(stmt, 3, m->firmware),
        bind_text(stmt, 4, m->port),
        bind_text(stmt, 5, m->imei_hash),
        bind_digits(stmt, 6, digits, (int)strlen(digits)),
        bind_text(stmt, 7, m->mount),
        bind_double(stmt, 8, m->offset_db),
    };
    int rc = SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof codes / sizeof codes[0]; i++)
        rc = codes[i];
    if (rc == SQLITE_OK)
        rc = triplog_write_run(w->db, stmt);
    return rc == SQLITE_OK ? ERR_OK : triplog_write_fail(w, _("write a modem"));
}

static void extent_add(struct extent *e, struct latlon p)
{
    e->west_deg = fmin(e->west_deg, p.lon_deg); /* fmin and fmax pass over NAN */
    e->east_deg = fmax(e->east_deg, p.lon_deg);
    e->south_deg = fmin(e->south_deg, p.lat_deg);
    e->north_deg = fmax(e->north_deg, p.lat_deg);
}

enum err triplog_add_sample(struct triplog_writer *w, const struct sample *s)
{
    sqlite3_stmt *stmt = w->add_sample;
    uint8_t blob[GEO_BLOB_SIZE];
    int rc = SQLITE_OK;
    /* 0,0 is stored as it came: judging readings is not the log's business. */
    const bool has_position = isfinite(s->pos.lat_deg) && isfinite(s->pos.lon_deg);
    if (has_position) {
        geo_blob_write(s->pos, blob);
        rc = sqlite3_bind_blob(stmt, 1, blob, sizeof blob, SQLITE_STATIC);
    }
    for (size_t i = 0; rc == SQLITE_OK && i < sample_column_count; i++)
        rc = triplog_write_bind_column(stmt, (int)i + 2, &sample_columns[i], s);
    if (rc == SQLITE_OK)
        rc = triplog_write_run(w->db, stmt);
    if (rc != SQLITE_OK)
        return triplog_write_fail(w, _("write a sample"));
    if (geo_valid(s->pos)) /* else QGIS would zoom out to the Gulf of Guinea */
        extent_add(&w->extent, s->pos);
    return ERR_OK;
}

enum err triplog_add_event(struct triplog_writer *w, int64_t t_utc_ms, const char *kind,
                           const char *detail)
{
    sqlite3_stmt *stmt = w->add_event;
    int rc = bind_int(stmt, 1, t_utc_ms, TIME_UNKNOWN);
    if (rc == SQLITE_OK)
        rc = bind_text(stmt, 2, kind);
    if (rc == SQLITE_OK)
        rc = bind_text(stmt, 3, detail);
    if (rc == SQLITE_OK)
        rc = triplog_write_run(w->db, stmt);
    return rc == SQLITE_OK ? ERR_OK : triplog_write_fail(w, _("write an event"));
}

enum err triplog_commit(struct triplog_writer *w)
{
    int rc = SQLITE_OK;
    if (!sqlite3_get_autocommit(w->db))
        rc = sqlite3_exec(w->db, "COMMIT", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = begin(w->db);
    return rc == SQLITE_OK ? ERR_OK : triplog_write_fail(w, _("commit"));
}

static int set_extent(struct triplog_writer *w)
{
    static const char sql[] =
        "UPDATE gpkg_contents SET min_x = ?1, min_y = ?2, max_x = ?3,"
        " max_y = ?4 WHERE table_name = 'sample'";
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(w->db, sql, -1, &stmt, NULL);
    const double bounds[] = {w->extent.west_deg, w->extent.south_deg, w->extent.east_deg,
                             w->extent.north_deg};
    for (int i = 0; rc == SQLITE_OK && i < 4; i++)
        rc = bind_double(stmt, i + 1, bounds[i]);
    if (rc == SQLITE_OK)
        rc = triplog_write_run(w->db, stmt);
    sqlite3_finalize(stmt);
    return rc;
}

/* Runs a statement with one bound text or, if `text` is NULL, a time. */
static int update_trip(sqlite3 *db, const char *sql, const char *text, int64_t t_utc_ms)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = text ? bind_text(stmt, 1, text) : bind_int(stmt, 1, t_utc_ms, TIME_UNKNOWN);
    if (rc == SQLITE_OK)
        rc = triplog_write_run(db, stmt);
    sqlite3_finalize(stmt);
    return rc;
}

static int write_seal(struct triplog_writer *w, int64_t ended_utc_ms)
{
    char seal[TRIPLOG_SEAL_SIZE];
    int rc = update_trip(w->db, "UPDATE trip SET ended_utc_ms = ?1", NULL, ended_utc_ms);
    if (rc == SQLITE_OK)
        rc = set_extent(w);
    if (rc == SQLITE_OK)
        rc = set_last_change(w->db, ended_utc_ms);
    if (rc == SQLITE_OK)
        rc = triplog_db_seal(w->db, seal, NULL);
    if (rc == SQLITE_OK)
        rc = update_trip(w->db, "UPDATE trip SET seal = ?1", seal, 0);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(w->db, "COMMIT", NULL, NULL, NULL);
    return rc;
}

enum err triplog_seal(struct triplog_writer *w, int64_t ended_utc_ms)
{
    int rc = write_seal(w, ended_utc_ms);
    /* journal_mode=DELETE: a file in WAL mode cannot be opened from a read-only
     * directory. */
    if (rc == SQLITE_OK)
        rc = sqlite3_wal_checkpoint_v2(w->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
                                       NULL);
    if (rc == SQLITE_OK)
        rc = set_journal_mode(w->db, "PRAGMA journal_mode=DELETE", "delete");
    const enum err err =
        rc == SQLITE_OK ? ERR_OK : triplog_write_fail(w, _("seal the trip log"));
    triplog_write_free(w);
    return err;
}

void triplog_abandon(struct triplog_writer *w)
{
    if (!w)
        return;
    /* As a crash: what was not committed is lost, the -wal stays. */
    (void)sqlite3_db_config(w->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    triplog_write_free(w);
}
