/* The model's hamlets and test areas, as the workspace has them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "model_build.h"
#include "xmem.h"

/* Rows in the order of their tables, as they come; their texts and shapes are in the
 * model's memory. */
struct load {
    struct model *m;
    const char *path;
    struct workspace_hamlet *hamlets;
    size_t hamlet_count, hamlet_capacity;
    struct workspace_area *areas;
    size_t area_count, area_capacity;
};

static enum err take_hamlet(void *ctx, const struct workspace_hamlet *h)
{
    struct load *l = ctx;
    l->hamlets =
        xgrow(l->hamlets, l->hamlet_count, &l->hamlet_capacity, sizeof *l->hamlets);
    struct workspace_hamlet *own = &l->hamlets[l->hamlet_count++];
    *own = *h;
    own->hamlet_code = model_text(l->m, h->hamlet_code);
    own->name = model_text(l->m, h->name);
    own->commune_code = model_text(l->m, h->commune_code);
    return ERR_OK;
}

static enum err take_area(void *ctx, const struct workspace_area *a)
{
    struct load *l = ctx;
    l->areas = xgrow(l->areas, l->area_count, &l->area_capacity, sizeof *l->areas);
    struct workspace_area *own = &l->areas[l->area_count++];
    *own = *a;
    own->area_code = model_text(l->m, a->area_code);
    own->hamlet_code = model_text(l->m, a->hamlet_code);
    own->name = model_text(l->m, a->name);
    own->shape = model_copy_wkb(l->m, &a->shape);
    return ERR_OK;
}

static int compare_hamlets(const void *a, const void *b)
{
    const struct workspace_hamlet *x = a;
    const struct workspace_hamlet *y = b;
    return strcmp(x->hamlet_code, y->hamlet_code);
}

static int compare_code(const void *code, const void *hamlet)
{
    return strcmp(code, ((const struct workspace_hamlet *)hamlet)->hamlet_code);
}

/* A hamlet's own area first, its clusters by code behind it. */
static int compare_areas(const void *a, const void *b)
{
    const struct area *x = a;
    const struct area *y = b;
    if ((x->kind == AREA_CLUSTER) != (y->kind == AREA_CLUSTER))
        return x->kind == AREA_CLUSTER ? 1 : -1;
    return strcmp(x->area_code, y->area_code);
}

/* Most come in order. */
static void sort(void *items, size_t count, size_t size,
                 int (*compare)(const void *, const void *))
{
    const char *item = items;
    for (size_t i = 1; i < count; i++, item += size) {
        if (compare(item, item + size) > 0) {
            qsort(items, count, size, compare);
            return;
        }
    }
}

/* The hamlet of a code, which most often is that of the area before, or the next one;
 * hamlet_count where there is none. */
static size_t find_hamlet(const struct load *l, size_t before, const char *code)
{
    for (size_t i = before; i < l->hamlet_count && i <= before + 1; i++) {
        if (strcmp(l->hamlets[i].hamlet_code, code) == 0)
            return i;
    }
    const struct workspace_hamlet *found =
        l->hamlet_count == 0 ? NULL
                             : bsearch(code, l->hamlets, l->hamlet_count,
                                       sizeof *l->hamlets, compare_code);
    return found ? (size_t)(found - l->hamlets) : l->hamlet_count;
}

static enum err find_hamlets(const struct load *l, size_t *owners)
{
    size_t at = 0;
    for (size_t i = 0; i < l->area_count; i++) {
        at = find_hamlet(l, at, l->areas[i].hamlet_code);
        if (at == l->hamlet_count)
            return model_damaged(l->path, _("a test area without its hamlet"),
                                 l->areas[i].area_code);
        owners[i] = at;
        l->m->hamlets[at].area_count++;
    }
    return ERR_OK;
}

static struct hamlet make_hamlet(const struct workspace_hamlet *h)
{
    return (struct hamlet){
        .hamlet_code = h->hamlet_code,
        .name = h->name,
        .commune_code = h->commune_code,
        .commune = "",
        .province_code = "",
        .province = "",
        .households = h->households,
        .electricity = h->electricity,
        .difficult = h->difficult,
    };
}

/* The rest of an area is zero. */
static void fill_area(const struct load *l, const struct workspace_area *a, size_t hamlet,
                      struct area *own)
{
    const struct rule *rule = l->m->rule;
    const struct latlon at_hamlet = l->hamlets[hamlet].point;
    /* the point on surface of a hamlet's polygon stands at the hamlet */
    const bool is_there = a->kind == AREA_POLYGON && !isnan(at_hamlet.lon_deg);
    own->area_code = a->area_code;
    own->name = a->name;
    own->kind = a->kind;
    own->hamlet = hamlet;
    own->households = a->households;
    own->point = is_there ? at_hamlet : a->point;
    own->shape = a->shape;
    if (a->shape.size == 0)
        own->radius_m =
            a->kind == AREA_CLUSTER ? rule->cluster_radius_m : rule->centre_radius_m;
}

/* Gives each hamlet its part of the areas, still empty. */
static enum err share_areas(const struct load *l)
{
    struct model *m = l->m;
    m->areas = model_alloc(m, l->area_count, sizeof *m->areas);
    m->area_count = l->area_count;
    struct area *next = m->areas;
    for (size_t i = 0; i < m->hamlet_count; i++) {
        struct hamlet *h = &m->hamlets[i];
        if (h->area_count == 0)
            return model_damaged(l->path, _("a hamlet without a test area"),
                                 h->hamlet_code);
        h->areas = next;
        next += h->area_count;
        h->area_count = 0;
    }
    return ERR_OK;
}

/* Makes the model's hamlets, then its areas by hamlet. */
static enum err make_places(struct load *l)
{
    struct model *m = l->m;
    size_t *owners = xcalloc(l->area_count, sizeof *owners);
    sort(l->hamlets, l->hamlet_count, sizeof *l->hamlets, compare_hamlets);
    m->hamlets = model_alloc(m, l->hamlet_count, sizeof *m->hamlets);
    m->hamlet_count = l->hamlet_count;
    for (size_t i = 0; i < l->hamlet_count; i++)
        m->hamlets[i] = make_hamlet(&l->hamlets[i]);
    enum err err = find_hamlets(l, owners);
    if (!err)
        err = share_areas(l);
    for (size_t i = 0; !err && i < l->area_count; i++) {
        struct hamlet *h = &m->hamlets[owners[i]];
        struct area *a = &h->areas[h->area_count++];
        fill_area(l, &l->areas[i], owners[i], a);
        if (a->shape.size == 0 && (isnan(a->point.lat_deg) || isnan(a->point.lon_deg)))
            err =
                model_damaged(l->path, _("a test area without a position"), a->area_code);
    }
    for (size_t i = 0; !err && i < m->hamlet_count; i++)
        sort(m->hamlets[i].areas, m->hamlets[i].area_count, sizeof *m->areas,
             compare_areas);
    free(owners);
    return err;
}

enum err model_load_places(struct workspace *ws, struct model *m)
{
    struct load l = {.m = m, .path = workspace_path(ws)};
    enum err err = workspace_each_hamlet(ws, take_hamlet, &l);
    if (!err)
        err = workspace_each_area(ws, take_area, &l);
    if (!err)
        err = make_places(&l);
    free(l.hamlets);
    free(l.areas);
    return err;
}
