/* Rows, orders and words of the documents. */
#include "doc_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc_text.h"
#include "lang.h"
#include "utc.h"
#include "xmem.h"

/* No name sorts after this one; a place without a commune comes last. */
static const char last[] = "\xEF\xBF\xBF";

static struct doc_text_item commune_item(const char *province, const char *name,
                                         const char *code)
{
    if (code[0] == '\0')
        return (struct doc_text_item){.names = {last, last, "", ""}, .code = ""};
    return (struct doc_text_item){.names = {province, name[0] ? name : code, code, ""},
                                  .code = code};
}

const struct hamlet **doc_rows_hamlets(const struct model *m)
{
    struct doc_text_item *items = xcalloc(m->hamlet_count + 1, sizeof *items);
    const struct hamlet **rows = xcalloc(m->hamlet_count + 1, sizeof(*rows));
    for (size_t i = 0; i < m->hamlet_count; i++) {
        const struct hamlet *h = &m->hamlets[i];
        items[i] = commune_item(h->province, h->commune, h->commune_code);
        items[i].names[3] = h->name;
        items[i].code = h->hamlet_code;
        items[i].what = h;
    }
    doc_text_sort(items, m->hamlet_count);
    for (size_t i = 0; i < m->hamlet_count; i++)
        rows[i] = items[i].what;
    free(items);
    return rows;
}

const struct unit **doc_rows_communes(const struct model *m)
{
    struct doc_text_item *items = xcalloc(m->commune_count + 1, sizeof *items);
    const struct unit **rows = xcalloc(m->commune_count + 1, sizeof(*rows));
    for (size_t i = 0; i < m->commune_count; i++) {
        const struct unit *u = &m->communes[i];
        items[i] = commune_item(u->province, u->name, u->code);
        items[i].what = u;
    }
    doc_text_sort(items, m->commune_count);
    for (size_t i = 0; i < m->commune_count; i++)
        rows[i] = items[i].what;
    free(items);
    return rows;
}

/* Operators outside the rule, as they turn up. */
struct operator_list {
    mccmnc_t *items;
    size_t count;
    size_t capacity;
};

static void add_operator(struct operator_list *list, mccmnc_t op)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == op)
            return;
    }
    list->items = xgrow(list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = op;
}

static int compare_operators(const void *a, const void *b)
{
    const mccmnc_t x = *(const mccmnc_t *)a;
    const mccmnc_t y = *(const mccmnc_t *)b;
    return x < y ? -1 : x > y;
}

mccmnc_t *doc_rows_operators(const struct model *m, size_t *count)
{
    struct operator_list list = {0};
    for (size_t i = 0; i < m->rule->operator_count; i++)
        add_operator(&list, m->rule->operators[i]);
    const size_t own = list.count;
    for (size_t a = 0; a < m->area_count; a++) {
        const struct area *area = &m->areas[a];
        for (size_t i = area->rule_operator_count; i < area->operator_count; i++)
            add_operator(&list, area->operators[i].mccmnc);
    }
    if (list.count > own + 1)
        qsort(list.items + own, list.count - own, sizeof *list.items, compare_operators);
    *count = list.count;
    return list.items;
}

const struct area_operator *doc_rows_operator(const struct area *a, mccmnc_t op)
{
    for (size_t i = 0; i < a->operator_count; i++) {
        if (a->operators[i].mccmnc == op)
            return &a->operators[i];
    }
    return NULL;
}

const char *doc_rows_yes_no(enum yes_no v)
{
    static const char *const words[] = {[YES_NO_UNKNOWN] = N_("not known"),
                                        [YES_NO_NO] = N_("no"),
                                        [YES_NO_YES] = N_("yes")};
    return _(words[v]);
}

const char *doc_rows_presence(enum presence v)
{
    static const char *const words[] = {[PRESENCE_UNKNOWN] = N_("not known"),
                                        [PRESENCE_ABSENT] = N_("no"),
                                        [PRESENCE_PRESENT] = N_("yes")};
    return _(words[v]);
}

const char *doc_rows_tech(enum tech tech)
{
    static const char *const names[TECH_COUNT] = {[TECH_GSM] = "2G (GSM)",
                                                  [TECH_WCDMA] = "3G (WCDMA)",
                                                  [TECH_LTE] = "4G (LTE)",
                                                  [TECH_NR_NSA] = "5G (NR NSA)",
                                                  [TECH_NR_SA] = "5G (NR SA)"};
    return names[tech];
}

const char *doc_rows_reason(enum quality_reason reason)
{
    static const char *const words[QUALITY_REASON_COUNT] = {
        [QUALITY_MALFORMED] = N_("Unreadable"),
        [QUALITY_NO_TIME] = N_("Without time"),
        [QUALITY_NO_POSITION] = N_("Without position"),
        [QUALITY_POOR_ACCURACY] = N_("Position not accurate"),
        [QUALITY_STALE_FIX] = N_("Position too old"),
        [QUALITY_DUPLICATE] = N_("Repeated"),
        [QUALITY_NOT_EVIDENCE] = N_("No evidence"),
        [QUALITY_STALE_LEVEL] = N_("Level frozen on the move"),
    };
    return _(words[reason]);
}

const char *doc_rows_role(const char *role)
{
    static const struct {
        const char *role, *word;
    } words[] = {{"hamlets", N_("hamlets")},
                 {"clusters", N_("clusters")},
                 {"communes", N_("communes")},
                 {"crosswalk", N_("crosswalk")},
                 {"stations", N_("stations")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].role, role) == 0)
            return _(words[i].word);
    }
    return role;
}

int32_t doc_rows_day(const struct model *m, int64_t t_utc_ms)
{
    return t_utc_ms == TIME_UNKNOWN ? INT32_MIN
                                    : utc_local_day(t_utc_ms, m->region->utc_offset_s);
}

const char *doc_rows_date(int32_t day, char buf[DOC_ROWS_DAY_SIZE])
{
    char iso[UTC_TEXT_SIZE] = "";
    if (day != INT32_MIN)
        utc_format_date(day, iso);
    if (lang_get() == LANG_VI && strlen(iso) == sizeof "2025-12-31" - 1)
        snprintf(buf, DOC_ROWS_DAY_SIZE, "%.2s/%.2s/%.4s", iso + 8, iso + 5, iso);
    else
        snprintf(buf, DOC_ROWS_DAY_SIZE, "%s", iso);
    return buf;
}

char *doc_rows_provinces(const struct model *m)
{
    char *all = xstrdup("");
    for (size_t i = 0; i < m->province_count; i++) {
        if (m->provinces[i].name[0] == '\0' || m->provinces[i].counts.hamlets == 0)
            continue;
        char *more = xasprintf("%s%s%s", all, *all ? ", " : "", m->provinces[i].name);
        free(all);
        all = more;
    }
    return all;
}

const char *doc_rows_made(const struct model *m, char buf[DOC_ROWS_DAY_SIZE])
{
    char day[UTC_TEXT_SIZE] = "1970-01-01";
    if (m->newest_day != INT32_MIN)
        utc_format_date(m->newest_day, day);
    snprintf(buf, DOC_ROWS_DAY_SIZE, "%.10sT00:00:00Z", day);
    return buf;
}
