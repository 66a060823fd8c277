/* The rule that ships, and what a wrong rule is told: file, line, key and what was
 * expected. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../support/capture.h"
#include "rule.h"
#include "units.h"
#include "xmem.h"
#include "yaml_doc.h"

#define SHIPPED "analyzer/criteria/1603-2024-interim.yaml"

static const char good[] = "schema: 1\n"
                           "id: test\n"
                           "title: Test\n"
                           "source: none\n"
                           "from_dispatch: false\n"
                           "technologies:\n"
                           "  LTE: {level_dbm: -115, weak_dbm: -105}\n"
                           "  WCDMA:\n"
                           "    level_dbm: -103\n"
                           "operators:\n"
                           "  combine: any\n"
                           "  mccmnc:\n"
                           "    - \"45204\"\n"
                           "    - \"310410\"\n"
                           "    - \"45201\"\n"
                           "availability_min: 0.95\n"
                           "evidence_min: 0.90\n"
                           "confidence: 0.90\n"
                           "min_bins: 5\n"
                           "n_max: 100\n"
                           "correlation_m: 50\n"
                           "no_signal_max: 0.10\n"
                           "max_age_days: 365\n"
                           "centre_radius_m: 150\n"
                           "cluster_radius_m: 100\n";

/* The good rule with one text exchanged, and what it is told. */
static const struct fault {
    const char *find;
    const char *put;
    const char *message;
} faults[] = {
    /* keys */
    {"availability_min", "availabilty_min",
     "r.yaml:16: unknown key \"availabilty_min\" (did you mean \"availability_min\"?)"},
    {"LTE:", "lte:", "r.yaml:7: unknown key \"lte\" (did you mean \"LTE\"?)"},
    {"weak_dbm: -105", "week_dbm: -105",
     "r.yaml:7: unknown key \"week_dbm\" (did you mean \"weak_dbm\"?)"},
    {"n_max: 100\n", "n_max: 100\ncolour: red\n",
     "r.yaml:21: unknown key \"colour\"; known"},
    {"  combine: any\n", "", "r.yaml:10: key \"combine\" is missing in operators"},
    {"    level_dbm: -103\n", "    weak_dbm: -103\n",
     "r.yaml:8: key \"level_dbm\" is missing in WCDMA"},
    {"min_bins: 5\n", "", "r.yaml:1: key \"min_bins\" is missing in the file"},
    {"schema: 1\n", "# no schema\n\n", "r.yaml:3: key \"schema\" is missing in the file"},
    {"n_max: 100\n", "n_max: 100\nid: other\n",
     "r.yaml:21: key \"id\" stands twice, first in line 2"},
    {"level_dbm: -115,", "level_dbm: -115, level_dbm: -110,",
     "r.yaml:7: key \"level_dbm\" stands twice, first in line 7"},
    {"n_max: 100\n", "? [a, b]\n: 1\n", "r.yaml:20: a key must be a plain text"},
    {"  WCDMA", "  NR_NSA", "r.yaml:8: technologies.NR_NSA: is judged as LTE"},
    /* kinds */
    {"id: test", "id: [test]", "r.yaml:2: id: expected a single value"},
    {"id: test", "id: {a: test}", "r.yaml:2: id: expected a single value"},
    {"  LTE: {level_dbm: -115, weak_dbm: -105}", "  LTE: -115",
     "r.yaml:7: LTE: expected keys with values"},
    {"  LTE: {level_dbm: -115, weak_dbm: -105}",
     "  LTE:", "r.yaml:7: LTE: expected keys with values"},
    {"    - \"45204\"\n", "    - [45204]\n",
     "r.yaml:13: mccmnc.0: expected a single value"},
    {"n_max: 100\n", "n_max: 100\nsources: everywhere\n",
     "r.yaml:21: sources: expected keys"},
    {"n_max: 100\n", "n_max: 100\nsources:\n  a: b\n  c: [d]\n",
     "r.yaml:23: c: expected a single value"},
    /* texts */
    {"schema: 1", "schema: 2", "r.yaml:1: schema: is \"2\", expected 1"},
    {"id: test", "id:", "r.yaml:2: id: is empty; expected a text"},
    {"id: test", "id: \"a\\nb\"", "r.yaml:2: id: holds a control character"},
    {"id: test", "id: \"a\\0b\"", "r.yaml:2: a text holds a NUL character"},
    {"id: test", "id: 12345678901234567890123456789012345678901234567890123456789012345",
     "r.yaml:2: id: "
     "is longer than 64 bytes"},
    {"from_dispatch: false", "from_dispatch: flase",
     "r.yaml:5: from_dispatch: is \"flase\", expected \"true\" or \"false\""},
    {"combine: any", "combine: some",
     "r.yaml:11: operators.combine: is \"some\", expected \"any\" or \"all\""},
    {"\"310410\"", "\"3104\"",
     "r.yaml:14: operators.mccmnc.1: is \"3104\", expected MCC and MNC"},
    {"\"310410\"", "\"45204\"",
     "r.yaml:14: operators.mccmnc.1: operator \"45204\" is listed twice"},
    {"  mccmnc:\n    - \"45204\"\n    - \"310410\"\n    - \"45201\"\n", "  mccmnc: []\n",
     "r.yaml:12: operators.mccmnc: is empty; expected an operator"},
    {"  LTE: {level_dbm: -115, weak_dbm: -105}\n  WCDMA:\n    level_dbm: -103\n",
     "  {}\n", "r.yaml:6: technologies: names none"},
    /* numbers */
    {"availability_min: 0.95", "availability_min: 0,95",
     "r.yaml:16: availability_min: is \"0,95\", expected a number from 0 to 1"},
    {"availability_min: 0.95", "availability_min: 95 %",
     "r.yaml:16: availability_min: is \"95 %\", expected a number from 0 to 1"},
    {"availability_min: 0.95", "availability_min: 1.0001",
     "r.yaml:16: availability_min: is"},
    {"evidence_min: 0.90", "evidence_min: -0.1", "r.yaml:17: evidence_min: is \"-0.1\""},
    {"evidence_min: 0.90", "evidence_min: nan", "r.yaml:17: evidence_min: is \"nan\""},
    {"evidence_min: 0.90", "evidence_min:", "r.yaml:17: evidence_min: is \"\""},
    {"evidence_min: 0.90", "evidence_min: 0x1p-1",
     "r.yaml:17: evidence_min: is \"0x1p-1\""},
    {"confidence: 0.90", "confidence: 0",
     "r.yaml:18: confidence: is \"0\", expected a number above 0 and below 1"},
    {"confidence: 0.90", "confidence: 1", "r.yaml:18: confidence: is \"1\""},
    {"min_bins: 5", "min_bins: 0",
     "r.yaml:19: min_bins: is \"0\", expected a whole number from 1 to 1000000"},
    {"min_bins: 5", "min_bins: 5.5", "r.yaml:19: min_bins: is \"5.5\", expected a whole"},
    {"min_bins: 5", "min_bins: 99999999999", "r.yaml:19: min_bins: is"},
    {"n_max: 100", "n_max: 0.5", "r.yaml:20: n_max: is \"0.5\""},
    {"n_max: 100", "n_max: 1e999", "r.yaml:20: n_max: is \"1e999\""},
    {"correlation_m: 50", "correlation_m: 0",
     "r.yaml:21: correlation_m: is \"0\", expected a number above 0 and up to 100000"},
    {"no_signal_max: 0.10", "no_signal_max: 2", "r.yaml:22: no_signal_max: is \"2\""},
    {"max_age_days: 365", "max_age_days: 0", "r.yaml:23: max_age_days: is \"0\""},
    {"centre_radius_m: 150", "centre_radius_m: 0",
     "r.yaml:24: centre_radius_m: is \"0\""},
    {"cluster_radius_m: 100", "cluster_radius_m: -5", "r.yaml:25: cluster_radius_m: is"},
    {"level_dbm: -115", "level_dbm: -141",
     "r.yaml:7: technologies.LTE.level_dbm: is \"-141\", expected a whole number from "
     "-140 to "
     "-43"},
    {"weak_dbm: -105", "weak_dbm: 0", "r.yaml:7: technologies.LTE.weak_dbm: is \"0\""},
    {"level_dbm: -103", "level_dbm: -115.5",
     "r.yaml:9: technologies.WCDMA.level_dbm: is \"-115.5\""},
    /* YAML itself */
    {"id: test", "id: \"test",
     "r.yaml:13: not valid YAML: did not find expected key while parsing a block "
     "mapping"},
    {"id: test", "\tid: test", "r.yaml:2: not valid YAML"},
    {"id: test", "id: *title", "r.yaml:2: alias \"*title\" is not allowed"},
    {"n_max: 100\n", "n_max: 100\n---\nschema: 1\n",
     "r.yaml:21: a second document starts"},
    {"id: test", "id: \x01", "r.yaml:2: not text in UTF-8: control characters"},
    {"id: test", "id: \"\\e[31mred\": 1", "r.yaml:2: not valid YAML"},
    {"id: test", "\"\\e[31mid\": test", "r.yaml:2: unknown key \" [31mid\""},
    {"schema: 1", "- schema: 1", "r.yaml:2: not valid YAML"},
};

static char *exchange(const char *find, const char *put)
{
    const char *at = strstr(good, find);
    assert_non_null(at);
    return xasprintf("%.*s%s%s", (int)(at - good), good, put, at + strlen(find));
}

static enum err load(const char *text, size_t size, struct rule *rule, struct capture *c)
{
    capture_start(c);
    const enum err err = rule_load_text("r.yaml", text, size, rule);
    capture_stop(c);
    return err;
}

static void test_faults(void **state)
{
    (void)state;
    struct capture c;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct rule rule = {.min_bins = 4711};
        char *text = exchange(faults[i].find, faults[i].put);
        const enum err err = load(text, strlen(text), &rule, &c);
        if (err != ERR_INPUT || strstr(c.text, faults[i].message) == NULL)
            fail_msg("\"%s\": %d, %s\nexpected: %s", faults[i].put, (int)err, c.text,
                     faults[i].message);
        assert_non_null(strchr(c.text, '\n'));
        assert_string_equal(strchr(c.text, '\n'), "\n"); /* one message, one line */
        assert_int_equal(rule.min_bins, 4711);           /* untouched */
        free(text);
    }
}

static void test_good(void **state)
{
    (void)state;
    struct rule r = {0};
    struct capture c;
    assert_int_equal(load(good, sizeof good - 1, &r, &c), ERR_OK);
    assert_string_equal(c.text, "");
    assert_true(r.technologies[TECH_WCDMA].counts);
    assert_int_equal(r.technologies[TECH_WCDMA].level_dbm, -103);
    assert_int_equal(r.technologies[TECH_WCDMA].weak_dbm, LEVEL_NONE);
    assert_false(r.technologies[TECH_NR_SA].counts);
    assert_int_equal(r.operator_count, 3);
    assert_int_equal(r.operators[0], mccmnc_parse("310410"));
    assert_int_equal(r.operators[1], mccmnc_parse("45201"));
    assert_int_equal(r.operators[2], mccmnc_parse("45204"));
    assert_true(rule_lists_operator(&r, mccmnc_parse("45204")));
    assert_false(rule_lists_operator(&r, mccmnc_parse("45202")));
    assert_string_equal(r.text, good);
    rule_free(&r);
    rule_free(&r);
    rule_free(NULL);
}

/* Forms that are the same rule. */
static void test_other_forms(void **state)
{
    static const struct {
        const char *find, *put;
    } rows[] = {
        {"combine: any", "combine: \"all\""},
        {"schema: 1", "%YAML 1.1\n---\nschema: 1"},
        {"schema: 1", "\xef\xbb\xbfschema: 1"},
        {"n_max: 100", "n_max: 1.0e+2"},
        {"n_max: 100\n", "n_max: 100\nsources: {n_max: guess, anything else: at all}\n"},
        {"n_max: 100\n", "n_max: 100\nsources: {}\n"},
        {"cluster_radius_m: 100\n", "cluster_radius_m: 100\n...\n"},
        {"title: Test", "title: Tiêu chí lõm sóng"},
        {"id: test\n", "id: test\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rule r = {0};
        struct capture c;
        char *text = exchange(rows[i].find, rows[i].put);
        if (load(text, strlen(text), &r, &c) != ERR_OK)
            fail_msg("\"%s\": %s", rows[i].put, c.text);
        assert_string_equal(r.id, "test");
        assert_true(r.n_max == 100.0);
        rule_free(&r);
        free(text);
    }
}

static void test_not_a_rule(void **state)
{
    static const struct {
        const char *text;
        size_t size;
        const char *message;
    } rows[] = {
        {"", 0, "r.yaml:1: the file is empty"},
        {"# nothing\n", 10, "r.yaml:1: the file is empty"},
        {"hello", 5, "r.yaml:1: the file: expected keys with values"},
        {"[1, 2]", 6, "r.yaml:1: the file: expected keys with values"},
        {"SQLite format 3\0x", 17, "r.yaml:1: a binary file"},
        {"\xff\xfes\0c\0", 6, "r.yaml:1: a binary file"},
        {"a: b\nid: \xc3\x28\n", 12, "r.yaml:2: not text in UTF-8"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rule r = {0};
        struct capture c;
        assert_int_equal(load(rows[i].text, rows[i].size, &r, &c), ERR_INPUT);
        if (strstr(c.text, rows[i].message) == NULL)
            fail_msg("row %zu: %s", i, c.text);
    }
}

/* A megabyte of one byte or another must be refused at once. */
static void test_hostile(void **state)
{
    static const char *const units[] = {"[",      "{a: ", "- ",  "{",     "a: &a [*a,",
                                        "? ",     "\"",   "a\n", "- 1\n", "&a ",
                                        "!!str ", "a: ",  "'",   "|\n ",  "[],"};
    (void)state;
    char *text = xmalloc(YAML_DOC_MAX_SIZE);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct rule r = {0};
        struct capture c;
        for (size_t k = 0; k < YAML_DOC_MAX_SIZE; k++)
            text[k] = units[i][k % strlen(units[i])];
        assert_int_equal(load(text, YAML_DOC_MAX_SIZE, &r, &c), ERR_INPUT);
        assert_non_null(strstr(c.text, "r.yaml:"));
    }
    free(text);
}

static enum err load_file(const char *path, struct rule *rule, struct capture *c)
{
    capture_start(c);
    const enum err err = rule_load_file(path, rule);
    capture_stop(c);
    return err;
}

static void test_bad_files(void **state)
{
    static const struct {
        const char *path;
        const char *message;
    } rows[] = {
        {"tests/none.yaml", "tests/none.yaml: cannot be opened: No such file"},
        {"tests", "tests: cannot be read: Is a directory"},
        {"/dev/null", "/dev/null: the file is empty"},
        {"/dev/zero", "/dev/zero: larger than 1048576 bytes"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rule r = {0};
        struct capture c;
        assert_int_equal(load_file(rows[i].path, &r, &c), ERR_INPUT);
        if (strstr(c.text, rows[i].message) == NULL)
            fail_msg("%s: %s", rows[i].path, c.text);
    }
}

/* All numbers of the contract's example. */
static void check_shipped(const struct rule *r)
{
    static const char *const operators[] = {"45201", "45202", "45204", "45205"};
    assert_string_equal(r->id, "1603-2024-interim");
    assert_string_equal(r->source, "1603/BTTTT-CVT, 25 April 2024");
    assert_non_null(strstr(r->title, "lõm sóng"));
    assert_false(r->from_dispatch);
    for (int t = 0; t < TECH_COUNT; t++) {
        assert_int_equal(r->technologies[t].counts, t == TECH_LTE || t == TECH_NR_SA);
        if (!r->technologies[t].counts)
            continue;
        assert_int_equal(r->technologies[t].level_dbm, -115);
        assert_int_equal(r->technologies[t].weak_dbm, -105);
    }
    assert_int_equal(r->combine, RULE_ANY);
    assert_int_equal(r->operator_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(r->operators[i], mccmnc_parse(operators[i]));
    assert_true(r->availability_min == 0.95 && r->evidence_min == 0.90);
    assert_true(r->confidence == 0.90 && r->no_signal_max == 0.10);
    assert_true(r->n_max == 100.0 && r->correlation_m == 50.0);
    assert_true(r->centre_radius_m == 150.0 && r->cluster_radius_m == 100.0);
    assert_int_equal(r->min_bins, 5);
    assert_int_equal(r->max_age_days, 365);
}

static void test_shipped(void **state)
{
    (void)state;
    struct rule file = {0};
    struct rule built_in = {0};
    struct capture c;
    char sha256[SHA256_TEXT_SIZE];
    if (load_file(SHIPPED, &file, &c) != ERR_OK)
        fail_msg("%s", c.text);
    assert_string_equal(c.text, "");
    check_shipped(&file);
    assert_int_equal(sha256_file(SHIPPED, sha256), ERR_OK);
    assert_string_equal(file.sha256, sha256);
    assert_int_equal(rule_load_default(&built_in), ERR_OK);
    check_shipped(&built_in);
    assert_string_equal(built_in.sha256, sha256);
    assert_string_equal(built_in.text, file.text);
    rule_free(&file);
    rule_free(&built_in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped),     cmocka_unit_test(test_good),
        cmocka_unit_test(test_other_forms), cmocka_unit_test(test_faults),
        cmocka_unit_test(test_not_a_rule),  cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_bad_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
