/* SQLite and GeoPackage files of places, looked at before GDAL opens them. */
#include "places_guard.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "dbguard.h"
#include "lang.h"
#include "xmem.h"

/* Files that hold their features themselves. Drivers that fetch from a network, follow a
 * description to other files or run another program's code are not for strangers' files.
 */
static const char *const drivers[] = {
    "OSM", /* for roads alone */
    "GeoJSON", "GeoJSONSeq",  "TopoJSON",     "ESRIJSON", "CSV",    "GPKG",
    "SQLite",  "GML",         "FlatGeobuf",   "KML",      "LIBKML", "ESRI Shapefile",
    "GPX",     "OpenFileGDB", "MapInfo File", "DXF",      "ODS",    "XLSX",
    "XLS",     "JML",         "GeoRSS",       "OGR_GMT",  NULL};
const char *const *const places_guard_drivers = drivers + 1;
const char *const *const places_guard_road_drivers = drivers;

static bool is_sqlite(const char *path)
{
    static const char magic[16] = "SQLite format 3";
    char head[sizeof magic];
    FILE *f = fopen(path, "rbe");
    const bool is = f && fread(head, sizeof head, 1, f) == 1 &&
                    memcmp(head, magic, sizeof magic) == 0;
    if (f)
        fclose(f);
    return is;
}

static enum err open_guarded(const char *path, sqlite3 **db)
{
    int rc = sqlite3_open_v2(path, db, SQLITE_OPEN_READONLY, NULL);
    if (rc == SQLITE_OK)
        rc = dbguard_harden(*db);
    if (rc == SQLITE_OK && dbguard_intact(*db))
        return ERR_OK;
    err_report(_("%s: damaged: the check of its pages found a fault (%s); copy it again"),
               path, *db ? sqlite3_errmsg(*db) : sqlite3_errstr(rc));
    sqlite3_close(*db);
    *db = NULL;
    return ERR_INPUT;
}

/* What GDAL reads to find the layers, as views: a query without end could stand there. */
static const char posing[] =
    "SELECT name FROM sqlite_schema WHERE type = 'view' AND (name LIKE 'gpkg\\_%' ESCAPE "
    "'\\' OR lower(name) IN ('geometry_columns', 'spatial_ref_sys', 'layer_styles', "
    "'sqlite_sequence', 'views_geometry_columns', 'virts_geometry_columns', "
    "'geometry_columns_auth', 'data_licenses'))";
/* Modules that hold their own data or index the file's. */
static const char reaching[] =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%' "
    "AND "
    "NOT (lower(sql) LIKE '%using rtree%' OR lower(sql) LIKE '%using \"rtree\"%' OR "
    "lower(sql) "
    "LIKE '%using fts%' OR lower(sql) LIKE '%using virtualspatialindex%' OR lower(sql) "
    "LIKE "
    "'%using virtualelementary%' OR lower(sql) LIKE '%using virtualknn%')";
static const char plain[] = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND "
                            "sql LIKE 'CREATE TABLE%' AND name = ?1 COLLATE NOCASE";

/* `found` is the first name that the query finds, or NULL. */
static enum err find_name(sqlite3 *db, const char *path, const char *sql, char **found)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        err_report(_("%s: cannot be read: %s"), path, sqlite3_errmsg(db));
        return ERR_INPUT;
    }
    const bool any = sqlite3_step(stmt) == SQLITE_ROW;
    *found = any ? xstrdup((const char *)sqlite3_column_text(stmt, 0)) : NULL;
    sqlite3_finalize(stmt);
    return ERR_OK;
}

enum err places_guard_file(const char *path)
{
    sqlite3 *db = NULL;
    char *view = NULL, *reacher = NULL;
    if (!is_sqlite(path))
        return ERR_OK;
    enum err err = open_guarded(path, &db);
    if (err)
        return err;
    err = find_name(db, path, posing, &view);
    if (!err)
        err = find_name(db, path, reaching, &reacher);
    if (view)
        err_report(
            _("%s: \"%s\" is a view where a table was expected; such a file is not "
              "opened"),
            path, view);
    else if (reacher)
        err_report(
            _("%s: \"%s\" is a virtual table, which may read other files; save the "
              "layer as a GeoPackage of its own"),
            path, reacher);
    if (view || reacher)
        err = ERR_INPUT;
    free(view);
    free(reacher);
    sqlite3_close(db);
    return err;
}

enum err places_guard_layer(const char *path, const char *layer)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    if (!is_sqlite(path))
        return ERR_OK;
    enum err err = open_guarded(path, &db);
    if (err)
        return err;
    const bool is_plain = sqlite3_prepare_v2(db, plain, -1, &stmt, NULL) == SQLITE_OK &&
                          sqlite3_bind_text(stmt, 1, layer, -1, NULL) == SQLITE_OK &&
                          sqlite3_step(stmt) == SQLITE_ROW &&
                          sqlite3_column_int(stmt, 0) == 1;
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    if (is_plain)
        return ERR_OK;
    err_report(_("%s: layer \"%s\" is not a plain table (views are not run); save it as "
                 "a GeoPackage of its own"),
               path, layer);
    return ERR_INPUT;
}

const char *places_guard_likely_cause(const char *path)
{
    unsigned char head[2] = {0};
    FILE *f = fopen(path, "rbe");
    const size_t n = f ? fread(head, 1, sizeof head, f) : 0;
    if (f)
        fclose(f);
    if (n == 0)
        return _("the file is empty");
    if (n == 2 &&
        ((head[0] == 0xff && head[1] == 0xfe) || (head[0] == 0xfe && head[1] == 0xff)))
        return _("the text is UTF-16; save it as CSV UTF-8");
    if (n == 2 && head[0] == 0x1f && head[1] == 0x8b)
        return _("the file is compressed; unpack it first");
    return _("neither a map layer that GDAL can read nor a CSV with lat and lon columns "
             "(whose "
             "name must end in .csv)");
}
