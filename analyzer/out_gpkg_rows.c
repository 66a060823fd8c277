/* The rows of the layers: what the CSV of the same name says, with a geometry. */
#include <limits.h>
#include <math.h>
#include <ogr_api.h>
#include <stdlib.h>
#include <string.h>

#include "bin_class.h"
#include "lang.h"
#include "out_gpkg.h"
#include "units.h"
#include "utc.h"
#include "xmem.h"

/* Projects all vertices of a geometry in place; false where one cannot be. */
static bool project(OGRGeometryH g, const struct crs *crs)
{
    const int parts = OGR_G_GetGeometryCount(g);
    for (int i = 0; i < parts; i++) {
        if (!project(OGR_G_GetGeometryRef(g, i), crs))
            return false;
    }
    const int points = parts == 0 ? OGR_G_GetPointCount(g) : 0;
    for (int i = 0; i < points; i++) {
        const struct latlon p = {OGR_G_GetY(g, i), OGR_G_GetX(g, i)};
        const struct xy to = crs_forward(crs, p);
        if (!isfinite(to.x_m) || !isfinite(to.y_m))
            return false;
        OGR_G_SetPoint_2D(g, i, to.x_m, to.y_m);
    }
    return true;
}

/* The multipolygon of a shape of the model in the survey's CRS. `code` names it in the
 * warning that it cannot be drawn, which is no reason to lose its row. */
static OGRGeometryH project_shape(const struct model *m, const struct wkb *shape,
                                  const char *code)
{
    OGRGeometryH g = NULL;
    if (!shape->data || shape->size > INT_MAX)
        return NULL;
    if (OGR_G_CreateFromWkb(shape->data, NULL, &g, (int)shape->size) == OGRERR_NONE) {
        OGR_G_FlattenTo2D(g);
        g = OGR_G_ForceToMultiPolygon(g);
        if (project(g, m->crs))
            return g;
    }
    OGR_G_DestroyGeometry(g);
    err_warn(_("survey.gpkg: the polygon of \"%s\" cannot be projected to EPSG:%d; "
               "its row is written without it"),
             code, crs_epsg(m->crs));
    return NULL;
}

static OGRGeometryH project_point(const struct model *m, struct latlon p)
{
    const struct xy to = crs_forward(m->crs, p);
    if (!isfinite(to.x_m) || !isfinite(to.y_m))
        return NULL;
    OGRGeometryH g = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_SetPoint_2D(g, 0, to.x_m, to.y_m);
    return g;
}

/* A polygon of one ring, taken over, as the one part of a multipolygon. */
static OGRGeometryH multipolygon_of(OGRGeometryH ring)
{
    OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
    OGR_G_AddGeometryDirectly(polygon, ring);
    OGRGeometryH multi = OGR_G_CreateGeometry(wkbMultiPolygon);
    OGR_G_AddGeometryDirectly(multi, polygon);
    return multi;
}

/* The circle in which an area's bins were chosen, as they were: in the survey's CRS. */
static OGRGeometryH circle(const struct model *m, struct latlon centre, double radius_m)
{
    enum { SEGMENTS = 64 };
    const struct xy c = crs_forward(m->crs, centre);
    if (!isfinite(c.x_m) || !isfinite(c.y_m))
        return NULL;
    OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
    for (int i = 0; i <= SEGMENTS; i++) {
        const double angle = 2 * M_PI * (i % SEGMENTS) / SEGMENTS;
        OGR_G_AddPoint_2D(ring, c.x_m + radius_m * cos(angle),
                          c.y_m + radius_m * sin(angle));
    }
    return multipolygon_of(ring);
}

/* The operators of the rule that pass in an area: "45201;45204". The caller frees it. */
static char *passing_operators(const struct area *a)
{
    const size_t each = MCCMNC_TEXT_SIZE; /* digits and a separator */
    char *text = xcalloc(a->rule_operator_count + 1, each);
    char *end = text;
    for (size_t i = 0; i < a->rule_operator_count; i++) {
        if (a->operators[i].judgement.result != RESULT_PASS)
            continue;
        if (end != text)
            *end++ = ';';
        mccmnc_format(a->operators[i].mccmnc, end);
        end += strlen(end);
    }
    return text;
}

/* best_operator and the availability with its interval, which is 0 to 1 where no operator
 * has one. */
static void put_best(struct gpkg_row *row, const struct area_operator *best)
{
    const struct judgement none = {.availability = (double)NAN, .low = 0, .high = 1};
    const struct judgement *j = best ? &best->judgement : &none;
    gpkg_put_operator(row, best ? best->mccmnc : 0);
    gpkg_put_real(row, j->availability);
    gpkg_put_real(row, j->low);
    gpkg_put_real(row, j->high);
}

static const struct gpkg_column hamlet_columns[] = {
    {"province_code", OFTString},
    {"province", OFTString},
    {"commune_code", OFTString},
    {"commune", OFTString},
    {"hamlet_code", OFTString},
    {"hamlet", OFTString},
    {"lat_deg", OFTReal},
    {"lon_deg", OFTReal},
    {"households", OFTInteger64},
    {"electricity", OFTString},
    {"difficult", OFTString},
    {"verdict", OFTString},
    {"centre", OFTString},
    {"clusters", OFTInteger64},
    {"clusters_failed", OFTInteger64},
    {"operators_pass", OFTString},
    {"best_operator", OFTString},
    {"availability", OFTReal},
    {"availability_low", OFTReal},
    {"availability_high", OFTReal},
    {"bins", OFTInteger64},
    {"bins_total", OFTInteger64},
    {"samples", OFTInteger64},
    {"first_utc", OFTString},
    {"last_utc", OFTString},
    {"rule_id", OFTString},
    {"noted_verdict", OFTString},
    {"noted_by", OFTString},
    {"noted_date", OFTString},
    {"noted_reason", OFTString},
};

static void put_note(struct gpkg_row *row, const struct note *note)
{
    char day[UTC_TEXT_SIZE] = "";
    if (note)
        utc_format_date(note->day, day);
    gpkg_put_text(row, note ? judge_verdict_name(note->decision) : NULL);
    gpkg_put_text(row, note ? note->by : NULL);
    gpkg_put_text(row, day);
    gpkg_put_text(row, note ? note->reason : NULL);
}

static OGRGeometryH fill_hamlet(const struct model *m, size_t i, struct gpkg_row *row)
{
    const struct hamlet *h = &m->hamlets[i];
    const struct area *centre = &h->areas[0];
    const struct area_operator *best = centre->best;
    gpkg_put_text(row, h->province_code);
    gpkg_put_text(row, h->province);
    gpkg_put_text(row, h->commune_code);
    gpkg_put_text(row, h->commune);
    gpkg_put_text(row, h->hamlet_code);
    gpkg_put_text(row, h->name);
    gpkg_put_real(row, centre->point.lat_deg);
    gpkg_put_real(row, centre->point.lon_deg);
    gpkg_put_count(row, h->households);
    gpkg_put_text(row, model_yes_no_name(h->electricity));
    gpkg_put_text(row, model_yes_no_name(h->difficult));
    gpkg_put_text(row, judge_verdict_name(h->verdict));
    gpkg_put_text(row, judge_result_name(centre->result));
    gpkg_put_count(row, (int64_t)h->area_count - 1);
    gpkg_put_count(row, (int64_t)h->clusters_failed);
    char *passing = passing_operators(centre);
    gpkg_put_text(row, passing);
    free(passing);
    put_best(row, best);
    gpkg_put_count(row, best ? best->bins : 0);
    gpkg_put_count(row, centre->bins_total);
    gpkg_put_count(row, best ? best->samples : 0);
    gpkg_put_time(row, best ? best->first_utc_ms : TIME_UNKNOWN);
    gpkg_put_time(row, best ? best->last_utc_ms : TIME_UNKNOWN);
    gpkg_put_text(row, m->rule->id);
    put_note(row, h->note);
    return project_point(m, centre->point);
}

static const struct gpkg_column area_columns[] = {
    {"hamlet_code", OFTString},        {"area_code", OFTString},
    {"area_kind", OFTString},          {"name", OFTString},
    {"households", OFTInteger64},      {"result", OFTString},
    {"best_operator", OFTString},      {"availability", OFTReal},
    {"availability_low", OFTReal},     {"availability_high", OFTReal},
    {"effective_n", OFTReal},          {"bins", OFTInteger64},
    {"bins_total", OFTInteger64},      {"samples", OFTInteger64},
    {"broadband_tests", OFTInteger64}, {"broadband_ok", OFTInteger64},
    {"broadband_share", OFTReal},      {"median_down_kbps", OFTInteger64},
    {"median_up_kbps", OFTInteger64},  {"ping_tests", OFTInteger64},
    {"ping_ok", OFTInteger64},         {"median_ping_ms", OFTInteger64},
};

/* The best operator's; NULL where nothing was tested. */
static void put_broadband(struct gpkg_row *row, const struct area_operator *best)
{
    const struct broadband *b =
        best ? &best->broadband
             : &(const struct broadband){.median_down_kbps = ID_UNKNOWN,
                                         .median_up_kbps = ID_UNKNOWN,
                                         .median_ping_ms = ID_UNKNOWN};
    gpkg_put_count(row, b->tests ? b->tests : ID_UNKNOWN);
    gpkg_put_count(row, b->tests ? b->ok : ID_UNKNOWN);
    gpkg_put_real(row, model_broadband_share(b));
    gpkg_put_count(row, b->median_down_kbps);
    gpkg_put_count(row, b->median_up_kbps);
    gpkg_put_count(row, b->ping_tests ? b->ping_tests : ID_UNKNOWN);
    gpkg_put_count(row, b->ping_tests ? b->ping_ok : ID_UNKNOWN);
    gpkg_put_count(row, b->median_ping_ms);
}

static OGRGeometryH fill_area(const struct model *m, size_t i, struct gpkg_row *row)
{
    const struct area *a = &m->areas[i];
    const struct area_operator *best = a->best;
    gpkg_put_text(row, m->hamlets[a->hamlet].hamlet_code);
    gpkg_put_text(row, a->area_code);
    gpkg_put_text(row, model_area_kind_name(a->kind));
    gpkg_put_text(row, a->name);
    gpkg_put_count(row, a->households);
    gpkg_put_text(row, judge_result_name(a->result));
    put_best(row, best);
    gpkg_put_real(row, best ? best->judgement.effective_n : 0);
    gpkg_put_count(row, best ? best->bins : 0);
    gpkg_put_count(row, a->bins_total);
    gpkg_put_count(row, best ? best->samples : 0);
    put_broadband(row, best);
    if (a->shape.data)
        return project_shape(m, &a->shape, a->area_code);
    return circle(m, a->point, a->radius_m);
}

static const struct gpkg_column commune_columns[] = {
    {"code", OFTString},
    {"name", OFTString},
    {"hamlets", OFTInteger64},
    {"covered", OFTInteger64},
    {"depression", OFTInteger64},
    {"no_signal", OFTInteger64},
    {"not_enough_data", OFTInteger64},
    {"depression_no_electricity", OFTInteger64},
    {"no_signal_no_electricity", OFTInteger64},
    {"not_enough_data_no_electricity", OFTInteger64},
    {"households_covered", OFTInteger64},
    {"households_depression", OFTInteger64},
    {"households_no_signal", OFTInteger64},
    {"households_not_enough_data", OFTInteger64},
    {"households_depression_no_electricity", OFTInteger64},
    {"households_no_signal_no_electricity", OFTInteger64},
    {"households_not_enough_data_no_electricity", OFTInteger64},
    {"broadband_3g4g", OFTString},
    {"broadband_5g", OFTString},
};

/* Seven columns: all verdicts, then those without electricity but the covered. */
static void put_verdicts(struct gpkg_row *row, const int64_t all[VERDICT_COUNT],
                         const int64_t no_electricity[VERDICT_COUNT])
{
    for (int v = 0; v < VERDICT_COUNT; v++)
        gpkg_put_count(row, all[v]);
    for (int v = VERDICT_COVERED + 1; v < VERDICT_COUNT; v++)
        gpkg_put_count(row, no_electricity[v]);
}

static OGRGeometryH fill_commune(const struct model *m, size_t i, struct gpkg_row *row)
{
    const struct unit *u = &m->communes[i];
    gpkg_put_text(row, u->code);
    gpkg_put_text(row, u->name);
    gpkg_put_count(row, u->counts.hamlets);
    put_verdicts(row, u->counts.verdict, u->counts.no_electricity);
    put_verdicts(row, u->counts.households, u->counts.households_no_electricity);
    gpkg_put_text(row, model_presence_name(u->broadband_3g4g));
    gpkg_put_text(row, model_presence_name(u->broadband_5g));
    return project_shape(m, &u->shape, u->code);
}

static size_t count_hamlets(const struct model *m)
{
    return m->hamlet_count;
}

static size_t count_areas(const struct model *m)
{
    return m->area_count;
}

static size_t count_communes(const struct model *m)
{
    return m->commune_count;
}

const struct gpkg_layer gpkg_layers[] = {
    {.name = "hamlet",
     .title = N_("Hamlets"),
     .geometry = wkbPoint,
     GPKG_COLUMNS(hamlet_columns),
     .row_count = count_hamlets,
     .fill = fill_hamlet},
    {.name = "test_area",
     .title = N_("Test areas"),
     .geometry = wkbMultiPolygon,
     GPKG_COLUMNS(area_columns),
     .row_count = count_areas,
     .fill = fill_area},
    {.name = "bin",
     .title = N_("Bins by operator and technology"),
     .geometry = wkbPolygon,
     GPKG_COLUMNS(gpkg_bin_columns),
     .row_count = gpkg_bin_count,
     .fill = gpkg_bin_fill,
     .square = gpkg_bin_square},
    {.name = "bin_best",
     .title = N_("Bins, the best of those that count"),
     .geometry = wkbPolygon,
     GPKG_COLUMNS(gpkg_best_columns),
     .row_count = gpkg_bin_count,
     .next = bin_class_next,
     .fill = gpkg_best_fill,
     .square = gpkg_bin_square},
    {.name = "commune",
     .title = N_("Communes"),
     .geometry = wkbMultiPolygon,
     GPKG_COLUMNS(commune_columns),
     .row_count = count_communes,
     .fill = fill_commune},
    {.name = "track",
     .title = N_("Tracks"),
     .geometry = wkbMultiLineString,
     GPKG_COLUMNS(gpkg_track_columns),
     .row_count = gpkg_track_count,
     .fill = gpkg_track_fill},
    {.name = "station",
     .title = N_("Stations"),
     .geometry = wkbPoint,
     GPKG_COLUMNS(gpkg_station_columns),
     .row_count = gpkg_station_count,
     .only_with_rows = true,
     .fill = gpkg_station_fill},
};
const int gpkg_layer_count = (int)(sizeof gpkg_layers / sizeof *gpkg_layers);

bool gpkg_layer_is_there(const struct gpkg_layer *layer, const struct model *m)
{
    return !layer->only_with_rows || layer->row_count(m) > 0;
}

const struct gpkg_layer *gpkg_layer_find(const char *name)
{
    for (int i = 0; i < gpkg_layer_count; i++) {
        if (strcmp(gpkg_layers[i].name, name) == 0)
            return &gpkg_layers[i];
    }
    return NULL;
}
