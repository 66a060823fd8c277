/* Trip logs: a file as it is, maybe gzipped, or, since changed bytes rarely make another
 * table, the SQL that makes one. */
#include "../support/triplog_twice.h"
#include "sql_input.h"
#include "triplog.h"

static enum err look(void *ctx, const struct triplog_probe_row *row)
{
    (void)ctx;
    CHECK(row->probe.kind && row->probe.result && row->probe.reason && row->probe.raw);
    CHECK(row->malformed || (*row->probe.kind && *row->probe.result));
    return ERR_OK;
}

/* Rows read; -1 where the file cannot be opened or read to its end. */
static int64_t read_rows(const char *path, struct triplog_info *info)
{
    struct triplog_reader *r = NULL;
    struct triplog_row row;
    int64_t rows = 0;
    int rc;
    if (triplog_open(path, &r, info) != ERR_OK)
        return -1;
    CHECK(strlen(info->trip_uuid) < sizeof info->trip_uuid);
    while ((rc = triplog_next(r, &row)) == 1) {
        rows++;
        CHECK(row.sample.state < STATE_COUNT && row.sample.tech <= TECH_NONE);
    }
    triplog_close(r);
    return rc == 0 && triplog_each_probe(path, look, NULL) == ERR_OK ? rows : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bool whole = sql_is_file(data, size);
    char *path = sql_write(data, size);
    const struct ingest_options options = fuzz_options("triplog");
    struct triplog_info info = {.rows = 0};
    struct triplog_verdict verdict = {.rows = -1};
    const int64_t rows = read_rows(path, &info);
    if (triplog_verify(path, &verdict) == ERR_OK && verdict.intact && rows >= 0)
        CHECK(rows == info.rows && rows == verdict.rows && info.sealed == verdict.sealed);
    CHECK(whole || rows == -1 || verdict.intact);
    CHECK(rows_read_twice(path, 1 + size % 3000) != -2);
    CHECK(fuzz_log(path, &options) == rows ||
          data[0] == 0x1f); /* gzip: by import alone */
    fuzz_remove(path);
    return 0;
}
