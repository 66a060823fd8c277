/* Writing of cloud-optimized GeoTIFFs.
 *
 * The raster is drawn in a sparse, compressed GeoTIFF in memory that holds only the
 * blocks where somebody drove, and copied from there. The overviews are made of the
 * pixels, not of the raster: GDAL would walk over all of it, ten minutes for one stray
 * bin on another continent. */
#include "out_cog.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <inttypes.h>
#include <stdlib.h>

#include "lang.h"
#include "out_gdal.h"
#include "xmem.h"

enum { BLOCK_SIZE = 512 };
#define BLOCK_SIZE_TEXT "512"

/* North up. */
static bool georeference(struct out_gdal *g, GDALDatasetH sparse, const struct cog *c)
{
    double corner[6] = {c->west_m, c->pixel_m, 0, c->north_m, 0, -c->pixel_m};
    OGRSpatialReferenceH srs = out_gdal_srs(g, c->epsg);
    const bool ok = srs && GDALSetSpatialRef(sparse, srs) == CE_None &&
                    GDALSetGeoTransform(sparse, corner) == CE_None;
    OSRRelease(srs);
    return out_gdal_check(g, ok, "GDALSetGeoTransform");
}

static bool describe(struct out_gdal *g, GDALRasterBandH band, const struct cog *c)
{
    GDALSetDescription(band, c->description);
    return out_gdal_check(g,
                          GDALSetRasterNoDataValue(band, c->no_data) == CE_None &&
                              GDALSetRasterUnitType(band, c->unit) == CE_None,
                          "GDALSetRasterNoDataValue");
}

static int compare_pixels(const void *left, const void *right)
{
    const struct cog_pixel *a = left;
    const struct cog_pixel *b = right;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return (a->value > b->value) - (a->value < b->value);
}

/* Merges squares of 2 x 2 pixels to one of their lower median: no level is invented, and
 * no road one bin wide is lost. Returns how many remain. */
static size_t halve(struct cog_pixel *pixels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pixels[i].column /= 2;
        pixels[i].row /= 2;
    }
    qsort(pixels, count, sizeof *pixels, compare_pixels);
    size_t kept = 0;
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && pixels[end].column == pixels[i].column &&
               pixels[end].row == pixels[i].row)
            end++;
        pixels[kept++] = pixels[i + (end - i - 1) / 2];
        i = end;
    }
    return kept;
}

/* Block by block, from the north-west. */
static int compare_blocks(const void *left, const void *right)
{
    const struct cog_pixel *a = left;
    const struct cog_pixel *b = right;
    if (a->row / BLOCK_SIZE != b->row / BLOCK_SIZE)
        return a->row / BLOCK_SIZE < b->row / BLOCK_SIZE ? -1 : 1;
    if (a->column / BLOCK_SIZE != b->column / BLOCK_SIZE)
        return a->column / BLOCK_SIZE < b->column / BLOCK_SIZE ? -1 : 1;
    return compare_pixels(left, right);
}

/* One block of values, of whichever type the band has. */
union block {
    float share[BLOCK_SIZE][BLOCK_SIZE];
    int16_t dbm[BLOCK_SIZE][BLOCK_SIZE];
};

static void fill_block(union block *block, const struct cog *c,
                       const struct cog_pixel *pixels, size_t count)
{
    for (int i = 0; i < BLOCK_SIZE * BLOCK_SIZE; i++) {
        if (c->is_share)
            block->share[i / BLOCK_SIZE][i % BLOCK_SIZE] = (float)c->no_data;
        else
            block->dbm[i / BLOCK_SIZE][i % BLOCK_SIZE] = (int16_t)c->no_data;
    }
    for (size_t i = 0; i < count; i++) {
        const int row = pixels[i].row % BLOCK_SIZE;
        const int column = pixels[i].column % BLOCK_SIZE;
        if (c->is_share)
            block->share[row][column] = pixels[i].value;
        else
            block->dbm[row][column] = (int16_t)pixels[i].value;
    }
}

/* A whole block at a time: pixel by pixel GDAL would unpack and pack each of them again
 * and again once they do not all fit its cache. */
static bool draw(struct out_gdal *g, GDALRasterBandH band, const struct cog *c,
                 size_t count)
{
    struct cog_pixel *pixels = c->pixels;
    union block *block = xmalloc(sizeof *block);
    bool ok = true;
    qsort(pixels, count, sizeof *pixels, compare_blocks);
    for (size_t from = 0, to; ok && from < count; from = to) {
        const int x = pixels[from].column / BLOCK_SIZE;
        const int y = pixels[from].row / BLOCK_SIZE;
        to = from + 1;
        while (to < count && pixels[to].column / BLOCK_SIZE == x &&
               pixels[to].row / BLOCK_SIZE == y)
            to++;
        fill_block(block, c, pixels + from, to - from);
        ok = out_gdal_check(g, GDALWriteBlock(band, x, y, block) == CE_None,
                            "GDALWriteBlock");
    }
    free(block);
    return ok;
}

/* Makes empty overviews until the smallest is one block; false where that fails. */
static bool add_overviews(struct out_gdal *g, GDALDatasetH sparse)
{
    enum { MAX_OVERVIEWS = 30 };
    int factors[MAX_OVERVIEWS];
    int count = 0;
    int size = GDALGetRasterXSize(sparse);
    if (GDALGetRasterYSize(sparse) > size)
        size = GDALGetRasterYSize(sparse);
    while ((size - 1) >> count >= BLOCK_SIZE) {
        factors[count] = 1 << (count + 1);
        count++;
    }
    if (count == 0)
        return true;
    const CPLErr err =
        GDALBuildOverviews(sparse, "NONE", count, factors, 0, NULL, NULL, NULL);
    return out_gdal_check(g, err == CE_None, "GDALBuildOverviews");
}

static bool draw_all(struct out_gdal *g, GDALDatasetH sparse, const struct cog *c)
{
    size_t count = c->pixel_count;
    GDALRasterBandH band = GDALGetRasterBand(sparse, 1);
    bool ok = draw(g, band, c, count);
    const int overviews = GDALGetOverviewCount(band);
    for (int i = 0; i < overviews && ok; i++) {
        count = halve(c->pixels, count);
        ok = draw(g, GDALGetOverview(band, i), c, count);
    }
    GDALFlushCache(sparse);
    return ok && !g->failed;
}

static GDALDatasetH create_sparse(struct out_gdal *g, const char *memory,
                                  const struct cog *c)
{
    char **options = NULL;
    options = CSLSetNameValue(options, "SPARSE_OK", "TRUE");
    options = CSLSetNameValue(options, "TILED", "YES");
    options = CSLSetNameValue(options, "BLOCKXSIZE", BLOCK_SIZE_TEXT);
    options = CSLSetNameValue(options, "BLOCKYSIZE", BLOCK_SIZE_TEXT);
    options = CSLSetNameValue(options, "COMPRESS", "ZSTD"); /* unpacked again soon */
    options = CSLSetNameValue(options, "ZSTD_LEVEL", "1");
    options = CSLSetNameValue(options, "BIGTIFF", "YES");
    GDALDatasetH sparse =
        GDALCreate(GDALGetDriverByName("GTiff"), memory, (int)c->width, (int)c->height, 1,
                   c->is_share ? GDT_Float32 : GDT_Int16, options);
    CSLDestroy(options);
    out_gdal_check(g, sparse, "GDALCreate");
    return sparse;
}

static void copy_to_disk(struct out_gdal *g, GDALDatasetH sparse)
{
    char **options = NULL;
    options = CSLSetNameValue(options, "COMPRESS", "DEFLATE");
    options = CSLSetNameValue(options, "PREDICTOR", "YES");
    options = CSLSetNameValue(options, "BLOCKSIZE", BLOCK_SIZE_TEXT);
    options = CSLSetNameValue(options, "OVERVIEWS", "FORCE_USE_EXISTING");
    options = CSLSetNameValue(options, "SPARSE_OK", "TRUE");
    options = CSLSetNameValue(options, "BIGTIFF", "IF_SAFER");
    GDALDatasetH cog = GDALCreateCopy(GDALGetDriverByName("COG"), g->path, sparse, FALSE,
                                      options, NULL, NULL);
    CSLDestroy(options);
    if (!out_gdal_check(g, cog, "GDALCreateCopy"))
        return;
    GDALClose(cog);
    out_gdal_sync(g);
}

/* GDAL's table of blocks must fit in memory: 16.7 million of them are 4.4e12 pixels. */
static enum err check_extent(const struct cog *c, const char *path)
{
    const int64_t max_blocks = INT64_C(1) << 24;
    const int64_t columns = c->width / BLOCK_SIZE + 1;
    const int64_t rows = c->height / BLOCK_SIZE + 1;
    if (c->width <= INT32_MAX && c->height <= INT32_MAX && rows <= max_blocks / columns)
        return ERR_OK;
    err_report(
        _("%s: its bins span %" PRId64 " columns and %" PRId64 " rows, which is more "
          "than a GeoTIFF can hold; remove the log with the stray position, or choose "
          "a larger --bin-size"),
        path, c->width, c->height);
    return ERR_FAILED;
}

static void write_cog(struct out_gdal *g, const struct cog *c)
{
    /* The path makes it this call's own among threads and directories. */
    char *memory = xasprintf("/vsimem/%s", g->path);
    GDALDatasetH sparse = create_sparse(g, memory, c);
    if (sparse) {
        if (georeference(g, sparse, c) && describe(g, GDALGetRasterBand(sparse, 1), c) &&
            add_overviews(g, sparse) && draw_all(g, sparse, c))
            copy_to_disk(g, sparse);
        GDALClose(sparse);
        VSIUnlink(memory);
    }
    free(memory);
}

enum err out_cog_write(const struct cog *c, const char *path)
{
    if (check_extent(c, path))
        return ERR_FAILED;
    struct out_gdal g;
    out_gdal_begin(&g, path);
    CPLSetThreadLocalConfigOption("SPARSE_OK_OVERVIEW", "TRUE");
    CPLSetThreadLocalConfigOption("GDAL_TIFF_OVR_BLOCKSIZE", BLOCK_SIZE_TEXT);
    write_cog(&g, c);
    CPLSetThreadLocalConfigOption("GDAL_TIFF_OVR_BLOCKSIZE", NULL);
    CPLSetThreadLocalConfigOption("SPARSE_OK_OVERVIEW", NULL);
    return out_gdal_end(&g);
}
