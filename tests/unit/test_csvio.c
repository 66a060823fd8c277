/* Delimited text in and out. Every reading test runs with sources that hand out 1, 2, 3,
 * 7 and all bytes at once, since a row must not depend on where a read happens to end. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "csvio.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
enum { DUMP_SIZE = 1 << 16 };

/* The text `times` times, in pieces of at most `piece` bytes; then the end, or an error.
 */
struct source {
    const char *text;
    size_t len;
    size_t times;
    size_t piece;
    bool breaks;
    size_t at;
};

static long source_read(void *source, void *buf, size_t size)
{
    struct source *s = source;
    const size_t left = s->len * s->times - s->at;
    size_t n = 0;
    while (n < size && n < left && n < s->piece) {
        ((char *)buf)[n++] = s->text[s->at++ % s->len];
    }
    return n == 0 && s->breaks ? -1 : (long)n;
}

/* Appends all rows as "LINE:field|field;" or "LINE!raw;", and at the end "$" or "#". */
static void dump_rows(struct source *s, const char *format, char dump[DUMP_SIZE])
{
    struct csvio_reader *r = csvio_open(source_read, s, format[0], format[1]);
    struct csvio_row row;
    int more = 0;
    FILE *out = fmemopen(dump, DUMP_SIZE, "w");
    assert_non_null(out);
    while ((more = csvio_next(r, &row)) == 1) {
        (void)fprintf(out, "%lld%c", (long long)row.line, row.malformed ? '!' : ':');
        if (row.malformed)
            (void)fwrite(row.raw, 1, row.raw_len, out);
        for (size_t i = 0; i < row.count; i++) {
            assert_int_equal(row.fields[i][row.lengths[i]], '\0');
            (void)fprintf(out, "%s%s", i > 0 ? "|" : "", row.fields[i]);
        }
        (void)fputc(';', out);
    }
    (void)fputc(more == 0 ? '$' : '#', out);
    assert_int_equal(csvio_next(r, &row), more); /* and it stays so */
    assert_int_equal(fclose(out), 0);
    csvio_close(r);
}

static void check_rows(const char *text, const char *format, const char *expected)
{
    static const size_t pieces[] = {1, 2, 3, 7, SIZE_MAX};
    char dump[DUMP_SIZE];
    for (size_t i = 0; i < COUNT(pieces); i++) {
        struct source s = {text, strlen(text), 1, pieces[i], false, 0};
        dump_rows(&s, format, dump);
        assert_string_equal(dump, expected);
    }
}

static void test_comma(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"", "$"},
        {"\n\r\n\r\n\n", "$"},
        {"a,b\n1,2\n", "1:a|b;2:1|2;$"},
        {"a,b\r\n1,2\r\n", "1:a|b;2:1|2;$"},
        {"a,b\r1,2\r", "1:a|b;2:1|2;$"},
        {"a,b\n1,2", "1:a|b;2:1|2;$"},
        {"a,b\r", "1:a|b;$"},
        {"a\n\n\r\nb\n", "1:a;4:b;$"},
        {"\xef\xbb\xbf"
         "a,b\n",
         "1:a|b;$"},
        {"\xef\xbb\xbf\n", "$"},
        {"\xef\xbb\xbf", "$"},
        {"\xef\xbb", "1:\xef\xbb;$"},
        {"a\n\xef\xbb\xbf"
         "b\n",
         "1:a;2:\xef\xbb\xbf"
         "b;$"},
        {",\n", "1:|;$"},
        {",,\n,", "1:||;2:|;$"},
        {"a,\n,a\n", "1:a|;2:|a;$"},
        {" a , b c \n", "1:a|b c;$"},
        {"   \n", "1:;$"}, /* blank is not empty: a row, and a wrong one */
        {"\"a,b\",\"c \"\"d\"\"\", \" e \" \n", "1:a,b|c \"d\"| e ;$"},
        {"\"\",\"\"\n", "1:|;$"},
        {"\"\"\n", "1:;$"},
        {"\"\"", "1:;$"},
        {"5\" disk,b\n", "1:5\" disk|b;$"},
        {"\"a\nb\",c\nd\n", "1:a\nb|c;3:d;$"},
        {"\"a\r\nb\r\rc\",d\r\ne", "1:a\r\nb\r\rc|d;5:e;$"},
        {"x\n\"a\nb\"", "1:x;2:a\nb;$"},
        {"H\xc3\xa0 N\xe1\xbb\x99i,\xc4\x90\n", "1:H\xc3\xa0 N\xe1\xbb\x99i|\xc4\x90;$"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_rows(rows[i].text, ",\"", rows[i].expected);
}

/* A quote that is never closed costs one row, and one only. */
static void test_open_quote(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"\"", "1!\";$"},
        {"\"\n", "1!\";$"},
        {"a,b\n1,\"2\n3,4\n5,6\n", "1:a|b;2!1,\"2;3:3|4;4:5|6;$"},
        {"a\n\"b\n\"c\n\"d\ne\n", "1:a;2!\"b;3!\"c;4!\"d;5:e;$"},
        {"\"a\r\n\r\nb\r\n", "1!\"a;3:b;$"},
        {"\"a\nb\n\"c\nd\"\n",
         "1:a\nb\n\"c\nd;$"}, /* closed late, sloppily, but closed */
        {"\"a\n1,\"b\nc\"\nd\n", "1:a\n1,\"b\nc;4:d;$"},
        {"1,\"x\"y\n2,z\n", "1!1,\"x\"y;2:2|z;$"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_rows(rows[i].text, ",\"", rows[i].expected);
}

/* Tabs, no quotes: a phone's log, with its trailing tab. */
static void test_tab(void **unused)
{
    (void)unused;
    static const char no_quotes[] = {'\t', '\0'};
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"Timestamp\tLongitude\tLevel\t\r\n2025.07.18_22.11.08\t106.2598\t-95\t\r\n",
         "1:Timestamp|Longitude|Level|;2:2025.07.18_22.11.08|106.2598|-95|;$"},
        {"\ta\t\tb\t\n", "1:|a||b|;$"},
        {"\t\n", "1:|;$"},
        {"\t \t\n", "1:||;$"},
        {"a\t\"b\tc\nd\te\n", "1:a|\"b|c;2:d|e;$"},
        {"\"a\"\t\"\n\"", "1:\"a\"|\";2:\";$"},
        {"a b \t c\n", "1:a b|c;$"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_rows(rows[i].text, no_quotes, rows[i].expected);
    check_rows(
        "Timestamp\tLongitude\tLatitude\tOperatorname\tOperator\tCellname\tNode\tCellID"
        "\tLAC\tNetworkTech\tLevel\tQual\tSNR\tCQI\tLTERSSI\tARFCN\tPSC\tAltitude"
        "\tDistance\tTA\tBAND\t\r\n",
        no_quotes,
        "1:Timestamp|Longitude|Latitude|Operatorname|Operator|Cellname|Node|CellID|LAC|"
        "NetworkTech|Level|Qual|SNR|CQI|LTERSSI|ARFCN|PSC|Altitude|Distance|TA|BAND|;$");
    check_rows("\t\"a\tb\"\t\n", "\t\"", "1:|a\tb|;$");
    check_rows("a;\"b;c\";1,5\n", ";\"", "1:a|b;c|1,5;$");
}

/* Duplicates are told by raw bytes, so a last row without line end must give the same
 * ones. */
static void test_raw(void **unused)
{
    (void)unused;
    static const char *const texts[] = {" a, \"b\"\"c\"\n a, \"b\"\"c\"",
                                        " a, \"b\"\"c\"\r\n a, \"b\"\"c\"",
                                        " a, \"b\"\"c\"\r a, \"b\"\"c\"\r\n"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct source s = {texts[i], strlen(texts[i]), 1, 1, false, 0};
        struct csvio_reader *r = csvio_open(source_read, &s, ',', '"');
        struct csvio_row row;
        for (int n = 1; n <= 2; n++) {
            assert_int_equal(csvio_next(r, &row), 1);
            assert_int_equal(row.line, n);
            assert_int_equal(row.raw_len, 10);
            assert_memory_equal(row.raw, " a, \"b\"\"c\"", 10);
        }
        assert_int_equal(csvio_next(r, &row), 0);
        csvio_close(r);
    }
}

static void test_nul(void **unused)
{
    (void)unused;
    struct source s = {"a\0b,c\n\0\n", 8, 1, SIZE_MAX, false, 0};
    struct csvio_reader *r = csvio_open(source_read, &s, ',', '"');
    struct csvio_row row;
    assert_int_equal(csvio_next(r, &row), 1);
    assert_int_equal(row.count, 2);
    assert_int_equal(row.lengths[0], 3);
    assert_memory_equal(row.fields[0], "a\0b", 4);
    assert_string_equal(row.fields[1], "c");
    assert_int_equal(csvio_next(r, &row), 1);
    assert_int_equal(row.lengths[0], 1);
    assert_int_equal(csvio_next(r, &row), 0);
    csvio_close(r);
}

static void test_source_fails(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *expected;
    } rows[] = {{"a\nb", "1:a;#"}, {"", "#"}, {"a\n\"b\n", "1:a;#"}};
    char dump[DUMP_SIZE];
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct source s = {rows[i].text, strlen(rows[i].text), 1, 1, true, 0};
        dump_rows(&s, ",\"", dump);
        assert_string_equal(dump, rows[i].expected);
    }
    csvio_close(NULL);
}

/* Reads one row made of `head`, then `len` times 'x', then `tail`, and checks the row
 * after. */
static void check_long(const char *head, size_t len, const char *tail, bool malformed)
{
    const size_t total = strlen(head) + len + strlen(tail);
    char *text = malloc(total + 3);
    assert_non_null(text);
    memcpy(text, head, strlen(head));
    memset(text + strlen(head), 'x', len);
    memcpy(text + strlen(head) + len, tail, strlen(tail));
    memcpy(text + total, "\nz", 3);
    struct source s = {text, total + 2, 1, SIZE_MAX, false, 0};
    struct csvio_reader *r = csvio_open(source_read, &s, ',', '"');
    struct csvio_row row;
    assert_int_equal(csvio_next(r, &row), 1);
    assert_int_equal(row.malformed, malformed);
    assert_true(row.raw_len <= CSVIO_MAX_ROW);
    if (!malformed)
        assert_int_equal(row.raw_len, total);
    assert_int_equal(csvio_next(r, &row), 1);
    assert_string_equal(row.fields[0], "z");
    assert_int_equal(row.line, 2);
    assert_int_equal(csvio_next(r, &row), 0);
    csvio_close(r);
    free(text);
}

static void test_limits(void **unused)
{
    (void)unused;
    check_long("", CSVIO_MAX_ROW, "", false);
    check_long("", CSVIO_MAX_ROW + 1, "", true);
    check_long("\"", CSVIO_MAX_ROW - 2, "\"", false);
    check_long("\"", CSVIO_MAX_ROW - 1, "\"", true);
    check_long("", 5 * CSVIO_MAX_ROW, "\r", true);
    check_long("\"", 3 * CSVIO_MAX_ROW, "", true);

    static char commas[CSVIO_MAX_FIELDS + 2];
    memset(commas, ',', CSVIO_MAX_FIELDS);
    check_long(commas, 0, "", true); /* one field more than commas */
    commas[CSVIO_MAX_FIELDS - 1] = '\0';
    check_long(commas, 0, "", false);
}

/* A quote open over more than a row may hold; the lines after the first are rows again.
 */
static void test_quote_past_limit(void **unused)
{
    (void)unused;
    const size_t lines = CSVIO_MAX_ROW / 4 + 10;
    char *text = malloc(3 + lines * 4 + 1);
    assert_non_null(text);
    memcpy(text, "\"a\n", 3);
    for (size_t i = 0; i < lines; i++)
        memcpy(text + 3 + 4 * i, "1,2\n", 4);
    text[3 + lines * 4] = '"';
    struct source s = {text, 3 + lines * 4 + 1, 1, SIZE_MAX, false, 0};
    struct csvio_reader *r = csvio_open(source_read, &s, ',', '"');
    struct csvio_row row;
    assert_int_equal(csvio_next(r, &row), 1);
    assert_true(row.malformed && row.raw_len == 2);
    for (size_t i = 0; i < lines; i++) {
        assert_int_equal(csvio_next(r, &row), 1);
        assert_true(!row.malformed && row.count == 2 && row.line == (int64_t)i + 2);
    }
    assert_int_equal(csvio_next(r, &row), 1); /* the lone quote at the end */
    assert_true(row.malformed);
    assert_int_equal(csvio_next(r, &row), 0);
    csvio_close(r);
    free(text);
}

/* 1.2 million rows, each of which opens a quote: without the memory of what was searched
 * this takes hours. */
static void test_many_open_quotes(void **unused)
{
    (void)unused;
    struct source s = {"\"abc\n", 5, 1200000, SIZE_MAX, false, 0};
    struct csvio_reader *r = csvio_open(source_read, &s, ',', '"');
    struct csvio_row row;
    int64_t rows = 0;
    while (csvio_next(r, &row) == 1) {
        rows++;
        assert_true(row.malformed && row.line == rows && row.raw_len == 4);
    }
    assert_int_equal(rows, 1200000);
    csvio_close(r);
}

/* Found closed only after a jump over lines that were searched before: the fields must be
 * whole. */
static void test_close_after_jump(void **unused)
{
    (void)unused;
    const size_t size = CSVIO_MAX_ROW + 100;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text, "\"a\n\"b\n", 6);
    text[size / 2] = '\n';
    memcpy(text + CSVIO_MAX_ROW - 2, "\",c\nd,e", 7);
    struct source s = {text, CSVIO_MAX_ROW + 5, 1, SIZE_MAX, false, 0};
    struct csvio_reader *r = csvio_open(source_read, &s, ',', '"');
    struct csvio_row row;
    assert_int_equal(csvio_next(r, &row), 1);
    assert_true(row.malformed &&
                row.raw_len == 2); /* by one byte too long for its limit */
    assert_int_equal(csvio_next(r, &row), 1);
    assert_true(!row.malformed && row.count == 2 && row.line == 2);
    assert_int_equal(row.lengths[0], CSVIO_MAX_ROW - 2 - 4);
    assert_memory_equal(row.fields[0], "b\nxx", 4);
    assert_string_equal(row.fields[1], "c");
    assert_int_equal(csvio_next(r, &row), 1);
    assert_true(row.line == 5 && row.count == 2);
    assert_int_equal(csvio_next(r, &row), 0);
    csvio_close(r);
    free(text);
}

/* Headers as the apps write them. */
static void test_column(void **unused)
{
    (void)unused;
    static const char *const names[] = {"deviceTime", "latitude", "mcc", "lat", "MNC"};
    static const size_t lengths[COUNT(names)] = {10, 8, 3, 3, 3};
    const struct csvio_row header = {
        .fields = names, .lengths = lengths, .count = COUNT(names)};
    assert_int_equal(csvio_column(&header, "devicetime"), 0);
    assert_int_equal(csvio_column(&header, "mnc"), 4);
    assert_int_equal(csvio_column(&header, "lat"), 3);
    assert_int_equal(csvio_column(&header, "lon"), -1);
    assert_int_equal(csvio_column(&header, ""), -1);
}

static void test_put(void **unused)
{
    (void)unused;
    static const char *const fields[] = {"plain",        "",       "a,b",    "say \"x\"",
                                         "two\r\nlines", " outer", "outer ", "in ner",
                                         "H\xc3\xa0"};
    char text[256] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    for (size_t i = 0; i < COUNT(fields); i++)
        csvio_put(out, fields[i], i == 0);
    csvio_end(out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text,
                        "plain,,\"a,b\",\"say \"\"x\"\"\",\"two\r\nlines\",\" outer\","
                        "\"outer \",in ner,H\xc3\xa0\r\n");
    check_rows(text, ",\"",
               "1:plain||a,b|say \"x\"|two\r\nlines| outer|outer |in ner|H\xc3\xa0;$");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comma),
        cmocka_unit_test(test_open_quote),
        cmocka_unit_test(test_tab),
        cmocka_unit_test(test_raw),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_source_fails),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_quote_past_limit),
        cmocka_unit_test(test_many_open_quotes),
        cmocka_unit_test(test_close_after_jump),
        cmocka_unit_test(test_column),
        cmocka_unit_test(test_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
