/* Geometries of a workspace, read without SpatiaLite's functions: what is read is what
 * those give of the same blob, byte for byte. */
#include <math.h>
#include <sqlite3.h>

#include <spatialite.h>

#include "harness.h"
#include "spatialite_blob.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

static sqlite3_stmt *ask;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    sqlite3 *db = NULL;
    (void)argc;
    (void)argv;
    CHECK(sqlite3_open(":memory:", &db) == SQLITE_OK);
    spatialite_init_ex(db, spatialite_alloc_connection(), 0);
    CHECK(sqlite3_prepare_v2(db, "SELECT AsBinary(?1), X(?1), Y(?1)", -1, &ask, NULL) ==
          SQLITE_OK);
    return 0;
}

static void ask_spatialite(const uint8_t *blob, size_t size)
{
    sqlite3_reset(ask);
    sqlite3_bind_blob64(ask, 1, blob, size, SQLITE_STATIC);
    CHECK(sqlite3_step(ask) == SQLITE_ROW);
}

/* A number that is none comes as NULL. */
static void check_number(double number, int column)
{
    const bool is_null = sqlite3_column_type(ask, column) == SQLITE_NULL;
    CHECK(isnan(number) ? is_null
                        : !is_null && number == sqlite3_column_double(ask, column));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *blob = xmalloc(size), *wkb = xmalloc(size);
    struct latlon p = {0, 0};
    memcpy(blob, data, size);
    if (spatialite_blob_get_point(blob, size, &p)) {
        ask_spatialite(blob, size);
        check_number(p.lon_deg, 1);
        check_number(p.lat_deg, 2);
    }
    const size_t wkb_size = spatialite_blob_get_polygons(blob, size, wkb);
    if (wkb_size > 0) {
        ask_spatialite(blob, size);
        CHECK((size_t)sqlite3_column_bytes(ask, 0) == wkb_size);
        CHECK(memcmp(sqlite3_column_blob(ask, 0), wkb, wkb_size) == 0);
    }
    free(wkb);
    free(blob);
    return 0;
}
