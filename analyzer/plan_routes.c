/* The routes of a plan: places, travel times, and the tours as stops and lines. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan_make.h"
#include "roads.h"
#include "route.h"
#include "xmem.h"

/* The places that can be visited: the hamlets that further bins can settle. */
struct trip {
    const struct plan_request *request;
    const struct plan *plan;
    struct roads *roads;   /* NULL: straight lines */
    size_t *hamlets;       /* by place */
    struct latlon *points; /* the start, then by place */
    struct route_place *places;
    size_t count;
};

/* By road, or as the crow flies, made longer as roads are. */
static double way_m(const struct trip *t, size_t a, size_t b)
{
    if (t->roads)
        return roads_way_m(t->roads, a, b);
    return geo_distance_m(t->points[a], t->points[b]) * t->request->detour;
}

static double travel_s(const void *ctx, size_t a, size_t b)
{
    const struct trip *t = ctx;
    return way_m(t, a, b) / (t->request->speed_kmh / 3.6);
}

/* The hamlet nearest to the mean of all. */
static struct latlon middle_of(const struct trip *t)
{
    struct latlon mean = {0, 0}, best = geo_none();
    double best_m = INFINITY;
    for (size_t i = 1; i <= t->count; i++) {
        mean.lat_deg += t->points[i].lat_deg / (double)t->count;
        mean.lon_deg += t->points[i].lon_deg / (double)t->count;
    }
    for (size_t i = 1; i <= t->count; i++) {
        const double away_m = geo_distance_m(mean, t->points[i]);
        if (away_m < best_m) {
            best_m = away_m;
            best = t->points[i];
        }
    }
    return best;
}

static void gather(struct trip *t)
{
    const struct plan *p = t->plan;
    t->hamlets = xcalloc(p->hamlet_count + 1, sizeof *t->hamlets);
    t->points = xcalloc(p->hamlet_count + 1, sizeof *t->points);
    t->places = xcalloc(p->hamlet_count + 1, sizeof *t->places);
    for (size_t i = 0; i < p->hamlet_count; i++) {
        const struct plan_hamlet *h = &p->hamlets[i];
        if (!h->possible)
            continue;
        t->hamlets[t->count] = i;
        t->places[t->count] =
            (struct route_place){.service_s = (double)h->service_s, .value = h->value};
        t->points[++t->count] = h->point;
    }
    t->points[0] = geo_valid(t->request->start) ? t->request->start : middle_of(t);
}

/* A tour becomes the stops of a team and day. */
struct tour_row {
    const size_t *places;
    size_t count;
    int64_t team, day;
};

static struct plan_route put_stops(const struct trip *t, const struct tour_row *row,
                                   struct plan_stop *stops)
{
    struct plan_route route = {
        .team = row->team, .day = row->day, .stops = (int64_t)row->count};
    size_t here = 0;
    double clock_s = 0.0, length_m = 0.0;
    for (size_t i = 0; i < row->count; i++) {
        const size_t place = row->places[i];
        const double leg_m = way_m(t, here, place + 1);
        clock_s += travel_s(t, here, place + 1);
        stops[i] = (struct plan_stop){.team = row->team,
                                      .day = row->day,
                                      .order = (int64_t)i + 1,
                                      .hamlet = t->hamlets[place],
                                      .arrive_s = llround(clock_s),
                                      .leg_m = llround(leg_m)};
        clock_s += t->places[place].service_s;
        stops[i].leave_s = llround(clock_s);
        length_m += leg_m;
        route.value += t->places[place].value;
        here = place + 1;
    }
    route.way_m = llround(length_m + way_m(t, here, 0));
    route.time_s = llround(clock_s + travel_s(t, here, 0));
    return route;
}

/* A line being drawn. */
struct line {
    struct latlon *points;
    size_t count, capacity;
};

static void draw_to(struct line *l, struct latlon p)
{
    l->points = xgrow(l->points, l->count, &l->capacity, sizeof *l->points);
    l->points[l->count++] = p;
}

/* From one point to the next, by the corners of the road if there is one. */
static void draw_leg(const struct trip *t, struct line *l, size_t from, size_t to)
{
    struct latlon *corners = NULL;
    const size_t count = t->roads ? roads_corners(t->roads, from, to, &corners) : 0;
    for (size_t i = 0; i < count; i++)
        draw_to(l, corners[i]);
    free(corners);
    draw_to(l, t->points[to]);
}

/* Start, stops and start. */
static void put_line(struct model *m, const struct trip *t, const struct tour_row *row,
                     struct plan_route *route)
{
    struct line line = {0};
    size_t here = 0;
    draw_to(&line, t->points[0]);
    for (size_t i = 0; i < row->count; i++) {
        draw_leg(t, &line, here, row->places[i] + 1);
        here = row->places[i] + 1;
    }
    draw_leg(t, &line, here, 0);
    struct latlon *kept = model_alloc(m, line.count, sizeof *kept);
    memcpy(kept, line.points, line.count * sizeof *kept);
    free(line.points);
    route->points = kept;
    route->point_count = line.count;
}

static int compare_stops(const void *a, const void *b)
{
    const struct plan_stop *x = a;
    const struct plan_stop *y = b;
    if (x->team != y->team)
        return x->team < y->team ? -1 : 1;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int compare_routes(const void *a, const void *b)
{
    const struct plan_route *x = a;
    const struct plan_route *y = b;
    if (x->team != y->team)
        return x->team < y->team ? -1 : 1;
    return x->day < y->day ? -1 : x->day > y->day;
}

/* The most valuable tours on the first day, one for each team. */
static void hand_out(struct model *m, const struct trip *t, const struct routes *found,
                     struct plan_draft *draft)
{
    struct plan_stop *stops = model_alloc(m, found->count + 1, sizeof *stops);
    struct plan_route *routes = model_alloc(m, found->tours + 1, sizeof *routes);
    size_t at = 0;
    for (size_t i = 0; i < found->tours; i++) {
        const struct tour_row row = {
            .places = found->places + at,
            .count = found->ends[i] - at,
            .team = (int64_t)(i % (size_t)t->request->teams) + 1,
            .day = (int64_t)(i / (size_t)t->request->teams) + 1,
        };
        routes[i] = put_stops(t, &row, stops + at);
        put_line(m, t, &row, &routes[i]);
        draft->counts.road_m += routes[i].way_m;
        at = found->ends[i];
    }
    if (found->count > 1)
        qsort(stops, found->count, sizeof *stops, compare_stops);
    if (found->tours > 1)
        qsort(routes, found->tours, sizeof *routes, compare_routes);
    draft->plan.stops = stops;
    draft->plan.stop_count = found->count;
    draft->drawing.routes = routes;
    draft->drawing.route_count = found->tours;
    draft->counts.stops = found->count;
    draft->counts.value = found->value;
}

static void find_routes(struct model *m, const struct trip *t, struct plan_draft *draft)
{
    const struct plan_request *request = t->request;
    const struct route_problem problem = {
        .places = t->places,
        .count = t->count,
        .tours = (size_t)request->teams * (size_t)request->days,
        .limit_s = request->hours * 3600,
        .travel_s = travel_s,
        .ctx = t,
        .points = t->roads ? NULL : t->points,
    };
    struct routes found;
    routes_find(&problem, &found);
    hand_out(m, t, &found, draft);
    routes_free(&found);
}

enum err plan_routes(struct model *m, const struct plan_request *request,
                     struct plan_draft *draft)
{
    struct trip t = {.request = request, .plan = &draft->plan};
    enum err err = ERR_OK;
    gather(&t);
    if (request->roads) {
        const struct roads_source source = {
            .path = request->roads, .crs = m->crs, .detour = request->detour};
        err = roads_open(&source, t.points, t.count + 1, &t.roads);
    }
    if (!err)
        find_routes(m, &t, draft);
    draft->plan.start = t.points[0];
    roads_close(t.roads);
    free(t.hamlets);
    free(t.points);
    free(t.places);
    return err;
}
