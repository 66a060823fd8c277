/* UTF-16 as UTF-8: whatever is read at once, of either byte order, with halves of
 * characters. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "import_utf16.h"

#include <string.h>

struct source {
    const char *bytes;
    size_t size, at;
    size_t step; /* at most so many are given at once */
    bool breaks; /* at the end */
};

static long read_source(void *source, void *buf, size_t size)
{
    struct source *s = source;
    size_t n = s->size - s->at;
    n = n < size ? n : size;
    n = n < s->step ? n : s->step;
    memcpy(buf, s->bytes + s->at, n);
    s->at += n;
    return n == 0 && s->breaks ? -1 : (long)n;
}

/* All of it into `text`, `room` bytes at once; what the last reading returned. */
static long convert(struct utf16 *u, struct source *s, size_t room, char text[64])
{
    size_t len = 0;
    long got;
    while ((got = utf16_read(u, read_source, s, &(struct utf16_text){text + len, room})) >
           0) {
        assert_true((size_t)got <= room);
        len += (size_t)got;
        assert_true(len + room < 64);
    }
    text[len] = '\0';
    return got;
}

#define TEXT(bytes) bytes, sizeof bytes - 1

static const struct {
    const char *bytes;
    size_t size;
    const char *text; /* NULL: no UTF-16 */
} rows[] = {
    {TEXT("a\0b\0"), "ab"},
    {TEXT("\0a\0b"), "ab"},
    {TEXT("\xff\xfe"
          "a\0\xa3\x1e"),
     "\xef\xbb\xbf"
     "a\xe1\xba\xa3"},
    {TEXT("\xfe\xff\0a\x1e\xa3"), "\xef\xbb\xbf"
                                  "a\xe1\xba\xa3"},
    {TEXT("a\0b\0\x34\xd8\x1e\xdd"), "ab\xf0\x9d\x84\x9e"}, /* beyond 16 bit */
    {TEXT("a\0b\0\x34\xd8"), "ab\xef\xbf\xbd"},             /* half of one */
    {TEXT("a\0b\0\x1e\xdd\x63\0"), "ab\xef\xbf\xbd"
                                   "c"}, /* the other half */
    {TEXT("a\0b\0c"), "ab\xef\xbf\xbd"}, /* half of two bytes */
    {TEXT("a\0b\0\x34\xd8\x63\0"), "ab\xef\xbf\xbd"
                                   "c"},
    {TEXT("abcd"), NULL},
    {TEXT("\0\0\0\0"), NULL},
    {TEXT("\xef\xbb\xbf"
          "a"),
     NULL},
    {TEXT("a\0bc"), NULL},
    {TEXT("\0ab\0"), NULL},
};

static void test_rows(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct utf16 *u = utf16_open((const unsigned char *)rows[i].bytes);
        if ((u != NULL) != (rows[i].text != NULL))
            fail_msg("row %zu", i);
        for (size_t step = 1; u && step < 6; step++) {
            for (size_t room = 4; room < 9; room++) {
                struct source s = {rows[i].bytes, rows[i].size, 0, step, false};
                char text[64];
                utf16_rewind(u);
                assert_int_equal(convert(u, &s, room, text), 0);
                assert_string_equal(text, rows[i].text);
            }
        }
        utf16_close(u);
    }
}

/* What is left of an earlier reading does not come back. */
static void test_rewind(void **unused)
{
    static const char bytes[] = "a\0b\0c\0d\0";
    struct utf16 *u = utf16_open((const unsigned char *)bytes);
    struct source s = {bytes, 8, 0, 3, false};
    char text[64];
    (void)unused;
    assert_int_equal(utf16_read(u, read_source, &s, &(struct utf16_text){text, 4}), 1);
    utf16_rewind(u);
    s.at = 0;
    assert_int_equal(convert(u, &s, 8, text), 0);
    assert_string_equal(text, "abcd");
    utf16_close(u);
}

static void test_source_fails(void **unused)
{
    static const char bytes[] = "a\0b\0";
    struct utf16 *u = utf16_open((const unsigned char *)bytes);
    struct source s = {bytes, 4, 0, 8, true};
    char text[64];
    (void)unused;
    assert_int_equal(convert(u, &s, 8, text), -1);
    assert_string_equal(text, "ab");
    utf16_close(u);
    utf16_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_rewind),
        cmocka_unit_test(test_source_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
