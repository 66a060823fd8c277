/* Crossings of legs, by the sides on which their ends lie. */
#include "route_cross.h"

#include <math.h>

static struct latlon stop_at(const struct route_search *s, const struct route_tour *t,
                             size_t at)
{
    return s->p->points[at == 0 || at == t->count + 1 ? 0 : t->places[at - 1] + 1];
}

static struct route_box box_of(struct latlon a, struct latlon b)
{
    return (struct route_box){fmin(a.lon_deg, b.lon_deg), fmax(a.lon_deg, b.lon_deg),
                              fmin(a.lat_deg, b.lat_deg), fmax(a.lat_deg, b.lat_deg)};
}

static void widen(struct route_box *box, struct latlon p)
{
    box->west_deg = fmin(box->west_deg, p.lon_deg);
    box->east_deg = fmax(box->east_deg, p.lon_deg);
    box->south_deg = fmin(box->south_deg, p.lat_deg);
    box->north_deg = fmax(box->north_deg, p.lat_deg);
}

static bool apart(const struct route_box *a, const struct route_box *b)
{
    return a->east_deg < b->west_deg || b->east_deg < a->west_deg ||
           a->north_deg < b->south_deg || b->north_deg < a->south_deg;
}

/* Above 0 where c lies left of the way from a to b. */
static double turn(struct latlon a, struct latlon b, struct latlon c)
{
    return (b.lon_deg - a.lon_deg) * (c.lat_deg - a.lat_deg) -
           (b.lat_deg - a.lat_deg) * (c.lon_deg - a.lon_deg);
}

/* How many legs of a tour cross the way from a to b: legs that only touch do not, so that
 * those that begin or end at one point never do. */
static size_t count_tour(const struct route_search *s, const struct route_tour *t,
                         struct latlon a, struct latlon b)
{
    size_t n = 0;
    struct latlon c = s->p->points[0];
    double side = turn(a, b, c);
    for (size_t i = 1; i <= t->count + 1; i++) {
        const struct latlon d = stop_at(s, t, i);
        const double other = turn(a, b, d);
        if (side * other < 0)
            n += turn(c, d, a) * turn(c, d, b) < 0;
        c = d;
        side = other;
    }
    return n;
}

size_t route_cross_leg(const struct route_search *s, size_t a, size_t b)
{
    const struct latlon *points = s->p->points;
    const struct route_box box = box_of(points[a], points[b]);
    size_t n = 0;
    for (size_t i = 0; i < s->p->tours; i++) {
        const struct route_tour *t = &s->tours[i];
        if (t->count > 0 && !apart(&box, &t->box))
            n += count_tour(s, t, points[a], points[b]);
    }
    return n;
}

void route_cross_widen(const struct route_search *s, struct route_tour *t, size_t place)
{
    widen(&t->box, s->p->points[place + 1]);
}

void route_cross_box(const struct route_search *s, struct route_tour *t)
{
    t->box = box_of(s->p->points[0], s->p->points[0]);
    for (size_t i = 0; i < t->count; i++)
        widen(&t->box, s->p->points[t->places[i] + 1]);
}

static size_t crossed_by(const struct route_search *s, const struct route_tour *t,
                         size_t leg)
{
    return route_cross_leg(s, leg == 0 ? 0 : t->places[leg - 1] + 1,
                           leg == t->count ? 0 : t->places[leg] + 1);
}

static int64_t count_all(const struct route_search *s)
{
    size_t twice = 0;
    for (size_t i = 0; i < s->p->tours; i++) {
        const struct route_tour *t = &s->tours[i];
        for (size_t leg = 0; t->count > 0 && leg <= t->count; leg++)
            twice += crossed_by(s, t, leg);
    }
    return (int64_t)(twice / 2);
}

void route_cross_end(struct route_search *s)
{
    s->cost -= s->crossing_s * (double)s->crossings;
    s->crossing_s = 0.0;
    s->crossings = 0;
}

void route_cross_begin(struct route_search *s, double crossing_s)
{
    route_cross_end(s);
    for (size_t i = 0; i < s->p->tours; i++)
        route_cross_box(s, &s->tours[i]);
    s->crossings = count_all(s);
    s->crossing_s = crossing_s;
    s->cost += crossing_s * (double)s->crossings;
}

bool route_cross_any(struct route_search *s)
{
    route_cross_begin(s, 1.0);
    const bool any = s->crossings > 0;
    route_cross_end(s);
    return any;
}

size_t route_cross_place(struct route_search *s)
{
    enum { TRIES = 64 };
    for (int i = 0; i < TRIES; i++) {
        const struct route_tour *t = &s->tours[route_search_below(s, s->p->tours)];
        const size_t leg = route_search_below(s, t->count + 1);
        if (t->count > 0 && crossed_by(s, t, leg) > 0)
            return t->places[leg < t->count ? leg : leg - 1];
    }
    return ROUTE_NOWHERE;
}
