/* The bytes that active tests have cost: kept per day and interface, on the disk. */
#include "../support/capture.h"
#include "../support/scratch.h"
#include "probe_usage.h"

#include <fcntl.h>
#include <sys/stat.h>

static struct probe_usage open_usage(struct scratch *s)
{
    struct probe_usage u;
    assert_int_equal(probe_usage_open(&u, s->dir), ERR_OK);
    return u;
}

static void test_bytes_outlive_the_program(void **state)
{
    struct probe_usage u = open_usage(*state);
    assert_int_equal(probe_usage_bytes(&u, 20779, "wwan0"), 0);
    assert_int_equal(probe_usage_add(&u, 20779, "wwan0", 5000), ERR_OK);
    assert_int_equal(probe_usage_add(&u, 20779, "wwan1", 70), ERR_OK);
    assert_int_equal(probe_usage_add(&u, 20780, "wwan0", 1), ERR_OK);
    assert_int_equal(probe_usage_add(&u, 20779, "wwan0", -2000), ERR_OK);
    probe_usage_close(&u); /* which writes nothing: a crash is no different */
    u = open_usage(*state);
    assert_int_equal(probe_usage_bytes(&u, 20779, "wwan0"), 3000);
    assert_int_equal(probe_usage_bytes(&u, 20779, "wwan1"), 70);
    assert_int_equal(probe_usage_bytes(&u, 20780, "wwan0"), 1);
    assert_int_equal(probe_usage_bytes(&u, 20780, "wwan1"), 0);
    assert_int_equal(probe_usage_add(&u, 20780, "wwan0", -5), ERR_OK);
    assert_int_equal(probe_usage_bytes(&u, 20780, "wwan0"), 0); /* never below */
    probe_usage_close(&u);
}

/* A clock that is years off makes days of its own; those of now are not forgotten. */
static void test_the_row_not_used_longest_makes_room(void **state)
{
    struct probe_usage u = open_usage(*state);
    for (int32_t day = 0; day < PROBE_USAGE_ROWS; day++)
        assert_int_equal(probe_usage_add(&u, day, "wwan0", 100), ERR_OK);
    assert_int_equal(probe_usage_add(&u, 0, "wwan0", 1), ERR_OK);
    assert_int_equal(probe_usage_add(&u, 20779, "wwan0", 9), ERR_OK);
    probe_usage_close(&u);
    u = open_usage(*state);
    assert_int_equal(u.count, PROBE_USAGE_ROWS);
    assert_int_equal(probe_usage_bytes(&u, 0, "wwan0"), 101);
    assert_int_equal(probe_usage_bytes(&u, 1, "wwan0"), 0);
    assert_int_equal(probe_usage_bytes(&u, 2, "wwan0"), 100);
    assert_int_equal(probe_usage_bytes(&u, 20779, "wwan0"), 9);
    probe_usage_close(&u);
}

static void test_lines_that_cannot_be_read_are_told(void **state)
{
    struct scratch *s = *state;
    struct capture said;
    scratch_write(s, ".probe-bytes",
                  "2026-11-22 wwan0 1234\n"
                  "2026-13-22 wwan0 1\n"
                  "2026-11-22 wwan1 -1\n"
                  "2026-11-22 an-interface-too-long 1\n"
                  "2026-11-22 wwan1\n"
                  "2026-11-22 wwan1 1 more\n"
                  "\n"
                  "2026-11-22 wwan2 99");
    capture_start(&said);
    struct probe_usage u = open_usage(s);
    capture_stop(&said);
    for (int row = 2; row <= 7; row++) {
        char place[32];
        snprintf(place, sizeof place, ".probe-bytes:%d: ", row);
        assert_non_null(strstr(said.text, place));
    }
    assert_int_equal(u.count, 2);
    assert_int_equal(probe_usage_bytes(&u, 20779, "wwan0"), 1234);
    assert_int_equal(probe_usage_bytes(&u, 20779, "wwan2"), 99);
    probe_usage_close(&u);
}

/* What cannot be kept is not added: no test begins then. */
static void test_a_disk_that_refuses_is_told(void **state)
{
    struct scratch *s = *state;
    struct capture said;
    struct probe_usage u = open_usage(s);
    assert_int_equal(probe_usage_add(&u, 20779, "wwan0", 10), ERR_OK);
    assert_int_equal(mkdir(scratch_path(s, ".probe-bytes.new"), 0700), 0);
    capture_start(&said);
    const enum err err = probe_usage_add(&u, 20779, "wwan0", 10);
    capture_stop(&said);
    assert_int_equal(rmdir(s->path), 0);
    assert_int_equal(err, ERR_FAILED);
    assert_non_null(strstr(said.text, ".probe-bytes"));
    assert_int_equal(probe_usage_bytes(&u, 20779, "wwan0"), 10);
    probe_usage_close(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_bytes_outlive_the_program),
        SCRATCH_TEST(test_the_row_not_used_longest_makes_room),
        SCRATCH_TEST(test_lines_that_cannot_be_read_are_told),
        SCRATCH_TEST(test_a_disk_that_refuses_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
