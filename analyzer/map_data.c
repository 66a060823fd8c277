/* The map's data. Names are those of the CSV files; what repeats per area or bin is an
 * array in the order of `operator_columns` and of the row format in map_bins.c. */
#include "map_data.h"

#include <math.h>
#include <stdlib.h>

#include "jsonw.h"
#include "lang.h"
#include "map_bins.h"
#include "map_shapes.h"
#include "units.h"
#include "utc.h"
#include "xmem.h"

enum { DEGREE_DECIMALS = 6, SHARE_DECIMALS = 6, METRE_DECIMALS = 3, VOTE_DECIMALS = 2 };

static void text_member(struct jsonw *j, const char *key, const char *text)
{
    jsonw_key(j, key);
    jsonw_text(j, text);
}

static void int_member(struct jsonw *j, const char *key, int64_t value)
{
    jsonw_key(j, key);
    jsonw_int(j, value);
}

static void number_member(struct jsonw *j, const char *key, double value, int decimals)
{
    jsonw_key(j, key);
    jsonw_number(j, value, decimals);
}

static void count_value(struct jsonw *j, int64_t value)
{
    if (value == ID_UNKNOWN)
        jsonw_null(j);
    else
        jsonw_int(j, value);
}

static void dbm_value(struct jsonw *j, int dbm)
{
    if (dbm == LEVEL_NONE)
        jsonw_null(j);
    else
        jsonw_int(j, dbm);
}

static void mccmnc_value(struct jsonw *j, mccmnc_t op)
{
    char text[MCCMNC_TEXT_SIZE];
    mccmnc_format(op, text);
    jsonw_text(j, text);
}

static void date_value(struct jsonw *j, int32_t day)
{
    char text[UTC_TEXT_SIZE] = "";
    if (day != INT32_MIN)
        utc_format_date(day, text);
    jsonw_text(j, text);
}

static void local_date_value(struct jsonw *j, int64_t t_utc_ms,
                             const struct region *region)
{
    date_value(j, t_utc_ms == TIME_UNKNOWN
                      ? INT32_MIN
                      : utc_local_day(t_utc_ms, region->utc_offset_s));
}

static void point_member(struct jsonw *j, const char *key, struct latlon p)
{
    jsonw_key(j, key);
    if (!geo_valid(p)) {
        jsonw_null(j);
        return;
    }
    jsonw_open(j, '[');
    jsonw_number(j, p.lat_deg, DEGREE_DECIMALS);
    jsonw_number(j, p.lon_deg, DEGREE_DECIMALS);
    jsonw_close(j, ']');
}

/* --- the rule
 * --------------------------------------------------------------------------- */

static void write_technologies(struct jsonw *j, const struct rule *rule)
{
    jsonw_key(j, "technologies");
    jsonw_open(j, '{');
    for (int t = 0; t < TECH_COUNT; t++) {
        const struct rule_technology *technology = &rule->technologies[t];
        if (!technology->counts)
            continue;
        jsonw_key(j, tech_name((enum tech)t));
        jsonw_open(j, '{');
        int_member(j, "level_dbm", technology->level_dbm);
        jsonw_key(j, "weak_dbm");
        dbm_value(j, technology->weak_dbm);
        jsonw_close(j, '}');
    }
    jsonw_close(j, '}');
}

static void write_rule(struct jsonw *j, const struct rule *rule)
{
    jsonw_key(j, "rule");
    jsonw_open(j, '{');
    text_member(j, "id", rule->id);
    text_member(j, "title", rule->title);
    text_member(j, "source", rule->source);
    text_member(j, "sha256", rule->sha256);
    jsonw_key(j, "from_dispatch");
    jsonw_bool(j, rule->from_dispatch);
    write_technologies(j, rule);
    text_member(j, "combine", rule->combine == RULE_ANY ? "any" : "all");
    jsonw_key(j, "mccmnc");
    jsonw_open(j, '[');
    for (size_t i = 0; i < rule->operator_count; i++)
        mccmnc_value(j, rule->operators[i]);
    jsonw_close(j, ']');
    number_member(j, "availability_min", rule->availability_min, SHARE_DECIMALS);
    number_member(j, "evidence_min", rule->evidence_min, SHARE_DECIMALS);
    number_member(j, "confidence", rule->confidence, SHARE_DECIMALS);
    number_member(j, "no_signal_max", rule->no_signal_max, SHARE_DECIMALS);
    int_member(j, "min_bins", rule->min_bins);
    int_member(j, "max_age_days", rule->max_age_days);
    jsonw_close(j, '}');
}

/* --- operators
 * -------------------------------------------------------------------------- */

static void add_operator(mccmnc_t **list, size_t *count, size_t *capacity, mccmnc_t op)
{
    for (size_t i = 0; i < *count; i++) {
        if ((*list)[i] == op)
            return;
    }
    *list = xgrow(*list, *count, capacity, sizeof **list);
    (*list)[(*count)++] = op;
}

static int compare_operators(const void *a, const void *b)
{
    const mccmnc_t p = *(const mccmnc_t *)a, q = *(const mccmnc_t *)b;
    return (p > q) - (p < q);
}

/* Names of all operators that the page may show: code to name. */
static void write_operators(struct jsonw *j, const struct model *model)
{
    mccmnc_t *list = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < model->rule->operator_count; i++)
        add_operator(&list, &count, &capacity, model->rule->operators[i]);
    for (size_t a = 0; a < model->area_count; a++) {
        for (size_t o = 0; o < model->areas[a].operator_count; o++)
            add_operator(&list, &count, &capacity, model->areas[a].operators[o].mccmnc);
    }
    for (size_t b = 0; b < model->bin_count; b++)
        add_operator(&list, &count, &capacity, model->bins[b].mccmnc);
    if (count > 0)
        qsort(list, count, sizeof *list, compare_operators);
    jsonw_key(j, "operators");
    jsonw_open(j, '{');
    for (size_t i = 0; i < count; i++) {
        char code[MCCMNC_TEXT_SIZE], digits[MCCMNC_TEXT_SIZE];
        mccmnc_format(list[i], code);
        text_member(j, code, region_operator_name(model->region, list[i], digits));
    }
    jsonw_close(j, '}');
    free(list);
}

/* --- places
 * ----------------------------------------------------------------------------- */

static void write_counts(struct jsonw *j, const struct verdict_counts *counts)
{
    const struct {
        const char *key;
        const int64_t *values;
    } rows[] = {{"hamlets", counts->verdict},
                {"no_electricity", counts->no_electricity},
                {"households", counts->households}};
    jsonw_open(j, '{');
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        jsonw_key(j, rows[r].key);
        jsonw_open(j, '{');
        for (int v = 0; v < VERDICT_COUNT; v++)
            int_member(j, judge_verdict_name((enum verdict)v), rows[r].values[v]);
        jsonw_close(j, '}');
    }
    jsonw_close(j, '}');
}

static const char *const operator_columns[] = {
    "mccmnc",           "in_rule",
    "result",           "availability",
    "availability_low", "availability_high",
    "effective_n",      "bins",
    "samples",          "no_service_samples",
    "median_dbm",       "p10_dbm",
    "first_date",       "last_date",
};

static void write_area_operator(struct jsonw *j, const struct area_operator *o,
                                const struct region *region)
{
    jsonw_open(j, '[');
    mccmnc_value(j, o->mccmnc);
    jsonw_int(j, o->in_rule ? 1 : 0);
    jsonw_text(j, judge_result_name(o->judgement.result));
    jsonw_number(j, o->judgement.availability, SHARE_DECIMALS);
    jsonw_number(j, o->judgement.low, SHARE_DECIMALS);
    jsonw_number(j, o->judgement.high, SHARE_DECIMALS);
    jsonw_number(j, o->judgement.effective_n, VOTE_DECIMALS);
    jsonw_int(j, o->bins);
    jsonw_int(j, o->samples);
    jsonw_int(j, o->no_service_samples);
    dbm_value(j, o->median_dbm);
    dbm_value(j, o->p10_dbm);
    local_date_value(j, o->first_utc_ms, region);
    local_date_value(j, o->last_utc_ms, region);
    jsonw_close(j, ']');
}

static void write_area(struct jsonw *j, const struct area *a, const struct region *region)
{
    jsonw_open(j, '{');
    text_member(j, "code", a->area_code);
    text_member(j, "name", a->name);
    text_member(j, "kind", model_area_kind_name(a->kind));
    point_member(j, "at", a->point);
    if (a->kind == AREA_POLYGON) {
        jsonw_key(j, "shape");
        map_shapes_polygon(j, &a->shape);
    } else {
        number_member(j, "radius_m", a->radius_m, METRE_DECIMALS);
    }
    jsonw_key(j, "households");
    count_value(j, a->households);
    int_member(j, "bins_total", a->bins_total);
    text_member(j, "result", judge_result_name(a->result));
    jsonw_key(j, "operators");
    jsonw_open(j, '[');
    for (size_t o = 0; o < a->operator_count; o++)
        write_area_operator(j, &a->operators[o], region);
    jsonw_close(j, ']');
    jsonw_close(j, '}');
}

static void write_hamlet(struct jsonw *j, const struct hamlet *h,
                         const struct region *region)
{
    jsonw_open(j, '{');
    text_member(j, "code", h->hamlet_code);
    text_member(j, "name", h->name);
    text_member(j, "commune", h->commune);
    text_member(j, "province", h->province);
    text_member(j, "verdict", judge_verdict_name(h->verdict));
    jsonw_key(j, "households");
    count_value(j, h->households);
    text_member(j, "electricity", model_yes_no_name(h->electricity));
    text_member(j, "difficult", model_yes_no_name(h->difficult));
    text_member(j, "broadband_3g4g", model_presence_name(h->broadband_3g4g));
    text_member(j, "broadband_5g", model_presence_name(h->broadband_5g));
    jsonw_key(j, "areas");
    jsonw_open(j, '[');
    for (size_t a = 0; a < h->area_count; a++)
        write_area(j, &h->areas[a], region);
    jsonw_close(j, ']');
    jsonw_close(j, '}');
}

static void write_hamlets(struct jsonw *j, const struct model *model)
{
    jsonw_key(j, "operator_columns");
    jsonw_open(j, '[');
    for (size_t i = 0; i < sizeof operator_columns / sizeof operator_columns[0]; i++)
        jsonw_text(j, operator_columns[i]);
    jsonw_close(j, ']');
    jsonw_key(j, "hamlets");
    jsonw_open(j, '[');
    for (size_t h = 0; h < model->hamlet_count; h++)
        write_hamlet(j, &model->hamlets[h], model->region);
    jsonw_close(j, ']');
}

static void write_units(struct jsonw *j, const struct model *model)
{
    jsonw_key(j, "communes");
    jsonw_open(j, '[');
    for (size_t c = 0; c < model->commune_count; c++) {
        jsonw_open(j, '{');
        text_member(j, "code", model->communes[c].code);
        text_member(j, "name", model->communes[c].name);
        point_member(j, "at", map_shapes_inside(&model->communes[c].shape));
        jsonw_close(j, '}');
    }
    jsonw_close(j, ']');
    jsonw_key(j, "provinces");
    jsonw_open(j, '[');
    for (size_t p = 0; p < model->province_count; p++)
        jsonw_text(j, model->provinces[p].name);
    jsonw_close(j, ']');
    jsonw_key(j, "borders");
    map_shapes_borders(j, model->communes, model->commune_count);
}

/* --- the survey
 * ------------------------------------------------------------------------- */

static void write_survey(struct jsonw *j, const struct model *model)
{
    int64_t rows = 0, accepted = 0;
    for (size_t i = 0; i < model->log_count; i++) {
        rows += model->logs[i].counts.rows;
        accepted += model->logs[i].counts.accepted;
    }
    text_member(j, "version", LOMSONG_VERSION);
    text_member(j, "lang", lang_get() == LANG_EN ? "en" : "vi");
    jsonw_key(j, "newest_date");
    date_value(j, model->newest_day);
    jsonw_key(j, "as_of_date");
    date_value(j, model->as_of_day);
    int_member(j, "epsg", model->crs == NULL ? 0 : crs_epsg(model->crs));
    number_member(j, "bin_size_m", model->bin_size_m, METRE_DECIMALS);
    int_member(j, "rows", rows);
    int_member(j, "accepted", accepted);
}

void map_data_write(FILE *out, const struct model *model)
{
    struct jsonw j = {out, false};
    jsonw_open(&j, '{');
    write_survey(&j, model);
    write_rule(&j, model->rule);
    write_operators(&j, model);
    jsonw_key(&j, "counts");
    write_counts(&j, &model->total.counts);
    write_units(&j, model);
    write_hamlets(&j, model);
    map_bins_write(&j, model);
    jsonw_close(&j, '}');
}
