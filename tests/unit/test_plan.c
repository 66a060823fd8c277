/* Plans come back as they were written, and strangers' plans are refused with a reason.
 */
#include <sqlite3.h>

#include "../support/capture.h"
#include "../support/plan_scene.h"
#include "../support/scratch.h"

static void same_area(const struct plan_area *a, const struct plan_area *b)
{
    assert_string_equal(a->area_code, b->area_code);
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->kind, b->kind);
    assert_int_equal(a->households, b->households);
    assert_memory_equal(&a->point, &b->point, sizeof a->point);
    assert_int_equal(a->result, b->result);
    assert_int_equal(a->samples_each, b->samples_each);
    assert_int_equal(a->bin_count, b->bin_count);
    assert_memory_equal(a->bins, b->bins, a->bin_count * sizeof *a->bins);
    assert_int_equal(a->wanted_count, b->wanted_count);
    assert_memory_equal(a->wanted, b->wanted, a->wanted_count * sizeof *a->wanted);
    assert_int_equal(a->need_count, b->need_count);
    for (size_t i = 0; i < a->need_count; i++) {
        assert_int_equal(a->needs[i].mccmnc, b->needs[i].mccmnc);
        assert_int_equal(a->needs[i].bins_seen, b->needs[i].bins_seen);
        assert_int_equal(a->needs[i].bins_to_pass, b->needs[i].bins_to_pass);
        assert_int_equal(a->needs[i].bins_to_fail, b->needs[i].bins_to_fail);
    }
}

static void same_hamlet(const struct plan_hamlet *a, const struct plan_hamlet *b)
{
    assert_string_equal(a->hamlet_code, b->hamlet_code);
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->commune, b->commune);
    assert_int_equal(a->households, b->households);
    assert_int_equal(a->difficult, b->difficult);
    assert_memory_equal(&a->point, &b->point, sizeof a->point);
    assert_true(a->value >= b->value && a->value <= b->value);
    assert_int_equal(a->service_s, b->service_s);
    assert_int_equal(a->possible, b->possible);
    assert_int_equal(a->area_count, b->area_count);
    for (size_t i = 0; i < a->area_count; i++)
        same_area(&a->areas[i], &b->areas[i]);
}

static void same_plan(const struct plan *a, const struct plan *b)
{
    assert_string_equal(a->survey, b->survey);
    assert_string_equal(a->rule.sha256, b->rule.sha256);
    assert_int_equal(a->epsg, b->epsg);
    assert_string_equal(a->operation, b->operation);
    assert_int_equal(a->utc_offset_s, b->utc_offset_s);
    assert_int_equal(a->as_of_day, b->as_of_day);
    assert_int_equal(a->as_of_fixed, b->as_of_fixed);
    assert_true(a->bin_size_m >= b->bin_size_m && a->bin_size_m <= b->bin_size_m);
    assert_int_equal(a->limits.max_level_age_ms, b->limits.max_level_age_ms);
    assert_int_equal(a->limits.max_frozen_fix_ms, b->limits.max_frozen_fix_ms);
    assert_memory_equal(&a->start, &b->start, sizeof a->start);
    assert_int_equal(a->hamlet_count, b->hamlet_count);
    for (size_t i = 0; i < a->hamlet_count; i++)
        same_hamlet(&a->hamlets[i], &b->hamlets[i]);
    assert_int_equal(a->stop_count, b->stop_count);
    assert_memory_equal(a->stops, b->stops, a->stop_count * sizeof *a->stops);
    assert_int_equal(a->log_count, b->log_count);
    assert_string_equal(a->logs[0].trip_uuid, b->logs[0].trip_uuid);
    assert_int_equal(a->logs[0].rows, b->logs[0].rows);
    assert_int_equal(a->pack_count, b->pack_count);
    assert_int_equal(a->packs[0].size, b->packs[0].size);
    assert_memory_equal(a->packs[0].bytes, b->packs[0].bytes, a->packs[0].size);
}

static void test_round_trip(void **state)
{
    struct scratch *dir = *state;
    struct plan_scene s;
    struct plan plan;
    plan_scene_fill(&s);
    const char *path = scratch_path(dir, "plan.gpkg");
    assert_int_equal(plan_write(path, &s.plan, NULL), ERR_OK);
    assert_int_equal(plan_write(path, &s.plan, NULL), ERR_OK); /* over the old one */
    assert_int_equal(plan_open(path, &plan), ERR_OK);
    same_plan(&plan, &s.plan);
    plan_close(&plan);
    plan_close(&plan);
    rule_free(&s.plan.rule);
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    const int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* Each is done to a whole plan; NULL: it can be read all the same, else what the message
 * must hold. */
static const struct {
    const char *sql;
    const char *message;
} strangers[] = {
    {"CREATE TABLE other (a)", NULL},
    {"UPDATE plan_hamlet SET name = 'a' || char(27) || '[2J'", NULL},
    {"DELETE FROM plan_stop; DELETE FROM plan_tally; DELETE FROM plan_log", NULL},
    {"DELETE FROM plan_need", NULL},
    {"DROP TABLE plan_route; DROP TABLE plan_bin; DROP TABLE layer_styles", NULL},
    {"DELETE FROM plan", "empty"},
    {"DROP TABLE plan_need", "no table 'plan_need'"},
    {"ALTER TABLE plan_stop RENAME TO s; CREATE VIEW plan_stop AS SELECT * FROM s",
     "plan_stop"},
    {"UPDATE plan SET schema_version = 2", "another version"},
    {"UPDATE plan SET rule = 'schema: 1'", "its rule"},
    {"UPDATE plan SET rule = x'00'", "rule"},
    {"UPDATE plan SET epsg = 0", "epsg"},
    {"UPDATE plan SET bin_size_m = 0", "bin_size_m"},
    {"UPDATE plan SET bin_size_m = 9e999", "bin_size_m"},
    {"UPDATE plan SET utc_offset_s = 100000", "utc_offset_s"},
    {"UPDATE plan SET as_of_day = 'today'", "as_of_day"},
    {"UPDATE plan SET start_lat_deg = 91.0", "start_lat_deg"},
    {"UPDATE plan_hamlet SET hamlet_code = '' WHERE fid = 1", "plan_hamlet"},
    {"UPDATE plan_hamlet SET hamlet_code = 'H3' WHERE fid = 1", "plan_area"},
    {"UPDATE plan_hamlet SET geom = x'4750'", "geom"},
    {"UPDATE plan_hamlet SET difficult = 2", "difficult"},
    {"UPDATE plan_hamlet SET households = -1", "households"},
    {"UPDATE plan_hamlet SET name = printf('%.*c', 5000, 'x')", "name"},
    {"DELETE FROM plan_area WHERE area_number = 0", "plan_area"},
    {"UPDATE plan_area SET area_kind = 'house'", "area_kind"},
    {"UPDATE plan_area SET result = 'covered'", "result"},
    {"DELETE FROM plan_area_bin WHERE area_code = 'H2'", "plan_area_bin"},
    {"INSERT INTO plan_area_bin VALUES ('H0', 1, 1, NULL)", "plan_area_bin"},
    {"UPDATE plan_area_bin SET bin_x = bin_x + 5000000000", "bin_x"},
    {"UPDATE plan_area_bin SET walk = 3 WHERE walk = 2", "plan_area_bin"},
    {"UPDATE plan_area_bin SET walk = 1", "plan_area_bin"},
    {"UPDATE plan_need SET mccmnc = 'x' || mccmnc", "plan_need"},
    {"UPDATE plan_need SET bins_to_pass = -5", "bins_to_pass"},
    {"UPDATE plan_tally SET cells = x'00'", "plan_tally"},
    {"UPDATE plan_tally SET tile_x = 1 << 40", "tile_x"},
    {"UPDATE plan_tally SET cells = 'abc'", "cells"},
    {"UPDATE plan_stop SET hamlet_code = 'H9'", "plan_stop"},
    {"UPDATE plan_stop SET leave_s = 5", "plan_stop"},
    {"UPDATE plan_stop SET day = 0", "day"},
    {"UPDATE plan_log SET rows = 'many'", "rows"},
};

static void test_strangers(void **state)
{
    struct scratch *dir = *state;
    struct plan_scene s;
    plan_scene_fill(&s);
    const char *path = scratch_path(dir, "plan.gpkg");
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        struct plan plan;
        struct capture c;
        assert_int_equal(plan_write(path, &s.plan, NULL), ERR_OK);
        run_sql(path, strangers[i].sql);
        capture_start(&c);
        const enum err err = plan_open(path, &plan);
        const char *text = capture_stop(&c);
        if (err != (strangers[i].message ? ERR_INPUT : ERR_OK) ||
            (strangers[i].message && !strstr(text, strangers[i].message)))
            fail_msg("%s: %d, %s", strangers[i].sql, (int)err, text);
        if (!err && i == 1)
            assert_string_equal(plan.hamlets[0].name, "a [2J");
        plan_close(&plan);
    }
    rule_free(&s.plan.rule);
}

static void test_no_plan(void **state)
{
    struct scratch *dir = *state;
    struct plan plan;
    struct capture c;
    capture_start(&c);
    assert_int_equal(plan_open(scratch_path(dir, "none.gpkg"), &plan), ERR_INPUT);
    assert_int_equal(plan_open(scratch_write(dir, "text.gpkg", "hello"), &plan),
                     ERR_INPUT);
    assert_non_null(strstr(capture_stop(&c), "a plan (.gpkg)"));
    plan_close(&plan);
}

/* Where it cannot be written, nothing is left. */
static void test_cannot_write(void **state)
{
    struct scratch *dir = *state;
    struct plan_scene s;
    struct capture c;
    plan_scene_fill(&s);
    capture_start(&c);
    assert_int_equal(plan_write(scratch_path(dir, "none/plan.gpkg"), &s.plan, NULL),
                     ERR_FAILED);
    assert_non_null(strstr(capture_stop(&c), "none/plan.gpkg"));
    rule_free(&s.plan.rule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_round_trip),
        SCRATCH_TEST(test_strangers),
        SCRATCH_TEST(test_no_plan),
        SCRATCH_TEST(test_cannot_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
