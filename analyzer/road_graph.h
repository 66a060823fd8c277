/* Graphs of roads, and the shortest ways in them. */
#ifndef LOMSONG_ROAD_GRAPH_H
#define LOMSONG_ROAD_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROAD_NOWHERE SIZE_MAX

/* A straight piece between two nodes. */
struct road_piece {
    size_t a, b;
    double length_m;
};

struct road_edge {
    size_t to;
    double length_m;
};

/* The edges of node n are edges[starts[n]] up to edges[starts[n + 1]]. */
struct road_graph {
    size_t *starts;
    struct road_edge *edges;
    size_t node_count;
};
void road_graph_make(struct road_graph *g, const struct road_piece *pieces, size_t count,
                     size_t node_count);
/* The same ways between crossings, ends of roads and these places alone: nodes that a
 * road only passes through have no edges any more. */
void road_graph_contract(const struct road_graph *whole, const size_t *places,
                         size_t place_count, struct road_graph *contracted);
void road_graph_free(struct road_graph *g);

/* Shortest ways from one node. */
struct road_search;
struct road_search *road_search_new(size_t node_count);
void road_search_free(struct road_search *s);
/* To all nodes, or only until `to` is reached. */
void road_search_run(struct road_search *s, const struct road_graph *g, size_t from,
                     size_t to);
double road_search_way_m(const struct road_search *s, size_t node); /* INFINITY: none */
/* The node before on the way; ROAD_NOWHERE at its beginning. */
size_t road_search_before(const struct road_search *s, size_t node);

#endif
