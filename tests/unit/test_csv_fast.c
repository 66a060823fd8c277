/* Lines that the fast path reads: the same values, to the last bit, as libcsv and
 * csv_values.c read, whatever stood in the lines before. */
#include <math.h>

#include "../support/scratch.h"

#include "csv_fast.h"
#include "xmem.h"

/* What fields hold in logs, and what they might; each column has its usual ones. */
static const char *const times[] = {"2025-07-18T22:11:08Z",
                                    "2025-07-18T22:11:08.5Z",
                                    "2025-07-18 22:11:09",
                                    "2025-07-18T22:11:08+07:00",
                                    "2025-07-19T00:00:00.123-05:30",
                                    "1752876668",
                                    "2025-07-18T22:61:08Z",
                                    "today",
                                    ""};
static const char *const numbers[] = {"-97",
                                      "-97.5",
                                      "-111.25",
                                      "-140",
                                      "0",
                                      "-0.0",
                                      "5",
                                      "12.",
                                      ".5",
                                      "-.5",
                                      "-",
                                      ".",
                                      "-.",
                                      "1.2.3",
                                      "22.66533",
                                      "22.6653",
                                      "22.665338",
                                      "106.13616",
                                      "-106.1361",
                                      "12345678",
                                      "1234567.",
                                      "123456.7",
                                      ".1234567",
                                      "00000001",
                                      "123456789",
                                      "1e3",
                                      "+5",
                                      " 5",
                                      "5 ",
                                      "nan",
                                      "inf",
                                      "0.1",
                                      "0.7",
                                      "12345.67",
                                      "",
                                      "",
                                      "-97",
                                      "-97.5",
                                      "22.665338123456",
                                      "1234567890123456789",
                                      "99999.99",
                                      "-9999.99",
                                      "99999999",
                                      "-9999999",
                                      "--5",
                                      "5-",
                                      "1:2"};
static const char *const ids[] = {"0",  "3",  "17",   "123456789", "1752876668000",
                                  "-1", "4x", "3.25", " 3 ",       "",
                                  "",   "007"};
static const char *const operators[] = {"45201",  "45202", "45204", "45205", "452-04",
                                        "310410", "4520",  "x",     "",      "452 01"};
static const char *const techs[] = {"LTE", "WCDMA", "GSM", "NR",   "5G", "NR_NSA",
                                    "nr",  "HSPA+", "?",   " LTE", "",   "NR_SA"};
static const char *const states[] = {"in_service", "no_service", "limited",   "radio_off",
                                     "unknown",    "IN_SERVICE", "in_servic", ""};
static const char *const codes[] = {"452", "04", "4", "1", "", "x", "12345678", "01"};
static const char *const texts[] = {"",
                                    "B3",
                                    "sixteen bytes...",
                                    "thirty-one bytes and their end.",
                                    "thirty-two bytes with their end.",
                                    "a longer text without meaning that goes on"};

#define POOL(list) (list), sizeof(list) / sizeof *(list)

static const struct column {
    const char *name;
    const char *const *pool;
    size_t count;
} columns[] = {
    {"t_utc", POOL(times)},         {"lat_deg", POOL(numbers)},
    {"lon_deg", POOL(numbers)},     {"mccmnc", POOL(operators)},
    {"tech", POOL(techs)},          {"level_dbm", POOL(numbers)},
    {"state", POOL(states)},        {"rsrp_dbm", POOL(numbers)},
    {"ss_rsrp_dbm", POOL(numbers)}, {"mcc", POOL(codes)},
    {"mnc", POOL(codes)},           {"utc_offset_s", POOL(ids)},
    {"cell_id", POOL(ids)},         {"acc_h95_m", POOL(numbers)},
    {"modem_id", POOL(ids)},        {"t_utc_ms", POOL(ids)},
    {"band", POOL(texts)},          {"remarks", POOL(texts)},
    {"rxlev_dbm", POOL(numbers)},
};

static const char *const headers[] = {
    "t_utc,lat_deg,lon_deg,mccmnc,tech,level_dbm,acc_h95_m",
    "tech,t_utc,lat_deg,lon_deg,level_dbm,rsrp_dbm",
    "rsrp_dbm,ss_rsrp_dbm,tech,t_utc,lat_deg,lon_deg,level_dbm",
    "utc_offset_s,t_utc,lat_deg,lon_deg,rsrp_dbm",
    "t_utc,utc_offset_s,lat_deg,lon_deg,rxlev_dbm,mcc,mnc,mccmnc",
    "mcc,mnc,t_utc,lat_deg,lon_deg,state,tech,rsrp_dbm,level_dbm",
    "modem_id,t_utc_ms,band,lat_deg,lon_deg,state,cell_id,remarks,tech,ss_rsrp_dbm",
    "t_utc,t_utc_ms,lat_deg,lon_deg,level_dbm",
    "remarks,t_utc,lat_deg,lon_deg,level_dbm,band",
};

enum { FIELDS_MAX = 12, LINES = 4000 };

struct scene {
    struct csv_layout layout;
    struct import_options options;
    const struct column *columns[FIELDS_MAX];
    const char *fields[FIELDS_MAX]; /* of the last line */
    size_t count;
    char *text;
    uint32_t random;
    struct csv_fast *fast;
    struct csvio_reader *slow;
    int read_fast;
};

static uint32_t next_random(struct scene *s, uint32_t below)
{
    s->random = s->random * 1664525 + 1013904223;
    return (s->random >> 8) % below;
}

static void bind(struct scene *s, const char *header)
{
    struct csvio_row row;
    assert_true(csvio_line(s->slow, header, strlen(header), &row));
    csv_layout_bind(&s->layout, &row, &s->options);
    s->count = row.count;
    for (size_t i = 0; i < row.count; i++) {
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
            if (strcmp(columns[k].name, row.fields[i]) == 0)
                s->columns[i] = &columns[k];
        }
        assert_non_null(s->columns[i]);
        s->fields[i] = "";
    }
}

/* The fields up to a random one stay; of the others most are usual. */
static void change_fields(struct scene *s)
{
    for (size_t i = next_random(s, (uint32_t)s->count + 1); i < s->count; i++) {
        const struct column *c = s->columns[i];
        const bool usual = next_random(s, 8) > 0 && c->count > 8;
        s->fields[i] = c->pool[next_random(s, usual ? 4 : (uint32_t)c->count)];
    }
}

/* A log of some lines, with what loggers and accidents put between fields and lines. */
static void write_log(struct scene *s, const char *line_end)
{
    free(s->text);
    s->text = xstrdup("");
    for (int n = 0; n < 8; n++) {
        change_fields(s);
        char *line = xstrdup("");
        for (size_t i = 0; i < s->count; i++) {
            char *more = xasprintf("%s%s%s", line, i > 0 ? "," : "", s->fields[i]);
            free(line);
            line = more;
        }
        const uint32_t kind = next_random(s, 40);
        char *all = xasprintf("%s%s%s%s", s->text, line,
                              kind == 0   ? ","
                              : kind == 1 ? ",,"
                              : kind == 2 ? "\""
                              : kind == 3 ? "\r"
                              : kind == 4 ? line_end
                                          : "",
                              line_end);
        free(line);
        free(s->text);
        s->text = all;
    }
}

static bool same_double(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static bool same_values(const struct import_row *a, const struct import_row *b)
{
    const struct sample *x = &a->quality.sample, *y = &b->quality.sample;
    bool same = a->quality.malformed == b->quality.malformed &&
                a->day_offset_s == b->day_offset_s &&
                a->has_day_offset == b->has_day_offset && x->mccmnc == y->mccmnc &&
                x->state == y->state && x->tech == y->tech &&
                same_double(x->pos.lat_deg, y->pos.lat_deg) &&
                same_double(x->pos.lon_deg, y->pos.lon_deg) &&
                same_double(a->offset_db, b->offset_db);
    for (size_t i = 0; i < sample_column_count; i++) {
        const char *p = (const char *)x + sample_columns[i].offset;
        const char *q = (const char *)y + sample_columns[i].offset;
        if (sample_columns[i].type == SAMPLE_DOUBLE)
            same = same && same_double(*(const double *)(const void *)p,
                                       *(const double *)(const void *)q);
        else if (sample_columns[i].type == SAMPLE_ID ||
                 sample_columns[i].type == SAMPLE_TIME)
            same = same && memcmp(p, q, sizeof(int64_t)) == 0;
    }
    return same;
}

/* Reads a copy that ends where it may be read no further, as the sanitizers will say. */
static void compare(struct scene *s)
{
    const size_t size = strlen(s->text);
    char *copy = xcalloc(size + IMPORT_PIECE_BEHIND, 1);
    memcpy(copy, s->text, size);
    struct csv_line line = {.text = copy}, before = {.len = 0};
    for (const char *next; line.text < copy + size; line.text = next) {
        const char *end = memchr(line.text, '\n', (size_t)(copy + size - line.text));
        next = end ? end + 1 : copy + size;
        const struct csv_values *fast = csv_fast_line(s->fast, copy + size, &line);
        if (!fast) {
            before.text = NULL;
            continue;
        }
        if (before.text && before.len == line.len && line.others > 1)
            assert_memory_not_equal(before.text, line.text, line.len);
        before = line;
        s->read_fast++;
        size_t len = (size_t)((end ? end : next) - line.text);
        len -= end && end[-1] == '\r';
        struct csvio_row row;
        struct csv_values slow;
        assert_int_equal(line.len, len);
        assert_true(!end || line.next == next);
        assert_true(csvio_line(s->slow, line.text, len, &row));
        csv_values_read(&slow, &s->layout, &row, &s->options);
        if (!same_values(&fast->row, &slow.row))
            fail_msg("read otherwise: %.*s", (int)len, line.text);
    }
    free(copy);
}

static int read_lines(const char *header, const char *line_end)
{
    struct scene s = {.options = {.utc_offset_s = 7 * 3600}, .random = 1};
    s.slow = csvio_open(NULL, NULL, ',', '"');
    bind(&s, header);
    s.fast = csv_fast_new(&s.layout, ',', &s.options);
    for (int i = 0; i < LINES / 8; i++) {
        write_log(&s, line_end);
        if (i % 5 == 0) /* a file cut off, mostly in a line */
            s.text[next_random(&s, (uint32_t)strlen(s.text) + 1)] = '\0';
        compare(&s);
    }
    free(s.text);
    csv_fast_free(s.fast);
    csvio_close(s.slow);
    csv_layout_free(&s.layout);
    return s.read_fast;
}

static void test_values_are_those_of_libcsv(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        const bool ambiguous = strstr(headers[i], "t_utc,t_utc_ms") != NULL;
        for (int crlf = 0; crlf < 2; crlf++) {
            const int fast = read_lines(headers[i], crlf ? "\r\n" : "\n");
            if (ambiguous ? fast != 0 : fast < LINES / 8)
                fail_msg("%d lines read fast under %s", fast, headers[i]);
        }
    }
}

/* Texts too long to be kept may be the same once more, and what ends a line is no part of
 * it. */
static void test_a_line_once_more_is_not_denied(void **state)
{
    (void)state;
    static const char text[] =
        "a longer text without meaning that goes on,"
        "another text that is longer than what is kept,1752876668000,22.6,106.1,-97\n"
        "a longer text without meaning that goes on,"
        "another text that is longer than what is kept,1752876668000,22.6,106.1,-97"
        "\0what may be read behind it, as much as that";
    struct scene s = {.options = {.utc_offset_s = 7 * 3600}};
    s.slow = csvio_open(NULL, NULL, ',', '"');
    bind(&s, "remarks,band,t_utc_ms,lat_deg,lon_deg,level_dbm");
    s.fast = csv_fast_new(&s.layout, ',', &s.options);
    struct csv_line line = {.text = text};
    assert_non_null(csv_fast_line(s.fast, text + strlen(text), &line));
    line.text = line.next;
    assert_non_null(csv_fast_line(s.fast, text + strlen(text), &line));
    assert_in_range(line.others, 0, 1);
    csv_fast_free(s.fast);
    csvio_close(s.slow);
    csv_layout_free(&s.layout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_those_of_libcsv),
        cmocka_unit_test(test_a_line_once_more_is_not_denied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
