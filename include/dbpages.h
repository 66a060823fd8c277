/* The pages of a SQLite file without SQLite (sqlite.org/fileformat2.html): for tables so
 * large that stepping through them row by row would take most of the time. Only what is
 * beyond doubt is read: a page that does not hold exactly what it says, one that belongs
 * to two tables or to none, anything rare, and the file is left to SQLite, which knows
 * what to say of it. No function here reports anything. */
#ifndef LOMSONG_DBPAGES_H
#define LOMSONG_DBPAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An open file; may be shared by threads. */
struct dbpages;

/* NULL where the file cannot be read, is not UTF-8, is vacuumed by itself, or has a size
 * that its header does not tell. Without a -wal or hot journal: the caller's business. */
struct dbpages *dbpages_open(const char *path);
void dbpages_close(struct dbpages *p);

/* Walks a b-tree of any kind and takes note of its pages; false where one is taken
 * already, or makes no sense. */
bool dbpages_take_tree(struct dbpages *p, uint32_t root);
/* Likewise for a table that is to be read. Its leaves are looked at when they are. */
bool dbpages_take_table(struct dbpages *p, uint32_t root);
/* Once all trees are taken: true where they and the free pages are the whole file. */
bool dbpages_is_whole(struct dbpages *p);

/* The leaves of the table in order of its keys, and the largest key that may stand in
 * one (INT64_MAX: the last). */
size_t dbpages_leaf_count(const struct dbpages *p);
int64_t dbpages_leaf_last_key(const struct dbpages *p, size_t leaf);
size_t dbpages_page_size(const struct dbpages *p);

/* A reader of the table's rows; one thread's. */
struct dbpages_cursor;
struct dbpages_cursor *dbpages_cursor_open(const struct dbpages *p);
void dbpages_cursor_close(struct dbpages_cursor *c);
/* The next row is the first of this leaf. */
void dbpages_cursor_seek(struct dbpages_cursor *c, size_t leaf);

enum { DBPAGES_BEHIND = 8 }; /* bytes behind a record that can be read, too */
struct dbpages_row {
    int64_t key;
    const uint8_t *record; /* valid until the next call */
    size_t size;
};
/* 1 with a row, 0 behind the last one, -1 where a leaf is not beyond doubt. A row that
 * goes on in overflow pages is one of the doubts. */
int dbpages_cursor_next(struct dbpages_cursor *c, struct dbpages_row *row);

/* Reads a variable-length integer (fileformat2 §1.6) and moves on; false where it does
 * not end before `end`. */
bool dbpages_varint(const uint8_t **at, const uint8_t *end, uint64_t *value);

#endif
