/* out_map: the page holds the model as JSON that parses, survives hostile names, asks the
 * network for nothing, and is the same at every write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../support/unpack.h"
#include "jsonw.h"
#include "lang.h"
#include "model.h"
#include "out.h"
#include "units.h"

#define HOSTILE "</script><script>alert(1)</script><!--"
#define EMOJI "B\xe1\xba\xa3n \"L\xc5\xa9ng\" \xf0\x9f\x93\xb6 \\ \n \xe2\x80\xa8"
#define BROKEN "\xc3( \xe2\x82 \xff \xed\xa0\x80"

/* A square of 0.02 degrees around 22.78 N 106.12 E, little-endian ISO WKB. */
struct square {
    uint8_t bytes[1 + 4 + 4 + 4 + 5 * 16];
};

static struct square make_square(double lon_deg)
{
    struct square s = {{1, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0}};
    static const double corners[5][2] = {
        {0, 0}, {0.02, 0}, {0.02, 0.02}, {0, 0.02}, {0, 0}};
    for (size_t i = 0; i < 5; i++) {
        const double p[2] = {lon_deg + corners[i][0], 22.77 + corners[i][1]};
        memcpy(s.bytes + 13 + i * sizeof p, p, sizeof p);
    }
    return s;
}

/* A survey small enough to see through. */
struct fixture {
    char dir[64];
    struct rule rule;
    mccmnc_t op;
    struct region region;
    struct crs *crs;
    struct area_operator results[2];
    struct area areas[2];
    struct hamlet hamlets[2];
    struct note note;
    struct bin_stat bins[4];
    struct unit communes[2];
    struct unit province;
    struct square squares[2];
    struct model model;
};

static void fill_rule(struct fixture *f)
{
    static char id[] = "test-rule", title[] = HOSTILE, source[] = "nowhere";
    f->op = mccmnc_parse("45204");
    f->rule = (struct rule){.id = id,
                            .title = title,
                            .source = source,
                            .operators = &f->op,
                            .operator_count = 1,
                            .availability_min = 0.95,
                            .evidence_min = 0.9,
                            .confidence = 0.9,
                            .no_signal_max = 0.1,
                            .min_bins = 5};
    f->rule.technologies[TECH_LTE] = (struct rule_technology){true, -115, -105};
}

static void fill_places(struct fixture *f)
{
    const struct latlon p = {22.7812345678, 106.1298765432};
    f->results[0] = (struct area_operator){
        .mccmnc = f->op,
        .in_rule = true,
        .judgement = {RESULT_FAIL, 0.25, 0.1, 0.4999999, 7.5},
        .bins = 6,
        .samples = 600,
        .median_dbm = -108,
        .p10_dbm = -117,
        .first_utc_ms = INT64_C(1752876000000), /* 2025-07-18 22:00 UTC: the 19th there */
        .last_utc_ms = INT64_C(1752962400000)};
    f->results[1] = f->results[0];
    f->results[1].first_utc_ms = TIME_UNKNOWN;
    f->results[1].judgement = (struct judgement){RESULT_UNKNOWN, NAN, 0, 1, 0};
    for (size_t i = 0; i < 2; i++) {
        f->areas[i] = (struct area){.area_code = i == 0 ? "H1" : EMOJI,
                                    .name = i == 0 ? HOSTILE : BROKEN,
                                    .kind = i == 0 ? AREA_CENTRE : AREA_POLYGON,
                                    .hamlet = i,
                                    .households = ID_UNKNOWN,
                                    .point = p,
                                    .radius_m = i == 0 ? 150 : 0,
                                    .bins_total = 28,
                                    .operators = &f->results[i],
                                    .operator_count = 1,
                                    .rule_operator_count = 1,
                                    .result = f->results[i].judgement.result};
        f->hamlets[i] = (struct hamlet){.hamlet_code = f->areas[i].area_code,
                                        .name = f->areas[i].name,
                                        .commune_code = "",
                                        .commune = "",
                                        .province_code = "",
                                        .province = "",
                                        .households = i == 0 ? ID_UNKNOWN : 42,
                                        .areas = &f->areas[i],
                                        .area_count = 1,
                                        .verdict = i == 0 ? VERDICT_DEPRESSION
                                                          : VERDICT_NOT_ENOUGH_DATA};
    }
    f->note = (struct note){VERDICT_COVERED, HOSTILE, EMOJI, 20300};
    f->hamlets[0].note = f->hamlets[0].notes = &f->note;
    f->hamlets[0].note_count = 1;
    f->squares[0] = make_square(106.12);
    f->squares[1] = make_square(106.14); /* shares an edge with the first */
    for (size_t i = 0; i < 2; i++) {
        const struct wkb shape = {f->squares[i].bytes, sizeof f->squares[i].bytes};
        f->communes[i] = (struct unit){.code = "1", .name = HOSTILE, .shape = shape};
    }
    f->areas[1].shape = f->communes[0].shape;
    f->province = (struct unit){.code = "04", .name = EMOJI};
}

static void fill_bins(struct fixture *f)
{
    const struct xy at = crs_forward(f->crs, (struct latlon){22.78, 106.12});
    const int32_t x = (int32_t)floor(at.x_m / 50), y = (int32_t)floor(at.y_m / 50);
    const struct bin_stat bins[] = {
        {x, y, f->op, TECH_LTE, 20, -101, -109, 1, 2, 0.75},
        {x, y + 1, f->op, TECH_NONE, 0, LEVEL_NONE, LEVEL_NONE, 0, 9, 0},
        {x + 1, y - 3, f->op, TECH_LTE, 7, -118, -120, 0, 0, NAN},
        {x + 1, y - 3, f->op, TECH_WCDMA, 3, -99, -99, 0, 0, NAN},
    };
    memcpy(f->bins, bins, sizeof bins);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL)
        return -1;
    snprintf(f->dir, sizeof f->dir, "/tmp/test_out_map.XXXXXX");
    if (mkdtemp(f->dir) == NULL || crs_open(3405, NULL, &f->crs) != ERR_OK)
        return -1;
    fill_rule(f);
    fill_places(f);
    fill_bins(f);
    f->region = (struct region){.utc_offset_s = 7 * 3600};
    f->model = (struct model){.rule = &f->rule,
                              .region = &f->region,
                              .crs = f->crs,
                              .bin_size_m = 50,
                              .hamlets = f->hamlets,
                              .hamlet_count = 2,
                              .areas = f->areas,
                              .area_count = 2,
                              .bins = f->bins,
                              .bin_count = 4,
                              .communes = f->communes,
                              .commune_count = 2,
                              .provinces = &f->province,
                              .province_count = 1,
                              .newest_day = 20290, /* 2025-07-21 */
                              .as_of_day = 20300};
    f->model.total.counts.verdict[VERDICT_DEPRESSION] = 1;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/map.html", f->dir);
    unlink(path);
    rmdir(f->dir);
    crs_close(f->crs);
    free(f);
    return 0;
}

/* Writes the page and reads it back; the caller frees. */
static char *write_page(struct fixture *f, size_t *size)
{
    assert_int_equal(out_map(&f->model, f->dir), ERR_OK);
    char path[128];
    snprintf(path, sizeof path, "%s/map.html", f->dir);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    fseek(in, 0, SEEK_END);
    *size = (size_t)ftell(in);
    rewind(in);
    char *page = calloc(1, *size + 1);
    assert_int_equal(fread(page, 1, *size, in), *size);
    fclose(in);
    return page;
}

static char *extract_json(const char *page)
{
    static const char start[] = "<script type=\"application/json\" id=\"data\">";
    const char *from = strstr(page, start);
    assert_non_null(from);
    from += strlen(start);
    const char *to = strstr(from, "</script>");
    assert_non_null(to);
    return strndup(from, (size_t)(to - from));
}

static const char *item_text(const cJSON *object, const char *key, int i)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetArrayItem(cJSON_GetObjectItem(object, key), i));
    assert_non_null(text);
    return text;
}

/* A packed member; the caller frees bytes. */
static struct unpack unpack_member(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(object, key));
    assert_non_null(text);
    return unpack_open(text);
}

static void check_uints(struct unpack *u, const uint64_t *expected, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t value = unpack_uint(u);
        if (value != expected[i])
            fail_msg("number %zu is %llu instead of %llu", i, (unsigned long long)value,
                     (unsigned long long)expected[i]);
    }
}
#define CHECK_UINTS(u, ...)                                                              \
    check_uints(u, (const uint64_t[]){__VA_ARGS__},                                      \
                sizeof(const uint64_t[]){__VA_ARGS__} / sizeof(uint64_t))

static void test_data_survives_hostile_names(void **state)
{
    size_t size;
    char *page = write_page(*state, &size);
    assert_int_equal(strlen(page), size); /* no NUL */
    assert_null(strstr(page, "<script>alert"));
    assert_null(strstr(page, "<!--@"));
    char *json = extract_json(page);
    assert_null(strchr(json, '<'));
    cJSON *data = cJSON_Parse(json);
    assert_non_null(data);
    const cJSON *hamlets = cJSON_GetObjectItem(data, "hamlets");
    assert_string_equal(item_text(hamlets, "name", 0), HOSTILE);
    assert_string_equal(item_text(hamlets, "code", 1), EMOJI);
    /* one U+FFFD per longest valid beginning; a surrogate is three of them */
    assert_string_equal(item_text(hamlets, "name", 1),
                        "\xef\xbf\xbd( \xef\xbf\xbd \xef\xbf\xbd "
                        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    cJSON_Delete(data);
    free(json);
    free(page);
}

/* The records that map_places.c describes. */
static void test_values(void **state)
{
    size_t size;
    char *page = write_page(*state, &size);
    char *json = extract_json(page);
    cJSON *data = cJSON_Parse(json);
    struct unpack u = unpack_member(cJSON_GetObjectItem(data, "hamlets"), "facts");
    const uint64_t lat = 22781235, lon = 106129877;
    /* commune, verdict, areas, households, attributes, a place; two steps; bytes */
    CHECK_UINTS(&u, 0, VERDICT_DEPRESSION, 1, 0, 0, 1, 2 * lat, 2 * lon);
    const uint64_t first_size = unpack_uint(&u);
    CHECK_UINTS(&u, 0, VERDICT_NOT_ENOUGH_DATA, 1, 43, 0, 1, 0, 0);
    const uint64_t second_size = unpack_uint(&u);
    assert_int_equal(u.at, u.size);
    free(u.bytes);
    u = unpack_member(cJSON_GetObjectItem(data, "areas"), "facts");
    assert_int_equal(u.size, first_size + second_size);
    CHECK_UINTS(&u, AREA_CENTRE | RESULT_FAIL << 2 | 1 << 4, 0, 28, 0, 0, 150000, 1);
    CHECK_UINTS(&u, 1 | RESULT_FAIL << 1 | 1 << 3 | 1 << 4, 0, 250000, 100000, 500000,
                750);
    CHECK_UINTS(&u, 6, 600, 0, 108, 117, 1, 2, 2); /* a day to the newest, one between */
    assert_int_equal(u.at, first_size);
    CHECK_UINTS(&u, AREA_POLYGON | RESULT_UNKNOWN << 2 | 1 << 4, 0, 28, 0, 0);
    CHECK_UINTS(&u, 1, 5, 2 * 22770000, 2 * 106120000, 0, 40000, 40000, 0, 0, 39999,
                39999, 0);
    CHECK_UINTS(&u, 1, 1 | RESULT_UNKNOWN << 1 | 1 << 3, 0, 6, 600, 0, 108, 117, 0);
    assert_int_equal(u.at, u.size);
    free(u.bytes);
    assert_non_null(strstr(json, "\"newest_date\":\"2025-07-21\""));
    assert_non_null(strstr(json, "\"from_dispatch\":false"));
    assert_non_null(
        strstr(json, "{\"hamlet\":\"H1\",\"notes\":[{\"decision\":\"covered\",\"by\":"));
    cJSON_Delete(data);
    free(json);
    free(page);
}

/* Where a bin's corner lies by the page's interpolation, against the projection itself.
 */
static void test_lattice_is_exact(void **state)
{
    struct fixture *f = *state;
    size_t size;
    char *page = write_page(f, &size);
    char *json = extract_json(page);
    cJSON *data = cJSON_Parse(json);
    const cJSON *lattice = cJSON_GetObjectItem(data, "lattice");
    const int step = cJSON_GetObjectItem(lattice, "step_bins")->valueint;
    struct unpack nodes = unpack_member(lattice, "nodes");
    const struct bin_stat *bin = &f->bins[0];
    const int32_t i = bin->bin_x / step, j = bin->bin_y / step;
    const double u = bin->bin_x % step / (double)step,
                 v = bin->bin_y % step / (double)step;
    struct latlon p = {0, 0};
    int found = 0;
    for (int64_t di = -i, dj = -j, lat = 0, lon = 0; nodes.at < nodes.size;) {
        di += unpack_int(&nodes);
        dj += unpack_int(&nodes);
        lat += unpack_int(&nodes);
        lon += unpack_int(&nodes);
        if (di < 0 || di > 1 || dj < 0 || dj > 1)
            continue;
        const double weight = (di == 0 ? 1 - u : u) * (dj == 0 ? 1 - v : v);
        p.lat_deg += weight * (double)lat / 1e7;
        p.lon_deg += weight * (double)lon / 1e7;
        found++;
    }
    free(nodes.bytes);
    assert_int_equal(found, 4);
    const struct xy truth_xy = {50.0 * bin->bin_x, 50.0 * bin->bin_y};
    const double error_m = geo_distance_m(p, crs_inverse(f->crs, truth_xy));
    assert_true(error_m < 0.05);
    cJSON_Delete(data);
    free(json);
    free(page);
}

/* One operator; the technology not known stands first, the others by name. */
static void test_bins_are_steps(void **state)
{
    struct fixture *f = *state;
    size_t size;
    char *page = write_page(f, &size);
    char *json = extract_json(page);
    cJSON *data = cJSON_Parse(json);
    const cJSON *bins = cJSON_GetArrayItem(cJSON_GetObjectItem(data, "bins"), 0);
    assert_int_equal(cJSON_GetObjectItem(bins, "count")->valueint, 3);
    static const char *const techs[] = {"", "LTE", "WCDMA"};
    for (int i = 0; i < 3; i++)
        assert_string_equal(item_text(bins, "techs", i), techs[i]);
    struct unpack u = unpack_member(bins, "rows");
    assert_int_equal(unpack_int(&u), f->bins[0].bin_x);
    assert_int_equal(unpack_int(&u), f->bins[0].bin_y);
    CHECK_UINTS(&u, 2, 750001, 2, 101, 20, 1);
    CHECK_UINTS(&u, 0, 2, 9, 1, 1, 0, 0, 0);
    CHECK_UINTS(&u, 2, 7, 0, 0, 6, 118, 7, 0, 99, 3, 0);
    assert_int_equal(u.at, u.size);
    free(u.bytes);
    cJSON_Delete(data);
    free(json);
    free(page);
}

/* Two squares side by side: the shared edge, and around it two outer lines. */
static void test_borders_once(void **state)
{
    size_t size;
    char *page = write_page(*state, &size);
    char *json = extract_json(page);
    cJSON *data = cJSON_Parse(json);
    struct unpack u = unpack_member(data, "borders");
    assert_int_equal(unpack_uint(&u), 3);
    free(u.bytes);
    cJSON_Delete(data);
    free(json);
    free(page);
}

static void test_no_network(void **state)
{
    static const char *const harmless[] = {"http://www.w3.org/2000/svg",
                                           "https://leafletjs.com"};
    size_t size;
    char *page = write_page(*state, &size);
    for (const char *p = page; (p = strstr(p, "://")) != NULL; p++) {
        bool known = false;
        for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
            const size_t scheme = strcspn(harmless[i], ":");
            known |= strncmp(p - scheme, harmless[i], strlen(harmless[i])) == 0;
        }
        if (!known)
            fail_msg("an address in the page: %.60s", p - 8);
    }
    assert_null(strstr(page, "url(images"));
    assert_null(strstr(page, "sourceMappingURL"));
    assert_non_null(strstr(page, "default-src 'none'"));
    free(page);
}

static void test_same_bytes_and_language(void **state)
{
    size_t size_a, size_b, size_en;
    lang_set(LANG_VI);
    char *a = write_page(*state, &size_a);
    char *b = write_page(*state, &size_b);
    assert_int_equal(size_a, size_b);
    assert_memory_equal(a, b, size_a);
    assert_non_null(strstr(a, "<html lang=\"vi\">"));
    lang_set(LANG_EN);
    char *en = write_page(*state, &size_en);
    assert_non_null(strstr(en, "<html lang=\"en\">"));
    assert_non_null(strstr(en, "\"lang\":\"en\""));
    lang_set(LANG_VI);
    free(a);
    free(b);
    free(en);
}

static void test_empty_model(void **state)
{
    struct fixture *f = *state;
    const struct model full = f->model;
    f->model.hamlet_count = f->model.area_count = f->model.bin_count = 0;
    f->model.commune_count = f->model.province_count = 0;
    size_t size;
    char *page = write_page(f, &size);
    char *json = extract_json(page);
    cJSON *data = cJSON_Parse(json);
    assert_non_null(data);
    cJSON_Delete(data);
    free(json);
    free(page);
    f->model = full;
}

static void test_refused_directory(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(out_map(&f->model, "/tmp/test_out_map.none/none"), ERR_FAILED);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
        const char *expected;
    } rows[] = {
        {0, 6, "0"},           {-0.0000001, 6, "0"},     {0.5, 0, "1"},
        {-0.25, 6, "-0.25"},   {1.0 / 3, 6, "0.333333"}, {0.000001, 6, "0.000001"},
        {150, 3, "150"},       {99.9999999, 6, "100"},   {NAN, 6, "null"},
        {INFINITY, 6, "null"}, {1e300, 2, "null"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char buf[64] = "";
        FILE *out = fmemopen(buf, sizeof buf, "w");
        struct jsonw j = {out, false};
        jsonw_number(&j, rows[i].value, rows[i].decimals);
        fclose(out);
        assert_string_equal(buf, rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_data_survives_hostile_names),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_lattice_is_exact),
        cmocka_unit_test(test_bins_are_steps),
        cmocka_unit_test(test_borders_once),
        cmocka_unit_test(test_no_network),
        cmocka_unit_test(test_same_bytes_and_language),
        cmocka_unit_test(test_empty_model),
        cmocka_unit_test(test_refused_directory),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
