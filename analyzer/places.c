/* Places as a whole: loaded, checked against each other, set into the survey. */
#include "places.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "parallel.h"
#include "places_pieces.h"
#include "shape.h"
#include "wkb_rings.h"
#include "xmem.h"

static int compare_places(const void *a, const void *b)
{
    return strcmp(((const struct place *)a)->code, ((const struct place *)b)->code);
}

static void sort_places(struct place_list *list)
{
    size_t sorted = 1; /* most lists come so */
    while (sorted < list->count &&
           compare_places(&list->items[sorted - 1], &list->items[sorted]) <= 0)
        sorted++;
    if (sorted < list->count)
        qsort(list->items, list->count, sizeof *list->items, compare_places);
}

static int compare_code(const void *code, const void *place)
{
    return strcmp(code, ((const struct place *)place)->code);
}

/* The index of the place with the code, or list->count. It is looked for at `near` and
 * behind it first, for most lists of clusters go by hamlet. */
static size_t find_place(const struct place_list *list, const char *code, size_t near)
{
    for (size_t i = near; i < list->count && i <= near + 1; i++) {
        if (strcmp(code, list->items[i].code) == 0)
            return i;
    }
    const struct place *found = list->count ? bsearch(code, list->items, list->count,
                                                      sizeof *list->items, compare_code)
                                            : NULL;
    return found ? (size_t)(found - list->items) : list->count;
}

static enum err check_unique(const struct place_list *list, const char *file,
                             const char *column)
{
    for (size_t i = 1; i < list->count; i++) {
        if (strcmp(list->items[i - 1].code, list->items[i].code) == 0) {
            err_report(_("%s: %s \"%s\" stands twice; each code must be there once"),
                       file, column, list->items[i].code);
            return ERR_INPUT;
        }
    }
    return ERR_OK;
}

static bool names_hamlet(const struct place *cluster)
{
    return cluster->parent_code[0] == '\0' && cluster->parent_name[0] != '\0';
}

/* Clusters that name their hamlet: its code, where just one has the name. */
static enum err name_clusters(struct places *p, const struct places_sources *sources)
{
    size_t first = 0;
    while (first < p->clusters.count && !names_hamlet(&p->clusters.items[first]))
        first++;
    if (first == p->clusters.count)
        return ERR_OK; /* folding a country's names takes a tenth of a second */
    struct place_names *names = place_names_new(PLACE_HAMLET);
    enum err err = ERR_OK;
    for (size_t i = 0; i < p->hamlets.count; i++)
        place_names_add(names, p->hamlets.items[i].name, i);
    for (size_t i = first; !err && i < p->clusters.count; i++) {
        struct place *c = &p->clusters.items[i];
        size_t *found = NULL;
        if (!names_hamlet(c))
            continue;
        const size_t count = place_names_find(names, c->parent_name, NULL, &found);
        if (count == 1) {
            c->parent_code =
                arena_text(&p->clusters.memory, p->hamlets.items[found[0]].code);
        } else {
            err_report(_("%s: cluster \"%s\" belongs to hamlet \"%s\", a name that %zu "
                         "hamlets of %s have; give its hamlet_code"),
                       sources->clusters, c->code, c->parent_name, count,
                       sources->hamlets);
            err = ERR_INPUT;
        }
        free(found);
    }
    place_names_free(names);
    return err;
}

static enum err check_clusters(const struct places *p,
                               const struct places_sources *sources)
{
    const struct place_list *hamlets = &p->hamlets;
    size_t parent = 0, next = 0; /* both are sorted: next goes along with the clusters */
    for (size_t i = 0; i < p->clusters.count; i++) {
        const struct place *c = &p->clusters.items[i];
        parent = find_place(hamlets, c->parent_code, parent);
        if (parent == hamlets->count) {
            err_report(
                _("%s: cluster \"%s\" belongs to hamlet \"%s\", which %s does not have"),
                sources->clusters, c->code, c->parent_code, sources->hamlets);
            return ERR_INPUT;
        }
        while (next < hamlets->count && strcmp(hamlets->items[next].code, c->code) < 0)
            next++;
        if (next < hamlets->count && strcmp(hamlets->items[next].code, c->code) == 0) {
            err_report(
                _("%s: cluster_code \"%s\" is also the code of a hamlet; codes must be "
                  "unique in the survey"),
                sources->clusters, c->code);
            return ERR_INPUT;
        }
    }
    return ERR_OK;
}

/* A box of degrees. */
struct box {
    struct latlon least, most;
};

static void widen(struct box *box, struct latlon p)
{
    box->least.lon_deg = fmin(box->least.lon_deg, p.lon_deg);
    box->least.lat_deg = fmin(box->least.lat_deg, p.lat_deg);
    box->most.lon_deg = fmax(box->most.lon_deg, p.lon_deg);
    box->most.lat_deg = fmax(box->most.lat_deg, p.lat_deg);
}

static struct latlon middle_of(const struct place_list *list)
{
    struct box all = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    for (size_t i = 0; i < list->count; i++) {
        const struct place *p = &list->items[i];
        struct wkb_rings rings;
        struct wkb_ring ring;
        if (p->polygon.size == 0)
            widen(&all, p->point);
        else if (wkb_rings_open(&p->polygon, &rings)) {
            while (wkb_rings_next(&rings, &ring)) {
                for (uint32_t k = 0; k < ring.count; k++)
                    widen(&all, wkb_ring_point(&ring, k));
            }
        }
    }
    return (struct latlon){.lat_deg = (all.least.lat_deg + all.most.lat_deg) / 2,
                           .lon_deg = (all.least.lon_deg + all.most.lon_deg) / 2};
}

/* One source, read by a thread of its own. */
struct reading {
    const char *source;
    const char *role;
    struct place_list *list;
    const struct places_sources *sources;
    enum err err;
};

static void read_source(void *worker)
{
    struct reading *r = worker;
    if (r->source)
        r->err = places_read_pieces(r->source, r->role, r->sources, r->list);
}

enum err places_load(const struct places_sources *sources, struct places *places)
{
    struct reading readings[] = {
        {sources->hamlets, "hamlet", &places->hamlets, sources, ERR_OK},
        {sources->clusters, "cluster", &places->clusters, sources, ERR_OK},
        {sources->communes, "commune", &places->communes, sources, ERR_OK},
    };
    enum { SOURCES = sizeof readings / sizeof *readings };
    enum err err = ERR_OK;
    parallel_run(read_source, readings, SOURCES, sizeof *readings);
    for (int i = 0; !err && i < SOURCES; i++)
        err = readings[i].err;
    if (!err && sources->crosswalk)
        err = crosswalk_load(sources->crosswalk, &places->crosswalk);
    places->named_by = sources->crosswalk ? sources->crosswalk : sources->hamlets;
    if (err)
        return err;
    sort_places(&places->hamlets);
    sort_places(&places->clusters);
    sort_places(&places->communes);
    err = check_unique(&places->hamlets, sources->hamlets, "hamlet_code");
    if (!err)
        err = check_unique(&places->clusters, sources->clusters, "cluster_code");
    if (!err)
        err = check_unique(&places->communes, sources->communes, "code");
    if (!err)
        err = name_clusters(places, sources);
    if (!err)
        err = check_clusters(places, sources);
    if (!err)
        places->middle = middle_of(&places->hamlets);
    return err;
}

void place_list_free(struct place_list *list)
{
    arena_free(&list->memory);
    free(list->items);
    *list = (struct place_list){0};
}

void places_free(struct places *places)
{
    free(places->moves);
    places->moves = NULL;
    crosswalk_free(&places->crosswalk);
    place_list_free(&places->hamlets);
    place_list_free(&places->clusters);
    place_list_free(&places->communes);
}

/* One thread's part of a list. */
struct settler {
    const struct place_list *list;
    const struct region *region;
    struct crs_grid *grid;
    atomic_size_t *next, *first_outside; /* of all threads */
};

/* Where the polygon cannot be projected, the point stays none. */
static void find_point(struct place *p, struct crs_grid *grid)
{
    if (p->polygon.size > 0)
        p->point = crs_inverse(crs_grid_crs(grid), shape_find_point(&p->polygon, grid));
}

static bool is_inside(struct latlon at, const struct region *region,
                      struct crs_grid *grid)
{
    return geo_valid(at) && isfinite(crs_grid_forward(grid, &at).at.x_m) &&
           at.lon_deg >= region->west_deg && at.lon_deg <= region->east_deg &&
           at.lat_deg >= region->south_deg && at.lat_deg <= region->north_deg;
}

/* The one that is told is the same on any number of threads. */
static void note_outside(struct settler *s, size_t i)
{
    size_t first = *s->first_outside;
    while (i < first && !atomic_compare_exchange_weak(s->first_outside, &first, i)) {
    }
}

static void settle_some(void *worker)
{
    struct settler *s = worker;
    const size_t count = s->list->count;
    struct parallel_share share;
    while (parallel_take(s->next, count, &share)) {
        for (size_t i = share.from; i < share.end; i++) {
            struct place *p = &s->list->items[i];
            find_point(p, s->grid);
            if (!is_inside(p->point, s->region, s->grid))
                note_outside(s, i);
        }
    }
}

static enum err report_outside(const struct place_list *list, const struct place *p,
                               const char *role, const struct places_settling *s)
{
    const struct latlon at = p->point;
    if (p->polygon.size > 0 && !geo_valid(at))
        err_report(_("%s: %s \"%s\" cannot be projected to EPSG:%d"), list->source, role,
                   p->code, crs_epsg(s->crs));
    else
        err_report(
            _("%s: %s \"%s\" lies at latitude %.6f, longitude %.6f, outside the region "
              "\"%s\": is the CRS of the file right, or are latitude and longitude "
              "swapped?"),
            list->source, role, p->code, at.lat_deg, at.lon_deg, s->region->name);
    return ERR_INPUT;
}

static enum err settle_list(const struct place_list *list, const char *role,
                            const struct places_settling *s)
{
    struct settler settlers[PARALLEL_MAX] = {0};
    atomic_size_t next = 0, first_outside = list->count;
    const size_t count = parallel_count(s->threads, list->count / PARALLEL_AT_ONCE);
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < count; i++) {
        settlers[i] = (struct settler){.list = list,
                                       .region = s->region,
                                       .next = &next,
                                       .first_outside = &first_outside};
        err = crs_grid_open_coarse(s->crs, &settlers[i].grid);
    }
    if (!err)
        parallel_run(settle_some, settlers, count, sizeof *settlers);
    for (size_t i = 0; i < count; i++)
        crs_grid_close(settlers[i].grid);
    if (!err && first_outside < list->count)
        err = report_outside(list, &list->items[first_outside], role, s);
    return err;
}

enum err places_settle(struct places *places, const struct places_settling *settling)
{
    enum err err = settle_list(&places->hamlets, _("hamlet"), settling);
    if (!err)
        err = settle_list(&places->clusters, _("cluster"), settling);
    if (!err && (places->communes.count > 0 || places->crosswalk.count > 0))
        places_find_communes(places);
    return err;
}
