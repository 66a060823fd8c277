/* A row of a layer, column by column: into a feature of GDAL, or bound to a statement. */
#include <math.h>

#include "out_gpkg.h"
#include "units.h"
#include "utc.h"

static void put_null(struct gpkg_row *row)
{
    const int column = row->next++;
    if (row->stmt)
        sqlite3_bind_null(row->stmt, row->first + column);
    else
        OGR_F_SetFieldNull(row->feature, column);
}

void gpkg_put_integer(struct gpkg_row *row, int64_t value)
{
    const int column = row->next++;
    if (row->stmt)
        sqlite3_bind_int64(row->stmt, row->first + column, value);
    else
        OGR_F_SetFieldInteger64(row->feature, column, value);
}

void gpkg_put_text(struct gpkg_row *row, const char *text)
{
    if (!text || !*text) {
        put_null(row);
        return;
    }
    const int column = row->next++;
    if (row->stmt)
        sqlite3_bind_text(row->stmt, row->first + column, text, -1, SQLITE_TRANSIENT);
    else
        OGR_F_SetFieldString(row->feature, column, text);
}

void gpkg_put_real(struct gpkg_row *row, double value)
{
    if (!isfinite(value)) {
        put_null(row);
        return;
    }
    const int column = row->next++;
    if (row->stmt)
        sqlite3_bind_double(row->stmt, row->first + column, value);
    else
        OGR_F_SetFieldDouble(row->feature, column, value);
}

void gpkg_put_count(struct gpkg_row *row, int64_t value)
{
    if (value == ID_UNKNOWN)
        put_null(row);
    else
        gpkg_put_integer(row, value);
}

void gpkg_put_dbm(struct gpkg_row *row, int dbm)
{
    if (dbm == LEVEL_NONE)
        put_null(row);
    else
        gpkg_put_integer(row, dbm);
}

void gpkg_put_operator(struct gpkg_row *row, mccmnc_t mccmnc)
{
    char digits[MCCMNC_TEXT_SIZE];
    mccmnc_format(mccmnc, digits);
    gpkg_put_text(row, digits);
}

void gpkg_put_time(struct gpkg_row *row, int64_t t_utc_ms)
{
    char text[UTC_TEXT_SIZE];
    utc_format(t_utc_ms, text);
    gpkg_put_text(row, text);
}
