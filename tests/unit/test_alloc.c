/* Memory that runs out: each allocation of an import fails in turn, ours (wrapped by the
 * linker) and SQLite's (through its own hook). A process of its own dies with the exit
 * code 1 and a message, or says that the log cannot be read, or has read all of it; it
 * never crashes and never gives half of the rows for the whole. */
#include "../support/ingest_scene.h"

#include <sqlite3.h>
#include <sys/wait.h>

#include "triplog.h"

/* 0: no failure. The count goes on, so that the parent learns how many there are. */
static long fail_at;
static long allocations;
static bool sqlite_too; /* PROJ's database asks for thousands that are not our business */

static bool fails(void)
{
    return ++allocations == fail_at;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
char *__real_strndup(const char *text, size_t len);
int __real_vasprintf(char **text, const char *fmt, va_list args);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
char *__wrap_strndup(const char *text, size_t len);
int __wrap_vasprintf(char **text, const char *fmt, va_list args);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
    return fails() ? NULL : __real_reallocarray(old, count, size);
}

char *__wrap_strndup(const char *text, size_t len)
{
    return fails() ? NULL : __real_strndup(text, len);
}

__attribute__((format(printf, 2, 0))) int __wrap_vasprintf(char **text, const char *fmt,
                                                           va_list args)
{
    return fails() ? -1 : __real_vasprintf(text, fmt, args);
}

static sqlite3_mem_methods sqlite_memory;

static void *sqlite_malloc(int size)
{
    return sqlite_too && fails() ? NULL : sqlite_memory.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
    return sqlite_too && fails() ? NULL : sqlite_memory.xRealloc(old, size);
}

static void hook_sqlite(void)
{
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory), SQLITE_OK);
    sqlite3_mem_methods failing = sqlite_memory;
    failing.xMalloc = sqlite_malloc;
    failing.xRealloc = sqlite_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &failing), SQLITE_OK);
}

enum { ROWS = 40, EXIT_HALF = 10 };

/* What a child says by its exit code. */
static int import(const char *path)
{
    const struct ingest_options options = default_options();
    struct result r = {.log = {.path = path}};
    const struct ingest_store store = {.wanted = want_all, .keep = keep, .ctx = &r};
    const enum err err = ingest_run(&r.log, 1, &options, &store);
    if (err)
        return (int)err;
    return r.log.counts.accepted == ROWS ? 0 : EXIT_HALF;
}

/* The same of a trip log alone, SQLite's allocations included. */
static int read_trip(const char *path)
{
    struct triplog_reader *reader = NULL;
    struct triplog_info info;
    struct triplog_row row;
    sqlite_too = true;
    const enum err err = triplog_open(path, &reader, &info);
    if (err)
        return (int)err;
    int rows = 0, got;
    while ((got = triplog_next(reader, &row)) == 1)
        rows += row.sample.rsrp_dbm < -79 && row.sample.mccmnc != 0 && !row.malformed;
    triplog_close(reader);
    if (got < 0)
        return ERR_INPUT;
    return rows == ROWS ? 0 : EXIT_HALF;
}

struct outcome {
    char message[1024];
    long count;
};

/* The exit code of an import whose allocation `n` fails, -1 for a signal; its messages,
 * and the number of allocations, come through pipes. */
static int run(int (*what)(const char *path), const char *path, long n,
               struct outcome *outcome)
{
    char *message = outcome->message;
    long *count = &outcome->count;
    int said[2], counted[2], status = 0;
    assert_int_equal(pipe(said) + pipe(counted), 0);
    const pid_t child = fork();
    if (child == 0) {
        dup2(said[1], STDERR_FILENO);
        allocations = 0;
        fail_at = n;
        const int code = what(path);
        fail_at = 0;
        _exit(write(counted[1], &allocations, sizeof allocations) > 0 ? code : 99);
    }
    close(said[1]);
    close(counted[1]);
    size_t len = 0;
    ssize_t got;
    while ((got = read(said[0], message + len, 1023 - len)) > 0)
        len += (size_t)got;
    message[len] = '\0';
    if (read(counted[0], count, sizeof *count) != sizeof *count)
        *count = 0;
    close(said[0]);
    close(counted[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void fail_each(int (*what)(const char *path), const char *path)
{
    struct outcome o = {.count = 0};
    assert_int_equal(run(what, path, 0, &o), 0);
    const long count = o.count;
    assert_in_range(count, 10, 3000);
    print_message("%ld allocations\n", count);
    for (long n = 1; n <= count; n++) {
        const int code = run(what, path, n, &o);
        const bool said = (code == ERR_FAILED || code == ERR_INPUT) && o.message[0];
        if (code != 0 && !said)
            fail_msg("allocation %ld: exit code %d, \"%s\"", n, code, o.message);
    }
}

static void test_csv(void **state)
{
    char *text = xstrdup(CSV_HEADER);
    for (int i = 0; i < ROWS; i++) {
        char *more = xasprintf("%s%lld,22.6%d,106.1,45204,LTE,in_service,%d\n", text,
                               (long long)T0 + i * 1000, i, -80 - i);
        free(text);
        text = more;
    }
    fail_each(import, scratch_write(*state, "log.csv", text));
    free(text);
}

static void test_utf16(void **state)
{
    static const char header[] = "t_utc,lat,lon,mccmnc,tech,level_dbm\n";
    char text[8192];
    size_t len = (size_t)snprintf(text, sizeof text, "%s", header);
    for (int i = 0; i < ROWS; i++)
        len += (size_t)snprintf(text + len, sizeof text - len,
                                "%lld,22.6%d,106.1,45204,LTE,-90\n",
                                (long long)T0 + i * 1000, i);
    char path[256];
    snprintf(path, sizeof path, "%s", scratch_write(*state, "wide.csv", ""));
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    for (size_t i = 0; i < len; i++) {
        fputc(text[i], f);
        fputc(0, f);
    }
    assert_int_equal(fclose(f), 0);
    fail_each(import, path);
}

static void test_gnettrack(void **state)
{
    static const char header[] =
        "Timestamp\tLongitude\tLatitude\tOperatorname\tOperator\t"
        "NetworkTech\tLevel\tQual\tSNR\t\n";
    char text[8192];
    size_t len = (size_t)snprintf(text, sizeof text, "%s", header);
    for (int i = 0; i < ROWS; i++)
        len +=
            (size_t)snprintf(text + len, sizeof text - len,
                             "2025.07.18_22.11.%02d\t106.1\t22.6%d\tViettel\t45204\t4G\t"
                             "-%d\t-9\t7.0\t\n",
                             i, i, 80 + i);
    fail_each(import, scratch_write(*state, "log.txt", text));
}

static void test_triplog(void **state)
{
    char path[256];
    snprintf(path, sizeof path, "%s", scratch_write(*state, "trip.gpkg", ""));
    assert_int_equal(unlink(path), 0);
    const struct triplog_trip trip = {.trip_uuid = "0a", .started_utc_ms = T0};
    const struct triplog_modem modem = {.modem_id = 1,
                                        .sim_mccmnc = mccmnc_parse("45204")};
    struct triplog_writer *w = NULL;
    assert_int_equal(triplog_create(path, &trip, &w), ERR_OK);
    assert_int_equal(triplog_add_modem(w, &modem), ERR_OK);
    for (int i = 0; i < ROWS; i++) {
        struct sample s = sample_empty();
        s.modem_id = 1;
        s.t_utc_ms = T0 + i * 1000;
        s.t_mono_ms = i * 1000;
        s.boot_id = "b";
        s.state = STATE_IN_SERVICE;
        s.tech = TECH_LTE;
        s.mccmnc = modem.sim_mccmnc;
        s.rsrp_dbm = -80 - i;
        s.pos = (struct latlon){22.6 + i * 1e-4, 106.1};
        assert_int_equal(triplog_add_sample(w, &s), ERR_OK);
    }
    assert_int_equal(triplog_seal(w, T0 + ROWS * 1000), ERR_OK);
    fail_each(import, path);
    fail_each(read_trip, path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_csv),
        SCRATCH_TEST(test_utf16),
        SCRATCH_TEST(test_gnettrack),
        SCRATCH_TEST(test_triplog),
    };
    hook_sqlite();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
