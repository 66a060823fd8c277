/* Plans: undecided hamlets, what settling them is worth, and all that counting on the
 * device needs. */
#include "plan_make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

static int compare_numbers(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* What stands for a hamlet's unknown number of households: the median of those known. */
static int64_t usual_households(const struct model *m)
{
    int64_t *known = xcalloc(m->hamlet_count + 1, sizeof *known);
    size_t count = 0;
    for (size_t i = 0; i < m->hamlet_count; i++) {
        if (m->hamlets[i].households > 0)
            known[count++] = m->hamlets[i].households;
    }
    if (count > 1)
        qsort(known, count, sizeof *known, compare_numbers);
    const int64_t median = count > 0 ? known[(count - 1) / 2] : 1;
    free(known);
    return median;
}

/* In households; those of a difficult area count twice. */
static double value_of(const struct hamlet *h, int64_t usual)
{
    const int64_t households = h->households == ID_UNKNOWN ? usual : h->households;
    return (double)(households > 0 ? households : 1) *
           (h->difficult == YES_NO_YES ? 2.0 : 1.0);
}

static struct plan_hamlet begin_hamlet(const struct hamlet *h, int64_t usual)
{
    return (struct plan_hamlet){.hamlet_code = h->hamlet_code,
                                .name = h->name,
                                .commune = h->commune,
                                .households = h->households,
                                .difficult = h->difficult == YES_NO_YES,
                                .point = h->areas[0].point,
                                .value = value_of(h, usual)};
}

static void count_hamlet(const struct plan_hamlet *h, struct plan_counts *c)
{
    c->hamlets++;
    if (!h->possible)
        return;
    c->possible++;
    c->value_all += h->value;
    for (size_t i = 0; i < h->area_count; i++)
        c->bins += (int64_t)h->areas[i].wanted_count;
}

static enum err make_hamlets(struct model *m, const struct plan_request *request,
                             struct plan_draft *draft)
{
    const int64_t usual = usual_households(m);
    struct plan_needs *needs = plan_needs_open(m);
    enum err err = ERR_OK;
    draft->hamlets = model_alloc(m, m->hamlet_count + 1, sizeof *draft->hamlets);
    for (size_t i = 0; !err && i < m->hamlet_count; i++) {
        if (m->hamlets[i].verdict != VERDICT_NOT_ENOUGH_DATA)
            continue;
        struct plan_hamlet *h = &draft->hamlets[draft->plan.hamlet_count++];
        *h = begin_hamlet(&m->hamlets[i], usual);
        err = plan_needs_find(needs, &m->hamlets[i], request, h);
        if (!err)
            count_hamlet(h, &draft->counts);
    }
    plan_needs_count(needs, &draft->counts);
    plan_needs_close(needs);
    draft->plan.hamlets = draft->hamlets;
    return err;
}

static const char *survey_name(struct session *s)
{
    const char *path = workspace_path(s->ws);
    const char *slash = strrchr(path, '/');
    return model_text(&s->model, slash ? slash + 1 : path);
}

static void corners(const void *ctx, struct judge_bin bin, struct latlon out[4])
{
    static const int at[4][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    const struct model *m = ctx;
    for (int i = 0; i < 4; i++)
        out[i] = crs_inverse(m->crs, (struct xy){(bin.bin_x + at[i][0]) * m->bin_size_m,
                                                 (bin.bin_y + at[i][1]) * m->bin_size_m});
}

enum err plan_make(struct session *s, const struct plan_request *request,
                   struct plan_draft *draft)
{
    struct model *m = &s->model;
    *draft = (struct plan_draft){
        .plan = {.survey = survey_name(s),
                 .rule = s->rule,
                 .epsg = crs_epsg(m->crs),
                 .operation = s->region.operation,
                 .bin_size_m = m->bin_size_m,
                 .utc_offset_s = s->region.utc_offset_s,
                 .limits = m->limits,
                 .as_of_day = m->as_of_day == INT32_MIN ? 0 : m->as_of_day,
                 .as_of_fixed = s->has_as_of,
                 .start = request->start},
        .drawing = {.corners = corners, .ctx = m},
    };
    enum err err = make_hamlets(m, request, draft);
    if (!err)
        err = plan_evidence(s, &draft->plan);
    return err ? err : plan_routes(m, request, draft);
}
