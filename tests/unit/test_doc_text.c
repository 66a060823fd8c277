/* Text for documents: cleaned, cut, and in the order of the Vietnamese alphabet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "doc_text.h"

static void test_clean(void **state)
{
    static const struct {
        const char *text, *clean;
    } rows[] = {
        {"", ""},
        {"Ban Gao", "Ban Gao"},
        {"Bản Gạo", "Bản Gạo"},
        {"Ba\xCC\x89n Đo\xCC\x82\xCC\x83", "Bản Đỗ"}, /* NFD, marks in two orders */
        {"Nà Lo\xCC\x83\xCC\x82n", "Nà Lõ\xCC\x82n"},
        {"one\ntwo\tthree\r", "one two three "},
        {"bell\a, delete\x7F, NEL\xC2\x85.", "bell , delete , NEL ."},
        {"line\xE2\x80\xA8paragraph\xE2\x80\xA9.", "line paragraph ."},
        {"a\xE2\x80\xAE"
         "b\xE2\x80\x8F"
         "c",
         "abc"}, /* RLO and RLM */
        {"bad \xFF\xC3( byte", "bad \xEF\xBF\xBD\xEF\xBF\xBD( byte"},
        {"\xEF\xBF\xBE\xEF\xBF\xBF", "\xEF\xBF\xBD\xEF\xBF\xBD"}, /* U+FFFE, U+FFFF */
        {"\xF0\x9F\x93\xA1 trạm", "\xF0\x9F\x93\xA1 trạm"},       /* beyond 16 bits */
        {"=cmd()|' /C calc'!A0", "=cmd()|' /C calc'!A0"},         /* text stays text */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *clean = doc_text_clean(rows[i].text);
        assert_string_equal(clean, rows[i].clean);
        free(clean);
    }
}

static void test_clip(void **state)
{
    static const struct {
        const char *text;
        size_t max;
        const char *clipped;
    } rows[] = {
        {"", 3, ""},           {"abc", 3, "abc"},       {"abcd", 3, "ab…"},
        {"Đỗ Ỏi", 5, "Đỗ Ỏi"}, {"Đỗ Ỏi Ả", 5, "Đỗ Ỏ…"}, {"abc", 1, "…"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *clipped = doc_text_clip(rows[i].text, rows[i].max);
        assert_string_equal(clipped, rows[i].clipped);
        free(clipped);
    }
}

/* Items of `what`, their place in the right order; first handed over backwards. */
static void check_order(const struct doc_text_item *right, size_t count)
{
    struct doc_text_item items[16];
    assert_true(count <= 16);
    for (size_t i = 0; i < count; i++) {
        items[count - 1 - i] = right[i];
        items[count - 1 - i].what = &right[i];
    }
    doc_text_sort(items, count);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(items[i].what, &right[i]);
}

static void test_order(void **state)
{
    (void)state;
    /* the alphabet (a ă â … d đ e ê … o ô ơ), then the tones, then numbers by value */
    static const struct doc_text_item letters[] = {
        {.names = {"", "", "", "An"}, .code = "z"},
        {.names = {"", "", "", "Ăn"}, .code = "y"},
        {.names = {"", "", "", "Ân"}, .code = "x"},
        {.names = {"", "", "", "Bản 2"}, .code = "w"},
        {.names = {"", "", "", "Bản 10"}, .code = "v"},
        {.names = {"", "", "", "Dạ"}, .code = "u"},
        {.names = {"", "", "", "Đa"}, .code = "t"},
        {.names = {"", "", "", "Eo"}, .code = "s"},
        {.names = {"", "", "", "Ổ"}, .code = "r"},
        {.names = {"", "", "", "Ơ"}, .code = "q"},
    };
    static const struct doc_text_item fields[] = {
        {.names = {"", "Xã B", "2", "Z"}, .code = "1"}, /* no province */
        {.names = {"An", "Xã B", "1", "Z"}, .code = "1"},
        {.names = {"An Giang", "Xã A", "1", "A"}, .code = "1"},
        {.names = {"An Giang", "Xã A", "1", "A"}, .code = "2"},
        {.names = {"An Giang", "Xã A", "2", "A"}, .code = "0"},
        {.names = {"\xEF\xBF\xBF", "", "", "A"}, .code = "0"}, /* U+FFFF is the last */
    };
    check_order(letters, sizeof letters / sizeof *letters);
    check_order(fields, sizeof fields / sizeof *fields);
    doc_text_sort(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_clip),
        cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
