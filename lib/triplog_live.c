/* What a running collector needs of a trip log besides samples: neighbours, active tests,
 * dated events, dating anew when a clock comes right, and picking up after a crash. */
#include <math.h>
#include <string.h>

#include "dbguard.h"
#include "lang.h"
#include "triplog_write.h"
#include "xmem.h"

static int bind_optional(sqlite3_stmt *stmt, int at, const char *text)
{
    return text ? sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC)
                : sqlite3_bind_null(stmt, at);
}

static int bind_known(sqlite3_stmt *stmt, int at, int64_t value)
{
    return value == ID_UNKNOWN || value == TIME_UNKNOWN
               ? sqlite3_bind_null(stmt, at)
               : sqlite3_bind_int64(stmt, at, value);
}

enum err triplog_add_dated_event(struct triplog_writer *w, const struct triplog_event *e)
{
    sqlite3_stmt *stmt = w->add_event;
    const int codes[] = {
        bind_known(stmt, 1, e->t_utc_ms),   bind_optional(stmt, 2, e->kind),
        bind_optional(stmt, 3, e->detail),  bind_known(stmt, 4, e->t_mono_ms),
        bind_optional(stmt, 5, e->boot_id), bind_known(stmt, 6, e->modem_id),
    };
    int rc = SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof codes / sizeof *codes; i++)
        rc = codes[i];
    if (rc == SQLITE_OK)
        rc = triplog_write_run(w->db, stmt);
    return rc == SQLITE_OK ? ERR_OK : triplog_write_fail(w, _("write an event"));
}

/* The columns of a sample that a neighbour has too. */
static bool is_neighbour_column(const struct sample_column *c)
{
    static const char *const names[] = {
        "tech",     "mcc",     "mnc",       "tac",         "cell_id",    "pci",
        "arfcn",    "band",    "rsrp_dbm",  "rsrq_db",     "sinr_db",    "rssi_dbm",
        "rscp_dbm", "ecno_db", "rxlev_dbm", "ss_rsrp_dbm", "ss_rsrq_db", "ss_sinr_db"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(c->name, names[i]) == 0)
            return true;
    }
    return false;
}

static int prepare_neighbour(struct triplog_writer *w)
{
    sqlite3_str *sql = sqlite3_str_new(w->db);
    sqlite3_str_appendall(sql, "INSERT INTO neighbour (sample_id");
    for (size_t i = 0; i < sample_column_count; i++) {
        if (is_neighbour_column(&sample_columns[i]))
            sqlite3_str_appendf(sql, ", \"%w\"", sample_columns[i].name);
    }
    sqlite3_str_appendall(sql, ") VALUES ((SELECT max(sample_id) FROM sample)");
    for (size_t i = 0; i < sample_column_count; i++) {
        if (is_neighbour_column(&sample_columns[i]))
            sqlite3_str_appendall(sql, ", ?");
    }
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    const int rc = text ? sqlite3_prepare_v2(w->db, text, -1, &w->add_neighbour, NULL)
                        : SQLITE_NOMEM;
    sqlite3_free(text);
    return rc;
}

enum err triplog_add_neighbour(struct triplog_writer *w, const struct sample *cell)
{
    int rc = w->add_neighbour ? SQLITE_OK : prepare_neighbour(w);
    int at = 1;
    for (size_t i = 0; rc == SQLITE_OK && i < sample_column_count; i++) {
        if (is_neighbour_column(&sample_columns[i]))
            rc = triplog_write_bind_column(w->add_neighbour, at++, &sample_columns[i],
                                           cell);
    }
    if (rc == SQLITE_OK)
        rc = triplog_write_run(w->db, w->add_neighbour);
    return rc == SQLITE_OK ? ERR_OK : triplog_write_fail(w, _("write a neighbour"));
}

static int bind_finite(sqlite3_stmt *stmt, int at, double value)
{
    return isfinite(value) ? sqlite3_bind_double(stmt, at, value)
                           : sqlite3_bind_null(stmt, at);
}

/* Prepared when first needed: a log of schema 1 that is resumed has not all columns. */
static int prepare_probe(struct triplog_writer *w)
{
    static const char sql[] =
        "INSERT INTO probe (modem_id, t_utc_ms, t_mono_ms, boot_id, kind, target,"
        " interface, result, reason, duration_ms, rtt_ms, loss_share, sent_bytes,"
        " received_bytes, rate_kbps, raw, sample_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"
        " ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, (SELECT sample_id FROM sample"
        " WHERE modem_id = ?1 AND boot_id = ?4 AND t_mono_ms <= ?3"
        " ORDER BY sample_id DESC LIMIT 1))";
    return sqlite3_prepare_v2(w->db, sql, -1, &w->add_probe, NULL);
}

enum err triplog_add_probe(struct triplog_writer *w, const struct triplog_probe *p)
{
    int rc = w->add_probe ? SQLITE_OK : prepare_probe(w);
    if (rc != SQLITE_OK)
        return triplog_write_fail(w, _("write an active test"));
    sqlite3_stmt *stmt = w->add_probe;
    const int codes[] = {
        bind_known(stmt, 1, p->modem_id),     bind_known(stmt, 2, p->t_utc_ms),
        bind_known(stmt, 3, p->t_mono_ms),    bind_optional(stmt, 4, p->boot_id),
        bind_optional(stmt, 5, p->kind),      bind_optional(stmt, 6, p->target),
        bind_optional(stmt, 7, p->interface), bind_optional(stmt, 8, p->result),
        bind_optional(stmt, 9, p->reason),    bind_known(stmt, 10, p->duration_ms),
        bind_finite(stmt, 11, p->rtt_ms),     bind_finite(stmt, 12, p->loss_share),
        bind_known(stmt, 13, p->sent_bytes),  bind_known(stmt, 14, p->received_bytes),
        bind_finite(stmt, 15, p->rate_kbps),  bind_optional(stmt, 16, p->raw),
    };
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof codes / sizeof *codes; i++)
        rc = codes[i];
    if (rc == SQLITE_OK)
        rc = triplog_write_run(w->db, stmt);
    return rc == SQLITE_OK ? ERR_OK : triplog_write_fail(w, _("write an active test"));
}

enum err triplog_redate(struct triplog_writer *w, const char *boot_id,
                        int64_t utc_minus_mono_ms)
{
    static const char *const statements[] = {
        "UPDATE sample SET t_utc_ms = t_mono_ms + ?1 WHERE boot_id = ?2",
        "UPDATE event SET t_utc_ms = t_mono_ms + ?1 WHERE boot_id = ?2 AND t_mono_ms IS "
        "NOT "
        "NULL",
        "UPDATE probe SET t_utc_ms = t_mono_ms + ?1 WHERE boot_id = ?2",
        "UPDATE trip SET started_utc_ms = coalesce((SELECT min(t_utc_ms) FROM event "
        "WHERE "
        "boot_id = ?2 AND ?1 IS NOT NULL), started_utc_ms)",
    };
    int rc = SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof statements / sizeof *statements;
         i++) {
        sqlite3_stmt *stmt = NULL;
        rc = sqlite3_prepare_v2(w->db, statements[i], -1, &stmt, NULL);
        if (rc == SQLITE_OK)
            rc = sqlite3_bind_int64(stmt, 1, utc_minus_mono_ms);
        if (rc == SQLITE_OK)
            rc = bind_optional(stmt, 2, boot_id);
        if (rc == SQLITE_OK)
            rc = triplog_write_run(w->db, stmt);
        sqlite3_finalize(stmt);
    }
    return rc == SQLITE_OK ? ERR_OK : triplog_write_fail(w, _("date the rows anew"));
}

/* What a single number query says; `missing` for NULL or no row. */
static int query_number(sqlite3 *db, const char *sql, int64_t missing, int64_t *value)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    *value = missing;
    if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        if (sqlite3_column_type(stmt, 0) != SQLITE_NULL)
            *value = sqlite3_column_int64(stmt, 0);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(stmt);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The extent of what is there already: the seal needs all of it. */
static int read_extent(struct triplog_writer *w)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(w->db, "SELECT geom FROM sample WHERE geom IS NOT NULL",
                                -1, &stmt, NULL);
    while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct latlon p;
        rc = SQLITE_OK;
        if (geo_blob_read(sqlite3_column_blob(stmt, 0),
                          (size_t)sqlite3_column_bytes(stmt, 0), &p) != ERR_OK ||
            !geo_valid(p))
            continue;
        w->extent.west_deg = fmin(w->extent.west_deg, p.lon_deg);
        w->extent.east_deg = fmax(w->extent.east_deg, p.lon_deg);
        w->extent.south_deg = fmin(w->extent.south_deg, p.lat_deg);
        w->extent.north_deg = fmax(w->extent.north_deg, p.lat_deg);
    }
    sqlite3_finalize(stmt);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

bool triplog_is_unborn(const char *path)
{
    sqlite3 *db = NULL;
    int64_t tables = 1;
    int rc =
        sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = query_number(db, "SELECT count(*) FROM sqlite_schema", 1, &tables);
    sqlite3_close(db);
    return rc == SQLITE_OK && tables == 0;
}

enum err triplog_resume(const char *path, struct triplog_writer **writer, bool *sealed,
                        int64_t *last_utc_ms)
{
    struct triplog_writer *w = xcalloc(1, sizeof *w);
    enum err err = ERR_INPUT;
    int64_t seals = 0;
    w->path = xstrdup(path);
    w->extent = (struct extent){NAN, NAN, NAN, NAN};
    int rc =
        sqlite3_open_v2(path, &w->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = dbguard_harden(w->db); /* it may come from elsewhere: no triggers */
    if (rc == SQLITE_OK)
        rc = triplog_db_check_tables(w->db, path) == ERR_OK ? SQLITE_OK : SQLITE_NOTADB;
    if (rc == SQLITE_OK)
        rc = query_number(w->db, "SELECT count(*) FROM trip WHERE seal IS NOT NULL", 0,
                          &seals);
    if (rc != SQLITE_OK) {
        triplog_write_fail(w, _("read the trip log"));
        goto done;
    }
    *sealed = seals > 0;
    err = ERR_OK;
    if (seals > 0)
        goto done;
    rc = query_number(w->db, "SELECT max(t_utc_ms) FROM sample", TIME_UNKNOWN,
                      last_utc_ms);
    if (rc == SQLITE_OK)
        rc = read_extent(w);
    if (rc == SQLITE_OK)
        rc = triplog_write_prepare(w);
    if (rc == SQLITE_OK) {
        *writer = w;
        return ERR_OK;
    }
    err = triplog_write_fail(w, _("read the trip log"));
done:
    triplog_write_free(w);
    return err;
}
