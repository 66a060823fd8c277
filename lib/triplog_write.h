/* Inside the writer of trip logs: its struct, and what triplog.c and triplog_live.c
 * share. */
#ifndef LOMSONG_TRIPLOG_WRITE_H
#define LOMSONG_TRIPLOG_WRITE_H

#include "triplog.h"
#include "triplog_db.h"

struct extent {
    double west_deg, south_deg, east_deg, north_deg; /* NAN without a position */
};

struct triplog_writer {
    char *path;
    sqlite3 *db;
    sqlite3_stmt *add_modem;
    sqlite3_stmt *add_sample;
    sqlite3_stmt *add_event;
    sqlite3_stmt *add_neighbour;
    sqlite3_stmt *add_probe;
    struct extent extent;
};

/* Reports "PATH: cannot WHAT: SQLite's message". */
enum err triplog_write_fail(const struct triplog_writer *w, const char *what);
/* Runs a bound statement that gives no rows and makes it ready for the next. */
int triplog_write_run(sqlite3 *db, sqlite3_stmt *stmt);
int triplog_write_prepare(struct triplog_writer *w);
int triplog_write_bind_column(sqlite3_stmt *stmt, int i,
                              const struct sample_column *column, const struct sample *s);
void triplog_write_free(struct triplog_writer *w);

#endif
