/* A workbook that lost rows, or its end, is found out. */
#include "../support/scratch.h"

#include <fcntl.h>
#include <xlsxwriter.h>

#include "xlsx_check.h"

enum { LONG = 70000 }; /* rows of some 2 MB: more than is read at once */

static void make_workbook(const char *path)
{
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *first = workbook_add_worksheet(book, NULL);
    lxw_worksheet *second = workbook_add_worksheet(book, NULL);
    for (lxw_row_t i = 0; i < LONG; i++)
        worksheet_write_string(first, i, 0, "<row >\"</worksheet>", NULL);
    worksheet_write_number(second, 3, 2, 1, NULL);
    workbook_add_worksheet(book, NULL);
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
}

static bool check(const char *path, const uint32_t *rows, size_t count)
{
    const int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    const bool whole = xlsx_check(fd, rows, count);
    close(fd);
    return whole;
}

static void test_rows(void **state)
{
    static const struct {
        uint32_t rows[4];
        size_t count;
        bool whole;
    } rows[] = {
        {{LONG, 1, 0}, 3, true},      {{LONG - 1, 1, 0}, 3, false},
        {{LONG + 1, 1, 0}, 3, false}, {{LONG, 0, 0}, 3, false},
        {{LONG, 1, 0, 0}, 4, false}, /* a sheet is missing */
    };
    const char *path = scratch_path(*state, "book.xlsx");
    make_workbook(path);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(check(path, rows[i].rows, rows[i].count), rows[i].whole);
    assert_int_equal(truncate(path, 2000), 0);
    assert_false(check(path, rows[0].rows, rows[0].count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {SCRATCH_TEST(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
