/* A trip log as lomsong's own CSV: every sample, so that the analyzer accepts and rejects
 * the same rows of either. A row that repeats the one before it has its sample_id, too:
 * the same bytes are how a CSV says so. */
#include "export.h"
#include "lang.h"
#include "sample_csv.h"
#include "triplog.h"

enum err export_csv(const char *trip, FILE *out)
{
    struct triplog_reader *reader = NULL;
    struct triplog_info info;
    struct triplog_row row;
    int64_t sample_id = 0, malformed = 0, rows = 0;
    int got = 0;
    const enum err err = triplog_open(trip, &reader, &info);
    if (err)
        return err;
    sample_csv_put_header(out);
    while (!ferror(out) && !export_row_interrupted(rows++) &&
           (got = triplog_next(reader, &row)) == 1) {
        if (row.malformed) {
            malformed++;
            continue;
        }
        if (!row.duplicate)
            sample_id = row.sample_id;
        sample_csv_settle(&row.sample, row.offset_db);
        const struct sample_csv_row csv = {.sample = &row.sample,
                                           .sample_id = sample_id,
                                           .utc_offset_s = info.utc_offset_s,
                                           .has_utc_offset = info.has_utc_offset};
        sample_csv_put(out, &csv);
    }
    triplog_close(reader);
    if (malformed > 0)
        err_warn(_("%s: %lld rows with a value of the wrong type were left out"), trip,
                 (long long)malformed);
    return got < 0 ? ERR_INPUT : ERR_OK;
}
