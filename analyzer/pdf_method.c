/* The last pages of report.pdf. */
#include "pdf_method.h"

#include <stdlib.h>

#include "doc_rows.h"
#include "doc_rule.h"
#include "lang.h"
#include "sentence.h"
#include "xmem.h"

enum { SHORT_HASH = 12 };

/* The method in sentences; the numbers stand in the table below them. */
static const char *const paragraphs[] = {
    N_("A hamlet is tested at its centre (the cultural house, or its polygon) and in "
       "each "
       "cluster of homes. Each test area is divided into square bins of the survey "
       "grid."),
    N_("In each bin, and for each operator, the share of the samples is taken that are "
       "in "
       "service on a technology that counts and reach its level; visits of different "
       "days are averaged. The mean over the bins seen is the availability: one bin, one "
       "vote, so that roads and traffic lights do not outvote homes."),
    N_("Neighbouring bins tell the same story, and bins may be unseen: both reduce the "
       "number of effective votes, from which the Wilson interval of the availability "
       "follows. An operator passes where the availability and the lower end of the "
       "interval are high enough, fails where even the upper end is too low, and is "
       "unknown otherwise."),
    N_("The centre fails: signal depression, or no signal where next to nothing was "
       "received. The centre passes and a cluster fails: signal depression. All pass: "
       "covered. Everything else: not enough data. Where nobody measured, nothing is "
       "claimed."),
    N_("A single drive-through can show that a place fails, but not that it passes: for "
       "that, walk a loop among the homes. Samples without service are evidence; gaps in "
       "a log are not."),
};

void pdf_method(struct paper *p, const struct model *m)
{
    const struct paper_column columns[] = {{_("What"), 58, false, false},
                                           {_("How much"), 52, false, false},
                                           {_("Source of the number"), 70, false, false}};
    struct paper_table t = {p, columns, sizeof columns / sizeof *columns};
    struct doc_facts facts = doc_rule_facts(m);
    char *caveat = sentence_caveat(m->rule);
    paper_bookmark(p, _("Method"));
    paper_text(p, PAPER_HEADING, _("Method"));
    for (size_t i = 0; i < sizeof paragraphs / sizeof *paragraphs; i++) {
        paper_space(p, 5);
        paper_text(p, PAPER_BODY, _(paragraphs[i]));
    }
    if (*caveat) {
        paper_space(p, 8);
        paper_text(p, PAPER_STRONG, caveat);
    }
    paper_space(p, 10);
    paper_table_open(&t);
    for (size_t i = 0; i < facts.count; i++) {
        const char *cells[] = {facts.items[i].label, facts.items[i].value,
                               facts.items[i].source};
        paper_table_row(&t, cells, VERDICT_COUNT);
    }
    free(caveat);
    doc_facts_free(&facts);
}

/* The short hash is for speech, the whole one to compare. */
static void put_source(struct paper_table *t, const char *const texts[4],
                       const char *sha256)
{
    char *brief = xasprintf("%.*s", SHORT_HASH, sha256);
    const char *cells[] = {texts[0], texts[1], texts[2], texts[3], brief, sha256};
    paper_table_row(t, cells, VERDICT_COUNT);
    free(brief);
}

/* What a person should look at in the logs, below their table. */
static void put_suspects(struct paper *p, const struct model *m)
{
    bool any = false;
    for (size_t i = 0; i < m->log_count; i++) {
        char *text = sentence_suspects(&m->logs[i].suspects);
        if (*text && !any) {
            paper_space(p, 10);
            paper_text(p, PAPER_STRONG,
                       _("Suspicious patterns in the logs; the rows count, but someone "
                         "should look at them:"));
        }
        any |= *text != '\0';
        char *line = xasprintf("%s: %s", m->logs[i].file, text);
        if (*text) {
            paper_space(p, 4);
            paper_text(p, PAPER_BODY, line);
        }
        free(line);
        free(text);
    }
}

void pdf_sources(struct paper *p, const struct model *m)
{
    const struct paper_column columns[] = {
        {_("File"), 46, false, false},     {_("Kind"), 20, false, false},
        {_("Rows"), 14, true, false},      {_("Accepted"), 14, true, false},
        {_("In short"), 24, false, false}, {_("SHA-256"), 62, false, false}};
    struct paper_table t = {p, columns, sizeof columns / sizeof *columns};
    paper_bookmark(p, _("Sources"));
    paper_text(p, PAPER_HEADING, _("Sources"));
    paper_space(p, 5);
    paper_text(p, PAPER_BODY,
               _("The survey was made of these files and no others; with them, this "
                 "document can be made again. Rows that were refused are counted by "
                 "reason in report.xlsx and manifest.json."));
    paper_space(p, 8);
    paper_table_open(&t);
    for (size_t i = 0; i < m->log_count; i++) {
        const struct model_log *log = &m->logs[i];
        char rows[SENTENCE_NUMBER_SIZE], accepted[SENTENCE_NUMBER_SIZE];
        const char *texts[] = {log->file, log->format,
                               sentence_number(log->counts.rows, rows),
                               sentence_number(log->counts.accepted, accepted)};
        put_source(&t, texts, log->sha256);
    }
    for (size_t i = 0; i < m->place_file_count; i++) {
        const struct model_place_file *f = &m->place_files[i];
        const char *texts[] = {f->file, doc_rows_role(f->role), "", ""};
        put_source(&t, texts, f->sha256);
    }
    put_suspects(p, m);
}
