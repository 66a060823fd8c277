/* Names of places: what is the same name, and which is found first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "place_name.h"
#include "xmem.h"

static void test_same(void **unused)
{
    static const struct {
        enum place_kind kind;
        const char *a, *b;
        bool same;
    } rows[] = {
        {PLACE_COMMUNE, "Xã Lũng Cú", "Xã Lũng Cú", true},
        {PLACE_COMMUNE, "Xã Lũng Cú", "  XÃ  LŨNG-CÚ ", true},
        {PLACE_COMMUNE, "Xã Lũng Cú", "Lũng Cú", true},
        {PLACE_COMMUNE, "Lung Cu", "Xã Lũng Cú", true},
        {PLACE_COMMUNE, "X. Lũng Cú", "xã Lũng Cú", true},
        {PLACE_COMMUNE, "x.lung cu", "Xã Lũng Cú", true},
        {PLACE_COMMUNE, "Xã Lu\xCC\x83ng Cu\xCC\x81", "Xã Lũng Cú", true}, /* apart */
        {PLACE_COMMUNE, "Hoà Bình", "Hòa Bình", true}, /* two schools of the tone */
        {PLACE_COMMUNE, "Đồng Văn", "Dong Van", true},
        {PLACE_COMMUNE, "ĐỒNG VĂN", "đồng văn", true},
        {PLACE_COMMUNE, "Đồng Văn", "Đông Vân", true}, /* the same without diacritics */
        {PLACE_COMMUNE, "TT. Đồng Văn", "Thị trấn Đồng Văn", true},
        {PLACE_COMMUNE, "TT Đồng Văn", "Thị trấn Đồng Văn", true},
        {PLACE_COMMUNE, "P.05", "Phường 5", true},
        {PLACE_COMMUNE, "Phường 10", "Phường 1", false},
        {PLACE_COMMUNE, "Phường 0", "Phường 00", true},
        /* of one name, but not one commune */
        {PLACE_COMMUNE, "Xã Đồng Văn", "Thị trấn Đồng Văn", false},
        {PLACE_COMMUNE, "Phường An Bình", "Xã An Bình", false},
        {PLACE_COMMUNE, "Xã Lũng Cú", "Xã Lũng Cao", false},
        {PLACE_COMMUNE, "Xã", "Xã Lũng Cú", false},
        {PLACE_COMMUNE, "", "", false},
        {PLACE_COMMUNE, "Xuân Lập", "Ân Lập", false}, /* X is no word there */
        /* a name that begins like a word for its kind */
        {PLACE_COMMUNE, "Xã Bản Bo", "Bản Bo", true},
        {PLACE_COMMUNE, "Xa Lung", "Xã Xa Lung", true},
        {PLACE_HAMLET, "Thôn số 3", "thôn 3", true},
        {PLACE_HAMLET, "Thôn Số Đỏ", "Thôn Đỏ", false},
        {PLACE_HAMLET, "Tổ dân phố 7", "TDP 07", true},
        {PLACE_HAMLET, "Tổ 7", "tổ dân phố số 7", true},
        {PLACE_HAMLET, "Bản Nà Lình", "Na Linh", true},
        {PLACE_HAMLET, "Ấp Mỹ Hòa", "ap my hoa", true},
        {PLACE_HAMLET, "Khóm 1", "Ấp 1", false},
        {PLACE_DISTRICT, "H. Bảo Lạc", "Huyện Bảo Lạc", true},
        {PLACE_DISTRICT, "TX Sơn Tây", "Thị xã Sơn Tây", true},
        {PLACE_PROVINCE, "Tỉnh Cao Bằng", "Cao Bằng", true},
        {PLACE_PROVINCE, "TP. Hồ Chí Minh", "Thành phố Hồ Chí Minh", true},
        {PLACE_PROVINCE, "\xFF\xFE", "Cao Bằng", false},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (place_name_same(rows[i].kind, rows[i].a, rows[i].b) != rows[i].same ||
            place_name_same(rows[i].kind, rows[i].b, rows[i].a) != rows[i].same)
            fail_msg("\"%s\" and \"%s\"", rows[i].a, rows[i].b);
    }
}

static bool allow_odd(void *ctx, size_t item)
{
    (void)ctx;
    return item % 2 == 1;
}

static void assert_found(struct place_names *n, const char *name,
                         const struct place_names_filter *filter, const char *expected)
{
    size_t *items = NULL;
    const size_t count = place_names_find(n, name, filter, &items);
    char *found = xstrdup("");
    for (size_t k = 0; k < count; k++) {
        char *more = xasprintf("%s%s%zu", found, k ? " " : "", items[k]);
        free(found);
        found = more;
    }
    if (strcmp(found, expected) != 0)
        fail_msg("%s: found %s, expected %s", name, found, expected);
    free(found);
    free(items);
}

/* The likest are found, and all of them. */
static void test_find(void **unused)
{
    static const char *const names[] = {"Xã Lũng",        "Xã Xa Lung", "Phường Tân Lập",
                                        "Tân Lập",        "Xã Hòa",     "Xã Hoà",
                                        "Xã Tân Lập",     "Xã Hoả",     "Xã Tân Lập",
                                        "Phường Yên Bái", "Xã An Phú",  "Phường An Phú"};
    static const struct {
        const char *name;
        bool odd; /* only those may be found */
        const char *expected;
    } rows[] = {
        {"Xã Lũng", false, "0"},
        {"xa lung", false, "1"}, /* letter by letter, but for the word before it */
        {"x. lung", false, "0"}, /* the word is known by its point */
        {"Tân Lập", false, "3"},
        {"Xã Tân Lập", false, "6 8"},
        {"Xã Tân Lập", true, "3"},
        {"Xã Tan Lap", false, "6 8"},
        {"Phường Tan Lap", false, "2"},
        {"Xã Hòa", false, "4"},
        {"Xã Hoa", false, "4 5 7"},
        {"Thị trấn Hòa", false, ""},
        {"Không có", false, ""},
    };
    (void)unused;
    /* under another word: only where none has the name under its own */
    static const struct {
        const char *name, *expected;
    } any_kind[] = {
        {"Thị trấn Hòa", "4"}, {"Thị trấn Hoa", "4 5 7"}, {"Xã Yên Bái", "9"},
        {"Xã An Phú", "10"},   {"TT. An Phú", "10 11"},   {"An Phu", "10 11"},
    };
    struct place_names *n = place_names_new(PLACE_COMMUNE);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        place_names_add(n, names[i], i);
    for (size_t i = 0; i < sizeof any_kind / sizeof *any_kind; i++) {
        const struct place_names_filter filter = {.any_kind = true};
        assert_found(n, any_kind[i].name, &filter, any_kind[i].expected);
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct place_names_filter filter = {.allow =
                                                      rows[i].odd ? allow_odd : NULL};
        assert_found(n, rows[i].name, &filter, rows[i].expected);
    }
    place_names_free(n);
    place_names_free(NULL);
}

/* Hamlets of two kinds are two hamlets. */
static void test_find_hamlets(void **unused)
{
    (void)unused;
    struct place_names *n = place_names_new(PLACE_HAMLET);
    size_t *items = NULL;
    place_names_add(n, "Ấp 1", 0);
    assert_int_equal(place_names_find(n, "Khóm 1", NULL, &items), 0);
    free(items);
    assert_int_equal(place_names_find(n, "ap 1", NULL, &items), 1);
    free(items);
    place_names_free(n);
}

/* Longer than any name: cut, not refused. */
static void test_long(void **unused)
{
    char *name = xcalloc(1 << 16, 1);
    (void)unused;
    memset(name, 'a', (1 << 16) - 1);
    assert_true(place_name_same(PLACE_COMMUNE, name, name));
    assert_false(place_name_same(PLACE_COMMUNE, name, "a"));
    for (size_t i = 0; i + 3 < 1 << 16; i += 3)
        memcpy(name + i, "\xEF\xB7\xBA", 3); /* U+FDFA: eighteen letters, composed */
    assert_false(place_name_same(PLACE_COMMUNE, name, "a"));
    free(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_find_hamlets),
        cmocka_unit_test(test_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
