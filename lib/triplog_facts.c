/* Trip and modems of a trip log. */
#include "triplog_facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "xmem.h"

enum { MAX_MODEMS = 4096 }; /* a device has a handful */

struct modem_facts {
    int64_t modem_id;
    mccmnc_t sim_mccmnc;
    double offset_db;
};

static enum err fail(sqlite3 *db, const char *path)
{
    err_report(_("%s: cannot read the trip log: %s"), path, sqlite3_errmsg(db));
    return ERR_INPUT;
}

/* NULL is no offset. One that no mounting can have would move every verdict of its
 * samples: it is for a person to put right, not to be guessed at. */
static enum err read_offset(const char *path, sqlite3_stmt *stmt, int column,
                            struct modem_facts *modem)
{
    if (column < 0 || sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return ERR_OK;
    double offset_db;
    if (triplog_value_double(stmt, column, &offset_db) &&
        fabs(offset_db) <= TRIPLOG_MAX_OFFSET_DB) {
        modem->offset_db = offset_db;
        return ERR_OK;
    }
    err_report(_("%s: modem %lld has the offset_db \"%s\"; a number from -%d to %d was "
                 "expected"),
               path, (long long)modem->modem_id, triplog_value_text(stmt, column),
               TRIPLOG_MAX_OFFSET_DB, TRIPLOG_MAX_OFFSET_DB);
    return ERR_INPUT;
}

static enum err read_modem_rows(sqlite3 *db, const char *path, sqlite3_stmt *stmt,
                                struct triplog_facts *facts)
{
    const int id_column = triplog_value_column(stmt, "modem_id");
    const int sim_column = triplog_value_column(stmt, "sim_mccmnc");
    const int offset_column = triplog_value_column(stmt, "offset_db");
    size_t capacity = 0;
    int rc = SQLITE_DONE;
    while (id_column >= 0 && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct modem_facts modem = {
            .modem_id = sqlite3_column_int64(stmt, id_column),
            .sim_mccmnc = mccmnc_parse(triplog_value_text(stmt, sim_column)),
        };
        const enum err err = read_offset(path, stmt, offset_column, &modem);
        if (err)
            return err;
        facts->modems =
            xgrow(facts->modems, facts->modem_count, &capacity, sizeof *facts->modems);
        facts->modems[facts->modem_count++] = modem;
    }
    return rc == SQLITE_DONE ? ERR_OK : fail(db, path);
}

enum err triplog_facts_read(sqlite3 *db, const char *path, struct triplog_facts *facts)
{
    if (!triplog_db_has_table(db, "modem"))
        return ERR_OK;
    sqlite3_stmt *stmt = NULL;
    enum err err = ERR_OK;
    if (sqlite3_prepare_v2(db, "SELECT * FROM modem LIMIT ?1", -1, &stmt, NULL) !=
            SQLITE_OK ||
        sqlite3_bind_int(stmt, 1, MAX_MODEMS) != SQLITE_OK)
        err = fail(db, path);
    if (!err)
        err = read_modem_rows(db, path, stmt, facts);
    sqlite3_finalize(stmt);
    return err;
}

static enum err fill_trip(const char *path, sqlite3_stmt *stmt, struct triplog_info *info)
{
    const char *uuid = triplog_value_text(stmt, triplog_value_column(stmt, "trip_uuid"));
    if (strlen(uuid) >= sizeof info->trip_uuid) {
        err_report(_("%s: trip_uuid is longer than %zu bytes; a UUID was expected"), path,
                   sizeof info->trip_uuid - 1);
        return ERR_INPUT;
    }
    memcpy(info->trip_uuid, uuid, strlen(uuid) + 1);
    info->sealed =
        triplog_value_text(stmt, triplog_value_column(stmt, "seal"))[0] != '\0';
    const int offset_column = triplog_value_column(stmt, "utc_offset_s");
    int64_t offset_s;
    /* No zone is further than 14 h from UTC; what is cannot be believed. */
    if (offset_column >= 0 && sqlite3_column_type(stmt, offset_column) != SQLITE_NULL &&
        triplog_value_int(stmt, offset_column, &offset_s) && offset_s >= -14 * 3600 &&
        offset_s <= 14 * 3600) {
        info->has_utc_offset = true;
        info->utc_offset_s = (int32_t)offset_s;
    }
    return ERR_OK;
}

enum err triplog_facts_trip(sqlite3 *db, const char *path, struct triplog_info *info)
{
    if (!triplog_db_has_table(db, "trip"))
        return ERR_OK;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, "SELECT * FROM trip LIMIT 1", -1, &stmt, NULL) !=
        SQLITE_OK)
        return fail(db, path);
    const int rc = sqlite3_step(stmt);
    enum err err = ERR_OK;
    if (rc == SQLITE_ROW)
        err = fill_trip(path, stmt, info);
    else if (rc != SQLITE_DONE)
        err = fail(db, path);
    sqlite3_finalize(stmt);
    return err;
}

void triplog_facts_free(struct triplog_facts *facts)
{
    free(facts->modems);
    *facts = (struct triplog_facts){0};
}

/* What the log says of a modem; nothing of one that it does not list. */
static const struct modem_facts *modem_of(const struct triplog_facts *facts,
                                          int64_t modem_id)
{
    static const struct modem_facts unlisted = {.modem_id = ID_UNKNOWN};
    for (size_t i = 0; i < facts->modem_count; i++) {
        if (facts->modems[i].modem_id == modem_id)
            return &facts->modems[i];
    }
    return &unlisted;
}

/* The network that serves, or else the one that should: a phone out of service still
 * shows the last or a foreign network's code. */
static mccmnc_t operator_of(enum state state, mccmnc_t serving, mccmnc_t sim)
{
    if (state == STATE_IN_SERVICE)
        return serving ? serving : sim;
    return sim ? sim : serving;
}

void triplog_facts_settle(const struct triplog_facts *facts, mccmnc_t serving,
                          struct triplog_row *row)
{
    const struct modem_facts *modem = modem_of(facts, row->sample.modem_id);
    row->offset_db = modem->offset_db;
    row->sample.mccmnc = operator_of(row->sample.state, serving, modem->sim_mccmnc);
}
