/* Roads of a plan. */
#include "roads.h"

#include <math.h>
#include <stdlib.h>

#include "lang.h"
#include "road_net.h"
#include "xmem.h"

struct roads {
    const struct crs *crs;
    struct road_net *net;
    size_t count;
    float *ways_m; /* count x count */
};

static void take_piece(void *net, struct xy a, struct xy b)
{
    road_net_add(net, a, b);
}

static void find_ways(struct roads *r, double detour)
{
    double *ways_m = xcalloc(r->count + 1, sizeof *ways_m);
    r->ways_m = xcalloc(r->count * r->count + 1, sizeof *r->ways_m);
    for (size_t a = 0; a < r->count; a++) {
        road_net_ways(r->net, a, ways_m);
        for (size_t b = 0; b < r->count; b++) {
            const double off_m = road_net_off_m(r->net, a) + road_net_off_m(r->net, b);
            r->ways_m[a * r->count + b] =
                a == b ? 0 : (float)(ways_m[b] + detour * off_m);
        }
    }
    free(ways_m);
}

enum err roads_open(const struct roads_source *source, const struct latlon *points,
                    size_t count, struct roads **roads)
{
    struct roads *r = xcalloc(1, sizeof *r);
    struct xy *places = xcalloc(count + 1, sizeof *places);
    r->crs = source->crs;
    r->count = count;
    r->net = road_net_new();
    enum err err = roads_read(source, take_piece, r->net);
    if (!err && road_net_pieces(r->net) == 0) {
        err_report(_("%s: no roads that can be read; a map layer of lines was expected"),
                   source->path);
        err = ERR_INPUT;
    }
    for (size_t i = 0; i < count; i++)
        places[i] = crs_forward(source->crs, points[i]);
    if (!err) {
        road_net_hang(r->net, places, count);
        find_ways(r, source->detour);
    }
    free(places);
    if (err) {
        roads_close(r);
        return err;
    }
    *roads = r;
    return ERR_OK;
}

void roads_close(struct roads *r)
{
    if (!r)
        return;
    road_net_free(r->net);
    free(r->ways_m);
    free(r);
}

double roads_way_m(const struct roads *r, size_t a, size_t b)
{
    return (double)r->ways_m[a * r->count + b];
}

size_t roads_corners(struct roads *r, size_t a, size_t b, struct latlon **corners)
{
    struct xy *path = NULL;
    const size_t count = road_net_path(r->net, a, b, &path);
    *corners = xcalloc(count + 1, sizeof **corners);
    for (size_t i = 0; i < count; i++)
        (*corners)[i] = crs_inverse(r->crs, path[i]);
    free(path);
    return count;
}
