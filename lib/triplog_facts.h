/* What a trip log says beside its samples. Not for modules outside the trip log. */
#ifndef LOMSONG_TRIPLOG_FACTS_H
#define LOMSONG_TRIPLOG_FACTS_H

#include "triplog.h"
#include "triplog_db.h"

struct modem_facts;
struct triplog_facts {
    struct modem_facts *modems;
    size_t modem_count;
};

/* The modems. A missing table or column is no fault: the samples name their networks
 * themselves. ERR_INPUT, reported, where they cannot be read, or one has an offset_db
 * that nobody can mean. */
MUST_CHECK enum err triplog_facts_read(sqlite3 *db, const char *path,
                                       struct triplog_facts *facts);
void triplog_facts_free(struct triplog_facts *facts);
/* Fills in what the log says of its trip; `rows` is left as it is. */
MUST_CHECK enum err triplog_facts_trip(sqlite3 *db, const char *path,
                                       struct triplog_info *info);

/* Gives a row the offset of its modem and the operator that it counts for. */
void triplog_facts_settle(const struct triplog_facts *facts, mccmnc_t serving,
                          struct triplog_row *row);

#endif
