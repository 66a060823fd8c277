/* The layer of tracks: lines from bin to bin, straightened where that stays inside the
 * bins passed. */
#include <math.h>

#include "out_gpkg.h"
#include "utc.h"

const struct gpkg_column gpkg_track_columns[GPKG_TRACK_COLUMNS] = {
    {"log", OFTString},        {"sha256", OFTString},    {"date", OFTString},
    {"operators", OFTString},  {"first_utc", OFTString}, {"last_utc", OFTString},
    {"samples", OFTInteger64}, {"length_m", OFTReal},
};

size_t gpkg_track_count(const struct model *m)
{
    return m->track_count;
}

/* A part of one bin alone becomes a dash across the middle of it: a point has no length
 * to be drawn. */
static void end_part(OGRGeometryH line, double bin_size_m)
{
    if (!line || OGR_G_GetPointCount(line) != 1)
        return;
    const double x = OGR_G_GetX(line, 0), y = OGR_G_GetY(line, 0);
    OGR_G_SetPoint_2D(line, 0, x - bin_size_m / 4, y);
    OGR_G_AddPoint_2D(line, x + bin_size_m / 4, y);
}

/* A step of a kilometre is no way but a stray position, or a log of several devices. */
static bool is_jump(OGRGeometryH line, double x, double y)
{
    static const double jump_m = 1000;
    const int last = OGR_G_GetPointCount(line) - 1;
    return hypot(x - OGR_G_GetX(line, last), y - OGR_G_GetY(line, last)) > jump_m;
}

static OGRGeometryH lines_of(const struct track *t, double bin_size_m)
{
    OGRGeometryH lines = OGR_G_CreateGeometry(wkbMultiLineString);
    OGRGeometryH line = NULL;
    struct track_cursor c = track_start(t->path, t->path_size);
    while (track_next(&c)) {
        const double x = ((double)c.bin_x + 0.5) * bin_size_m;
        const double y = ((double)c.bin_y + 0.5) * bin_size_m;
        if (c.starts || !line || is_jump(line, x, y)) {
            end_part(line, bin_size_m);
            OGR_G_AddGeometryDirectly(lines, OGR_G_CreateGeometry(wkbLineString));
            line = OGR_G_GetGeometryRef(lines, OGR_G_GetGeometryCount(lines) - 1);
        }
        OGR_G_AddPoint_2D(line, x, y);
    }
    end_part(line, bin_size_m);
    return lines;
}

OGRGeometryH gpkg_track_fill(const struct model *m, size_t i, struct gpkg_row *row)
{
    const struct model_track *t = &m->tracks[i];
    char day[UTC_TEXT_SIZE];
    OGRGeometryH lines = lines_of(&t->track, m->track_bin_size_m);
    OGRGeometryH plain = OGR_G_Simplify(lines, m->track_bin_size_m / 2);
    utc_format_date(t->track.day, day);
    gpkg_put_text(row, t->log->file);
    gpkg_put_text(row, t->log->sha256);
    gpkg_put_text(row, day);
    gpkg_put_text(row, t->track.operators);
    gpkg_put_time(row, t->track.first_utc_ms);
    gpkg_put_time(row, t->track.last_utc_ms);
    gpkg_put_count(row, t->track.samples);
    gpkg_put_real(row, round(OGR_G_Length(plain ? plain : lines)));
    if (!plain)
        return lines;
    OGR_G_DestroyGeometry(lines);
    return OGR_G_ForceToMultiLineString(plain);
}
