/* Routes by ruin and recreate. */
#include "route.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tour.h"
#include "xmem.h"

enum {
    MAX_MATRIX = 1600, /* points of which all travel times are kept */
    ROUNDS = 2000,     /* of ruin and recreate */
    ROUNDS_EACH = 300, /* and so many per place */
    MAX_ROUNDS = 300000,
    MAX_TRIALS = 600000000, /* insertions looked at: some seconds */
    STRING_MAX = 10,        /* places of a tour taken out at once */
    REMOVED_MEAN = 10,      /* taken out in a round */
    NEWCOMERS = 8,          /* places left out so far that are tried in a round */
};
#define NOWHERE SIZE_MAX

/* A tour being made. */
struct tour {
    size_t *places;
    size_t count;
    double time_s;
};

struct search {
    const struct route_problem *p;
    float *matrix; /* of (count + 1)² travel times; NULL: too many points */
    struct tour *tours;
    size_t *tour_of; /* by place; NOWHERE: not visited */
    double *penalty; /* of a place that is not visited, in seconds */
    double cost;
    uint64_t random;
    uint64_t trials;
    size_t *waiting; /* places taken out or to be tried */
    size_t waiting_count;
    double *key; /* by place, for sorting */
};

/* xorshift64* (Vigna 2016): the same routes on every machine. */
static uint64_t next_random(struct search *s)
{
    s->random ^= s->random >> 12;
    s->random ^= s->random << 25;
    s->random ^= s->random >> 27;
    return s->random * UINT64_C(2685821657736338717);
}

static double unit(struct search *s)
{
    return ((double)(next_random(s) >> 11) + 0.5) / 9007199254740992.0;
}

static size_t below(struct search *s, size_t count)
{
    return (size_t)(next_random(s) >> 33) % count;
}

static double travel(const struct search *s, size_t a, size_t b)
{
    if (s->matrix)
        return (double)s->matrix[a * (s->p->count + 1) + b];
    return s->p->travel_s(s->p->ctx, a, b);
}

static void fill_matrix(struct search *s)
{
    const size_t n = s->p->count + 1;
    if (n > MAX_MATRIX)
        return;
    s->matrix = xcalloc(n * n, sizeof *s->matrix);
    for (size_t a = 0; a < n; a++) {
        for (size_t b = a + 1; b < n; b++)
            s->matrix[a * n + b] = s->matrix[b * n + a] =
                (float)s->p->travel_s(s->p->ctx, a, b);
    }
}

/* The point at `at` of a tour, from 1; the start before the first and behind the last. */
static size_t point_at(const struct tour *t, size_t at)
{
    return at == 0 || at == t->count + 1 ? 0 : t->places[at - 1] + 1;
}

/* What inserting a place at `at` (0: first) would add to the travel time. */
static double detour(const struct search *s, const struct tour *t, size_t place,
                     size_t at)
{
    const size_t before = point_at(t, at), after = point_at(t, at + 1);
    return travel(s, before, place + 1) + travel(s, place + 1, after) -
           travel(s, before, after);
}

static void insert(struct search *s, struct tour *t, size_t place, size_t at)
{
    const double added = detour(s, t, place, at);
    memmove(t->places + at + 1, t->places + at, (t->count - at) * sizeof *t->places);
    t->places[at] = place;
    t->count++;
    t->time_s += added + s->p->places[place].service_s;
    s->tour_of[place] = (size_t)(t - s->tours);
    s->cost += added - s->penalty[place];
}

static void take_out(struct search *s, struct tour *t, size_t at)
{
    const size_t place = t->places[at];
    t->count--;
    memmove(t->places + at, t->places + at + 1, (t->count - at) * sizeof *t->places);
    const double saved = detour(s, t, place, at);
    t->time_s -= saved + s->p->places[place].service_s;
    s->tour_of[place] = NOWHERE;
    s->cost -= saved - s->penalty[place];
}

/* The cheapest place for a place in a tour, if it beats *best. One try in a hundred is
 * passed over, so that the search does not always do the same. */
static bool try_tour(struct search *s, const struct tour *t, size_t place, double *best,
                     size_t *at)
{
    const double rounding_s = 0.5; /* sums of floats */
    const double room =
        s->p->limit_s - t->time_s - s->p->places[place].service_s - rounding_s;
    bool found = false;
    if (room < 0)
        return false;
    s->trials += t->count + 1;
    for (size_t i = 0; i <= t->count; i++) {
        const double added = detour(s, t, place, i);
        if (added < *best && added <= room && next_random(s) % 100 != 0) {
            *best = added;
            *at = i;
            found = true;
        }
    }
    return found;
}

/* Puts a place where it costs least, if there is room; an empty tour is tried once. */
static void put_in(struct search *s, size_t place)
{
    size_t where = NOWHERE, at = 0;
    double best = s->penalty[place];
    bool empty_tried = false;
    for (size_t i = 0; i < s->p->tours; i++) {
        if (s->tours[i].count == 0 && empty_tried)
            continue;
        empty_tried |= s->tours[i].count == 0;
        if (try_tour(s, &s->tours[i], place, &best, &at))
            where = i;
    }
    if (where != NOWHERE)
        insert(s, &s->tours[where], place, at);
}

/* Sorts what waits by key, ties by number: an insertion sort, for they are few. */
static void sort_waiting(struct search *s)
{
    for (size_t i = 1; i < s->waiting_count; i++) {
        const size_t place = s->waiting[i];
        size_t k = i;
        for (; k > 0 && s->key[s->waiting[k - 1]] > s->key[place]; k--)
            s->waiting[k] = s->waiting[k - 1];
        s->waiting[k] = place;
    }
}

/* In which order what waits is put in: worth most for its time, random, far, long. */
static void choose_keys(struct search *s)
{
    const uint64_t by = next_random(s) % 8;
    for (size_t i = 0; i < s->waiting_count; i++) {
        const size_t place = s->waiting[i];
        const struct route_place *what = &s->p->places[place];
        const double away = travel(s, 0, place + 1);
        double key = unit(s);
        if (by < 3)
            key = -what->value / (what->service_s + 0.2 * away + 1.0);
        else if (by == 3)
            key = -away;
        else if (by == 4)
            key = -what->value;
        s->key[place] = key;
    }
}

static void recreate(struct search *s)
{
    choose_keys(s);
    sort_waiting(s);
    for (size_t i = 0; i < s->waiting_count; i++)
        put_in(s, s->waiting[i]);
    s->waiting_count = 0;
}

/* A string of a tour around `place` is taken out. */
static void take_string(struct search *s, size_t place)
{
    struct tour *t = &s->tours[s->tour_of[place]];
    const size_t longest = t->count < STRING_MAX ? t->count : STRING_MAX;
    const size_t length = 1 + below(s, longest);
    size_t at = 0;
    while (t->places[at] != place)
        at++;
    const size_t back = below(s, length);
    size_t from = at > back ? at - back : 0;
    if (from + length > t->count)
        from = t->count - length;
    for (size_t i = 0; i < length; i++) {
        s->waiting[s->waiting_count++] = t->places[from];
        take_out(s, t, from);
    }
}

/* The visited place nearest to a point whose tour is not ruined yet; NOWHERE: none. */
static size_t nearest_visited(const struct search *s, size_t point, const bool *ruined)
{
    size_t best = NOWHERE;
    double best_s = INFINITY;
    for (size_t t = 0; t < s->p->tours; t++) {
        for (size_t i = 0; !ruined[t] && i < s->tours[t].count; i++) {
            const double away = travel(s, point, s->tours[t].places[i] + 1);
            if (away < best_s) {
                best_s = away;
                best = s->tours[t].places[i];
            }
        }
    }
    return best;
}

/* Some places left out so far get another chance: those that lie near, and others. */
static void call_newcomers(struct search *s, size_t seed)
{
    for (int i = 0; i < NEWCOMERS; i++) {
        size_t chosen = NOWHERE;
        double best = INFINITY;
        for (int draw = 0; draw < 12; draw++) {
            const size_t place = below(s, s->p->count);
            const double away = i % 2 ? travel(s, seed + 1, place + 1) : unit(s);
            if (s->tour_of[place] == NOWHERE && away < best) {
                best = away;
                chosen = place;
            }
        }
        bool waits = chosen == NOWHERE;
        for (size_t k = 0; k < s->waiting_count; k++)
            waits |= s->waiting[k] == chosen;
        if (!waits)
            s->waiting[s->waiting_count++] = chosen;
    }
}

static void ruin(struct search *s, bool *ruined)
{
    const size_t seed = below(s, s->p->count);
    const size_t wanted = 1 + below(s, 2 * REMOVED_MEAN);
    memset(ruined, 0, s->p->tours * sizeof *ruined);
    while (s->waiting_count < wanted) {
        const size_t place = nearest_visited(s, seed + 1, ruined);
        if (place == NOWHERE)
            break;
        ruined[s->tour_of[place]] = true;
        take_string(s, place);
    }
    call_newcomers(s, seed);
}

/* Tours and cost, to go back to. */
struct memory {
    size_t *places; /* by tour, count places each */
    size_t *counts;
    double *times;
    double cost;
};

static void remember(const struct search *s, struct memory *m)
{
    size_t at = 0;
    for (size_t i = 0; i < s->p->tours; i++) {
        const struct tour *t = &s->tours[i];
        memcpy(m->places + at, t->places, t->count * sizeof *t->places);
        m->counts[i] = t->count;
        m->times[i] = t->time_s;
        at += t->count;
    }
    m->cost = s->cost;
}

static void go_back(struct search *s, const struct memory *m)
{
    size_t at = 0;
    for (size_t i = 0; i < s->p->count; i++)
        s->tour_of[i] = NOWHERE;
    for (size_t i = 0; i < s->p->tours; i++) {
        struct tour *t = &s->tours[i];
        t->count = m->counts[i];
        t->time_s = m->times[i];
        memcpy(t->places, m->places + at, t->count * sizeof *t->places);
        at += t->count;
        for (size_t k = 0; k < t->count; k++)
            s->tour_of[t->places[k]] = i;
    }
    s->cost = m->cost;
}

static struct memory memory_make(const struct search *s)
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

/* How far the search has come, 0 to 1. */
static double progress(const struct search *s, int round)
{
    const double wanted = ROUNDS + ROUNDS_EACH * (double)s->p->count;
    return fmax((double)round / fmin(wanted, MAX_ROUNDS), (double)s->trials / MAX_TRIALS);
}

/* Worse routes are kept for the time being, ever less so. */
static void anneal(struct search *s)
{
    const double hot_s = 600.0, cold_s = 1.0;
    struct memory now = memory_make(s), best = memory_make(s);
    bool *ruined = xcalloc(s->p->tours + 1, sizeof *ruined);
    remember(s, &now);
    remember(s, &best);
    for (int round = 0; progress(s, round) < 1.0; round++) {
        const double heat_s = hot_s * pow(cold_s / hot_s, progress(s, round));
        ruin(s, ruined);
        recreate(s);
        if (s->cost < now.cost - heat_s * log(unit(s)))
            remember(s, &now);
        else
            go_back(s, &now);
        if (s->cost < best.cost - 1e-6)
            remember(s, &best);
    }
    go_back(s, &best);
    free(ruined);
    memory_free(&now);
    memory_free(&best);
}

static double way(const void *ctx, size_t a, size_t b)
{
    const struct search *s = ctx;
    return travel(s, a, b);
}

/* 2-opt and Or-opt, of points that count from 1. */
static void polish(struct search *s)
{
    const struct tour_metric metric = {.way = way, .ctx = s};
    for (size_t i = 0; i < s->p->tours; i++) {
        struct tour *t = &s->tours[i];
        for (size_t k = 0; k < t->count; k++)
            t->places[k]++;
        tour_improve(&metric, t->places, t->count);
        for (size_t k = 0; k < t->count; k++)
            t->places[k]--;
        t->time_s = routes_time_s(s->p, t->places, t->count);
    }
}

/* A place left out costs more than any way to it, and more so the more it is worth. */
static void set_penalties(struct search *s)
{
    double sum = 0.0;
    for (size_t i = 0; i < s->p->count; i++)
        sum += s->p->places[i].value;
    const double mean = sum / (double)s->p->count;
    for (size_t i = 0; i < s->p->count; i++) {
        s->penalty[i] = s->p->limit_s * (1.0 + 4.0 * s->p->places[i].value / mean);
        s->cost += s->penalty[i];
    }
}

static double tour_value(const struct search *s, const struct tour *t)
{
    double sum = 0.0;
    for (size_t i = 0; i < t->count; i++)
        sum += s->p->places[t->places[i]].value;
    return sum;
}

/* The next tour by value that was not handed out yet, then by its first place. */
static struct tour *next_tour(const struct search *s)
{
    struct tour *best = NULL;
    for (size_t i = 0; i < s->p->tours; i++) {
        struct tour *t = &s->tours[i];
        if (t->count == 0)
            continue;
        const double more = best ? tour_value(s, t) - tour_value(s, best) : 1.0;
        if (more > 0 || (more >= 0 && t->places[0] < best->places[0]))
            best = t;
    }
    return best;
}

static void hand_out(struct search *s, struct routes *r)
{
    *r = (struct routes){.places = xcalloc(s->p->count + 1, sizeof *r->places),
                         .ends = xcalloc(s->p->tours + 1, sizeof *r->ends)};
    for (struct tour *t = next_tour(s); t; t = next_tour(s)) {
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

void routes_find(const struct route_problem *p, struct routes *routes)
{
    struct search s = {.p = p, .random = UINT64_C(0x9E3779B97F4A7C15)};
    s.tours = xcalloc(p->tours + 1, sizeof *s.tours);
    s.tour_of = xcalloc(p->count + 1, sizeof *s.tour_of);
    s.penalty = xcalloc(p->count + 1, sizeof *s.penalty);
    s.waiting = xcalloc(p->count + 1, sizeof *s.waiting);
    s.key = xcalloc(p->count + 1, sizeof *s.key);
    for (size_t i = 0; i < p->tours; i++)
        s.tours[i].places = xcalloc(p->count + 1, sizeof *s.tours[i].places);
    if (p->count > 0 && p->tours > 0) {
        fill_matrix(&s);
        set_penalties(&s);
        for (size_t i = 0; i < p->count; i++) {
            s.tour_of[i] = NOWHERE;
            s.waiting[s.waiting_count++] = i;
        }
        recreate(&s);
        anneal(&s);
        polish(&s);
    }
    hand_out(&s, routes);
    for (size_t i = 0; i < p->tours; i++)
        free(s.tours[i].places);
    free(s.tours);
    free(s.tour_of);
    free(s.penalty);
    free(s.waiting);
    free(s.key);
    free(s.matrix);
}

void routes_free(struct routes *r)
{
    free(r->places);
    free(r->ends);
    *r = (struct routes){0};
}
