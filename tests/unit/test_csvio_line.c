/* A line of delimited text that goes on without end. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "../support/capture.h"
#include "csvio.h"

#include <string.h>

/* A line that never ends. */
static long endless_read(void *source, void *buf, size_t size)
{
    *(int64_t *)source += (int64_t)size;
    memset(buf, 'x', size);
    return (long)size;
}

static void test_line_without_end(void **unused)
{
    int64_t given = 0;
    struct capture c;
    struct csvio_row row;
    struct csvio_reader *r = csvio_open(endless_read, &given, ',', '"');
    (void)unused;
    csvio_name(r, "some.csv");
    assert_int_equal(csvio_next(r, &row), 1);
    assert_true(row.malformed && row.line == 1);
    assert_true(given < 2 * CSVIO_MAX_ROW);
    capture_start(&c);
    const int got = csvio_next(r, &row);
    const int again = csvio_next(r, &row);
    const char *message = capture_stop(&c);
    assert_int_equal(got, -1);
    assert_int_equal(again, -1);
    assert_non_null(strstr(message, "some.csv:1: "));
    assert_null(strchr(strchr(message, '\n') + 1, '\n')); /* said once */
    assert_in_range(given, CSVIO_MAX_LINE, CSVIO_MAX_LINE + CSVIO_MAX_ROW);
    csvio_close(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_line_without_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
