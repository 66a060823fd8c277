/* The rows of a GeoPackage's layers, bound to prepared statements: geometries as blobs
 * (OGC 12-128r18 §2.1.3), the spatial index packed once all boxes are known. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "out_gpkg.h"
#include "out_layer.h"
#include "rtree_pack.h"
#include "xmem.h"

/* Of one statement: GDAL's tables are AUTOINCREMENT, for which SQLite writes a row of
 * sqlite_sequence at the end of each. */
enum { ROWS_AT_ONCE = 32 };

enum { HEADER_SIZE = 8, ENVELOPE_SIZE = 4 * sizeof(double) };
/* The flags of a blob: little endian, what envelope, whether the geometry is empty. */
enum { FLAG_LITTLE_ENDIAN = 1, FLAG_ENVELOPE_XY = 1 << 1, FLAG_EMPTY = 1 << 4 };

/* One layer being written. */
struct writer {
    struct out_gdal *g;
    sqlite3 *db;
    const struct gpkg_layer *layer;
    const struct model *m;
    int srs_id;
    sqlite3_stmt *many, *one; /* that insert ROWS_AT_ONCE rows, or one */
    sqlite3_stmt *insert;     /* one of them, being bound */
    int parameter;            /* of it, the last one bound */
    uint8_t *blob;
    size_t blob_capacity;
    struct rtree_entry *entries;
    size_t entry_count, entry_capacity;
    double box[4]; /* of all geometries: x_min, x_max, y_min, y_max */
    int64_t rows;
};

static bool check(struct writer *w, int code)
{
    return out_gdal_check(w->g,
                          code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW,
                          sqlite3_errmsg(w->db));
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        *at++ = (uint8_t)(value >> (8 * i));
    return at;
}

static uint8_t *put_double(uint8_t *at, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++)
        *at++ = (uint8_t)(bits >> (8 * i));
    return at;
}

/* Makes room for a blob, and writes its head; returns where its WKB goes. */
static uint8_t *begin_blob(struct writer *w, int flags, const double box[4],
                           size_t wkb_size)
{
    const uint8_t head[] = {'G', 'P', 0, (uint8_t)(flags | FLAG_LITTLE_ENDIAN)};
    const size_t size = HEADER_SIZE + ENVELOPE_SIZE + wkb_size;
    if (size > w->blob_capacity) {
        w->blob = xreallocarray(w->blob, size, 2);
        w->blob_capacity = 2 * size;
    }
    uint8_t *at = put_bytes(w->blob, head, sizeof head);
    at = put_u32(at, (uint32_t)w->srs_id);
    for (int i = 0; i < 4 && (flags & FLAG_ENVELOPE_XY); i++)
        at = put_double(at, box[i]);
    return at;
}

/* Binds the blob that ends at `end`, and remembers its box. */
static void take_blob(struct writer *w, const uint8_t *end, const double box[4])
{
    sqlite3_bind_blob64(w->insert, w->parameter, w->blob, (size_t)(end - w->blob),
                        SQLITE_TRANSIENT);
    if (!box)
        return;
    w->entries =
        xgrow(w->entries, w->entry_count, &w->entry_capacity, sizeof *w->entries);
    w->entries[w->entry_count++] = rtree_pack_entry(w->rows, box);
    for (int i = 0; i < 4; i += 2) {
        w->box[i] = fmin(w->box[i], box[i]);
        w->box[i + 1] = fmax(w->box[i + 1], box[i + 1]);
    }
}

static void bind_square(struct writer *w, const double box[4])
{
    enum { WKB_SIZE = 1 + 3 * 4 + 5 * 2 * 8, POLYGON = 3, RINGS = 1, POINTS = 5 };
    static const int corners[POINTS][2] = {{0, 2}, {1, 2}, {1, 3}, {0, 3}, {0, 2}};
    uint8_t *at = begin_blob(w, FLAG_ENVELOPE_XY, box, WKB_SIZE);
    *at++ = wkbNDR;
    at = put_u32(at, POLYGON);
    at = put_u32(at, RINGS);
    at = put_u32(at, POINTS);
    for (int i = 0; i < POINTS; i++) {
        at = put_double(at, box[corners[i][0]]);
        at = put_double(at, box[corners[i][1]]);
    }
    take_blob(w, at, box);
}

/* A point is its own envelope; what is empty has none. */
static void bind_geometry(struct writer *w, OGRGeometryH g)
{
    OGREnvelope e;
    const bool empty = OGR_G_IsEmpty(g);
    const bool point = wkbFlatten(OGR_G_GetGeometryType(g)) == wkbPoint;
    const size_t size = (size_t)OGR_G_WkbSize(g);
    OGR_G_GetEnvelope(g, &e);
    const double box[4] = {e.MinX, e.MaxX, e.MinY, e.MaxY};
    uint8_t *wkb = begin_blob(w,
                              empty   ? FLAG_EMPTY
                              : point ? 0
                                      : FLAG_ENVELOPE_XY,
                              box, size);
    OGR_G_ExportToIsoWkb(g, wkbNDR, wkb);
    take_blob(w, wkb + size, empty ? NULL : box);
}

/* Binds fid, geometry and columns of row `i`. */
static void bind_row(struct writer *w, size_t i)
{
    const struct gpkg_layer *layer = w->layer;
    sqlite3_bind_int64(w->insert, ++w->parameter, ++w->rows);
    sqlite3_bind_null(w->insert, ++w->parameter);
    struct gpkg_row row = {.stmt = w->insert, .first = w->parameter + 1};
    if (layer->square && !w->m->out_crs) {
        double box[4];
        layer->square(w->m, i, box);
        layer->fill(w->m, i, &row);
        bind_square(w, box);
    } else {
        OGRGeometryH shape =
            out_layer_move(w->m, w->m->out_crs, gpkg_layer_fill(layer, w->m, i, &row));
        if (shape)
            bind_geometry(w, shape);
        OGR_G_DestroyGeometry(shape);
    }
    assert(row.next == layer->column_count);
    w->parameter += layer->column_count;
}

static bool put_rows(struct writer *w)
{
    const struct gpkg_layer *layer = w->layer;
    const size_t count = layer->row_count(w->m);
    size_t left = 0;
    for (size_t i = 0; i < count; i = out_layer_next(layer, w->m, i))
        left++;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i = out_layer_next(layer, w->m, i)) {
        if (w->parameter == 0)
            w->insert = left >= ROWS_AT_ONCE ? w->many : w->one;
        bind_row(w, i);
        left--;
        if (w->parameter < sqlite3_bind_parameter_count(w->insert))
            continue;
        w->parameter = 0;
        sqlite3_step(w->insert);
        ok = check(w, sqlite3_reset(w->insert));
    }
    return ok;
}

static bool prepare_insert(struct writer *w, int rows, sqlite3_stmt **stmt)
{
    sqlite3_str *sql = sqlite3_str_new(w->db);
    sqlite3_str_appendf(sql, "INSERT INTO \"%w\" VALUES ", w->layer->name);
    for (int r = 0; r < rows; r++) {
        sqlite3_str_appendall(sql, r == 0 ? "(?, ?" : "), (?, ?");
        for (int i = 0; i < w->layer->column_count; i++)
            sqlite3_str_appendall(sql, ", ?");
    }
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    const int code = sqlite3_prepare_v2(w->db, text, -1, stmt, NULL);
    sqlite3_free(text);
    return check(w, code);
}

/* Runs a statement made of a text with %w for the layer's name. */
static bool run(struct writer *w, const char *format)
{
    char *sql = sqlite3_mprintf(format, w->layer->name, w->layer->name);
    const int code = sqlite3_exec(w->db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    return check(w, code);
}

/* The triggers of the layer's table, which count rows and index boxes one by one, one
 * text for all, a blank where it has none; dropped. NULL, noted, on failure. */
static char *take_triggers(struct writer *w)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3_str *made = sqlite3_str_new(w->db), *drop = sqlite3_str_new(w->db);
    int code = sqlite3_prepare_v2(w->db,
                                  "SELECT name, sql FROM sqlite_schema WHERE type = "
                                  "'trigger' AND tbl_name = ? ORDER BY rowid",
                                  -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(stmt, 1, w->layer->name, -1, SQLITE_STATIC);
    while (code == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        sqlite3_str_appendf(drop, "DROP TRIGGER \"%w\";", sqlite3_column_text(stmt, 0));
        sqlite3_str_appendf(made, "%s;", sqlite3_column_text(stmt, 1));
    }
    if (code == SQLITE_OK)
        code = sqlite3_reset(stmt);
    sqlite3_finalize(stmt);
    sqlite3_str_appendall(made, " "); /* SQLite's text of nothing is NULL */
    if (code == SQLITE_OK)
        code = sqlite3_str_errcode(made);
    if (code == SQLITE_OK)
        code = sqlite3_str_errcode(drop);
    char *text = sqlite3_str_finish(made), *drops = sqlite3_str_finish(drop);
    if (code == SQLITE_OK && drops)
        code = sqlite3_exec(w->db, drops, NULL, NULL, NULL);
    sqlite3_free(drops);
    if (check(w, code))
        return text;
    sqlite3_free(text);
    return NULL;
}

/* What GDAL keeps of a layer besides its rows: its extent and their count. */
static bool put_facts(struct writer *w)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = check(
        w, sqlite3_prepare_v2(w->db,
                              "UPDATE gpkg_contents SET min_x = ?, max_x = ?, min_y = ?, "
                              "max_y = ? WHERE table_name = ?",
                              -1, &stmt, NULL));
    if (ok && w->entry_count > 0) {
        for (int i = 0; i < 4; i++)
            sqlite3_bind_double(stmt, i + 1, w->box[i]);
        sqlite3_bind_text(stmt, 5, w->layer->name, -1, SQLITE_STATIC);
        ok = check(w, sqlite3_step(stmt));
    }
    sqlite3_finalize(stmt);
    return ok && run(w, "UPDATE gpkg_ogr_contents SET feature_count = (SELECT count(*) "
                        "FROM \"%w\") WHERE table_name = '%q'");
}

static bool put_index(struct writer *w)
{
    char *table = sqlite3_mprintf("rtree_%s_geom", w->layer->name);
    const int code = rtree_pack(w->db, table, w->entries, w->entry_count);
    sqlite3_free(table);
    return check(w, code);
}

bool gpkg_write_rows(struct out_gdal *g, sqlite3 *db, const struct gpkg_layer *layer,
                     const struct model *m)
{
    struct writer w = {.g = g,
                       .db = db,
                       .layer = layer,
                       .m = m,
                       .srs_id = crs_epsg(m->out_crs ? m->out_crs : m->crs),
                       .box = {INFINITY, -INFINITY, INFINITY, -INFINITY}};
    char *triggers = take_triggers(&w);
    bool ok = triggers && prepare_insert(&w, ROWS_AT_ONCE, &w.many) &&
              prepare_insert(&w, 1, &w.one) && put_rows(&w);
    ok = ok && put_index(&w) && put_facts(&w) &&
         check(&w, sqlite3_exec(db, triggers, NULL, NULL, NULL));
    sqlite3_finalize(w.many);
    sqlite3_finalize(w.one);
    sqlite3_free(triggers);
    free(w.entries);
    free(w.blob);
    return ok;
}
