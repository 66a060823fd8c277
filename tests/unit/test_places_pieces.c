/* A plain GeoJSON file read in pieces gives what GDAL reads of it. */
#include "../support/scratch.h"

#include <fcntl.h>
#include <gdal.h>

#include "../support/capture.h"
#include "places_cut.h"
#include "places_pieces.h"

#define SQUARE(x, y)                                                                     \
    "{\"type\":\"Polygon\",\"coordinates\":[[[" x "," y "],[" x ".1," y "],[" x ".1," y  \
    ".1],[" x "," y ".1],[" x "," y "]]]}"
#define BOW_TIE                                                                          \
    "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[106.1,22.1],[106.1,22],"          \
    "[106,22.1],[106,22]]]}"
#define POINT "{\"type\":\"Point\",\"coordinates\":[106.1,22.6]}"
#define HIGH_POINT "{\"type\":\"Point\",\"coordinates\":[106.1,22.6,350]}"
#define FEATURE(properties, geometry)                                                    \
    "{\"type\":\"Feature\",\"properties\":{" properties "},\"geometry\":" geometry "}"
#define PLAIN(code) FEATURE("\"hamlet_code\":\"" code "\",\"name\":\"Bản\"", POINT)
#define HEAD "{\"type\":\"FeatureCollection\",\"features\":["
#define TAIL "]}"

static int open_text(void **state, const char *text)
{
    const int fd = open(scratch_write(*state, "cut.geojson", text), O_RDONLY);
    assert_true(fd >= 0);
    return fd;
}

/* How many pieces a text is cut into; 0: none. */
static size_t count_pieces(void **state, const char *text, size_t span_size)
{
    struct places_cut cut;
    const int fd = open_text(state, text);
    const size_t count =
        places_cut_find(fd, (off_t)strlen(text), span_size, &cut) ? cut.count : 0;
    assert_int_equal(cut.count, count);
    places_cut_free(&cut);
    close(fd);
    return count;
}

static void test_where_to_cut(void **state)
{
    static const struct {
        const char *text;
        size_t span_size;
        size_t pieces;
    } rows[] = {
        {HEAD "{},{},{}" TAIL, 1, 3},
        {HEAD "{},{},{}" TAIL, 4, 2},
        {HEAD "{},{},{}" TAIL, 100, 1},
        {HEAD "{}" TAIL, 1, 1},
        {HEAD "{} ,\r\n\t{} ] } \n", 1, 2},
        {HEAD "{\"a\":[[1,2],[3]],\"b\":{}},{}" TAIL, 1, 2},
        /* features or not is for their reader to say */
        {HEAD "{\"a\":\"},{\"},{}" TAIL, 1, 3},
        {HEAD "{},{},null" TAIL, 1, 2},
        {HEAD "{},,{}" TAIL, 1, 1},
        {HEAD "{},{}," TAIL, 1, 2},
        {HEAD "{}{},{}" TAIL, 1, 2},
        {HEAD "x" TAIL, 1, 1},
        /* no features, or no plain begin or end */
        {HEAD TAIL, 1, 0},
        {HEAD, 1, 0},
        {HEAD "{},{}", 1, 0},
        {HEAD "{},{}]", 1, 0},
        {HEAD "{},{}}", 1, 0},
        {HEAD "{},{}}}", 1, 0},
        {HEAD "{},{}" TAIL "x", 1, 0},
        {HEAD "{},{}],\"name\":\"a\"}", 1, 0},
        {"x" HEAD "{},{}" TAIL, 1, 0},
        {"[{},{}]", 1, 0},
        {"]}", 1, 0},
        {"", 1, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const size_t pieces = count_pieces(state, rows[i].text, rows[i].span_size);
        if (pieces != rows[i].pieces)
            fail_msg("%s: %zu pieces, expected %zu", rows[i].text, pieces,
                     rows[i].pieces);
    }
}

/* Features of every length up to some windows of the search. */
static void test_cuts_at_any_place(void **state)
{
    enum { STEP = 37, LEN_MAX = 3 * 4096 };
    char *blanks = xmalloc(LEN_MAX + 1);
    memset(blanks, ' ', LEN_MAX + 1);
    for (size_t len = 0; len < LEN_MAX; len += STEP) {
        blanks[len] = '\0';
        char *text = xasprintf(HEAD "{%s} , {}" TAIL, blanks);
        assert_int_equal(count_pieces(state, text, 1), 2);
        free(text);
        blanks[len] = ' ';
    }
    free(blanks);
}

static void test_texts_of_pieces(void **state)
{
    static const char text[] = HEAD "{\"a\":1}, {\"a\":[2,3]}\n" TAIL;
    static const char *const expected[] = {"{\"a\":1}", " {\"a\":[2,3]}\n"};
    struct places_cut cut;
    const int fd = open_text(state, text);
    const off_t size = (off_t)strlen(text);
    assert_true(places_cut_find(fd, size, 1, &cut));
    assert_int_equal(cut.count, 2);
    for (size_t i = 0; i < 2; i++) {
        char *piece = places_cut_text(fd, cut.spans[i]);
        assert_string_equal(piece, expected[i]);
        free(piece);
    }
    assert_null(places_cut_text(fd, (struct places_span){0, size + 1}));
    places_cut_free(&cut);
    close(fd);
}

static void test_nul_is_no_text(void **state)
{
    FILE *f = fopen(scratch_path(*state, "nul.geojson"), "w+b");
    assert_non_null(f);
    assert_int_equal(fwrite("a\0b", 1, 3, f), 3);
    assert_int_equal(fflush(f), 0);
    assert_null(places_cut_text(fileno(f), (struct places_span){0, 3}));
    assert_int_equal(fclose(f), 0);
}

static void expect_same_place(const struct place *a, const struct place *b)
{
    assert_string_equal(a->code, b->code);
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->parent_code, b->parent_code);
    assert_string_equal(a->parent_name, b->parent_name);
    assert_string_equal(a->district, b->district);
    assert_string_equal(a->province, b->province);
    assert_int_equal(a->households, b->households);
    assert_int_equal(a->electricity, b->electricity);
    assert_int_equal(a->difficult, b->difficult);
    assert_int_equal(a->repaired, b->repaired);
    assert_memory_equal(&a->point, &b->point, sizeof a->point);
    assert_int_equal(a->polygon.size, b->polygon.size);
    if (a->polygon.size > 0)
        assert_memory_equal(a->polygon.data, b->polygon.data, a->polygon.size);
}

/* The same list, error and messages of GDAL and of each feature by itself. */
static void expect_same_of(const char *path, const char *role)
{
    const struct places_sources how = {.threads = 2, .piece_size = 1};
    struct place_list row = {0}, pieces = {0};
    struct capture c;
    capture_start(&c);
    const enum err row_err = places_read(path, role, &row);
    char *said = xstrdup(capture_stop(&c));
    capture_start(&c);
    const enum err err = places_read_pieces(path, role, &how, &pieces);
    assert_string_equal(capture_stop(&c), said);
    assert_int_equal(err, row_err);
    assert_int_equal(pieces.count, row.count);
    for (size_t i = 0; i < row.count; i++)
        expect_same_place(&pieces.items[i], &row.items[i]);
    place_list_free(&row);
    place_list_free(&pieces);
    free(said);
}

static void expect_same(const char *path)
{
    expect_same_of(path, "hamlet");
}

static void test_same_as_in_a_row(void **state)
{
    static const char *const texts[] = {
        HEAD PLAIN("H1") "," PLAIN("H2") "," PLAIN("H0") TAIL,
        HEAD FEATURE("\"hamlet_code\":\"H1\",\"households\":12,\"electricity\":true",
                     SQUARE("106", "22")) "," FEATURE("\"hamlet_code\":\"H2\","
                                                      "\"households\":7,"
                                                      "\"electricity\":false",
                                                      SQUARE("107", "22")) TAIL,
        /* types, names or heights differ between the pieces */
        HEAD FEATURE("\"hamlet_code\":17,\"households\":12", POINT) "," FEATURE(
            "\"hamlet_code\":\"H2\",\"households\":7.0", POINT) TAIL,
        HEAD FEATURE("\"hamlet_code\":1.50", POINT) "," FEATURE("\"hamlet_code\":\"2\"",
                                                                POINT) TAIL,
        HEAD FEATURE("\"hamlet_code\":\"2024-01-02\"", POINT) "," PLAIN("H2") TAIL,
        HEAD FEATURE("\"hamlet_code\":\"2024-01-02\"",
                     POINT) "," FEATURE("\"hamlet_code\":\"2024-01-03\"", POINT) TAIL,
        HEAD FEATURE("\"hamlet_code\":\"H1\"", POINT) "," FEATURE("\"code\":\"H2\"",
                                                                  POINT) TAIL,
        HEAD FEATURE("\"hamlet_code\":\"H1\",\"Name\":\"A\"", POINT) "," FEATURE(
            "\"hamlet_code\":\"H2\",\"NAME\":\"B\"", POINT) TAIL,
        HEAD FEATURE("\"hamlet_code\":\"H1\",\"name\":null", POINT) "," PLAIN("H2") TAIL,
        HEAD FEATURE("\"hamlet_code\":\"H1\"",
                     HIGH_POINT) "," FEATURE("\"hamlet_code\":\"H2\"", POINT) TAIL,
        HEAD FEATURE("\"hamlet_code\":\"H1\"",
                     HIGH_POINT) "," FEATURE("\"hamlet_code\":\"H2\"", HIGH_POINT) TAIL,
        /* numbered: GDAL gives them out by number, here */
        "{\"type\":\"FeatureCollection\",\"name\":\"features\",\"features\":"
        "[" FEATURE("\"hamlet_code\":\"H1\",\"id\":7",
                    BOW_TIE) "," FEATURE("\"hamlet_code\":\"H2\",\"id\":3", BOW_TIE) TAIL,
        HEAD FEATURE("\"hamlet_code\":\"H1\",\"id\":7", BOW_TIE) "," FEATURE(
            "\"hamlet_code\":\"H2\",\"id\":3", BOW_TIE) TAIL,
        HEAD FEATURE("\"hamlet_code\":\"H1\",\"id\":3", BOW_TIE) "," FEATURE(
            "\"hamlet_code\":\"H2\",\"id\":7", BOW_TIE) TAIL,
        /* another CRS, behind the features */
        HEAD FEATURE(
            "\"hamlet_code\":\"H1\"",
            "{\"type\":\"Point\",\"coordinates\":["
            "613000,2500000]}") "," FEATURE("\"hamlet_code\":\"H2\"",
                                            "{\"type\":\"Point\",\"coordinates\":[613100,"
                                            "2500100]}") "],\"crs\":{\"type\":\"name\","
                                                         "\"properties\":{\"name\":"
                                                         "\"EPSG:3405\"}}}",
        /* what is told: repairs in order, explanations, faults */
        HEAD PLAIN("H1") "," FEATURE("\"hamlet_code\":\"H2\",\"name\":\"B\"",
                                     BOW_TIE) "," FEATURE("\"hamlet_code\":\"H0\",\"name"
                                                          "\":\"C\"",
                                                          BOW_TIE) TAIL,
        HEAD PLAIN("H1") "," PLAIN("#a") "," PLAIN("#b") TAIL,
        HEAD FEATURE("\"hamlet_code\":\"H1\",\"name\":\"},{\"", POINT) "," PLAIN("H2")
            TAIL,
        HEAD PLAIN("#a") "," PLAIN("#b") TAIL,
        HEAD PLAIN("H1") "," PLAIN("") "," PLAIN("") TAIL,
        HEAD PLAIN("H1") "," FEATURE("\"hamlet_code\":\"H2\",\"name\":\"B\"", "null")
            TAIL,
        HEAD PLAIN("H1") ",{\"type\":\"Feature\"}" TAIL,
        HEAD PLAIN("H1") ",{}" TAIL,
        HEAD PLAIN("H1") "," PLAIN("H2") "x" TAIL,
        HEAD PLAIN("H1") ",{\"type\":\"Feature\",]" TAIL,
        HEAD PLAIN("H1") "," PLAIN("H2") "," TAIL,
        HEAD PLAIN("H1") "," PLAIN("H2"),
        HEAD PLAIN("H1") "," PLAIN("H2") TAIL "{}",
        HEAD FEATURE("\"hamlet_code\":\"H1\",\"electricity\":\"maybe\"",
                     POINT) "," FEATURE("\"hamlet_code\":\"H2\",\"electricity\":\"yes\"",
                                        POINT) TAIL,
        "hamlet_code,name,lat,lon\nH1,A,22.6,106.1\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_same(scratch_write(*state, "hamlets.geojson", texts[i]));
    expect_same(
        scratch_write(*state, "hamlets.csv", texts[sizeof texts / sizeof *texts - 1]));
    expect_same("/nonexistent/hamlets.geojson");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_where_to_cut),     SCRATCH_TEST(test_cuts_at_any_place),
        SCRATCH_TEST(test_texts_of_pieces),  SCRATCH_TEST(test_nul_is_no_text),
        SCRATCH_TEST(test_same_as_in_a_row),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
