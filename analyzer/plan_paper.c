/* The printable list of a plan. */
#include <inttypes.h>
#include <stdlib.h>

#include "doc_rows.h"
#include "doc_text.h"
#include "lang.h"
#include "out.h"
#include "paper.h"
#include "plan_out.h"
#include "region.h"
#include "sentence.h"
#include "xmem.h"

struct list {
    const struct plan_draft *draft;
    const struct model *m;
};

/* Puts a text that is thrown away afterwards. */
static void put(struct paper *p, enum paper_style style, char *owned)
{
    paper_text(p, style, owned);
    free(owned);
}

static void put_head(struct paper *p, const struct list *l)
{
    const struct plan *plan = &l->draft->plan;
    const struct plan_counts *c = &l->draft->counts;
    paper_text(p, PAPER_TITLE, _("Plan of the next visits"));
    paper_space(p, 6);
    put(p, PAPER_BODY, xasprintf(_("Survey: %s"), plan->survey));
    put(p, PAPER_BODY, xasprintf(_("Rule: %s (%s)"), plan->rule.id, plan->rule.source));
    put(p, PAPER_BODY,
        xasprintf(_("Undecided hamlets that are visited: %zu of %zu. Routes: %zu, "
                    "together %.0f km."),
                  c->stops, c->hamlets, l->draft->drawing.route_count,
                  (double)c->road_m / 1000));
    put(p, PAPER_BODY,
        xasprintf(_("All routes begin and end at %.5f, %.5f. Times count from the start "
                    "of the day."),
                  plan->start.lat_deg, plan->start.lon_deg));
    for (size_t i = 0; i < plan->rule.operator_count; i++) {
        char digits[MCCMNC_TEXT_SIZE], unnamed[MCCMNC_TEXT_SIZE];
        mccmnc_format(plan->rule.operators[i], digits);
        put(p, PAPER_BODY,
            xasprintf(
                "%s: %s", digits,
                region_operator_name(l->m->region, plan->rule.operators[i], unnamed)));
    }
    put(p, PAPER_BODY, sentence_caveat(&plan->rule));
    paper_space(p, 10);
}

static void put_stop(struct paper_table *t, const struct plan *plan,
                     const struct plan_stop *s)
{
    const struct plan_hamlet *h = &plan->hamlets[s->hamlet];
    char time[PLAN_TIME_SIZE], number[SENTENCE_NUMBER_SIZE], bins[SENTENCE_NUMBER_SIZE];
    char *leg = xasprintf("%.1f", (double)s->leg_m / 1000);
    char *operators = plan_operators(h);
    const char *const cells[] = {sentence_number(s->order, number),
                                 plan_time(s->arrive_s, time),
                                 h->name,
                                 h->commune,
                                 leg,
                                 sentence_number(plan_bins_wanted(h), bins),
                                 operators,
                                 ""};
    paper_table_row(t, cells, VERDICT_COUNT);
    free(leg);
    free(operators);
}

static void put_route(struct paper *p, const struct list *l,
                      const struct plan_route *route)
{
    const struct plan *plan = &l->draft->plan;
    const struct paper_column columns[] = {
        {.title = _("No."), .width_mm = 10, .right = true},
        {.title = _("Time"), .width_mm = 14, .right = true},
        {.title = _("Hamlet"), .width_mm = 43},
        {.title = _("Commune"), .width_mm = 37},
        {.title = _("km"), .width_mm = 13, .right = true},
        {.title = _("Bins"), .width_mm = 13, .right = true},
        {.title = _("Operators"), .width_mm = 36},
        {.title = _("Done"), .width_mm = 14},
    };
    struct paper_table t = {
        .paper = p, .columns = columns, .count = sizeof columns / sizeof *columns};
    char time[PLAN_TIME_SIZE];
    char *title = xasprintf(_("Team %" PRId64 ", day %" PRId64), route->team, route->day);
    paper_need(p, 90);
    paper_bookmark(p, title);
    put(p, PAPER_HEADING, title);
    put(p, PAPER_BODY,
        xasprintf(_("%" PRId64 " hamlets, %.1f km, %s h"), route->stops,
                  (double)route->way_m / 1000, plan_time(route->time_s, time)));
    paper_space(p, 4);
    paper_table_open(&t);
    for (size_t i = 0; i < plan->stop_count; i++) {
        if (plan->stops[i].team == route->team && plan->stops[i].day == route->day)
            put_stop(&t, plan, &plan->stops[i]);
    }
    paper_space(p, 12);
}

static void put_left(struct paper *p, const struct list *l, bool possible,
                     const char *title)
{
    const struct paper_column columns[] = {
        {.title = _("Hamlet"), .width_mm = 60},
        {.title = _("Commune"), .width_mm = 60},
        {.title = _("Households"), .width_mm = 30, .right = true},
        {.title = _("Bins"), .width_mm = 30, .right = true},
    };
    struct paper_table t = {
        .paper = p, .columns = columns, .count = sizeof columns / sizeof *columns};
    size_t count = 0;
    const struct plan_hamlet **left = plan_left_out(&l->draft->plan, possible, &count);
    if (count > 0) {
        paper_need(p, 90);
        paper_bookmark(p, title);
        paper_text(p, PAPER_HEADING, title);
        paper_space(p, 4);
        paper_table_open(&t);
    }
    for (size_t i = 0; i < count; i++) {
        char households[SENTENCE_NUMBER_SIZE] = "", bins[SENTENCE_NUMBER_SIZE];
        if (left[i]->households != ID_UNKNOWN)
            sentence_number(left[i]->households, households);
        const char *const cells[] = {left[i]->name, left[i]->commune, households,
                                     sentence_number(plan_bins_wanted(left[i]), bins)};
        paper_table_row(&t, cells, VERDICT_COUNT);
    }
    paper_space(p, 12);
    free(left);
}

static void put_list(struct paper *p, const void *ctx)
{
    const struct list *l = ctx;
    const struct plan_route *routes = l->draft->drawing.routes;
    put_head(p, l);
    for (size_t i = 0; i < l->draft->drawing.route_count; i++) {
        if (i > 0 && routes[i].team != routes[i - 1].team)
            paper_new_page(p); /* each team takes its own pages along */
        put_route(p, l, &routes[i]);
    }
    put_left(p, l, true, _("Does not fit into the days"));
    put_left(p, l, false, _("No further bin would settle these"));
}

enum err plan_paper(const struct plan_draft *draft, const struct model *m,
                    const char *dir, const char *name)
{
    FILE *out = out_open(dir, name);
    if (!out)
        return ERR_FAILED;
    char made[DOC_ROWS_DAY_SIZE];
    const struct list list = {.draft = draft, .m = m};
    char *survey = doc_text_clean(draft->plan.survey);
    char *foot = doc_text_clip(survey, 100);
    const struct paper_document document = {.file_name = name,
                                            .foot = foot,
                                            .title = _("Plan of the next visits"),
                                            .subject = survey,
                                            .made = doc_rows_made(m, made),
                                            .put = put_list,
                                            .ctx = &list};
    const enum err err = paper_write(&document, out);
    free(foot);
    free(survey);
    const enum err closed = out_close(out, dir, name);
    return err ? err : closed;
}
