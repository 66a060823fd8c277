/* The model's stations, in an order that the file they came from does not change. */
#include <stdlib.h>
#include <string.h>

#include "model_build.h"
#include "xmem.h"

struct station_list {
    struct model *m;
    struct station *items;
    size_t count;
    size_t capacity;
};

static enum err take_station(void *ctx, const struct station *station)
{
    struct station_list *l = ctx;
    l->items = xgrow(l->items, l->count, &l->capacity, sizeof *l->items);
    struct station *own = &l->items[l->count++];
    *own = *station;
    own->name = model_text(l->m, station->name);
    return ERR_OK;
}

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_stations(const void *a, const void *b)
{
    const struct station *x = a, *y = b;
    if (x->mccmnc != y->mccmnc)
        return x->mccmnc < y->mccmnc ? -1 : 1;
    if (x->tech != y->tech)
        return (int)x->tech - (int)y->tech;
    int order = strcmp(x->name, y->name);
    if (order == 0)
        order = compare_numbers(x->pos.lat_deg, y->pos.lat_deg);
    return order ? order : compare_numbers(x->pos.lon_deg, y->pos.lon_deg);
}

enum err model_load_stations(struct workspace *ws, struct model *m)
{
    struct station_list l = {.m = m};
    const enum err err = workspace_each_station(ws, take_station, &l);
    if (l.count > 1)
        qsort(l.items, l.count, sizeof *l.items, compare_stations);
    struct station *own = model_alloc(m, l.count, sizeof *own);
    if (l.count > 0)
        memcpy(own, l.items, l.count * sizeof *own);
    m->stations = own;
    m->station_count = l.count;
    free(l.items);
    return err;
}
