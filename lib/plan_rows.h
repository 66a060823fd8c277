/* Inside plan_open: rows of a hostile file, value by value, each with the range that it
 * must be in. The first fault is reported and ends the reading. */
#ifndef LOMSONG_PLAN_ROWS_H
#define LOMSONG_PLAN_ROWS_H

#include <sqlite3.h>

#include "plan.h"
#include "untrusted_db.h"

struct plan_reader {
    const char *path;
    sqlite3 *db;
    struct plan *plan;
    struct plan_hamlet *hamlets; /* the plan's, while they are filled */
    struct plan_area *areas;
    size_t area_count;
    struct plan_area **by_code; /* the areas, by area_code */
    struct plan_memory *memory;
};

/* The plan's memory. */
void *plan_reader_keep(struct plan_reader *p, void *block);
/* Reports "PATH: why"; ERR_INPUT. */
enum err plan_reader_refuse(const struct plan_reader *p, const char *why);
/* NULL where there is none. */
struct plan_hamlet *plan_reader_hamlet(const struct plan_reader *p, const char *code);

struct plan_rows {
    struct plan_reader *reader;
    sqlite3_stmt *stmt;
    int64_t row; /* from 1 */
    int column;  /* the next, from 0 */
    enum err err;
};
struct plan_rows plan_rows_open(struct plan_reader *p, const char *sql);
/* False behind the last row and after a fault. */
bool plan_rows_next(struct plan_rows *r);
MUST_CHECK enum err plan_rows_close(struct plan_rows *r);
/* What must be true of a row. */
void plan_rows_check(struct plan_rows *r, bool ok);

/* The next column; NULL is refused but where it says so. A row is read statement by
 * statement: the values of an initializer come in no certain order. */
int64_t plan_rows_int(struct plan_rows *r, int64_t min, int64_t max);
int64_t plan_rows_count(struct plan_rows *r, int64_t min,
                        int64_t max); /* NULL: unknown */
double plan_rows_real(struct plan_rows *r, double min, double max);
/* Without control characters; NULL: "". The plan owns it. */
const char *plan_rows_text(struct plan_rows *r);
char *plan_rows_raw(struct plan_rows *r); /* as it is; the caller frees */
/* The index of a text among these words. */
size_t plan_rows_word(struct plan_rows *r, const char *const *words, size_t count);
enum result plan_rows_result(struct plan_rows *r);
struct latlon plan_rows_point(struct plan_rows *r);  /* NULL: none */
struct latlon plan_rows_latlon(struct plan_rows *r); /* two columns; NULL: none */
const uint8_t *plan_rows_bytes(struct plan_rows *r, size_t *size); /* the plan owns it */

/* Steps of plan_open. */
MUST_CHECK enum err plan_read_bins(struct plan_reader *p);
MUST_CHECK enum err plan_read_needs(struct plan_reader *p);

#endif
