/* The section push of the configuration: defaults, every key, and what a wrong one is
 * told. */
#include "../support/config_scene.h"

static void test_no_section_is_nowhere(void **state)
{
    struct config c = config_scene_load(*state, "interval_ms: 1000\n");
    assert_null(c.push.url);
    assert_int_equal(c.push.part_bytes, 1000000);
    assert_int_equal(c.push.tries, 5);
    config_free(&c);
}

/* A file that is missing keeps nobody from recording. */
static void test_every_key_is_taken(void **state)
{
    struct config c = config_scene_load(*state, "push:\n"
                                                "  url: https://a.vn:8443/in//\n"
                                                "  ca_file: /nowhere/ca.pem\n"
                                                "  cert_file: /nowhere/c.pem\n"
                                                "  key_file: /nowhere/k.pem\n"
                                                "  token_file: /nowhere/t\n"
                                                "  part_kb: 64\n"
                                                "  max_kbps: 800\n"
                                                "  timeout_s: 3600\n"
                                                "  tries: 100\n"
                                                "  wait_s: 0\n");
    assert_string_equal(c.push.url, "https://a.vn:8443/in");
    assert_string_equal(c.push.ca_file, "/nowhere/ca.pem");
    assert_string_equal(c.push.cert_file, "/nowhere/c.pem");
    assert_string_equal(c.push.key_file, "/nowhere/k.pem");
    assert_string_equal(c.push.token_file, "/nowhere/t");
    assert_int_equal(c.push.part_bytes, 64000);
    assert_int_equal(c.push.max_bytes_per_s, 100000);
    assert_int_equal(c.push.timeout_s, 3600);
    assert_int_equal(c.push.tries, 100);
    assert_int_equal(c.push.wait_s, 0);
    config_free(&c);
}

static void test_what_a_wrong_value_is_told(void **state)
{
    static const struct {
        const char *text;
        const char *says[2];
    } rows[] = {
        {"push: {url: \"http://a.vn/\"}\n", {"c.yaml:1: push.url", "https"}},
        {"push: {url: \"https://me:pw@a.vn/\"}\n", {"push.url", "without a user"}},
        {"push: {url: \"https://me:p/w@a.vn/\"}\n", {"\"https://***@a.vn/\"", ""}},
        {"push: {url: \"me:pw@a.vn\"}\n", {"\"***@a.vn\"", ""}},
        {"push: {url: \"https://a.vn/in?k=pw\"}\n", {"\"https://a.vn/in?***\"", ""}},
        {"push: {url: \"https://a.vn/?k=1\"}\n", {"push.url", "question mark"}},
        {"push: {url: \"https:/a.vn/in\"}\n", {"push.url", "https"}},
        {"push: {url: \"https://\"}\n", {"push.url", "https"}},
        {"push: {key_file: k}\n", {"push.key_file", "cert_file"}},
        {"push: {part_kb: 63}\n", {"push.part_kb", "64"}},
        {"push: {part_kb: 65537}\n", {"push.part_kb", "65536"}},
        {"push: {max_kbps: -1}\n", {"push.max_kbps", "0"}},
        {"push: {timeout_s: 4}\n", {"push.timeout_s", "5"}},
        {"push: {tries: 0}\n", {"push.tries", "1"}},
        {"push: {tries: 1.5}\n", {"push.tries", "1.5"}},
        {"push: {wait_s: 601}\n", {"push.wait_s", "600"}},
        {"push: {insecure: true}\n", {"unknown key", "insecure"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        config_scene_refused(*state, rows[i].text, rows[i].says, 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_no_section_is_nowhere),
        SCRATCH_TEST(test_every_key_is_taken),
        SCRATCH_TEST(test_what_a_wrong_value_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
