/* coverage_<mccmnc>_<tech>.tif: the median level as a cloud-optimized GeoTIFF, a pixel a
 * bin.
 *
 * The raster is drawn in a sparse, compressed GeoTIFF in memory that holds only the
 * blocks where somebody drove, and copied from there. The overviews are made of the bins,
 * not of the raster: GDAL would walk over all of it, ten minutes for one stray bin on
 * another continent. */
#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "lang.h"
#include "out.h"
#include "out_gdal.h"
#include "units.h"
#include "xmem.h"

enum { NO_DATA = -32768, BLOCK_SIZE = 512 };
#define BLOCK_SIZE_TEXT "512"

/* A bin, or what stands for several in an overview. */
struct pixel {
    int32_t column;
    int32_t row; /* from the north */
    int16_t level_dbm;
};

/* One raster: an operator and a technology, and the bins it spans, ends included. */
struct sheet {
    mccmnc_t mccmnc;
    enum tech tech;
    int32_t x_min, x_max;
    int32_t y_min, y_max;
};

static int64_t sheet_width(const struct sheet *sheet)
{
    return (int64_t)sheet->x_max - sheet->x_min + 1;
}

static int64_t sheet_height(const struct sheet *sheet)
{
    return (int64_t)sheet->y_max - sheet->y_min + 1;
}

/* What rasters may span. One stray fix on another continent would make one of a trillion
 * pixels: beyond MAX_PIXELS only the surroundings of the test areas are drawn. */
struct frame {
    int32_t x_min, x_max;
    int32_t y_min, y_max;
};

static const double max_pixels = 1 << 30; /* 1600 by 1600 km in bins of 50 m */
static const double margin_m = 50000;

static bool is_inside(const struct frame *f, const struct bin_stat *bin)
{
    return bin->bin_x >= f->x_min && bin->bin_x <= f->x_max && bin->bin_y >= f->y_min &&
           bin->bin_y <= f->y_max;
}

static void include(struct frame *f, double x, double y)
{
    f->x_min = x < f->x_min ? (int32_t)x : f->x_min;
    f->x_max = x > f->x_max ? (int32_t)x : f->x_max;
    f->y_min = y < f->y_min ? (int32_t)y : f->y_min;
    f->y_max = y > f->y_max ? (int32_t)y : f->y_max;
}

static struct frame find_frame(const struct model *m)
{
    struct frame all = {INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < m->bin_count; i++)
        include(&all, m->bins[i].bin_x, m->bins[i].bin_y);
    const double width = (double)all.x_max - all.x_min + 1;
    const double height = (double)all.y_max - all.y_min + 1;
    if (m->bin_count == 0 || m->area_count == 0 || width * height <= max_pixels)
        return all;
    struct frame near = {INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < m->area_count; i++) {
        const struct xy p = crs_forward(m->crs, m->areas[i].point);
        const double size_m = m->bin_size_m;
        if (!isfinite(p.x_m) || !isfinite(p.y_m))
            continue;
        include(&near, floor((p.x_m - margin_m) / size_m),
                floor((p.y_m - margin_m) / size_m));
        include(&near, floor((p.x_m + margin_m) / size_m),
                floor((p.y_m + margin_m) / size_m));
    }
    return near;
}

static void warn_outside(const struct model *m, const struct frame *f)
{
    int64_t outside = 0;
    for (size_t i = 0; i < m->bin_count; i++)
        outside += !is_inside(f, &m->bins[i]);
    if (outside > 0)
        err_warn(_("%" PRId64
                   " rows of bins lie over 50 km from every hamlet and are left out of "
                   "the rasters (not of bins.csv); a stray position?"),
                 outside);
}

static bool has_level(const struct bin_stat *bin)
{
    return bin->tech != TECH_NONE && bin->samples > 0 && bin->median_dbm != LEVEL_NONE;
}

static bool is_of(const struct sheet *sheet, const struct bin_stat *bin)
{
    return has_level(bin) && bin->mccmnc == sheet->mccmnc && bin->tech == sheet->tech;
}

/* Of this raster, and inside it. */
static bool belongs(const struct sheet *sheet, const struct bin_stat *bin)
{
    return is_of(sheet, bin) && bin->bin_x >= sheet->x_min &&
           bin->bin_x <= sheet->x_max && bin->bin_y >= sheet->y_min &&
           bin->bin_y <= sheet->y_max;
}

static int compare_sheets(const void *left, const void *right)
{
    const struct sheet *a = left;
    const struct sheet *b = right;
    if (a->mccmnc != b->mccmnc)
        return a->mccmnc < b->mccmnc ? -1 : 1;
    return (a->tech > b->tech) - (a->tech < b->tech);
}

static struct sheet *sheet_of(struct sheet *sheets, size_t count,
                              const struct bin_stat *bin)
{
    for (size_t i = 0; i < count; i++) {
        if (is_of(&sheets[i], bin))
            return &sheets[i];
    }
    return NULL;
}

static void widen(struct sheet *sheet, const struct bin_stat *bin)
{
    if (bin->bin_x < sheet->x_min)
        sheet->x_min = bin->bin_x;
    if (bin->bin_x > sheet->x_max)
        sheet->x_max = bin->bin_x;
    if (bin->bin_y < sheet->y_min)
        sheet->y_min = bin->bin_y;
    if (bin->bin_y > sheet->y_max)
        sheet->y_max = bin->bin_y;
}

/* All rasters of the survey, by operator and technology. The caller frees the array. */
static struct sheet *find_sheets(const struct model *m, const struct frame *frame,
                                 size_t *count)
{
    struct sheet *sheets = NULL;
    size_t capacity = 0;
    *count = 0;
    for (size_t i = 0; i < m->bin_count; i++) {
        const struct bin_stat *bin = &m->bins[i];
        if (!has_level(bin) || !is_inside(frame, bin))
            continue;
        struct sheet *sheet = sheet_of(sheets, *count, bin);
        if (sheet) {
            widen(sheet, bin);
            continue;
        }
        sheets = xgrow(sheets, *count, &capacity, sizeof *sheets);
        sheets[(*count)++] = (struct sheet){bin->mccmnc, bin->tech,  bin->bin_x,
                                            bin->bin_x,  bin->bin_y, bin->bin_y};
    }
    if (*count > 1)
        qsort(sheets, *count, sizeof *sheets, compare_sheets);
    return sheets;
}

/* North up: the top left corner is the upper edge of the highest row of bins. */
static bool georeference(struct out_gdal *g, GDALDatasetH sparse,
                         const struct sheet *sheet, const struct model *m)
{
    const double size_m = m->bin_size_m;
    double corner[6] = {sheet->x_min * size_m,
                        size_m,
                        0,
                        ((double)sheet->y_max + 1) * size_m,
                        0,
                        -size_m};
    OGRSpatialReferenceH srs = out_gdal_srs(g, crs_epsg(m->crs));
    const bool ok = srs && GDALSetSpatialRef(sparse, srs) == CE_None &&
                    GDALSetGeoTransform(sparse, corner) == CE_None;
    OSRRelease(srs);
    return out_gdal_check(g, ok, "GDALSetGeoTransform");
}

static bool describe(struct out_gdal *g, GDALRasterBandH band, const struct sheet *sheet)
{
    char digits[MCCMNC_TEXT_SIZE];
    mccmnc_format(sheet->mccmnc, digits);
    /* English whatever the language: the same survey gives the same bytes. */
    char *text = xasprintf("median %s level of %s, dBm", tech_name(sheet->tech), digits);
    GDALSetDescription(band, text);
    free(text);
    return out_gdal_check(g,
                          GDALSetRasterNoDataValue(band, NO_DATA) == CE_None &&
                              GDALSetRasterUnitType(band, "dBm") == CE_None,
                          "GDALSetRasterNoDataValue");
}

/* The pixels of a sheet. The caller frees the array. */
static struct pixel *find_pixels(const struct model *m, const struct sheet *sheet,
                                 size_t *count)
{
    struct pixel *pixels = NULL;
    size_t capacity = 0;
    *count = 0;
    for (size_t i = 0; i < m->bin_count; i++) {
        const struct bin_stat *bin = &m->bins[i];
        if (!belongs(sheet, bin))
            continue;
        pixels = xgrow(pixels, *count, &capacity, sizeof *pixels);
        pixels[(*count)++] = (struct pixel){(int32_t)((int64_t)bin->bin_x - sheet->x_min),
                                            (int32_t)((int64_t)sheet->y_max - bin->bin_y),
                                            (int16_t)bin->median_dbm};
    }
    return pixels;
}

static int compare_pixels(const void *left, const void *right)
{
    const struct pixel *a = left;
    const struct pixel *b = right;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return (a->level_dbm > b->level_dbm) - (a->level_dbm < b->level_dbm);
}

/* Merges squares of 2 x 2 pixels to one of their lower median: no level is invented, and
 * no road one bin wide is lost. Returns how many remain. */
static size_t halve(struct pixel *pixels, size_t count)
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

static bool draw(struct out_gdal *g, GDALRasterBandH band, struct pixel *pixels,
                 size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pixel *p = &pixels[i];
        const CPLErr err = GDALRasterIO(band, GF_Write, p->column, p->row, 1, 1,
                                        &p->level_dbm, 1, 1, GDT_Int16, 0, 0);
        if (!out_gdal_check(g, err == CE_None, "GDALRasterIO"))
            return false;
    }
    return true;
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

static bool draw_all(struct out_gdal *g, GDALDatasetH sparse, const struct sheet *sheet,
                     const struct model *m)
{
    size_t count = 0;
    struct pixel *pixels = find_pixels(m, sheet, &count);
    GDALRasterBandH band = GDALGetRasterBand(sparse, 1);
    bool ok = draw(g, band, pixels, count);
    const int overviews = GDALGetOverviewCount(band);
    for (int i = 0; i < overviews && ok; i++) {
        count = halve(pixels, count);
        ok = draw(g, GDALGetOverview(band, i), pixels, count);
    }
    free(pixels);
    GDALFlushCache(sparse);
    return ok && !g->failed;
}

static GDALDatasetH create_sparse(struct out_gdal *g, const char *memory,
                                  const struct sheet *sheet)
{
    char **options = NULL;
    options = CSLSetNameValue(options, "SPARSE_OK", "TRUE");
    options = CSLSetNameValue(options, "TILED", "YES");
    options = CSLSetNameValue(options, "BLOCKXSIZE", BLOCK_SIZE_TEXT);
    options = CSLSetNameValue(options, "BLOCKYSIZE", BLOCK_SIZE_TEXT);
    options = CSLSetNameValue(options, "COMPRESS", "DEFLATE");
    options = CSLSetNameValue(options, "BIGTIFF", "YES");
    GDALDatasetH sparse =
        GDALCreate(GDALGetDriverByName("GTiff"), memory, (int)sheet_width(sheet),
                   (int)sheet_height(sheet), 1, GDT_Int16, options);
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
static enum err check_extent(const struct sheet *sheet, const char *path)
{
    const int64_t max_blocks = INT64_C(1) << 24;
    const int64_t columns = sheet_width(sheet) / BLOCK_SIZE + 1;
    const int64_t rows = sheet_height(sheet) / BLOCK_SIZE + 1;
    if (sheet_width(sheet) <= INT32_MAX && sheet_height(sheet) <= INT32_MAX &&
        rows <= max_blocks / columns)
        return ERR_OK;
    err_report(
        _("%s: its bins span %" PRId64 " columns and %" PRId64 " rows, which is more "
          "than a GeoTIFF can hold; remove the log with the stray position, or choose "
          "a larger --bin-size"),
        path, sheet_width(sheet), sheet_height(sheet));
    return ERR_FAILED;
}

static void write_cog(struct out_gdal *g, const struct model *m,
                      const struct sheet *sheet)
{
    /* The path makes it this call's own among threads and directories. */
    char *memory = xasprintf("/vsimem/%s", g->path);
    GDALDatasetH sparse = create_sparse(g, memory, sheet);
    if (sparse) {
        if (georeference(g, sparse, sheet, m) &&
            describe(g, GDALGetRasterBand(sparse, 1), sheet) &&
            add_overviews(g, sparse) && draw_all(g, sparse, sheet, m))
            copy_to_disk(g, sparse);
        GDALClose(sparse);
        VSIUnlink(memory);
    }
    free(memory);
}

static enum err write_sheet(const struct model *m, const struct sheet *sheet,
                            const char *path)
{
    if (check_extent(sheet, path))
        return ERR_FAILED;
    struct out_gdal g;
    out_gdal_begin(&g, path);
    CPLSetThreadLocalConfigOption("SPARSE_OK_OVERVIEW", "TRUE");
    CPLSetThreadLocalConfigOption("GDAL_TIFF_OVR_BLOCKSIZE", BLOCK_SIZE_TEXT);
    write_cog(&g, m, sheet);
    CPLSetThreadLocalConfigOption("GDAL_TIFF_OVR_BLOCKSIZE", NULL);
    CPLSetThreadLocalConfigOption("SPARSE_OK_OVERVIEW", NULL);
    return out_gdal_end(&g);
}

enum err out_coverage(const struct model *m, const char *dir)
{
    size_t count = 0;
    const struct frame frame = find_frame(m);
    warn_outside(m, &frame);
    struct sheet *sheets = find_sheets(m, &frame, &count);
    enum err err = ERR_OK;
    for (size_t i = 0; i < count && !err; i++) {
        char digits[MCCMNC_TEXT_SIZE];
        mccmnc_format(sheets[i].mccmnc, digits);
        char *path =
            xasprintf("%s/coverage_%s_%s.tif", dir, digits, tech_name(sheets[i].tech));
        err = write_sheet(m, &sheets[i], path);
        free(path);
    }
    free(sheets);
    return err;
}
