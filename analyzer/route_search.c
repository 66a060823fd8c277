/* Ruin and recreate of tours. */
#include "route_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "route_cross.h"
#include "xmem.h"

enum {
    MAX_MATRIX = 1600, /* points of which all travel times are kept */
    STRING_MAX = 10,   /* places of a tour taken out at once */
    REMOVED_MEAN = 10, /* taken out in a round */
    NEWCOMERS = 8,     /* places left out so far that are tried in a round */
};
/* Of a day: how much further one goes so that no legs cross. */
static const double detour_share = 1.0 / 24.0;

/* xorshift64* (Vigna 2016): the same routes on every machine. */
static uint64_t next_random(struct route_search *s)
{
    s->random ^= s->random >> 12;
    s->random ^= s->random << 25;
    s->random ^= s->random >> 27;
    return s->random * UINT64_C(2685821657736338717);
}

double route_search_unit(struct route_search *s)
{
    return ((double)(next_random(s) >> 11) + 0.5) / 9007199254740992.0;
}

size_t route_search_below(struct route_search *s, size_t count)
{
    return (size_t)(next_random(s) >> 33) % count;
}

static double travel(const struct route_search *s, size_t a, size_t b)
{
    if (s->matrix)
        return (double)s->matrix[a * (s->p->count + 1) + b];
    return s->p->travel_s(s->p->ctx, a, b);
}

static void fill_matrix(struct route_search *s)
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
static size_t point_at(const struct route_tour *t, size_t at)
{
    return at == 0 || at == t->count + 1 ? 0 : t->places[at - 1] + 1;
}

/* Where a place could go. */
struct gap {
    size_t tour, at; /* 0: first */
    double cost;
};

/* What inserting a place at `at` would add to the travel time. */
static double detour(const struct route_search *s, const struct route_tour *t,
                     size_t place, size_t at)
{
    const size_t before = point_at(t, at), after = point_at(t, at + 1);
    return travel(s, before, place + 1) + travel(s, place + 1, after) -
           travel(s, before, after);
}

/* How many crossings it would add: below 0 if it takes some away. */
static double tangle(const struct route_search *s, const struct route_tour *t,
                     size_t place, size_t at)
{
    const size_t before = point_at(t, at), after = point_at(t, at + 1);
    if (s->crossing_s <= 0)
        return 0.0;
    return (double)route_cross_leg(s, before, place + 1) +
           (double)route_cross_leg(s, place + 1, after) -
           (double)route_cross_leg(s, before, after);
}

/* A place was put in (sign 1) or taken out (-1). */
static void account(struct route_search *s, double sign, double detour_s, double tangled)
{
    s->cost += sign * (detour_s + s->crossing_s * tangled);
    s->crossings += (int64_t)(sign * tangled);
}

static void insert(struct route_search *s, const struct gap *gap, size_t place)
{
    struct route_tour *t = &s->tours[gap->tour];
    const double added = detour(s, t, place, gap->at);
    account(s, 1.0, added, tangle(s, t, place, gap->at));
    memmove(t->places + gap->at + 1, t->places + gap->at,
            (t->count - gap->at) * sizeof *t->places);
    t->places[gap->at] = place;
    t->count++;
    t->time_s += added + s->p->places[place].service_s;
    s->tour_of[place] = gap->tour;
    s->cost -= s->penalty[place];
    if (s->crossing_s > 0)
        route_cross_widen(s, t, place);
}

static void take_out(struct route_search *s, struct route_tour *t, size_t at)
{
    const size_t place = t->places[at];
    t->count--;
    memmove(t->places + at, t->places + at + 1, (t->count - at) * sizeof *t->places);
    const double saved = detour(s, t, place, at);
    account(s, -1.0, saved, tangle(s, t, place, at));
    t->time_s -= saved + s->p->places[place].service_s;
    s->tour_of[place] = ROUTE_NOWHERE;
    s->cost += s->penalty[place];
}

/* What can be added to a tour with a place, in time. */
static double room_for(const struct route_search *s, const struct route_tour *t,
                       size_t place)
{
    const double rounding_s = 0.5; /* sums of floats */
    return s->p->limit_s - t->time_s - s->p->places[place].service_s - rounding_s;
}

/* The cheapest gap of a tour, if it beats what was found. One try in a hundred is passed
 * over, so that the search does not always do the same. */
static void try_tour(struct route_search *s, size_t tour, size_t place, struct gap *best)
{
    const struct route_tour *t = &s->tours[tour];
    const double room = room_for(s, t, place);
    if (room < 0)
        return;
    s->trials += t->count + 1;
    for (size_t i = 0; i <= t->count; i++) {
        const double added = detour(s, t, place, i);
        if (added < best->cost && added <= room && next_random(s) % 100 != 0)
            *best = (struct gap){.tour = tour, .at = i, .cost = added};
    }
}

/* The same with the cost of crossings, among detours of this length at most: crossings
 * are many times dearer to count. */
static void try_untangled(const struct route_search *s, size_t tour, size_t place,
                          double longest, struct gap *best)
{
    const struct route_tour *t = &s->tours[tour];
    const double room = fmin(longest, room_for(s, t, place));
    for (size_t i = 0; room >= 0 && i <= t->count; i++) {
        const double added = detour(s, t, place, i);
        if (added >= best->cost || added > room)
            continue;
        const double cost = added + s->crossing_s * tangle(s, t, place, i);
        if (cost < best->cost)
            *best = (struct gap){.tour = tour, .at = i, .cost = cost};
    }
}

/* The shortest detour is the best if it crosses nothing, else perhaps a longer one. */
static void untangle(const struct route_search *s, size_t place, struct gap *best)
{
    const double tangled = tangle(s, &s->tours[best->tour], place, best->at);
    const double longest = best->cost + detour_share * s->p->limit_s;
    best->cost += s->crossing_s * tangled;
    for (size_t i = 0; tangled > 0 && i < s->p->tours; i++)
        try_untangled(s, i, place, longest, best);
}

/* Puts a place where it costs least, if there is room; an empty tour is tried once. */
static void put_in(struct route_search *s, size_t place)
{
    struct gap best = {.tour = ROUTE_NOWHERE, .cost = s->penalty[place]};
    bool empty_tried = false;
    for (size_t i = 0; i < s->p->tours; i++) {
        if (s->tours[i].count == 0 && empty_tried)
            continue;
        empty_tried |= s->tours[i].count == 0;
        try_tour(s, i, place, &best);
    }
    if (best.tour == ROUTE_NOWHERE)
        return;
    untangle(s, place, &best);
    if (best.cost < s->penalty[place])
        insert(s, &best, place);
}

/* Sorts what waits by key, ties by number: an insertion sort, for they are few. */
static void sort_waiting(struct route_search *s)
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
static void choose_keys(struct route_search *s)
{
    const uint64_t by = next_random(s) % 8;
    for (size_t i = 0; i < s->waiting_count; i++) {
        const size_t place = s->waiting[i];
        const struct route_place *what = &s->p->places[place];
        const double away = travel(s, 0, place + 1);
        double key = route_search_unit(s);
        if (by < 3)
            key = -what->value / (what->service_s + 0.2 * away + 1.0);
        else if (by == 3)
            key = -away;
        else if (by == 4)
            key = -what->value;
        s->key[place] = key;
    }
}

void route_search_recreate(struct route_search *s)
{
    choose_keys(s);
    sort_waiting(s);
    for (size_t i = 0; i < s->waiting_count; i++)
        put_in(s, s->waiting[i]);
    s->waiting_count = 0;
}

/* A string of a tour around `place` is taken out. */
static void take_string(struct route_search *s, size_t place)
{
    struct route_tour *t = &s->tours[s->tour_of[place]];
    const size_t longest = t->count < STRING_MAX ? t->count : STRING_MAX;
    const size_t length = 1 + route_search_below(s, longest);
    size_t at = 0;
    while (t->places[at] != place)
        at++;
    const size_t back = route_search_below(s, length);
    size_t from = at > back ? at - back : 0;
    if (from + length > t->count)
        from = t->count - length;
    for (size_t i = 0; i < length; i++) {
        s->waiting[s->waiting_count++] = t->places[from];
        take_out(s, t, from);
    }
}

/* The visited place nearest to a point whose tour is not ruined yet; ROUTE_NOWHERE: none.
 */
static size_t nearest_visited(const struct route_search *s, size_t point)
{
    size_t best = ROUTE_NOWHERE;
    double best_s = INFINITY;
    for (size_t t = 0; t < s->p->tours; t++) {
        for (size_t i = 0; !s->ruined[t] && i < s->tours[t].count; i++) {
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
static void call_newcomers(struct route_search *s, size_t seed)
{
    for (int i = 0; i < NEWCOMERS; i++) {
        size_t chosen = ROUTE_NOWHERE;
        double best = INFINITY;
        for (int draw = 0; draw < 12; draw++) {
            const size_t place = route_search_below(s, s->p->count);
            const double away =
                i % 2 ? travel(s, seed + 1, place + 1) : route_search_unit(s);
            if (s->tour_of[place] == ROUTE_NOWHERE && away < best) {
                best = away;
                chosen = place;
            }
        }
        bool waits = chosen == ROUTE_NOWHERE;
        for (size_t k = 0; k < s->waiting_count; k++)
            waits |= s->waiting[k] == chosen;
        if (!waits)
            s->waiting[s->waiting_count++] = chosen;
    }
}

void route_search_ruin(struct route_search *s, size_t place)
{
    const size_t wanted = 1 + route_search_below(s, 2 * REMOVED_MEAN);
    memset(s->ruined, 0, s->p->tours * sizeof *s->ruined);
    while (s->waiting_count < wanted) {
        const size_t next = nearest_visited(s, place + 1);
        if (next == ROUTE_NOWHERE)
            break;
        s->ruined[s->tour_of[next]] = true;
        take_string(s, next);
    }
    call_newcomers(s, place);
}

double route_search_travel_s(const struct route_search *s, size_t a, size_t b)
{
    return travel(s, a, b);
}

/* A place left out costs more than any way to it, and more so the more it is worth. */
static void set_penalties(struct route_search *s)
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

void route_search_weigh(struct route_search *s, double factor)
{
    for (size_t i = 0; i < s->p->count; i++) {
        if (s->tour_of[i] == ROUTE_NOWHERE)
            s->cost += (factor - 1.0) * s->penalty[i];
        s->penalty[i] *= factor;
    }
}

struct route_search *route_search_open(const struct route_problem *p)
{
    struct route_search *s = xcalloc(1, sizeof *s);
    *s = (struct route_search){.p = p, .random = UINT64_C(0x9E3779B97F4A7C15)};
    s->tours = xcalloc(p->tours, sizeof *s->tours);
    s->ruined = xcalloc(p->tours, sizeof *s->ruined);
    s->tour_of = xcalloc(p->count, sizeof *s->tour_of);
    s->penalty = xcalloc(p->count, sizeof *s->penalty);
    s->waiting = xcalloc(p->count, sizeof *s->waiting);
    s->key = xcalloc(p->count, sizeof *s->key);
    for (size_t i = 0; i < p->tours; i++)
        s->tours[i].places = xcalloc(p->count, sizeof *s->tours[i].places);
    for (size_t i = 0; i < p->count; i++) {
        s->tour_of[i] = ROUTE_NOWHERE;
        s->waiting[s->waiting_count++] = i;
    }
    fill_matrix(s);
    set_penalties(s);
    return s;
}

void route_search_close(struct route_search *s)
{
    for (size_t i = 0; i < s->p->tours; i++)
        free(s->tours[i].places);
    free(s->tours);
    free(s->ruined);
    free(s->tour_of);
    free(s->penalty);
    free(s->waiting);
    free(s->key);
    free(s->matrix);
    free(s);
}
