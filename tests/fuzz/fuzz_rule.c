/* Rule files: whatever is accepted must be a rule that can judge. */
#include <math.h>

#include "harness.h"
#include "rule.h"

static bool is_share(double value)
{
    return value >= 0 && value <= 1;
}

static void check_technologies(const struct rule *r)
{
    bool any = false;
    for (int t = 0; t < TECH_COUNT; t++) {
        const struct rule_technology *tech = &r->technologies[t];
        const struct units_range range = units_level_range((enum tech)t);
        any |= tech->counts;
        if (!tech->counts)
            continue;
        CHECK(tech->level_dbm >= range.min_dbm && tech->level_dbm <= range.max_dbm);
        CHECK(tech->weak_dbm == LEVEL_NONE ||
              (tech->weak_dbm >= range.min_dbm && tech->weak_dbm <= range.max_dbm));
    }
    CHECK(any && !r->technologies[TECH_NR_NSA].counts);
}

static void check_rule(const struct rule *r)
{
    check_technologies(r);
    CHECK(r->operator_count > 0 && r->operators[0] != 0);
    for (size_t i = 1; i < r->operator_count; i++)
        CHECK(r->operators[i - 1] < r->operators[i]);
    CHECK(is_share(r->availability_min) && is_share(r->evidence_min));
    CHECK(is_share(r->no_signal_max) && r->confidence > 0 && r->confidence < 1);
    CHECK(r->min_bins >= 1 && r->max_age_days >= 1 && r->n_max >= 1);
    CHECK(r->correlation_m > 0 && r->centre_radius_m > 0 && r->cluster_radius_m > 0);
    CHECK(isfinite(r->correlation_m) && isfinite(r->n_max));
    CHECK(*r->id && *r->title && *r->source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rule rule = {0}, again = {0};
    if (rule_load_text("rule.yaml", (const char *)data, size, &rule) != ERR_OK)
        return 0;
    check_rule(&rule);
    /* The text is what a workspace keeps and reads again. */
    CHECK(rule_load_text("kept", rule.text, strlen(rule.text), &again) == ERR_OK);
    CHECK(strcmp(rule.sha256, again.sha256) == 0);
    rule_free(&again);
    rule_free(&rule);
    return 0;
}
