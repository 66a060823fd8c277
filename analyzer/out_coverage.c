/* Rasters of bins: coverage_<mccmnc>_<tech>.tif, the median level, and
 * availability_<mccmnc>.tif, the share by which an operator is judged, from 0 to 1. Each
 * with a style beside it, which QGIS finds by the name. */
#include "out_coverage.h"

#include <cpl_conv.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "out.h"
#include "out_cog.h"
#include "qgis_style.h"
#include "units.h"
#include "xmem.h"

enum { NO_LEVEL = -32768, NO_SHARE = -1 };

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

/* True where a row of bins has a value for a raster of its own technology, or, TECH_NONE,
 * of availability. Rows of one bin and operator share that: the first of them has it. */
static bool has_value(const struct model *m, size_t i, enum tech tech)
{
    const struct bin_stat *bin = &m->bins[i];
    if (tech != TECH_NONE)
        return bin->tech == tech && bin->samples > 0 && bin->median_dbm != LEVEL_NONE;
    const struct bin_stat *before = i > 0 ? bin - 1 : NULL;
    return isfinite(bin->share) &&
           !(before && before->bin_x == bin->bin_x && before->bin_y == bin->bin_y &&
             before->mccmnc == bin->mccmnc);
}

/* By operator and technology, availability first. */
static int compare_sheets(const void *left, const void *right)
{
    const struct coverage_sheet *a = left;
    const struct coverage_sheet *b = right;
    if (a->mccmnc != b->mccmnc)
        return a->mccmnc < b->mccmnc ? -1 : 1;
    const int ta = a->tech == TECH_NONE ? -1 : (int)a->tech;
    const int tb = b->tech == TECH_NONE ? -1 : (int)b->tech;
    return (ta > tb) - (ta < tb);
}

struct sheet_list {
    struct coverage_sheet *items;
    size_t count, capacity;
};

/* Makes room for a bin in the sheet of its operator and `tech`. */
static void widen(struct sheet_list *list, const struct bin_stat *bin, enum tech tech)
{
    struct coverage_sheet *s = NULL;
    for (size_t i = 0; i < list->count && !s; i++) {
        if (list->items[i].mccmnc == bin->mccmnc && list->items[i].tech == tech)
            s = &list->items[i];
    }
    if (!s) {
        list->items =
            xgrow(list->items, list->count, &list->capacity, sizeof *list->items);
        s = &list->items[list->count++];
        *s = (struct coverage_sheet){bin->mccmnc, tech,       bin->bin_x,
                                     bin->bin_x,  bin->bin_y, bin->bin_y};
    }
    s->x_min = bin->bin_x < s->x_min ? bin->bin_x : s->x_min;
    s->x_max = bin->bin_x > s->x_max ? bin->bin_x : s->x_max;
    s->y_min = bin->bin_y < s->y_min ? bin->bin_y : s->y_min;
    s->y_max = bin->bin_y > s->y_max ? bin->bin_y : s->y_max;
}

struct coverage_sheet *coverage_sheets(const struct model *m, size_t *count)
{
    struct sheet_list list = {0};
    const struct frame frame = find_frame(m);
    for (size_t i = 0; i < m->bin_count; i++) {
        const struct bin_stat *bin = &m->bins[i];
        if (!is_inside(&frame, bin))
            continue;
        if (bin->tech != TECH_NONE && has_value(m, i, bin->tech))
            widen(&list, bin, bin->tech);
        if (has_value(m, i, TECH_NONE))
            widen(&list, bin, TECH_NONE);
    }
    if (list.count > 1)
        qsort(list.items, list.count, sizeof *list.items, compare_sheets);
    *count = list.count;
    return list.items;
}

char *coverage_sheet_file(const struct coverage_sheet *sheet, const char *ending)
{
    char digits[MCCMNC_TEXT_SIZE];
    mccmnc_format(sheet->mccmnc, digits);
    if (sheet->tech == TECH_NONE)
        return xasprintf("availability_%s.%s", digits, ending);
    return xasprintf("coverage_%s_%s.%s", digits, tech_name(sheet->tech), ending);
}

/* The pixels of a sheet. The caller frees the array. */
static struct cog_pixel *find_pixels(const struct model *m,
                                     const struct coverage_sheet *sheet, size_t *count)
{
    const struct frame frame = {sheet->x_min, sheet->x_max, sheet->y_min, sheet->y_max};
    struct cog_pixel *pixels = NULL;
    size_t capacity = 0;
    *count = 0;
    for (size_t i = 0; i < m->bin_count; i++) {
        const struct bin_stat *bin = &m->bins[i];
        if (bin->mccmnc != sheet->mccmnc || !has_value(m, i, sheet->tech) ||
            !is_inside(&frame, bin))
            continue;
        pixels = xgrow(pixels, *count, &capacity, sizeof *pixels);
        pixels[(*count)++] = (struct cog_pixel){
            (int32_t)((int64_t)bin->bin_x - sheet->x_min),
            (int32_t)((int64_t)sheet->y_max - bin->bin_y),
            sheet->tech == TECH_NONE ? (float)bin->share : (float)bin->median_dbm};
    }
    return pixels;
}

/* English whatever the language: the same survey gives the same bytes. */
static char *describe(const struct coverage_sheet *sheet)
{
    char digits[MCCMNC_TEXT_SIZE];
    mccmnc_format(sheet->mccmnc, digits);
    if (sheet->tech == TECH_NONE)
        return xasprintf("availability of %s, 0 to 1", digits);
    return xasprintf("median %s level of %s, dBm", tech_name(sheet->tech), digits);
}

static enum err write_raster(const struct model *m, const struct coverage_sheet *sheet,
                             const char *dir)
{
    char *file = coverage_sheet_file(sheet, "tif");
    char *path = xasprintf("%s/%s", dir, file);
    char *description = describe(sheet);
    const bool is_share = sheet->tech == TECH_NONE;
    struct cog cog = {.west_m = sheet->x_min * m->bin_size_m,
                      .north_m = ((double)sheet->y_max + 1) * m->bin_size_m,
                      .pixel_m = m->bin_size_m,
                      .epsg = crs_epsg(m->crs),
                      .width = (int64_t)sheet->x_max - sheet->x_min + 1,
                      .height = (int64_t)sheet->y_max - sheet->y_min + 1,
                      .is_share = is_share,
                      .no_data = is_share ? NO_SHARE : NO_LEVEL,
                      .description = description,
                      .unit = is_share ? "" : "dBm"};
    cog.pixels = find_pixels(m, sheet, &cog.pixel_count);
    const enum err err = out_cog_write(&cog, path);
    free(cog.pixels);
    free(description);
    free(path);
    free(file);
    return err;
}

static enum err write_style(const struct model *m, const struct coverage_sheet *sheet,
                            const char *dir)
{
    char *file = coverage_sheet_file(sheet, "qml");
    char *qml = qgis_style_raster_qml(m, sheet->tech);
    FILE *f = out_open(dir, file);
    enum err err = ERR_FAILED;
    if (f) {
        fputs(qml, f);
        err = out_close(f, dir, file);
    }
    CPLFree(qml);
    free(file);
    return err;
}

enum err out_coverage(const struct model *m, const char *dir)
{
    size_t count = 0;
    const struct frame frame = find_frame(m);
    warn_outside(m, &frame);
    struct coverage_sheet *sheets = coverage_sheets(m, &count);
    enum err err = ERR_OK;
    for (size_t i = 0; i < count && !err; i++) {
        err = write_raster(m, &sheets[i], dir);
        if (!err)
            err = write_style(m, &sheets[i], dir);
    }
    free(sheets);
    return err;
}
