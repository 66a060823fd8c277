/* Rows of plans, value by value. */
#include "plan_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "xmem.h"

struct plan_memory {
    void **blocks;
    size_t count;
    size_t capacity;
};

void *plan_reader_keep(struct plan_reader *p, void *block)
{
    if (!block)
        return NULL;
    if (!p->memory)
        p->memory = xcalloc(1, sizeof *p->memory);
    struct plan_memory *m = p->memory;
    m->blocks = xgrow(m->blocks, m->count, &m->capacity, sizeof *m->blocks);
    m->blocks[m->count++] = block;
    return block;
}

void plan_close(struct plan *plan)
{
    struct plan_memory *m = plan->memory;
    for (size_t i = 0; m && i < m->count; i++)
        free(m->blocks[i]);
    if (m)
        free(m->blocks);
    free(m);
    rule_free(&plan->rule);
    *plan = (struct plan){.start = geo_none()};
}

enum err plan_reader_refuse(const struct plan_reader *p, const char *why)
{
    err_report("%s: %s", p->path, why);
    return ERR_INPUT;
}

struct plan_rows plan_rows_open(struct plan_reader *p, const char *sql)
{
    struct plan_rows r = {.reader = p};
    if (sqlite3_prepare_v2(p->db, sql, -1, &r.stmt, NULL) != SQLITE_OK)
        r.err = plan_reader_refuse(p, sqlite3_errmsg(p->db));
    return r;
}

bool plan_rows_next(struct plan_rows *r)
{
    if (r->err)
        return false;
    const int rc = sqlite3_step(r->stmt);
    r->column = 0;
    r->row++;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        r->err = plan_reader_refuse(r->reader, sqlite3_errmsg(r->reader->db));
    return rc == SQLITE_ROW;
}

enum err plan_rows_close(struct plan_rows *r)
{
    sqlite3_finalize(r->stmt);
    r->stmt = NULL;
    return r->err;
}

/* Names table and row by what the statement reads. */
static void refuse(struct plan_rows *r, const char *column)
{
    if (r->err)
        return;
    const char *table = strstr(sqlite3_sql(r->stmt), "FROM ");
    table = table ? table + strlen("FROM ") : "";
    err_report(
        _("%s: table %.*s, row %lld: \"%s\" is not what a plan has there; make the "
          "plan anew"),
        r->reader->path, (int)strcspn(table, " "), table, (long long)r->row, column);
    r->err = ERR_INPUT;
}

void plan_rows_check(struct plan_rows *r, bool ok)
{
    if (!ok)
        refuse(r, _("the row"));
}

/* True where the next column, which is passed, has this type. */
static bool column_is(struct plan_rows *r, int type)
{
    if (sqlite3_column_type(r->stmt, r->column++) == type)
        return true;
    refuse(r, sqlite3_column_name(r->stmt, r->column - 1));
    return false;
}

static bool next_is_null(const struct plan_rows *r)
{
    return sqlite3_column_type(r->stmt, r->column) == SQLITE_NULL;
}

int64_t plan_rows_int(struct plan_rows *r, int64_t min, int64_t max)
{
    if (!column_is(r, SQLITE_INTEGER))
        return min;
    const int64_t value = sqlite3_column_int64(r->stmt, r->column - 1);
    if (value >= min && value <= max)
        return value;
    refuse(r, sqlite3_column_name(r->stmt, r->column - 1));
    return min;
}

int64_t plan_rows_count(struct plan_rows *r, int64_t min, int64_t max)
{
    if (!next_is_null(r))
        return plan_rows_int(r, min, max);
    r->column++;
    return ID_UNKNOWN;
}

double plan_rows_real(struct plan_rows *r, double min, double max)
{
    if (!column_is(r, SQLITE_FLOAT))
        return min;
    const double value = sqlite3_column_double(r->stmt, r->column - 1);
    if (value >= min && value <= max)
        return value;
    refuse(r, sqlite3_column_name(r->stmt, r->column - 1));
    return min;
}

char *plan_rows_raw(struct plan_rows *r)
{
    if (!column_is(r, SQLITE_TEXT))
        return xstrdup("");
    const char *text = (const char *)sqlite3_column_text(r->stmt, r->column - 1);
    return xstrdup(text ? text : "");
}

/* The screen of a device shows it: what moves a cursor stays out. */
const char *plan_rows_text(struct plan_rows *r)
{
    enum { MAX_TEXT = 1000 };
    if (next_is_null(r)) {
        r->column++;
        return "";
    }
    char *text = plan_reader_keep(r->reader, plan_rows_raw(r));
    if (strlen(text) > MAX_TEXT)
        refuse(r, sqlite3_column_name(r->stmt, r->column - 1));
    for (char *c = text; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    }
    return text;
}

size_t plan_rows_word(struct plan_rows *r, const char *const *words, size_t count)
{
    const char *text = plan_rows_text(r);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0)
            return i;
    }
    refuse(r, sqlite3_column_name(r->stmt, r->column - 1));
    return 0;
}

enum result plan_rows_result(struct plan_rows *r)
{
    const char *words[RESULT_COUNT];
    for (int i = 0; i < RESULT_COUNT; i++)
        words[i] = judge_result_name((enum result)i);
    return (enum result)plan_rows_word(r, words, RESULT_COUNT);
}

struct latlon plan_rows_point(struct plan_rows *r)
{
    struct latlon p = geo_none();
    if (next_is_null(r)) {
        r->column++;
        return p;
    }
    if (!column_is(r, SQLITE_BLOB))
        return p;
    const void *blob = sqlite3_column_blob(r->stmt, r->column - 1);
    const size_t size = (size_t)sqlite3_column_bytes(r->stmt, r->column - 1);
    if (!blob || geo_blob_read(blob, size, &p) != ERR_OK || !geo_valid(p))
        refuse(r, sqlite3_column_name(r->stmt, r->column - 1));
    return p;
}

struct latlon plan_rows_latlon(struct plan_rows *r)
{
    struct latlon p = geo_none();
    if (next_is_null(r)) {
        r->column += 2;
        return p;
    }
    p.lat_deg = plan_rows_real(r, -90, 90);
    p.lon_deg = plan_rows_real(r, -180, 180);
    return p;
}

const uint8_t *plan_rows_bytes(struct plan_rows *r, size_t *size)
{
    *size = 0;
    if (!column_is(r, SQLITE_BLOB))
        return NULL;
    const void *blob = sqlite3_column_blob(r->stmt, r->column - 1);
    const size_t bytes = (size_t)sqlite3_column_bytes(r->stmt, r->column - 1);
    uint8_t *copy = plan_reader_keep(r->reader, xmalloc(bytes + 1));
    if (blob && bytes > 0)
        memcpy(copy, blob, bytes);
    *size = blob ? bytes : 0;
    return copy;
}
