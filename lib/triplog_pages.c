/* Whether a trip log can be read from its pages, and its pieces.
 *
 * SQLite is asked for all that is not many: schema, trip, modems, and a check of every
 * table but `sample`. That one is checked while it is read: its pages by dbpages.c as
 * PRAGMA quick_check would, its rows by triplog_record.c, which takes none that
 * quick_check or triplog_next() would find fault with. */
#include "triplog_pages.h"

#include <stdlib.h>
#include <string.h>

#include "dbpages.h"
#include "lang.h"
#include "schema.h"
#include "triplog_db.h"
#include "triplog_record.h"
#include "triplog_seal.h"
#include "untrusted_db.h"
#include "xmem.h"

enum {
    LEAD_SIZE = 1 << 16, /* bytes of rows before a piece */
    OBJECTS_MAX = 500,   /* in the schema: ours has a dozen, and for each table that is
                            checked SQLite goes through all */
};

struct triplog_pages {
    struct dbpages *pages;
    struct record_layout layout;
    struct triplog_facts facts;
    int64_t *starts; /* the first key of each piece, and of one behind the last */
    size_t count;
    size_t lead_leaves;
    char *path;
    char seal[TRIPLOG_SEAL_SIZE];    /* "": none that is checked here */
    struct triplog_digests *digests; /* of each piece, once it has been read */
};

/* Words with which a table can ask more of its rows than NOT NULL, or be of another kind.
 */
static bool is_plain_sql(const char *sql)
{
    static const char *const words[] = {"CHECK",   "GENERATED", "WITHOUT",
                                        "VIRTUAL", "STRICT",    "DESC"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasestr(sql, words[i]))
            return false;
    }
    return true;
}

/* Whether the table was made by our own words, whose checks are known. */
static bool is_own_sql(const char *sql)
{
    char *schema = schema_section("trip_log");
    const char *own = strstr(schema, "CREATE TABLE sample (");
    const char *end = own ? strstr(own, ");") : NULL;
    const bool same = end && strlen(sql) == (size_t)(end - own) + 1 &&
                      strncmp(sql, own, strlen(sql)) == 0;
    free(schema);
    return same;
}

static bool is_sound(sqlite3 *db, const char *table)
{
    char sql[512];
    sqlite3_stmt *stmt = NULL;
    sqlite3_snprintf(sizeof sql, sql, "PRAGMA quick_check(\"%w\")", table);
    const bool sound = strlen(sql) + 1 < sizeof sql &&
                       sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
                       sqlite3_step(stmt) == SQLITE_ROW &&
                       strcmp(triplog_value_text(stmt, 0), "ok") == 0;
    sqlite3_finalize(stmt);
    return sound;
}

/* Takes the tree of a table or index; the table's rows are checked by SQLite unless they
 * are the samples. An index on those could only be checked together with them. */
static bool take_object(struct triplog_pages *p, sqlite3 *db, sqlite3_stmt *object)
{
    const char *type = triplog_value_text(object, 0);
    const char *name = triplog_value_text(object, 1);
    const char *table = triplog_value_text(object, 2);
    const char *sql = triplog_value_text(object, 4);
    const int64_t root = sqlite3_column_int64(object, 3);
    if (root <= 0 || root > UINT32_MAX)
        return root == 0; /* a view, a trigger, a virtual table */
    if (sqlite3_stricmp(table, "sample") != 0)
        return dbpages_take_tree(p->pages, (uint32_t)root) &&
               (strcmp(type, "table") != 0 || is_sound(db, name));
    p->layout.is_checked = is_own_sql(sql);
    return strcmp(type, "table") == 0 && (p->layout.is_checked || is_plain_sql(sql)) &&
           dbpages_take_table(p->pages, (uint32_t)root);
}

/* All pages of the file, each belonging to one thing. */
static bool take_file(struct triplog_pages *p, sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(
        db, "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema", -1, &stmt,
        NULL);
    bool ok = rc == SQLITE_OK && is_sound(db, "sqlite_schema") &&
              dbpages_take_tree(p->pages, 1);
    for (int i = 0; ok && (rc = sqlite3_step(stmt)) == SQLITE_ROW; i++)
        ok = i < OBJECTS_MAX && take_object(p, db, stmt);
    sqlite3_finalize(stmt);
    return ok && rc == SQLITE_DONE && dbpages_is_whole(p->pages);
}

static enum record_use use_of(enum sample_type type)
{
    switch (type) {
    case SAMPLE_ID:
    case SAMPLE_TIME:
        return RECORD_ID;
    case SAMPLE_DOUBLE:
        return RECORD_NUMBER;
    case SAMPLE_TEXT:
        return RECORD_TEXT;
    case SAMPLE_STATE:
        return RECORD_STATE;
    case SAMPLE_TECH:
        return RECORD_TECH;
    case SAMPLE_MCC:
        return RECORD_MCC;
    case SAMPLE_MNC:
        return RECORD_MNC;
    }
    return RECORD_UNUSED;
}

/* Datatypes of SQLite, §3.1: in this order. */
static bool is_real(const char *type)
{
    static const char *const others[] = {"INT", "CHAR", "CLOB", "TEXT", "BLOB"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcasestr(type, others[i]))
            return false;
    }
    return strcasestr(type, "REAL") || strcasestr(type, "FLOA") ||
           strcasestr(type, "DOUB");
}

/* A row of PRAGMA table_xinfo: cid, name, type, notnull, dflt_value, pk, hidden. False
 * for a column that is not stored as it stands there. */
static bool add_column(struct record_layout *layout, sqlite3_stmt *info)
{
    const char *name = triplog_value_text(info, 1), *type = triplog_value_text(info, 2);
    const bool is_key = sqlite3_column_int(info, 5) != 0;
    struct record_column c = {.not_null = sqlite3_column_int(info, 3) != 0,
                              .is_real = is_real(type)};
    if (layout->count == RECORD_COLUMNS_MAX || sqlite3_column_int(info, 6) != 0)
        return false;
    for (size_t i = 0; i < sample_column_count; i++) {
        if (sqlite3_stricmp(name, sample_columns[i].name) == 0) {
            c.use = use_of(sample_columns[i].type);
            c.offset = sample_columns[i].offset;
        }
    }
    if (sqlite3_stricmp(name, "geom") == 0)
        c.use = RECORD_GEOMETRY;
    if (sqlite3_stricmp(name, "sample_id") == 0)
        c.use = RECORD_KEY;
    /* only the one INTEGER PRIMARY KEY is the row's key itself */
    if (is_key != (c.use == RECORD_KEY) ||
        (is_key && sqlite3_stricmp(type, "INTEGER") != 0))
        return false;
    layout->columns[layout->count++] = c;
    return true;
}

static bool has_use(const struct record_layout *layout, enum record_use use,
                    size_t offset)
{
    size_t found = 0;
    for (size_t i = 0; i < layout->count; i++)
        found += layout->columns[i].use == use && layout->columns[i].offset == offset;
    return found == 1;
}

static bool read_layout(struct record_layout *layout, sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, "PRAGMA table_xinfo(sample)", -1, &stmt, NULL);
    bool ok = rc == SQLITE_OK;
    while (ok && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
        ok = add_column(layout, stmt);
    sqlite3_finalize(stmt);
    return ok && rc == SQLITE_DONE && has_use(layout, RECORD_KEY, 0) &&
           has_use(layout, RECORD_ID, offsetof(struct sample, t_utc_ms)) &&
           has_use(layout, RECORD_STATE, offsetof(struct sample, state));
}

/* The first block that begins behind a key; INT64_MAX: none does. Blocks are not cut, so
 * that each is hashed by one reader. */
static int64_t next_block(int64_t key)
{
    if (key > INT64_MAX - 2 * TRIPLOG_BLOCK_KEYS)
        return INT64_MAX;
    const int64_t after = key + 1;
    const int64_t within =
        (after % TRIPLOG_BLOCK_KEYS + TRIPLOG_BLOCK_KEYS) % TRIPLOG_BLOCK_KEYS;
    return within == 0 ? after : after + (TRIPLOG_BLOCK_KEYS - within);
}

/* A piece for so many leaves, where a block begins in them. */
static void cut(struct triplog_pages *p, size_t piece_size)
{
    const size_t page_size = dbpages_page_size(p->pages);
    const size_t leaves = dbpages_leaf_count(p->pages);
    const size_t step = piece_size > page_size ? piece_size / page_size : 1;
    p->lead_leaves = LEAD_SIZE / page_size + 1;
    p->starts = xcalloc(leaves / step + 3, sizeof *p->starts);
    p->starts[p->count++] = INT64_MIN;
    for (size_t leaf = step; leaf < leaves; leaf += step) {
        const int64_t start = next_block(dbpages_leaf_last_key(p->pages, leaf - 1));
        if (start > p->starts[p->count - 1] && start < INT64_MAX)
            p->starts[p->count++] = start;
    }
    p->starts[p->count] = INT64_MAX; /* a key of it makes the log one for SQLite */
    p->digests = xcalloc(p->count, sizeof *p->digests);
}

enum err triplog_pages_open(const char *path, size_t piece_size,
                            struct triplog_pages **pages, struct triplog_info *info)
{
    *pages = NULL;
    if (untrusted_db_is_live(path))
        return ERR_OK;
    struct triplog_pages *p = xcalloc(1, sizeof *p);
    p->path = xstrdup(path);
    struct triplog_info found = {.rows = 0};
    sqlite3 *db = NULL;
    bool suits = false;
    enum err err = triplog_db_open(path, &db);
    if (!err)
        err = triplog_db_check_tables(db, path);
    if (err)
        goto done;
    p->pages = dbpages_open(path);
    suits = p->pages && take_file(p, db) && read_layout(&p->layout, db);
    if (!suits)
        goto done;
    triplog_db_restrict(db);
    err = triplog_facts_trip(db, path, &found);
    if (!err)
        err = triplog_facts_read(db, path, &p->facts);
    if (!err && (triplog_seal_read(db, p->seal) != SQLITE_OK ||
                 !triplog_seal_is_known(p->seal) || !triplog_seal_has_blocks(p->seal)))
        p->seal[0] = '\0';
    if (!err)
        cut(p, piece_size);
done:
    sqlite3_close(db);
    if (err || !suits) {
        triplog_pages_close(p);
        return err;
    }
    *pages = p;
    *info = found;
    return ERR_OK;
}

void triplog_pages_close(struct triplog_pages *p)
{
    if (!p)
        return;
    dbpages_close(p->pages);
    triplog_facts_free(&p->facts);
    for (size_t i = 0; p->digests && i < p->count; i++)
        free(p->digests[i].data);
    free(p->digests);
    free(p->starts);
    free(p->path);
    free(p);
}

size_t triplog_pages_count(const struct triplog_pages *p)
{
    return p->count;
}

bool triplog_pages_has_seal(const struct triplog_pages *p)
{
    return p->seal[0] != '\0';
}

bool triplog_pages_seal_matches(const struct triplog_pages *p)
{
    struct triplog_sealed sealed = {.samples = p->digests, .sample_pieces = p->count};
    sqlite3 *db = NULL;
    if (triplog_db_open(p->path, &db) != ERR_OK)
        return false;
    triplog_db_restrict(db);
    const bool matches = triplog_seal_matches(db, p->seal, &sealed);
    sqlite3_close(db);
    return matches;
}

struct triplog_pages_reader {
    struct triplog_pages *pages;
    struct dbpages_cursor *cursor;
    struct record_reader *records;
    size_t piece;
    struct triplog_blocks *blocks; /* of the piece; NULL: in its lead, or no seal */
    int64_t rows;                  /* of the piece */
    int64_t end;                   /* the first key that is not wanted */
    bool has_kept;                 /* a row that has been read and not been wanted */
    struct dbpages_row kept;
};

struct triplog_pages_reader *triplog_pages_reader_new(struct triplog_pages *p)
{
    struct triplog_pages_reader *r = xcalloc(1, sizeof *r);
    r->pages = p;
    r->cursor = dbpages_cursor_open(p->pages);
    r->records = triplog_record_new(&p->layout, &p->facts);
    return r;
}

void triplog_pages_reader_free(struct triplog_pages_reader *r)
{
    if (!r)
        return;
    triplog_blocks_free(r->blocks);
    dbpages_cursor_close(r->cursor);
    triplog_record_free(r->records);
    free(r);
}

/* The first leaf that may hold a key. */
static size_t leaf_of(const struct triplog_pages *p, int64_t key)
{
    size_t low = 0, high = dbpages_leaf_count(p->pages) - 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (dbpages_leaf_last_key(p->pages, middle) < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool triplog_pages_lead(struct triplog_pages_reader *r, size_t piece)
{
    const struct triplog_pages *p = r->pages;
    const size_t leaf = leaf_of(p, p->starts[piece]);
    const size_t first = leaf > p->lead_leaves ? leaf - p->lead_leaves : 0;
    dbpages_cursor_seek(r->cursor, first);
    triplog_record_restart(r->records);
    triplog_blocks_free(r->blocks);
    r->blocks = NULL;
    r->has_kept = false;
    r->end = p->starts[piece];
    return first == 0;
}

void triplog_pages_piece(struct triplog_pages_reader *r, size_t piece)
{
    r->end = r->pages->starts[piece + 1];
    r->piece = piece;
    r->rows = 0;
    if (triplog_pages_has_seal(r->pages))
        r->blocks = triplog_blocks_new();
}

/* The end of a piece, or of its lead. Pieces are different readers' business. */
static int end_piece(struct triplog_pages_reader *r)
{
    struct triplog_digests *d = &r->pages->digests[r->piece];
    if (!r->blocks)
        return 0;
    const uint8_t *data = triplog_blocks_digests(r->blocks, &d->size);
    free(d->data);
    d->data = data ? xmalloc(d->size + 1) : NULL;
    if (data)
        memcpy(d->data, data, d->size);
    d->rows = r->rows;
    triplog_blocks_free(r->blocks);
    r->blocks = NULL;
    return data ? 0 : -1;
}

int triplog_pages_next(struct triplog_pages_reader *r, struct triplog_row *row)
{
    if (!r->has_kept) {
        const int got = dbpages_cursor_next(r->cursor, &r->kept);
        if (got < 0)
            return got;
        if (got == 0)
            return end_piece(r);
    }
    r->has_kept = r->kept.key >= r->end;
    if (r->has_kept)
        return r->kept.key == INT64_MAX ? -1 : end_piece(r);
    if (!triplog_record_read(r->records, r->kept.record, r->kept.size, row))
        return -1;
    row->sample_id = r->kept.key;
    r->rows++;
    if (r->blocks)
        triplog_record_hash(r->records, r->kept.key, r->blocks);
    return 1;
}
