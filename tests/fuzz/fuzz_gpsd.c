/* gpsd's JSON, line by line through libgps and into the fix. A place is on the earth or
 * none, nothing is older than it was heard, and a fix that ended left nothing. */
#include <math.h>

#include "gpsd_report.h"
#include "harness.h"

enum { LINE_SIZE = 8192, STEP_MS = 100 };
#define EARLIEST_UTC_MS INT64_C(1735689600000)

static void check_fix(const struct gps_fix *f, int64_t mono_ms)
{
    const int64_t age_ms = gps_fix_age_ms(f, mono_ms);
    CHECK(f->mode >= ID_UNKNOWN);
    CHECK(geo_valid(f->pos) == (age_ms != ID_UNKNOWN));
    CHECK(age_ms == ID_UNKNOWN || (age_ms >= 0 && f->fix_mono_ms <= f->report_mono_ms));
    CHECK(f->t_utc_ms == TIME_UNKNOWN || f->t_utc_ms >= EARLIEST_UTC_MS);
    CHECK(isnan(f->acc_h95_m) || f->acc_h95_m > 0);
    CHECK(f->satellites >= ID_UNKNOWN);
    CHECK(f->mode >= 2 || f->mode == ID_UNKNOWN || !geo_valid(f->pos));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct gps_data_t gps;
    struct gps_fix fix = gps_fix_none();
    struct gps_report report;
    char line[LINE_SIZE];
    size_t used = 0;
    int64_t mono_ms = 1000;
    memset(&gps, 0, sizeof gps);
    for (size_t i = 0; i <= size; i++) {
        if (i < size && data[i] != '\n' && data[i] != '\0' && used + 1 < sizeof line) {
            line[used++] = (char)data[i];
            continue;
        }
        line[used] = '\0';
        used = 0;
        mono_ms += STEP_MS;
        if (gpsd_report_parse(line, &gps, &report))
            gps_fix_add(&fix, &report, mono_ms, EARLIEST_UTC_MS);
        check_fix(&fix, mono_ms);
    }
    return 0;
}
