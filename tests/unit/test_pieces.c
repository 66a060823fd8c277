/* Logs in pieces and in chunks: the same counts, first faults and tallies as reading them
 * row by row, wherever the cuts fall. */
#include <math.h>
#include <zlib.h>

#include "../support/ingest_scene.h"

#include "import.h"
#include "ingest_pieces.h"
#include "triplog.h"
#include "xmem.h"

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525 + 1013904223;
    return *random >> 8;
}

/* A line as loggers, other programs and accidents make them. */
static char *line(uint32_t *random, const char *end, bool quotes)
{
    const uint32_t n = next_random(random);
    const int64_t t_ms = T0 + n % 500000;
    const double lat = 22.6 + (n % 997) * 1e-5, lon = 106.1 + (n % 499) * 1e-5;
    const int level = -80 - (int)(n % 60);
    switch (next_random(random) % 40) {
    case 0:
        return xstrdup(end); /* empty */
    case 1:
        return xasprintf("%lld,%f,%f,45204,LTE,in_service%s", (long long)t_ms, lat, lon,
                         end); /* a field too few */
    case 2:
        return xasprintf("%lld,%f,%f,45204,LTE,in_service,%d,%s", (long long)t_ms, lat,
                         lon, level, end); /* an empty one more */
    case 3:
        return xasprintf("%lld,north,%f,45204,LTE,in_service,%d%s", (long long)t_ms, lon,
                         level, end);
    case 4:
        return xasprintf("%lld, %f ,%f,45204, LTE ,in_service,%d%s", (long long)t_ms, lat,
                         lon, level, end);
    case 5:
        return xasprintf("%lld,%f,%f,45201,LTE,no_service,%s", (long long)t_ms, lat, lon,
                         end);
    case 6:
        return xasprintf("%lld,%f,%f,45202,LTE,unknown,%d%s", (long long)t_ms, lat, lon,
                         level, end);
    case 7:
        return xasprintf("%lld,,,45204,LTE,in_service,%d%s", (long long)t_ms, level, end);
    case 8:
        return xasprintf(quotes ? "%lld,%f,%f,\"45204\",\"LTE\",in_service,%d%s"
                                : "%lld,%f,%f,45204,NR,in_service,%d%s",
                         (long long)t_ms, lat, lon, level, end);
    case 9:
        return xasprintf("%lld,%f,%f,452-04,4G,in_service,%d.50%s", (long long)t_ms, lat,
                         lon, level, end);
    case 10:
        return xasprintf("%lld,%.12f,%f,45204,LTE,in_service,-9.25e1%s", (long long)t_ms,
                         lat, lon, end);
    case 11:
        return xasprintf("%lld,%f,%f,45205,WCDMA,in_service,2147483647%s",
                         (long long)t_ms, lat, lon, end);
    default:
        return xasprintf("%lld,%f,%f,4520%u,LTE,in_service,%d%s", (long long)t_ms, lat,
                         lon, 1 + n % 2, level, end);
    }
}

/* Short: each piece reads what the 64 KiB before it hold, so that pieces of a few bytes
 * cost the square of the log's length. */
static char *make_log(uint32_t seed, const char *end, bool quotes)
{
    enum { ROWS = 90 };
    uint32_t random = seed;
    char *text = xasprintf("t_utc_ms,lat_deg,lon_deg,mccmnc,tech,state,level_dbm%s", end);
    char *last = xstrdup("");
    for (int i = 0; i < ROWS; i++) {
        if (next_random(&random) % 9 > 0 || *last == '\0') {
            free(last);
            last = line(&random, end, quotes);
        } /* else the same line once more */
        char *more = xasprintf("%s%s", text, last);
        free(text);
        text = more;
    }
    free(last);
    return text;
}

static void assert_same(const struct result *a, const struct result *b)
{
    assert_int_equal(a->log.err, b->log.err);
    assert_memory_equal(&a->log.counts, &b->log.counts, sizeof a->log.counts);
    assert_memory_equal(a->log.first, b->log.first, sizeof a->log.first);
    assert_memory_equal(&a->log.suspects, &b->log.suspects, sizeof a->log.suspects);
    assert_true(a->log.first_utc_ms == b->log.first_utc_ms);
    assert_true(a->log.last_utc_ms == b->log.last_utc_ms);
    assert_string_equal(a->log.sha256, b->log.sha256);
    assert_memory_equal(a->histogram, b->histogram, sizeof a->histogram);
    assert_memory_equal(a->no_level, b->no_level, sizeof a->no_level);
    assert_true(a->no_service == b->no_service);
}

/* As the format's own read() reads it. */
static struct result read_in_a_row(const char *path)
{
    struct ingest_options whole = default_options();
    whole.piece_size = SIZE_MAX;
    return ingest(path, &whole);
}

/* The same log packed, which is read chunk by chunk. */
static char *pack(const char *path)
{
    char *packed = xasprintf("%s.gz", path);
    gzFile gz = gzopen(packed, "wb1");
    FILE *f = fopen(path, "rb");
    char buf[4096];
    size_t n;
    while ((n = fread(buf, 1, sizeof buf, f)) > 0)
        assert_int_equal(gzwrite(gz, buf, (unsigned)n), n);
    fclose(f);
    assert_int_equal(gzclose(gz), Z_OK);
    return packed;
}

static void compare_packed(const char *path, const struct result *in_a_row)
{
    char *packed = pack(path);
    for (size_t size = 1; size < 100000; size = size * 2 + 15) {
        struct ingest_options chunks = default_options();
        chunks.piece_size = size;
        struct result r = ingest(packed, &chunks);
        memcpy(r.log.sha256, in_a_row->log.sha256, sizeof r.log.sha256);
        assert_same(in_a_row, &r);
    }
    free(packed);
}

/* In pieces of many sizes, by one to three threads, the first by `threads`: asking for
 * each size with each number would take as long as all other tests. */
static void compare(const char *path, int threads)
{
    struct result in_a_row = read_in_a_row(path);
    assert_int_equal(in_a_row.log.err, ERR_OK);
    compare_packed(path, &in_a_row);
    for (size_t size = 1; size < 9000; size = size * 3 + 16) {
        struct ingest_options pieces = default_options();
        pieces.piece_size = size;
        pieces.threads = threads;
        struct result r = ingest(path, &pieces);
        assert_same(&in_a_row, &r);
        threads = threads % 3 + 1;
    }
}

static void test_same(void **state)
{
    static const struct {
        const char *end;
        bool quotes;
    } rows[] = {{"\n", false}, {"\n", true}, {"\r\n", false}, {"\r\n", true}};
    for (uint32_t seed = 1; seed <= 6; seed++) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            char *text = make_log(seed, rows[i].end, rows[i].quotes);
            compare(scratch_write(*state, "log.csv", text), 1 + (int)seed % 3);
            text[strlen(text) - 1] = '\0'; /* the last line has no end */
            compare(scratch_write(*state, "cut.csv", text), 1 + (int)i % 3);
            free(text);
        }
    }
}

/* A log of several modems, longer than what is read before a piece, with a modem that
 * freezes for `frozen` rows and a receiver that does for as many. */
static char *make_frozen_log(int frozen)
{
    enum { ROWS = 6000 };
    static const char header[] =
        "t_utc_ms,lat_deg,lon_deg,modem_id,mccmnc,tech,state,rsrp_dbm,rsrq_db,sinr_db,"
        "speed_mps\n";
    const size_t room = ROWS * 120 + sizeof header;
    char *text = xmalloc(room);
    size_t len = (size_t)snprintf(text, room, "%s", header);
    uint32_t random = 5;
    double lat = 22.6;
    int level = -90;
    for (int i = 0; i < ROWS; i++) {
        const uint32_t n = next_random(&random);
        if (i < 3500 || i >= 3500 + frozen)
            lat += (i % 3 == 0) * 1e-4;
        if (i < 1000 || i >= 1000 + frozen || i % 3 > 0)
            level = -80 - (int)(n % 40);
        else
            level = -77;
        len += (size_t)snprintf(
            text + len, room - len,
            "%lld,%.6f,106.1,%d,45204,LTE,in_service,%d,%d,%d,%d.%u\n",
            (long long)T0 + i * 333, lat, i % 3, level, i % 3 ? -9 - (int)(n % 7) : -11,
            i % 3 ? (int)(n % 20) : 7, 9 + i % 2, i % 3 ? n % 10 : 0);
    }
    return text;
}

static void test_frozen(void **state)
{
    static const int lengths[] = {0, 300, 2400};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char *text = make_frozen_log(lengths[i]);
        const char *path = scratch_write(*state, "log.csv", text);
        struct result in_a_row = read_in_a_row(path);
        const int64_t *rejected = in_a_row.log.counts.rejected;
        assert_true((rejected[QUALITY_STALE_LEVEL] > 0) == (lengths[i] > 0));
        assert_true((rejected[QUALITY_STALE_FIX] > 0) == (lengths[i] > 0));
        compare_packed(path, &in_a_row);
        for (size_t size = 9000; size < 90000; size += 27000) {
            struct ingest_options pieces = default_options();
            pieces.piece_size = size;
            pieces.threads = 2;
            struct result r = ingest(path, &pieces);
            assert_same(&in_a_row, &r);
        }
        free(text);
    }
}

/* What cannot be read in pieces is read in a row, and no row is lost or doubled. */
static void test_irregular(void **state)
{
    static const struct {
        const char *name;
        const char *text;
    } rows[] = {
        {"a quoted field over two lines",
         "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
         "1750000001000,22.6,106.1,\"45\n204\",LTE,in_service,-90\n"
         "1750000002000,22.6,106.1,45204,LTE,in_service,-90\n"},
        {"a quote that is never closed",
         "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
         "1750000001000,22.6,106.1,\"45204,LTE,in_service,-90\n"
         "1750000002000,22.6,106.1,45204,LTE,in_service,-90\n"},
        {"line ends of an old Mac",
         "1750000000000,22.6,106.1,45204,LTE,in_service,-90\r"
         "1750000001000,22.6,106.1,45204,LTE,in_service,-91\r"
         "1750000002000,22.6,106.1,45204,LTE,in_service,-92\r"},
        {"a header that stands twice",
         "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n" CSV_HEADER
         "1750000002000,22.6,106.1,45204,LTE,in_service,-90\n"},
        {"a header of other columns",
         "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
         "t_utc_ms,lon_deg,lat_deg,mccmnc,tech,state,level_dbm\n"
         "1750000002000,106.1,22.6,45204,LTE,in_service,-90\n"},
        {"an operator that some rows do not name",
         "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
         "1750000001000,22.6,106.1,,LTE,in_service,-90\n"
         "1750000002000,22.6,106.1,45204,LTE,in_service,-90\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = xasprintf("%s%s", CSV_HEADER, rows[i].text);
        print_message("%s\n", rows[i].name);
        for (int threads = 1; threads <= 3; threads++)
            compare(scratch_write(*state, "log.csv", text), threads);
        free(text);
    }
}

/* A row that fills a chunk to its last byte leaves no room for the next one beside it. */
static void test_full_chunk(void **state)
{
    const char *path =
        scratch_write(*state, "log.csv",
                      CSV_HEADER "1750000000000,22.6,106.1,45204,LTE,in_service,-90\n"
                                 "1750000001000,22.6,106.1,45204,LTE,in_service,-91\n"
                                 "1750000002000,22.6,106.1,45204,LTE,in_service,-92");
    const struct result in_a_row = read_in_a_row(path);
    char *packed = pack(path);
    for (size_t size = 40; size < 120; size++) {
        struct ingest_options chunks = default_options();
        chunks.piece_size = size;
        struct result r = ingest(packed, &chunks);
        memcpy(r.log.sha256, in_a_row.log.sha256, sizeof r.log.sha256);
        assert_same(&in_a_row, &r);
    }
    free(packed);
}

/* The store takes parts, and is told to forget them. */
struct parts {
    int taken, dropped, kept;
    bool wanted;
};

static bool want(void *ctx, const struct ingest_log *log)
{
    (void)log;
    return ((struct parts *)ctx)->wanted;
}

static enum err take_part(void *ctx, struct ingest_log *log, const struct tally *tally)
{
    (void)log;
    (void)tally;
    ((struct parts *)ctx)->taken++;
    return ERR_OK;
}

static enum err drop_parts(void *ctx, struct ingest_log *log)
{
    (void)log;
    ((struct parts *)ctx)->dropped++;
    return ERR_OK;
}

static enum err keep_rest(void *ctx, struct ingest_log *log)
{
    assert_int_equal(tally_count(log->tally), 0);
    ((struct parts *)ctx)->kept++;
    return ERR_OK;
}

/* Whether its hash is known before its rows are read or after them. */
static void test_parts(void **state)
{
    char *text = make_log(7, "\n", false);
    const char *path = scratch_write(*state, "log.csv", text);
    struct ingest_options options = default_options();
    options.piece_size = 500;
    options.threads = 2;
    for (int is_new = 0; is_new < 2; is_new++) {
        struct parts p = {.wanted = true};
        const struct ingest_store store = {.wanted = want,
                                           .keep = keep_rest,
                                           .part = take_part,
                                           .drop = drop_parts,
                                           .is_new = is_new != 0,
                                           .ctx = &p};
        struct ingest_log log = {.path = path};
        assert_int_equal(ingest_run(&log, 1, &options, &store), ERR_OK);
        assert_true(p.taken >= 1 && p.kept == 1 && p.dropped == 0);
        p = (struct parts){.wanted = false};
        log = (struct ingest_log){.path = path};
        assert_int_equal(ingest_run(&log, 1, &options, &store), ERR_OK);
        assert_true(p.kept == 0 && p.dropped == 1);
    }
    free(text);
}

/* A trip of four modems with active tests. A row of a modem that names no operator, where
 * `unnamed`, sends it to the reader in a row. */
static void write_trip(const char *path, bool unnamed)
{
    enum { ROWS = 5000 };
    const struct triplog_trip trip = {.trip_uuid = "u", .started_utc_ms = T0};
    struct triplog_writer *w = NULL;
    struct sample s = sample_empty();
    uint32_t random = 11;
    assert_int_equal(triplog_create(path, &trip, &w), ERR_OK);
    for (int i = 0; i < ROWS; i++) {
        const uint32_t n = next_random(&random);
        s.modem_id = i % 4;
        s.t_utc_ms = T0 + i / 4 * 1000;
        s.state = n % 50 ? STATE_IN_SERVICE : STATE_NO_SERVICE;
        s.tech = n % 7 ? TECH_LTE : TECH_WCDMA;
        s.rsrp_dbm = n % 7 ? -80 - (n % 120) / 2.0 : (double)NAN;
        s.rscp_dbm = n % 7 ? (double)NAN : -70 - (int)(n % 70);
        s.mccmnc = unnamed && i == ROWS / 2 ? 0 : mccmnc_parse("45204");
        s.acc_h95_m = n % 29 ? 5 : 70;
        s.pos = n % 31 ? (struct latlon){22.6 + i * 4e-6, 106.1 + (n % 499) * 1e-5}
                       : geo_none();
        assert_int_equal(triplog_add_sample(w, &s), ERR_OK);
        if (n % 37 == 0)
            assert_int_equal(triplog_add_sample(w, &s), ERR_OK);
        const struct triplog_probe p = {.modem_id = s.modem_id,
                                        .t_utc_ms = s.t_utc_ms + n % 3000,
                                        .kind = "ping",
                                        .result = n % 2 ? "ok" : "timeout",
                                        .rtt_ms = n % 100};
        if (n % 97 == 0)
            assert_int_equal(triplog_add_probe(w, &p), ERR_OK);
    }
    assert_int_equal(triplog_seal(w, T0), ERR_OK);
}

static enum err keep_any(void *ctx, struct ingest_log *log)
{
    (void)log;
    ((struct parts *)ctx)->kept++;
    return ERR_OK;
}

/* A log that is cut off between the look at its head and the reading of its rows. */
static void test_cut_off(void **state)
{
    char *text = make_log(3, "\n", false);
    struct ingest_log log = {.path = scratch_write(*state, "log.csv", text)};
    struct ingest_options options = default_options();
    struct parts p = {.wanted = true};
    const struct ingest_store store = {.wanted = want, .keep = keep_any, .ctx = &p};
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    struct import_file *f = NULL;
    struct crs *crs = NULL;
    bool done = false;
    options.piece_size = 20;
    assert_int_equal(crs_open(options.epsg, NULL, &crs), ERR_OK);
    assert_int_equal(import_file_open(log.path, &f), ERR_OK);
    assert_int_equal(import_find_format(f, NULL, &options.import, &log.format), ERR_OK);
    assert_int_equal(truncate(log.path, 10), 0);
    const struct ingest_pieces how = {
        .file = f, .options = &options, .store = &store, .store_lock = &lock, .crs = crs};
    assert_int_equal(ingest_pieces_read(&log, &how, &done), ERR_INPUT);
    assert_int_equal(p.kept, 0);
    tally_free(log.tally);
    free(log.probes);
    track_free(log.tracks, log.track_count);
    import_file_close(f);
    crs_close(crs);
    free(text);
}

static bool is_read_in_pieces(const char *path)
{
    struct ingest_log log = {.path = path};
    struct ingest_options options = default_options();
    struct parts p = {.wanted = true};
    const struct ingest_store store = {.wanted = want,
                                       .keep = keep_any,
                                       .part = take_part,
                                       .drop = drop_parts,
                                       .ctx = &p};
    options.piece_size = 4096;
    options.threads = 2;
    assert_int_equal(ingest_run(&log, 1, &options, &store), ERR_OK);
    return p.taken > 0 && p.dropped == 0;
}

static void test_trip(void **state)
{
    const char *path = scratch_path(*state, "trip.gpkg");
    for (int unnamed = 0; unnamed < 2; unnamed++) {
        (void)unlink(path);
        write_trip(path, unnamed != 0);
        struct result in_a_row = read_in_a_row(path);
        assert_int_equal(in_a_row.log.err, ERR_OK);
        assert_true(in_a_row.log.counts.probes_counted > 20);
        assert_string_equal(in_a_row.log.seal, "intact");
        assert_true(is_read_in_pieces(path) == !unnamed);
        for (size_t size = 1; size < 1000000; size *= 9) {
            for (int threads = 1; threads <= 3; threads++) {
                struct ingest_options pieces = default_options();
                pieces.piece_size = size;
                pieces.threads = threads;
                struct result r = ingest(path, &pieces);
                assert_same(&in_a_row, &r);
                assert_string_equal(r.log.seal, "intact");
            }
        }
    }
}

/* A large log that cannot be read is refused with one message, not one for each way of
 * reading it. */
static void test_said_once(void **state)
{
    struct capture c;
    struct ingest_options options = default_options();
    struct ingest_log log = {
        .path = scratch_write(*state, "log.csv", "what,ever,it,is\n1,2,3,4\n")};
    struct parts p = {.wanted = true};
    const struct ingest_store store = {.wanted = want, .keep = keep_any, .ctx = &p};
    options.piece_size = 5;
    capture_start(&c);
    assert_int_equal(ingest_run(&log, 1, &options, &store), ERR_INPUT);
    const char *said = capture_stop(&c);
    const char *name = strstr(said, "log.csv: ");
    assert_non_null(name);
    assert_null(strstr(name + 1, "log.csv: "));
    assert_int_equal(log.err, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_same),      SCRATCH_TEST(test_frozen),
        SCRATCH_TEST(test_irregular), SCRATCH_TEST(test_full_chunk),
        SCRATCH_TEST(test_parts),     SCRATCH_TEST(test_trip),
        SCRATCH_TEST(test_cut_off),   SCRATCH_TEST(test_said_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
