/* Tracks: bins noted and not noted, gaps, pieces, rows without an operator, damaged
 * paths.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "track.h"
#include "xmem.h"

enum { DAY = 20000 };

/* A row: seconds and bin. */
struct row {
    int t_s;
    int x, y;
};

static struct track_piece *gather(const struct row *rows, size_t count)
{
    struct track_piece *p = track_piece_new();
    for (size_t i = 0; i < count; i++)
        track_piece_add(p, &(struct track_point){.mccmnc = mccmnc_parse("45204"),
                                                 .day = DAY,
                                                 .t_utc_ms = rows[i].t_s * INT64_C(1000),
                                                 .bin_x = rows[i].x,
                                                 .bin_y = rows[i].y});
    return p;
}

/* "0,0 1,0 | 5,5": a bar where a part begins, but for the first. The caller frees. */
static char *path_text(const struct track *t)
{
    char *text = xstrdup("");
    struct track_cursor c = track_start(t->path, t->path_size);
    while (track_next(&c)) {
        char *longer =
            xasprintf("%s%s%s%d,%d", text, *text ? " " : "",
                      c.starts && *text ? "| " : "", (int)c.bin_x, (int)c.bin_y);
        free(text);
        text = longer;
    }
    assert_ptr_equal(c.at, c.end);
    return text;
}

/* The path of rows that are cut into pieces: `cut` rows each. */
static char *path_in_pieces(const struct row *rows, size_t count, size_t cut)
{
    struct track_piece *whole = track_piece_new();
    for (size_t at = 0; at < count; at += cut) {
        struct track_piece *piece =
            gather(rows + at, count - at < cut ? count - at : cut);
        track_piece_append(whole, piece);
        track_piece_free(piece);
    }
    size_t track_count;
    struct track *tracks = track_finish(whole, 0, &track_count);
    assert_int_equal(track_count, 1);
    assert_int_equal(tracks[0].samples, count);
    char *text = path_text(&tracks[0]);
    track_free(tracks, track_count);
    track_piece_free(whole);
    return text;
}

#define ROWS(...)                                                                        \
    (const struct row[]){__VA_ARGS__},                                                   \
        sizeof((const struct row[]){__VA_ARGS__}) / sizeof(struct row)

struct path_case {
    const char *what;
    const struct row *rows;
    size_t count;
    const char *expected;
};

static const struct path_case path_cases[] = {
    {"at rest", ROWS({0, 3, 4}, {1, 3, 4}, {2, 3, 4}), "3,4"},
    {"bin to bin", ROWS({0, 0, 0}, {1, 1, 0}, {2, 2, 1}), "0,0 1,0 2,1"},
    {"west of the origin", ROWS({0, -1, -8}, {1, -4, -8}), "-1,-8 -4,-8"},
    {"there and back",
     ROWS({0, 0, 0}, {1, 1, 0}, {2, 2, 0}, {3, 1, 0}, {4, 0, 0}, {5, 1, 0}, {6, 2, 0}),
     "0,0 1,0 2,0 1,0 0,0 1,0 2,0"},
    {"no zigzag on an edge",
     ROWS({0, 0, 0}, {1, 1, 0}, {2, 0, 0}, {3, 1, 0}, {4, 0, 0}, {5, 1, 0}, {6, 2, 0}),
     "0,0 1,0 2,0"},
    {"a zigzag that ends where it began",
     ROWS({0, 0, 0}, {1, 1, 0}, {2, 0, 0}, {3, 1, 0}, {4, 0, 0}), "0,0 1,0 0,0"},
    {"a minute is no gap", ROWS({0, 0, 0}, {60, 1, 0}), "0,0 1,0"},
    {"more is one", ROWS({0, 0, 0}, {61, 1, 0}), "0,0 | 1,0"},
    {"back in time too", ROWS({100, 0, 0}, {39, 1, 0}), "0,0 | 1,0"},
    {"a gap at rest does not part the way", ROWS({0, 0, 0}, {90, 0, 0}, {91, 1, 0}),
     "0,0 1,0"},
    {"a gap within a zigzag does", ROWS({0, 0, 0}, {1, 1, 0}, {90, 0, 0}, {91, 1, 0}),
     "0,0 1,0 | 0,0 1,0"},
    {"from end to end of the grid", ROWS({0, -1000000000, 999999999}, {1, 999999999, 0}),
     "-1000000000,999999999 999999999,0"},
};

static void test_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof path_cases / sizeof *path_cases; i++) {
        const struct path_case *c = &path_cases[i];
        for (size_t cut = 1; cut <= c->count; cut++) {
            char *text = path_in_pieces(c->rows, c->count, cut);
            if (strcmp(text, c->expected) != 0)
                fail_msg("%s, in pieces of %zu: %s, expected %s", c->what, cut, text,
                         c->expected);
            free(text);
        }
    }
}

/* A walk in few bins, so that it turns back on itself all the time, with gaps. */
static void random_walk(struct row *rows, size_t count, uint32_t seed)
{
    struct row at = {0};
    for (size_t i = 0; i < count; i++) {
        seed = seed * 1664525 + 1013904223;
        const uint32_t dice = seed >> 16;
        if (dice % 3 == 0)
            at.x = (int)(dice / 3 % 3);
        else if (dice % 7 == 0)
            at.y = (int)(dice / 7 % 2);
        at.t_s += dice % 11 == 0 ? 70 : dice % 43 == 0 ? -80 : 1;
        rows[i] = at;
    }
}

static void test_pieces_do_not_matter(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    struct row rows[COUNT];
    for (uint32_t seed = 1; seed <= 40; seed++) {
        random_walk(rows, COUNT, seed);
        char *whole = path_in_pieces(rows, COUNT, COUNT);
        for (size_t cut = 1; cut < COUNT; cut += cut < 20 ? 1 : 37) {
            char *text = path_in_pieces(rows, COUNT, cut);
            if (strcmp(text, whole) != 0)
                fail_msg("walk %u in pieces of %zu:\n%s\nin a row:\n%s", seed, cut, text,
                         whole);
            free(text);
        }
        free(whole);
    }
}

static struct track_point point(const char *mccmnc, int32_t day, int t_s)
{
    return (struct track_point){
        .mccmnc = mccmnc_parse(mccmnc), .day = day, .t_utc_ms = t_s * INT64_C(1000)};
}

static void test_days_and_operators(void **state)
{
    (void)state;
    const struct track_point points[] = {
        point("45204", DAY, 5), point("45201", DAY, 3),     point("45204", DAY, 4),
        point("", DAY, 6),      point("", DAY + 2, 7),      point("45202", DAY + 1, 9),
        point("", DAY + 1, 10), point("45201", DAY + 1, 8),
    };
    struct track_piece *p = track_piece_new();
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        track_piece_add(p, &points[i]);
    struct track_piece *empty = track_piece_new(), *named = track_piece_new();
    track_piece_append(named, empty); /* of which nothing comes */
    track_piece_append(named, p);
    track_piece_append(named, empty);
    size_t count;
    struct track *t = track_finish(p, 0, &count);
    assert_int_equal(count, 2); /* the row of no operator has no day of its own */
    assert_int_equal(t[0].day, DAY);
    assert_string_equal(t[0].operators, "45201;45204");
    assert_int_equal(t[0].samples, 3);
    assert_int_equal(t[0].first_utc_ms, 3000);
    assert_string_equal(t[1].operators, "45201;45202");
    assert_int_equal(t[1].last_utc_ms, 10000);
    track_free(t, count);
    t = track_finish(named, mccmnc_parse("45202"), &count);
    assert_int_equal(count, 3);
    assert_string_equal(t[0].operators, "45201;45202;45204");
    assert_int_equal(t[1].samples, 3);
    assert_string_equal(t[2].operators, "45202");
    track_free(t, count);
    t = track_finish(empty, 0, &count);
    assert_int_equal(count, 0);
    track_free(t, count);
    track_piece_free(p);
    track_piece_free(named);
    track_piece_free(empty);
}

/* A drive costs two bytes a bin. */
static void test_paths_are_small(void **state)
{
    (void)state;
    struct track_piece *p = track_piece_new();
    for (int i = 0; i < 10000; i++)
        track_piece_add(p, &(struct track_point){.mccmnc = 1,
                                                 .t_utc_ms = i * INT64_C(1000),
                                                 .bin_x = 12000 + i / 10,
                                                 .bin_y = 50000});
    size_t count;
    struct track *t = track_finish(p, 0, &count);
    assert_int_equal(count, 1);
    assert_true(t[0].path_size < 2020);
    track_free(t, count);
    track_piece_free(p);
}

static void test_damaged_paths_end(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[24];
        size_t size;
        int bins;
    } rows[] = {
        {{0}, 0, 0},
        {{0x04}, 1, 0},                                     /* no northing */
        {{0x04, 0x02, 0x80}, 3, 1},                         /* cut off */
        {{0x05, 0x02, 0x01}, 3, 0},                         /* half of the gaps */
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 7, 0}, /* no end */
        {{0xfe, 0xff, 0xff, 0xff, 0xff, 0x01, 0x00}, 7, 0}, /* no bin lies so far out */
        {{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x00}, 11, 0},
        {{0x01, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x00}, 12, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct track_cursor c = track_start(rows[i].bytes, rows[i].size);
        int bins = 0;
        while (track_next(&c))
            bins++;
        assert_int_equal(bins, rows[i].bins);
    }
    struct track_cursor none = track_start(NULL, 0); /* a way not yet written */
    assert_true(none.end == NULL && !track_next(&none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_pieces_do_not_matter),
        cmocka_unit_test(test_days_and_operators),
        cmocka_unit_test(test_paths_are_small),
        cmocka_unit_test(test_damaged_paths_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
