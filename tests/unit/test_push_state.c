/* How far a push has come, kept beside the trip: through crashes, changes and two pushes
 * at once. */
#include <sys/stat.h>

#include "../support/capture.h"
#include "../support/scratch.h"
#include "push_state.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const struct push_target office = {"https://a.vn/in", 64000, false};

struct desk {
    struct scratch *scratch;
    char *trip, *dir, *file;
};

static struct desk desk_open(void **state)
{
    struct scratch *s = *state;
    struct desk d = {.scratch = s,
                     .trip = xasprintf("%s/t.gpkg", s->dir),
                     .dir = xasprintf("%s/.push", s->dir),
                     .file = xasprintf("%s/.push/t.gpkg", s->dir)};
    (void)scratch_write(s, "t.gpkg", "a trip");
    return d;
}

static void desk_close(struct desk *d)
{
    (void)unlink(d->file);
    assert_int_equal(rmdir(d->dir), 0);
    free(d->trip);
    free(d->dir);
    free(d->file);
}

static void open_state(const struct desk *d, const struct push_target *to,
                       struct push_state *s)
{
    assert_int_equal(push_state_open(d->trip, to, s), PUSH_LOCKED);
}

/* A push that got as far as two parts. */
static void push_two(const struct desk *d)
{
    struct push_state s;
    open_state(d, &office, &s);
    assert_string_equal(s.sha256, "");
    assert_int_equal(s.size, 6);
    assert_int_equal(push_state_set_hash(&s, A), ERR_OK);
    assert_int_equal(push_state_add_part(&s, B), ERR_OK);
    assert_int_equal(push_state_add_part(&s, A), ERR_OK);
    push_state_close(&s);
}

static void test_it_goes_on_where_it_was(void **state)
{
    struct desk d = desk_open(state);
    struct push_state s;
    push_two(&d);
    open_state(&d, &office, &s);
    assert_string_equal(s.sha256, A);
    assert_int_equal(s.part_count, 2);
    assert_string_equal(s.parts[0], B);
    assert_string_equal(s.parts[1], A);
    assert_false(s.done);
    assert_int_equal(push_state_set_hash(&s, A), ERR_OK);
    assert_int_equal(push_state_set_done(&s), ERR_OK);
    push_state_close(&s);
    open_state(&d, &office, &s);
    assert_true(s.done);
    assert_int_equal(s.part_count, 2);
    push_state_remove(&s);
    push_state_close(&s);
    desk_close(&d);
}

/* Cut off within its last line, as by a power cut: that line was never written. */
static void test_a_torn_line_is_none(void **state)
{
    struct desk d = desk_open(state);
    struct stat whole;
    push_two(&d);
    assert_int_equal(stat(d.file, &whole), 0);
    for (off_t cut = 1; cut <= 69; cut++) { /* "part " + hash, without its end */
        struct push_state s;
        (void)unlink(d.file);
        push_two(&d);
        assert_int_equal(truncate(d.file, whole.st_size - cut), 0);
        open_state(&d, &office, &s);
        assert_int_equal(s.part_count, 1);
        assert_int_equal(push_state_add_part(&s, A), ERR_OK);
        push_state_close(&s);
        open_state(&d, &office, &s);
        assert_int_equal(s.part_count, 2);
        push_state_close(&s);
    }
    desk_close(&d);
}

static void test_of_anything_else_it_says_nothing(void **state)
{
    static const struct push_target others[] = {{"https://b.vn/in", 64000, false},
                                                {"https://a.vn/in", 65000, false},
                                                {"https://a.vn/in", 64000, true}};
    struct desk d = desk_open(state);
    struct push_state s;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        push_two(&d);
        open_state(&d, &others[i], &s);
        assert_int_equal(s.part_count, 0);
        assert_string_equal(s.sha256, "");
        push_state_close(&s);
        (void)unlink(d.file);
    }
    push_two(&d);
    (void)scratch_write(d.scratch, "t.gpkg", "another trip");
    open_state(&d, &office, &s);
    assert_int_equal(s.part_count, 0);
    push_state_close(&s);
    desk_close(&d);
}

static void test_rubbish_is_no_progress(void **state)
{
    static const char *const tails[] = {"done\n",
                                        "part " A "\n",
                                        "trip x\n",
                                        "trip " A "\npart " A "x\n",
                                        "trip " A "\nx\n",
                                        "\n\n\n",
                                        "trip " A "\ndone \n"};
    struct desk d = desk_open(state);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        struct push_state s;
        open_state(&d, &office, &s);
        push_state_close(&s);
        FILE *f = fopen(d.file, "ab");
        assert_non_null(f);
        assert_true(fputs(tails[i], f) >= 0);
        assert_int_equal(fclose(f), 0);
        open_state(&d, &office, &s);
        assert_int_equal(s.part_count, 0);
        assert_false(s.done);
        push_state_close(&s);
        (void)unlink(d.file);
    }
    desk_close(&d);
}

static void test_two_at_once(void **state)
{
    struct desk d = desk_open(state);
    struct push_state first, second;
    open_state(&d, &office, &first);
    assert_int_equal(push_state_open(d.trip, &office, &second), PUSH_BUSY);
    push_state_close(&second);
    push_state_close(&first);
    open_state(&d, &office, &second);
    push_state_close(&second);
    desk_close(&d);
}

static void test_where_nothing_can_be_kept(void **state)
{
    struct desk d = desk_open(state);
    struct capture said;
    struct push_state s;
    (void)scratch_write(d.scratch, ".push", "a file where the directory should be");
    capture_start(&said);
    assert_int_equal(push_state_open(d.trip, &office, &s), PUSH_UNKEPT);
    push_state_close(&s);
    capture_stop(&said);
    assert_non_null(strstr(said.text, ".push/t.gpkg"));
    assert_int_equal(unlink(d.dir), 0);
    assert_int_equal(mkdir(d.dir, 0700), 0);
    desk_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_it_goes_on_where_it_was),
        SCRATCH_TEST(test_a_torn_line_is_none),
        SCRATCH_TEST(test_of_anything_else_it_says_nothing),
        SCRATCH_TEST(test_rubbish_is_no_progress),
        SCRATCH_TEST(test_two_at_once),
        SCRATCH_TEST(test_where_nothing_can_be_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
