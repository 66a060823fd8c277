/* The active tests in the configuration: defaults, every key, and what a wrong one is
 * told. */
#include "../support/config_scene.h"

/* A modem with keys of its own below a section on the first lines. */
#define WITH(section, keys) section "modems:\n  - {source: at, port: /dev/a, " keys "}\n"
#define PING "probes: {ping: {host: 127.0.0.1}}\n"
#define GET(keys) "probes:\n  download: {url: \"http://a.vn/x\"" keys "}\n"
#define PUT(keys) "probes:\n  upload: {url: \"http://a.vn/x\"" keys "}\n"

static void test_no_section_is_no_tests(void **state)
{
    struct config c = config_scene_load(*state, WITH("", "interface: wwan0"));
    assert_int_equal(c.probes.interval_s, 300);
    assert_int_equal(c.probes.bytes_per_day, 20000000);
    assert_string_equal(c.probes.dns, "8.8.8.8,1.1.1.1");
    assert_null(c.probes.ca_file);
    for (int kind = 0; kind < PLAN_KINDS; kind++)
        assert_null(c.probes.kinds[kind].target);
    assert_false(config_probes_any(&c));
    config_free(&c);
}

static void test_every_key_is_taken(void **state)
{
    struct config c = config_scene_load(
        *state, WITH("probes:\n"
                     "  interval_s: 600\n"
                     "  bytes_per_day: 5000000\n"
                     "  dns: \"203.113.131.1,[2001:db8::1]:5353\"\n"
                     "  ca_file: /etc/passwd\n"
                     "  ping: {host: vnnic.vn, count: 10}\n"
                     "  download: {url: \"https://a.vn:8443/1m?x=1\", max_bytes: "
                     "2000000, max_s: 20}\n"
                     "  upload: {url: \"http://[2001:db8::2]/up\", bytes: 16000, "
                     "max_s: 30}\n",
                     "interface: wwan0"));
    const struct config_probe *k = c.probes.kinds;
    assert_int_equal(c.probes.interval_s, 600);
    assert_int_equal(c.probes.bytes_per_day, 5000000);
    assert_string_equal(c.probes.dns, "203.113.131.1,[2001:db8::1]:5353");
    assert_string_equal(c.probes.ca_file, "/etc/passwd");
    assert_string_equal(k[PLAN_PING].target, "vnnic.vn");
    assert_string_equal(k[PLAN_PING].host, "vnnic.vn");
    assert_int_equal(k[PLAN_PING].count, 10);
    assert_string_equal(k[PLAN_GET].target, "https://a.vn:8443/1m?x=1");
    assert_string_equal(k[PLAN_GET].host, "a.vn");
    assert_int_equal(k[PLAN_GET].port, 8443);
    assert_int_equal(k[PLAN_GET].bytes, 2000000);
    assert_int_equal(k[PLAN_GET].max_ms, 20000);
    assert_string_equal(k[PLAN_PUT].host, "2001:db8::2");
    assert_int_equal(k[PLAN_PUT].port, 80);
    assert_int_equal(k[PLAN_PUT].bytes, 16000);
    assert_int_equal(k[PLAN_PUT].max_ms, 30000);
    assert_true(config_probes_any(&c));
    config_free(&c);
}

static void test_the_defaults_of_a_test(void **state)
{
    struct config c =
        config_scene_load(*state, WITH("probes:\n"
                                       "  ping: {host: a.vn}\n"
                                       "  download: {url: \"https://a.vn/\"}\n"
                                       "  upload: {url: \"http://a.vn/\"}\n",
                                       "interface: wwan0"));
    const struct config_probe *k = c.probes.kinds;
    assert_int_equal(k[PLAN_PING].count, 5);
    assert_int_equal(k[PLAN_GET].port, 443);
    assert_int_equal(k[PLAN_GET].bytes, 1000000);
    assert_int_equal(k[PLAN_GET].max_ms, 10000);
    assert_int_equal(k[PLAN_PUT].bytes, 250000);
    assert_int_equal(k[PLAN_PUT].max_ms, 10000);
    config_free(&c);
}

static void test_which_modems_are_tested(void **state)
{
    static const struct {
        const char *text;
        const char *interface;
        bool tested;
    } rows[] = {
        {WITH(PING, "interface: wwan0"), "wwan0", true},
        {WITH(PING, "interface: wwan0, probes: true"), "wwan0", true},
        {WITH(PING, "interface: wwan0, probes: false"), "wwan0", false},
        {WITH(PING, "name: x"), "", false},
        {WITH(PING, "probes: false"), "", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct config c = config_scene_load(*state, rows[i].text);
        assert_string_equal(c.modems[0].interface, rows[i].interface);
        assert_int_equal(c.modems[0].probes, rows[i].tested);
        assert_int_equal(config_probes_any(&c), rows[i].tested);
        config_free(&c);
    }
}

static void test_the_bounds_themselves_are_taken(void **state)
{
    static const char *const rows[] = {
        "probes: {interval_s: 30}\n",
        "probes: {interval_s: 86400}\n",
        "probes: {bytes_per_day: 100000}\n",
        "probes: {bytes_per_day: 1000000000000}\n",
        "probes: {ping: {host: \"2001:db8::1\", count: 1}}\n",
        "probes: {ping: {host: 127.0.0.1, count: 20}}\n",
        GET(", max_bytes: 16000, max_s: 1"),
        GET(", max_bytes: 1000000000, max_s: 120"),
        PUT(", bytes: 16000, max_s: 1"),
        PUT(", bytes: 1000000000, max_s: 120"),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
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
        {"probes: {interval_s: 29}\n", {"c.yaml:1: ", "probes.interval_s", "30"}},
        {"probes: {interval_s: 86401}\n", {"c.yaml:1: ", "probes.interval_s", "86400"}},
        {"probes: {bytes_per_day: 99999}\n",
         {"c.yaml:1: ", "probes.bytes_per_day", "100000"}},
        {"probes: {bytes_per_day: 1.5e6x}\n", {"c.yaml:1: ", "bytes_per_day", "1.5e6x"}},
        {"probes:\n  dns: google\n", {"c.yaml:2: ", "probes.dns", "google"}},
        {"probes:\n  dns: \"\"\n", {"c.yaml:2: ", "probes.dns", "addresses"}},
        {"probes:\n  ca_file: /nowhere/ca.pem\n",
         {"c.yaml:2: ", "probes.ca_file", "/nowhere/ca.pem"}},
        {"probes:\n  ping: {host: \"a b\"}\n", {"c.yaml:2: ", "ping.host", "a b"}},
        {"probes:\n  ping: {host: -f}\n", {"c.yaml:2: ", "ping.host", "-f"}},
        {"probes:\n  ping: {count: 5}\n", {"c.yaml:2: ", "ping", "host"}},
        {"probes: {ping: {host: a, count: 0}}\n", {"c.yaml:1: ", "ping.count", "1"}},
        {"probes: {ping: {host: a, count: 21}}\n", {"c.yaml:1: ", "ping.count", "20"}},
        {"probes:\n  download: {url: \"ftp://a.vn/\"}\n",
         {"c.yaml:2: ", "download.url", "http or https"}},
        {"probes:\n  download: {url: a.vn}\n", {"c.yaml:2: ", "download.url", "a.vn"}},
        {"probes:\n  upload: {url: \"http://me:pw@a.vn/\"}\n",
         {"c.yaml:2: ", "upload.url", "without"}},
        {GET(", max_bytes: 15999"), {"c.yaml:2: ", "download.max_bytes", "16000"}},
        {GET(", max_bytes: 1000000001"),
         {"c.yaml:2: ", "download.max_bytes", "1000000000"}},
        {GET(", max_s: 0"), {"c.yaml:2: ", "download.max_s", "1"}},
        {GET(", max_s: 121"), {"c.yaml:2: ", "download.max_s", "120"}},
        {GET(", bytes: 16000"), {"c.yaml:2: ", "unknown key", "bytes"}},
        {PUT(", bytes: 15999"), {"c.yaml:2: ", "upload.bytes", "16000"}},
        {PUT(", max_s: 5.5"), {"c.yaml:2: ", "upload.max_s", "5.5"}},
        {GET(", max_s: 40") "  interval_s: 30\n", {"c.yaml:1: ", "40 s", "(30)"}},
        {WITH("", "probes: true"), {"c.yaml:2: ", "modems.0.probes", "interface"}},
        {WITH("", "interface: wwan0, probes: maybe"),
         {"c.yaml:2: ", "modems.0.probes", "maybe"}},
        {WITH("", "interface: wwan0123456789012"), {"c.yaml:2: ", "interface", "wwan0"}},
        {WITH("", "interface: \"a/b\""), {"c.yaml:2: ", "interface", "a/b"}},
        {WITH("", "interface: wwan0}\n  - {source: at, port: /dev/b, interface: wwan0"),
         {"c.yaml:3: ", "modems.1.interface", "another modem"}},
        {"modems:\n  - {source: modemmanager, interface: wwan0}\n",
         {"c.yaml:2: ", "modems.0.interface", "imei"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        config_scene_refused(*state, rows[i].text, rows[i].says, 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_no_section_is_no_tests),
        SCRATCH_TEST(test_every_key_is_taken),
        SCRATCH_TEST(test_the_defaults_of_a_test),
        SCRATCH_TEST(test_which_modems_are_tested),
        SCRATCH_TEST(test_the_bounds_themselves_are_taken),
        SCRATCH_TEST(test_what_a_wrong_value_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
