/* Tracks: sentences and files as they are read, places between points, and logs that get
 * their positions from them. */
#include "../support/ingest_scene.h"
#include "gps_track.h"

#include <math.h>

static void test_rmc(void **unused)
{
    static const struct {
        const char *line;
        bool ok;
        int64_t t_utc_ms;
        struct latlon pos;
    } rows[] = {
        {"$GPRMC,150640.25,A,2236.0000,N,10606.0000,E,0.5,87.0,150625,,,A*64",
         true,
         T0 + 250,
         {22.6, 106.1}},
        {"$GNRMC,150640,A,2236.0000,S,10606.0000,W,,,150625,,*0B",
         true,
         T0,
         {-22.6, -106.1}},
        {"$GPRMC,150640.25,V,2236.0000,N,10606.0000,E,0.5,87.0,150625,,,A*73",
         false,
         0,
         {0, 0}},
        {"$GPRMC,150640.25,A,2236.0000,N,10606.0000,E,0.5,87.0,150625,,,A*6D",
         false,
         0,
         {0, 0}},
        {"$GPRMC,150640.25,A,2236.0000,N,10606.0000,E,0.5,87.0,150625,,,A",
         false,
         0,
         {0, 0}},
        {"$GPRMC,150640.25,A,2260.0000,N,10606.0000,E,0.5,87.0,150625,,,A*67",
         false,
         0,
         {0, 0}},
        {"$GPRMC,150640.25,A,,,,,,,150625,,,A*61", false, 0, {0, 0}},
        {"$GPRMC,256140.25,A,2236.0000,N,10606.0000,E,0.5,87.0,150625,,,A*66",
         false,
         0,
         {0, 0}},
        {"$GPGGA,150640.25,2236.0000,N,10606.0000,E,1,8,1.0,210.5,M,,M,,*48",
         false,
         0,
         {0, 0}},
        {"$GPRMC,*67", false, 0, {0, 0}},
        {"", false, 0, {0, 0}},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gps_track_point p = {0};
        if (gps_track_nmea_rmc(rows[i].line, strlen(rows[i].line), &p) != rows[i].ok)
            fail_msg("%s", rows[i].line);
        if (!rows[i].ok)
            continue;
        assert_true(p.t_utc_ms == rows[i].t_utc_ms);
        assert_float_equal(p.pos.lat_deg, rows[i].pos.lat_deg, 1e-9);
        assert_float_equal(p.pos.lon_deg, rows[i].pos.lon_deg, 1e-9);
    }
}

static void test_at(void **unused)
{
    struct gps_track t = {0};
    /* out of order, and one time twice */
    gps_track_add(&t, (struct gps_track_point){T0 + 4000, {22.604, 106.1}});
    gps_track_add(&t, (struct gps_track_point){T0, {22.6, 106.1}});
    gps_track_add(&t, (struct gps_track_point){T0 + 4000, {22.605, 106.1}});
    gps_track_add(&t, (struct gps_track_point){T0 + 9000, {22.609, 106.11}});
    gps_track_add(&t, (struct gps_track_point){T0 + 14001, {22.619, 106.11}});
    gps_track_add(&t, (struct gps_track_point){T0 + 20000, {10, 179.9}});
    gps_track_add(&t, (struct gps_track_point){T0 + 22000, {10, -179.9}});
    gps_track_sort(&t);
    static const struct {
        int64_t after_ms;
        bool ok;
        double lat_deg, lon_deg;
        int64_t age_ms;
    } rows[] = {
        {-1, false, 0, 0, 0},
        {0, true, 22.6, 106.1, 0},
        {1000, true, 22.601, 106.1, 1000},
        {3000, true, 22.603, 106.1, 1000},
        {4000, true, 22.604, 106.1, 0},
        {6500, true, 22.6065, 106.105, 2500}, /* a gap of 5 s */
        {9001, false, 0, 0, 0},               /* and one of more */
        {14000, false, 0, 0, 0},
        {14001, true, 22.619, 106.11, 0},
        {21000, false, 0, 0, 0}, /* the way round the world is not gone */
        {22000, true, 10, -179.9, 0},
        {22001, false, 0, 0, 0},
    };
    (void)unused;
    assert_int_equal(t.count, 6);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct latlon pos = geo_none();
        int64_t age_ms = ID_UNKNOWN;
        assert_int_equal(gps_track_at(&t, T0 + rows[i].after_ms, &pos, &age_ms),
                         rows[i].ok);
        if (!rows[i].ok)
            continue;
        assert_float_equal(pos.lat_deg, rows[i].lat_deg, 1e-9);
        assert_float_equal(pos.lon_deg, rows[i].lon_deg, 1e-9);
        assert_int_equal(age_ms, rows[i].age_ms);
    }
    gps_track_free(&t);
}

#define TRKPT(lat, time)                                                                 \
    "<trkpt lat=\"" lat "\" lon=\"106.1\"><ele>210</ele><time>" time "</time></trkpt>\n"

static void test_files(void **state)
{
    static const char *const texts[] = {
        "<?xml version=\"1.0\"?>\n<gpx><wpt lat=\"1\" "
        "lon=\"2\"><time>2025-06-15T15:06:40Z"
        "</time></wpt><trk><trkseg>\n" TRKPT("22.6", "2025-06-15T15:06:40Z")
            TRKPT("22.602", "\n  2025-06-15T15:06:42.000Z\n")
                TRKPT("x", "2025-06-15T15:06:43Z")
                    TRKPT("22.7", "yesterday") "<trkpt lat=\"22.7\" lon=\"106.1\"/>"
                                               "</trkseg></trk></gpx>",
        "# a receiver\r\n$GPGSV,1,1,00*79\r\n"
        "$GPRMC,150640,A,2236.0000,N,10606.0000,E,,,150625,,*1A\r\n"
        "\xB5\x62\x01$GPRMC,150642,A,2236.1200,N,10606.0000,E,,,150625,,*1B\r\n"
        "$GPRMC,150643,A,2236.1200,N,10606.0000,E,,,150625,,*00",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct gps_track t = {0};
        assert_int_equal(gps_track_load(scratch_write(*state, "t", texts[i]), &t),
                         ERR_OK);
        assert_int_equal(t.count, 2);
        assert_true(t.points[0].t_utc_ms == T0 && t.points[1].t_utc_ms == T0 + 2000);
        assert_float_equal(t.points[1].pos.lat_deg, 22.602, 1e-9);
        assert_int_equal(strlen(t.sha256), 64);
        gps_track_free(&t);
    }
    struct capture c;
    struct gps_track none = {0};
    capture_start(&c);
    assert_int_equal(gps_track_load(scratch_write(*state, "t", "<gpx></gpx>"), &none),
                     ERR_INPUT);
    assert_non_null(strstr(capture_stop(&c), "no position with a time"));
}

/* Rows without a position get one, where the track has it; others keep theirs. */
static void test_log(void **state)
{
    struct gps_track t = {0};
    for (int i = 0; i < 3; i++)
        gps_track_add(&t,
                      (struct gps_track_point){T0 + i * 2000, {22.6 + i * 0.01, 106.1}});
    gps_track_sort(&t);
    struct ingest_options options = default_options();
    options.import.track = &t;
    static const char *const texts[] = {
        "t_utc_ms,mccmnc,tech,level_dbm\n"
        "1750000000000,45204,LTE,-90\n1750000003000,45204,LTE,-91\n"
        "1750000009000,45204,LTE,-92\n",
        "t_utc_ms,lat_deg,lon_deg,mccmnc,tech,level_dbm,fix_mode\n"
        "1750000000000,,,45204,LTE,-90,1\n1750000003000,0,0,45204,LTE,-91,\n"
        "1750000009000,,,45204,LTE,-92,1\n",
        "Timestamp\tLongitude\tLatitude\tOperatorname\tOperator\tNetworkTech\tLevel\n"
        "2025.06.15_15.06.40\t-\t-\tV\t45204\t4G\t-90\n"
        "2025.06.15_15.06.43\t-\t-\tV\t45204\t4G\t-91\n"
        "2025.06.15_15.06.49\t-\t-\tV\t45204\t4G\t-92\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct result r =
            ingest(scratch_write(*state, "log.csv", texts[i]), &options);
        assert_int_equal(r.log.counts.accepted, 2);
        assert_int_equal(r.log.counts.rejected[QUALITY_NO_POSITION], 1);
        assert_int_equal(tally_histogram_median(&r.histogram[TECH_LTE]), -91);
    }
    options.import.track = NULL;
    refused(state, texts[0], &options, "position");
    gps_track_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rmc),
        cmocka_unit_test(test_at),
        SCRATCH_TEST(test_files),
        SCRATCH_TEST(test_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
