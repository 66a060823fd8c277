/* The verdicts' symbols as small pictures: Google Earth draws no vectors at points. */
#include <ctype.h>
#include <gdal.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "palette.h"
#include "sinks.h"

enum { SIDE_PX = 64, SAMPLES = 4, MAX_POINTS = 128, BANDS = 4 };

/* The points of a path of the palette: M L H V absolute, A as the half circle that it is
 * there, Z. A new M ends the line before; breaks[] says where. */
struct outline {
    double x[MAX_POINTS], y[MAX_POINTS];
    bool starts[MAX_POINTS];
    int count;
};

static void add_point(struct outline *o, double x, double y, bool start)
{
    if (o->count == MAX_POINTS)
        return;
    o->x[o->count] = x;
    o->y[o->count] = y;
    o->starts[o->count++] = start;
}

/* Half a turn about the middle between the last point and the end, clockwise. */
static void add_half_circle(struct outline *o, double x, double y)
{
    enum { STEPS = 24 };
    if (o->count == 0)
        return;
    const double x0 = o->x[o->count - 1], y0 = o->y[o->count - 1];
    const double cx = (x0 + x) / 2, cy = (y0 + y) / 2;
    const double radius = hypot(x - x0, y - y0) / 2;
    const double from = atan2(y0 - cy, x0 - cx);
    for (int i = 1; i <= STEPS; i++) {
        const double angle = from + M_PI * i / STEPS;
        add_point(o, cx + radius * cos(angle), cy + radius * sin(angle), false);
    }
}

static double number(const char **at)
{
    char *end = NULL;
    while (**at == ' ' || **at == ',')
        (*at)++;
    const double value = strtod(*at, &end);
    *at = end > *at ? end : *at + (**at != '\0');
    return value;
}

static void read_path(const char *path, struct outline *o)
{
    char command = '\0';
    *o = (struct outline){0};
    for (const char *at = path; *at;) {
        if (*at == ' ') {
            at++;
            continue;
        }
        if (isalpha((unsigned char)*at)) {
            command = *at++;
            if (command == 'Z')
                continue;
        }
        const double last_x = o->count ? o->x[o->count - 1] : 0;
        const double last_y = o->count ? o->y[o->count - 1] : 0;
        if (command == 'A') {
            for (int i = 0; i < 5; i++) /* radii and flags: the ends say it all */
                number(&at);
        }
        const double x = command == 'V' ? last_x : number(&at);
        const double y = command == 'H' ? last_y : number(&at);
        if (command == 'A')
            add_half_circle(o, x, y);
        else
            add_point(o, x, y, command == 'M');
    }
}

static bool inside(const struct outline *o, double x, double y)
{
    bool in = false;
    for (int i = 0, k = o->count - 1; i < o->count; k = i++) {
        if ((o->y[i] > y) != (o->y[k] > y) &&
            x < (o->x[k] - o->x[i]) * (y - o->y[i]) / (o->y[k] - o->y[i]) + o->x[i])
            in = !in;
    }
    return in;
}

static double distance(const struct outline *o, double x, double y, bool closed)
{
    double best = INFINITY;
    for (int i = 0; i < o->count; i++) {
        const int k = i > 0 ? i - 1 : o->count - 1;
        if (!closed && o->starts[i])
            continue;
        const double dx = o->x[i] - o->x[k], dy = o->y[i] - o->y[k];
        const double length = dx * dx + dy * dy;
        const double along = ((x - o->x[k]) * dx + (y - o->y[k]) * dy) / length;
        const double t = length > 0 ? fmin(fmax(along, 0), 1) : 0;
        best = fmin(best, hypot(x - o->x[k] - t * dx, y - o->y[k] - t * dy));
    }
    return best;
}

/* What a point of the symbol shows. */
enum ink { INK_NONE, INK_HALO, INK_COLOUR };

static enum ink ink_at(const struct palette_symbol *symbol, const struct outline *outline,
                       const struct outline *cross, double x, double y)
{
    const double edge = distance(outline, x, y, true);
    const bool in = inside(outline, x, y);
    if (in && cross->count > 0 && distance(cross, x, y, false) < 1.2)
        return INK_HALO;
    if (symbol->hollow)
        return edge < 1.3 ? INK_COLOUR : in ? INK_HALO : INK_NONE;
    if (in)
        return INK_COLOUR;
    return edge < 1.2 ? INK_HALO : INK_NONE; /* a rim, for dark pictures from above */
}

static void draw(enum verdict verdict, uint8_t pixels[BANDS][SIDE_PX * SIDE_PX])
{
    const struct palette_symbol *symbol = palette_symbol(verdict);
    struct outline outline, cross = {0};
    uint8_t colour[3], halo[3];
    read_path(symbol->outline, &outline);
    if (symbol->cross)
        read_path(symbol->cross, &cross);
    palette_rgb(palette_verdict(verdict)->light, colour);
    palette_rgb(palette_colours[PALETTE_HALO].light, halo);
    for (int i = 0; i < SIDE_PX * SIDE_PX; i++) {
        int count[INK_COLOUR + 1] = {0};
        for (int k = 0; k < SAMPLES * SAMPLES; k++) {
            const double px = i % SIDE_PX + (k % SAMPLES + 0.5) / SAMPLES;
            const double py = (double)(i / SIDE_PX) +
                              ((double)(k / SAMPLES) + 0.5) / SAMPLES; /* NOLINT */
            count[ink_at(symbol, &outline, &cross, px * 22 / SIDE_PX - 11,
                         py * 22 / SIDE_PX - 11)]++;
        }
        const int seen = count[INK_HALO] + count[INK_COLOUR];
        for (int b = 0; b < 3 && seen > 0; b++)
            pixels[b][i] =
                (uint8_t)((halo[b] * count[INK_HALO] + colour[b] * count[INK_COLOUR]) /
                          seen);
        pixels[3][i] = (uint8_t)(seen * 255 / (SAMPLES * SAMPLES));
    }
}

bool kml_icon(enum verdict verdict, const char *path)
{
    static const GDALColorInterp bands[BANDS] = {GCI_RedBand, GCI_GreenBand, GCI_BlueBand,
                                                 GCI_AlphaBand};
    uint8_t pixels[BANDS][SIDE_PX * SIDE_PX] = {{0}};
    draw(verdict, pixels);
    GDALDatasetH memory = GDALCreate(GDALGetDriverByName("MEM"), "", SIDE_PX, SIDE_PX,
                                     BANDS, GDT_Byte, NULL);
    bool ok = memory != NULL;
    for (int b = 0; ok && b < BANDS; b++) {
        GDALRasterBandH band = GDALGetRasterBand(memory, b + 1);
        GDALSetRasterColorInterpretation(band, bands[b]);
        ok = GDALRasterIO(band, GF_Write, 0, 0, SIDE_PX, SIDE_PX, pixels[b], SIDE_PX,
                          SIDE_PX, GDT_Byte, 0, 0) == CE_None;
    }
    GDALDatasetH file = ok ? GDALCreateCopy(GDALGetDriverByName("PNG"), path, memory,
                                            FALSE, NULL, NULL, NULL)
                           : NULL;
    ok = file != NULL;
    if (file)
        GDALClose(file);
    if (memory)
        GDALClose(memory);
    return ok;
}
