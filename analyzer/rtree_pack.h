/* A packed R*Tree: the index of SQLite's module rtree, written in one go for many boxes
 * instead of box by box. */
#ifndef LOMSONG_RTREE_PACK_H
#define LOMSONG_RTREE_PACK_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/* A box around what has this id. SQLite keeps 32-bit floats: make them with
 * rtree_pack_entry(), which never cuts anything off. */
struct rtree_entry {
    int64_t id;   /* at least 1 */
    float box[4]; /* x_min, x_max, y_min, y_max, as the module has them */
};
struct rtree_entry rtree_pack_entry(int64_t id, const double box[4]);

/* Fills the empty two-dimensional R*Tree `table` of 32-bit floats, in the caller's
 * transaction; the order of the entries, which is changed, is of no matter. Ids must
 * differ. Returns SQLite's code: SQLITE_OK, or that of the first failure, with its
 * message in the database. */
int rtree_pack(sqlite3 *db, const char *table, struct rtree_entry *entries, size_t count);

#endif
