/* The guide as JSON. */
#include "guide_json.h"

#include <math.h>

/* What a status socket has room for; the nearest come with `all`, too. */
enum { AREAS_SHOWN = 24, SHARE_DECIMALS = 6 };

static void put_share(struct jsonw *j, const char *key, double value)
{
    jsonw_key(j, key);
    jsonw_number(j, value, SHARE_DECIMALS);
}

static void put_count(struct jsonw *j, const char *key, size_t value)
{
    jsonw_key(j, key);
    jsonw_int(j, (int64_t)value);
}

static void put_text(struct jsonw *j, const char *key, const char *text)
{
    jsonw_key(j, key);
    jsonw_text(j, text);
}

/* Bins that are still needed: null where no number of them would do. */
static void put_need(struct jsonw *j, enum result result, const struct need *need)
{
    const bool settled = result != RESULT_UNKNOWN;
    jsonw_key(j, "bins_needed");
    if (!settled && need->state == NEED_IMPOSSIBLE)
        jsonw_null(j);
    else
        jsonw_int(j, settled ? 0 : (int64_t)need->count);
    jsonw_key(j, "samples_each");
    jsonw_int(j, settled ? 0 : need->samples_each);
}

static void put_operator(struct jsonw *j, const struct field_operator *o)
{
    char op[MCCMNC_TEXT_SIZE];
    mccmnc_format(o->mccmnc, op);
    jsonw_open(j, '{');
    put_text(j, "mccmnc", op);
    put_text(j, "result", judge_result_name(o->judgement.result));
    put_share(j, "availability", o->judgement.availability);
    put_share(j, "availability_low", o->judgement.low);
    put_share(j, "availability_high", o->judgement.high);
    put_share(j, "effective_n", o->judgement.effective_n);
    put_count(j, "bins", o->bins);
    put_count(j, "visits", (size_t)o->visits);
    put_count(j, "samples", (size_t)o->samples);
    put_need(j, o->judgement.result, &o->need);
    jsonw_close(j, '}');
}

static void put_way(struct jsonw *j, const struct guide_sight *s, struct latlon to)
{
    jsonw_key(j, "distance_m");
    jsonw_number(j, guide_distance_m(s, to), 0);
    jsonw_key(j, "bearing_deg");
    jsonw_number(j, s->has_pos ? guide_bearing_deg(s->pos, to) : (double)NAN, 0);
}

static void put_area(struct jsonw *j, const struct guide_sight *s,
                     const struct field_area *a)
{
    jsonw_open(j, '{');
    put_text(j, "area_code", a->plan->area_code);
    put_text(j, "area_kind", a->plan->kind);
    put_text(j, "name", a->plan->name);
    put_text(j, "result", judge_result_name(a->result));
    put_way(j, s, a->plan->point);
    put_count(j, "bins_total", a->plan->bin_count);
    put_need(j, a->result, &a->need);
    jsonw_key(j, "operators");
    jsonw_open(j, '[');
    for (size_t i = 0; i < s->field->operator_count; i++)
        put_operator(j, &a->operators[i]);
    jsonw_close(j, ']');
    jsonw_close(j, '}');
}

static void put_hamlet(struct jsonw *j, const struct guide_sight *s,
                       const struct field_hamlet *h, size_t areas_shown)
{
    jsonw_open(j, '{');
    put_text(j, "hamlet_code", h->plan->hamlet_code);
    put_text(j, "name", h->plan->name);
    put_text(j, "commune", h->plan->commune);
    put_text(j, "verdict", judge_verdict_name(h->verdict));
    put_way(j, s, h->plan->point);
    jsonw_key(j, "areas");
    jsonw_open(j, '[');
    for (size_t i = 0; i < h->area_count && i < areas_shown; i++)
        put_area(j, s, &h->areas[i]);
    jsonw_close(j, ']');
    jsonw_close(j, '}');
}

static void put_stop(struct jsonw *j, const struct guide_sight *s,
                     const struct plan_stop *stop)
{
    const struct plan_hamlet *h = s->field->hamlets[stop->hamlet].plan;
    jsonw_open(j, '{');
    jsonw_key(j, "team");
    jsonw_int(j, stop->team);
    jsonw_key(j, "day");
    jsonw_int(j, stop->day);
    jsonw_key(j, "stop");
    jsonw_int(j, stop->order);
    put_text(j, "hamlet_code", h->hamlet_code);
    put_text(j, "name", h->name);
    put_way(j, s, h->point);
    jsonw_close(j, '}');
}

static void put_hamlets(struct jsonw *j, const struct guide_sight *s)
{
    jsonw_key(j, "hamlet_list");
    jsonw_open(j, '[');
    for (size_t i = 0; i < s->field->hamlet_count; i++)
        put_hamlet(j, s, &s->field->hamlets[i], SIZE_MAX);
    jsonw_close(j, ']');
}

void guide_json(struct jsonw *j, const struct guide_sight *s, bool all)
{
    const struct field_progress p = field_progress(s->field);
    jsonw_open(j, '{');
    put_text(j, "survey", s->field->plan->survey);
    put_text(j, "rule_id", s->field->plan->rule.id);
    jsonw_key(j, "team");
    jsonw_int(j, s->field->team);
    jsonw_key(j, "ready");
    jsonw_bool(j, s->ready);
    jsonw_key(j, "complete");
    jsonw_bool(j, !s->failed);
    put_count(j, "hamlets", p.hamlets);
    put_count(j, "hamlets_decided", p.hamlets_done);
    put_count(j, "areas", p.areas);
    put_count(j, "areas_done", p.areas_done);
    if (all) {
        put_hamlets(j, s);
    } else {
        jsonw_key(j, "nearest");
        if (s->hamlet)
            put_hamlet(j, s, s->hamlet, AREAS_SHOWN);
        else
            jsonw_null(j);
    }
    jsonw_key(j, "next_stop");
    if (s->stop)
        put_stop(j, s, s->stop);
    else
        jsonw_null(j);
    jsonw_close(j, '}');
}
