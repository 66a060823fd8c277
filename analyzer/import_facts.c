/* What only a whole log can tell: its operators, and whether its 3G levels are RSSI. */
#include <stdlib.h>

#include "import.h"
#include "lang.h"
#include "units.h"
#include "xmem.h"

/* Operators take turns: the next one is a guess worth trying. */
static void count_operator(struct import_facts *facts, mccmnc_t op)
{
    size_t at = facts->recent;
    for (size_t i = 0; i < facts->operator_count; i++) {
        at = at + 1 < facts->operator_count ? at + 1 : 0;
        if (facts->operators[at].mccmnc != op)
            continue;
        facts->operators[at].rows++;
        facts->recent = at;
        return;
    }
    if (import_facts_crowded(facts))
        return;
    facts->operators = xgrow(facts->operators, facts->operator_count,
                             &facts->operator_capacity, sizeof *facts->operators);
    facts->recent = facts->operator_count++;
    facts->operators[facts->recent] =
        (struct import_operator_count){.mccmnc = op, .rows = 1};
}

void import_facts_add(struct import_facts *facts, const struct import_row *row)
{
    const struct sample *s = &row->quality.sample;
    if (row->quality.malformed)
        return;
    if (s->mccmnc != 0)
        count_operator(facts, s->mccmnc);
    /* a sentinel among RSSIs is no level, and does not make RSCPs of them */
    if (row->rscp_may_be_rssi && units_level_dbm(TECH_WCDMA, s->rscp_dbm) != LEVEL_NONE) {
        const bool odd = units_looks_like_asu_rssi(s->rscp_dbm);
        facts->all_3g_levels_odd =
            odd && (facts->all_3g_levels_odd || !facts->any_3g_level);
        facts->any_3g_level = true;
    }
}

bool import_facts_crowded(const struct import_facts *facts)
{
    return facts->operator_count > IMPORT_MAX_OPERATORS;
}

enum err import_facts_check(const struct import_facts *facts, const char *name)
{
    if (!import_facts_crowded(facts))
        return ERR_OK;
    err_report(_("%s: names more than %d operators, as no log does"), name,
               IMPORT_MAX_OPERATORS);
    return ERR_INPUT;
}

void import_facts_free(struct import_facts *facts)
{
    free(facts->operators);
    *facts = (struct import_facts){0};
}

mccmnc_t import_facts_operator(const struct import_facts *facts, bool majority)
{
    if (!majority)
        return facts->operator_count == 1 ? facts->operators[0].mccmnc : 0;
    struct import_operator_count best = {0};
    for (size_t i = 0; i < facts->operator_count; i++) {
        const struct import_operator_count *o = &facts->operators[i];
        if (o->rows > best.rows || (o->rows == best.rows && o->mccmnc < best.mccmnc))
            best = *o;
    }
    return best.mccmnc;
}

bool import_facts_3g_is_rssi(const struct import_facts *facts)
{
    return facts->any_3g_level && facts->all_3g_levels_odd;
}
