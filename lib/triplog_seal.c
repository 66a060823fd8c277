/* The seal of a trip log: row counts and a SHA-256 of all content, and its check.
 *
 * Canonical content: for each table of triplog_tables in that order, 'T' and its name
 * with NUL; then its rows in primary key order, each 'r', and per column 'c', the
 * column's name with NUL and the value as triplog_db_value() gives it. The column
 * trip.seal is left out. */
#include "triplog.h"

#include <openssl/evp.h>
#include <string.h>

#include "dbguard.h"
#include "sha256.h"
#include "triplog_db.h"

static bool hash_bytes(EVP_MD_CTX *hash, const void *data, size_t size)
{
    return EVP_DigestUpdate(hash, data, size) == 1;
}

static bool hash_name(EVP_MD_CTX *hash, char mark, const char *name)
{
    return hash_bytes(hash, &mark, 1) && hash_bytes(hash, name, strlen(name) + 1);
}

static bool hash_row(EVP_MD_CTX *hash, sqlite3_stmt *stmt, bool is_trip)
{
    if (!hash_bytes(hash, "r", 1))
        return false;
    const int columns = sqlite3_column_count(stmt);
    for (int i = 0; i < columns; i++) {
        const char *name = sqlite3_column_name(stmt, i);
        if (!name)
            return false;
        if (is_trip && strcmp(name, "seal") == 0)
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

static int hash_table(sqlite3 *db, EVP_MD_CTX *hash, const struct triplog_table *table,
                      int64_t *rows)
{
    char sql[128];
    sqlite3_snprintf(sizeof sql, sql, "SELECT * FROM \"%w\" ORDER BY \"%w\"", table->name,
                     table->key);
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK && !hash_name(hash, 'T', table->name))
        rc = SQLITE_NOMEM;
    const bool is_trip = strcmp(table->name, "trip") == 0;
    int64_t count = 0;
    while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        rc = hash_row(hash, stmt, is_trip) ? SQLITE_OK : SQLITE_NOMEM;
        count++;
    }
    sqlite3_finalize(stmt);
    *rows = count;
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static void digest_text(const uint8_t *digest, size_t size, char hex[SHA256_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    size_t len = 0;
    for (size_t i = 0; i < size && len + 2 < SHA256_TEXT_SIZE; i++) {
        hex[len++] = digits[digest[i] >> 4];
        hex[len++] = digits[digest[i] & 15];
    }
    hex[len] = '\0';
}

int triplog_db_seal(sqlite3 *db, char text[TRIPLOG_SEAL_SIZE], int64_t *rows)
{
    int64_t counts[TRIPLOG_TABLE_COUNT] = {0};
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    int rc = hash && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1 ? SQLITE_OK
                                                                      : SQLITE_NOMEM;
    for (size_t i = 0; rc == SQLITE_OK && i < TRIPLOG_TABLE_COUNT; i++) {
        rc = hash_table(db, hash, &triplog_tables[i], &counts[i]);
        if (rows && strcmp(triplog_tables[i].name, "sample") == 0)
            *rows = counts[i];
    }
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (rc == SQLITE_OK && EVP_DigestFinal_ex(hash, digest, &size) != 1)
        rc = SQLITE_NOMEM;
    EVP_MD_CTX_free(hash);
    if (rc != SQLITE_OK)
        return rc;

    char hex[SHA256_TEXT_SIZE];
    digest_text(digest, size, hex);
    sqlite3_snprintf(TRIPLOG_SEAL_SIZE, text,
                     "{\"hash\":\"SHA-256\",\"content\":\"%s\",\"rows\":{\"trip\":%lld,"
                     "\"modem\":%lld,\"sample\":%lld,\"neighbour\":%lld,\"probe\":%lld,"
                     "\"event\":%lld}}",
                     hex, (long long)counts[0], (long long)counts[1],
                     (long long)counts[2], (long long)counts[3], (long long)counts[4],
                     (long long)counts[5]);
    return SQLITE_OK;
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

/* The recorded seal, "" where there is none. */
static int read_seal(sqlite3 *db, char text[TRIPLOG_SEAL_SIZE])
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

/* How a seal of this program begins. */
static const char seal_form[] = "{\"hash\":\"SHA-256\",\"content\":\"";

enum err triplog_verify(const char *path, struct triplog_verdict *verdict)
{
    sqlite3 *db = NULL;
    enum err err = triplog_db_open(path, &db);
    if (err != ERR_OK)
        return err;
    struct triplog_verdict found = {.intact = dbguard_intact(db)};
    char recorded[TRIPLOG_SEAL_SIZE];
    char actual[TRIPLOG_SEAL_SIZE];
    if (found.intact)
        err = triplog_db_check_tables(db, path);
    if (err != ERR_OK)
        goto done;
    triplog_db_restrict(db);
    if (read_seal(db, recorded) != SQLITE_OK)
        found.intact = false;
    found.sealed = recorded[0] != '\0';
    found.seal_known = strncmp(recorded, seal_form, sizeof seal_form - 1) == 0;
    found.rows = count_samples(db);
    /* A log with a table missing has no seal that could match; that is no damage. */
    if (found.sealed && found.intact && triplog_db_seal(db, actual, NULL) == SQLITE_OK)
        found.seal_matches = strcmp(recorded, actual) == 0;
    *verdict = found;
done:
    sqlite3_close(db);
    return err;
}
