/* The model's hamlets and test areas, as the workspace has them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "model_build.h"
#include "xmem.h"

/* Rows in the order of their tables, as they come. */
struct hamlet_row {
    struct hamlet hamlet;
    struct latlon point;
};
struct area_row {
    struct area area; /* whose hamlet is not known yet */
    const char *hamlet_code;
};
struct load {
    struct model *m;
    const char *path;
    struct hamlet_row *hamlets;
    size_t hamlet_count, hamlet_capacity;
    struct area_row *areas;
    size_t area_count, area_capacity;
};

static enum err take_hamlet(void *ctx, const struct workspace_hamlet *h)
{
    struct load *l = ctx;
    l->hamlets =
        xgrow(l->hamlets, l->hamlet_count, &l->hamlet_capacity, sizeof *l->hamlets);
    struct hamlet_row *row = &l->hamlets[l->hamlet_count++];
    row->point = h->point;
    row->hamlet = (struct hamlet){
        .hamlet_code = model_text(l->m, h->hamlet_code),
        .name = model_text(l->m, h->name),
        .commune_code = model_text(l->m, h->commune_code),
        .commune = "",
        .province_code = "",
        .province = "",
        .households = h->households,
        .electricity = h->electricity,
        .difficult = h->difficult,
    };
    return ERR_OK;
}

static enum err take_area(void *ctx, const struct workspace_area *a)
{
    struct load *l = ctx;
    const char *previous =
        l->area_count > 0 ? l->areas[l->area_count - 1].hamlet_code : NULL;
    l->areas = xgrow(l->areas, l->area_count, &l->area_capacity, sizeof *l->areas);
    struct area_row *row = &l->areas[l->area_count++];
    row->hamlet_code = previous && strcmp(previous, a->hamlet_code) == 0
                           ? previous
                           : model_text(l->m, a->hamlet_code);
    row->area = (struct area){
        .area_code = model_text(l->m, a->area_code),
        .name = model_text(l->m, a->name),
        .kind = a->kind,
        .households = a->households,
        .point = a->point,
        .shape = model_copy_wkb(l->m, &a->shape),
    };
    return ERR_OK;
}

static int compare_hamlets(const void *a, const void *b)
{
    const struct hamlet_row *x = a;
    const struct hamlet_row *y = b;
    return strcmp(x->hamlet.hamlet_code, y->hamlet.hamlet_code);
}

static int compare_code(const void *code, const void *row)
{
    return strcmp(code, ((const struct hamlet_row *)row)->hamlet.hamlet_code);
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
        if (strcmp(l->hamlets[i].hamlet.hamlet_code, code) == 0)
            return i;
    }
    const struct hamlet_row *found = l->hamlet_count == 0
                                         ? NULL
                                         : bsearch(code, l->hamlets, l->hamlet_count,
                                                   sizeof *l->hamlets, compare_code);
    return found ? (size_t)(found - l->hamlets) : l->hamlet_count;
}

static enum err find_hamlets(struct load *l)
{
    const struct rule *rule = l->m->rule;
    size_t at = 0;
    for (size_t i = 0; i < l->area_count; i++) {
        struct area *a = &l->areas[i].area;
        at = find_hamlet(l, at, l->areas[i].hamlet_code);
        if (at == l->hamlet_count)
            return model_damaged(l->path, _("a test area without its hamlet"),
                                 a->area_code);
        a->hamlet = at;
        l->hamlets[at].hamlet.area_count++;
        if (a->shape.size == 0)
            a->radius_m =
                a->kind == AREA_CLUSTER ? rule->cluster_radius_m : rule->centre_radius_m;
        /* the point on surface of a hamlet's polygon stands at the hamlet */
        if (a->kind == AREA_POLYGON && !isnan(l->hamlets[at].point.lon_deg))
            a->point = l->hamlets[at].point;
    }
    return ERR_OK;
}

/* Moves the rows to the model, the areas by hamlet. */
static enum err keep(struct load *l)
{
    struct model *m = l->m;
    m->hamlets = model_alloc(m, l->hamlet_count, sizeof *m->hamlets);
    m->areas = model_alloc(m, l->area_count, sizeof *m->areas);
    m->area_count = l->area_count;
    struct area *next = m->areas;
    for (size_t i = 0; i < l->hamlet_count; i++) {
        struct hamlet *h = &m->hamlets[m->hamlet_count++];
        *h = l->hamlets[i].hamlet;
        if (h->area_count == 0)
            return model_damaged(l->path, _("a hamlet without a test area"),
                                 h->hamlet_code);
        h->areas = next;
        next += h->area_count;
        h->area_count = 0;
    }
    for (size_t i = 0; i < l->area_count; i++) {
        struct hamlet *h = &m->hamlets[l->areas[i].area.hamlet];
        h->areas[h->area_count++] = l->areas[i].area;
    }
    for (size_t i = 0; i < m->hamlet_count; i++)
        sort(m->hamlets[i].areas, m->hamlets[i].area_count, sizeof *m->areas,
             compare_areas);
    return ERR_OK;
}

enum err model_load_places(struct workspace *ws, struct model *m)
{
    struct load l = {.m = m, .path = workspace_path(ws)};
    enum err err = workspace_each_hamlet(ws, take_hamlet, &l);
    if (!err)
        err = workspace_each_area(ws, take_area, &l);
    if (!err) {
        sort(l.hamlets, l.hamlet_count, sizeof *l.hamlets, compare_hamlets);
        err = find_hamlets(&l);
    }
    if (!err)
        err = keep(&l);
    free(l.hamlets);
    free(l.areas);
    return err;
}
