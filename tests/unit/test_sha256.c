/* SHA-256 against the examples of FIPS 180-2, appendix B. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "sha256.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *text;
    const char *hex;
} rows[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])
static const char million_a[] =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

static void test_buffer(void **unused)
{
    (void)unused;
    char hex[SHA256_TEXT_SIZE];
    for (size_t i = 0; i < ROW_COUNT; i++) {
        sha256_buffer(rows[i].text, strlen(rows[i].text), hex);
        assert_string_equal(hex, rows[i].hex);
    }
}

static void test_by_and_by(void **unused)
{
    (void)unused;
    char hex[SHA256_TEXT_SIZE];
    for (size_t i = 0; i < ROW_COUNT; i++) {
        struct sha256 *sum = sha256_begin();
        for (const char *at = rows[i].text; *at; at++)
            sha256_add(sum, at, 1);
        sha256_end(sum, hex);
        assert_string_equal(hex, rows[i].hex);
    }
}

static void hash_of_file(const char *text, size_t times, char hex[SHA256_TEXT_SIZE])
{
    char path[] = "/tmp/test_sha256.XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < times; i++)
        assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    const enum err err = sha256_file(path, hex);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(err, ERR_OK);
}

static void test_file(void **unused)
{
    (void)unused;
    char hex[SHA256_TEXT_SIZE];
    for (size_t i = 0; i < ROW_COUNT; i++) {
        hash_of_file(rows[i].text, 1, hex);
        assert_string_equal(hex, rows[i].hex);
    }
    hash_of_file("a", 1000000, hex);
    assert_string_equal(hex, million_a);
}

static void test_unreadable(void **unused)
{
    (void)unused;
    char hex[SHA256_TEXT_SIZE] = "untouched";
    assert_int_equal(sha256_file("/nonexistent/trip.gpkg", hex), ERR_INPUT);
    assert_int_equal(sha256_file("/tmp", hex), ERR_INPUT); /* opens, but cannot be read */
    assert_string_equal(hex, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buffer),
        cmocka_unit_test(test_by_and_by),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_unreadable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
