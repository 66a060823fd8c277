/* Reading trip logs, hostile ones included. Columns are found by name; what a file lacks
 * is missing, what it holds besides is only compared when looking for duplicates. */
#include "triplog.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dbguard.h"
#include "lang.h"
#include "triplog_db.h"
#include "triplog_facts.h"
#include "xmem.h"

/* A row's values one after the other, to tell whether the next row repeats it. */
struct row_bytes {
    uint8_t *data;
    size_t size;
    size_t capacity;
};

struct triplog_reader {
    char *path;
    sqlite3 *db;
    sqlite3_stmt *rows;
    int *columns; /* result column of each of sample_columns; -1: the file has none */
    int key_column;
    int geom_column;
    struct triplog_facts facts;
    struct row_bytes current;
    struct row_bytes previous;
    bool has_previous;
    int64_t behind_id; /* rows up to this one were read before; ID_UNKNOWN: none */
};

/* Puts a non-NULL value into its field; false for the wrong type. mcc and mnc are texts
 * that only together make a field: the caller's business. */
static bool read_column(sqlite3_stmt *stmt, int column, const struct sample_column *what,
                        struct sample *s)
{
    void *field = (char *)s + what->offset;
    const int type = sqlite3_column_type(stmt, column);
    switch (what->type) {
    case SAMPLE_ID:
    case SAMPLE_TIME:
        return triplog_value_int(stmt, column, field);
    case SAMPLE_DOUBLE:
        return triplog_value_double(stmt, column, field);
    case SAMPLE_TEXT:
        if (type != SQLITE_BLOB)
            *(const char **)field = (const char *)sqlite3_column_text(stmt, column);
        return type != SQLITE_BLOB;
    case SAMPLE_STATE:
        s->state = STATE_UNKNOWN; /* a word that we do not know is no evidence */
        if (type == SQLITE_TEXT)
            s->state = state_parse((const char *)sqlite3_column_text(stmt, column));
        if (s->state == STATE_COUNT)
            s->state = STATE_UNKNOWN;
        return type == SQLITE_TEXT;
    case SAMPLE_TECH:
        if (type == SQLITE_TEXT)
            s->tech = tech_parse((const char *)sqlite3_column_text(stmt, column));
        return type == SQLITE_TEXT;
    case SAMPLE_MCC:
    case SAMPLE_MNC:
        return type != SQLITE_BLOB;
    }
    return false;
}

static bool read_geometry(sqlite3_stmt *stmt, int column, struct latlon *pos)
{
    if (column < 0 || sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return true;
    if (sqlite3_column_type(stmt, column) != SQLITE_BLOB)
        return false;
    const void *blob = sqlite3_column_blob(stmt, column);
    const int size = sqlite3_column_bytes(stmt, column);
    return blob && geo_blob_read(blob, (size_t)size, pos) == ERR_OK;
}

static mccmnc_t serving_operator(const struct triplog_reader *r)
{
    const char *mcc = "";
    const char *mnc = "";
    for (size_t i = 0; i < sample_column_count; i++) {
        if (sample_columns[i].type == SAMPLE_MCC)
            mcc = triplog_value_text(r->rows, r->columns[i]);
        else if (sample_columns[i].type == SAMPLE_MNC)
            mnc = triplog_value_text(r->rows, r->columns[i]);
    }
    return mccmnc_join(mcc, mnc);
}

static void append_bytes(struct row_bytes *bytes, const void *data, size_t size)
{
    if (size > bytes->capacity - bytes->size) {
        const size_t capacity = 2 * (bytes->size + size) + 1024;
        bytes->data = xreallocarray(bytes->data, capacity, 1);
        bytes->capacity = capacity;
    }
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

/* Remembers the row and says whether it equals the one before in all but the key. */
static bool row_repeats(struct triplog_reader *r)
{
    const struct row_bytes spare = r->previous;
    r->previous = r->current;
    r->current = spare;
    r->current.size = 0;
    const int count = sqlite3_column_count(r->rows);
    for (int i = 0; i < count; i++) {
        if (i == r->key_column)
            continue;
        struct triplog_value value;
        triplog_db_value(r->rows, i, &value);
        append_bytes(&r->current, value.head, sizeof value.head);
        append_bytes(&r->current, value.data, value.size);
    }
    const bool repeats = r->has_previous && r->current.size == r->previous.size &&
                         memcmp(r->current.data, r->previous.data, r->current.size) == 0;
    r->has_previous = true;
    return repeats;
}

/* On to the next row that was not read before. */
static int step_row(struct triplog_reader *r, struct triplog_row *row)
{
    do {
        const int rc = sqlite3_step(r->rows);
        if (rc == SQLITE_DONE)
            return 0;
        if (rc != SQLITE_ROW) {
            err_report(_("%s: damaged, cannot read on: %s"), r->path,
                       sqlite3_errmsg(r->db));
            return -1;
        }
        row->sample_id = sqlite3_column_int64(r->rows, r->key_column);
        row->duplicate = row_repeats(r);
    } while (r->behind_id != ID_UNKNOWN && row->sample_id <= r->behind_id);
    return 1;
}

int triplog_next(struct triplog_reader *r, struct triplog_row *row)
{
    *row = (struct triplog_row){.sample = sample_empty()};
    const int got = step_row(r, row); /* before any conversion below */
    if (got != 1)
        return got;
    for (size_t i = 0; i < sample_column_count; i++) {
        const int column = r->columns[i];
        if (column < 0 || sqlite3_column_type(r->rows, column) == SQLITE_NULL)
            continue;
        if (!read_column(r->rows, column, &sample_columns[i], &row->sample))
            row->malformed = true;
    }
    if (!read_geometry(r->rows, r->geom_column, &row->sample.pos))
        row->malformed = true;
    triplog_facts_settle(&r->facts, serving_operator(r), row);
    return 1;
}

static enum err fail(const struct triplog_reader *r)
{
    err_report(_("%s: cannot read the trip log: %s"), r->path, sqlite3_errmsg(r->db));
    return ERR_INPUT;
}

/* The columns without which a table `sample` is not ours. */
static enum err check_columns(struct triplog_reader *r)
{
    static const char *const required[] = {"sample_id", "t_utc_ms", "state"};
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(r->db, "SELECT * FROM sample", -1, &stmt, NULL) != SQLITE_OK)
        return fail(r);
    enum err err = ERR_OK;
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
        if (triplog_value_column(stmt, required[i]) < 0 && err == ERR_OK) {
            err_report(
                _("%s: table 'sample' has no column '%s'; a trip log was expected"),
                r->path, required[i]);
            err = ERR_INPUT;
        }
    }
    sqlite3_finalize(stmt);
    return err;
}

static enum err prepare_rows(struct triplog_reader *r)
{
    const enum err err = check_columns(r);
    if (err != ERR_OK)
        return err;
    /* the row behind which to go on comes too: the next one may repeat it */
    const bool all = r->behind_id == ID_UNKNOWN;
    const char *sql =
        all ? "SELECT * FROM sample ORDER BY sample_id"
            : "SELECT * FROM sample WHERE sample_id >= ?1 ORDER BY sample_id";
    if (sqlite3_prepare_v2(r->db, sql, -1, &r->rows, NULL) != SQLITE_OK ||
        (!all && sqlite3_bind_int64(r->rows, 1, r->behind_id) != SQLITE_OK))
        return fail(r);
    r->key_column = triplog_value_column(r->rows, "sample_id");
    r->geom_column = triplog_value_column(r->rows, "geom");
    r->columns = xcalloc(sample_column_count, sizeof *r->columns);
    for (size_t i = 0; i < sample_column_count; i++)
        r->columns[i] = triplog_value_column(r->rows, sample_columns[i].name);
    return ERR_OK;
}

static enum err count_rows(struct triplog_reader *r, struct triplog_info *info)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = ERR_OK;
    if (sqlite3_prepare_v2(r->db, "SELECT count(*) FROM sample", -1, &stmt, NULL) ==
            SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        info->rows = sqlite3_column_int64(stmt, 0);
    else
        err = fail(r);
    sqlite3_finalize(stmt);
    return err;
}

enum err triplog_look(const char *path, struct triplog_info *info)
{
    sqlite3 *db = NULL;
    struct triplog_info found = {.rows = 0};
    enum err err = triplog_db_open(path, &db);
    if (err == ERR_OK)
        err = triplog_db_check_tables(db, path);
    if (err == ERR_OK) {
        triplog_db_restrict(db);
        err = triplog_facts_trip(db, path, &found);
    }
    sqlite3_close(db);
    if (err == ERR_OK)
        *info = found;
    return err;
}

static enum err check_pages(const struct triplog_reader *r)
{
    if (dbguard_intact(r->db))
        return ERR_OK;
    err_report(_("%s: damaged: the check of its pages found a fault; copy it again, or "
                 "save what can be read with: sqlite3 FILE .recover"),
               r->path);
    return ERR_INPUT;
}

/* `whole`: with a look at all of the file first. */
static enum err open_reader(const char *path, bool whole, int64_t behind_id,
                            struct triplog_reader **reader, struct triplog_info *info)
{
    struct triplog_reader *r = xcalloc(1, sizeof *r);
    r->path = xstrdup(path);
    r->behind_id = behind_id;
    struct triplog_info found = {.rows = ID_UNKNOWN};
    enum err err = triplog_db_open(path, &r->db);
    if (err == ERR_OK)
        err = triplog_db_check_tables(r->db, path);
    if (err == ERR_OK && whole)
        err = check_pages(r);
    if (err == ERR_OK) {
        triplog_db_restrict(r->db);
        err = prepare_rows(r);
    }
    if (err == ERR_OK)
        err = triplog_facts_trip(r->db, path, &found);
    if (err == ERR_OK)
        err = triplog_facts_read(r->db, path, &r->facts);
    if (err == ERR_OK && whole)
        err = count_rows(r, &found);
    if (err != ERR_OK) {
        triplog_close(r);
        return err;
    }
    *info = found;
    *reader = r;
    return ERR_OK;
}

enum err triplog_open(const char *path, struct triplog_reader **reader,
                      struct triplog_info *info)
{
    return open_reader(path, true, ID_UNKNOWN, reader, info);
}

enum err triplog_open_behind(const char *path, int64_t sample_id,
                             struct triplog_reader **reader, struct triplog_info *info)
{
    return open_reader(path, false, sample_id, reader, info);
}

void triplog_close(struct triplog_reader *r)
{
    if (!r)
        return;
    sqlite3_finalize(r->rows);
    sqlite3_close(r->db);
    free(r->columns);
    triplog_facts_free(&r->facts);
    free(r->current.data);
    free(r->previous.data);
    free(r->path);
    free(r);
}
