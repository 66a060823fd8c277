/* The map's bins. A bin is a square in the survey's CRS, slightly turned and stretched on
 * the map. Its corners are interpolated between the nodes of a coarse lattice of bin
 * corners, which neighbours share: squares tile exactly, and a bin costs two small
 * integers. Between nodes 32 bins of 50 m apart the error is under 5 cm (h² tan φ / 8 R
 * at latitudes to 60°). */
#include "map_bins.h"

#include <math.h>
#include <stdlib.h>

#include "crs.h"
#include "units.h"
#include "xmem.h"

enum { LATTICE_STEP_BINS = 32 };
#define LATTICE_PER_DEG 1e7 /* 1 cm: a bin's corner, not a position */

struct node {
    int32_t i; /* easting of the node in lattice steps */
    int32_t j; /* northing */
};

struct layer {
    mccmnc_t mccmnc;
    enum tech tech;
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
    jsonw_open(j, '[');
    for (size_t n = 0; n < count; n++) {
        const struct latlon p = crs_inverse(
            model->crs, (struct xy){step_m * nodes[n].i, step_m * nodes[n].j});
        if (!isfinite(p.lat_deg) || !isfinite(p.lon_deg))
            continue; /* the page leaves out the bins around it */
        jsonw_int(j, nodes[n].i);
        jsonw_int(j, nodes[n].j);
        jsonw_int(j, llround(p.lat_deg * LATTICE_PER_DEG));
        jsonw_int(j, llround(p.lon_deg * LATTICE_PER_DEG));
    }
    jsonw_close(j, ']');
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

static int compare_layers(const void *a, const void *b)
{
    const struct layer *p = a, *q = b;
    if (p->mccmnc != q->mccmnc)
        return p->mccmnc < q->mccmnc ? -1 : 1;
    return (p->tech > q->tech) - (p->tech < q->tech);
}

/* Operators and technologies that have bins, sorted. The caller frees. */
static struct layer *find_layers(const struct model *model, size_t *count)
{
    struct layer *layers = NULL;
    size_t n = 0, capacity = 0;
    for (size_t b = 0; b < model->bin_count; b++) {
        const struct layer l = {model->bins[b].mccmnc, model->bins[b].tech};
        size_t i = 0;
        while (i < n && compare_layers(&layers[i], &l) != 0)
            i++;
        if (i < n)
            continue;
        layers = xgrow(layers, n, &capacity, sizeof *layers);
        layers[n++] = l;
    }
    if (n > 0)
        qsort(layers, n, sizeof *layers, compare_layers);
    *count = n;
    return layers;
}

static void write_layer(struct jsonw *j, const struct model *model, struct layer layer)
{
    char operator[MCCMNC_TEXT_SIZE];
    mccmnc_format(layer.mccmnc, operator);
    jsonw_open(j, '{');
    jsonw_key(j, "mccmnc");
    jsonw_text(j, operator);
    jsonw_key(j, "tech");
    jsonw_text(j, layer.tech == TECH_NONE ? "" : tech_name(layer.tech));
    jsonw_key(j, "rows");
    jsonw_open(j, '[');
    int64_t last_x = 0, last_y = 0;
    for (size_t b = 0; b < model->bin_count; b++) {
        const struct bin_stat *bin = &model->bins[b];
        if (bin->mccmnc != layer.mccmnc || bin->tech != layer.tech)
            continue;
        jsonw_int(j, bin->bin_x - last_x);
        jsonw_int(j, bin->bin_y - last_y);
        jsonw_int(j, bin->median_dbm == LEVEL_NONE ? 0 : bin->median_dbm);
        jsonw_int(j, (int64_t)bin->samples);
        jsonw_int(j, (int64_t)bin->no_level);
        jsonw_int(j, (int64_t)bin->no_service);
        last_x = bin->bin_x;
        last_y = bin->bin_y;
    }
    jsonw_close(j, ']');
    jsonw_close(j, '}');
}

void map_bins_write(struct jsonw *j, const struct model *model)
{
    write_lattice(j, model);
    size_t count;
    struct layer *layers = find_layers(model, &count);
    jsonw_key(j, "bins");
    jsonw_open(j, '[');
    for (size_t i = 0; i < count; i++)
        write_layer(j, model, layers[i]);
    jsonw_close(j, ']');
    free(layers);
}
