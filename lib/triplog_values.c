/* Values of a trip log's rows, of whatever type the file stores them in. */
#include <math.h>

#include "csvio.h"
#include "triplog_db.h"

int triplog_value_column(sqlite3_stmt *stmt, const char *name)
{
    const int count = sqlite3_column_count(stmt);
    for (int i = 0; i < count; i++) {
        const char *found = sqlite3_column_name(stmt, i);
        if (found && sqlite3_stricmp(found, name) == 0)
            return i;
    }
    return -1;
}

bool triplog_value_int(sqlite3_stmt *stmt, int column, int64_t *value)
{
    const int type = sqlite3_column_type(stmt, column);
    double number;
    if (type == SQLITE_INTEGER) {
        *value = sqlite3_column_int64(stmt, column);
        return true;
    }
    if (type == SQLITE_FLOAT)
        number = sqlite3_column_double(stmt, column);
    else if (type != SQLITE_TEXT ||
             !csvio_number((const char *)sqlite3_column_text(stmt, column), &number))
        return false;
    if (isnan(number))
        return type == SQLITE_TEXT; /* empty: missing */
    if (fabs(number) > 9007199254740992.0 || trunc(number) < number ||
        trunc(number) > number)
        return false;
    *value = (int64_t)number;
    return true;
}

bool triplog_value_double(sqlite3_stmt *stmt, int column, double *value)
{
    const int type = sqlite3_column_type(stmt, column);
    if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
        *value = sqlite3_column_double(stmt, column);
        return true;
    }
    return type == SQLITE_TEXT &&
           csvio_number((const char *)sqlite3_column_text(stmt, column), value);
}

const char *triplog_value_text(sqlite3_stmt *stmt, int column)
{
    if (column < 0 || sqlite3_column_type(stmt, column) == SQLITE_BLOB)
        return "";
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    return text ? text : "";
}
