/* The regions that ship, the choice of the CRS, and faults in region files. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../support/capture.h"
#include "region.h"
#include "xmem.h"

static enum err load(const char *name, struct region *region, struct capture *c)
{
    capture_start(c);
    const enum err err = region_load(name, region);
    capture_stop(c);
    return err;
}

static void check_vn(const struct region *r)
{
    char digits[MCCMNC_TEXT_SIZE];
    assert_string_equal(r->name, "vn");
    assert_string_equal(r->operation, "VN-2000 to WGS 84 (2)");
    assert_int_equal(r->utc_offset_s, 7 * 3600);
    assert_true(r->west_deg == 102.0 && r->east_deg == 118.0);
    assert_true(r->south_deg == 6.0 && r->north_deg == 24.0);
    assert_string_equal(region_operator_name(r, mccmnc_parse("45201"), digits),
                        "MobiFone");
    assert_string_equal(region_operator_name(r, mccmnc_parse("45202"), digits),
                        "VinaPhone");
    assert_string_equal(region_operator_name(r, mccmnc_parse("45204"), digits),
                        "Viettel");
    assert_string_equal(region_operator_name(r, mccmnc_parse("45205"), digits),
                        "Vietnamobile");
    assert_string_equal(region_operator_name(r, mccmnc_parse("310410"), digits),
                        "310410");
}

static void test_vn(void **state)
{
    static const char *const names[] = {"vn", "maps/regions/vn.yaml"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct region r = {0};
        struct capture c;
        if (load(names[i], &r, &c) != ERR_OK)
            fail_msg("%s", c.text);
        check_vn(&r);
        region_free(&r);
        region_free(&r);
    }
    region_free(NULL);
}

static void test_epsg(void **state)
{
    static const struct {
        const char *region;
        struct latlon middle;
        int epsg;
    } rows[] = {
        {"vn", {22.7, 106.3}, 3405},       {"vn", {16.0, 108.0}, 3405},
        {"vn", {16.0, 108.0001}, 3406},    {"vn", {11.2, 109.1}, 3406},
        {NULL, {22.7, 106.3}, 32648},      {"generic", {14.7, -17.4}, 32628},
        {"generic", {-33.9, 18.4}, 32734},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct region r = {0};
        assert_int_equal(region_load(rows[i].region, &r), ERR_OK);
        assert_int_equal(region_epsg(&r, rows[i].middle), rows[i].epsg);
        region_free(&r);
    }
}

static void test_generic(void **state)
{
    (void)state;
    struct region r = {0};
    char digits[MCCMNC_TEXT_SIZE];
    assert_int_equal(region_load(NULL, &r), ERR_OK);
    assert_string_equal(r.name, "generic");
    assert_null(r.operation);
    assert_int_equal(r.crs_count, 0);
    assert_int_equal(r.operator_count, 0);
    assert_int_equal(r.utc_offset_s, 0);
    assert_true(r.west_deg == -180.0 && r.east_deg == 180.0);
    assert_true(r.south_deg == -90.0 && r.north_deg == 90.0);
    assert_string_equal(region_operator_name(&r, mccmnc_parse("45204"), digits), "45204");
    region_free(&r);
}

static void test_unknown(void **state)
{
    (void)state;
    struct region r = {0};
    struct capture c;
    assert_int_equal(load("atlantis", &r, &c), ERR_USAGE);
    assert_non_null(
        strstr(c.text, "unknown region \"atlantis\"; expected one of generic, vn"));
    assert_int_equal(load("atlantis.yaml", &r, &c), ERR_INPUT);
    assert_non_null(strstr(c.text, "atlantis.yaml: cannot be opened"));
    assert_int_equal(load("./tests", &r, &c), ERR_INPUT);
    assert_int_equal(load("", &r, &c), ERR_USAGE);
}

static const char good[] =
    "schema: 1\n"
    "name: test\n"
    "operation: some shift\n"
    "crs:\n"
    "  - {epsg: 3405, west_of_deg: 108}\n"
    "  - {epsg: 3406}\n"
    "utc_offset: \"-03:30\"\n"
    "extent: {west_deg: 1, south_deg: 2, east_deg: 3, north_deg: 4}\n"
    "operators:\n"
    "  - {mccmnc: \"310410\", name: One}\n"
    "  - {mccmnc: \"45201\", name: Two}\n";

static const struct fault {
    const char *find;
    const char *put;
    const char *message; /* behind the file's name; NULL: none */
} faults[] = {
    {"schema: 1", "schema: 1", NULL},
    {"operation: some shift\n", "", NULL},
    {"schema: 1", "schema: 9", ":1: schema: is \"9\", expected 1"},
    {"operation", "operations",
     ":3: unknown key \"operations\" (did you mean \"operation\"?)"},
    {"name: test\n", "", ":1: key \"name\" is missing in the file"},
    {"epsg: 3406", "epgs: 3406", ":6: unknown key \"epgs\" (did you mean \"epsg\"?)"},
    {"epsg: 3406", "epsg: x", ":6: crs.1.epsg: is \"x\", expected a whole number"},
    {"{epsg: 3406}", "{}", ":6: key \"epsg\" is missing in crs.1"},
    {", west_of_deg: 108", "", ":5: crs.0.west_of_deg: is missing"},
    {"3406", "3406, west_of_deg: 120", ":6: crs.1.west_of_deg: not allowed in the last"},
    {"west_of_deg: 108", "west_of_deg: 208", ":5: crs.0.west_of_deg: is \"208\""},
    {"-03:30", "seven", ":7: utc_offset: is \"seven\", expected hours and minutes"},
    {"north_deg: 4", "north_deg: 91", ":8: extent.north_deg: is \"91\""},
    {"north_deg: 4", "north_deg: 1", ":8: extent: expected west below east"},
    {"310410", "31", ":10: operators.0.mccmnc: is \"31\""},
    {"310410", "452-01", ":11: operators.1.mccmnc: operator \"45201\" is listed twice"},
    {"name: Two", "name: ''", ":11: operators.1.name: is empty"},
    {"  - {mccmnc: \"45201\", name: Two}", "  - Two",
     ":11: operators.1: expected keys with values"},
};

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void test_faults(void **state)
{
    (void)state;
    char path[] = "/tmp/test_region_XXXXXX.yaml";
    const int fd = mkstemps(path, 5);
    assert_true(fd >= 0);
    close(fd);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const char *at = strstr(good, faults[i].find);
        assert_non_null(at);
        char *text = xasprintf("%.*s%s%s", (int)(at - good), good, faults[i].put,
                               at + strlen(faults[i].find));
        struct region r = {0};
        struct capture c;
        write_file(path, text);
        const enum err err = load(path, &r, &c);
        const bool told = faults[i].message == NULL || strstr(c.text, faults[i].message);
        if (err != (faults[i].message == NULL ? ERR_OK : ERR_INPUT) || !told)
            fail_msg("\"%s\": %d, %s", faults[i].put, (int)err, c.text);
        region_free(&r);
        free(text);
    }
    remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vn),      cmocka_unit_test(test_epsg),
        cmocka_unit_test(test_generic), cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
