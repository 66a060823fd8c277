/* The map's bins. A bin is a square in the survey's CRS, slightly turned and stretched on
 * the map. Its corners are interpolated between the nodes of a coarse lattice of bin
 * corners, which neighbours share: squares tile exactly, and a bin costs two small
 * integers. Between nodes 32 bins of 50 m apart the error is under 5 cm (h² tan φ / 8 R
 * at latitudes to 60°). Packed:
 *   `lattice.nodes`: steps of i, j, and of latitude and longitude in 1e-7 degrees
 *   `bins[].rows`, by operator, a bin each: steps of bin_x and bin_y, no_service, share
 * in millionths + 1 (0: none), a bit for each of `techs` that has a row in bins.csv, and
 *   for each of these -median_dbm (0: none), samples, no_level */
#include "map_bins.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "crs.h"
#include "map_pack.h"
#include "units.h"
#include "xmem.h"

enum { LATTICE_STEP_BINS = 32 };
#define LATTICE_PER_DEG 1e7 /* 1 cm: a bin's corner, not a position */

struct node {
    int32_t i; /* easting of the node in lattice steps */
    int32_t j; /* northing */
};

static int32_t lattice_cell(int32_t bin)
{
    const int32_t cell = bin / LATTICE_STEP_BINS;
    return bin % LATTICE_STEP_BINS < 0 ? cell - 1 : cell;
}

static int compare_nodes(const void *a, const void *b)
{
    const struct node *p = a, *q = b;
    if (p->i != q->i)
        return p->i < q->i ? -1 : 1;
    return (p->j > q->j) - (p->j < q->j);
}

/* Sorts the nodes and drops those equal to another; returns the new count. */
static size_t sort_unique(struct node *nodes, size_t count)
{
    qsort(nodes, count, sizeof *nodes, compare_nodes);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare_nodes(&nodes[kept - 1], &nodes[i]) != 0)
            nodes[kept++] = nodes[i];
    }
    return kept;
}

/* The cells that hold bins, each named by its south-western node. The caller frees. */
static struct node *used_cells(const struct model *model, size_t *count)
{
    struct node *cells = NULL;
    size_t n = 0, capacity = 0;
    for (size_t b = 0; b < model->bin_count; b++) {
        const struct node cell = {lattice_cell(model->bins[b].bin_x),
                                  lattice_cell(model->bins[b].bin_y)};
        if (n > 0 && compare_nodes(&cells[n - 1], &cell) == 0)
            continue;
        cells = xgrow(cells, n, &capacity, sizeof *cells);
        cells[n++] = cell;
    }
    *count = n == 0 ? 0 : sort_unique(cells, n);
    return cells;
}

static void write_nodes(struct jsonw *j, const struct model *model,
                        const struct node *nodes, size_t count)
{
    const double step_m = model->bin_size_m * LATTICE_STEP_BINS;
    struct map_pack pack;
    struct node last = {0, 0};
    int64_t last_lat = 0, last_lon = 0;
    map_pack_open(&pack, j);
    for (size_t n = 0; n < count; n++) {
        const struct latlon p = crs_inverse(
            model->crs, (struct xy){step_m * nodes[n].i, step_m * nodes[n].j});
        if (!isfinite(p.lat_deg) || !isfinite(p.lon_deg))
            continue; /* the page leaves out the bins around it */
        const int64_t lat = llround(p.lat_deg * LATTICE_PER_DEG);
        const int64_t lon = llround(p.lon_deg * LATTICE_PER_DEG);
        map_pack_int(&pack, nodes[n].i - last.i);
        map_pack_int(&pack, nodes[n].j - last.j);
        map_pack_int(&pack, lat - last_lat);
        map_pack_int(&pack, lon - last_lon);
        last = nodes[n];
        last_lat = lat;
        last_lon = lon;
    }
    map_pack_close(&pack);
}

static void write_lattice(struct jsonw *j, const struct model *model)
{
    size_t cell_count;
    struct node *cells = used_cells(model, &cell_count);
    struct node *nodes = xcalloc(cell_count + 1, 4 * sizeof *nodes);
    size_t count = 0;
    for (size_t c = 0; c < cell_count; c++) {
        const struct node sw = cells[c];
        nodes[count++] = sw;
        nodes[count++] = (struct node){sw.i + 1, sw.j};
        nodes[count++] = (struct node){sw.i, sw.j + 1};
        nodes[count++] = (struct node){sw.i + 1, sw.j + 1};
    }
    count = sort_unique(nodes, count);
    jsonw_key(j, "lattice");
    jsonw_open(j, '{');
    jsonw_key(j, "step_bins");
    jsonw_int(j, LATTICE_STEP_BINS);
    jsonw_key(j, "nodes");
    write_nodes(j, model, nodes, count);
    jsonw_close(j, '}');
    free(nodes);
    free(cells);
}

/* An operator's bins, while they are written. */
struct layer {
    const struct model *model;
    mccmnc_t mccmnc;
    uint64_t techs; /* bit t: technology t has a row */
};

static bool is_of(const struct layer *l, const struct bin_stat *bin)
{
    return bin->mccmnc == l->mccmnc;
}

/* The operators that have bins, each with its technologies. The caller frees. */
static struct layer *find_layers(const struct model *model, size_t *count)
{
    struct layer *layers = NULL;
    size_t n = 0, capacity = 0;
    for (size_t b = 0; b < model->bin_count; b++) {
        const struct bin_stat *bin = &model->bins[b];
        size_t i = 0;
        while (i < n && !is_of(&layers[i], bin))
            i++;
        if (i == n) {
            layers = xgrow(layers, n, &capacity, sizeof *layers);
            layers[n++] = (struct layer){.model = model, .mccmnc = bin->mccmnc};
        }
        layers[i].techs |= UINT64_C(1) << bin->tech;
    }
    *count = n;
    return layers;
}

static int compare_layers(const void *a, const void *b)
{
    const struct layer *p = a, *q = b;
    return (p->mccmnc > q->mccmnc) - (p->mccmnc < q->mccmnc);
}

/* Technologies in the order of a bin's rows in the model: the one not known, then by
 * name. */
static const enum tech tech_order[] = {TECH_NONE,   TECH_GSM,   TECH_LTE,
                                       TECH_NR_NSA, TECH_NR_SA, TECH_WCDMA};
enum { TECH_ORDER_COUNT = sizeof tech_order / sizeof tech_order[0] };

/* A bit at the technology's place in the operator's list. */
static unsigned tech_bit(const struct layer *l, enum tech tech)
{
    unsigned bit = 1;
    for (int i = 0; tech_order[i] != tech; i++)
        bit <<= l->techs >> tech_order[i] & 1;
    return bit;
}

static void write_techs(struct jsonw *j, const struct layer *l)
{
    jsonw_key(j, "techs");
    jsonw_open(j, '[');
    for (int i = 0; i < TECH_ORDER_COUNT; i++) {
        if (l->techs >> tech_order[i] & 1)
            jsonw_text(j, tech_order[i] == TECH_NONE ? "" : tech_name(tech_order[i]));
    }
    jsonw_close(j, ']');
}

/* Rows first to last of the model are those of one bin, some of them the operator's. */
static void pack_bin(struct map_pack *p, const struct layer *l, size_t first, size_t last)
{
    const struct bin_stat *any = NULL;
    unsigned mask = 0;
    for (size_t b = first; b <= last; b++) {
        if (!is_of(l, &l->model->bins[b]))
            continue;
        any = &l->model->bins[b];
        mask |= tech_bit(l, any->tech);
    }
    assert(any != NULL);
    map_pack_uint(p, any->no_service);
    map_pack_uint(p, isfinite(any->share) ? (uint64_t)llround(any->share * 1e6) + 1 : 0);
    map_pack_uint(p, mask);
    for (size_t b = first; b <= last; b++) {
        const struct bin_stat *bin = &l->model->bins[b];
        if (!is_of(l, bin))
            continue;
        map_pack_dbm(p, bin->median_dbm);
        map_pack_uint(p, bin->samples);
        map_pack_uint(p, bin->no_level);
    }
}

/* The last row of the bin that row `first` is of. */
static size_t bin_end(const struct model *m, size_t first)
{
    size_t last = first;
    while (last + 1 < m->bin_count && m->bins[last + 1].bin_x == m->bins[first].bin_x &&
           m->bins[last + 1].bin_y == m->bins[first].bin_y)
        last++;
    return last;
}

static bool has_row(const struct layer *l, size_t first, size_t last)
{
    for (size_t b = first; b <= last; b++) {
        if (is_of(l, &l->model->bins[b]))
            return true;
    }
    return false;
}

static size_t write_rows(struct jsonw *j, const struct layer *l)
{
    const struct model *m = l->model;
    struct map_pack pack;
    int64_t last_x = 0, last_y = 0;
    size_t bins = 0;
    jsonw_key(j, "rows");
    map_pack_open(&pack, j);
    for (size_t first = 0, last; first < m->bin_count; first = last + 1) {
        last = bin_end(m, first);
        if (!has_row(l, first, last))
            continue;
        map_pack_int(&pack, m->bins[first].bin_x - last_x);
        map_pack_int(&pack, m->bins[first].bin_y - last_y);
        pack_bin(&pack, l, first, last);
        last_x = m->bins[first].bin_x;
        last_y = m->bins[first].bin_y;
        bins++;
    }
    map_pack_close(&pack);
    return bins;
}

static void write_layer(struct jsonw *j, const struct layer *l)
{
    char operator[MCCMNC_TEXT_SIZE];
    mccmnc_format(l->mccmnc, operator);
    jsonw_open(j, '{');
    jsonw_key(j, "mccmnc");
    jsonw_text(j, operator);
    write_techs(j, l);
    const size_t bins = write_rows(j, l);
    jsonw_key(j, "count");
    jsonw_int(j, (int64_t)bins);
    jsonw_close(j, '}');
}

void map_bins_write(struct jsonw *j, const struct model *model)
{
    write_lattice(j, model);
    size_t count;
    struct layer *layers = find_layers(model, &count);
    if (count > 0)
        qsort(layers, count, sizeof *layers, compare_layers);
    jsonw_key(j, "bins");
    jsonw_open(j, '[');
    for (size_t i = 0; i < count; i++)
        write_layer(j, &layers[i]);
    jsonw_close(j, ']');
    free(layers);
}
