/* Unpacking: what zlib wrote, in members, cut off and damaged, read in steps of any
 * size. */
#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "../support/scratch.h"
#include "gunzip.h"
#include "xmem.h"

enum { TEXT_SIZE = 300000 };

/* Text that packs like a log. */
static char *make_text(void)
{
    char *text = xmalloc(TEXT_SIZE);
    uint32_t random = 7;
    for (size_t i = 0; i < TEXT_SIZE; i++) {
        random = random * 1664525 + 1013904223;
        text[i] = (char)(i % 60 == 59 ? '\n' : '0' + random % 79 / 8);
    }
    return text;
}

/* Appends text to a file, as a member of gzip or as it is. */
static void append(const char *path, const char *text, size_t size, bool packed)
{
    gzFile gz = gzopen(path, packed ? "ab6" : "abT");
    assert_non_null(gz);
    assert_int_equal(gzwrite(gz, text, (unsigned)size), size);
    assert_int_equal(gzclose(gz), Z_OK);
}

/* Reads to the end in steps; returns what the last call gave, and what was read. */
static long read_all(struct gunzip *g, size_t step, char *into, size_t *size)
{
    long n;
    *size = 0;
    while (*size + step <= 2 * TEXT_SIZE && (n = gunzip_read(g, into + *size, step)) > 0)
        *size += (size_t)n;
    return gunzip_read(g, into + *size, step);
}

static void expect(const char *path, const char *text, size_t size, bool plain)
{
    static const size_t steps[] = {1, 13, 4096, 70000, TEXT_SIZE};
    char *got = xmalloc(2 * TEXT_SIZE);
    struct gunzip *g = gunzip_open(path);
    assert_non_null(g);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        size_t got_size = 0;
        assert_int_equal(read_all(g, steps[i], got, &got_size), 0);
        assert_int_equal(got_size, size);
        assert_memory_equal(got, text, size);
        assert_int_equal(gunzip_is_plain(g), plain);
        gunzip_rewind(g);
    }
    gunzip_close(g);
    free(got);
}

static void test_whole(void **state)
{
    char *text = make_text();
    const char *plain = scratch_path(*state, "plain");
    append(plain, text, TEXT_SIZE, false);
    expect(plain, text, TEXT_SIZE, true);
    const char *one = scratch_path(*state, "one");
    append(one, text, TEXT_SIZE, true);
    expect(one, text, TEXT_SIZE, false);
    const char *some = scratch_path(*state, "some");
    append(some, text, 100, true);
    append(some, text, 0, true);
    append(some, text + 100, 65536, true);
    append(some, text + 65636, TEXT_SIZE - 65636, true);
    expect(some, text, TEXT_SIZE, false);
    append(some, "rubbish", 7, false); /* as zlib and gzip do, it is left */
    expect(some, text, TEXT_SIZE, false);
    const char *nothing = scratch_write(*state, "nothing", "");
    expect(nothing, "", 0, true);
    const char *byte = scratch_write(*state, "byte", "\x1f");
    expect(byte, "\x1f", 1, true);
    free(text);
}

/* Whatever is missing, the text before it is read and no end is claimed. */
static void test_broken(void **state)
{
    char *text = make_text();
    char *got = xmalloc(2 * TEXT_SIZE);
    const char *path = scratch_path(*state, "packed");
    append(path, text, TEXT_SIZE, true);
    FILE *f = fopen(path, "rb");
    char *packed = xmalloc(TEXT_SIZE);
    const size_t size = fread(packed, 1, TEXT_SIZE, f);
    fclose(f);
    assert_in_range(size, 1000, TEXT_SIZE - 1);
    for (size_t cut = 2; cut < size; cut += cut < 40 || cut > size - 20 ? 1 : 9973) {
        size_t got_size = 0;
        f = fopen(path, "wb");
        assert_int_equal(fwrite(packed, 1, cut, f), cut);
        fclose(f);
        struct gunzip *g = gunzip_open(path);
        assert_int_equal(read_all(g, 5000, got, &got_size), -1);
        assert_in_range(got_size, 0, TEXT_SIZE);
        assert_memory_equal(got, text, got_size);
        assert_true(cut < size / 2 || got_size > TEXT_SIZE / 4);
        assert_string_not_equal(gunzip_fault(g), "");
        gunzip_close(g);
    }
    packed[size - 6] ^= 1; /* of the checksum */
    f = fopen(path, "wb");
    assert_int_equal(fwrite(packed, 1, size, f), size);
    fclose(f);
    struct gunzip *g = gunzip_open(path);
    size_t got_size = 0;
    assert_int_equal(read_all(g, 5000, got, &got_size), -1);
    assert_int_equal(got_size, TEXT_SIZE);
    gunzip_close(g);
    free(packed);
    free(got);
    free(text);
}

static void test_refused(void **state)
{
    assert_null(gunzip_open(scratch_path(*state, "absent")));
    assert_int_equal(errno, ENOENT);
    struct gunzip *g = gunzip_open(scratch_path(*state, "."));
    char byte;
    assert_non_null(g);
    assert_int_equal(gunzip_read(g, &byte, 1), -1);
    assert_string_equal(gunzip_fault(g), strerror(EISDIR));
    gunzip_close(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_whole),
        SCRATCH_TEST(test_broken),
        SCRATCH_TEST(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
