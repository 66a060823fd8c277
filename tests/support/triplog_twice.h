/* A trip log read from its pages and through SQLite, and compared. */
#ifndef LOMSONG_TRIPLOG_TWICE_H
#define LOMSONG_TRIPLOG_TWICE_H

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "triplog.h"
#include "triplog_pages.h"

static inline bool same_double(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static inline bool same_field(const struct sample_column *c, const struct sample *a,
                              const struct sample *b)
{
    const char *x = (const char *)a + c->offset, *y = (const char *)b + c->offset;
    switch (c->type) {
    case SAMPLE_ID:
    case SAMPLE_TIME:
        return memcmp(x, y, sizeof(int64_t)) == 0;
    case SAMPLE_DOUBLE:
        return same_double(*(const double *)(const void *)x,
                           *(const double *)(const void *)y);
    case SAMPLE_STATE:
        return a->state == b->state;
    case SAMPLE_TECH:
        return a->tech == b->tech;
    case SAMPLE_MCC:
    case SAMPLE_MNC:
        return a->mccmnc == b->mccmnc;
    case SAMPLE_TEXT:
        break;
    }
    return true; /* left out by the reader of pages */
}

static inline bool same_row(const struct triplog_row *a, const struct triplog_row *b)
{
    for (size_t i = 0; i < sample_column_count; i++) {
        if (!same_field(&sample_columns[i], &a->sample, &b->sample))
            return false;
    }
    return a->sample_id == b->sample_id && a->duplicate == b->duplicate &&
           a->malformed == b->malformed && same_double(a->offset_db, b->offset_db) &&
           same_double(a->sample.pos.lat_deg, b->sample.pos.lat_deg) &&
           same_double(a->sample.pos.lon_deg, b->sample.pos.lon_deg);
}

/* -1: not a log for the reader of pages. */
static inline int64_t rows_of_pages(struct triplog_pages *p)
{
    struct triplog_pages_reader *r = triplog_pages_reader_new(p);
    struct triplog_row row;
    int64_t rows = 0;
    int got = 0;
    for (size_t piece = 0; got == 0 && piece < triplog_pages_count(p); piece++) {
        (void)triplog_pages_lead(r, piece);
        while ((got = triplog_pages_next(r, &row)) == 1)
            ;
        if (got == 0)
            triplog_pages_piece(r, piece);
        while (got == 0 && (got = triplog_pages_next(r, &row)) == 1) {
            rows++;
            got = 0;
        }
    }
    triplog_pages_reader_free(r);
    return got < 0 ? -1 : rows;
}

/* The rows of each piece, one after the other, beside those of triplog_next(): whether
 * they are the same. */
static inline bool same_rows(struct triplog_pages *p, struct triplog_reader *slow)
{
    struct triplog_pages_reader *r = triplog_pages_reader_new(p);
    struct triplog_row a, b;
    bool same = true;
    for (size_t piece = 0; same && piece < triplog_pages_count(p); piece++) {
        (void)triplog_pages_lead(r, piece);
        while (triplog_pages_next(r, &a) == 1)
            ;
        triplog_pages_piece(r, piece);
        while (same && triplog_pages_next(r, &a) == 1)
            same = triplog_next(slow, &b) == 1 && same_row(&a, &b);
    }
    same = same && triplog_next(slow, &b) == 0;
    triplog_pages_reader_free(r);
    return same;
}

static inline bool same_seal(const struct triplog_pages *p, const char *path)
{
    struct triplog_verdict v;
    if (!triplog_pages_has_seal(p))
        return true;
    return triplog_verify(path, &v) == ERR_OK && v.intact && v.seal_known &&
           v.seal_matches == triplog_pages_seal_matches(p);
}

/* Rows read from the pages; -1 where that is not possible, -2 where SQLite has other rows
 * to tell of, or none. */
static inline int64_t rows_read_twice(const char *path, size_t piece_size)
{
    struct triplog_pages *p = NULL;
    struct triplog_reader *slow = NULL;
    struct triplog_info info, slow_info;
    if (triplog_pages_open(path, piece_size, &p, &info) != ERR_OK || !p)
        return -1;
    int64_t rows = rows_of_pages(p);
    if (rows >= 0) {
        if (triplog_open(path, &slow, &slow_info) != ERR_OK || slow_info.rows != rows ||
            strcmp(slow_info.trip_uuid, info.trip_uuid) != 0 ||
            slow_info.sealed != info.sealed ||
            slow_info.has_utc_offset != info.has_utc_offset ||
            slow_info.utc_offset_s != info.utc_offset_s || !same_rows(p, slow) ||
            !same_seal(p, path))
            rows = -2;
    }
    triplog_close(slow);
    triplog_pages_close(p);
    return rows;
}

#endif
