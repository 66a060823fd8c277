/* The remark beside a hamlet: which clusters lack signal, and what is missing for a
 * verdict or in the list of hamlets. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "doc_rows.h"
#include "lang.h"
#include "sentence.h"
#include "xmem.h"

/* Appends to a text of the heap, with a separator where it is not the first. */
static void append(char **text, const char *separator, const char *more)
{
    char *all = xasprintf("%s%s%s", *text, **text ? separator : "", more);
    free(*text);
    *text = all;
}

static const char *area_name(const struct area *a)
{
    return a->name[0] ? a->name : a->area_code;
}

static char *with_households(const struct area *a)
{
    char number[SENTENCE_NUMBER_SIZE];
    return a->households == ID_UNKNOWN
               ? xstrdup(area_name(a))
               : xasprintf(_("%s (%s households)"), area_name(a),
                           sentence_number(a->households, number));
}

char *doc_rows_weak_clusters(const struct hamlet *h)
{
    char *text = xstrdup("");
    for (size_t i = 1; i < h->area_count; i++) {
        if (h->areas[i].result != RESULT_FAIL)
            continue;
        char *cluster = with_households(&h->areas[i]);
        append(&text, "; ", cluster);
        free(cluster);
    }
    return text;
}

/* Operators of an undecided area, by what each one lacks. */
struct lacking {
    bool tested;     /* by any operator at all */
    char *untested;  /* names of those never seen there */
    char *few;       /* too few bins: "Viettel 3/5" */
    char *undecided; /* enough bins, but the interval leaves it open */
};

static void sort_operator(struct lacking *l, const struct model *m, const struct area *a,
                          const struct area_operator *o)
{
    char digits[MCCMNC_TEXT_SIZE];
    const char *name = region_operator_name(m->region, o->mccmnc, digits);
    const int64_t needed =
        a->bins_total < m->rule->min_bins ? a->bins_total : m->rule->min_bins;
    if (o->bins == 0) {
        append(&l->untested, ", ", name);
        return;
    }
    char *text = o->bins < needed
                     ? xasprintf("%s %" PRId64 "/%" PRId64, name, o->bins, needed)
                     : xasprintf("%s %.0f–%.0f %%", name, 100 * o->judgement.low,
                                 100 * o->judgement.high);
    append(o->bins < needed ? &l->few : &l->undecided, ", ", text);
    free(text);
}

static void append_case(char **text, const char *what, const char *operators)
{
    if (*operators == '\0')
        return;
    char *part = xasprintf("%s: %s", what, operators);
    append(text, "; ", part);
    free(part);
}

/* Why an area is undecided. */
static char *missing_in_area(const struct model *m, const struct area *a)
{
    struct lacking l = {false, xstrdup(""), xstrdup(""), xstrdup("")};
    for (size_t i = 0; i < a->rule_operator_count; i++) {
        l.tested = l.tested || a->operators[i].bins > 0;
        if (a->operators[i].judgement.result == RESULT_UNKNOWN)
            sort_operator(&l, m, a, &a->operators[i]);
    }
    char *text = xstrdup(l.tested ? "" : _("not tested by any operator"));
    if (l.tested)
        append_case(&text, _("not tested"), l.untested);
    append_case(&text, _("too few bins"), l.few);
    append_case(&text, _("interval too wide"), l.undecided);
    free(l.untested);
    free(l.few);
    free(l.undecided);
    return text;
}

/* What an officer said, beside what was measured. */
static char *officer_word(const struct note *note)
{
    char day[DOC_ROWS_DAY_SIZE];
    return note ? xasprintf(_("officer's word: %s (%s, %s: %s)"),
                            sentence_decision(note->decision), note->by,
                            doc_rows_date(note->day, day), note->reason)
                : xstrdup("");
}

char *doc_rows_remark(const struct model *m, const struct hamlet *h)
{
    char *text = officer_word(h->note);
    for (size_t i = 0; i < h->area_count; i++) {
        const struct area *a = &h->areas[i];
        if (h->verdict != VERDICT_NOT_ENOUGH_DATA || a->result != RESULT_UNKNOWN)
            continue;
        char *missing = missing_in_area(m, a);
        char *part = xasprintf("%s%s%s: %s", sentence_area_kind(a->kind), i ? " " : "",
                               i ? area_name(a) : "", missing);
        append(&text, ". ", part);
        free(part);
        free(missing);
    }
    return text;
}

char *doc_rows_missing(const struct hamlet *h)
{
    char *facts = xstrdup("");
    if (h->commune_code[0] == '\0')
        append(&facts, ", ", _("commune"));
    if (h->households == ID_UNKNOWN)
        append(&facts, ", ", _("households"));
    if (h->electricity == YES_NO_UNKNOWN)
        append(&facts, ", ", _("electricity"));
    if (h->difficult == YES_NO_UNKNOWN)
        append(&facts, ", ", _("special difficulty"));
    return facts;
}
