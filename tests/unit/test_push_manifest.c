/* Manifests of pushed trips: what is written is read back, and lies are refused. */
#include "../support/scratch.h"
#include "push_manifest.h"

#define H "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEAD "{\"lomsong_push\":1,\"name\":\"a.gpkg\",\"sha256\":\"" H "\","

static void test_round_trip(void **state)
{
    (void)state;
    char parts[3][SHA256_TEXT_SIZE] = {H, H, H};
    struct push_manifest written = {
        .sha256 = H, .bytes = 250, .part_bytes = 100, .parts = parts, .part_count = 3};
    struct push_manifest read;
    const char *fault = NULL;
    size_t size = 0;
    push_manifest_set_name(&written, "trip-1.gpkg");
    char *text = push_manifest_write(&written, &size);
    assert_non_null(text);
    assert_true(push_manifest_read(text, size, &read, &fault));
    assert_string_equal(read.name, "trip-1.gpkg");
    assert_string_equal(read.sha256, H);
    assert_int_equal(read.bytes, 250);
    assert_int_equal(read.part_bytes, 100);
    assert_int_equal(read.part_count, 3);
    assert_memory_equal(read.parts, parts, sizeof parts);
    assert_int_equal(push_manifest_part_bytes(&read, 0), 100);
    assert_int_equal(push_manifest_part_bytes(&read, 2), 50);
    push_manifest_free(&read);
    free(text);
}

static void test_names(void **state)
{
    static const struct {
        const char *name, *expected;
    } rows[] = {
        {"trip-20251122T010203Z-0a1b2c3d.gpkg", "trip-20251122T010203Z-0a1b2c3d.gpkg"},
        {"bản sao.gpkg", "b___n_sao.gpkg"},
        {".hidden", "_hidden"},
        {"-rf", "_rf"},
        {"a/b\\c\n", "a_b_c_"},
        {"", "_"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct push_manifest m;
        push_manifest_set_name(&m, rows[i].name);
        assert_string_equal(m.name, rows[i].expected);
    }
    char part[PUSH_MANIFEST_PART_SIZE];
    push_manifest_part(99999, H, part);
    assert_string_equal(part, "099999-" H);
}

static void test_counts(void **state)
{
    static const struct {
        int64_t bytes, part_bytes;
        size_t expected;
    } rows[] = {{1, 100, 1}, {100, 100, 1}, {101, 100, 2}, {200, 100, 2}, {0, 100, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(push_manifest_count(rows[i].bytes, rows[i].part_bytes),
                         rows[i].expected);
}

static void test_lies(void **state)
{
    static const struct {
        const char *text, *fault;
    } rows[] = {
        {"", "JSON"},
        {"{", "JSON"},
        {"[]", "lomsong_push"},
        {"{\"lomsong_push\":2}", "lomsong_push"},
        {"{\"lomsong_push\":1}", "name"},
        {"{\"lomsong_push\":1,\"name\":\"../a\"}", "name"},
        {"{\"lomsong_push\":1,\"name\":\"a\\u0000b/c\"}", "sha256"},
        {"{\"lomsong_push\":1,\"name\":\"a\",\"sha256\":\"0\"}", "sha256"},
        {HEAD "\"bytes\":0,\"part_bytes\":1,\"parts\":[]}", "bytes"},
        {HEAD "\"bytes\":1.5,\"part_bytes\":1,\"parts\":[]}", "bytes"},
        {HEAD "\"bytes\":1e300,\"part_bytes\":1,\"parts\":[]}", "bytes"},
        {HEAD "\"bytes\":1000000,\"part_bytes\":1,\"parts\":[]}", "too many"},
        {HEAD "\"bytes\":1,\"part_bytes\":1}", "parts"},
        {HEAD "\"bytes\":1,\"part_bytes\":1,\"parts\":[\"" H "\",\"" H "\"]}", "parts"},
        {HEAD "\"bytes\":2,\"part_bytes\":1,\"parts\":[\"" H "\"]}", "parts"},
        {HEAD "\"bytes\":1,\"part_bytes\":1,\"parts\":[7]}", "parts"},
        {HEAD "\"bytes\":1,\"part_bytes\":1,\"parts\":[\"" H "0\"]}", "parts"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct push_manifest m;
        const char *fault = NULL;
        const bool ok =
            push_manifest_read(rows[i].text, strlen(rows[i].text), &m, &fault);
        if (ok)
            fail_msg("%s", rows[i].text);
        assert_non_null(strstr(fault, rows[i].fault));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_lies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
