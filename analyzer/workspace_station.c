/* The stations in the workspace. */
#include "lang.h"
#include "workspace_sql.h"

struct putting {
    struct workspace *ws;
    sqlite3_stmt *stmt;
};

static enum err put_station(void *ctx, const struct station *s)
{
    const struct putting *p = ctx;
    char op[MCCMNC_TEXT_SIZE];
    mccmnc_format(s->mccmnc, op);
    workspace_sql_bind_text(p->stmt, 1, s->name);
    workspace_sql_bind_text(p->stmt, 2, op);
    workspace_sql_bind_text(p->stmt, 3, s->tech < TECH_COUNT ? tech_name(s->tech) : "");
    workspace_sql_bind_real(p->stmt, 4, s->pos.lat_deg);
    workspace_sql_bind_real(p->stmt, 5, s->pos.lon_deg);
    return workspace_sql_run(p->ws, p->stmt);
}

enum err workspace_put_stations(struct workspace *ws, const char *source,
                                const struct region *region)
{
    struct putting p = {.ws = ws};
    enum err err = workspace_sql_section(ws, "workspace_station");
    if (!err)
        err = workspace_sql_exec(ws, "DELETE FROM station");
    if (!err)
        err = workspace_sql_exec(ws, "DELETE FROM place_file WHERE role = 'stations'");
    if (!err)
        err = workspace_sql_prepare(ws,
                                    "INSERT INTO station (name, mccmnc, tech, lat_deg, "
                                    "lon_deg) VALUES (?, ?, ?, ?, ?)",
                                    &p.stmt);
    if (!err)
        err = stations_read(source, region, put_station, &p);
    sqlite3_finalize(p.stmt);
    return err;
}

enum err workspace_each_station(struct workspace *ws, station_fn take, void *ctx)
{
    sqlite3_stmt *stmt = NULL;
    if (!workspace_sql_has(ws, "station"))
        return ERR_OK; /* made without stations */
    enum err err = workspace_sql_prepare(
        ws, "SELECT name, mccmnc, tech, lat_deg, lon_deg FROM station", &stmt);
    int code = SQLITE_DONE;
    while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        const struct station s = {
            .name = workspace_sql_text(stmt, 0),
            .mccmnc = mccmnc_parse(workspace_sql_text(stmt, 1)),
            .tech = tech_parse(workspace_sql_text(stmt, 2)),
            .pos = {.lat_deg = sqlite3_column_double(stmt, 3),
                    .lon_deg = sqlite3_column_double(stmt, 4)},
        };
        err = take(ctx, &s);
    }
    if (!err && code != SQLITE_DONE)
        err = workspace_sql_fail(ws, _("the workspace cannot be read"));
    sqlite3_finalize(stmt);
    return err;
}
