/* Old communes and those of today: the crosswalk's file, and what decides for a hamlet.
 */
#include "../support/scratch.h"

#include <gdal.h>

#include "../support/capture.h"
#include "places.h"

#define COMMUNE(code, name, lon, east)                                                   \
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"" code "\",\"name\":\"" name       \
    "\",\"province\":\"Tỉnh Cao Bằng\"},\"geometry\":{\"type\":\"Polygon\","         \
    "\"coordinates\":[[[" lon ",22.6],[" east ",22.6],[" east ",22.7],[" lon             \
    ",22.7],[" lon ",22.6]]]}}"

/* Four communes of 0.1 degrees from west to east. */
static const char communes[] = "{\"type\":\"FeatureCollection\",\"features\":[" COMMUNE(
    "00101", "Xã Bảo Lạc", "106.0",
    "106.1") "," COMMUNE("00102", "Xã Cốc Pàng", "106.1",
                         "106.2") "," COMMUNE("00103", "Phường Cốc Pàng", "106.2",
                                              "106.3") "," COMMUNE("00104", "Xã Yên Thổ",
                                                                   "106.3", "106.4") "]}";

static const char walk[] =
    "\xEF\xBB\xBFold_code;old_name;old_district;old_province;new_code;new_name\r\n"
    "01741;Xã Kim Cúc;Huyện Bảo Lạc;Tỉnh Cao Bằng;00102;Xã Cốc Pàng\r\n"
    "01744;Xã Hưng Đạo;Huyện Bảo Lạc;Tỉnh Cao Bằng;101;\r\n"
    "01744;Xã Hưng Đạo;Huyện Bảo Lạc;Tỉnh Cao Bằng;00102;\r\n"
    "01750;Xã Hưng Đạo;Huyện Bảo Lâm;Tỉnh Cao Bằng;;yen tho\r\n"
    "01751;Xã Cốc Pàng;Huyện Bảo Lạc;Tỉnh Cao Bằng;00101;\r\n"
    "01752;Xã Xa;Huyện Khác;Tỉnh Khác;99901;\r\n"
    ";;;;00101;\r\n";

static const char *keep(void **state, const char *name, const char *text)
{
    return xstrdup(scratch_write(*state, name, text));
}

/* Places with these hamlets; without a crosswalk where it is NULL. */
static struct places find(void **state, const char *hamlets, const char *crosswalk,
                          char **said)
{
    struct places p = {.middle = geo_none()};
    struct capture c;
    const char *files[] = {keep(state, "hamlets.csv", hamlets),
                           keep(state, "communes.geojson", communes),
                           crosswalk ? keep(state, "walk.csv", crosswalk) : NULL};
    const struct places_sources sources = {
        .hamlets = files[0], .communes = files[1], .crosswalk = files[2]};
    capture_start(&c);
    const enum err err = places_load(&sources, &p);
    if (!err)
        places_find_communes(&p);
    *said = xstrdup(capture_stop(&c));
    assert_int_equal(err, ERR_OK);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        free((void *)(uintptr_t)files[i]);
    return p;
}

static void test_with_crosswalk(void **state)
{
    static const struct {
        const char *hamlet; /* commune_code,commune,district,province,lon */
        const char *code, *how, *doubt;
    } rows[] = {
        {"01741,,,,106.15", "00102", "code", ""},
        {"1741,,,,106.15", "00102", "code", ""}, /* a zero lost in a spreadsheet */
        {"01741,,,,106.25", "00102", "code", "elsewhere"},
        {"01741,,,,107.0", "00102", "code", ""},      /* no polygon there */
        {"01744,,,,106.05", "00101", "position", ""}, /* divided */
        {"01744,,,,106.15", "00102", "position", ""},
        {"01744,,,,106.25", "00103", "position", "ambiguous"},
        {"01744,,,,107.0", "01744", "none", "ambiguous"},
        {"01750,,,,106.35", "00104", "code", ""}, /* the new one is named */
        {"00104,,,,106.35", "00104", "given", ""},
        {"104,,,,106.35", "00104", "given", ""},
        {"77777,,,,106.25", "00103", "position", "not_listed"},
        {"77777,,,,107.0", "77777", "none", "not_listed"},
        {"77777,Kim Cúc,,,106.15", "00102", "name", ""},
        {",x. kim cuc,,,106.15", "00102", "name", ""},
        {"Xã Kim Cúc,,,,106.15", "00102", "name", ""}, /* in the code's column */
        {",Hưng Đạo,H. Bảo Lâm,,106.35", "00104", "name", ""},
        {",Hưng Đạo,,,106.35", "00104", "position", ""},
        {",Hưng Đạo,,,106.25", "00103", "position", "ambiguous"},
        {",Hưng Đạo,Bảo Lạc,,107.0", "", "none", "ambiguous"},
        {",Hưng Đạo,Bảo Lạc,Hà Giang,106.15", "00102", "position", "not_listed"},
        {",Xã Cốc Pàng,,,106.05", "00101", "name", ""}, /* of then, not of today */
        {",Phường Cốc Pàng,,,106.25", "00103", "name", ""},
        {",Xã Xa,,,107.0", "99901", "name", ""}, /* the communes' file lacks it */
        {",,,,106.25", "00103", "position", ""},
        {",,,,107.0", "", "none", "not_listed"},
    };
    char *text = xstrdup("hamlet_code,name,commune_code,commune,district,province,lon,"
                         "lat\n");
    const size_t count = sizeof rows / sizeof *rows;
    for (size_t i = 0; i < count; i++) {
        char *more = xasprintf("%sH%02zu,Bản,%s,22.65\n", text, i, rows[i].hamlet);
        free(text);
        text = more;
    }
    char *said = NULL;
    struct places p = find(state, text, walk, &said);
    assert_int_equal(p.hamlets.count, count);
    for (size_t i = 0; i < count; i++) {
        const char *how = place_how_name(p.moves[i].how);
        const char *doubt = place_doubt_name(p.moves[i].doubt);
        if (strcmp(p.hamlets.items[i].parent_code, rows[i].code) != 0 ||
            strcmp(how, rows[i].how) != 0 || strcmp(doubt, rows[i].doubt) != 0)
            fail_msg("%s: %s by %s (%s)", rows[i].hamlet, p.hamlets.items[i].parent_code,
                     how, doubt);
    }
    assert_string_equal(p.moves[0].old_code, "01741");
    assert_non_null(strstr(said, "first in line 8"));
    assert_non_null(strstr(said, ": 2: H07 (01744), H19 (Hưng Đạo)\n"));
    assert_non_null(strstr(said, ": 2: H12 (77777), H25\n"));
    assert_non_null(strstr(said, ": 1: H02 (01741)\n"));
    free(said);
    free(text);
    places_free(&p);
}

/* A list that names the communes of today, and no crosswalk. */
static void test_without(void **state)
{
    char *said = NULL;
    struct places p = find(state,
                           "hamlet_code,name,commune_code,commune,lon,lat\n"
                           "H1,a,,bao lac,106.05,22.65\n"
                           "H2,a,,Cốc Pàng,106.25,22.65\n" /* xã or phường: position */
                           "H3,a,,Bảo Lạc,106.15,22.65\n"
                           "H4,a,,Không có,106.15,22.65\n"
                           "H5,a,01741,Bảo Lạc,106.15,22.65\n" /* its word */
                           "H6,a,,,106.35,22.65\n"
                           "H7,a,00104,,106.15,22.65\n"
                           "H8,a,104,,106.15,22.65\n", /* a spreadsheet took its zeros */
                           NULL, &said);
    static const char *const expected[] = {"00101", "00103", "00101", "00102",
                                           "01741", "00104", "00104", "00104"};
    assert_int_equal(p.hamlets.count, 8);
    for (size_t i = 0; i < p.hamlets.count; i++)
        assert_string_equal(p.hamlets.items[i].parent_code, expected[i]);
    assert_non_null(strstr(said, ": 1: H3 (Bảo Lạc)\n"));
    assert_non_null(strstr(said, ": 1: H4 (Không có)\n"));
    assert_non_null(strstr(said, "--crosswalk: 1: H5 (01741 Bảo Lạc)\n"));
    free(said);
    places_free(&p);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "walk.csv"},
        {"a,b\n1,2\n", "old_code or old_name"},
        {"old_code,old_name\n1,2\n", "new_code or new_name"},
        {"old_code,new_code\n", "no row names"},
        {"old_code,new_code\n,\n1,\n", "no row names"},
        {"old_code,new_code\n1,2\n1,2,3,4\n", "line 3"},
        {"old_code,new_code\n1,2\n1,\"2\n", "line 3"},
        {"old_name,new_code\nX\xE3 Kim,2\n", "line 2 is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct crosswalk c = {0};
        struct capture said;
        const char *path = scratch_write(*state, "walk.csv", rows[i].text);
        capture_start(&said);
        const enum err err = crosswalk_load(path, &c);
        const char *message = capture_stop(&said);
        if (err != ERR_INPUT || !strstr(message, rows[i].message))
            fail_msg("%s: %s", rows[i].text, message);
        crosswalk_free(&c);
    }
}

static void test_codes(void **unused)
{
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {{"00101", "101", 0}, {"0", "000", 0}, {"A01", "A1", -1},
                {"101", "102", -1},  {"", "0", -1},   {"0A", "A", -1}};
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const int order = crosswalk_compare_codes(rows[i].a, rows[i].b);
        assert_int_equal((order > 0) - (order < 0), rows[i].order);
        const int other = crosswalk_compare_codes(rows[i].b, rows[i].a);
        assert_int_equal((other > 0) - (other < 0), -rows[i].order);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_with_crosswalk, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(test_without, scratch_open, scratch_close),
        cmocka_unit_test_setup_teardown(test_refused, scratch_open, scratch_close),
        cmocka_unit_test(test_codes),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
