/* Names on a map: beside their symbol, never over another or outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pdf_labels.h"

static bool apart(const struct pdf_box *a, const struct pdf_box *b)
{
    return a->x + a->width <= b->x || b->x + b->width <= a->x ||
           a->y + a->height <= b->y || b->y + b->height <= a->y;
}

static void test_first_is_right(void **state)
{
    (void)state;
    struct pdf_labels l = {.frame = {0, 0, 200, 100}};
    const struct pdf_box symbol = {50, 40, 10, 10};
    struct pdf_box label = {.width = 30, .height = 8};
    assert_true(pdf_labels_place(&l, &symbol, &label));
    assert_true(label.x == 60);
    assert_true(label.y == 41);
    pdf_labels_free(&l);
}

static void test_frame(void **state)
{
    (void)state;
    struct pdf_labels l = {.frame = {0, 0, 100, 100}};
    const struct pdf_box symbol = {85, 40, 10, 10};
    struct pdf_box label = {.width = 30, .height = 8};
    struct pdf_box wide = {.width = 101, .height = 8};
    assert_true(pdf_labels_place(&l, &symbol, &label));
    assert_true(label.x == 55); /* left: at the right it would stand outside */
    assert_false(pdf_labels_place(&l, &symbol, &wide));
    pdf_labels_free(&l);
}

static void test_crowd(void **state)
{
    enum { COUNT = 40 };
    (void)state;
    struct pdf_labels l = {.frame = {0, 0, 300, 300}};
    struct pdf_box placed[COUNT];
    const struct pdf_box symbol = {145, 145, 10, 10};
    size_t count = 0;
    pdf_labels_take(&l, symbol);
    for (int i = 0; i < COUNT; i++) { /* all in one place */
        struct pdf_box label = {.width = 40, .height = 8};
        if (pdf_labels_place(&l, &symbol, &label))
            placed[count++] = label;
    }
    assert_true(count >= 4);
    assert_true(count < COUNT);
    for (size_t i = 0; i < count; i++) {
        assert_true(apart(&placed[i], &symbol));
        for (size_t k = 0; k < i; k++)
            assert_true(apart(&placed[i], &placed[k]));
    }
    pdf_labels_free(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_is_right),
        cmocka_unit_test(test_frame),
        cmocka_unit_test(test_crowd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
