/* The map's data. Names are those of the CSV files; what repeats per hamlet, area or bin
 * is packed as map_places.c and map_bins.c describe it. */
#include "map_data.h"

#include "jsonw.h"
#include "lang.h"
#include "map_bins.h"
#include "map_places.h"
#include "map_shapes.h"
#include "map_stations.h"
#include "palette.h"
#include "units.h"
#include "utc.h"

enum { DEGREE_DECIMALS = 6, SHARE_DECIMALS = 6, METRE_DECIMALS = 3 };

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

/* Code and name of each, in the order of their numbers. */
static void write_operators(struct jsonw *j, const struct model *model,
                            const struct map_operators *ops)
{
    jsonw_key(j, "operators");
    jsonw_open(j, '[');
    for (size_t i = 0; i < ops->count; i++) {
        char code[MCCMNC_TEXT_SIZE], digits[MCCMNC_TEXT_SIZE];
        mccmnc_format(ops->list[i], code);
        jsonw_open(j, '{');
        text_member(j, "mccmnc", code);
        text_member(j, "name", region_operator_name(model->region, ops->list[i], digits));
        jsonw_close(j, '}');
    }
    jsonw_close(j, ']');
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

/* Names of what is packed as a number. */
static void write_names(struct jsonw *j)
{
    jsonw_key(j, "verdicts");
    jsonw_open(j, '[');
    for (int v = 0; v < VERDICT_COUNT; v++)
        jsonw_text(j, judge_verdict_name((enum verdict)v));
    jsonw_close(j, ']');
    jsonw_key(j, "results");
    jsonw_open(j, '[');
    for (int r = 0; r < RESULT_COUNT; r++)
        jsonw_text(j, judge_result_name((enum result)r));
    jsonw_close(j, ']');
    jsonw_key(j, "kinds");
    jsonw_open(j, '[');
    for (int k = AREA_CENTRE; k <= AREA_POLYGON; k++)
        jsonw_text(j, model_area_kind_name((enum area_kind)k));
    jsonw_close(j, ']');
    jsonw_key(j, "yes_no");
    jsonw_open(j, '[');
    for (int v = YES_NO_UNKNOWN; v <= YES_NO_YES; v++)
        jsonw_text(j, model_yes_no_name((enum yes_no)v));
    jsonw_close(j, ']');
    jsonw_key(j, "presences");
    jsonw_open(j, '[');
    for (int v = PRESENCE_UNKNOWN; v <= PRESENCE_PRESENT; v++)
        jsonw_text(j, model_presence_name((enum presence)v));
    jsonw_close(j, ']');
}

static void write_units(struct jsonw *j, const struct model *model)
{
    jsonw_key(j, "communes");
    jsonw_open(j, '[');
    for (size_t c = 0; c < model->commune_count; c++) {
        const struct unit *commune = &model->communes[c];
        jsonw_open(j, '{');
        text_member(j, "code", commune->code);
        text_member(j, "name", commune->name);
        text_member(j, "province", commune->province);
        point_member(j, "at", map_shapes_inside(&commune->shape));
        jsonw_close(j, '}');
    }
    jsonw_close(j, ']');
    jsonw_key(j, "provinces");
    jsonw_open(j, '[');
    for (size_t p = 0; p < model->province_count; p++)
        jsonw_text(j, model->provinces[p].name);
    jsonw_close(j, ']');
    jsonw_key(j, "borders");
    struct map_pack pack;
    map_pack_open(&pack, j);
    map_shapes_borders(&pack, model->communes, model->commune_count);
    map_pack_close(&pack);
}

/* --- colours
 * -------------------------------------------------------------------------- */

static void write_theme(struct jsonw *j, const char *key, bool dark)
{
    jsonw_key(j, key);
    jsonw_open(j, '{');
    for (int i = 0; i < PALETTE_COUNT; i++)
        text_member(j, palette_colours[i].name,
                    dark ? palette_colours[i].dark : palette_colours[i].light);
    jsonw_close(j, '}');
}

static void write_symbols(struct jsonw *j)
{
    jsonw_key(j, "symbols");
    jsonw_open(j, '{');
    for (int v = 0; v < VERDICT_COUNT; v++) {
        const struct palette_symbol *symbol = palette_symbol((enum verdict)v);
        jsonw_key(j, judge_verdict_name((enum verdict)v));
        jsonw_open(j, '{');
        text_member(j, "outline", symbol->outline);
        text_member(j, "cross", symbol->cross);
        jsonw_key(j, "hollow");
        jsonw_bool(j, symbol->hollow);
        jsonw_close(j, '}');
    }
    jsonw_close(j, '}');
    jsonw_key(j, "dashes");
    jsonw_open(j, '{');
    for (int r = 0; r < RESULT_COUNT; r++)
        text_member(j, judge_result_name((enum result)r), palette_dashes((enum result)r));
    jsonw_close(j, '}');
}

static void write_edges(struct jsonw *j, const struct rule *rule)
{
    jsonw_key(j, "level_edges");
    jsonw_open(j, '{');
    for (int t = 0; t < TECH_COUNT; t++) {
        int edges[PALETTE_BANDS - 1];
        palette_edges(rule, (enum tech)t, edges);
        jsonw_key(j, tech_name((enum tech)t));
        jsonw_open(j, '[');
        for (int i = 0; i < PALETTE_BANDS - 1; i++)
            jsonw_int(j, edges[i]);
        jsonw_close(j, ']');
    }
    jsonw_close(j, '}');
    double edges[PALETTE_SHARES - 1];
    palette_share_edges(rule, edges);
    jsonw_key(j, "share_edges");
    jsonw_open(j, '[');
    for (int i = 0; i < PALETTE_SHARES - 1; i++)
        jsonw_number(j, edges[i], SHARE_DECIMALS);
    jsonw_close(j, ']');
}

static void write_palette(struct jsonw *j, const struct rule *rule)
{
    jsonw_key(j, "palette");
    jsonw_open(j, '{');
    write_theme(j, "light", false);
    write_theme(j, "dark", true);
    write_symbols(j);
    write_edges(j, rule);
    jsonw_close(j, '}');
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
    struct map_operators ops;
    map_operators_find(&ops, model);
    jsonw_open(&j, '{');
    write_survey(&j, model);
    write_rule(&j, model->rule);
    write_palette(&j, model->rule);
    write_operators(&j, model, &ops);
    jsonw_key(&j, "counts");
    write_counts(&j, &model->total.counts);
    write_names(&j);
    write_units(&j, model);
    map_places_write(&j, model, &ops);
    map_bins_write(&j, model);
    map_stations_write(&j, model);
    jsonw_close(&j, '}');
    map_operators_free(&ops);
}
