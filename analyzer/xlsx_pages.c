/* The sheets that are read rather than filtered: the summary and the rule. */
#include <stdlib.h>
#include <string.h>

#include "doc_rows.h"
#include "doc_rule.h"
#include "lang.h"
#include "sentence.h"
#include "xlsx_tables.h"
#include "xmem.h"

static void put_line(struct xlsx_sheet *s, enum xlsx_look look, char *owned)
{
    if (*owned)
        xlsx_line(s, look, owned);
    free(owned);
}

static int64_t sum(const int64_t counts[VERDICT_COUNT])
{
    int64_t all = 0;
    for (int v = 0; v < VERDICT_COUNT; v++)
        all += counts[v];
    return all;
}

static void put_verdict_table(struct xlsx_sheet *s, const struct verdict_counts *c)
{
    static const char *const titles[] = {
        N_("Verdict"), N_("Hamlets"), N_("of these without electricity"),
        N_("Households"), N_("of these without electricity")};
    const int64_t *const counts[] = {c->verdict, c->no_electricity, c->households,
                                     c->households_no_electricity};
    xlsx_heads(s, titles, sizeof titles / sizeof *titles);
    for (int v = 0; v < VERDICT_COUNT; v++) {
        xlsx_text(s, XLSX_TEXT, sentence_verdict((enum verdict)v));
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            xlsx_count(s, counts[i][v]);
        xlsx_end_row(s);
    }
    xlsx_text(s, XLSX_TEXT, _("all"));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        xlsx_count(s, sum(counts[i]));
    xlsx_end_row(s);
}

static void put_presence(struct xlsx_sheet *s, const struct unit *t)
{
    static const char *const titles[] = {N_("Broadband present"), N_("3G/4G"), N_("5G"),
                                         N_("of")};
    xlsx_heads(s, titles, sizeof titles / sizeof *titles);
    xlsx_text(s, XLSX_TEXT, _("Hamlets"));
    xlsx_count(s, t->hamlets_3g4g);
    xlsx_count(s, t->hamlets_5g);
    xlsx_count(s, t->counts.hamlets);
    xlsx_end_row(s);
    xlsx_text(s, XLSX_TEXT, _("Communes"));
    xlsx_count(s, t->communes_3g4g);
    xlsx_count(s, t->communes_5g);
    xlsx_count(s, t->communes);
    xlsx_end_row(s);
}

static void put_provinces(struct xlsx_sheet *s, const struct model *m)
{
    static const char *const titles[] = {
        N_("Province"),  N_("Hamlets"),         N_("Covered"), N_("Signal depression"),
        N_("No signal"), N_("Not enough data"), N_("Communes")};
    xlsx_heads(s, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < m->province_count; i++) {
        const struct unit *p = &m->provinces[i];
        xlsx_text(s, XLSX_TEXT, p->name[0] ? p->name : _("not known"));
        xlsx_count(s, p->counts.hamlets);
        for (int v = 0; v < VERDICT_COUNT; v++)
            xlsx_count(s, p->counts.verdict[v]);
        xlsx_count(s, p->communes);
        xlsx_end_row(s);
    }
}

void xlsx_summary(struct xlsx_book *book, const struct model *m)
{
    static const struct xlsx_head widths[] = {
        {"", 34, XLSX_VERDICT}, {"", 16, XLSX_PLAIN}, {"", 16, XLSX_PLAIN},
        {"", 16, XLSX_PLAIN},   {"", 16, XLSX_PLAIN}, {"", 16, XLSX_PLAIN},
        {"", 16, XLSX_PLAIN}};
    struct xlsx_sheet s = {
        .book = book, .heads = widths, .head_count = sizeof widths / sizeof *widths};
    char day[DOC_ROWS_DAY_SIZE];
    xlsx_page_open(&s, _("Summary"));
    xlsx_line(&s, XLSX_TITLE, _("Mobile signal survey"));
    put_line(&s, XLSX_NOTE, doc_rows_provinces(m));
    put_line(&s, XLSX_NOTE, xasprintf(_("Rule: %s (%s)"), m->rule->id, m->rule->source));
    put_line(&s, XLSX_NOTE,
             xasprintf(_("Newest evidence: %s"),
                       m->newest_day == INT32_MIN ? _("none")
                                                  : doc_rows_date(m->newest_day, day)));
    xlsx_end_row(&s);
    put_line(&s, XLSX_NOTE, sentence_summary(m));
    put_line(&s, XLSX_NOTE, sentence_notes(m));
    put_line(&s, XLSX_NOTE, sentence_caveat(m->rule));
    xlsx_end_row(&s);
    put_verdict_table(&s, &m->total.counts);
    xlsx_end_row(&s);
    put_presence(&s, &m->total);
    xlsx_end_row(&s);
    put_provinces(&s, m);
    xlsx_page_close(&s);
}

/* The rule as it was read, line by line: what the SHA-256 stands for. */
static void put_text(struct xlsx_sheet *s, const char *text)
{
    while (*text) {
        const size_t length = strcspn(text, "\n");
        char *line = xstrndup(text, length);
        xlsx_text(s, XLSX_TEXT, line);
        xlsx_end_row(s);
        free(line);
        text += length + (text[length] == '\n');
    }
}

void xlsx_rule(struct xlsx_book *book, const struct model *m)
{
    static const char *const titles[] = {N_("What"), N_("How much"), N_("Key"),
                                         N_("Source of the number")};
    static const struct xlsx_head widths[] = {{"", 44, XLSX_PLAIN},
                                              {"", 50, XLSX_PLAIN},
                                              {"", 20, XLSX_PLAIN},
                                              {"", 70, XLSX_PLAIN}};
    struct xlsx_sheet s = {
        .book = book, .heads = widths, .head_count = sizeof widths / sizeof *widths};
    struct doc_facts facts = doc_rule_facts(m);
    xlsx_page_open(&s, _("Rule"));
    put_line(&s, XLSX_NOTE, sentence_caveat(m->rule));
    xlsx_heads(&s, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < facts.count; i++) {
        xlsx_text(&s, XLSX_WRAP, facts.items[i].label);
        xlsx_text(&s, XLSX_WRAP, facts.items[i].value);
        xlsx_text(&s, XLSX_TEXT, facts.items[i].key);
        xlsx_text(&s, XLSX_WRAP, facts.items[i].source);
        xlsx_end_row(&s);
    }
    xlsx_end_row(&s);
    xlsx_text(&s, XLSX_HEAD, _("The rule's file"));
    xlsx_end_row(&s);
    put_text(&s, m->rule->text ? m->rule->text : "");
    xlsx_page_close(&s);
    doc_facts_free(&facts);
}
