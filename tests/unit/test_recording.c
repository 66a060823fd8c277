/* Recordings: what is written comes back, and damage is named. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "recording.h"

#include <stdio.h>
#include <string.h>

#include "../support/capture.h"
#include "../support/scratch.h"
#include "xmem.h"

#define HEAD                                                                             \
    "lomsong-recording 1\nversion 0.1.0\ndevice desk\ndate 2025-11-22T00:00:00Z\n"       \
    "boot_id 4d0f\nstarted_mono_ms 1000\nstarted_utc_ms 1763769600000\n"                 \
    "interval_ms 200\ndistance_m 12.5\n\n"

#define HEAD_UNTIL_START                                                                 \
    "lomsong-recording 1\nversion 0.1.0\ndevice desk\ndate 2025-11-22T00:00:00Z\n"       \
    "boot_id 4d0f\nstarted_mono_ms "

static const struct recording_header header = {
    .version = "0.1.0",
    .device = "desk",
    .date = "2025-11-22T00:00:00Z",
    .boot_id = "4d0f",
    .started_mono_ms = 1000,
    .started_utc_ms = INT64_C(1763769600000),
    .interval_ms = 200,
    .distance_m = 12.5,
};

static const struct recording_line lines[] = {
    {1000, "clock", '.', "-", "1763769600000"},
    {1000, "at", '>', "/dev/my modem", "+QENG=\"servingcell\""},
    {1001, "at", '<', "/dev/my modem", "+CUSD: 0,\"Vi\xe1\xbb\x87t\tC:\\x41\",15"},
    {1001, "gpsd", '<', "127.0.0.1:2947", "{\"class\":\"TPV\"}\r"},
    {9999, "modemmanager", '-', "cdc-wdm0", ""},
};
enum { LINES = sizeof lines / sizeof *lines };

static void test_round_trip(void **state)
{
    const char *path = scratch_path(*state, "a.rec");
    struct recording_writer *w = NULL;
    struct recording_reader *r = NULL;
    struct recording_header h;
    struct recording_line line;
    assert_int_equal(recording_create(path, &header, &w), ERR_OK);
    for (int i = 0; i < LINES; i++)
        assert_int_equal(recording_write(w, &lines[i]), ERR_OK);
    assert_int_equal(recording_finish(w), ERR_OK);
    assert_int_equal(recording_open(path, &h, &r), ERR_OK);
    assert_string_equal(h.device, header.device);
    assert_string_equal(h.boot_id, header.boot_id);
    assert_int_equal(h.started_utc_ms, header.started_utc_ms);
    assert_int_equal(h.interval_ms, 200);
    assert_true(h.distance_m == 12.5);
    for (int i = 0; i < LINES; i++) {
        assert_int_equal(recording_next(r, &line), 1);
        assert_int_equal(line.mono_ms, lines[i].mono_ms);
        assert_string_equal(line.source, lines[i].source);
        assert_int_equal(line.kind, lines[i].kind);
        assert_string_equal(line.port, lines[i].port);
        assert_string_equal(line.text, lines[i].text);
    }
    assert_int_equal(recording_next(r, &line), 0);
    recording_close(r);
}

/* More than any buffer holds, so that every line is written in the middle of something.
 */
static void test_many(void **state)
{
    enum { COUNT = 2000, SIZE = 9000 };
    static char text[SIZE + 1];
    const char *path = scratch_path(*state, "b.rec");
    struct recording_writer *w = NULL;
    struct recording_reader *r = NULL;
    struct recording_header h;
    struct recording_line line = {1000, "at", '<', "/dev/ttyUSB2", text};
    assert_int_equal(recording_create(path, &header, &w), ERR_OK);
    for (int i = 0; i < COUNT; i++) {
        memset(text, i % 2 ? '\x01' : 'x', SIZE);
        text[i % SIZE] = '\0';
        assert_int_equal(recording_write(w, &line), ERR_OK);
    }
    assert_int_equal(recording_finish(w), ERR_OK);
    assert_int_equal(recording_open(path, &h, &r), ERR_OK);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(recording_next(r, &line), 1);
        assert_int_equal(strlen(line.text), i % SIZE);
    }
    assert_int_equal(recording_next(r, &line), 0);
    recording_close(r);
}

static void test_not_overwritten(void **state)
{
    const char *path = scratch_write(*state, "c.rec", "mine");
    struct recording_writer *w = NULL;
    struct capture capture;
    capture_start(&capture);
    assert_int_equal(recording_create(path, &header, &w), ERR_FAILED);
    assert_non_null(strstr(capture_stop(&capture), "c.rec"));
}

/* Text of a file, what the message says, and how many lines come before. */
static void test_damage(void **state)
{
    static const struct {
        const char *text, *says;
        int good;
    } rows[] = {
        {"", ":1: is \"\"", 0},
        {"lomsong-recording 1\nversion 0123456789012345678901234567890123456789"
         "0123456789012345678901234567890123456789012345678901234567890123456789012345678"
         "9"
         "\n",
         "a shorter text", 0},
        {HEAD_UNTIL_START "x\n", ":6: is \"x\"", 0},
        {HEAD_UNTIL_START "1000\nstarted_utc_ms 1\ninterval_ms 0\n", "expected 1…60000",
         0},
        {HEAD_UNTIL_START "1000\nstarted_utc_ms 1\ninterval_ms 60001\n", ":8: ", 0},
        {HEAD_UNTIL_START "1000\nstarted_utc_ms 1\ninterval_ms 200\nfar 1\n", ":9: ", 0},
        {HEAD_UNTIL_START "1000\nstarted_utc_ms 1\ninterval_ms 200\ndistance_m 1e9\n",
         "expected 0…10000", 0},
        {HEAD_UNTIL_START "1000\nstarted_utc_ms 1\ninterval_ms 200\ndistance_m 1\nx\n",
         "an empty line", 0},
        {"GPKG", "lomsong-recording", 0},
        {"lomsong-recording 2\n", ":1: is \"2\", expected 1", 0},
        {"lomsong-recording 1\nversion 0.1.0\ndevice x\nboot 1\n", ":4: is \"boot 1\"",
         0},
        {HEAD "1000 at > p AT\n", NULL, 1},
        {HEAD "1000 at > p AT\n1001 at > p A", NULL, 1}, /* cut by a crash */
        {HEAD "1000 at > p\n", ":11: ", 0},
        {HEAD "1000 at > p AT\nx at > p AT\n", ":12: is \"x\", expected milliseconds", 1},
        {HEAD "1000 at > p AT\n999 at > p AT\n", ":12: is \"999\"", 1},
        {HEAD "999 at > p AT\n", ":11: is \"999\"", 0},
        {HEAD "-5 at > p AT\n", ":11: is \"-5\"", 0},
        {HEAD "9999999999999999999999 at > p AT\n", ":11: ", 0},
        {HEAD "1000 bt > p AT\n", ":11: is \"bt\"", 0},
        {HEAD "1000 at ? p AT\n", ":11: is \"?\", expected []><=-!", 0},
        {HEAD "1000 at >> p AT\n", ":11: is \">>\"", 0},
        {HEAD "1000 at > p A\\T\n", ":11: ", 0},
        {HEAD "1000 at > p A\\x0\n", ":11: ", 0},
        {HEAD "1000 at > p A\\x00B\n", ":11: ", 0},
        {HEAD "\n", ":11: ", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct recording_header h;
        struct recording_reader *r = NULL;
        struct recording_line line;
        struct capture capture;
        int got = -1, good = 0;
        const char *path = scratch_write(*state, "d.rec", rows[i].text);
        capture_start(&capture);
        if (recording_open(path, &h, &r) == ERR_OK) {
            while ((got = recording_next(r, &line)) > 0)
                good++;
        }
        recording_close(r);
        const char *said = capture_stop(&capture);
        assert_int_equal(good, rows[i].good);
        assert_int_equal(got, rows[i].says ? -1 : 0);
        if (rows[i].says && !strstr(said, rows[i].says))
            fail_msg("row %zu: \"%s\" does not say \"%s\"", i, said, rows[i].says);
    }
}

/* A line without end, a directory, nothing at all. */
static void test_unreadable(void **state)
{
    struct recording_header h;
    struct recording_reader *r = NULL;
    struct capture capture;
    const size_t size = 4 << 20;
    char *endless = xmalloc(size);
    memset(endless, 'x', size);
    memcpy(endless, "lomsong-recording ", 18);
    endless[size - 1] = '\0';
    const char *path = scratch_write(*state, "e.rec", endless);
    capture_start(&capture);
    assert_int_equal(recording_open(path, &h, &r), ERR_INPUT);
    assert_non_null(strstr(capture_stop(&capture), "no longer one"));
    capture_start(&capture);
    assert_int_equal(recording_open("/", &h, &r), ERR_INPUT);
    assert_non_null(strstr(capture_stop(&capture), "/: cannot be read"));
    capture_start(&capture);
    assert_int_equal(recording_open(scratch_path(*state, "none.rec"), &h, &r), ERR_INPUT);
    assert_non_null(strstr(capture_stop(&capture), "none.rec"));
    free(endless);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_round_trip),      SCRATCH_TEST(test_many),
        SCRATCH_TEST(test_not_overwritten), SCRATCH_TEST(test_damage),
        SCRATCH_TEST(test_unreadable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
