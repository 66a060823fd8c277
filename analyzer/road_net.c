/* Road networks. Ways between all points are found in a network of crossings, in which
 * the vertices along a road are passed over; single paths with all their corners in the
 * whole one. */
#include "road_net.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "road_graph.h"
#include "road_snap.h"
#include "xmem.h"

struct road_net {
    struct xy *nodes;
    size_t node_count, node_capacity;
    size_t *slots; /* hash table of nodes by place: index + 1; 0: free */
    size_t slot_count;
    struct road_piece *pieces;
    size_t piece_count, piece_capacity;
    size_t *places; /* node of each point */
    double *off_m;
    size_t point_count;
    struct road_graph whole;
    struct road_graph crossings;
    struct road_search *search;
};

struct road_net *road_net_new(void)
{
    return xcalloc(1, sizeof(struct road_net));
}

void road_net_free(struct road_net *net)
{
    if (!net)
        return;
    free(net->nodes);
    free(net->slots);
    free(net->pieces);
    free(net->places);
    free(net->off_m);
    road_graph_free(&net->whole);
    road_graph_free(&net->crossings);
    road_search_free(net->search);
    free(net);
}

size_t road_net_pieces(const struct road_net *net)
{
    return net->piece_count;
}

static bool same_place(struct xy a, struct xy b)
{
    return llround(2 * a.x_m) == llround(2 * b.x_m) &&
           llround(2 * a.y_m) == llround(2 * b.y_m);
}

/* The slot of a place, or the free one where it belongs (Fibonacci hashing). */
static size_t find_slot(const struct road_net *net, struct xy p)
{
    const uint64_t x = (uint64_t)llround(2 * p.x_m), y = (uint64_t)llround(2 * p.y_m);
    const uint64_t mixed =
        (x * UINT64_C(0x9E3779B97F4A7C15) + y) * UINT64_C(0xC2B2AE3D27D4EB4F);
    size_t slot = (size_t)(mixed >> 20) & (net->slot_count - 1);
    while (net->slots[slot] > 0 && !same_place(net->nodes[net->slots[slot] - 1], p))
        slot = (slot + 1) & (net->slot_count - 1);
    return slot;
}

static void grow_slots(struct road_net *net)
{
    net->slot_count = net->slot_count ? 2 * net->slot_count : 1024;
    free(net->slots);
    net->slots = xcalloc(net->slot_count, sizeof *net->slots);
    for (size_t i = 0; i < net->node_count; i++)
        net->slots[find_slot(net, net->nodes[i])] = i + 1;
}

static size_t new_node(struct road_net *net, struct xy p)
{
    net->nodes =
        xgrow(net->nodes, net->node_count, &net->node_capacity, sizeof *net->nodes);
    net->nodes[net->node_count] = p;
    return net->node_count++;
}

static size_t node_at(struct road_net *net, struct xy p)
{
    if (2 * (net->node_count + 1) > net->slot_count)
        grow_slots(net);
    const size_t slot = find_slot(net, p);
    if (net->slots[slot] == 0)
        net->slots[slot] = new_node(net, p) + 1;
    return net->slots[slot] - 1;
}

static void put_piece(struct road_net *net, size_t a, size_t b)
{
    net->pieces =
        xgrow(net->pieces, net->piece_count, &net->piece_capacity, sizeof *net->pieces);
    net->pieces[net->piece_count++] = (struct road_piece){
        .a = a,
        .b = b,
        .length_m = hypot(net->nodes[a].x_m - net->nodes[b].x_m,
                          net->nodes[a].y_m - net->nodes[b].y_m),
    };
}

void road_net_add(struct road_net *net, struct xy a, struct xy b)
{
    const size_t from = node_at(net, a), to = node_at(net, b);
    if (from != to)
        put_piece(net, from, to);
}

static size_t root_of(size_t *parents, size_t node)
{
    while (parents[node] != node) {
        parents[node] = parents[parents[node]];
        node = parents[node];
    }
    return node;
}

/* Leaves only the pieces of the part with the most road. */
static void keep_largest(struct road_net *net)
{
    size_t *parents = xcalloc(net->node_count + 1, sizeof *parents);
    double *length_m = xcalloc(net->node_count + 1, sizeof *length_m);
    for (size_t i = 0; i < net->node_count; i++)
        parents[i] = i;
    for (size_t i = 0; i < net->piece_count; i++)
        parents[root_of(parents, net->pieces[i].a)] = root_of(parents, net->pieces[i].b);
    size_t best = 0;
    for (size_t i = 0; i < net->piece_count; i++)
        length_m[root_of(parents, net->pieces[i].a)] += net->pieces[i].length_m;
    for (size_t i = 0; i < net->node_count; i++)
        best = length_m[i] > length_m[best] ? i : best;
    size_t kept = 0;
    for (size_t i = 0; i < net->piece_count; i++) {
        if (root_of(parents, net->pieces[i].a) == best)
            net->pieces[kept++] = net->pieces[i];
    }
    net->piece_count = kept;
    free(parents);
    free(length_m);
}

static int compare_hangers(const void *a, const void *b)
{
    const struct road_hanger *x = a;
    const struct road_hanger *y = b;
    if (x->piece != y->piece)
        return x->piece < y->piece ? -1 : 1;
    if (x->along < y->along || x->along > y->along)
        return x->along < y->along ? -1 : 1;
    return x->point < y->point ? -1 : x->point > y->point;
}

/* Cuts the pieces where points hang on to them. */
static void cut_pieces(struct road_net *net, const struct road_hanger *hangers)
{
    for (size_t i = 0; i < net->point_count;) {
        const size_t at = hangers[i].piece;
        const size_t end = net->pieces[at].b;
        size_t from = net->pieces[at].a;
        const struct xy a = net->nodes[from], b = net->nodes[end];
        for (; i < net->point_count && hangers[i].piece == at; i++) {
            const double t = hangers[i].along;
            const size_t node = new_node(net, (struct xy){a.x_m + t * (b.x_m - a.x_m),
                                                          a.y_m + t * (b.y_m - a.y_m)});
            net->places[hangers[i].point] = node;
            put_piece(net, from, node);
            from = node;
        }
        put_piece(net, from, end);
        net->pieces[at].length_m = -1; /* cut away */
    }
    size_t kept = 0;
    for (size_t i = 0; i < net->piece_count; i++) {
        if (net->pieces[i].length_m >= 0)
            net->pieces[kept++] = net->pieces[i];
    }
    net->piece_count = kept;
}

void road_net_hang(struct road_net *net, const struct xy *points, size_t count)
{
    assert(net->piece_count > 0);
    keep_largest(net);
    struct road_hanger *hangers = xcalloc(count + 1, sizeof *hangers);
    net->places = xcalloc(count + 1, sizeof *net->places);
    net->off_m = xcalloc(count + 1, sizeof *net->off_m);
    net->point_count = count;
    road_snap(net->nodes, net->pieces, net->piece_count, points, count, hangers);
    for (size_t i = 0; i < count; i++)
        net->off_m[i] = hangers[i].off_m;
    if (count > 1)
        qsort(hangers, count, sizeof *hangers, compare_hangers);
    cut_pieces(net, hangers);
    free(hangers);
    road_graph_make(&net->whole, net->pieces, net->piece_count, net->node_count);
    road_graph_contract(&net->whole, net->places, count, &net->crossings);
    net->search = road_search_new(net->node_count);
}

double road_net_off_m(const struct road_net *net, size_t point)
{
    return net->off_m[point];
}

void road_net_ways(struct road_net *net, size_t from, double *ways_m)
{
    road_search_run(net->search, &net->crossings, net->places[from], ROAD_NOWHERE);
    for (size_t i = 0; i < net->point_count; i++)
        ways_m[i] = road_search_way_m(net->search, net->places[i]);
}

size_t road_net_path(struct road_net *net, size_t from, size_t to, struct xy **corners)
{
    size_t count = 0, capacity = 0;
    struct xy *path = NULL;
    /* backwards, for the search leads back to where it began */
    road_search_run(net->search, &net->whole, net->places[to], net->places[from]);
    for (size_t node = net->places[from]; node != ROAD_NOWHERE;
         node = road_search_before(net->search, node)) {
        path = xgrow(path, count, &capacity, sizeof *path);
        path[count++] = net->nodes[node];
    }
    *corners = path;
    return count;
}
