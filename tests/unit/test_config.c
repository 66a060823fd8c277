/* The collector's configuration: defaults, every key, and what a wrong one is told. */
#include "../support/capture.h"
#include "../support/config_scene.h"
#include "config.h"

#include <time.h>

/* A list item of a modem with one key more, or with another one in place. */
#define MODEM(keys)                                                                      \
    "interval_ms: 1000\nmodems:\n  - {source: at, port: /dev/a}\n  - {" keys "}\n"

static void test_an_empty_mapping_gives_the_defaults(void **state)
{
    struct config c = config_scene_load(*state, "{}\n");
    assert_string_equal(c.output, "/var/lib/lomsong");
    assert_int_equal(c.interval_ms, 1000);
    assert_true(!(c.distance_m < 0) && !(c.distance_m > 0));
    assert_int_equal(c.max_file_bytes, 512000000);
    assert_int_equal(c.disk_warn_bytes, 200000000);
    assert_int_equal(c.disk_stop_bytes, 20000000);
    assert_null(c.led);
    assert_null(c.plan);
    assert_int_equal(c.team, 0);
    assert_string_equal(c.gpsd_host, "127.0.0.1");
    assert_int_equal(c.gpsd_port, 2947);
    assert_int_equal(c.modem_count, 0);
    config_free(&c);
}

/* The file that ships says that its values are the defaults. */
static void test_the_shipped_file_is_the_defaults(void **state)
{
    struct config defaults = config_scene_load(*state, "{}\n"), shipped;
    assert_int_equal(config_load("collector/collector.yaml", &shipped), ERR_OK);
    assert_string_equal(shipped.output, defaults.output);
    assert_int_equal(shipped.interval_ms, defaults.interval_ms);
    assert_int_equal(shipped.max_file_bytes, defaults.max_file_bytes);
    assert_int_equal(shipped.disk_warn_bytes, defaults.disk_warn_bytes);
    assert_int_equal(shipped.disk_stop_bytes, defaults.disk_stop_bytes);
    assert_int_equal(shipped.has_utc_offset, defaults.has_utc_offset);
    assert_int_equal(shipped.utc_offset_s, defaults.utc_offset_s);
    assert_string_equal(shipped.gpsd_host, defaults.gpsd_host);
    assert_int_equal(shipped.gpsd_port, defaults.gpsd_port);
    assert_int_equal(shipped.modem_count, 0);
    config_free(&shipped);
    config_free(&defaults);
}

static void test_every_key_is_taken(void **state)
{
    struct config c = config_scene_load(*state, "output: /srv/trips\n"
                                                "interval_ms: 500\n"
                                                "distance_m: 2.5\n"
                                                "max_file_mb: 64\n"
                                                "disk_warn_mb: 50\n"
                                                "disk_stop_mb: 5\n"
                                                "utc_offset: \"-03:30\"\n"
                                                "led: /sys/class/leds/led0\n"
                                                "plan: next.gpkg\n"
                                                "team: 3\n"
                                                "gpsd: {host: gps.lan, port: 3000}\n");
    assert_string_equal(c.output, "/srv/trips");
    assert_int_equal(c.interval_ms, 500);
    assert_float_equal(c.distance_m, 2.5, 0);
    assert_int_equal(c.max_file_bytes, 64000000);
    assert_int_equal(c.disk_warn_bytes, 50000000);
    assert_int_equal(c.disk_stop_bytes, 5000000);
    assert_true(c.has_utc_offset);
    assert_int_equal(c.utc_offset_s, -12600);
    assert_string_equal(c.led, "/sys/class/leds/led0");
    assert_string_equal(c.plan, "next.gpkg");
    assert_int_equal(c.team, 3);
    assert_string_equal(c.gpsd_host, "gps.lan");
    assert_int_equal(c.gpsd_port, 3000);
    config_free(&c);
}

static void test_modems_are_taken_in_order(void **state)
{
    struct config c =
        config_scene_load(*state, "modems:\n"
                                  "  - {source: at, port: /dev/ttyUSB2, name: viettel}\n"
                                  "  - source: modemmanager\n"
                                  "    imei: \"490154203237518\"\n"
                                  "    mount: vehicle\n"
                                  "    offset_db: -2.5\n"
                                  "    mccmnc: \"310410\"\n");
    assert_int_equal(c.modem_count, 2);
    assert_string_equal(c.modems[0].source, "at");
    assert_string_equal(c.modems[0].port, "/dev/ttyUSB2");
    assert_string_equal(c.modems[0].name, "viettel");
    assert_string_equal(c.modems[0].imei, "");
    assert_string_equal(c.modems[0].mount, "outdoor");
    assert_float_equal(c.modems[0].offset_db, 0, 0);
    assert_int_equal(c.modems[0].mccmnc, 0);
    assert_string_equal(c.modems[1].source, "modemmanager");
    assert_string_equal(c.modems[1].port, "");
    assert_string_equal(c.modems[1].imei, "490154203237518");
    assert_string_equal(c.modems[1].mount, "vehicle");
    assert_float_equal(c.modems[1].offset_db, -2.5, 0);
    assert_int_equal(c.modems[1].mccmnc, mccmnc_parse("310410"));
    config_free(&c);
}

static void test_the_bounds_themselves_are_taken(void **state)
{
    static const char *const rows[] = {
        "interval_ms: 200\n",
        "interval_ms: 60000\n",
        "distance_m: 0\n",
        "distance_m: 10000\n",
        "max_file_mb: 1\n",
        "max_file_mb: 4096\n",
        "disk_warn_mb: 1000000\n",
        "disk_warn_mb: 1000000\ndisk_stop_mb: 999999\n",
        "disk_stop_mb: 1\n",
        "disk_warn_mb: 1.5\ndisk_stop_mb: 1\n",
        "utc_offset: \"+14:00\"\n",
        "utc_offset: \"-14:00\"\n",
        "gpsd: {port: 1}\n",
        "gpsd: {port: 65535}\n",
        MODEM("source: at, port: /dev/b, offset_db: 50, mccmnc: \"45204\""),
        MODEM("source: at, port: /dev/b, offset_db: -50, mount: indoor"),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s", rows[i]);
        struct config c = config_scene_load(*state, rows[i]);
        config_free(&c);
    }
}

static void test_what_a_wrong_value_is_told(void **state)
{
    static const struct {
        const char *text;
        const char *says[3]; /* the place first */
    } rows[] = {
        {"interval_ms: 199\n", {"c.yaml:1: ", "interval_ms", "200"}},
        {"interval_ms: 60001\n", {"c.yaml:1: ", "interval_ms", "60000"}},
        {"interval_ms: 500.5\n", {"c.yaml:1: ", "interval_ms", "500.5"}},
        {"interval_ms: fast\n", {"c.yaml:1: ", "interval_ms", "fast"}},
        {"\n\ndistance_m: -1\n", {"c.yaml:3: ", "distance_m", "-1"}},
        {"distance_m: 10001\n", {"c.yaml:1: ", "distance_m", "10000"}},
        {"distance_m: nan\n", {"c.yaml:1: ", "distance_m", "nan"}},
        {"max_file_mb: 0\n", {"c.yaml:1: ", "max_file_mb", "1"}},
        {"max_file_mb: 4097\n", {"c.yaml:1: ", "max_file_mb", "4096"}},
        {"disk_warn_mb: 0\n", {"c.yaml:1: ", "disk_warn_mb", "1"}},
        {"disk_warn_mb: 1000001\n", {"c.yaml:1: ", "disk_warn_mb", "1e+06"}},
        {"disk_stop_mb: 0\n", {"c.yaml:1: ", "disk_stop_mb", "1"}},
        {"led: x\ndisk_stop_mb: 200\n", {"c.yaml:2: ", "disk_stop_mb", "disk_warn_mb"}},
        {"led: x\ndisk_warn_mb: 20\n", {"c.yaml:2: ", "disk_warn_mb", "disk_stop_mb"}},
        {"led: x\nteam: 0\n", {"c.yaml:2: ", "team", "0"}},
        {"led: x\nutc_offset: noon\n", {"c.yaml:2: ", "utc_offset", "+07:00"}},
        {"utc_offset: \"+15:00\"\n", {"c.yaml:1: ", "utc_offset", "+15:00"}},
        {"gpsd:\n  port: 0\n", {"c.yaml:2: ", "gpsd.port", "1"}},
        {"gpsd:\n  port: 65536\n", {"c.yaml:2: ", "gpsd.port", "65535"}},
        {"gpsd:\n  host: \"\"\n", {"c.yaml:2: ", "gpsd.host", ""}},
        {MODEM("source: usb, port: /dev/b"), {"c.yaml:4: ", "usb", "modemmanager"}},
        {MODEM("source: at"), {"c.yaml:4: ", "source", "port"}},
        {MODEM("port: /dev/b"), {"c.yaml:4: ", "source", ""}},
        {MODEM("source: replay"), {"c.yaml:4: ", "replay", "needs a file"}},
        {MODEM("source: replay, file: a.rec"), {"c.yaml:4: ", "replay", "alone"}},
        {"modems:\n  - {source: replay, file: a.rec}\n  - {source: at, port: /dev/b}\n",
         {"c.yaml:3: ", "at", "alone"}},
        {"modems:\n  - {source: replay, file: a.rec, speed: -1}\n",
         {"c.yaml:2: ", "speed", "0 to 1000"}},
        {MODEM("source: at, port: /dev/b, mount: roof"),
         {"c.yaml:4: ", "roof", "vehicle"}},
        {MODEM("source: at, port: /dev/b, offset_db: 50.5"),
         {"c.yaml:4: ", "offset_db", "50"}},
        {MODEM("source: at, port: /dev/b, offset_db: -51"),
         {"c.yaml:4: ", "offset_db", "-50"}},
        {MODEM("source: at, port: /dev/b, mccmnc: 4x204"),
         {"c.yaml:4: ", "4x204", "5 or 6 digits"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        config_scene_refused(*state, rows[i].text, rows[i].says, 3);
    }
}

static void test_what_a_wrong_key_is_told(void **state)
{
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        {"led: x\ninterval: 500\n", "c.yaml:2: unknown key \"interval\""},
        {"intervall_ms: 500\n", "did you mean \"interval_ms\"?"},
        {"gpsd:\n  hots: x\n", "c.yaml:2: unknown key \"hots\""},
        {MODEM("source: at, prot: /dev/b"), "c.yaml:4: unknown key \"prot\""},
        {"led: x\nled: y\n", "c.yaml:2: "},
        {"modems: at\n", "c.yaml:1: "},
        {"- output\n", "c.yaml:1: "},
        {"", "c.yaml"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        config_scene_refused(*state, rows[i].text, &rows[i].says, 1);
    }
}

/* One more than there are slots, written out: the list's bound is a message, too. */
static void test_more_modems_than_slots_are_refused(void **state)
{
    char text[4096] = "modems:\n";
    size_t used = strlen(text);
    struct capture said;
    struct config c;
    for (int i = 0; i <= MODEM_MAX; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "  - {source: at, port: /dev/tty%d}\n", i);
    assert_true(used < sizeof text);
    const char *path = scratch_write(*state, "c.yaml", text);
    capture_start(&said);
    const enum err err = config_load(path, &c);
    capture_stop(&said);
    assert_int_equal(err, ERR_INPUT);
    assert_non_null(strstr(said.text, "c.yaml:"));
    assert_non_null(strstr(said.text, "modems"));
}

static void test_a_missing_file_is_named(void **state)
{
    struct capture said;
    struct config c;
    const char *path = scratch_path(*state, "nowhere.yaml");
    capture_start(&said);
    const enum err err = config_load(path, &c);
    capture_stop(&said);
    assert_int_equal(err, ERR_INPUT);
    assert_non_null(strstr(said.text, path));
}

/* The local day is the system's, unless the system has none set. */
static void test_the_offset_is_the_systems(void **state)
{
    static const struct {
        const char *zone;
        bool has;
        int32_t offset_s;
    } rows[] = {{"UTC0", false, 0}, {"ICT-7", true, 25200}, {"NST3:30", true, -12600}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(setenv("TZ", rows[i].zone, 1), 0);
        tzset();
        struct config c = config_scene_load(*state, "{}\n");
        assert_int_equal(c.has_utc_offset, rows[i].has);
        assert_int_equal(c.utc_offset_s, rows[i].offset_s);
        config_free(&c);
    }
    unsetenv("TZ");
    tzset();
}

static void test_a_recording_is_played_alone(void **state)
{
    struct config c;
    const char *path = scratch_write(
        *state, "c.yaml", "modems:\n  - {source: replay, file: a.rec, speed: 2.5}\n");
    assert_int_equal(config_load(path, &c), ERR_OK);
    assert_non_null(config_replay(&c));
    assert_string_equal(config_replay(&c)->file, "a.rec");
    assert_true(config_replay(&c)->speed == 2.5);
    config_free(&c);
    path =
        scratch_write(*state, "c.yaml", "modems:\n  - {source: replay, file: a.rec}\n");
    assert_int_equal(config_load(path, &c), ERR_OK);
    assert_true(config_replay(&c)->speed == 1);
    config_set_replay(&c, "b.rec", 0);
    assert_int_equal(c.modem_count, 1);
    assert_string_equal(config_replay(&c)->file, "b.rec");
    assert_true(config_replay(&c)->speed == 0);
    config_free(&c);
    path = scratch_write(*state, "c.yaml", "modems:\n  - {source: at, port: /dev/a}\n");
    assert_int_equal(config_load(path, &c), ERR_OK);
    assert_null(config_replay(&c));
    config_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_an_empty_mapping_gives_the_defaults),
        SCRATCH_TEST(test_the_shipped_file_is_the_defaults),
        SCRATCH_TEST(test_every_key_is_taken),
        SCRATCH_TEST(test_modems_are_taken_in_order),
        SCRATCH_TEST(test_the_bounds_themselves_are_taken),
        SCRATCH_TEST(test_what_a_wrong_value_is_told),
        SCRATCH_TEST(test_what_a_wrong_key_is_told),
        SCRATCH_TEST(test_more_modems_than_slots_are_refused),
        SCRATCH_TEST(test_a_missing_file_is_named),
        SCRATCH_TEST(test_the_offset_is_the_systems),
        SCRATCH_TEST(test_a_recording_is_played_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
