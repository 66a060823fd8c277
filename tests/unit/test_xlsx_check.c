/* A workbook that lost rows, or what stands around them, is found out. */
#include "../support/scratch.h"

#include <fcntl.h>
#include <xlsxwriter.h>

#include "xlsx_check.h"

enum { LONG = 70000, SHEETS = 3 }; /* rows of some 2 MB: more than is read at once */

/* Keeps the files where rows wait. */
static void make_workbook(const char *path, lxw_row_t row_count, int *rows)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    lxw_workbook *book = workbook_new_opt(path, &options);
    lxw_worksheet *sheets[SHEETS];
    for (int i = 0; i < SHEETS; i++)
        sheets[i] = workbook_add_worksheet(book, NULL);
    for (lxw_row_t i = 0; i < row_count; i++)
        worksheet_write_string(sheets[0], i, 0, "<row >\"</sheetData>", NULL);
    worksheet_set_row(sheets[0], LONG - 1, LXW_DEF_ROW_HEIGHT, NULL);
    worksheet_write_number(sheets[1], 3, 2, 1, NULL);
    for (int i = 0; i < SHEETS; i++) {
        lxw_worksheet_write_single_row(sheets[i]);
        assert_int_equal(fflush(sheets[i]->optimize_tmpfile), 0);
        rows[i] = dup(fileno(sheets[i]->optimize_tmpfile));
        assert_true(rows[i] >= 0);
    }
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
}

static int open_copy(const char *from, const char *to)
{
    char bytes[1 << 12];
    const int in = open(from, O_RDONLY);
    const int out = open(to, O_RDWR | O_CREAT | O_TRUNC, 0600);
    ssize_t got;
    assert_true(in >= 0 && out >= 0);
    while ((got = read(in, bytes, sizeof bytes)) > 0)
        assert_int_equal(write(out, bytes, (size_t)got), got);
    close(in);
    return out;
}

struct scene {
    struct xlsx_files book, outline;
    int rows[2][SHEETS];
};

static void open_book(struct xlsx_files *files, const char *path, lxw_row_t row_count,
                      int *rows)
{
    make_workbook(path, row_count, rows);
    *files = (struct xlsx_files){open(path, O_RDONLY), rows, SHEETS};
    assert_true(files->book >= 0);
}

static void open_scene(struct scene *s, void **state)
{
    open_book(&s->book, scratch_path(*state, "book.xlsx"), LONG, s->rows[0]);
    open_book(&s->outline, scratch_path(*state, "outline.xlsx"), 1, s->rows[1]);
}

static void close_scene(struct scene *s)
{
    for (int i = 0; i < SHEETS; i++) {
        close(s->rows[0][i]);
        close(s->rows[1][i]);
    }
    close(s->book.book);
    close(s->outline.book);
}

static void test_whole(void **state)
{
    struct scene s;
    open_scene(&s, state);
    assert_true(xlsx_check(&s.book, &s.outline));
    assert_true(xlsx_check(&s.book, &s.book));
    s.book.count--; /* a sheet is missing */
    assert_false(xlsx_check(&s.book, &s.outline));
    close_scene(&s);
}

/* Of either book. */
static void test_rows(void **state)
{
    for (int which = 0; which < 2; which++) {
        struct scene s;
        open_scene(&s, state);
        int *rows = &s.rows[which][0];
        char *from = xasprintf("/proc/self/fd/%d", *rows);
        const int other = open_copy(from, scratch_path(*state, "rows"));
        free(from);
        close(*rows);
        *rows = other;
        assert_true(xlsx_check(&s.book, &s.outline));
        const off_t size = lseek(other, 0, SEEK_END);
        assert_int_equal(pwrite(other, "X", 1, size - 10), 1);
        assert_false(xlsx_check(&s.book, &s.outline)); /* another byte */
        assert_int_equal(ftruncate(other, size - 10), 0);
        assert_false(xlsx_check(&s.book, &s.outline)); /* fewer */
        close_scene(&s);
    }
}

static void test_around(void **state)
{
    struct scene s;
    open_scene(&s, state);
    const char *path = scratch_path(*state, "other.xlsx");
    lxw_workbook *book = workbook_new(path); /* its first sheet is not that long */
    for (int i = 0; i < SHEETS; i++)
        worksheet_write_number(workbook_add_worksheet(book, NULL), 3, 2, 1, NULL);
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    close(s.outline.book);
    s.outline.book = open(path, O_RDONLY);
    assert_false(xlsx_check(&s.book, &s.outline));
    close_scene(&s);
}

static void test_cut(void **state)
{
    struct scene s;
    open_scene(&s, state);
    assert_int_equal(truncate(scratch_path(*state, "book.xlsx"), 2000), 0);
    assert_false(xlsx_check(&s.book, &s.outline));
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {SCRATCH_TEST(test_whole), SCRATCH_TEST(test_rows),
                                       SCRATCH_TEST(test_around), SCRATCH_TEST(test_cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
