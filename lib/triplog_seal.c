/* The seal of a trip log: row counts and two SHA-256 of all content, and its check.
 *
 *     {"hash":"SHA-256","content":"…","rows":{"trip":1,…},"blocks":"…"}
 *
 * "content" is the hash of: for each table of triplog_tables in that order, 'T' and its
 * name with NUL; then its rows in primary key order, each 'r', and per column 'c', the
 * column's name with NUL and the value as triplog_db_value() gives it. "blocks" is the
 * hash of: for each table likewise 'T' and its name, and per column 'c' and its name,
 * with NUL; then the hashes of its blocks of rows (triplog_blocks.h) in order. Both leave
 * out the column trip.seal.
 *
 * Hashing "content" takes longer than reading the log by all processors; "blocks", which
 * says the same, takes a fifth of that, and each processor can hash the blocks that it
 * reads. It is checked where there is one. Logs of before it was thought of have
 * "content" alone. */
#include "triplog.h"

#include <openssl/evp.h>
#include <string.h>

#include "dbguard.h"
#include "sha256.h"
#include "triplog_blocks.h"
#include "triplog_db.h"
#include "triplog_seal.h"

/* The hashes that are wanted; NULL: not. */
struct hashes {
    EVP_MD_CTX *content;
    EVP_MD_CTX *blocks;
};

static bool hash_bytes(EVP_MD_CTX *hash, const void *data, size_t size)
{
    return !hash || EVP_DigestUpdate(hash, data, size) == 1;
}

static bool hash_name(EVP_MD_CTX *hash, char mark, const char *name)
{
    return hash_bytes(hash, &mark, 1) && hash_bytes(hash, name, strlen(name) + 1);
}

static bool is_seal(const struct triplog_table *table, const char *column)
{
    return strcmp(table->name, "trip") == 0 && strcmp(column, "seal") == 0;
}

static bool hash_row(EVP_MD_CTX *hash, sqlite3_stmt *stmt,
                     const struct triplog_table *table)
{
    if (!hash_bytes(hash, "r", 1))
        return false;
    const int columns = sqlite3_column_count(stmt);
    for (int i = 0; i < columns; i++) {
        const char *name = sqlite3_column_name(stmt, i);
        if (!name)
            return false;
        if (is_seal(table, name))
            continue;
        struct triplog_value value;
        triplog_db_value(stmt, i, &value);
        if (!hash_name(hash, 'c', name) ||
            !hash_bytes(hash, value.head, sizeof value.head) ||
            !hash_bytes(hash, value.data, value.size))
            return false;
    }
    return true;
}

static bool hash_columns(EVP_MD_CTX *hash, sqlite3_stmt *stmt,
                         const struct triplog_table *table)
{
    const int columns = sqlite3_column_count(stmt);
    for (int i = 0; i < columns; i++) {
        const char *name = sqlite3_column_name(stmt, i);
        if (!name || (!is_seal(table, name) && !hash_name(hash, 'c', name)))
            return false;
    }
    return true;
}

static void add_to_block(struct triplog_blocks *blocks, sqlite3_stmt *stmt,
                         const struct triplog_table *table)
{
    const int columns = sqlite3_column_count(stmt);
    triplog_blocks_row(
        blocks, sqlite3_column_int64(stmt, triplog_value_column(stmt, table->key)));
    for (int i = 0; i < columns; i++) {
        if (is_seal(table, sqlite3_column_name(stmt, i)))
            continue;
        struct triplog_value value;
        triplog_db_value(stmt, i, &value);
        const char type = (char)value.head[0];
        if (type == 'N')
            triplog_blocks_null(blocks);
        else if (type == 'I')
            triplog_blocks_number(blocks, type, (uint64_t)sqlite3_column_int64(stmt, i));
        else if (type == 'R')
            triplog_blocks_number(blocks, type, triplog_db_bits(stmt, i));
        else
            triplog_blocks_value(blocks, type, value.data, value.size);
    }
}

static bool hash_digests(EVP_MD_CTX *hash, struct triplog_blocks *blocks)
{
    size_t size = 0;
    const uint8_t *digests = triplog_blocks_digests(blocks, &size);
    return digests && hash_bytes(hash, digests, size);
}

static int hash_rows(const struct hashes *hashes, sqlite3_stmt *stmt,
                     const struct triplog_table *table, int64_t *rows)
{
    int rc;
    struct triplog_blocks *blocks = hashes->blocks ? triplog_blocks_new() : NULL;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        if (hashes->content && !hash_row(hashes->content, stmt, table))
            break;
        if (blocks)
            add_to_block(blocks, stmt, table);
        ++*rows;
    }
    if (rc == SQLITE_ROW || (blocks && !hash_digests(hashes->blocks, blocks)))
        rc = SQLITE_NOMEM;
    triplog_blocks_free(blocks);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int hash_table(sqlite3 *db, const struct hashes *hashes,
                      const struct triplog_table *table, struct triplog_sealed *sealed)
{
    const bool is_known = sealed->samples && strcmp(table->name, "sample") == 0;
    char sql[128];
    sqlite3_snprintf(sizeof sql, sql, "SELECT * FROM \"%w\" ORDER BY \"%w\"", table->name,
                     table->key);
    sqlite3_stmt *stmt = NULL;
    int64_t count = 0;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK && (!hash_name(hashes->content, 'T', table->name) ||
                            !hash_name(hashes->blocks, 'T', table->name) ||
                            !hash_columns(hashes->blocks, stmt, table)))
        rc = SQLITE_NOMEM;
    if (rc == SQLITE_OK && !is_known)
        rc = hash_rows(hashes, stmt, table, &count);
    for (size_t i = 0; rc == SQLITE_OK && is_known && i < sealed->sample_pieces; i++) {
        const struct triplog_digests *d = &sealed->samples[i];
        rc = hash_bytes(hashes->blocks, d->data, d->size) ? SQLITE_OK : SQLITE_NOMEM;
        count += d->rows;
    }
    sqlite3_finalize(stmt);
    sealed->rows[table - triplog_tables] = count;
    return rc;
}

static bool start_hash(EVP_MD_CTX **hash)
{
    *hash = EVP_MD_CTX_new();
    return *hash && EVP_DigestInit_ex(*hash, EVP_sha256(), NULL) == 1;
}

static bool end_hash(EVP_MD_CTX *hash, char hex[SHA256_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    size_t len = 0;
    if (!hash)
        return true;
    if (EVP_DigestFinal_ex(hash, digest, &size) != 1)
        return false;
    for (size_t i = 0; i < size && len + 2 < SHA256_TEXT_SIZE; i++) {
        hex[len++] = digits[digest[i] >> 4];
        hex[len++] = digits[digest[i] & 15];
    }
    hex[len] = '\0';
    return true;
}

int triplog_seal_hash(sqlite3 *db, struct triplog_sealed *sealed)
{
    struct hashes hashes = {0};
    int rc = SQLITE_OK;
    if ((sealed->wants_content && !start_hash(&hashes.content)) ||
        (sealed->wants_blocks && !start_hash(&hashes.blocks)))
        rc = SQLITE_NOMEM;
    for (size_t i = 0; rc == SQLITE_OK && i < TRIPLOG_TABLE_COUNT; i++)
        rc = hash_table(db, &hashes, &triplog_tables[i], sealed);
    if (rc == SQLITE_OK && (!end_hash(hashes.content, sealed->content) ||
                            !end_hash(hashes.blocks, sealed->blocks)))
        rc = SQLITE_NOMEM;
    EVP_MD_CTX_free(hashes.content);
    EVP_MD_CTX_free(hashes.blocks);
    return rc;
}

/* How a seal of this program begins; 64 digits follow. */
static const char seal_form[] = "{\"hash\":\"SHA-256\",\"content\":\"";

static void write_seal(const struct triplog_sealed *sealed, char text[TRIPLOG_SEAL_SIZE])
{
    const int64_t *rows = sealed->rows;
    sqlite3_snprintf(TRIPLOG_SEAL_SIZE, text,
                     "%s%s\",\"rows\":{\"trip\":%lld,\"modem\":%lld,\"sample\":%lld,"
                     "\"neighbour\":%lld,\"probe\":%lld,\"event\":%lld}%s%s%s}",
                     seal_form, sealed->content, (long long)rows[0], (long long)rows[1],
                     (long long)rows[2], (long long)rows[3], (long long)rows[4],
                     (long long)rows[5], sealed->blocks[0] ? ",\"blocks\":\"" : "",
                     sealed->blocks, sealed->blocks[0] ? "\"" : "");
}

int triplog_db_seal(sqlite3 *db, char text[TRIPLOG_SEAL_SIZE], int64_t *rows)
{
    struct triplog_sealed sealed = {.wants_content = true, .wants_blocks = true};
    const int rc = triplog_seal_hash(db, &sealed);
    if (rc != SQLITE_OK)
        return rc;
    write_seal(&sealed, text);
    if (rows)
        *rows = sealed.rows[TRIPLOG_SAMPLE_TABLE];
    return SQLITE_OK;
}

bool triplog_seal_has_blocks(const char *text)
{
    return strstr(text, "\"blocks\"") != NULL;
}

bool triplog_seal_is_known(const char *text)
{
    return strncmp(text, seal_form, sizeof seal_form - 1) == 0;
}

bool triplog_seal_matches(sqlite3 *db, const char *text, struct triplog_sealed *sealed)
{
    char actual[TRIPLOG_SEAL_SIZE];
    sealed->wants_blocks = triplog_seal_has_blocks(text);
    sealed->wants_content = !sealed->wants_blocks;
    if (!triplog_seal_is_known(text) || triplog_seal_hash(db, sealed) != SQLITE_OK)
        return false;
    if (sealed->wants_blocks) /* stands for both */
        sqlite3_snprintf(SHA256_TEXT_SIZE, sealed->content, "%s",
                         text + sizeof seal_form - 1);
    write_seal(sealed, actual);
    return strcmp(text, actual) == 0;
}

/* NULL where the table has no such column or no text in it: other programs' logs do
 * without. */
static const char *seal_column(sqlite3_stmt *stmt)
{
    const int count = sqlite3_column_count(stmt);
    for (int i = 0; i < count; i++) {
        const char *name = sqlite3_column_name(stmt, i);
        if (name && sqlite3_stricmp(name, "seal") == 0)
            return sqlite3_column_type(stmt, i) == SQLITE_BLOB
                       ? NULL
                       : (const char *)sqlite3_column_text(stmt, i);
    }
    return NULL;
}

int triplog_seal_read(sqlite3 *db, char text[TRIPLOG_SEAL_SIZE])
{
    text[0] = '\0';
    if (!triplog_db_has_table(db, "trip"))
        return SQLITE_OK;
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT * FROM trip LIMIT 1", -1, &stmt, NULL);
    if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *seal = seal_column(stmt);
        if (seal)
            sqlite3_snprintf(TRIPLOG_SEAL_SIZE, text, "%s", seal);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(stmt);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int64_t count_samples(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    int64_t rows = 0;
    if (sqlite3_prepare_v2(db, "SELECT count(*) FROM sample", -1, &stmt, NULL) ==
            SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        rows = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return rows;
}

enum err triplog_verify(const char *path, struct triplog_verdict *verdict)
{
    sqlite3 *db = NULL;
    enum err err = triplog_db_open(path, &db);
    if (err != ERR_OK)
        return err;
    struct triplog_verdict found = {.intact = dbguard_intact(db)};
    char recorded[TRIPLOG_SEAL_SIZE];
    struct triplog_sealed sealed = {.wants_blocks = false};
    if (found.intact)
        err = triplog_db_check_tables(db, path);
    if (err != ERR_OK)
        goto done;
    triplog_db_restrict(db);
    if (triplog_seal_read(db, recorded) != SQLITE_OK)
        found.intact = false;
    found.sealed = recorded[0] != '\0';
    found.seal_known = triplog_seal_is_known(recorded);
    found.rows = count_samples(db);
    /* A log with a table missing has no seal that could match; that is no damage. */
    if (found.sealed && found.intact)
        found.seal_matches = triplog_seal_matches(db, recorded, &sealed);
    *verdict = found;
done:
    sqlite3_close(db);
    return err;
}
