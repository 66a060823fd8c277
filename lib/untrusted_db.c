/* SQLite files from elsewhere. */
#include "untrusted_db.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dbguard.h"
#include "lang.h"
#include "xmem.h"

enum { DB_HEAD_SIZE = 100 }; /* the database header, fileformat2 §1.3 */

static bool file_holds_bytes(const char *path, const char *suffix)
{
    char *name = xasprintf("%s%s", path, suffix);
    struct stat st;
    const bool holds = stat(name, &st) == 0 && st.st_size > 0;
    free(name);
    return holds;
}

bool untrusted_db_is_live(const char *path)
{
    return file_holds_bytes(path, "-wal") || file_holds_bytes(path, "-journal");
}

/* URI of the file. Without a -wal or hot journal it is opened as immutable: that needs no
 * -shm, so it works in a read-only directory and leaves nothing behind. */
static char *file_uri(const char *path)
{
    const size_t size = 3 * strlen(path) + 32;
    char *uri = xmalloc(size);
    size_t len = 0;
    const char *prefix = path[0] == '/' ? "file://" : "file:";
    for (const char *p = prefix; *p; p++)
        uri[len++] = *p;
    static const char hex[] = "0123456789ABCDEF";
    for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
        if (*p == '%' || *p == '?' || *p == '#') {
            uri[len++] = '%';
            uri[len++] = hex[*p >> 4];
            uri[len++] = hex[*p & 15];
        } else {
            uri[len++] = (char)*p;
        }
    }
    const char *options = untrusted_db_is_live(path) ? "" : "?immutable=1";
    for (const char *p = options; *p; p++)
        uri[len++] = *p;
    uri[len] = '\0';
    return uri;
}

/* SQLite fills a last page that was cut off with zeros and may read rows of zeros from
 * it. A file with a -wal beside it may end so after a crash: there the -wal has the page.
 */
static bool ends_within_page(const uint8_t head[DB_HEAD_SIZE], const char *path,
                             off_t size)
{
    const unsigned stored = (unsigned)head[16] << 8 | head[17]; /* fileformat2 §1.3.2 */
    const unsigned page_size = stored == 1 ? 65536 : stored;
    return page_size >= 512 && size % (off_t)page_size != 0 &&
           !untrusted_db_is_live(path);
}

/* A plain message for the usual mistakes, before SQLite's own. */
static enum err check_file(const char *path, const char *wanted)
{
    static const char magic[16] = "SQLite format 3";
    uint8_t head[DB_HEAD_SIZE];
    struct stat st;
    if (stat(path, &st) != 0) {
        err_report(_("%s: cannot read: %s"), path, strerror(errno));
        return ERR_INPUT;
    }
    if (!S_ISREG(st.st_mode)) {
        err_report(_("%s: not a file; %s was expected"), path, wanted);
        return ERR_INPUT;
    }
    FILE *f = fopen(path, "rb");
    if (!f) {
        err_report(_("%s: cannot read: %s"), path, strerror(errno));
        return ERR_INPUT;
    }
    const size_t got = fread(head, 1, sizeof head, f);
    (void)fclose(f); /* only read */
    if (got == 0) {
        err_report(_("%s: the file is empty; %s was expected"), path, wanted);
        return ERR_INPUT;
    }
    if (got < sizeof head || memcmp(head, magic, sizeof magic) != 0) {
        err_report(_("%s: not a GeoPackage; %s was expected"), path, wanted);
        return ERR_INPUT;
    }
    if (ends_within_page(head, path, st.st_size)) {
        err_report(_("%s: damaged: cut off at byte %lld; copy it again"), path,
                   (long long)st.st_size);
        return ERR_INPUT;
    }
    return ERR_OK;
}

enum err untrusted_db_open(const char *path, const char *wanted, sqlite3 **db)
{
    enum err err = check_file(path, wanted);
    if (err != ERR_OK)
        return err;
    char *uri = file_uri(path);
    sqlite3 *opened = NULL;
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    int rc = sqlite3_open_v2(uri, &opened, flags, NULL);
    free(uri);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(opened, 5000);
    if (rc == SQLITE_OK)
        rc = dbguard_harden(opened);
    /* The first look at the schema is where most damage shows. */
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(opened, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    if (rc == SQLITE_OK) {
        *db = opened;
        return ERR_OK;
    }
    if (rc == SQLITE_CANTOPEN && file_holds_bytes(path, "-wal"))
        err_report(
            _("%s: unsealed, and its -wal can only be read in a writable directory; "
              "copy both files there"),
            path);
    else
        err_report(_("%s: cannot be opened: %s; %s was expected"), path,
                   opened ? sqlite3_errmsg(opened) : sqlite3_errstr(rc), wanted);
    sqlite3_close(opened);
    return ERR_INPUT;
}

int untrusted_db_table_kind(sqlite3 *db, const char *name)
{
    static const char sql[] = "SELECT coalesce(sum(type = 'table' AND rootpage > 0"
                              " AND sql LIKE 'CREATE TABLE %'), 0), count(*)"
                              " FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE";
    sqlite3_stmt *stmt = NULL;
    int kind = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK ||
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_step(stmt) != SQLITE_ROW)
        goto done;
    const int real = sqlite3_column_int(stmt, 0);
    const int all = sqlite3_column_int(stmt, 1);
    if (all == 0)
        kind = 0;
    else if (all == 1 && real == 1)
        kind = 1;
done:
    sqlite3_finalize(stmt);
    return kind;
}

/* sqlite_schema can lie about what a name is; what a statement really reads cannot. */
static int authorize(void *tables, int action, const char *table, const char *column,
                     const char *schema, const char *view)
{
    (void)column;
    (void)schema;
    if (view)
        return SQLITE_DENY;
    if (action == SQLITE_SELECT || action == SQLITE_FUNCTION)
        return SQLITE_OK;
    if (action != SQLITE_READ || !table)
        return SQLITE_DENY;
    if (sqlite3_stricmp(table, "sqlite_schema") == 0 ||
        sqlite3_stricmp(table, "sqlite_master") == 0)
        return SQLITE_OK;
    for (const char *const *t = tables; *t; t++) {
        if (sqlite3_stricmp(table, *t) == 0)
            return SQLITE_OK;
    }
    return SQLITE_DENY;
}

void untrusted_db_restrict(sqlite3 *db, const char *const *tables)
{
    union {
        const char *const *in;
        void *out;
    } list = {.in = tables}; /* SQLite hands it back untouched */
    (void)sqlite3_set_authorizer(db, authorize, list.out); /* fails on a NULL db only */
}
