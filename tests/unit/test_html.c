/* HTML and the names of dossiers: nothing that a name holds becomes markup or a path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dossier.h"
#include "html.h"
#include "xmem.h"

static void test_text(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"", ""},
        {"Bản Đỗ", "Bản Đỗ"},
        {"a < b & c > d", "a &lt; b &amp; c &gt; d"},
        {"\"'", "&quot;&#39;"},
        {"</script>", "&lt;/script&gt;"},
        {"a\nb\tc", "a\nb\tc"},
        {"a\x01\x1b\x7f", "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *out = NULL;
        size_t size = 0;
        FILE *f = open_memstream(&out, &size);
        html_text(f, rows[i].text);
        fclose(f);
        assert_string_equal(out, rows[i].expected);
        free(out);
    }
}

static void test_element(void **state)
{
    char *out = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&out, &size);
    (void)state;
    html_element(f, "td class=\"n\"", "%d %s", 7, "<b>");
    fclose(f);
    assert_string_equal(out, "<td class=\"n\">7 &lt;b&gt;</td>\n");
    free(out);
}

static void test_file_name(void **state)
{
    static const struct {
        const char *code, *expected;
    } rows[] = {
        {"H05", "H05.html"},
        {"0123-4_5", "0123-4_5.html"},
        {"..", "~2E~2E.html"},
        {"../evil", "~2E~2E~2Fevil.html"},
        {"a/b", "a~2Fb.html"},
        {"a~2Fb", "a~7E2Fb.html"},
        {"a b", "a~20b.html"},
        {"Đ1", "~C4~901.html"},
        {"=cmd()", "~3Dcmd~28~29.html"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *name = dossier_file_name(rows[i].code);
        assert_string_equal(name, rows[i].expected);
        free(name);
    }
}

static void test_long_file_names(void **state)
{
    char a[600], b[600];
    (void)state;
    memset(a, '/', sizeof a - 1);
    a[sizeof a - 1] = '\0';
    memcpy(b, a, sizeof a);
    b[sizeof b - 2] = 'x';
    char *one = dossier_file_name(a);
    char *other = dossier_file_name(b);
    char *empty = dossier_file_name("");
    assert_true(strlen(one) < 200);
    assert_null(strchr(one, '/'));
    assert_string_not_equal(one, other);
    assert_true(strlen(empty) > strlen(".html"));
    free(one);
    free(other);
    free(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_element),
        cmocka_unit_test(test_file_name),
        cmocka_unit_test(test_long_file_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
