/* The sheet of hamlets: the list as departments keep it, and behind it the columns that
 * only a table needs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "doc_rows.h"
#include "lang.h"
#include "sentence.h"
#include "units.h"
#include "xlsx_tables.h"
#include "xmem.h"

/* An operator and a technology that have a column. */
struct network {
    mccmnc_t mccmnc;
    enum tech tech;
};

struct networks {
    struct network *items;
    size_t count;
    size_t capacity;
};

/* The technologies from the oldest to the newest. */
static const enum tech tech_order[] = {TECH_GSM, TECH_WCDMA, TECH_LTE, TECH_NR_NSA,
                                       TECH_NR_SA};

static void mark_techs(const struct model *m, bool shown[TECH_COUNT])
{
    for (int t = 0; t < TECH_COUNT; t++)
        shown[t] = m->rule->technologies[t].counts;
    for (size_t i = 0; i < m->hamlet_count; i++) {
        const struct area *centre = &m->hamlets[i].areas[0];
        for (size_t k = 0; k < centre->operator_count; k++) {
            const struct area_operator *o = &centre->operators[k];
            for (size_t t = 0; t < o->tech_count; t++)
                shown[o->techs[t].tech] = true;
        }
    }
}

/* Every operator of the rule or seen, by every technology that counts or was seen. */
static struct networks list_networks(const struct model *m)
{
    struct networks n = {0};
    bool shown[TECH_COUNT];
    size_t operator_count;
    mccmnc_t *operators = doc_rows_operators(m, &operator_count);
    mark_techs(m, shown);
    for (size_t i = 0; i < operator_count; i++) {
        for (size_t t = 0; t < sizeof tech_order / sizeof *tech_order; t++) {
            if (!shown[tech_order[t]])
                continue;
            n.items = xgrow(n.items, n.count, &n.capacity, sizeof *n.items);
            n.items[n.count++] = (struct network){operators[i], tech_order[t]};
        }
    }
    free(operators);
    return n;
}

static const struct area_tech *find_tech(const struct area_operator *o, enum tech tech)
{
    for (size_t i = 0; i < o->tech_count; i++) {
        if (o->techs[i].tech == tech)
            return &o->techs[i];
    }
    return NULL;
}

/* The median, "yes" in service without a level, "no" where the operator was tested and
 * the technology not met, empty where nobody can say. */
static void put_network(struct xlsx_sheet *s, const struct model *m,
                        const struct area *centre, const struct network *n)
{
    const struct area_operator *o = doc_rows_operator(centre, n->mccmnc);
    const struct area_tech *seen = o ? find_tech(o, n->tech) : NULL;
    const int64_t needed =
        centre->bins_total < m->rule->min_bins ? centre->bins_total : m->rule->min_bins;
    if (seen && seen->median_dbm != LEVEL_NONE)
        xlsx_dbm(s, seen->median_dbm);
    else if (seen)
        xlsx_text(s, XLSX_DBM, doc_rows_presence(PRESENCE_PRESENT));
    else if (o && o->samples > 0 && o->bins >= needed)
        xlsx_text(s, XLSX_DBM, doc_rows_presence(PRESENCE_ABSENT));
    else
        xlsx_skip(s);
}

static void put_place(struct xlsx_sheet *s, const struct hamlet *h, int64_t number)
{
    xlsx_count(s, number);
    xlsx_text(s, XLSX_WRAP, h->province);
    xlsx_text(s, XLSX_TEXT, h->commune_code);
    xlsx_text(s, XLSX_WRAP, h->commune);
    xlsx_text(s, XLSX_TEXT, h->hamlet_code);
    xlsx_text(s, XLSX_WRAP, h->name);
    xlsx_count(s, h->households);
    xlsx_text(s, XLSX_TEXT, doc_rows_yes_no(h->electricity));
    xlsx_text(s, XLSX_TEXT, doc_rows_yes_no(h->difficult));
}

static void put_owned(struct xlsx_sheet *s, char *text)
{
    xlsx_text(s, XLSX_WRAP, text);
    free(text);
}

/* What is missing: evidence, and facts of the list. */
static char *make_remarks(const struct model *m, const struct hamlet *h)
{
    char *remark = doc_rows_remark(m, h);
    char *facts = doc_rows_missing(h);
    char *missing =
        *facts ? xasprintf(_("not in the list of hamlets: %s"), facts) : xstrdup("");
    char *text = xasprintf("%s%s%s", remark, *remark && *missing ? ". " : "", missing);
    free(missing);
    free(facts);
    free(remark);
    return text;
}

static void put_verdict(struct xlsx_sheet *s, const struct model *m,
                        const struct hamlet *h)
{
    static const struct area_operator nobody = {.first_utc_ms = TIME_UNKNOWN,
                                                .last_utc_ms = TIME_UNKNOWN};
    const struct area_operator *best = h->areas[0].best ? h->areas[0].best : &nobody;
    xlsx_text(s, XLSX_TEXT, sentence_result(h->areas[0].result));
    put_owned(s, doc_rows_weak_clusters(h));
    xlsx_text(s, XLSX_TEXT, sentence_verdict(h->verdict));
    xlsx_count(s, best->samples);
    xlsx_date(s, doc_rows_day(m, best->last_utc_ms));
    xlsx_text(s, XLSX_TEXT, m->rule->id);
    put_owned(s, make_remarks(m, h));
}

/* What hamlets.csv says besides. */
static void put_measures(struct xlsx_sheet *s, const struct model *m,
                         const struct hamlet *h)
{
    const struct area *centre = &h->areas[0];
    const struct area_operator *best = centre->best;
    char digits[MCCMNC_TEXT_SIZE];
    xlsx_number(s, XLSX_DEGREES, centre->point.lat_deg);
    xlsx_number(s, XLSX_DEGREES, centre->point.lon_deg);
    xlsx_count(s, (int64_t)h->area_count - 1);
    xlsx_count(s, (int64_t)h->clusters_failed);
    xlsx_text(s, XLSX_TEXT,
              best ? region_operator_name(m->region, best->mccmnc, digits) : "");
    xlsx_number(s, XLSX_SHARE, best ? best->judgement.availability : (double)NAN);
    xlsx_number(s, XLSX_SHARE, best ? best->judgement.low : 0);
    xlsx_number(s, XLSX_SHARE, best ? best->judgement.high : 1);
    xlsx_count(s, best ? best->bins : 0);
    xlsx_count(s, centre->bins_total);
    xlsx_date(s, best ? doc_rows_day(m, best->first_utc_ms) : INT32_MIN);
    xlsx_text(s, XLSX_TEXT, doc_rows_presence(h->broadband_3g4g));
    xlsx_text(s, XLSX_TEXT, doc_rows_presence(h->broadband_5g));
    xlsx_end_row(s);
}

enum {
    PLACE_COLUMNS = 9,
    FROZEN_COLUMNS = 6, /* to the hamlet's name */
    LIST_COLUMNS = 7,   /* behind the networks, to the remarks: the list as printed */
};

/* The titles of the networks' columns belong to the caller. */
static struct xlsx_head *make_heads(const struct model *m, const struct networks *n,
                                    char **titles, struct xlsx_sheet *s)
{
    static const struct xlsx_head place[PLACE_COLUMNS] = {
        {N_("No."), 6, XLSX_PLAIN},
        {N_("Province"), 13, XLSX_PLAIN},
        {N_("Commune code"), 9, XLSX_PLAIN},
        {N_("Commune"), 17, XLSX_PLAIN},
        {N_("Hamlet code"), 12, XLSX_PLAIN},
        {N_("Hamlet"), 22, XLSX_PLAIN},
        {N_("Households"), 8, XLSX_PLAIN},
        {N_("Grid electricity"), 9, XLSX_PLAIN},
        {N_("Special difficulty"), 10, XLSX_PLAIN}};
    static const struct xlsx_head rest[] = {
        {N_("Hamlet centre"), 11, XLSX_RESULT},
        {N_("Clusters without signal"), 24, XLSX_PLAIN},
        {N_("Verdict"), 16, XLSX_VERDICT},
        {N_("Samples"), 9, XLSX_PLAIN},
        {N_("Date measured"), 11, XLSX_PLAIN},
        {N_("Basis (rule)"), 19, XLSX_PLAIN},
        {N_("Remarks"), 38, XLSX_PLAIN},
        {N_("Latitude"), 11, XLSX_PLAIN},
        {N_("Longitude"), 11, XLSX_PLAIN},
        {N_("Clusters"), 9, XLSX_PLAIN},
        {N_("Clusters that fail"), 9, XLSX_PLAIN},
        {N_("Best operator"), 14, XLSX_PLAIN},
        {N_("Availability"), 10, XLSX_PLAIN},
        {N_("Availability, low"), 10, XLSX_PLAIN},
        {N_("Availability, high"), 10, XLSX_PLAIN},
        {N_("Bins seen"), 8, XLSX_PLAIN},
        {N_("Bins in all"), 8, XLSX_PLAIN},
        {N_("First date"), 11, XLSX_PLAIN},
        {N_("3G/4G present"), 9, XLSX_PLAIN},
        {N_("5G present"), 9, XLSX_PLAIN}};
    enum { REST = sizeof rest / sizeof *rest };
    struct xlsx_head *heads = xcalloc(PLACE_COLUMNS + n->count + REST, sizeof *heads);
    size_t at = xlsx_add_heads(heads, place, PLACE_COLUMNS);
    for (size_t i = 0; i < n->count; i++) {
        char digits[MCCMNC_TEXT_SIZE];
        const char *name = region_operator_name(m->region, n->items[i].mccmnc, digits);
        titles[i] = xasprintf(_("%s %s, dBm"), name, doc_rows_tech(n->items[i].tech));
        heads[at++] =
            (struct xlsx_head){titles[i], fmax(9, (double)strlen(name) + 2), XLSX_PLAIN};
    }
    s->printed = at + LIST_COLUMNS;
    at += xlsx_add_heads(heads + at, rest, REST);
    s->head_count = at;
    return heads;
}

void xlsx_hamlets(struct xlsx_book *book, const struct model *m)
{
    struct networks n = list_networks(m);
    char **titles = xcalloc(n.count + 1, sizeof *titles);
    struct xlsx_sheet s = {.book = book, .frozen = FROZEN_COLUMNS};
    struct xlsx_head *heads = make_heads(m, &n, titles, &s);
    s.heads = heads;
    const struct hamlet **rows = doc_rows_hamlets(m);
    xlsx_table_open(&s, _("Hamlets"));
    for (size_t i = 0; i < m->hamlet_count; i++) {
        put_place(&s, rows[i], (int64_t)i + 1);
        for (size_t k = 0; k < n.count; k++)
            put_network(&s, m, &rows[i]->areas[0], &n.items[k]);
        put_verdict(&s, m, rows[i]);
        put_measures(&s, m, rows[i]);
    }
    xlsx_table_close(&s);
    free(rows);
    free(heads);
    for (size_t i = 0; i < n.count; i++)
        free(titles[i]);
    free(titles);
    free(n.items);
}
