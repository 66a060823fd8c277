/* Visits, counted. */
#include "visit.h"

#include <math.h>

/* Samples of a cell that have a level, and those of them that pass. */
static uint64_t count_levels(const struct tally_cell *c, int pass_dbm, uint64_t *passing)
{
    uint64_t all = 0, pass = 0;
    for (size_t i = 0; i < c->level_count; i++) {
        all += c->levels[i].count;
        pass += c->levels[i].dbm >= pass_dbm ? c->levels[i].count : 0;
    }
    *passing += pass;
    return all;
}

void visit_add(struct visit *v, const struct rule *rule, const struct tally_cell *c)
{
    const uint8_t tech = c->key.tech;
    if (tech == TECH_NR_NSA)
        return;
    /* TECH_NONE is in service on an unknown technology: cannot be said to pass or fail */
    const bool counts = tech != TECH_NONE && rule->technologies[tech].counts;
    const int pass_dbm = counts ? rule->technologies[tech].level_dbm : LEVEL_MAX_DBM + 1;
    const uint64_t levels = count_levels(c, pass_dbm, &v->passing);
    const uint64_t in_service = levels + c->no_level;
    v->all += in_service + c->no_service;
    v->in_service += in_service;
    v->judged += c->no_service;
    if (counts)
        v->judged += levels;
    else if (tech != TECH_NONE)
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
