/* Tracks, GPX and NMEA: what is read is in order, and places lie between its points. */
#include "harness.h"

#include "gps_track.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gps_track t = {0};
    char *path = fuzz_write(".track", data, size);
    if (gps_track_load(path, &t) == ERR_OK) {
        CHECK(t.count > 0);
        for (size_t i = 0; i < t.count; i++) {
            struct latlon pos;
            int64_t age_ms = 0;
            CHECK(geo_valid(t.points[i].pos));
            CHECK(i == 0 || t.points[i - 1].t_utc_ms < t.points[i].t_utc_ms);
            CHECK(gps_track_at(&t, t.points[i].t_utc_ms, &pos, &age_ms) && age_ms == 0);
            if (gps_track_at(&t, t.points[i].t_utc_ms + 1, &pos, &age_ms))
                CHECK(age_ms <= GPS_TRACK_MAX_GAP_MS);
        }
    }
    gps_track_free(&t);
    fuzz_remove(path);
    return 0;
}
