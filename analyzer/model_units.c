/* Verdicts of hamlets, and their counts by commune, province and over all. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model_build.h"
#include "xmem.h"

/* Present in any part is present; absent only where every part is. */
static enum presence merge_presence(enum presence all, enum presence part, bool first)
{
    if (all == PRESENCE_PRESENT || part == PRESENCE_PRESENT)
        return PRESENCE_PRESENT;
    if (first)
        return part;
    return all == PRESENCE_ABSENT && part == PRESENCE_ABSENT ? PRESENCE_ABSENT
                                                             : PRESENCE_UNKNOWN;
}

static void judge_one(const struct model *m, struct hamlet *h)
{
    const struct area *centre = &h->areas[0];
    enum result *clusters = xcalloc(h->area_count, sizeof(*clusters));
    for (size_t i = 0; i < h->area_count; i++) {
        const struct area *a = &h->areas[i];
        if (i > 0) {
            clusters[i - 1] = a->result;
            h->clusters_failed += a->result == RESULT_FAIL;
        }
        h->broadband_3g4g = merge_presence(h->broadband_3g4g, a->broadband_3g4g, i == 0);
        h->broadband_5g = merge_presence(h->broadband_5g, a->broadband_5g, i == 0);
    }
    h->verdict = judge_hamlet(
        centre->result, centre->best ? centre->best->judgement.availability : (double)NAN,
        clusters, h->area_count - 1, m->rule->no_signal_max);
    free(clusters);
}

void model_judge_hamlets(struct model *m)
{
    for (size_t i = 0; i < m->hamlet_count; i++)
        judge_one(m, &m->hamlets[i]);
}

static void count_hamlet(struct unit *u, const struct hamlet *h)
{
    struct verdict_counts *c = &u->counts;
    const int64_t households = h->households == ID_UNKNOWN ? 0 : h->households;
    const bool dark = h->electricity == YES_NO_NO;
    const bool first = c->hamlets == 0;
    c->hamlets++;
    c->verdict[h->verdict]++;
    c->households[h->verdict] += households;
    if (dark) {
        c->no_electricity[h->verdict]++;
        c->households_no_electricity[h->verdict] += households;
    }
    u->broadband_3g4g = merge_presence(u->broadband_3g4g, h->broadband_3g4g, first);
    u->broadband_5g = merge_presence(u->broadband_5g, h->broadband_5g, first);
    u->hamlets_3g4g += h->broadband_3g4g == PRESENCE_PRESENT;
    u->hamlets_5g += h->broadband_5g == PRESENCE_PRESENT;
}

static void count_commune(struct unit *u, const struct unit *commune)
{
    if (commune->code[0] == '\0')
        return; /* the row of hamlets outside all communes is none */
    u->communes++;
    u->communes_3g4g += commune->broadband_3g4g == PRESENCE_PRESENT;
    u->communes_5g += commune->broadband_5g == PRESENCE_PRESENT;
}

static int compare_code(const void *key, const void *unit)
{
    return strcmp(key, ((const struct unit *)unit)->code);
}

static struct unit *find_unit(struct unit *units, size_t count, const char *code)
{
    return count ? bsearch(code, units, count, sizeof *units, compare_code) : NULL;
}

static int compare_units(const void *a, const void *b)
{
    return strcmp(((const struct unit *)a)->code, ((const struct unit *)b)->code);
}

static void make_provinces(struct model *m)
{
    m->provinces = model_alloc(m, m->commune_count, sizeof *m->provinces);
    for (size_t i = 0; i < m->commune_count; i++) {
        const struct unit *c = &m->communes[i];
        bool known = false;
        for (size_t k = 0; !known && k < m->province_count; k++)
            known = strcmp(m->provinces[k].code, c->province_code) == 0;
        if (!known)
            m->provinces[m->province_count++] = (struct unit){.code = c->province_code,
                                                              .name = c->province,
                                                              .province_code = "",
                                                              .province = ""};
    }
    if (m->province_count > 1)
        qsort(m->provinces, m->province_count, sizeof *m->provinces, compare_units);
}

void model_count_units(struct model *m)
{
    make_provinces(m);
    m->total = (struct unit){.code = "", .name = "", .province_code = "", .province = ""};
    for (size_t i = 0; i < m->hamlet_count; i++) {
        const struct hamlet *h = &m->hamlets[i];
        struct unit *c = find_unit(m->communes, m->commune_count, h->commune_code);
        struct unit *p = find_unit(m->provinces, m->province_count, h->province_code);
        count_hamlet(c, h);
        count_hamlet(p, h);
        count_hamlet(&m->total, h);
    }
    for (size_t i = 0; i < m->commune_count; i++) {
        const struct unit *c = &m->communes[i];
        count_commune(find_unit(m->provinces, m->province_count, c->province_code), c);
        count_commune(&m->total, c);
    }
}
