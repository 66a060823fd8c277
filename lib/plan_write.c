/* Writing plans: plain SQL into a new GeoPackage, which takes its name when it is whole.
 * The same plan gives the same bytes. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lang.h"
#include "plan.h"
#include "schema.h"
#include "xmem.h"

/* Rows of one table, a value after the other; the first error stays. */
struct rows {
    sqlite3 *db;
    sqlite3_stmt *stmt;
    int column; /* filled so far */
    int rc;
};

static struct rows rows_open(sqlite3 *db, const char *sql)
{
    struct rows r = {.db = db};
    r.rc = sqlite3_prepare_v2(db, sql, -1, &r.stmt, NULL);
    return r;
}

static void put_int(struct rows *r, int64_t value)
{
    if (r->rc == SQLITE_OK)
        r->rc = sqlite3_bind_int64(r->stmt, ++r->column, value);
}

static void put_null(struct rows *r)
{
    if (r->rc == SQLITE_OK)
        r->rc = sqlite3_bind_null(r->stmt, ++r->column);
}

static void put_count(struct rows *r, int64_t value)
{
    if (value == ID_UNKNOWN)
        put_null(r);
    else
        put_int(r, value);
}

static void put_real(struct rows *r, double value)
{
    if (r->rc == SQLITE_OK && isfinite(value))
        r->rc = sqlite3_bind_double(r->stmt, ++r->column, value);
    else
        put_null(r);
}

static void put_text(struct rows *r, const char *text)
{
    if (r->rc == SQLITE_OK)
        r->rc = sqlite3_bind_text(r->stmt, ++r->column, text, -1, SQLITE_TRANSIENT);
}

static void put_blob(struct rows *r, const void *data, size_t size)
{
    if (r->rc == SQLITE_OK)
        r->rc = sqlite3_bind_blob64(r->stmt, ++r->column, data, size, SQLITE_TRANSIENT);
}

static void put_point(struct rows *r, struct latlon p)
{
    uint8_t blob[GEO_BLOB_SIZE];
    if (!geo_valid(p)) {
        put_null(r);
        return;
    }
    geo_blob_write(p, blob);
    put_blob(r, blob, sizeof blob);
}

static void rows_next(struct rows *r)
{
    if (r->rc == SQLITE_OK) {
        const int rc = sqlite3_step(r->stmt);
        r->rc = rc == SQLITE_DONE ? sqlite3_reset(r->stmt) : rc;
    }
    r->column = 0;
}

static int rows_close(struct rows *r)
{
    const int rc = r->rc;
    sqlite3_finalize(r->stmt);
    return rc;
}

/* A line or the ring of a polygon as StandardGeoPackageBinary (OGC 12-128r18 §2.1.3), by
 * the one of its first point: header and byte order are the same. */
static void put_line(struct rows *r, const struct latlon *points, size_t count, bool ring)
{
    enum { HEAD = 8, WKB_HEAD = 5, XY = 16, LINE = 2, POLYGON = 3 };
    uint8_t point[GEO_BLOB_SIZE];
    const size_t total = ring ? count + 1 : count;
    const size_t counts = ring ? 8 : 4;
    uint8_t *blob = xcalloc(1, HEAD + WKB_HEAD + counts + total * XY);
    size_t at = HEAD + WKB_HEAD;
    geo_blob_write(points[0], point);
    memcpy(blob, point, HEAD + WKB_HEAD);
    blob[HEAD + 1] = ring ? POLYGON : LINE;
    if (ring) {
        blob[at] = 1; /* ring */
        at += 4;
    }
    for (int i = 0; i < 4; i++)
        blob[at++] = (uint8_t)(total >> 8 * i & 0xff);
    for (size_t i = 0; i < total; i++, at += XY) {
        geo_blob_write(points[i % count], point);
        memcpy(blob + at, point + HEAD + WKB_HEAD, XY);
    }
    put_blob(r, blob, at);
    free(blob);
}

static int write_plan(sqlite3 *db, const struct plan *p)
{
    struct rows r = rows_open(
        db, "INSERT INTO plan VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "?, ?, ?)");
    put_int(&r, PLAN_SCHEMA_VERSION);
    put_text(&r, "lomsong " LOMSONG_VERSION);
    put_text(&r, p->survey);
    put_text(&r, p->rule.text);
    put_int(&r, p->epsg);
    put_text(&r, p->operation);
    put_real(&r, p->bin_size_m);
    put_int(&r, p->utc_offset_s);
    put_int(&r, p->as_of_day);
    put_int(&r, p->as_of_fixed);
    put_real(&r, p->limits.max_acc_m);
    put_int(&r, p->limits.max_fix_age_ms);
    put_int(&r, p->limits.max_level_age_ms);
    put_real(&r, p->limits.max_frozen_level_m);
    put_real(&r, p->limits.max_frozen_fix_m);
    put_count(&r, p->limits.max_frozen_fix_ms == INT64_MAX ? ID_UNKNOWN
                                                           : p->limits.max_frozen_fix_ms);
    put_real(&r, p->start.lat_deg);
    put_real(&r, p->start.lon_deg);
    rows_next(&r);
    return rows_close(&r);
}

static int64_t wanted_of(const struct plan_hamlet *h)
{
    int64_t count = 0;
    for (size_t i = 0; i < h->area_count; i++)
        count += (int64_t)h->areas[i].wanted_count;
    return count;
}

static int write_hamlets(sqlite3 *db, const struct plan *p)
{
    struct rows r = rows_open(db, "INSERT INTO plan_hamlet (geom, hamlet_code, name, "
                                  "commune, households, difficult, value, bins_wanted, "
                                  "service_s, possible, visits)"
                                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    int64_t *visits = xcalloc(p->hamlet_count + 1, sizeof *visits);
    for (size_t i = 0; i < p->stop_count; i++)
        visits[p->stops[i].hamlet]++;
    for (size_t i = 0; i < p->hamlet_count; i++) {
        const struct plan_hamlet *h = &p->hamlets[i];
        put_point(&r, h->point);
        put_text(&r, h->hamlet_code);
        put_text(&r, h->name);
        put_text(&r, h->commune);
        put_count(&r, h->households);
        put_int(&r, h->difficult);
        put_real(&r, h->value);
        put_int(&r, wanted_of(h));
        put_int(&r, h->service_s);
        put_int(&r, h->possible);
        put_int(&r, visits[i]);
        rows_next(&r);
    }
    free(visits);
    return rows_close(&r);
}

static void put_area(struct rows *r, const struct plan_hamlet *h, size_t number)
{
    const struct plan_area *a = &h->areas[number];
    put_point(r, a->point);
    put_text(r, a->area_code);
    put_text(r, h->hamlet_code);
    put_int(r, (int64_t)number);
    put_text(r, a->kind);
    put_text(r, a->name);
    put_count(r, a->households);
    put_text(r, judge_result_name(a->result));
    put_int(r, (int64_t)a->bin_count);
    put_int(r, (int64_t)a->wanted_count);
    put_int(r, a->samples_each);
    rows_next(r);
}

/* Place of a bin in the walk, from 1; 0 where it is not wanted. */
static int64_t walk_of(const struct plan_area *a, struct judge_bin bin)
{
    for (size_t i = 0; i < a->wanted_count; i++) {
        if (a->wanted[i].bin_x == bin.bin_x && a->wanted[i].bin_y == bin.bin_y)
            return (int64_t)i + 1;
    }
    return 0;
}

static void put_area_bins(struct rows *r, const struct plan_area *a)
{
    for (size_t i = 0; i < a->bin_count; i++) {
        const int64_t walk = walk_of(a, a->bins[i]);
        put_text(r, a->area_code);
        put_int(r, a->bins[i].bin_x);
        put_int(r, a->bins[i].bin_y);
        put_count(r, walk > 0 ? walk : ID_UNKNOWN);
        rows_next(r);
    }
}

static void put_needs(struct rows *r, const struct plan_area *a)
{
    for (size_t i = 0; i < a->need_count; i++) {
        const struct plan_need *n = &a->needs[i];
        char digits[MCCMNC_TEXT_SIZE];
        mccmnc_format(n->mccmnc, digits);
        put_text(r, a->area_code);
        put_text(r, digits);
        put_text(r, judge_result_name(n->result));
        put_int(r, n->bins_seen);
        put_count(r, n->bins_to_pass);
        put_count(r, n->bins_to_fail);
        rows_next(r);
    }
}

static int write_areas(sqlite3 *db, const struct plan *p)
{
    struct rows areas =
        rows_open(db, "INSERT INTO plan_area (geom, area_code, hamlet_code, area_number, "
                      "area_kind, name, households, result, bins_total, bins_wanted, "
                      "samples_each) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    struct rows bins = rows_open(db, "INSERT INTO plan_area_bin VALUES (?, ?, ?, ?)");
    struct rows needs = rows_open(db, "INSERT INTO plan_need VALUES (?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < p->hamlet_count; i++) {
        for (size_t k = 0; k < p->hamlets[i].area_count; k++) {
            put_area(&areas, &p->hamlets[i], k);
            put_area_bins(&bins, &p->hamlets[i].areas[k]);
            put_needs(&needs, &p->hamlets[i].areas[k]);
        }
    }
    const int codes[] = {rows_close(&areas), rows_close(&bins), rows_close(&needs)};
    return codes[0] ? codes[0] : codes[1] ? codes[1] : codes[2];
}

static int write_evidence(sqlite3 *db, const struct plan *p)
{
    struct rows packs = rows_open(db, "INSERT INTO plan_tally VALUES (?, ?, ?, ?, ?)");
    struct rows logs = rows_open(db, "INSERT INTO plan_log VALUES (?, ?)");
    for (size_t i = 0; i < p->pack_count; i++) {
        put_int(&packs, p->packs[i].tile_x);
        put_int(&packs, p->packs[i].tile_y);
        put_int(&packs, p->packs[i].first_day);
        put_int(&packs, p->packs[i].last_day);
        put_blob(&packs, p->packs[i].bytes, p->packs[i].size);
        rows_next(&packs);
    }
    for (size_t i = 0; i < p->log_count; i++) {
        put_text(&logs, p->logs[i].trip_uuid);
        put_int(&logs, p->logs[i].rows);
        rows_next(&logs);
    }
    const int codes[] = {rows_close(&packs), rows_close(&logs)};
    return codes[0] ? codes[0] : codes[1];
}

static int write_stops(sqlite3 *db, const struct plan *p)
{
    struct rows r = rows_open(
        db, "INSERT INTO plan_stop (geom, team, day, stop, hamlet_code, hamlet, commune, "
            "bins_wanted, arrive_s, leave_s, leg_m, value)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < p->stop_count; i++) {
        const struct plan_stop *s = &p->stops[i];
        const struct plan_hamlet *h = &p->hamlets[s->hamlet];
        put_point(&r, h->point);
        put_int(&r, s->team);
        put_int(&r, s->day);
        put_int(&r, s->order);
        put_text(&r, h->hamlet_code);
        put_text(&r, h->name);
        put_text(&r, h->commune);
        put_int(&r, wanted_of(h));
        put_int(&r, s->arrive_s);
        put_int(&r, s->leave_s);
        put_int(&r, s->leg_m);
        put_real(&r, h->value);
        rows_next(&r);
    }
    return rows_close(&r);
}

static int write_routes(sqlite3 *db, const struct plan_drawing *d)
{
    struct rows r = rows_open(
        db, "INSERT INTO plan_route (geom, team, day, stops, way_m, time_s, value)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < d->route_count; i++) {
        const struct plan_route *route = &d->routes[i];
        put_line(&r, route->points, route->point_count, false);
        put_int(&r, route->team);
        put_int(&r, route->day);
        put_int(&r, route->stops);
        put_int(&r, route->way_m);
        put_int(&r, route->time_s);
        put_real(&r, route->value);
        rows_next(&r);
    }
    return rows_close(&r);
}

static void put_wanted(struct rows *r, const struct plan_hamlet *h,
                       const struct plan_drawing *d)
{
    for (size_t k = 0; k < h->area_count; k++) {
        const struct plan_area *a = &h->areas[k];
        for (size_t b = 0; b < a->wanted_count; b++) {
            struct latlon corners[4];
            d->corners(d->ctx, a->wanted[b], corners);
            put_line(r, corners, 4, true);
            put_int(r, a->wanted[b].bin_x);
            put_int(r, a->wanted[b].bin_y);
            put_text(r, a->area_code);
            put_text(r, h->name);
            put_int(r, (int64_t)b + 1);
            put_int(r, a->samples_each);
            rows_next(r);
        }
    }
}

static int write_bins(sqlite3 *db, const struct plan *p, const struct plan_drawing *d)
{
    struct rows r =
        rows_open(db, "INSERT INTO plan_bin (geom, bin_x, bin_y, area_code, hamlet, "
                      "walk, samples_each) VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < p->hamlet_count; i++)
        put_wanted(&r, &p->hamlets[i], d);
    return rows_close(&r);
}

static int write_styles(sqlite3 *db, const struct plan_drawing *d)
{
    /* QGIS compares the first two with '' and finds nothing where they are NULL. */
    struct rows r = rows_open(
        db, "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, useAsDefault, description, owner, "
            "update_time) VALUES ('', '', ?1, 'geom', ?2, ?3, 1, ?2, 'lomsong', "
            "'1970-01-01T00:00:00.000Z')");
    for (size_t i = 0; i < d->style_count; i++) {
        put_text(&r, d->styles[i].layer);
        put_text(&r, d->styles[i].name);
        put_text(&r, d->styles[i].qml);
        rows_next(&r);
    }
    return rows_close(&r);
}

static int write_all(sqlite3 *db, const struct plan *p, const struct plan_drawing *d)
{
    static const char *const sections[] = {"geopackage", "plan"};
    int rc = sqlite3_exec(db, "PRAGMA journal_mode=MEMORY; BEGIN", NULL, NULL, NULL);
    for (size_t i = 0; rc == SQLITE_OK && i < 2; i++) {
        char *schema = schema_section(sections[i]);
        rc = sqlite3_exec(db, schema, NULL, NULL, NULL);
        free(schema);
    }
    if (rc == SQLITE_OK)
        rc = write_plan(db, p);
    if (rc == SQLITE_OK)
        rc = write_hamlets(db, p);
    if (rc == SQLITE_OK)
        rc = write_areas(db, p);
    if (rc == SQLITE_OK)
        rc = write_evidence(db, p);
    if (rc == SQLITE_OK)
        rc = write_stops(db, p);
    if (rc == SQLITE_OK && d)
        rc = write_routes(db, d);
    if (rc == SQLITE_OK && d)
        rc = write_bins(db, p, d);
    if (rc == SQLITE_OK && d)
        rc = write_styles(db, d);
    return rc == SQLITE_OK ? sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) : rc;
}

/* Over what is there, for a plan is made anew as often as one likes. */
static enum err take_name(const char *part, const char *path)
{
    const int fd = open(part, O_RDONLY | O_CLOEXEC);
    const bool safe = fd >= 0 && fsync(fd) == 0;
    const int cause = errno;
    if (fd >= 0)
        (void)close(fd); /* only read */
    if (safe && rename(part, path) == 0)
        return ERR_OK;
    err_report(_("%s: cannot write: %s"), path, strerror(safe ? errno : cause));
    return ERR_FAILED;
}

enum err plan_write(const char *path, const struct plan *plan,
                    const struct plan_drawing *drawing)
{
    char *part = xasprintf("%s.part", path);
    sqlite3 *db = NULL;
    enum err err = ERR_OK;
    (void)unlink(part); /* of a run that was cut off */
    int rc = sqlite3_open_v2(part, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (rc == SQLITE_OK)
        rc = write_all(db, plan, drawing);
    if (rc != SQLITE_OK) {
        err_report(_("%s: cannot write the plan: %s"), path,
                   db ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
        err = ERR_FAILED;
    }
    sqlite3_close(db);
    if (!err)
        err = take_name(part, path);
    if (err)
        (void)unlink(part);
    free(part);
    return err;
}
