/* Files checked to the last byte, and the number texts of the contract. */
#include "out.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "units.h"
#include "xmem.h"

static void test_numbers(void **state)
{
    (void)state;
    char buf[OUT_NUMBER_SIZE];
    const struct {
        double value;
        const char *text;
    } shares[] = {
        {0.5, "0.500000"}, {-0.0000001, "0.000000"}, {-0.0, "0.000000"},       {NAN, ""},
        {INFINITY, ""},    {106.25, "106.250000"},   {-0.0000006, "-0.000001"}};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        assert_string_equal(out_share(shares[i].value, buf), shares[i].text);
    assert_string_equal(out_dbm(-101, buf), "-101");
    assert_string_equal(out_dbm(LEVEL_NONE, buf), "");
    assert_string_equal(out_count(0, buf), "0");
    assert_string_equal(out_count(INT64_MAX, buf), "9223372036854775807");
    assert_string_equal(out_count(ID_UNKNOWN, buf), "");
}

static void test_file_is_written(void **state)
{
    (void)state;
    char dir[] = "/tmp/test_out_file_XXXXXX";
    assert_non_null(mkdtemp(dir));
    FILE *f = out_open(dir, "x.csv");
    assert_non_null(f);
    fputs("a\r\n", f);
    assert_int_equal(out_close(f, dir, "x.csv"), ERR_OK);

    char *path = xasprintf("%s/x.csv", dir);
    char text[8] = "";
    f = fopen(path, "re");
    assert_non_null(f);
    assert_int_equal(fread(text, 1, sizeof text, f), 3);
    assert_memory_equal(text, "a\r\n", 3);
    fclose(f);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
    free(path);
}

/* A full disk shows when the buffer is flushed, or in a write long before the end. */
static void test_full_disk(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        const int lines = round == 0 ? 1 : 100000;
        FILE *f = out_open("/dev", "full");
        assert_non_null(f);
        for (int i = 0; i < lines; i++)
            fputs("text\r\n", f);
        assert_int_equal(out_close(f, "/dev", "full"), ERR_FAILED);
    }
}

static void test_no_directory(void **state)
{
    (void)state;
    assert_null(out_open("/nonexistent", "x.csv"));
    assert_int_equal(out_close(NULL, "/nonexistent", "x.csv"), ERR_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_file_is_written),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_no_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
