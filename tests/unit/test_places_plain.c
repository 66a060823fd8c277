/* What is read of GeoJSON without GDAL, and that GDAL reads the same of it. */
#include "../support/scratch.h"

#include <gdal.h>

#include "../support/places_same.h"
#include "places_pieces.h"
#include "places_plain.h"

#define SQUARE                                                                           \
    "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[106.1,22],[106.1,22.1],"          \
    "[106,22.1],[106,22]]]}"
#define BOW_TIE                                                                          \
    "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[106.1,22.1],[106.1,22],"          \
    "[106,22.1],[106,22]]]}"
#define POINT "{\"type\":\"Point\",\"coordinates\":[106.1,22.6]}"
#define FEATURE(properties, geometry)                                                    \
    "{\"type\":\"Feature\",\"properties\":{" properties "},\"geometry\":" geometry "}"
#define HEAD "{\"type\":\"FeatureCollection\",\"features\":["
#define TAIL "]}"

static struct places_source silent(GEOSContextHandle_t geos, const char *role)
{
    return (struct places_source){
        .role = places_find_role(role), .is_silent = true, .geos = geos};
}

/* Whether features are read here, and not left to GDAL. */
static bool is_plain(const char *features, const char *role)
{
    GEOSContextHandle_t geos = GEOS_init_r();
    const struct places_source source = silent(geos, role);
    struct places_plain plain = {0};
    const bool is = places_plain_read(features, &source, &plain);
    places_plain_free(&plain);
    GEOS_finish_r(geos);
    return is;
}

static void test_what_is_plain(void **state)
{
    static const struct {
        const char *features;
        bool plain;
    } rows[] = {
        {FEATURE("\"code\":\"1\"", POINT), true},
        {" { \"geometry\" : " SQUARE " ,\r\n\t\"properties\" : { \"code\" : 7 } , "
         "\"type\" : \"Feature\" } ",
         true},
        {FEATURE("\"a\":-1.5e3,\"code\":\"\\u1ea2nh \\\"A\\\" \\/\\\\\",\"b\":null,"
                 "\"c\":true",
                 BOW_TIE),
         true},
        {FEATURE("\"code\":\"1\"", POINT) "," FEATURE("\"code\":\"2\"", POINT), true},
        {FEATURE("\"code\":\"1\",\"name\":\"A\"", POINT) "," FEATURE("\"code\":\"2\"",
                                                                     POINT),
         true},
        {FEATURE("\"code\":\"1\",\"households\":3",
                 POINT) "," FEATURE("\"code\":\"2\",\"households\":null", POINT),
         true},
        {FEATURE("\"code\":\"#1\"", POINT), true},
        {FEATURE("\"code\":\"1\",\"id\":1", POINT) "," FEATURE("\"code\":\"2\",\"id\":2",
                                                               POINT),
         true},
        {FEATURE("\"code\":\"1\",\"id\":\"b\"",
                 POINT) "," FEATURE("\"code\":\"2\",\"id\":\"a\"", POINT),
         true},
        {FEATURE("\"code\":\"1\"", "{\"type\":\"MultiPoint\",\"coordinates\":[[1,2]]}"),
         true},
        {FEATURE("\"code\":\"1\"", "{\"type\":\"Point\",\"coordinates\":[1.25,2,350]}"),
         true},
        /* not the three members once each */
        {"", false},
        {"{}", false},
        {"{\"type\":\"Feature\",\"properties\":{\"code\":\"1\"}}", false},
        {"{\"type\":\"Thing\",\"properties\":{\"code\":\"1\"},\"geometry\":" POINT "}",
         false},
        {"{\"type\":\"Feature\",\"id\":1,\"properties\":{\"code\":\"1\"},"
         "\"geometry\":" POINT "}",
         false},
        {"{\"type\":\"Feature\",\"type\":\"Feature\",\"properties\":{\"code\":\"1\"},"
         "\"geometry\":" POINT "}",
         false},
        {FEATURE("\"code\":\"1\"", POINT) ",", false},
        {FEATURE("\"code\":\"1\"", POINT) "x", false},
        {FEATURE("\"code\":\"1\"", "null"), false},
        /* values that GDAL would convert, or print in another way */
        {FEATURE("\"code\":1.5", POINT), false},
        {FEATURE("\"code\":-0", POINT), false},
        {FEATURE("\"code\":01", POINT), false},
        {FEATURE("\"code\":1234567890123456789", POINT), false},
        {FEATURE("\"code\":\"2024-01-02\"", POINT), false},
        {FEATURE("\"code\":[1]", POINT), false},
        {FEATURE("\"code\":{}", POINT), false},
        {FEATURE("\"code\":\"\\n\"", POINT), false},
        {FEATURE("\"code\":\"\\ud83d\\ude00\"", POINT), false},
        {FEATURE("\"code\":\"\\u0000\"", POINT), false},
        {FEATURE("\"code\":\"a\nb\"", POINT), false},
        {FEATURE("\"code\":\"\xe1\"", POINT), false},
        {FEATURE("\"code\":\"1\"", POINT) "," FEATURE("\"code\":2", POINT), false},
        {FEATURE("\"code\":\"1\",\"electricity\":true",
                 POINT) "," FEATURE("\"code\":\"2\",\"electricity\":1", POINT),
         false},
        /* names in other letters, twice, too late, or of another kind of JSON */
        {FEATURE("\"code\":\"1\",\"CODE\":\"2\"", POINT), false},
        {FEATURE("\"code\":\"1\",\"code\":\"2\"", POINT), false},
        {FEATURE("\"code\":\"1\"", POINT) "," FEATURE("\"code\":\"2\",\"name\":\"A\"",
                                                      POINT),
         false},
        {FEATURE("\"code\":\"1\",\"type\":\"Topology\"", POINT), false},
        {FEATURE("\"c\\u006fde\":\"1\"", POINT), false},
        /* numbers that do not rise */
        {FEATURE("\"code\":\"1\",\"id\":2", POINT) "," FEATURE("\"code\":\"2\",\"id\":1",
                                                               POINT),
         false},
        {FEATURE("\"code\":\"1\",\"id\":2", POINT) "," FEATURE("\"code\":\"2\"", POINT),
         false},
        {FEATURE("\"code\":\"1\",\"id\":-2", POINT), false},
        /* shapes */
        {FEATURE("\"code\":\"1\"", "{\"coordinates\":[1,2],\"type\":\"Point\"}"), false},
        {FEATURE("\"code\":\"1\"", "{\"type\":\"Point\",\"coordinates\":[1]}"), false},
        {FEATURE("\"code\":\"1\"", "{\"type\":\"Point\",\"coordinates\":[1,2,3,4]}"),
         false},
        {FEATURE("\"code\":\"1\"", "{\"type\":\"Point\",\"coordinates\":[181,2]}"),
         false},
        {FEATURE("\"code\":\"1\"", "{\"type\":\"Point\",\"coordinates\":[1,1e400]}"),
         false},
        {FEATURE("\"code\":\"1\"", "{\"type\":\"Point\",\"coordinates\":[1,-0]}"), false},
        {FEATURE("\"code\":\"1\"", "{\"type\":\"Point\",\"coordinates\":[1,\"2\"]}"),
         false},
        {FEATURE("\"code\":\"1\"",
                 "{\"type\":\"MultiPoint\",\"coordinates\":[[1,2],[1,3]]}"),
         false},
        {FEATURE("\"code\":\"1\"",
                 "{\"type\":\"LineString\",\"coordinates\":[[1,2],[1,3]]}"),
         false},
        {FEATURE("\"code\":\"1\"",
                 "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[1,3],[2,3],[2,2]]]}"),
         false},
        {FEATURE("\"code\":\"1\"",
                 "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[1,3],[1,2]]]}"),
         false},
        {FEATURE("\"code\":\"1\"", "{\"type\":\"Polygon\",\"coordinates\":[]}"), false},
        /* faults */
        {FEATURE("\"name\":\"1\"", POINT), false},
        {FEATURE("\"code\":\" \"", POINT), false},
        {FEATURE("\"code\":\"1\",\"households\":-1", POINT), false},
        {FEATURE("\"code\":\"1\",\"difficult\":\"perhaps\"", POINT), false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (is_plain(rows[i].features, "hamlet") != rows[i].plain)
            fail_msg("%s: expected %s", rows[i].features,
                     rows[i].plain ? "to be plain" : "to be left to GDAL");
    }
    assert_false(is_plain(FEATURE("\"code\":\"1\"", POINT), "commune"));
    assert_false(is_plain(FEATURE("\"code\":\"1\"", POINT), "cluster"));
    assert_true(is_plain(FEATURE("\"code\":\"1\",\"hamlet\":\"A\"", POINT), "cluster"));
}

static void test_where_features_begin(void **state)
{
    static const struct {
        const char *head;
        bool plain;
    } rows[] = {
        {HEAD, true},
        {" { \"type\" : \"FeatureCollection\" , \"name\":\"a\", \"features\" :\n[", true},
        {"{\"type\":\"FeatureCollection\",\"name\":\"a\",\"crs\":{\"type\":\"name\","
         "\"properties\":{\"name\":\"urn:ogc:def:crs:OGC:1.3:CRS84\"}},\"features\":[",
         true},
        {"{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\","
         "\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::3405\"}},\"features\":[",
         false},
        {"{\"name\":\"a\",\"type\":\"FeatureCollection\",\"features\":[", false},
        {"{\"type\":\"Topology\",\"features\":[", false},
        {"{\"type\":\"FeatureCollection\",\"bbox\":[1,2,3,4],\"features\":[", false},
        {"{\"type\":\"FeatureCollection\",\"type\":\"a\",\"features\":[", false},
        {"{\"type\":\"FeatureCollection\",\"name\":\"\\\"\",\"features\":[", false},
        {"{\"type\":\"FeatureCollection\",\"features\":{", false},
        {"{\"type\":\"FeatureCollection\"", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = xasprintf("%s[", rows[i].head);
        const char *expected = rows[i].plain ? text + strlen(rows[i].head) : NULL;
        if (places_plain_begin(text) != expected)
            fail_msg("%s: expected %d", rows[i].head, rows[i].plain);
        free(text);
    }
}

static void expect_same_of_two(void **state, const char *role, const char *first,
                               const char *second)
{
    char *text = xasprintf(HEAD "%s,%s" TAIL, first, second);
    expect_same(*state, role, "places.geojson", text);
    free(text);
}

static char *with_member(const char *code, const char *member)
{
    return xasprintf("{\"type\":\"Feature\",\"properties\":{\"hamlet_code\":\"%s\","
                     "\"cluster_code\":\"%s\",\"commune\":\"C\"%s%s},\"geometry\":" SQUARE
                     "}",
                     code, code, member[0] ? "," : "", member);
}

/* Every value under every name, in the first feature, the second, and both. */
static void test_values_are_as_of_gdal(void **state)
{
    static const char *const values[] = {"null",
                                         "true",
                                         "false",
                                         "0",
                                         "-0",
                                         "7",
                                         "-7",
                                         "2147483648",
                                         "123456789012345678",
                                         "9223372036854775807",
                                         "12345678901234567890123",
                                         "1.5",
                                         "12.0",
                                         "1e3",
                                         "1E400",
                                         "\"\"",
                                         "\" \"",
                                         "\" a b \"",
                                         "\"có\"",
                                         "\"1\"",
                                         "\"7\"",
                                         "\"007\"",
                                         "\"1.50\"",
                                         "\"2024-01-02\"",
                                         "\"2024/01/02\"",
                                         "\" 2024-01-02 \"",
                                         "\"\\u00092024-01-02\\u000a\"",
                                         "\"01:02:03\"",
                                         "\"2024-01-02T03:04:05Z\"",
                                         "\"12-34-56\"",
                                         "\"1/2\"",
                                         "\"VN-04\"",
                                         "\"\\u1ea2nh\"",
                                         "\"\\u00e0\\/\\\\\\\"\"",
                                         "\"\\ud83d\\ude00\"",
                                         "\"\\ud83d\"",
                                         "\"\\u0000a\"",
                                         "\"\\u0009a\"",
                                         "\"\\ta\"",
                                         "\"\\x\"",
                                         "\"\xf0\x9f\x98\x80\"",
                                         "\"\xff\"",
                                         "\"tab\tin\"",
                                         "[1,2]",
                                         "[]",
                                         "[\"a\"]",
                                         "{}",
                                         "{\"a\":1}",
                                         "nul",
                                         "01",
                                         "+1",
                                         ".5",
                                         "1.",
                                         "-",
                                         "'a'"};
    static const char *const names[] = {"name",     "households", "electricity",
                                        "province", "id",         "note"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            char *odd = xasprintf("\"%s\":%s", names[n], values[v]);
            char *usual = xasprintf("\"%s\":%s", names[n], n == 0 ? "\"A\"" : "1");
            char *rows[] = {with_member("1", odd), with_member("2", odd),
                            with_member("1", usual), with_member("2", usual),
                            with_member("2", "")};
            expect_same_of_two(state, "hamlet", rows[0], rows[1]);
            expect_same_of_two(state, "hamlet", rows[0], rows[3]);
            expect_same_of_two(state, "hamlet", rows[2], rows[1]);
            expect_same_of_two(state, "hamlet", rows[0], rows[4]);
            for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                free(rows[i]);
            free(usual);
            free(odd);
        }
    }
}

/* Every value as a code, and names in every spelling. */
static void test_names_are_as_of_gdal(void **state)
{
    static const char *const members[] = {
        "\"hamlet_code\":1",
        "\"code\":\"1\"",
        "\"code\":\"1\",\"hamlet_code\":\"9\"",
        "\"HAMLET_CODE\":\"1\"",
        "\"Hamlet_Code\":\"1\"",
        "\"hamlet_cod\":\"1\"",
        "\"hamlet_cod\":\"1\",\"code\":\"9\"",
        "\"hamlet_co\":\"1\"",
        "\"hamlet_code\":\"1\",\"hamlet_code\":\"9\"",
        "\"hamlet_code\":\"1\",\"Hamlet_code\":\"9\"",
        "\"hamlet_code \":\"1\"",
        "\"hamlet_code\":\"#1\"",
        "\"hamlet_code\":\"1\",\"commune_co\":\"5\"",
        "\"hamlet_code\":\"1\",\"type\":\"Topology\"",
        "\"hamlet_code\":\"1\",\"\":1",
        "\"hamlet_code\":\"1\",\"bbox\":1,\"geometry\":2,\"ID\":3",
        "\"hamlet_code\":\"1\",\"cluster_code\":\"9\",\"hamlet\":\"H\",\"fullName\":"
        "\"F\"",
        "\"code\":\"1\",\"fullname\":\"F\",\"name\":\"N\",\"province\":\"P\"",
        "\"code\":\"1\",\"full_name\":\"\",\"name\":\"N\",\"province\":\"P\"",
        ""};
    static const char *const roles[] = {"hamlet", "cluster", "commune"};
    enum { MEMBERS = sizeof members / sizeof *members };
    for (size_t i = 0; i < MEMBERS * MEMBERS; i++) {
        char *first = xasprintf(
            "{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":" SQUARE "}",
            members[i / MEMBERS]);
        char *second =
            xasprintf("{\"type\":\"Feature\",\"properties\":{\"x\":1%s%s},"
                      "\"geometry\":" BOW_TIE "}",
                      members[i % MEMBERS][0] ? "," : "", members[i % MEMBERS]);
        for (size_t r = 0; r < sizeof roles / sizeof *roles; r++)
            expect_same_of_two(state, roles[r], first, second);
        free(second);
        free(first);
    }
}

static void test_shapes_are_as_of_gdal(void **state)
{
    static const char *const shapes[] = {
        "null", "{}", POINT, SQUARE, BOW_TIE,
        "{\"type\":\"Point\",\"coordinates\":[106,22,5]}",
        "{\"type\":\"Point\",\"coordinates\":[106.12345678901234567,-22.000000000000001]"
        "}",
        "{\"type\":\"Point\",\"coordinates\":[1.06e2,22]}",
        "{\"type\":\"Point\",\"coordinates\":[0.1,0.30000000000000004]}",
        "{\"type\":\"Point\",\"coordinates\":[-0.0,0]}",
        "{\"type\":\"Point\",\"coordinates\":[1,2,3,4]}",
        "{\"type\":\"Point\",\"coordinates\":[106,\"22\"]}",
        "{\"type\":\"Point\",\"coordinates\":[106,null]}",
        "{\"type\":\"Point\",\"coordinates\":[]}",
        "{\"type\":\"Point\",\"coordinates\":[1806,22]}",
        "{\"type\":\"Point\",\"coordinates\":[106,22],\"crs\":null}",
        "{\"coordinates\":[106,22],\"type\":\"Point\"}",
        "{\"type\":\"point\",\"coordinates\":[106,22]}",
        "{\"type\":\"MultiPoint\",\"coordinates\":[[106,22]]}",
        "{\"type\":\"MultiPoint\",\"coordinates\":[[106,22],[106,23]]}",
        "{\"type\":\"LineString\",\"coordinates\":[[106,22],[106,23]]}",
        "{\"type\":\"GeometryCollection\",\"geometries\":[" POINT "]}",
        "{\"type\":\"Polygon\",\"coordinates\":[]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[107,22],[107,23]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[107,22],[106,22]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[107,22],[107,22],[107,23],"
        "[106,22]]]}",
        /* a side back on itself, a spike, a touch, no area */
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[107,22],[106.5,22],[106.5,23],"
        "[106,22]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[107,22],[107,23],[108,24],"
        "[107,23],[106,23],[106,22]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[107,22],[106.5,22.5],[107,23],"
        "[106,23],[106.5,22.5],[106,22]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[107,23],[108,24],[106,22]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[106.0000001,22],"
        "[106.0000001,22.0000001],[106,22]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[1e-200,0],[2e-200,0],[2e-200,1e-200],"
        "[1e-200,0]]]}",
        /* holes, inside and outside; heights; several parts, apart and not */
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[107,22],[107,23],[106,23],"
        "[106,22]],[[106.2,22.2],[106.4,22.2],[106.4,22.4],[106.2,22.2]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22],[107,22],[107,23],[106,23],"
        "[106,22]],[[108.2,22.2],[108.4,22.2],[108.4,22.4],[108.2,22.2]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[106,22,1],[107,22,2],[107,23],"
        "[106,22,3]]]}",
        "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[106,22],[107,22],[107,23],"
        "[106,22]]]]}",
        "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[106,22],[107,22],[107,23],"
        "[106,22]]],[[[108,22],[109,22],[109,23],[108,22]]]]}",
        "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[106,22],[107,22],[107,23],"
        "[106,22]]],[[[106,22],[107,22],[107,23],[106,22]]]]}",
        "{\"type\":\"MultiPolygon\",\"coordinates\":[]}",
        "{\"type\":\"MultiPolygon\",\"coordinates\":[[]]}"};
    enum { SHAPES = sizeof shapes / sizeof *shapes };
    for (size_t i = 0; i < SHAPES * SHAPES; i++) {
        char *first = xasprintf("{\"type\":\"Feature\",\"properties\":{\"code\":\"1\"},"
                                "\"geometry\":%s}",
                                shapes[i / SHAPES]);
        char *second = xasprintf("{\"type\":\"Feature\",\"geometry\":%s,"
                                 "\"properties\":{\"code\":\"2\"}}",
                                 shapes[i % SHAPES]);
        expect_same_of_two(state, i % 2 ? "hamlet" : "commune", first, second);
        free(second);
        free(first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_plain),
        cmocka_unit_test(test_where_features_begin),
        cmocka_unit_test_setup_teardown(test_values_are_as_of_gdal, scratch_open,
                                        scratch_close),
        cmocka_unit_test_setup_teardown(test_names_are_as_of_gdal, scratch_open,
                                        scratch_close),
        cmocka_unit_test_setup_teardown(test_shapes_are_as_of_gdal, scratch_open,
                                        scratch_close),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
