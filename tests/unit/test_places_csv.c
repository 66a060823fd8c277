/* What is read of CSV without GDAL, and that GDAL reads the same of it. */
#include "../support/scratch.h"

#include <gdal.h>

#include "../support/places_same.h"
#include "places_csv.h"

#define HEAD "hamlet_code,name,households,lat,lon\n"
#define ROW "1,A,3,22.5,106.1\n"

static bool is_plain(const char *path, const char *role)
{
    struct places_part part = {0};
    const bool is = places_csv_read(path, places_find_role(role), &part);
    assert_true(is || (part.list.items == NULL && part.comments == 0));
    place_list_free(&part.list);
    return is;
}

static void test_what_is_plain(void **state)
{
    static const struct {
        const char *text;
        bool plain;
    } rows[] = {
        {HEAD ROW, true},
        {HEAD, true},
        {"\xef\xbb\xbf" HEAD ROW, true},
        {"CODE;Lat;lon_deg;xã\r\n1;2.5;3;\r\n\r\n2;-.5;4.;x", true},
        {"\"code\"\t\"y\"\t\"x\"\n\"1 \"\"a\"\",\"\t\"2\"\t3\n\n", true},
        {HEAD "#, says nothing\n1,A,,0,0\n", true},
        {HEAD "1, A ,,22.123456789012345678,106\n", true},
        {"code,lat,lon,name\n1,22,106\n", true}, /* a row that is short */
        /* names */
        {"", false},
        {"\n" HEAD ROW, false},
        {"code|lat|lon\n1|2|3\n", false},
        {"code,lat;lon\n1,2,3\n", false},
        {"code,lat,lon,\n1,2,3,\n", false},
        {"code,lat,lon,5\n1,2,3,4\n", false},
        {"code,lat,lon, b\n1,2,3,4\n", false},
        {"code,lat,lon,b \n1,2,3,4\n", false},
        {"code,lat,lon,a.b\n1,2,3,4\n", false},
        {"code,lat,lon,b,B\n1,2,3,4,5\n", false},
        {"code,lat,lon,x\n1,2,3,4\n", false},
        {"code,lat,lon,latitude\n1,2,3,4\n", false},
        {"code,lat,lon,wkt\n1,2,3,POINT (1 2)\n", false},
        {"code,lat,lon,_WKT_b\n1,2,3,POINT (1 2)\n", false},
        {"code,lat,lon,\xff\n1,2,3,4\n", false},
        {"code,lat,name\n1,2,3\n", false},
        {"name,lat,lon\n1,2,3\n", false},
        /* fields */
        {HEAD "1,A\"B\",3,22.5,106.1\n", false},
        {HEAD "1, \"B\",3,22.5,106.1\n", false},
        {HEAD "1,\"B\" ,3,22.5,106.1\n", false},
        {HEAD "1,\"B,3,22.5,106.1\n", false},
        {HEAD "1,\"B\n\",3,22.5,106.1\n", false},
        {HEAD "1,A,3,22.5,106.1,\n", false},
        {HEAD "1,A\tB,3,22.5,106.1\n", false},
        {HEAD "1,<kml>,3,22.5,106.1\n", false},
        {HEAD "1,A,3,22.5,106.1\r2,B,4,22.6,106.2\n", false},
        {HEAD "1,A,3,22.5,106.1\r", false},
        {HEAD "\xef\xbb\xbf" ROW, false},
        {HEAD " \n", false},
        /* numbers */
        {HEAD "1,A,3,22.5,\n", false},
        {HEAD "1,A,3,22.5\n", false},
        {HEAD "1,A,3,22.5, 106.1\n", false},
        {HEAD "1,A,3,22.5,1e2\n", false},
        {HEAD "1,A,3,22.5,+6\n", false},
        {HEAD "1,A,3,22.5,0x6a\n", false},
        {HEAD "1,A,3,22.5,inf\n", false},
        {HEAD "1,A,3,22.5,-\n", false},
        {HEAD "1,A,3,22.5,1.2.3\n", false},
        {HEAD "1,A,3,22.5,\"106,1\"\n", false},
        {HEAD "1,A,3,22.5,181\n", false},
        {HEAD "1,A,3,91,106\n", false},
        /* faults */
        {HEAD "\"\",A,3,22.5,106.1\n", false},
        {HEAD "1,A,-3,22.5,106.1\n", false},
        {HEAD "1,\xff,3,22.5,106.1\n", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *path = scratch_write(*state, "places.csv", rows[i].text);
        if (is_plain(path, "hamlet") != rows[i].plain)
            fail_msg("%s: expected %s", rows[i].text,
                     rows[i].plain ? "to be plain" : "to be left to GDAL");
        expect_same(*state, "hamlet", "places.csv", rows[i].text);
    }
}

static void test_roles(void **state)
{
    const char *path = scratch_write(*state, "places.csv", "code,lat,lon\n1,2,3\n");
    assert_true(is_plain(path, "hamlet"));
    assert_false(is_plain(path, "cluster"));
    assert_false(is_plain(path, "commune"));
    path = scratch_write(*state, "places.csv", "code,hamlet,lat,lon\n1,A,2,3\n");
    assert_true(is_plain(path, "cluster"));
}

/* What a file is called, and what stands beside it. */
static void test_files(void **state)
{
    static const char text[] = "code,lat,lon\n1,2,3\n";
    assert_true(is_plain(scratch_write(*state, "a.CSV", text), "hamlet"));
    assert_false(is_plain(scratch_write(*state, "a.tsv", text), "hamlet"));
    assert_false(is_plain(scratch_write(*state, "CSV:a.csv", text), "hamlet"));
    assert_false(is_plain(scratch_path(*state, "none.csv"), "hamlet"));
    assert_false(is_plain(scratch_path(*state, ".csv"), "hamlet"));
    assert_true(is_plain(scratch_write(*state, "b.csv", text), "hamlet"));
    (void)scratch_write(*state, "b.prj", "EPSG:3405");
    assert_false(is_plain(scratch_path(*state, "b.csv"), "hamlet"));
    assert_true(is_plain(scratch_write(*state, "c.csv", text), "hamlet"));
    (void)scratch_write(*state, "c.csvt", "Real,Real,Real");
    assert_false(is_plain(scratch_path(*state, "c.csv"), "hamlet"));
    expect_same(*state, "hamlet", "c.csv", text);
}

static void test_nul_is_not_plain(void **state)
{
    static const char text[] = "code,lat,lon\n1,2,3\n\0\n2,3,4\n";
    const char *path = scratch_path(*state, "nul.csv");
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, sizeof text - 1, f), sizeof text - 1);
    assert_int_equal(fclose(f), 0);
    assert_false(is_plain(path, "hamlet"));
}

/* Every odd value in every column, of the first row and of another. */
static void test_values_are_as_of_gdal(void **state)
{
    static const char *const values[] = {"",
                                         " ",
                                         "\"\"",
                                         "\" \"",
                                         "\"\"\"\"",
                                         "7",
                                         "007",
                                         "1e3",
                                         "1.50",
                                         "-0",
                                         "0",
                                         "+5",
                                         "22,5",
                                         "\"22,5\"",
                                         "22.",
                                         ".5",
                                         "-.5",
                                         "-",
                                         ".",
                                         "1.2.3",
                                         "0x10",
                                         "inf",
                                         "-Infinity",
                                         "nan",
                                         "NaN",
                                         "1e400",
                                         "1d3",
                                         "22.5 ",
                                         " 22.5",
                                         "\"22.5\"",
                                         "\"22.5\" ",
                                         "\"22\".5",
                                         "22.5N",
                                         "22;5",
                                         "0.1",
                                         "0.30000000000000004",
                                         "22.123456789012345678901234567890",
                                         "123456789012345678901234567890",
                                         "1 000",
                                         "50%",
                                         "có",
                                         "\"yes\"",
                                         "KHÔNG",
                                         "2024-01-02",
                                         "#1",
                                         "\"#1, b\"",
                                         "#",
                                         "a\"b",
                                         "a\"b\"c",
                                         "\"a\"b",
                                         "\"a\"\"b\"",
                                         "\"a",
                                         "a\"",
                                         "\"a\\\"b\"",
                                         "a\\,b",
                                         "\"a\nb\"",
                                         "\"a\r\nb\"",
                                         "a\tb",
                                         "a\rb",
                                         "a\vb",
                                         "a\x7f",
                                         "<kml",
                                         "<gpx>",
                                         "{",
                                         "@VGMT",
                                         "\xef\xbb\xbf"
                                         "a",
                                         "\xff",
                                         "\xe1\xba",
                                         "Ảnh",
                                         "'a,b'",
                                         "=\"1\"",
                                         "\xc2\xa0",
                                         "POINT (1 2)",
                                         "null",
                                         "(null)"};
    static const char *const names[] = {"hamlet_code", "cluster_code", "name",
                                        "households",  "difficult",    "district",
                                        "lat",         "lon",          "note"};
    static const char *const usual[] = {"1", "2",    "A",     "3", "yes",
                                        "D", "22.5", "106.1", ""};
    enum {
        VALUES = sizeof values / sizeof *values,
        COLUMNS = sizeof names / sizeof *names
    };
    for (size_t i = 0; i < (size_t)VALUES * COLUMNS * 3; i++) {
        const size_t column = i / VALUES % COLUMNS, odd_row = i / VALUES / COLUMNS;
        char *text = xstrdup("");
        for (size_t row = 0; row < 3; row++) {
            for (size_t k = 0; k < COLUMNS; k++) {
                const char *const *of = row == 0 ? names : usual;
                const bool is_odd = row == odd_row && k == column;
                char *more =
                    xasprintf("%s%s%s", text, is_odd ? values[i % VALUES] : of[k],
                              k + 1 < COLUMNS ? "," : "\n");
                free(text);
                text = more;
            }
        }
        expect_same(*state, i % 2 ? "hamlet" : "cluster", "places.csv", text);
        free(text);
    }
}

/* Small numbers that are the same in each run. */
static size_t draw(uint32_t *seed, size_t below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % below;
}

/* Files of pieces that stand where they should, mostly. */
static char *draw_file(uint32_t *seed)
{
    static const char *const heads[] = {
        "code,name,hamlet_code,lat,lon",
        "code,name,hamlet_code,lat,lon",
        "code;name;hamlet_code;lat;lon",
        "code\tname\thamlet_code\tlat\tlon",
        "\"code\",\"name\",\"hamlet_code\",\"lat\",\"lon\"",
        "\xef\xbb\xbf"
        "Code,NAME,Hamlet_Code,Y,X",
        "hamlet_code,code,name,lat_deg,longitude",
        "code,name,hamlet_code,x,lon",
        "code,name,name,lat,lon",
        "code,name,hamlet_code,lat,lon,",
        "code, name,hamlet_code,lat ,lon",
        "code,name,hamlet_code,WKT,lon",
        "code,my name,hamlet,lat,lon",
        "code|name|hamlet_code|lat|lon",
        "code,cluster_code,hamlet_co,lat,lon",
        "code,e5,hamlet_code,lat,lon",
        "code,nan,inf,lat,lon",
        "code,1,hamlet_code,lat,lon",
        "code,name;hamlet,hamlet_code,lat,lon",
        "code,tên xã,hamlet_code,lat,lon"};
    static const char *const pieces[] = {
        "a",        "B 2",   "22.5", "106.1", "22.5",         "106.1",
        "0",        "-7.25", "1",    "1",     "\"a\"",        "\"22.5\"",
        "\"b, c\"", "\"\"",  "",     " ",     "22,5",         "\"",
        "\"\"",     "\\",    "#",    "ả",     "\xef\xbb\xbf", "\xff",
        "\t",       ";",     ",",    "|",     "\n",           "\r",
        "\r\n",     "\n\r",  "\n\n", "<",     "POINT (1 2)"};
    enum {
        HEADS = sizeof heads / sizeof *heads,
        PIECES = sizeof pieces / sizeof *pieces
    };
    static const char *const ends[] = {"\n", "\n", "\r\n", "\n\n", "\n\r", "\r", ""};
    static const char *const delims[] = {",", ",", ",", ",", ";", "\t"};
    const char *head = heads[draw(seed, HEADS)];
    const char *delim = draw(seed, 8) ? (strchr(head, ';')    ? ";"
                                         : strchr(head, '\t') ? "\t"
                                                              : ",")
                                      : delims[draw(seed, 6)];
    const char *end = ends[draw(seed, 3)];
    char *text = xasprintf("%s%s", head, end);
    for (size_t row = draw(seed, 4); row > 0; row--) {
        const char *const fields[] = {"1", "a", "2", "22.5", "106.1"};
        for (size_t k = 0; k < 5; k++) {
            const char *piece = draw(seed, 8) ? fields[k] : pieces[draw(seed, PIECES)];
            char *more = xasprintf("%s%s%s", text, piece, k < 4 ? delim : "");
            free(text);
            text = more;
        }
        char *more = xasprintf("%s%s", text, draw(seed, 6) ? end : ends[draw(seed, 7)]);
        free(text);
        text = more;
    }
    return text;
}

static void test_files_are_as_of_gdal(void **state)
{
    static const char *const roles[] = {"hamlet", "cluster", "commune"};
    enum { FILES = 6000 };
    uint32_t seed = 1;
    size_t plain = 0;
    for (size_t i = 0; i < FILES; i++) {
        char *text = draw_file(&seed);
        const char *role = roles[draw(&seed, 16) ? i % 2 : 2];
        expect_same(*state, role, "places.csv", text);
        plain += is_plain(scratch_path(*state, "places.csv"), role);
        free(text);
    }
    assert_in_range(plain, FILES / 10, FILES * 9 / 10); /* both ways are taken */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_what_is_plain),
        SCRATCH_TEST(test_roles),
        SCRATCH_TEST(test_files),
        SCRATCH_TEST(test_nul_is_not_plain),
        SCRATCH_TEST(test_values_are_as_of_gdal),
        SCRATCH_TEST(test_files_are_as_of_gdal),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
