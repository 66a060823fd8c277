/* Visits, counted. */
#include "visit.h"

#include <math.h>

static void add_levels(const struct rule_technology *t, const struct tally_cell *c,
                       struct visit *v)
{
    for (size_t i = 0; i < c->level_count; i++) {
        v->judged += c->levels[i].count;
        if (c->levels[i].dbm >= t->level_dbm)
            v->passing += c->levels[i].count;
    }
}

void visit_add(struct visit *v, const struct rule *rule, const struct tally_cell *c)
{
    const uint8_t tech = c->key.tech;
    if (tech == TECH_NR_NSA)
        return;
    const uint64_t in_service = tally_level_sum(c) + c->no_level;
    v->all += in_service + c->no_service;
    v->in_service += in_service;
    v->judged += c->no_service;
    if (tech == TECH_NONE)
        return; /* in service on an unknown technology: cannot be said to pass or fail */
    if (rule->technologies[tech].counts)
        add_levels(&rule->technologies[tech], c, v);
    else
        v->judged += in_service; /* evidence that does not pass */
}

void visit_sum_add(struct visit_sum *sum, const struct visit *v)
{
    if (v->all > 0) {
        sum->service_share += (double)v->in_service / (double)v->all;
        sum->service_visits++;
        sum->samples += (int64_t)v->all;
    }
    if (v->judged > 0) {
        sum->share += (double)v->passing / (double)v->judged;
        sum->visits++;
    }
}

double visit_sum_share(const struct visit_sum *sum)
{
    return sum->visits ? sum->share / (double)sum->visits : (double)NAN;
}

double visit_sum_service_share(const struct visit_sum *sum)
{
    return sum->service_visits ? sum->service_share / (double)sum->service_visits
                               : (double)NAN;
}

int32_t visit_oldest_day(const struct rule *rule, int32_t as_of_day)
{
    const int64_t oldest = (int64_t)as_of_day - rule->max_age_days;
    return oldest < INT32_MIN ? INT32_MIN : (int32_t)oldest;
}
