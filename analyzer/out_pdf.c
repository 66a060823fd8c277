/* report.pdf: the document that a department attaches. The sentence, the table by
 * commune, a map and a list per commune, the method with its caveat, the sources. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "doc_rows.h"
#include "doc_text.h"
#include "lang.h"
#include "out.h"
#include "pdf_map.h"
#include "pdf_method.h"
#include "sentence.h"
#include "xmem.h"

static const char file_name[] = "report.pdf";

/* Puts a text that is thrown away afterwards. */
static void put(struct paper *p, enum paper_style style, char *owned)
{
    if (*owned)
        paper_text(p, style, owned);
    free(owned);
}

static void put_title(struct paper *p, const struct model *m)
{
    char day[DOC_ROWS_DAY_SIZE];
    paper_bookmark(p, _("Summary"));
    paper_text(p, PAPER_TITLE, _("Mobile signal survey"));
    put(p, PAPER_HEADING, doc_rows_provinces(m));
    paper_space(p, 6);
    put(p, PAPER_BODY, xasprintf(_("Rule: %s (%s)"), m->rule->id, m->rule->source));
    put(p, PAPER_BODY,
        xasprintf(_("Newest evidence: %s"), m->newest_day == INT32_MIN
                                                ? _("none")
                                                : doc_rows_date(m->newest_day, day)));
    paper_space(p, 10);
    put(p, PAPER_STRONG, sentence_summary(m));
    paper_space(p, 6);
    put(p, PAPER_BODY, sentence_notes(m));
    put(p, PAPER_BODY, sentence_caveat(m->rule));
    paper_space(p, 12);
}

/* Cells of numbers, in the language's way. */
struct number_cell {
    char text[SENTENCE_NUMBER_SIZE];
};

static const char *number(int64_t value, struct number_cell *cell)
{
    return sentence_number(value, cell->text);
}

static void put_verdicts(struct paper *p, const struct verdict_counts *c)
{
    enum { COLUMNS = 5 };
    const struct paper_column columns[COLUMNS] = {
        {_("Verdict"), 52, false, true},
        {_("Hamlets"), 32, true, false},
        {_("of these without electricity"), 32, true, false},
        {_("Households"), 32, true, false},
        {_("of these without electricity"), 32, true, false}};
    const int64_t *const counts[COLUMNS - 1] = {
        c->verdict, c->no_electricity, c->households, c->households_no_electricity};
    int64_t sums[COLUMNS - 1] = {0};
    struct number_cell cells[COLUMNS - 1];
    const char *texts[COLUMNS];
    struct paper_table t = {p, columns, COLUMNS};
    paper_table_open(&t);
    for (int v = 0; v < VERDICT_COUNT; v++) {
        texts[0] = sentence_verdict((enum verdict)v);
        for (int i = 0; i < COLUMNS - 1; i++) {
            texts[i + 1] = number(counts[i][v], &cells[i]);
            sums[i] += counts[i][v];
        }
        paper_table_row(&t, texts, (enum verdict)v);
    }
    texts[0] = _("all");
    for (int i = 0; i < COLUMNS - 1; i++)
        texts[i + 1] = number(sums[i], &cells[i]);
    paper_table_sum(&t, texts);
}

enum { COMMUNE_COLUMNS = 10, COMMUNE_NUMBERS = 7 };

static void fill_commune(const struct unit *u, const char *texts[COMMUNE_COLUMNS],
                         struct number_cell cells[COMMUNE_NUMBERS])
{
    const struct verdict_counts *c = &u->counts;
    const int64_t values[COMMUNE_NUMBERS] = {c->hamlets,
                                             c->verdict[VERDICT_COVERED],
                                             c->verdict[VERDICT_DEPRESSION],
                                             c->verdict[VERDICT_NO_SIGNAL],
                                             c->verdict[VERDICT_NOT_ENOUGH_DATA],
                                             c->households[VERDICT_DEPRESSION],
                                             c->households[VERDICT_NO_SIGNAL]};
    for (int i = 0; i < COMMUNE_NUMBERS; i++)
        texts[COMMUNE_COLUMNS - COMMUNE_NUMBERS + i] = number(values[i], &cells[i]);
}

static void put_communes(struct paper *p, const struct model *m)
{
    const struct paper_column columns[COMMUNE_COLUMNS] = {
        {_("No."), 8, true, false},
        {_("Code"), 14, false, false},
        {_("Commune"), 38, false, false},
        {_("Hamlets"), 15, true, false},
        {_("Covered"), 16, true, false},
        {_("Signal depression"), 19, true, false},
        {_("No signal"), 15, true, false},
        {_("Not enough data"), 15, true, false},
        {_("Households: signal depression"), 20, true, false},
        {_("Households: no signal"), 20, true, false}};
    const char *texts[COMMUNE_COLUMNS];
    struct number_cell cells[COMMUNE_NUMBERS];
    struct number_cell first;
    struct paper_table t = {p, columns, COMMUNE_COLUMNS};
    int64_t shown = 0;
    const struct unit **rows = doc_rows_communes(m);
    paper_table_open(&t);
    for (size_t i = 0; i < m->commune_count; i++) {
        const struct unit *u = rows[i];
        if (u->counts.hamlets == 0)
            continue;
        texts[0] = number(++shown, &first);
        texts[1] = u->code;
        texts[2] = u->code[0] ? u->name : _("outside all communes");
        fill_commune(u, texts, cells);
        paper_table_row(&t, texts, VERDICT_COUNT);
    }
    texts[0] = "";
    texts[1] = "";
    texts[2] = _("all");
    fill_commune(&m->total, texts, cells);
    paper_table_sum(&t, texts);
    free(rows);
    const int64_t empty = (int64_t)m->commune_count - shown;
    if (empty > 0) {
        paper_space(p, 4);
        put(p, PAPER_CELL,
            xasprintf(_("%s more communes have no hamlet in the list."),
                      sentence_number(empty, first.text)));
    }
}

enum { HAMLET_COLUMNS = 9 };

static void put_hamlet(struct paper_table *t, const struct model *m,
                       const struct hamlet *h, size_t place)
{
    const struct area *centre = &h->areas[0];
    struct number_cell cells[2];
    char day[DOC_ROWS_DAY_SIZE];
    const int32_t date =
        centre->best ? doc_rows_day(m, centre->best->last_utc_ms) : INT32_MIN;
    char *clusters = doc_rows_weak_clusters(h);
    char *remark = doc_rows_remark(m, h);
    const char *texts[HAMLET_COLUMNS] = {
        number((int64_t)place, &cells[0]),
        h->name,
        h->households == ID_UNKNOWN ? "" : number(h->households, &cells[1]),
        h->electricity == YES_NO_UNKNOWN ? "" : doc_rows_yes_no(h->electricity),
        sentence_result(centre->result),
        clusters,
        sentence_verdict(h->verdict),
        doc_rows_date(date, day),
        remark};
    paper_table_row(t, texts, h->verdict);
    free(remark);
    free(clusters);
}

static void put_hamlets(struct paper *p, const struct pdf_commune *c)
{
    const struct paper_column columns[HAMLET_COLUMNS] = {
        {_("No."), 8, true, false},
        {_("Hamlet"), 31, false, false},
        {_("Households"), 18, true, false},
        {_("Grid electricity"), 16, false, false},
        {_("Hamlet centre"), 17, false, false},
        {_("Clusters without signal"), 21, false, false},
        {_("Verdict"), 26, false, true},
        {_("Date measured"), 16, false, false},
        {_("Remarks"), 27, false, false}};
    struct paper_table t = {p, columns, HAMLET_COLUMNS};
    paper_table_open(&t);
    for (size_t i = 0; i < c->count; i++)
        put_hamlet(&t, c->model, c->hamlets[i], i + 1);
}

static void put_commune(struct paper *p, const struct pdf_commune *c)
{
    const struct unit *u = c->unit;
    char *title = u->code[0] == '\0' ? xstrdup(_("Hamlets outside all communes"))
                  : u->name[0]       ? xasprintf("%s (%s)", u->name, u->code)
                                     : xstrdup(u->code);
    paper_new_page(p);
    paper_bookmark(p, title);
    paper_text(p, PAPER_HEADING, title);
    if (u->code[0] && u->province[0])
        paper_text(p, PAPER_BODY, u->province);
    free(title);
    paper_space(p, 4);
    pdf_map(p, c);
    paper_space(p, 4);
    put_hamlets(p, c);
}

static int compare_code(const void *key, const void *unit)
{
    return strcmp(key, ((const struct unit *)unit)->code);
}

/* Communes one after the other: their hamlets stand together. */
static void put_maps(struct paper *p, const struct model *m)
{
    const struct hamlet **rows = doc_rows_hamlets(m);
    for (size_t from = 0, to; from < m->hamlet_count; from = to) {
        const char *code = rows[from]->commune_code;
        for (to = from + 1;
             to < m->hamlet_count && strcmp(rows[to]->commune_code, code) == 0;)
            to++;
        const struct unit *unit = bsearch(code, m->communes, m->commune_count,
                                          sizeof *m->communes, compare_code);
        if (unit)
            put_commune(p, &(struct pdf_commune){m, unit, rows + from, to - from});
    }
    free(rows);
}

static void put_document(struct paper *p, const void *ctx)
{
    const struct model *m = ctx;
    put_title(p, m);
    put_verdicts(p, &m->total.counts);
    paper_space(p, 14);
    paper_need(p, 60);
    paper_text(p, PAPER_HEADING, _("By commune"));
    paper_space(p, 4);
    put_communes(p, m);
    put_maps(p, m);
    paper_new_page(p);
    pdf_method(p, m);
    paper_new_page(p);
    pdf_sources(p, m);
}

enum err out_pdf(const struct model *m, const char *dir)
{
    FILE *out = out_open(dir, file_name);
    if (!out)
        return ERR_FAILED;
    char *id = doc_text_clean(m->rule->id);
    char *foot = doc_text_clip(id, 100);
    char made[DOC_ROWS_DAY_SIZE];
    const struct paper_document document = {.file_name = file_name,
                                            .foot = foot,
                                            .title = _("Mobile signal survey"),
                                            .subject = id,
                                            .made = doc_rows_made(m, made),
                                            .put = put_document,
                                            .ctx = m};
    const enum err err = paper_write(&document, out);
    free(foot);
    free(id);
    const enum err closed = out_close(out, dir, file_name);
    return err ? err : closed;
}
