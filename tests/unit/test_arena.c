/* Memory of an arena: what was put there stays, apart from everything else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "xmem.h"

enum { ROUNDS = 4000 };

static void fill(struct arena *a, uint8_t *blocks[ROUNDS], const char *texts[ROUNDS])
{
    for (size_t i = 0; i < ROUNDS; i++) {
        char text[32];
        const size_t size = i % 1000 == 0 ? 600000 : i % 700; /* some are large */
        blocks[i] = arena_alloc(a, size, 1);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(blocks[i][k], 0);
        memset(blocks[i], (int)(i % 256), size);
        snprintf(text, sizeof text, "text %zu", i);
        texts[i] = arena_text(a, text);
    }
}

static void expect_filled(uint8_t *blocks[ROUNDS], const char *texts[ROUNDS])
{
    for (size_t i = 0; i < ROUNDS; i++) {
        char text[32];
        const size_t size = i % 1000 == 0 ? 600000 : i % 700;
        for (size_t k = 0; k < size; k++)
            assert_int_equal(blocks[i][k], i % 256);
        snprintf(text, sizeof text, "text %zu", i);
        assert_string_equal(texts[i], text);
    }
}

static void test_joined(void **state)
{
    static uint8_t *blocks[2][ROUNDS];
    static const char *texts[2][ROUNDS];
    struct arena a = {0}, b = {0};
    (void)state;
    fill(&a, blocks[0], texts[0]);
    fill(&b, blocks[1], texts[1]);
    arena_join(&a, &b);
    assert_null(b.chunks);
    arena_join(&a, &b); /* of nothing */
    arena_free(&b);
    expect_filled(blocks[0], texts[0]);
    expect_filled(blocks[1], texts[1]);
    assert_string_equal(arena_text(&a, ""), "");
    arena_free(&a);
    assert_null(a.chunks);
}

static void test_nothing_is_something(void **state)
{
    struct arena a = {0};
    (void)state;
    char *first = arena_alloc(&a, 0, 8);
    char *second = arena_alloc(&a, 0, 8);
    assert_non_null(first);
    assert_ptr_not_equal(first, second);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joined),
        cmocka_unit_test(test_nothing_is_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
