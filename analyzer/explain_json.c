/* explain --json. Names are those of the CSV files where they have one. */
#include "explain_json.h"

#include "jsonw.h"
#include "stations.h"
#include "utc.h"

enum { DECIMALS = 6 };

static void text(struct jsonw *j, const char *key, const char *value)
{
    jsonw_key(j, key);
    jsonw_text(j, value);
}

static void number(struct jsonw *j, const char *key, double value)
{
    jsonw_key(j, key);
    jsonw_number(j, value, DECIMALS);
}

static void count(struct jsonw *j, const char *key, int64_t value)
{
    jsonw_key(j, key);
    if (value == ID_UNKNOWN)
        jsonw_null(j);
    else
        jsonw_int(j, value);
}

static void level(struct jsonw *j, const char *key, int dbm)
{
    jsonw_key(j, key);
    if (dbm == LEVEL_NONE)
        jsonw_null(j);
    else
        jsonw_int(j, dbm);
}

static void day(struct jsonw *j, const char *key, int32_t value)
{
    char date[UTC_TEXT_SIZE] = "";
    if (value != INT32_MIN)
        utc_format_date(value, date);
    text(j, key, date);
}

static void put_broadband(struct jsonw *j, const struct broadband *b)
{
    count(j, "broadband_tests", b->tests);
    count(j, "broadband_ok", b->ok);
    count(j, "median_down_kbps", b->median_down_kbps);
    count(j, "median_up_kbps", b->median_up_kbps);
    count(j, "median_ping_ms", b->median_ping_ms);
}

static void put_operator(struct jsonw *j, const struct model *m,
                         const struct bin_list *area, const struct area_operator *o)
{
    char digits[MCCMNC_TEXT_SIZE], code[MCCMNC_TEXT_SIZE];
    const struct judge_evidence e = evidence_judged(m, area, o);
    const struct judge_steps s = judge_explain(&e, m->rule);
    mccmnc_format(o->mccmnc, code);
    jsonw_open(j, '{');
    text(j, "mccmnc", code);
    text(j, "operator", region_operator_name(m->region, o->mccmnc, digits));
    jsonw_key(j, "in_rule");
    jsonw_bool(j, o->in_rule);
    text(j, "result", judge_result_name(o->judgement.result));
    number(j, "availability", o->judgement.availability);
    number(j, "availability_low", o->judgement.low);
    number(j, "availability_high", o->judgement.high);
    number(j, "effective_n", o->judgement.effective_n);
    number(j, "rho_seen", s.rho_seen);
    number(j, "rho_cross", s.rho_cross);
    number(j, "rho_area", e.area_rho);
    number(j, "variance", s.variance);
    count(j, "bins", o->bins);
    count(j, "visits", o->visits);
    count(j, "samples", o->samples);
    count(j, "no_service_samples", o->no_service_samples);
    number(j, "service_share", o->service_share);
    level(j, "median_dbm", o->median_dbm);
    level(j, "p10_dbm", o->p10_dbm);
    put_broadband(j, &o->broadband);
    if (o->in_rule && o->judgement.result == RESULT_UNKNOWN) {
        text(j, "if_unseen_pass", judge_result_name(evidence_imagine(m, area, o, 1)));
        text(j, "if_unseen_fail", judge_result_name(evidence_imagine(m, area, o, 0)));
    }
    jsonw_close(j, '}');
}

static void put_area(struct jsonw *j, const struct model *m, const struct area *a,
                     const struct bin_list *bins)
{
    jsonw_open(j, '{');
    text(j, "area_code", a->area_code);
    text(j, "area_kind", model_area_kind_name(a->kind));
    text(j, "name", a->name);
    number(j, "lat_deg", a->point.lat_deg);
    number(j, "lon_deg", a->point.lon_deg);
    number(j, "radius_m", a->radius_m);
    count(j, "households", a->households);
    text(j, "result", judge_result_name(a->result));
    count(j, "bins_total", a->bins_total);
    jsonw_key(j, "operators");
    jsonw_open(j, '[');
    for (size_t i = 0; i < a->operator_count; i++)
        put_operator(j, m, bins, &a->operators[i]);
    jsonw_close(j, ']');
    jsonw_close(j, '}');
}

static void put_note(struct jsonw *j, const struct note *n)
{
    jsonw_open(j, '{');
    text(j, "decision", model_decision_name(n->decision));
    text(j, "by", n->by);
    day(j, "date", n->day);
    text(j, "reason", n->reason);
    jsonw_close(j, '}');
}

static void put_notes(struct jsonw *j, const struct hamlet *h)
{
    jsonw_key(j, "noted");
    if (h->note)
        put_note(j, h->note);
    else
        jsonw_null(j);
    jsonw_key(j, "notes");
    jsonw_open(j, '[');
    for (size_t i = 0; i < h->note_count; i++)
        put_note(j, &h->notes[i]);
    jsonw_close(j, ']');
}

/* Nothing where there is none. */
static void put_suspects(struct jsonw *j, const struct suspects_found *found)
{
    bool any = false;
    for (int k = 0; k < SUSPECT_COUNT; k++) {
        if (found->count[k] == 0)
            continue;
        if (!any) {
            jsonw_key(j, "suspects");
            jsonw_open(j, '{');
        }
        any = true;
        jsonw_key(j, suspect_name((enum suspect)k));
        jsonw_open(j, '{');
        count(j, "times", found->count[k]);
        count(j, "first_row", found->first_line[k]);
        jsonw_close(j, '}');
    }
    if (any)
        jsonw_close(j, '}');
}

static void put_logs(struct jsonw *j, const struct model *m, const struct evidence *e)
{
    jsonw_key(j, "logs");
    jsonw_open(j, '[');
    for (size_t i = 0; i < m->log_count; i++) {
        if (e->log_samples[i] == 0)
            continue;
        jsonw_open(j, '{');
        text(j, "file", m->logs[i].file);
        text(j, "format", m->logs[i].format);
        text(j, "sha256", m->logs[i].sha256);
        count(j, "samples", e->log_samples[i]);
        put_suspects(j, &m->logs[i].suspects);
        jsonw_close(j, '}');
    }
    jsonw_close(j, ']');
}

/* Nothing where the survey has no stations. */
static void put_stations(struct jsonw *j, const struct model *m, const struct hamlet *h)
{
    struct station_near near = {.from = h->areas[0].point};
    stations_near(m, &near);
    if (near.count == 0)
        return;
    jsonw_key(j, "stations");
    jsonw_open(j, '[');
    for (size_t i = 0; i < near.count; i++) {
        const struct station_near_item *n = &near.items[i];
        char digits[MCCMNC_TEXT_SIZE], code[MCCMNC_TEXT_SIZE];
        mccmnc_format(n->station.mccmnc, code);
        jsonw_open(j, '{');
        text(j, "name", n->name);
        text(j, "mccmnc", code);
        text(j, "operator",
             n->station.mccmnc
                 ? region_operator_name(m->region, n->station.mccmnc, digits)
                 : "");
        text(j, "tech", n->station.tech < TECH_COUNT ? tech_name(n->station.tech) : "");
        number(j, "lat_deg", n->station.pos.lat_deg);
        number(j, "lon_deg", n->station.pos.lon_deg);
        number(j, "distance_m", n->way.distance_m);
        number(j, "bearing_deg", n->way.bearing_deg);
        jsonw_close(j, '}');
    }
    jsonw_close(j, ']');
}

void explain_json(FILE *f, const struct model *m, const struct hamlet *h,
                  const struct evidence *e)
{
    struct jsonw j = {.out = f};
    jsonw_open(&j, '{');
    text(&j, "hamlet_code", h->hamlet_code);
    text(&j, "hamlet", h->name);
    text(&j, "commune_code", h->commune_code);
    text(&j, "commune", h->commune);
    text(&j, "province_code", h->province_code);
    text(&j, "province", h->province);
    count(&j, "households", h->households);
    text(&j, "electricity", model_yes_no_name(h->electricity));
    text(&j, "difficult", model_yes_no_name(h->difficult));
    text(&j, "verdict", judge_verdict_name(h->verdict));
    put_notes(&j, h);
    text(&j, "rule_id", m->rule->id);
    text(&j, "rule_sha256", m->rule->sha256);
    jsonw_key(&j, "from_dispatch");
    jsonw_bool(&j, m->rule->from_dispatch);
    day(&j, "as_of", m->as_of_day);
    jsonw_key(&j, "areas");
    jsonw_open(&j, '[');
    for (size_t i = 0; i < h->area_count; i++)
        put_area(&j, m, &h->areas[i], &e->areas[i]);
    jsonw_close(&j, ']');
    put_logs(&j, m, e);
    put_stations(&j, m, h);
    jsonw_close(&j, '}');
    fputc('\n', f);
}
