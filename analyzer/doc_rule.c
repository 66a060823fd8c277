/* The rule as rows. Where its numbers come from is free text that judging does not read;
 * it is taken from the rule's own YAML, by libyaml. */
#include "doc_rule.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "doc_rows.h"
#include "lang.h"
#include "units.h"
#include "xmem.h"

static const char *scalar(yaml_document_t *yaml, int node)
{
    const yaml_node_t *n = yaml_document_get_node(yaml, node);
    return n && n->type == YAML_SCALAR_NODE ? (const char *)n->data.scalar.value : "";
}

/* The value of a key of a mapping; NULL where there is none. */
static const yaml_node_t *member(yaml_document_t *yaml, const yaml_node_t *map,
                                 const char *key)
{
    if (!map || map->type != YAML_MAPPING_NODE)
        return NULL;
    for (const yaml_node_pair_t *p = map->data.mapping.pairs.start;
         p < map->data.mapping.pairs.top; p++) {
        if (strcmp(scalar(yaml, p->key), key) == 0)
            return yaml_document_get_node(yaml, p->value);
    }
    return NULL;
}

static void fill_sources(struct doc_facts *facts, yaml_document_t *yaml)
{
    const yaml_node_t *sources =
        member(yaml, yaml_document_get_root_node(yaml), "sources");
    for (size_t i = 0; i < facts->count; i++) {
        const yaml_node_t *s = member(yaml, sources, facts->items[i].key);
        if (!s || s->type != YAML_SCALAR_NODE)
            continue;
        free(facts->items[i].source);
        facts->items[i].source = xstrdup((const char *)s->data.scalar.value);
    }
}

static void read_sources(struct doc_facts *facts, const struct rule *rule)
{
    yaml_parser_t parser;
    yaml_document_t yaml;
    if (!rule->text || !yaml_parser_initialize(&parser))
        return;
    yaml_parser_set_input_string(&parser, (const unsigned char *)rule->text,
                                 strlen(rule->text));
    if (yaml_parser_load(&parser, &yaml)) {
        fill_sources(facts, &yaml);
        yaml_document_delete(&yaml);
    }
    yaml_parser_delete(&parser);
}

/* Takes over the value. */
static void add(struct doc_facts *f, const char *key, const char *label, char *value)
{
    f->items = xgrow(f->items, f->count, &f->capacity, sizeof *f->items);
    f->items[f->count++] = (struct doc_fact){key, label, value, xstrdup("")};
}

static void extend(char **text, const char *separator, char *more)
{
    char *all = xasprintf("%s%s%s", *text, **text ? separator : "", more);
    free(*text);
    free(more);
    *text = all;
}

static char *technologies(const struct rule *rule)
{
    char *text = xstrdup("");
    for (int t = 0; t < TECH_COUNT; t++) {
        const struct rule_technology *r = &rule->technologies[t];
        if (r->counts)
            extend(&text, "; ",
                   xasprintf("%s ≥ %d dBm", doc_rows_tech((enum tech)t), r->level_dbm));
    }
    return text;
}

static char *operators(const struct model *m)
{
    char *text = xstrdup("");
    for (size_t i = 0; i < m->rule->operator_count; i++) {
        char code[MCCMNC_TEXT_SIZE];
        char digits[MCCMNC_TEXT_SIZE];
        mccmnc_format(m->rule->operators[i], code);
        extend(&text, ", ",
               xasprintf("%s (%s)",
                         region_operator_name(m->region, m->rule->operators[i], digits),
                         code));
    }
    extend(&text, ": ",
           xstrdup(m->rule->combine == RULE_ANY ? _("one of them is enough")
                                                : _("all of them are needed")));
    return text;
}

static char *percent(double share)
{
    return xasprintf("%.4g %%", 100 * share);
}

static void add_identity(struct doc_facts *f, const struct rule *r)
{
    add(f, "id", _("Rule"), xstrdup(r->id ? r->id : ""));
    add(f, "title", _("Title"), xstrdup(r->title ? r->title : ""));
    add(f, "source", _("Source"), xstrdup(r->source ? r->source : ""));
    add(f, "from_dispatch", _("Numbers are the dispatch's"),
        xstrdup(doc_rows_yes_no(r->from_dispatch ? YES_NO_YES : YES_NO_NO)));
}

static void add_numbers(struct doc_facts *f, const struct model *m)
{
    const struct rule *r = m->rule;
    add(f, "level_dbm", _("Technologies that count, and the level they need"),
        technologies(r));
    add(f, "operators", _("Operators"), operators(m));
    add(f, "availability_min", _("Availability that a test area needs"),
        percent(r->availability_min));
    add(f, "evidence_min", _("Lower end of its interval, at least"),
        percent(r->evidence_min));
    add(f, "confidence", _("Confidence of the interval (two-sided)"),
        percent(r->confidence));
    add(f, "min_bins", _("Bins that must be seen, at least"),
        xasprintf("%d", r->min_bins));
    add(f, "n_max", _("Effective votes, at most"), xasprintf("%g", r->n_max));
    add(f, "correlation_m", _("Distance over which bins tell the same story"),
        xasprintf("%g m", r->correlation_m));
    add(f, "no_signal_max", _("No signal up to an availability of"),
        percent(r->no_signal_max));
    add(f, "max_age_days", _("Age of the evidence, at most"),
        xasprintf(_("%d days"), r->max_age_days));
    add(f, "centre_radius_m", _("Radius of a hamlet's centre"),
        xasprintf("%g m", r->centre_radius_m));
    add(f, "cluster_radius_m", _("Radius of a cluster"),
        xasprintf("%g m", r->cluster_radius_m));
}

static void add_survey(struct doc_facts *f, const struct model *m)
{
    char day[DOC_ROWS_DAY_SIZE];
    add(f, "", _("Newest evidence"), xstrdup(doc_rows_date(m->newest_day, day)));
    add(f, "", _("Evidence is aged against"), xstrdup(doc_rows_date(m->as_of_day, day)));
    add(f, "", _("Coordinates"), xasprintf("EPSG:%d", crs_epsg(m->crs)));
    add(f, "", _("Size of a bin"), xasprintf("%g m", m->bin_size_m));
    add(f, "", _("Rows refused"),
        xasprintf(_("accuracy over %g m, position older than %g s, modem silent for over "
                    "%g s"),
                  m->limits.max_acc_m, (double)m->limits.max_fix_age_ms / 1000,
                  (double)m->limits.max_level_age_ms / 1000));
    add(f, "", _("SHA-256 of the rule"), xstrdup(m->rule->sha256));
    add(f, "", _("Made with"), xstrdup("lomsong " LOMSONG_VERSION));
}

struct doc_facts doc_rule_facts(const struct model *m)
{
    struct doc_facts facts = {0};
    add_identity(&facts, m->rule);
    add_numbers(&facts, m);
    add_survey(&facts, m);
    read_sources(&facts, m->rule);
    return facts;
}

void doc_facts_free(struct doc_facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        free(facts->items[i].value);
        free(facts->items[i].source);
    }
    free(facts->items);
    *facts = (struct doc_facts){0};
}
