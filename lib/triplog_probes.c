/* Reading the active tests of a trip log, hostile ones included. */
#include <math.h>
#include <stddef.h>

#include "lang.h"
#include "triplog.h"
#include "triplog_db.h"

enum type { COUNT, NUMBER, TEXT };

struct column {
    const char *name;
    enum type type;
    size_t offset; /* in struct triplog_probe_row */
};

#define AT(field) offsetof(struct triplog_probe_row, field)
static const struct column columns[] = {
    {"probe_id", COUNT, AT(probe_id)},
    {"sample_id", COUNT, AT(sample_id)},
    {"modem_id", COUNT, AT(probe.modem_id)},
    {"t_utc_ms", COUNT, AT(probe.t_utc_ms)},
    {"t_mono_ms", COUNT, AT(probe.t_mono_ms)},
    {"boot_id", TEXT, AT(probe.boot_id)},
    {"kind", TEXT, AT(probe.kind)},
    {"target", TEXT, AT(probe.target)},
    {"interface", TEXT, AT(probe.interface)},
    {"result", TEXT, AT(probe.result)},
    {"reason", TEXT, AT(probe.reason)},
    {"duration_ms", COUNT, AT(probe.duration_ms)},
    {"rtt_ms", NUMBER, AT(probe.rtt_ms)},
    {"loss_share", NUMBER, AT(probe.loss_share)},
    {"sent_bytes", COUNT, AT(probe.sent_bytes)},
    {"received_bytes", COUNT, AT(probe.received_bytes)},
    {"rate_kbps", NUMBER, AT(probe.rate_kbps)},
    {"raw", TEXT, AT(probe.raw)},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static struct triplog_probe_row empty_row(void)
{
    return (struct triplog_probe_row){
        .probe = {.modem_id = ID_UNKNOWN,
                  .t_utc_ms = TIME_UNKNOWN,
                  .t_mono_ms = ID_UNKNOWN,
                  .duration_ms = ID_UNKNOWN,
                  .rtt_ms = (double)NAN,
                  .loss_share = (double)NAN,
                  .sent_bytes = ID_UNKNOWN,
                  .received_bytes = ID_UNKNOWN,
                  .rate_kbps = (double)NAN},
        .probe_id = ID_UNKNOWN,
        .sample_id = ID_UNKNOWN,
    };
}

/* Puts a value into its field; false for the wrong type. */
static bool read_value(sqlite3_stmt *stmt, int at, const struct column *c,
                       struct triplog_probe_row *row)
{
    void *field = (char *)row + c->offset;
    if (c->type == TEXT) {
        *(const char **)field = triplog_value_text(stmt, at);
        return at < 0 || sqlite3_column_type(stmt, at) != SQLITE_BLOB;
    }
    if (at < 0 || sqlite3_column_type(stmt, at) == SQLITE_NULL)
        return true;
    return c->type == COUNT ? triplog_value_int(stmt, at, field)
                            : triplog_value_double(stmt, at, field);
}

static enum err each_row(sqlite3_stmt *stmt, triplog_probe_fn take, void *ctx, int *rc)
{
    int at[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        at[i] = triplog_value_column(stmt, columns[i].name);
    while ((*rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct triplog_probe_row row = empty_row();
        for (size_t i = 0; i < COLUMNS; i++) {
            if (!read_value(stmt, at[i], &columns[i], &row))
                row.malformed = true;
        }
        row.malformed = row.malformed || !*row.probe.kind || !*row.probe.result;
        const enum err err = take(ctx, &row);
        if (err)
            return err;
    }
    return ERR_OK;
}

enum err triplog_each_probe(const char *path, triplog_probe_fn take, void *ctx)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    enum err err = triplog_db_open(path, &db);
    if (err)
        return err;
    err = triplog_db_check_tables(db, path);
    if (err || !triplog_db_has_table(db, "probe"))
        goto done;
    triplog_db_restrict(db);
    int rc =
        sqlite3_prepare_v2(db, "SELECT * FROM probe ORDER BY rowid", -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        err = each_row(stmt, take, ctx, &rc);
    if (!err && rc != SQLITE_DONE) {
        err_report(_("%s: the active tests cannot be read: %s"), path,
                   sqlite3_errmsg(db));
        err = ERR_INPUT;
    }
done:
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return err;
}
