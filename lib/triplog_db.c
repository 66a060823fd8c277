/* What is a trip log's own in a database, and the canonical form of its values. */
#include "triplog_db.h"

#include <string.h>

#include "lang.h"
#include "untrusted_db.h"

const struct triplog_table triplog_tables[TRIPLOG_TABLE_COUNT] = {
    {"trip", "trip_id"},           {"modem", "modem_id"}, {"sample", "sample_id"},
    {"neighbour", "neighbour_id"}, {"probe", "probe_id"}, {"event", "event_id"},
};

enum err triplog_db_open(const char *path, sqlite3 **db)
{
    return untrusted_db_open(path, _("a trip log (.gpkg)"), db);
}

bool triplog_db_has_table(sqlite3 *db, const char *name)
{
    return untrusted_db_table_kind(db, name) == 1;
}

enum err triplog_db_check_tables(sqlite3 *db, const char *path)
{
    for (size_t i = 0; i < TRIPLOG_TABLE_COUNT; i++) {
        const char *name = triplog_tables[i].name;
        const int kind = untrusted_db_table_kind(db, name);
        if (kind < 0) {
            err_report(_("%s: '%s' is not a plain table (a view or virtual table is not "
                         "read); a trip log was expected"),
                       path, name);
            return ERR_INPUT;
        }
        if (kind == 0 && strcmp(name, "sample") == 0) {
            err_report(_("%s: no table 'sample'; a trip log was expected"), path);
            return ERR_INPUT;
        }
    }
    return ERR_OK;
}

void triplog_db_restrict(sqlite3 *db)
{
    /* the names of triplog_tables */
    static const char *const names[] = {"trip",  "modem", "sample", "neighbour",
                                        "probe", "event", NULL};
    untrusted_db_restrict(db, names);
}

static void store_big_endian(uint64_t value, uint8_t bytes[8])
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
}

uint64_t triplog_db_bits(sqlite3_stmt *stmt, int column)
{
    const double number = sqlite3_column_double(stmt, column);
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

void triplog_db_value(sqlite3_stmt *stmt, int column, struct triplog_value *value)
{
    const int type = sqlite3_column_type(stmt, column);
    value->data = value->number;
    value->size = sizeof value->number;
    if (type == SQLITE_INTEGER) {
        value->head[0] = 'I';
        store_big_endian((uint64_t)sqlite3_column_int64(stmt, column), value->number);
    } else if (type == SQLITE_FLOAT) {
        value->head[0] = 'R';
        store_big_endian(triplog_db_bits(stmt, column), value->number);
    } else if (type == SQLITE_NULL) {
        value->head[0] = 'N';
        value->size = 0;
    } else {
        value->head[0] = type == SQLITE_TEXT ? 'T' : 'B';
        /* Text as UTF-8, however the file stores it. */
        value->data = type == SQLITE_TEXT
                          ? (const void *)sqlite3_column_text(stmt, column)
                          : sqlite3_column_blob(stmt, column);
        value->size = (size_t)sqlite3_column_bytes(stmt, column);
        if (!value->data) { /* an empty blob, or no memory: the step reports that */
            value->data = value->number;
            value->size = 0;
        }
    }
    store_big_endian(value->size, value->head + 1);
}
