/* SQLite files from elsewhere: what must be set before anything is read from one. */
#ifndef LOMSONG_DBGUARD_H
#define LOMSONG_DBGUARD_H

#include <sqlite3.h>
#include <stdbool.h>

/* Sets limits, defensive mode, no trust in the schema, no views, triggers, extensions or
 * attached files. SQLite's code. */
int dbguard_harden(sqlite3 *db);

/* For a file that is written too, and whose own triggers must run: defensive mode, no
 * trust in the schema, no views, and functions that reach out of the file do nothing in
 * it. SQLite's code. */
int dbguard_distrust(sqlite3 *db);

/* Whether the pages hang together. What cannot be checked is not intact. */
bool dbguard_intact(sqlite3 *db);

#endif
