/* Workspaces that others send: a small survey, changed by the input's SQL or, where it
 * begins with 'b', in some of its bytes; then opened and judged as by `judge`. */
#include <gdal.h>

#include "base_input.h"
#include "session.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct base_input base;

static const char hamlets[] = "hamlet_code,name,lat,lon\n"
                              "H1,Một,22.60,106.10\n"
                              "H2,Hai,22.61,106.11\n";
static const char clusters[] = "cluster_code,hamlet_code,name,lat,lon\n"
                               "C1,H1,Một trên,22.602,106.101\n";
static const char trip[] = "t_utc_ms,lat_deg,lon_deg,mccmnc,tech,state,level_dbm\n"
                           "1750000001000,22.6001,106.1001,45204,LTE,in_service,-90\n"
                           "1750000002000,22.6002,106.1002,45204,LTE,in_service,-120\n"
                           "1750000003000,22.6003,106.1003,45201,,no_service,\n"
                           "1750000004000,22.6103,106.1103,45201,WCDMA,in_service,-99\n";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    GDALAllRegister();
    char *places = fuzz_write("-hamlets.csv", (const uint8_t *)hamlets, strlen(hamlets));
    char *around =
        fuzz_write("-clusters.csv", (const uint8_t *)clusters, strlen(clusters));
    char *log = fuzz_write("-trip.csv", (const uint8_t *)trip, strlen(trip));
    char *path = fuzz_path("-base.sqlite");
    const struct options options = {.hamlets = places,
                                    .clusters = around,
                                    .region = "vn",
                                    .quiet = true,
                                    .threads = 1,
                                    .max_acc_m = 50,
                                    .max_fix_age_ms = 5000,
                                    .max_level_age_ms = 5000,
                                    .max_frozen_level_m = 300,
                                    .max_frozen_fix_m = 200,
                                    .max_frozen_fix_ms = ID_UNKNOWN};
    struct session s = {0};
    (void)unlink(path);
    CHECK(session_new(&s, path, &options) == ERR_OK);
    FILE *out = stdout;
    stdout = fopen("/dev/null", "we"); /* what session_add() says of the log */
    CHECK(stdout && session_add(&s, &options, &log, 1, true) == ERR_OK);
    fclose(stdout);
    stdout = out;
    session_close(&s);
    base = base_take(path);
    fuzz_remove(log);
    fuzz_remove(around);
    fuzz_remove(places);
    return 0;
}

static void check_model(const struct model *m)
{
    for (size_t i = 0; i < m->hamlet_count; i++) {
        const struct hamlet *h = &m->hamlets[i];
        CHECK(h->hamlet_code && h->name && h->verdict < VERDICT_COUNT);
        CHECK(h->area_count > 0);
    }
    for (size_t i = 0; i < m->bin_count; i++)
        CHECK(m->bins[i].mccmnc != 0 && m->bins[i].tech <= TECH_NONE);
    for (size_t i = 0; i < m->log_count; i++)
        CHECK(m->logs[i].file && m->logs[i].format && m->logs[i].sha256);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct options options = {.threads = 1};
    struct session s = {0};
    char *path = base_write(&base, ".sqlite", data, size);
    if (session_open(&s, path) == ERR_OK && session_load_rule(&s, &options) == ERR_OK &&
        session_judge(&s, &options, false) == ERR_OK)
        check_model(&s.model);
    session_close(&s);
    fuzz_remove(path);
    return 0;
}
