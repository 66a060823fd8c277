/* A road network: lines that meet where they share a vertex, the points that hang on to
 * it, and the shortest ways between them (Dijkstra). Only the largest part that hangs
 * together counts: a scrap of road leads nowhere. */
#ifndef LOMSONG_ROAD_NET_H
#define LOMSONG_ROAD_NET_H

#include <stddef.h>
#include <stdint.h>

#include "crs.h"

struct road_net;
struct road_net *road_net_new(void);
void road_net_free(struct road_net *net);

/* A straight piece of road. Ends closer than half a metre are one. */
void road_net_add(struct road_net *net, struct xy a, struct xy b);
size_t road_net_pieces(const struct road_net *net);

/* Hangs the points on to the nearest place of a road and makes the network ready. After
 * this nothing can be added. There must be a piece of road. */
void road_net_hang(struct road_net *net, const struct xy *points, size_t count);

/* How far a point is from the road that it hangs on. */
double road_net_off_m(const struct road_net *net, size_t point);
/* The way by road from one point's place to those of all. */
void road_net_ways(struct road_net *net, size_t from, double *ways_m);

/* The way by road between two points' places, corner by corner, ends included. Returns
 * how many; the caller frees. */
size_t road_net_path(struct road_net *net, size_t from, size_t to, struct xy **corners);

#endif
