/* What all forms of a plan tell. */
#include "plan_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "xmem.h"

static int compare_hamlets(const void *a, const void *b)
{
    const struct plan_hamlet *const *x = a;
    const struct plan_hamlet *const *y = b;
    if ((*x)->value < (*y)->value || (*x)->value > (*y)->value)
        return (*x)->value > (*y)->value ? -1 : 1;
    return strcmp((*x)->hamlet_code, (*y)->hamlet_code);
}

const struct plan_hamlet **plan_left_out(const struct plan *plan, bool possible,
                                         size_t *count)
{
    const struct plan_hamlet **left = xcalloc(plan->hamlet_count + 1, sizeof(*left));
    bool *visited = xcalloc(plan->hamlet_count + 1, sizeof *visited);
    size_t n = 0;
    for (size_t i = 0; i < plan->stop_count; i++)
        visited[plan->stops[i].hamlet] = true;
    for (size_t i = 0; i < plan->hamlet_count; i++) {
        if (!visited[i] && plan->hamlets[i].possible == possible)
            left[n++] = &plan->hamlets[i];
    }
    if (n > 1)
        qsort(left, n, sizeof *left, compare_hamlets);
    free(visited);
    *count = n;
    return left;
}

const struct plan_route *plan_route_of(const struct plan_draft *draft,
                                       const struct plan_stop *stop)
{
    const struct plan_route *route = draft->drawing.routes;
    while (route->team != stop->team || route->day != stop->day)
        route++;
    return route;
}

/* Whether an area still asks for this operator. */
static bool lacks(const struct plan_hamlet *h, mccmnc_t op)
{
    for (size_t i = 0; i < h->area_count; i++) {
        const struct plan_area *a = &h->areas[i];
        for (size_t k = 0; a->wanted_count > 0 && k < a->need_count; k++) {
            if (a->needs[k].mccmnc == op && a->needs[k].result == RESULT_UNKNOWN)
                return true;
        }
    }
    return false;
}

char *plan_operators(const struct plan_hamlet *h)
{
    const struct plan_area *first =
        &h->areas[0]; /* all areas have the rule's operators */
    char *text = xstrdup("");
    size_t count = 0;
    for (size_t i = 0; i < first->need_count; i++) {
        char digits[MCCMNC_TEXT_SIZE];
        if (!lacks(h, first->needs[i].mccmnc))
            continue;
        mccmnc_format(first->needs[i].mccmnc, digits);
        char *longer = xasprintf("%s%s%s", text, count++ ? " " : "", digits);
        free(text);
        text = longer;
    }
    if (count < 2 || count < first->need_count)
        return text;
    free(text);
    return xstrdup(_("all operators"));
}

int64_t plan_bins_wanted(const struct plan_hamlet *h)
{
    int64_t sum = 0;
    for (size_t i = 0; i < h->area_count; i++)
        sum += (int64_t)h->areas[i].wanted_count;
    return sum;
}

const char *plan_time(int64_t seconds, char text[PLAN_TIME_SIZE])
{
    const int64_t minutes = (seconds + 30) / 60;
    snprintf(text, PLAN_TIME_SIZE, "%" PRId64 ":%02" PRId64, minutes / 60, minutes % 60);
    return text;
}
