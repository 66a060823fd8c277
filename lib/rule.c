/* The rule: reads and checks the YAML file in which all numbers that decide a verdict
 * stand. */
#include "rule.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embed.h"
#include "lang.h"
#include "units.h"
#include "xmem.h"
#include "yaml_doc.h"

#define DEFAULT_RULE "analyzer/criteria/1603-2024-interim.yaml"

enum { PATH_SIZE = 64, MAX_ID = 64 };

/* The file as libcyaml sees it: all values are texts. */
struct raw_technology {
    char *level_dbm;
    char *weak_dbm; /* NULL where not given */
};

struct raw_technologies {
    struct raw_technology *gsm;
    struct raw_technology *lte;
    struct raw_technology *nr_nsa;
    struct raw_technology *nr_sa;
    struct raw_technology *wcdma;
};

struct raw_operators {
    char *combine;
    char **mccmnc;
    unsigned mccmnc_count;
};

struct raw_rule {
    char *schema;
    char *id;
    char *title;
    char *source;
    char *from_dispatch;
    struct raw_technologies *technologies;
    struct raw_operators *operators;
    char *availability_min;
    char *evidence_min;
    char *confidence;
    char *min_bins;
    char *n_max;
    char *correlation_m;
    char *no_signal_max;
    char *max_age_days;
    char *centre_radius_m;
    char *cluster_radius_m;
};

#define TEXT(structure, member, flags)                                                   \
    CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER | (flags), struct structure,      \
                           member, 0, CYAML_UNLIMITED)
#define TECHNOLOGY(name, member)                                                         \
    CYAML_FIELD_MAPPING_PTR(name, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,              \
                            struct raw_technologies, member, technology_fields)

static const cyaml_schema_field_t technology_fields[] = {
    TEXT(raw_technology, level_dbm, 0),
    TEXT(raw_technology, weak_dbm, CYAML_FLAG_OPTIONAL),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t technologies_fields[] = {
    TECHNOLOGY("GSM", gsm),     TECHNOLOGY("LTE", lte),     TECHNOLOGY("NR_NSA", nr_nsa),
    TECHNOLOGY("NR_SA", nr_sa), TECHNOLOGY("WCDMA", wcdma), CYAML_FIELD_END,
};

static const cyaml_schema_value_t mccmnc_entry = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t operators_fields[] = {
    TEXT(raw_operators, combine, 0),
    CYAML_FIELD_SEQUENCE("mccmnc", CYAML_FLAG_POINTER, struct raw_operators, mccmnc,
                         &mccmnc_entry, 0, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t rule_fields[] = {
    TEXT(raw_rule, schema, 0),
    TEXT(raw_rule, id, 0),
    TEXT(raw_rule, title, 0),
    TEXT(raw_rule, source, 0),
    TEXT(raw_rule, from_dispatch, 0),
    CYAML_FIELD_MAPPING_PTR("technologies", CYAML_FLAG_POINTER, struct raw_rule,
                            technologies, technologies_fields),
    CYAML_FIELD_MAPPING_PTR("operators", CYAML_FLAG_POINTER, struct raw_rule, operators,
                            operators_fields),
    TEXT(raw_rule, availability_min, 0),
    TEXT(raw_rule, evidence_min, 0),
    TEXT(raw_rule, confidence, 0),
    TEXT(raw_rule, min_bins, 0),
    TEXT(raw_rule, n_max, 0),
    TEXT(raw_rule, correlation_m, 0),
    TEXT(raw_rule, no_signal_max, 0),
    TEXT(raw_rule, max_age_days, 0),
    TEXT(raw_rule, centre_radius_m, 0),
    TEXT(raw_rule, cluster_radius_m, 0),
    CYAML_FIELD_IGNORE("sources", CYAML_FLAG_OPTIONAL),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t rule_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_rule, rule_fields),
};

/* ---- numbers ---- */

#define PLACE(m) #m, offsetof(struct raw_rule, m), offsetof(struct rule, m)

/* The upper bounds of counts and lengths only catch slips of the keyboard: a radius of 10
 * km is no hamlet. */
static const struct number {
    const char *key;
    size_t raw_offset;
    size_t offset; /* of an int where the range is whole, else of a double */
    struct yaml_range range;
} numbers[] = {
    {PLACE(availability_min), {.min = 0.0, .max = 1.0}},
    {PLACE(evidence_min), {.min = 0.0, .max = 1.0}},
    {PLACE(confidence), {.min = 0.0, .max = 1.0, .above_min = true, .below_max = true}},
    {PLACE(min_bins), {.min = 1.0, .max = 1e6, .whole = true}},
    {PLACE(n_max), {.min = 1.0, .max = 1e9}},
    {PLACE(correlation_m), {.min = 0.0, .max = 1e5, .above_min = true}},
    {PLACE(no_signal_max), {.min = 0.0, .max = 1.0}},
    {PLACE(max_age_days), {.min = 1.0, .max = 1e6, .whole = true}},
    {PLACE(centre_radius_m), {.min = 0.0, .max = 1e4, .above_min = true}},
    {PLACE(cluster_radius_m), {.min = 0.0, .max = 1e4, .above_min = true}},
};

static enum err take_number(const struct yaml_doc *doc, const struct number *n,
                            struct rule *rule)
{
    const char *raw = (const char *)yaml_doc_data(doc) + n->raw_offset;
    char *text = NULL;
    double value = 0.0;
    memcpy(&text, raw, sizeof text);
    const enum err err = yaml_doc_number(doc, n->key, text, n->range, &value);
    if (err != ERR_OK)
        return err;
    const int whole = n->range.whole ? (int)value : 0;
    if (n->range.whole)
        memcpy((char *)rule + n->offset, &whole, sizeof whole);
    else
        memcpy((char *)rule + n->offset, &value, sizeof value);
    return ERR_OK;
}

static enum err take_numbers(const struct yaml_doc *doc, struct rule *rule)
{
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof numbers / sizeof *numbers; i++)
        err = take_number(doc, &numbers[i], rule);
    return err;
}

/* ---- technologies ---- */

static enum err take_level(const struct yaml_doc *doc, enum tech tech, const char *key,
                           const char *text, int *level_dbm)
{
    const struct units_range limits = units_level_range(tech);
    const struct yaml_range range = {
        .min = limits.min_dbm, .max = limits.max_dbm, .whole = true};
    char path[PATH_SIZE];
    double value = 0.0;
    snprintf(path, sizeof path, "technologies.%s.%s", tech_name(tech), key);
    const enum err err = yaml_doc_number(doc, path, text, range, &value);
    if (err == ERR_OK)
        *level_dbm = (int)value;
    return err;
}

static enum err take_technology(const struct yaml_doc *doc,
                                const struct raw_technology *raw, enum tech tech,
                                struct rule *rule)
{
    struct rule_technology *t = &rule->technologies[tech];
    *t = (struct rule_technology){.counts = raw != NULL, .weak_dbm = LEVEL_NONE};
    if (raw == NULL)
        return ERR_OK;
    const enum err err =
        take_level(doc, tech, "level_dbm", raw->level_dbm, &t->level_dbm);
    if (err != ERR_OK || raw->weak_dbm == NULL)
        return err;
    return take_level(doc, tech, "weak_dbm", raw->weak_dbm, &t->weak_dbm);
}

static enum err take_technologies(const struct yaml_doc *doc, struct rule *rule)
{
    const struct raw_rule *raw = yaml_doc_data(doc);
    const struct raw_technology *of[TECH_COUNT] = {
        [TECH_GSM] = raw->technologies->gsm,
        [TECH_LTE] = raw->technologies->lte,
        [TECH_NR_SA] = raw->technologies->nr_sa,
        [TECH_WCDMA] = raw->technologies->wcdma,
    };
    bool any = false;
    enum err err = ERR_OK;
    if (raw->technologies->nr_nsa != NULL)
        return yaml_doc_error(
            doc, "technologies.NR_NSA",
            _("is judged as LTE, by its anchor; give the level under LTE"));
    for (int t = 0; err == ERR_OK && t < TECH_COUNT; t++) {
        any = any || of[t] != NULL;
        err = take_technology(doc, of[t], (enum tech)t, rule);
    }
    if (err == ERR_OK && !any)
        err = yaml_doc_error(
            doc, "technologies",
            _("names none; expected GSM, LTE, NR_SA or WCDMA with a level"));
    return err;
}

/* ---- operators ---- */

static int compare_mccmnc(const void *a, const void *b)
{
    mccmnc_t x;
    mccmnc_t y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static enum err take_operator(const struct yaml_doc *doc, const char *text,
                              struct rule *rule)
{
    char path[PATH_SIZE];
    const mccmnc_t op = mccmnc_parse(text);
    snprintf(path, sizeof path, "operators.mccmnc.%zu", rule->operator_count);
    if (op == 0)
        return yaml_doc_error(
            doc, path, _("is \"%.40s\", expected MCC and MNC as in \"45204\""), text);
    for (size_t i = 0; i < rule->operator_count; i++) {
        if (rule->operators[i] == op)
            return yaml_doc_error(doc, path, _("operator \"%.40s\" is listed twice"),
                                  text);
    }
    rule->operators[rule->operator_count++] = op;
    return ERR_OK;
}

static enum err take_combine(const struct yaml_doc *doc, const char *text,
                             struct rule *rule)
{
    if (strcmp(text, "any") != 0 && strcmp(text, "all") != 0)
        return yaml_doc_error(doc, "operators.combine",
                              _("is \"%.40s\", expected \"any\" or \"all\""), text);
    rule->combine = strcmp(text, "any") == 0 ? RULE_ANY : RULE_ALL;
    return ERR_OK;
}

static enum err take_operators(const struct yaml_doc *doc, struct rule *rule)
{
    const struct raw_rule *data = yaml_doc_data(doc);
    const struct raw_operators *raw = data->operators;
    enum err err = take_combine(doc, raw->combine, rule);
    if (err == ERR_OK && raw->mccmnc_count == 0)
        err =
            yaml_doc_error(doc, "operators.mccmnc", _("is empty; expected an operator"));
    if (err != ERR_OK)
        return err;
    rule->operators = xcalloc(raw->mccmnc_count, sizeof *rule->operators);
    for (unsigned i = 0; err == ERR_OK && i < raw->mccmnc_count; i++)
        err = take_operator(doc, raw->mccmnc[i], rule);
    qsort(rule->operators, rule->operator_count, sizeof *rule->operators, compare_mccmnc);
    return err;
}

/* ---- texts ---- */

static enum err take_from_dispatch(const struct yaml_doc *doc, const char *text,
                                   struct rule *rule)
{
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return yaml_doc_error(doc, "from_dispatch",
                              _("is \"%.40s\", expected \"true\" or \"false\""), text);
    rule->from_dispatch = strcmp(text, "true") == 0;
    return ERR_OK;
}

static enum err take_texts(const struct yaml_doc *doc, struct rule *rule)
{
    const struct raw_rule *raw = yaml_doc_data(doc);
    enum err err = ERR_OK;
    if (strcmp(raw->schema, "1") != 0)
        return yaml_doc_error(doc, "schema", _("is \"%.40s\", expected 1"), raw->schema);
    if (err == ERR_OK)
        err = yaml_doc_line(doc, "id", raw->id);
    if (err == ERR_OK && strlen(raw->id) > MAX_ID)
        err = yaml_doc_error(doc, "id", _("is longer than %d bytes"), MAX_ID);
    if (err == ERR_OK)
        err = yaml_doc_line(doc, "title", raw->title);
    if (err == ERR_OK)
        err = yaml_doc_line(doc, "source", raw->source);
    if (err == ERR_OK)
        err = take_from_dispatch(doc, raw->from_dispatch, rule);
    if (err != ERR_OK)
        return err;
    rule->id = xstrdup(raw->id);
    rule->title = xstrdup(raw->title);
    rule->source = xstrdup(raw->source);
    return ERR_OK;
}

enum err rule_load_text(const char *name, const char *text, size_t size,
                        struct rule *rule)
{
    struct rule r = {0};
    struct yaml_doc *doc = NULL;
    enum err err = yaml_doc_load(name, text, size, &rule_schema, &doc);
    if (err == ERR_OK)
        err = take_texts(doc, &r);
    if (err == ERR_OK)
        err = take_technologies(doc, &r);
    if (err == ERR_OK)
        err = take_operators(doc, &r);
    if (err == ERR_OK)
        err = take_numbers(doc, &r);
    yaml_doc_free(doc);
    if (err != ERR_OK) {
        rule_free(&r);
        return err;
    }
    r.text = xstrndup(text, size);
    sha256_buffer(text, size, r.sha256);
    *rule = r;
    return ERR_OK;
}

enum err rule_load_file(const char *path, struct rule *rule)
{
    char *text = NULL;
    size_t size = 0;
    enum err err = yaml_doc_read(path, &text, &size);
    if (err == ERR_OK)
        err = rule_load_text(path, text, size, rule);
    free(text);
    return err;
}

enum err rule_load_default(struct rule *rule)
{
    const struct embed_file *f = embed_find(DEFAULT_RULE);
    if (f == NULL) {
        err_report(_("%s: not part of this program; build it again or name a rule file"),
                   DEFAULT_RULE);
        return ERR_FAILED;
    }
    return rule_load_text(f->name, f->data, f->size, rule);
}

void rule_free(struct rule *rule)
{
    if (rule == NULL)
        return;
    free(rule->id);
    free(rule->title);
    free(rule->source);
    free(rule->operators);
    free(rule->text);
    *rule = (struct rule){0};
}

bool rule_lists_operator(const struct rule *rule, mccmnc_t op)
{
    for (size_t i = 0; i < rule->operator_count; i++) {
        if (rule->operators[i] == op)
            return true;
    }
    return false;
}
