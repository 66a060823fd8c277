/* Routes by ruin and recreate. */
#include "route.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "route_cross.h"
#include "route_search.h"
#include "tour.h"
#include "xmem.h"

enum {
    ROUNDS = 2000,     /* of ruin and recreate */
    ROUNDS_EACH = 300, /* and so many per place */
    MAX_ROUNDS = 300000,
    MAX_TRIALS = 600000000,  /* insertions looked at: some seconds */
    UNTANGLE_ROUNDS = 15000, /* at most, where legs cross, */
    UNTANGLE_EACH = 1000,    /* and so many per tour */
};

/* Tours and cost, to go back to. */
struct memory {
    size_t *places; /* by tour, count places each */
    size_t *counts;
    double *times;
    double cost;
    int64_t crossings;
};

static void remember(const struct route_search *s, struct memory *m)
{
    size_t at = 0;
    for (size_t i = 0; i < s->p->tours; i++) {
        const struct route_tour *t = &s->tours[i];
        memcpy(m->places + at, t->places, t->count * sizeof *t->places);
        m->counts[i] = t->count;
        m->times[i] = t->time_s;
        at += t->count;
    }
    m->cost = s->cost;
    m->crossings = s->crossings;
}

static void go_back(struct route_search *s, const struct memory *m)
{
    size_t at = 0;
    for (size_t i = 0; i < s->p->count; i++)
        s->tour_of[i] = ROUTE_NOWHERE;
    for (size_t i = 0; i < s->p->tours; i++) {
        struct route_tour *t = &s->tours[i];
        t->count = m->counts[i];
        t->time_s = m->times[i];
        memcpy(t->places, m->places + at, t->count * sizeof *t->places);
        at += t->count;
        for (size_t k = 0; k < t->count; k++)
            s->tour_of[t->places[k]] = i;
        if (s->crossing_s > 0)
            route_cross_box(s, t);
    }
    s->cost = m->cost;
    s->crossings = m->crossings;
}

static struct memory memory_make(const struct route_search *s)
{
    return (struct memory){
        .places = xcalloc(s->p->count + 1, sizeof(size_t)),
        .counts = xcalloc(s->p->tours + 1, sizeof(size_t)),
        .times = xcalloc(s->p->tours + 1, sizeof(double)),
    };
}

static void memory_free(struct memory *m)
{
    free(m->places);
    free(m->counts);
    free(m->times);
}

/* A part of the search: worse routes are kept for the time being, ever less so. */
struct phase {
    double hot_s, cold_s; /* how much worse, about: at first, at last */
    double rounds;
    uint64_t trials; /* at most */
};

/* How far a phase has come, 0 to 1. */
static double progress(const struct route_search *s, const struct phase *ph, int round)
{
    return fmax(round / ph->rounds, (double)s->trials / (double)ph->trials);
}

/* Where to ruin: anywhere, and where legs cross. */
static size_t choose_place(struct route_search *s, int round)
{
    size_t place = ROUTE_NOWHERE;
    if (s->crossings > 0 && round % 2)
        place = route_cross_place(s);
    return place == ROUTE_NOWHERE ? route_search_below(s, s->p->count) : place;
}

static void anneal(struct route_search *s, const struct phase *ph)
{
    struct memory now = memory_make(s), best = memory_make(s);
    remember(s, &now);
    remember(s, &best);
    s->trials = 0;
    for (int round = 0; progress(s, ph, round) < 1.0; round++) {
        const double heat_s =
            ph->hot_s * pow(ph->cold_s / ph->hot_s, progress(s, ph, round));
        route_search_ruin(s, choose_place(s, round));
        route_search_recreate(s);
        if (s->cost < now.cost - heat_s * log(route_search_unit(s)))
            remember(s, &now);
        else
            go_back(s, &now);
        if (s->cost < best.cost - 1e-6)
            remember(s, &best);
    }
    go_back(s, &best);
    memory_free(&now);
    memory_free(&best);
}

static double way(const void *ctx, size_t a, size_t b)
{
    const struct route_search *s = ctx;
    return route_search_travel_s(s, a, b);
}

/* 2-opt and Or-opt, of points that count from 1. */
static void polish(struct route_search *s)
{
    const struct tour_metric metric = {.way = way, .ctx = s};
    for (size_t i = 0; i < s->p->tours; i++) {
        struct route_tour *t = &s->tours[i];
        for (size_t k = 0; k < t->count; k++)
            t->places[k]++;
        tour_improve(&metric, t->places, t->count);
        for (size_t k = 0; k < t->count; k++)
            t->places[k]--;
        const double before_s = t->time_s;
        t->time_s = routes_time_s(s->p, t->places, t->count);
        s->cost += t->time_s - before_s;
    }
}

static double tour_value(const struct route_search *s, const struct route_tour *t)
{
    double sum = 0.0;
    for (size_t i = 0; i < t->count; i++)
        sum += s->p->places[t->places[i]].value;
    return sum;
}

/* The next tour by value that was not handed out yet, then by its first place. */
static struct route_tour *next_tour(const struct route_search *s)
{
    struct route_tour *best = NULL;
    for (size_t i = 0; i < s->p->tours; i++) {
        struct route_tour *t = &s->tours[i];
        if (t->count == 0)
            continue;
        const double more = best ? tour_value(s, t) - tour_value(s, best) : 1.0;
        if (more > 0 || (more >= 0 && t->places[0] < best->places[0]))
            best = t;
    }
    return best;
}

static void hand_out(struct route_search *s, struct routes *r)
{
    *r = (struct routes){.places = xcalloc(s->p->count + 1, sizeof *r->places),
                         .ends = xcalloc(s->p->tours + 1, sizeof *r->ends)};
    for (struct route_tour *t = next_tour(s); t; t = next_tour(s)) {
        memcpy(r->places + r->count, t->places, t->count * sizeof *t->places);
        r->count += t->count;
        r->ends[r->tours++] = r->count;
        r->value += tour_value(s, t);
        r->travel_s += t->time_s;
        for (size_t i = 0; i < t->count; i++)
            r->travel_s -= s->p->places[t->places[i]].service_s;
        t->count = 0;
    }
}

double routes_time_s(const struct route_problem *p, const size_t *places, size_t count)
{
    double sum = 0.0;
    size_t here = 0;
    for (size_t i = 0; i < count; i++) {
        sum += p->travel_s(p->ctx, here, places[i] + 1) + p->places[places[i]].service_s;
        here = places[i] + 1;
    }
    return count > 0 ? sum + p->travel_s(p->ctx, here, 0) : 0.0;
}

/* Makes routes anew so that no legs cross, or few. Whoever leaves no place out cannot
 * find the way there, for the hours are full: so a place that is not visited costs little
 * for a while, `less` times as much, and then as much as before, but none may bring
 * crossings along. */
static void untangle(struct route_search *s, double less, double rounds)
{
    const double most = UNTANGLE_ROUNDS + UNTANGLE_EACH * (double)s->p->tours;
    route_cross_begin(s, s->p->limit_s / 12.0);
    route_search_weigh(s, less);
    anneal(s, &(struct phase){600.0, 1.0, fmin(rounds, most), MAX_TRIALS / 2});
    if (less >= 1.0)
        return; /* none was left out */
    route_search_weigh(s, 1.0 / less);
    route_cross_begin(s, 10.0 * s->p->limit_s);
    anneal(s, &(struct phase){100.0, 1.0, fmin(rounds, most), MAX_TRIALS / 4});
}

static double value_of(const struct route_search *s)
{
    double sum = 0.0;
    for (size_t i = 0; i < s->p->tours; i++)
        sum += tour_value(s, &s->tours[i]);
    return sum;
}

/* Fewer crossings are worth little value. Tried on a thousand hamlets with 1 to 50 tours:
 * at a twentieth next to no crossings are left; where that costs too much, no place is
 * left out for the time being, and some are. */
static void try_to_untangle(struct route_search *s, double rounds)
{
    static const double less[] = {0.05, 1.0};
    const double least = 0.95 * value_of(s);
    struct memory tangled = memory_make(s);
    remember(s, &tangled);
    bool good = !route_cross_any(s);
    for (size_t i = 0; !good && i < sizeof less / sizeof *less; i++) {
        untangle(s, less[i], rounds);
        route_cross_end(s);
        good = value_of(s) >= least;
        if (!good)
            go_back(s, &tangled);
    }
    memory_free(&tangled);
}

void routes_find(const struct route_problem *p, struct routes *routes)
{
    *routes = (struct routes){0};
    if (p->count == 0 || p->tours == 0)
        return;
    struct route_search *s = route_search_open(p);
    const double rounds = fmin(ROUNDS + ROUNDS_EACH * (double)p->count, MAX_ROUNDS);
    route_search_recreate(s);
    anneal(s, &(struct phase){600.0, 1.0, rounds, MAX_TRIALS});
    polish(s);
    if (p->points)
        try_to_untangle(s, rounds);
    hand_out(s, routes);
    route_search_close(s);
}

void routes_free(struct routes *r)
{
    free(r->places);
    free(r->ends);
    *r = (struct routes){0};
}
