/* A trip log copied while it may be in use. SQLite's own backup sees what is in the -wal,
 * and runs nothing that the schema of a hostile file holds. */
#include <string.h>

#include "lang.h"
#include "triplog.h"
#include "triplog_db.h"

static int copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return sqlite3_errcode(to);
    const int rc = sqlite3_backup_step(backup, -1);
    const int ended = sqlite3_backup_finish(backup);
    return rc == SQLITE_DONE ? ended : rc;
}

enum err triplog_copy(const char *path, const char *to)
{
    sqlite3 *source = NULL, *target = NULL;
    enum err err = triplog_db_open(path, &source);
    if (err)
        return err;
    int rc = sqlite3_open_v2(
        to, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
        NULL);
    if (rc == SQLITE_OK)
        rc = copy_pages(source, target);
    if (rc != SQLITE_OK) {
        err_report(_("%s: cannot be copied to %s: %s"), path, to,
                   target ? sqlite3_errmsg(target) : sqlite3_errstr(rc));
        err = ERR_FAILED;
    }
    if (sqlite3_close(target) != SQLITE_OK && !err)
        err = ERR_FAILED;
    sqlite3_close(source);
    return err;
}
