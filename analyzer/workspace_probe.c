/* Active tests in the workspace: a row each, by log. */
#include "lang.h"
#include "workspace_sql.h"

enum err workspace_put_probes(struct workspace *ws, const struct ingest_log *log,
                              int64_t log_id)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws,
        "INSERT INTO probe (log_id, bin_x, bin_y, mccmnc, day, kind, ok, value) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        &stmt);
    for (int64_t i = 0; !err && i < log->counts.probes_counted; i++) {
        const struct probe *p = &log->probes[i];
        char mccmnc[MCCMNC_TEXT_SIZE];
        mccmnc_format(p->mccmnc, mccmnc);
        sqlite3_bind_int64(stmt, 1, log_id);
        sqlite3_bind_int(stmt, 2, p->bin_x);
        sqlite3_bind_int(stmt, 3, p->bin_y);
        workspace_sql_bind_text(stmt, 4, mccmnc);
        sqlite3_bind_int(stmt, 5, p->day);
        workspace_sql_bind_text(stmt, 6, probe_kind_name(p->kind));
        sqlite3_bind_int(stmt, 7, p->ok);
        workspace_sql_bind_count(stmt, 8, p->value);
        err = workspace_sql_run(ws, stmt);
    }
    sqlite3_finalize(stmt);
    return err;
}

static enum err take_row(struct workspace *ws, sqlite3_stmt *stmt,
                         workspace_probe_fn take, void *ctx)
{
    const bool nothing = sqlite3_column_type(stmt, 7) == SQLITE_NULL;
    const struct probe p = {
        .bin_x = sqlite3_column_int(stmt, 1),
        .bin_y = sqlite3_column_int(stmt, 2),
        .mccmnc = mccmnc_parse(workspace_sql_text(stmt, 3)),
        .day = sqlite3_column_int(stmt, 4),
        .kind = probe_kind_parse(workspace_sql_text(stmt, 5)),
        .ok = sqlite3_column_int(stmt, 6) != 0,
        .value = nothing ? ID_UNKNOWN : sqlite3_column_int64(stmt, 7),
    };
    if (p.kind == PROBE_KIND_COUNT || p.mccmnc == 0) {
        err_report(_("%s: a row of the table probe is damaged; make the workspace again"),
                   ws->path);
        return ERR_INPUT;
    }
    return take(ctx, &p, sqlite3_column_int64(stmt, 0));
}

enum err workspace_each_probe(struct workspace *ws, workspace_probe_fn take, void *ctx)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws, "SELECT log_id, bin_x, bin_y, mccmnc, day, kind, ok, value FROM probe",
        &stmt);
    int code = SQLITE_DONE;
    while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW)
        err = take_row(ws, stmt, take, ctx);
    if (!err && code != SQLITE_DONE)
        err = workspace_sql_fail(ws, _("the workspace cannot be read"));
    sqlite3_finalize(stmt);
    return err;
}
