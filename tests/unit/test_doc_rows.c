/* What the documents say of hamlets: order, words, what is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "doc_rows.h"
#include "lang.h"
#include "units.h"

enum { OPERATORS = 3, AREAS = 3 };

static char viettel[] = "Viettel";
static struct region_operator names[1];
static mccmnc_t listed[2];
static struct rule rule = {.operators = listed, .operator_count = 2, .min_bins = 5};
static struct region region = {
    .operators = names, .operator_count = 1, .utc_offset_s = 7 * 3600};

/* A hamlet with two clusters, all of the same three operators, the last not the rule's.
 */
struct scene {
    struct model m;
    struct hamlet hamlet;
    struct area areas[AREAS];
    struct area_operator operators[AREAS][OPERATORS];
    struct note note;
};

static void make_scene(struct scene *s)
{
    static const char *const codes[OPERATORS] = {"45202", "45204", "45201"};
    static const char *const titles[AREAS] = {"Bản Gạo", "", "Nà Lầu"};
    *s = (struct scene){0};
    listed[0] = mccmnc_parse(codes[0]);
    listed[1] = mccmnc_parse(codes[1]);
    names[0] = (struct region_operator){mccmnc_parse("45204"), viettel};
    for (int a = 0; a < AREAS; a++) {
        for (int i = 0; i < OPERATORS; i++)
            s->operators[a][i] = (struct area_operator){.mccmnc = mccmnc_parse(codes[i])};
        s->areas[a] = (struct area){.area_code = a == 1 ? "C1" : "H1",
                                    .name = titles[a],
                                    .kind = a ? AREA_CLUSTER : AREA_CENTRE,
                                    .households = a == 2 ? 1200 : ID_UNKNOWN,
                                    .bins_total = 30,
                                    .operators = s->operators[a],
                                    .operator_count = OPERATORS,
                                    .rule_operator_count = 2};
    }
    s->hamlet = (struct hamlet){.hamlet_code = "H1",
                                .commune_code = "01",
                                .households = 5,
                                .electricity = YES_NO_YES,
                                .difficult = YES_NO_NO,
                                .areas = s->areas,
                                .area_count = AREAS,
                                .verdict = VERDICT_NOT_ENOUGH_DATA};
    s->m = (struct model){.rule = &rule,
                          .region = &region,
                          .hamlets = &s->hamlet,
                          .hamlet_count = 1,
                          .areas = s->areas,
                          .area_count = AREAS};
}

static void assert_text(char *owned, const char *expected)
{
    assert_string_equal(owned, expected);
    free(owned);
}

static void test_remark(void **state)
{
    (void)state;
    struct scene s;
    make_scene(&s);
    s.areas[1].result = RESULT_FAIL;
    s.areas[2].result = RESULT_PASS;
    assert_text(doc_rows_remark(&s.m, &s.hamlet), "centre: not tested by any operator");
    s.operators[0][1].bins = 3;
    assert_text(doc_rows_remark(&s.m, &s.hamlet),
                "centre: not tested: 45202; too few bins: Viettel 3/5");
    s.operators[0][0].bins = 9;
    s.operators[0][0].judgement = (struct judgement){.low = 0.713, .high = 0.998};
    s.areas[0].bins_total = 3; /* all that there are */
    assert_text(doc_rows_remark(&s.m, &s.hamlet),
                "centre: interval too wide: 45202 71–100 %, Viettel 0–0 %");
    s.areas[0].result = RESULT_PASS;
    s.areas[1].result = RESULT_UNKNOWN;
    assert_text(doc_rows_remark(&s.m, &s.hamlet),
                "cluster C1: not tested by any operator");
    s.hamlet.verdict = VERDICT_DEPRESSION; /* decided: what else is unknown is no lack */
    assert_text(doc_rows_remark(&s.m, &s.hamlet), "");
    s.note = (struct note){
        .decision = VERDICT_COVERED, .by = "A", .reason = "b", .day = 20454};
    s.hamlet.note = &s.note;
    assert_text(doc_rows_remark(&s.m, &s.hamlet),
                "officer's word: covered (A, 2026-01-01: b)");
}

static void test_clusters(void **state)
{
    (void)state;
    struct scene s;
    make_scene(&s);
    assert_text(doc_rows_weak_clusters(&s.hamlet), "");
    s.areas[0].result = s.areas[1].result = s.areas[2].result = RESULT_FAIL;
    assert_text(doc_rows_weak_clusters(&s.hamlet), "C1; Nà Lầu (1,200 households)");
}

static void test_missing(void **state)
{
    (void)state;
    struct hamlet h = {.commune_code = "1",
                       .households = 0,
                       .electricity = YES_NO_NO,
                       .difficult = YES_NO_YES};
    assert_text(doc_rows_missing(&h), "");
    h.commune_code = "";
    h.households = ID_UNKNOWN;
    assert_text(doc_rows_missing(&h), "commune, households");
    h.electricity = h.difficult = YES_NO_UNKNOWN;
    assert_text(doc_rows_missing(&h),
                "commune, households, electricity, special difficulty");
}

static void test_operators(void **state)
{
    (void)state;
    struct scene s;
    size_t count = 0;
    make_scene(&s);
    mccmnc_t *all = doc_rows_operators(&s.m, &count);
    assert_int_equal(count, 3);
    assert_int_equal(all[0], mccmnc_parse("45202")); /* the rule's first */
    assert_int_equal(all[1], mccmnc_parse("45204"));
    assert_int_equal(all[2], mccmnc_parse("45201"));
    free(all);
    assert_ptr_equal(doc_rows_operator(&s.areas[1], mccmnc_parse("45201")),
                     &s.operators[1][2]);
    assert_null(doc_rows_operator(&s.areas[1], mccmnc_parse("45205")));
}

static void test_dates(void **state)
{
    static const struct {
        int32_t day;
        const char *vi, *en;
    } rows[] = {{INT32_MIN, "", ""},
                {0, "01/01/1970", "1970-01-01"},
                {20453, "31/12/2025", "2025-12-31"}};
    char text[DOC_ROWS_DAY_SIZE];
    struct scene s;
    (void)state;
    make_scene(&s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lang_set(LANG_VI);
        assert_string_equal(doc_rows_date(rows[i].day, text), rows[i].vi);
        lang_set(LANG_EN);
        assert_string_equal(doc_rows_date(rows[i].day, text), rows[i].en);
    }
    assert_int_equal(doc_rows_day(&s.m, TIME_UNKNOWN), INT32_MIN);
    assert_int_equal(doc_rows_day(&s.m, INT64_C(61199999)), 0); /* a second to midnight */
    assert_int_equal(doc_rows_day(&s.m, INT64_C(61200000)), 1);
    s.m.newest_day = INT32_MIN;
    assert_string_equal(doc_rows_made(&s.m, text), "1970-01-01T00:00:00Z");
    s.m.newest_day = 20453;
    assert_string_equal(doc_rows_made(&s.m, text), "2025-12-31T00:00:00Z");
}

/* What has no commune comes last, and a commune without a name goes by its code. */
static void test_order(void **state)
{
    (void)state;
    struct hamlet hamlets[] = {
        {.hamlet_code = "1",
         .name = "A",
         .commune_code = "",
         .commune = "",
         .province = ""},
        {.hamlet_code = "2",
         .name = "B",
         .commune_code = "02",
         .commune = "Xã Ơ",
         .province = "P"},
        {.hamlet_code = "3",
         .name = "C",
         .commune_code = "03",
         .commune = "Xã Đa",
         .province = "P"},
        {.hamlet_code = "4",
         .name = "A",
         .commune_code = "02",
         .commune = "Xã Ơ",
         .province = "P"},
        {.hamlet_code = "5",
         .name = "A",
         .commune_code = "01",
         .commune = "",
         .province = "P"},
    };
    struct unit communes[] = {{.code = "", .name = "", .province = ""},
                              {.code = "02", .name = "Xã Ơ", .province = "P"},
                              {.code = "03", .name = "Xã Đa", .province = "P"}};
    const struct model m = {
        .hamlets = hamlets, .hamlet_count = 5, .communes = communes, .commune_count = 3};
    const struct hamlet **h = doc_rows_hamlets(&m);
    const struct unit **c = doc_rows_communes(&m);
    static const char right[] = "53421";
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(h[i]->hamlet_code[0], right[i]);
    assert_string_equal(c[0]->code, "03");
    assert_string_equal(c[1]->code, "02");
    assert_string_equal(c[2]->code, "");
    free(h);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remark),  cmocka_unit_test(test_clusters),
        cmocka_unit_test(test_missing), cmocka_unit_test(test_operators),
        cmocka_unit_test(test_dates),   cmocka_unit_test(test_order),
    };
    lang_set(LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
