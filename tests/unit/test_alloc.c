/* Memory that runs out: each allocation of an import fails in turn, ours (wrapped by the
 * linker) and SQLite's (through its own hook). A process of its own dies with the exit
 * code 1 and a message, or says that the log cannot be read, or has read all of it; it
 * never crashes and never gives half of the rows for the whole. */
#include "../support/ingest_scene.h"

#include <gdal.h>
#include <sqlite3.h>
#include <sys/wait.h>

/* judge.h, which these include, has an enum of the name of ingest_scene.h's struct. */
#define result judge_result
#include "places.h"
#include "stations.h"
#undef result

#include "gps_track.h"
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

enum { ROWS = 40, PLACES = 8, EXIT_HALF = 10 };

static int import_by(const char *path, const struct ingest_options *options)
{
    struct result r = {.log = {.path = path}};
    const struct ingest_store store = {.wanted = want_all, .keep = keep, .ctx = &r};
    const enum err err = ingest_run(&r.log, 1, options, &store);
    if (err)
        return (int)err;
    return r.log.counts.accepted == ROWS ? 0 : EXIT_HALF;
}

/* What a child says by its exit code. */
static int import(const char *path)
{
    struct ingest_options options = default_options();
    options.import.has_day = true; /* of logs without times */
    options.import.day = 20254;
    options.import.mccmnc = mccmnc_parse("45204"); /* of those without operators */
    return import_by(path, &options);
}

static int import_pieces(const char *path)
{
    struct ingest_options options = default_options();
    options.piece_size = 400;
    return import_by(path, &options);
}

/* Rows without a position, placed by the track beside the log. */
static int import_with_track(const char *path)
{
    struct ingest_options options = default_options();
    struct gps_track track = {0};
    char *track_path = xasprintf("%s.gpx", path);
    const enum err err = gps_track_load(track_path, &track);
    options.import.track = &track;
    const int code = err ? (int)err : import_by(path, &options);
    gps_track_free(&track);
    free(track_path);
    return code;
}

static enum err count_station(void *count, const struct station *station)
{
    (void)station;
    ++*(int *)count;
    return ERR_OK;
}

static int read_stations(const char *path)
{
    const struct region region = {0};
    int count = 0;
    GDALAllRegister();
    const enum err err = stations_read(path, &region, count_station, &count);
    return err ? (int)err : count == PLACES ? 0 : EXIT_HALF;
}

static int read_places(const char *path)
{
    struct place_list list = {0};
    GDALAllRegister();
    const enum err err = places_read(path, "hamlet", &list);
    return err ? (int)err : list.count == PLACES ? 0 : EXIT_HALF;
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
    assert_in_range(count, 5, 3000);
    print_message("%ld allocations\n", count);
    for (long n = 1; n <= count; n++) {
        const int code = run(what, path, n, &o);
        const bool said = (code == ERR_FAILED || code == ERR_INPUT) && o.message[0];
        if (code != 0 && !said)
            fail_msg("allocation %ld: exit code %d, \"%s\"", n, code, o.message);
    }
}

/* A text of rows, ROWS where not said, in which "##" stands for two digits that grow. */
struct text_log {
    const char *name, *head, *row, *tail;
    int (*read)(const char *path);
    int rows;
};

static char *expand(const struct text_log *log)
{
    const int rows = log->rows ? log->rows : ROWS;
    const size_t row_len = strlen(log->row);
    char *text = xmalloc(strlen(log->head) + ROWS * row_len + strlen(log->tail) + 1);
    char *to = stpcpy(text, log->head);
    for (int i = 0; i < rows; i++) {
        char *row = stpcpy(to, log->row);
        for (char *at = to; (at = strstr(at, "##")) != NULL;) {
            at[0] = (char)('1' + i / 10);
            at[1] = (char)('0' + i % 10);
        }
        to = row;
    }
    stpcpy(to, log->tail);
    return text;
}

static const struct text_log text_logs[] = {
    {"log.csv", CSV_HEADER, "17500000##000,22.6##,106.1,45204,LTE,in_service,-##\n", "",
     import, 0},
    {"pieces.csv", CSV_HEADER, "17500000##000,22.6##,106.1,45204,LTE,in_service,-##\n",
     "", import_pieces, 0},
    {"log.txt",
     "Timestamp\tLongitude\tLatitude\tOperatorname\tOperator\tNetworkTech\tLevel\tQual\t"
     "\n",
     "2025.07.18_22.##.00\t106.1\t22.6##\tViettel\t45204\t4G\t-1##\t-9\t\n", "", import,
     0},
    {"dataset.csv", "Timestamp,Longitude,Latitude,NetworkMode,RSRP,Operatorname\n",
     "2025.07.18_22.##.00,106.1,22.6##,LTE,-1##,45204\n", "", import, 0},
    {"log.kml", "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>",
     "<Placemark><description>Timestamp: 2025.07.18_22.##.00&lt;br&gt;Operator: 45204"
     "&lt;br&gt;NetworkTech: 4G&lt;br&gt;Level: -1##</description>"
     "<Point><coordinates>106.1,22.6##,210</coordinates></Point></Placemark>\n",
     "</Document></kml>", import, 0},
    {"survey.csv",
     "deviceTime,latitude,longitude,accuracy,mcc,mnc,eci,earfcn,rsrp,servingCell\n",
     "2025-07-18T22:##:08+07:00,22.6##,106.1,4.2,452,4,123456,1500,-1##,true\n", "",
     import, 0},
    {"tower.csv",
     "mcc,mnc,cell_id,dbm,lat,lon,accuracy,measured_at,net_type,neighboring\n",
     "452,4,123456,-1##,22.6##,106.1,4.2,2025-07-18T15:##:08.000Z,LTE,false\n", "",
     import, 0},
    {"mapper.csv",
     "latitude,longitude,altitude,MCC,MNC,LAC,CID,signal,type,subtype,ARFCN,PSC\n",
     "22.6##,106.1,210,452,4,24101,123456,-1##,LTE,LTE,1500,211\n", "", import, 0},
    {"rtr.csv",
     "open_test_uuid,time_utc,cat_technology,lat,long,loc_accuracy,download_kbit,"
     "upload_kbit,ping_ms,lte_rsrp,network_mcc_mnc,signal_strength\n",
     "O##,2025-07-18 15:##:08,4G,48.2##,16.3,8,45000,12000,23.5,-1##,232-01,\n", "",
     import, 0},
    {"stations.csv", "name,operator,tech,lat,lon\n", "Trạm ##,45204,LTE,22.6##,106.1\n",
     "", read_stations, PLACES},
    {"hamlets.csv", "hamlet_code,name,lat,lon\n", "H##,Bản ##,22.6##,106.1\n", "",
     read_places, PLACES},
};

static void test_texts(void **state)
{
    for (size_t i = 0; i < sizeof text_logs / sizeof *text_logs; i++) {
        char *text = expand(&text_logs[i]);
        print_message("%s: ", text_logs[i].name);
        fail_each(text_logs[i].read, scratch_write(*state, text_logs[i].name, text));
        free(text);
    }
}

static void test_track(void **state)
{
    static const struct text_log track = {
        "",
        "<gpx>",
        "<trkpt lat=\"22.6##\" lon=\"106.1\"><time>2025-07-18T15:11:##Z</time></trkpt>\n",
        "</gpx>",
        NULL,
        0};
    static const struct text_log log = {"",
                                        "t_utc,lat_deg,lon_deg,mccmnc,tech,rsrp_dbm\n",
                                        "2025-07-18T15:11:##Z,,,45204,LTE,-1##\n",
                                        "",
                                        NULL,
                                        0};
    char *text = expand(&track);
    scratch_write(*state, "log.csv.gpx", text);
    free(text);
    text = expand(&log);
    fail_each(import_with_track, scratch_write(*state, "log.csv", text));
    free(text);
}

/* SQLite's allocations are its own affair here: read_trip() fails them. */
static void test_network_survey_gpkg(void **state)
{
    static const char sql[] =
        "PRAGMA application_id = 1196444487;"
        "CREATE TABLE LTE_MESSAGE(id INTEGER PRIMARY KEY, geom BLOB, Time INTEGER,"
        " \"Serving Cell\" SMALLINT, MCC SMALLINT, MNC SMALLINT, RSRP FLOAT);"
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
        " INSERT INTO LTE_MESSAGE SELECT i,"
        " x'47500001E61000000101000000666666666A8A5A409A99999999993640',"
        " 1750000000000 + 1000 * i, 1, 452, 4, -60 - i FROM n;";
    char path[256];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s", scratch_path(*state, "survey.gpkg"));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    fail_each(import, path);
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
        SCRATCH_TEST(test_texts),   SCRATCH_TEST(test_track),
        SCRATCH_TEST(test_utf16),   SCRATCH_TEST(test_network_survey_gpkg),
        SCRATCH_TEST(test_triplog),
    };
    hook_sqlite();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
