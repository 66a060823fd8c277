/* Inputs as files: packed or not, from standard input, and those that cannot be read. */
#include "../support/scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <zlib.h>

#include "../support/capture.h"
#include "import.h"

enum { BIG = 300000 }; /* more than the head */

static void put(const char *path, const char *data, size_t size, bool packed)
{
    gzFile f = gzopen(path, packed ? "wb" : "wbT");
    assert_non_null(f);
    assert_int_equal(gzwrite(f, data, (unsigned)size), (int)size);
    assert_int_equal(gzclose(f), Z_OK);
}

/* Numbers one after the other, so that no part is like another. */
static char *big_text(void)
{
    char *text = xmalloc(BIG + 16);
    for (size_t len = 0, i = 0; len < BIG; i++)
        len += (size_t)snprintf(text + len, 16, "%zu\n", i);
    return text;
}

static void assert_reads(struct import_file *f, const char *text, size_t size)
{
    char *got = xmalloc(size + 1);
    size_t len = 0;
    long n;
    assert_int_equal(import_file_rewind(f), ERR_OK);
    while (len <= size && (n = import_file_read(f, got + len, size + 1 - len)) > 0)
        len += (size_t)n;
    assert_int_equal(len, size);
    assert_memory_equal(got, text, size);
    free(got);
}

static void check_content(const char *path, bool packed, const char *text)
{
    struct import_file *f = NULL;
    size_t head_size = 0;
    const char *unpacked = NULL;
    assert_int_equal(import_file_open(path, &f), ERR_OK);
    const char *head = import_file_head(f, &head_size);
    assert_int_equal(head_size, IMPORT_HEAD_SIZE);
    assert_memory_equal(head, text, head_size);
    assert_reads(f, text, BIG);
    assert_reads(f, text, BIG);
    assert_true((import_file_plain_path(f) == NULL) == packed);
    assert_int_equal(import_file_unpack(f, &unpacked), ERR_OK);
    assert_true((strcmp(unpacked, path) == 0) == !packed);
    char *copy = xstrdup(unpacked);
    struct import_file *plain = NULL;
    assert_int_equal(import_file_open(copy, &plain), ERR_OK);
    assert_reads(plain, text, BIG);
    import_file_close(plain);
    const char *again = NULL;
    assert_int_equal(import_file_unpack(f, &again), ERR_OK);
    assert_string_equal(again, copy);
    import_file_close(f);
    assert_int_equal(access(copy, F_OK), packed ? -1 : 0); /* a copy goes with it */
    free(copy);
}

static void test_content(void **state)
{
    char *text = big_text();
    setenv("TMPDIR", ((struct scratch *)*state)->dir, 1);
    for (int packed = 0; packed < 2; packed++) {
        char *path = xstrdup(scratch_path(*state, "log"));
        put(path, text, BIG, packed);
        check_content(path, packed, text);
        free(path);
    }
    free(text);
}

/* A child with `path` as its standard input, or none (NULL), reads "-". */
static int read_stdin(const char *path, const char *text, int (*prepare)(void))
{
    const pid_t child = fork();
    if (child == 0) {
        const int fd = path ? open(path, O_RDONLY) : open("/", O_RDONLY);
        struct import_file *f = NULL;
        if (fd < 0 || dup2(fd, STDIN_FILENO) < 0 || (prepare && prepare() != 0))
            _exit(99);
        const enum err err = import_file_open("-", &f);
        if (!err) {
            assert_string_equal(import_file_name(f), "stdin");
            assert_reads(f, text, strlen(text));
        }
        import_file_close(f);
        _exit((int)err);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int no_room(void)
{
    const struct rlimit few = {1000, 1000};
    signal(SIGXFSZ, SIG_IGN);
    return setrlimit(RLIMIT_FSIZE, &few);
}

static int no_directory(void)
{
    return setenv("TMPDIR", "/nowhere/at/all", 1);
}

/* Forks: each case has a standard input of its own. */
static void test_stdin(void **state)
{
    struct capture c;
    setenv("TMPDIR", ((struct scratch *)*state)->dir, 1);
    char *path = xstrdup(scratch_write(*state, "in", "t_utc_ms,lat\n1,2\n"));
    char *large = big_text();
    char *large_path = xstrdup(scratch_path(*state, "large"));
    put(large_path, large, BIG, false);
    assert_int_equal(read_stdin(path, "t_utc_ms,lat\n1,2\n", NULL), ERR_OK);
    capture_start(&c);
    const int directory = read_stdin(NULL, "", NULL);
    const int full = read_stdin(large_path, "", no_room);
    const int nowhere = read_stdin(path, "", no_directory);
    const char *said = capture_stop(&c);
    assert_int_equal(directory, ERR_INPUT);
    assert_int_equal(full, ERR_FAILED);
    assert_int_equal(nowhere, ERR_FAILED);
    assert_non_null(strstr(said, "standard input: "));
    assert_non_null(strstr(said, "TMPDIR"));
    assert_non_null(strstr(said, "/nowhere/at/all"));
    free(large);
    free(large_path);
    free(path);
}

static void assert_not_opened(const char *path, const char *expected)
{
    struct capture c;
    struct import_file *f = NULL;
    capture_start(&c);
    const enum err err = import_file_open(path, &f);
    const char *said = capture_stop(&c);
    assert_int_equal(err, ERR_INPUT);
    assert_null(f);
    if (!strstr(said, path) || !strstr(said, expected))
        fail_msg("%s", said);
}

static void test_not_opened(void **state)
{
    char *dir = ((struct scratch *)*state)->dir;
    assert_not_opened("/nowhere/log.csv", "No such file");
    assert_not_opened(dir, "directory");
    /* cut off within the first bytes, and within the head */
    char *text = big_text();
    char *path = xstrdup(scratch_path(*state, "cut.gz"));
    put(path, text, BIG, true);
    assert_int_equal(truncate(path, 12), 0);
    assert_not_opened(path, "damaged");
    put(path, text, BIG, true);
    assert_int_equal(truncate(path, 9000), 0);
    assert_not_opened(path, "damaged");
    free(path);
    free(text);
}

/* Damage behind the head shows when it is read or unpacked, and leaves no copy. */
static void test_damaged_later(void **state)
{
    char *text = big_text();
    char *path = xstrdup(scratch_path(*state, "cut.gz"));
    struct import_file *f = NULL;
    const char *unpacked = NULL;
    struct capture c;
    struct stat st;
    setenv("TMPDIR", ((struct scratch *)*state)->dir, 1);
    put(path, text, BIG, true);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(truncate(path, st.st_size - 100), 0);
    assert_int_equal(import_file_open(path, &f), ERR_OK);
    capture_start(&c);
    const enum err err = import_file_unpack(f, &unpacked);
    const char *said = capture_stop(&c);
    assert_int_equal(err, ERR_INPUT);
    assert_non_null(strstr(said, "damaged"));
    assert_int_equal(unlink(path), 0);
    capture_start(&c);
    const enum err gone = import_file_rewind(f); /* what is open stays */
    (void)capture_stop(&c);
    assert_int_equal(gone, ERR_OK);
    import_file_close(f);
    DIR *d = opendir(((struct scratch *)*state)->dir);
    int entries = 0;
    while (readdir(d))
        entries++;
    closedir(d);
    assert_int_equal(entries, 2); /* "." and ".." */
    free(path);
    free(text);
}

static void test_bomb(void **state)
{
    enum { CHUNK = 1 << 20 };
    char *zeros = xcalloc(CHUNK, 1);
    char *path = xstrdup(scratch_path(*state, "bomb.gz"));
    struct import_file *f = NULL;
    struct capture c;
    gzFile gz = gzopen(path, "wb1");
    for (int i = 0; i < 300; i++)
        assert_int_equal(gzwrite(gz, zeros, CHUNK), CHUNK);
    assert_int_equal(gzclose(gz), Z_OK);
    assert_int_equal(import_file_open(path, &f), ERR_OK);
    assert_int_equal(import_file_rewind(f), ERR_OK);
    int64_t sum = 0;
    long n;
    capture_start(&c);
    while ((n = import_file_read(f, zeros, CHUNK)) > 0)
        sum += n;
    const char *said = capture_stop(&c);
    assert_int_equal(n, -1);
    assert_true(sum > 255 << 20 && sum < 258 << 20);
    assert_non_null(strstr(said, "bomb.gz"));
    import_file_close(f);
    import_file_close(NULL);
    free(path);
    free(zeros);
}

static void test_wal(void **state)
{
    struct import_file *f = NULL;
    char *path = xstrdup(scratch_write(*state, "trip.gpkg", "text"));
    assert_int_equal(import_file_open(path, &f), ERR_OK);
    assert_false(import_file_has_wal(f));
    scratch_write(*state, "trip.gpkg-wal", "");
    assert_false(import_file_has_wal(f));
    scratch_write(*state, "trip.gpkg-wal", "rows");
    assert_true(import_file_has_wal(f));
    import_file_close(f);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_content),    SCRATCH_TEST(test_stdin),
        SCRATCH_TEST(test_not_opened), SCRATCH_TEST(test_damaged_later),
        SCRATCH_TEST(test_bomb),       SCRATCH_TEST(test_wal),
    };
    setenv("LANGUAGE", "en", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
