/* Graphs of roads: Dijkstra's search with a binary heap. */
#include "road_graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

void road_graph_make(struct road_graph *g, const struct road_piece *pieces, size_t count,
                     size_t node_count)
{
    *g = (struct road_graph){
        .starts = xcalloc(node_count + 2, sizeof *g->starts),
        .edges = xcalloc(2 * count + 1, sizeof *g->edges),
        .node_count = node_count,
    };
    size_t *ends = g->starts + 1; /* of a node's edges so far; in the end starts[n + 1] */
    for (size_t i = 0; i < count; i++) {
        ends[pieces[i].a + 1]++;
        ends[pieces[i].b + 1]++;
    }
    for (size_t n = 0; n < node_count; n++)
        ends[n + 1] += ends[n];
    for (size_t i = 0; i < count; i++) {
        g->edges[ends[pieces[i].a]++] =
            (struct road_edge){pieces[i].b, pieces[i].length_m};
        g->edges[ends[pieces[i].b]++] =
            (struct road_edge){pieces[i].a, pieces[i].length_m};
    }
}

void road_graph_free(struct road_graph *g)
{
    free(g->starts);
    free(g->edges);
    *g = (struct road_graph){0};
}

static size_t degree(const struct road_graph *g, size_t node)
{
    return g->starts[node + 1] - g->starts[node];
}

/* Follows a road from `from` by one of its edges to the next node that counts. */
static struct road_edge follow(const struct road_graph *g, const bool *counts,
                               size_t from, struct road_edge e)
{
    size_t before = from;
    while (!counts[e.to]) {
        const struct road_edge *pair = &g->edges[g->starts[e.to]];
        const struct road_edge next = pair[0].to == before ? pair[1] : pair[0];
        before = e.to;
        e = (struct road_edge){next.to, e.length_m + next.length_m};
    }
    return e;
}

void road_graph_contract(const struct road_graph *whole, const size_t *places,
                         size_t place_count, struct road_graph *contracted)
{
    bool *counts = xcalloc(whole->node_count + 1, sizeof *counts);
    for (size_t n = 0; n < whole->node_count; n++)
        counts[n] = degree(whole, n) != 2;
    for (size_t i = 0; i < place_count; i++)
        counts[places[i]] = true;
    *contracted = (struct road_graph){
        .starts = xcalloc(whole->node_count + 2, sizeof *contracted->starts),
        .edges = xcalloc(whole->starts[whole->node_count] + 1, sizeof(struct road_edge)),
        .node_count = whole->node_count,
    };
    size_t at = 0;
    for (size_t n = 0; n < whole->node_count; n++) {
        contracted->starts[n] = at;
        for (size_t i = whole->starts[n]; counts[n] && i < whole->starts[n + 1]; i++)
            contracted->edges[at++] = follow(whole, counts, n, whole->edges[i]);
    }
    contracted->starts[whole->node_count] = at;
    free(counts);
}

struct waiting {
    double way_m;
    size_t node;
};

struct road_search {
    double *way_m;
    size_t *before;
    size_t node_count;
    struct waiting *heap; /* the nearest first */
    size_t count, capacity;
};

struct road_search *road_search_new(size_t node_count)
{
    struct road_search *s = xcalloc(1, sizeof *s);
    s->way_m = xcalloc(node_count + 1, sizeof *s->way_m);
    s->before = xcalloc(node_count + 1, sizeof *s->before);
    s->node_count = node_count;
    return s;
}

void road_search_free(struct road_search *s)
{
    if (!s)
        return;
    free(s->way_m);
    free(s->before);
    free(s->heap);
    free(s);
}

static void push(struct road_search *s, struct waiting w)
{
    s->heap = xgrow(s->heap, s->count, &s->capacity, sizeof *s->heap);
    size_t at = s->count++;
    while (at > 0 && s->heap[(at - 1) / 2].way_m > w.way_m) {
        s->heap[at] = s->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    s->heap[at] = w;
}

static struct waiting pop(struct road_search *s)
{
    const struct waiting first = s->heap[0];
    const struct waiting last = s->heap[--s->count];
    size_t at = 0;
    for (size_t child = 1; child < s->count; child = 2 * at + 1) {
        if (child + 1 < s->count && s->heap[child + 1].way_m < s->heap[child].way_m)
            child++;
        if (s->heap[child].way_m >= last.way_m)
            break;
        s->heap[at] = s->heap[child];
        at = child;
    }
    s->heap[at] = last;
    return first;
}

void road_search_run(struct road_search *s, const struct road_graph *g, size_t from,
                     size_t to)
{
    for (size_t n = 0; n < s->node_count; n++) {
        s->way_m[n] = HUGE_VAL;
        s->before[n] = ROAD_NOWHERE;
    }
    s->count = 0;
    s->way_m[from] = 0;
    push(s, (struct waiting){0, from});
    while (s->count > 0) {
        const struct waiting here = pop(s);
        if (here.node == to)
            return;
        if (here.way_m > s->way_m[here.node])
            continue; /* a shorter way was found since */
        for (size_t i = g->starts[here.node]; i < g->starts[here.node + 1]; i++) {
            const struct road_edge e = g->edges[i];
            const double way_m = here.way_m + e.length_m;
            if (way_m >= s->way_m[e.to])
                continue;
            s->way_m[e.to] = way_m;
            s->before[e.to] = here.node;
            push(s, (struct waiting){way_m, e.to});
        }
    }
}

double road_search_way_m(const struct road_search *s, size_t node)
{
    return s->way_m[node];
}

size_t road_search_before(const struct road_search *s, size_t node)
{
    return s->before[node];
}
