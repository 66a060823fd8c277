/* The CSV tables: RFC 4180 with CRLF, UTF-8 with BOM (Excel keeps the diacritics). */
#include <stdlib.h>
#include <string.h>

#include "csvio.h"
#include "out.h"
#include "utc.h"
#include "xmem.h"

/* A table being written, one field after the other. */
struct table {
    FILE *out;
    bool first; /* in its row */
};

static void put(struct table *t, const char *text)
{
    csvio_put(t->out, text, t->first);
    t->first = false;
}

/* A number, code or name that needs no quotes. */
static void put_plain(struct table *t, const char *text)
{
    if (!t->first)
        putc_unlocked(',', t->out);
    t->first = false;
    for (; *text; text++)
        putc_unlocked(*text, t->out);
}

static void put_count(struct table *t, int64_t value)
{
    char buf[OUT_NUMBER_SIZE];
    put_plain(t, out_count(value, buf));
}

static void put_share(struct table *t, double value)
{
    char buf[OUT_NUMBER_SIZE];
    put_plain(t, out_share(value, buf));
}

static void put_dbm(struct table *t, int dbm)
{
    char buf[OUT_NUMBER_SIZE];
    put_plain(t, out_dbm(dbm, buf));
}

static void put_time(struct table *t, int64_t t_utc_ms)
{
    char buf[UTC_TEXT_SIZE];
    utc_format(t_utc_ms, buf);
    put(t, buf);
}

static void put_operator(struct table *t, mccmnc_t op)
{
    char buf[MCCMNC_TEXT_SIZE];
    mccmnc_format(op, buf);
    put_plain(t, buf);
}

static void put_point(struct table *t, struct latlon p)
{
    put_share(t, p.lat_deg);
    put_share(t, p.lon_deg);
}

static void end_row(struct table *t)
{
    csvio_end(t->out);
    t->first = true;
}

FILE *out_open_csv(const char *dir, const char *name, const char *header)
{
    FILE *f = out_open(dir, name);
    if (!f)
        return NULL;
    fputs("\xEF\xBB\xBF", f);
    fputs(header, f);
    csvio_end(f);
    return f;
}

static enum err open_table(const char *dir, const char *name, const char *header,
                           struct table *t)
{
    t->out = out_open_csv(dir, name, header);
    t->first = true;
    return t->out ? ERR_OK : ERR_FAILED;
}

static void put_operators_pass(struct table *t, const struct area *a)
{
    char *text = xstrdup("");
    for (size_t i = 0; i < a->rule_operator_count; i++) {
        if (a->operators[i].judgement.result != RESULT_PASS)
            continue;
        char digits[MCCMNC_TEXT_SIZE];
        mccmnc_format(a->operators[i].mccmnc, digits);
        char *more = xasprintf("%s%s%s", text, *text ? ";" : "", digits);
        free(text);
        text = more;
    }
    put(t, text);
    free(text);
}

static void put_best(struct table *t, const struct area *centre)
{
    static const struct area_operator nobody = {.first_utc_ms = TIME_UNKNOWN,
                                                .last_utc_ms = TIME_UNKNOWN};
    const struct area_operator *o = centre->best ? centre->best : &nobody;
    put_operator(t, o->mccmnc);
    if (centre->best) {
        put_share(t, o->judgement.availability);
        put_share(t, o->judgement.low);
        put_share(t, o->judgement.high);
    } else {
        put(t, "");
        put_share(t, 0);
        put_share(t, 1);
    }
    put_count(t, o->bins);
    put_count(t, centre->bins_total);
    put_count(t, o->samples);
    put_time(t, o->first_utc_ms);
    put_time(t, o->last_utc_ms);
}

static void put_note(struct table *t, const struct note *note)
{
    char day[UTC_TEXT_SIZE] = "";
    if (note)
        utc_format_date(note->day, day);
    put(t, note ? judge_verdict_name(note->decision) : "");
    put(t, note ? note->by : "");
    put(t, day);
    put(t, note ? note->reason : "");
}

static void put_hamlet(struct table *t, const struct model *m, const struct hamlet *h)
{
    const struct area *centre = &h->areas[0];
    put(t, h->province_code);
    put(t, h->province);
    put(t, h->commune_code);
    put(t, h->commune);
    put(t, h->hamlet_code);
    put(t, h->name);
    put_point(t, centre->point);
    put_count(t, h->households);
    put(t, model_yes_no_name(h->electricity));
    put(t, model_yes_no_name(h->difficult));
    put(t, judge_verdict_name(h->verdict));
    put(t, judge_result_name(centre->result));
    put_count(t, (int64_t)h->area_count - 1);
    put_count(t, (int64_t)h->clusters_failed);
    put_operators_pass(t, centre);
    put_best(t, centre);
    put(t, m->rule->id);
    put_note(t, h->note);
    end_row(t);
}

/* By the codes in the order of their columns: a province's and a commune's rows are
 * together. */
static int compare_hamlets(const void *a, const void *b)
{
    const struct hamlet *x = *(const struct hamlet *const *)a;
    const struct hamlet *y = *(const struct hamlet *const *)b;
    int order = strcmp(x->province_code, y->province_code);
    if (order == 0)
        order = strcmp(x->commune_code, y->commune_code);
    return order ? order : strcmp(x->hamlet_code, y->hamlet_code);
}

enum err out_hamlets_csv(const struct model *m, const char *dir)
{
    struct table t;
    if (open_table(
            dir, "hamlets.csv",
            "province_code,province,commune_code,commune,hamlet_code,hamlet,lat_deg,"
            "lon_deg,households,electricity,difficult,verdict,centre,clusters,"
            "clusters_failed,operators_pass,best_operator,availability,"
            "availability_low,availability_high,bins,bins_total,samples,first_utc,"
            "last_utc,rule_id,noted_verdict,noted_by,noted_date,noted_reason",
            &t) != ERR_OK)
        return ERR_FAILED;
    const struct hamlet **rows = xcalloc(m->hamlet_count + 1, sizeof(*rows));
    for (size_t i = 0; i < m->hamlet_count; i++)
        rows[i] = &m->hamlets[i];
    qsort(rows, m->hamlet_count, sizeof(*rows), compare_hamlets);
    for (size_t i = 0; i < m->hamlet_count; i++)
        put_hamlet(&t, m, rows[i]);
    free(rows);
    return out_close(t.out, dir, "hamlets.csv");
}

enum err out_crosswalk_csv(const struct model *m, const char *dir)
{
    struct table t;
    bool any = false;
    for (size_t i = 0; i < m->hamlet_count && !any; i++)
        any = m->hamlets[i].move != NULL;
    if (!any)
        return ERR_OK; /* the survey was made without a crosswalk */
    if (open_table(dir, "crosswalk.csv",
                   "hamlet_code,hamlet,old_commune_code,old_commune,commune_code,commune,"
                   "how,doubt",
                   &t) != ERR_OK)
        return ERR_FAILED;
    for (size_t i = 0; i < m->hamlet_count; i++) {
        const struct hamlet *h = &m->hamlets[i];
        if (!h->move)
            continue;
        put(&t, h->hamlet_code);
        put(&t, h->name);
        put(&t, h->move->old_code);
        put(&t, h->move->old_name);
        put(&t, h->commune_code);
        put(&t, h->commune);
        put(&t, h->move->how);
        put(&t, h->move->doubt);
        end_row(&t);
    }
    return out_close(t.out, dir, "crosswalk.csv");
}

/* Empty where nothing was tested: 0 would be a finding. */
static void put_broadband(struct table *t, const struct broadband *b)
{
    put_count(t, b->tests ? b->tests : ID_UNKNOWN);
    put_count(t, b->tests ? b->ok : ID_UNKNOWN);
    put_share(t, model_broadband_share(b));
    put_count(t, b->median_down_kbps);
    put_count(t, b->median_up_kbps);
    put_count(t, b->ping_tests ? b->ping_tests : ID_UNKNOWN);
    put_count(t, b->ping_tests ? b->ping_ok : ID_UNKNOWN);
    put_count(t, b->median_ping_ms);
}

static void put_area_operator(struct table *t, const struct model *m,
                              const struct area *a, const struct area_operator *o)
{
    char digits[MCCMNC_TEXT_SIZE];
    put(t, m->hamlets[a->hamlet].hamlet_code);
    put(t, a->area_code);
    put(t, model_area_kind_name(a->kind));
    put_operator(t, o->mccmnc);
    const char *name = region_operator_name(m->region, o->mccmnc, digits);
    put(t, name == digits ? "" : name); /* missing is empty: the code stands beside it */
    put(t, judge_result_name(o->judgement.result));
    put_share(t, o->judgement.availability);
    put_share(t, o->judgement.low);
    put_share(t, o->judgement.high);
    put_share(t, o->judgement.effective_n);
    put_count(t, o->bins);
    put_count(t, a->bins_total);
    put_count(t, o->visits);
    put_count(t, o->samples);
    put_count(t, o->no_service_samples);
    put_share(t, o->service_share);
    put_dbm(t, o->median_dbm);
    put_dbm(t, o->p10_dbm);
    put_broadband(t, &o->broadband);
    end_row(t);
}

/* Areas of one hamlet by area_code as bytes: the model has the centre first. */
static int compare_areas(const void *a, const void *b)
{
    return strcmp((*(const struct area *const *)a)->area_code,
                  (*(const struct area *const *)b)->area_code);
}

static void put_areas(struct table *t, const struct model *m, const struct hamlet *h)
{
    const struct area **areas = xcalloc(h->area_count, sizeof(*areas));
    for (size_t i = 0; i < h->area_count; i++)
        areas[i] = &h->areas[i];
    qsort(areas, h->area_count, sizeof(*areas), compare_areas);
    for (size_t i = 0; i < h->area_count; i++) {
        for (size_t k = 0; k < areas[i]->operator_count; k++)
            put_area_operator(t, m, areas[i], &areas[i]->operators[k]);
    }
    free(areas);
}

enum err out_areas_csv(const struct model *m, const char *dir)
{
    struct table t;
    if (open_table(
            dir, "areas.csv",
            "hamlet_code,area_code,area_kind,mccmnc,operator,result,availability,"
            "availability_low,availability_high,effective_n,bins,bins_total,visits,"
            "samples,no_service_samples,service_share,median_dbm,p10_dbm,"
            "broadband_tests,broadband_ok,broadband_share,median_down_kbps,"
            "median_up_kbps,ping_tests,ping_ok,median_ping_ms",
            &t) != ERR_OK)
        return ERR_FAILED;
    for (size_t i = 0; i < m->hamlet_count; i++)
        put_areas(&t, m, &m->hamlets[i]);
    return out_close(t.out, dir, "areas.csv");
}

#define UNIT_HEADER                                                                      \
    "code,name,hamlets,covered,depression,no_signal,not_enough_data,"                    \
    "depression_no_electricity,no_signal_no_electricity,not_enough_data_no_electricity," \
    "households_covered,households_depression,households_no_signal,"                     \
    "households_not_enough_data,households_depression_no_electricity,"                   \
    "households_no_signal_no_electricity,households_not_enough_data_no_electricity,"     \
    "broadband_3g4g,broadband_5g"

static void put_verdicts(struct table *t, const int64_t counts[VERDICT_COUNT],
                         bool covered)
{
    if (covered)
        put_count(t, counts[VERDICT_COVERED]);
    put_count(t, counts[VERDICT_DEPRESSION]);
    put_count(t, counts[VERDICT_NO_SIGNAL]);
    put_count(t, counts[VERDICT_NOT_ENOUGH_DATA]);
}

static void put_unit_counts(struct table *t, const struct unit *u)
{
    put(t, u->code);
    put(t, u->name);
    put_count(t, u->counts.hamlets);
    put_verdicts(t, u->counts.verdict, true);
    put_verdicts(t, u->counts.no_electricity, false);
    put_verdicts(t, u->counts.households, true);
    put_verdicts(t, u->counts.households_no_electricity, false);
}

enum err out_communes_csv(const struct model *m, const char *dir)
{
    struct table t;
    if (open_table(dir, "communes.csv", UNIT_HEADER, &t) != ERR_OK)
        return ERR_FAILED;
    for (size_t i = 0; i < m->commune_count; i++) {
        const struct unit *u = &m->communes[i];
        put_unit_counts(&t, u);
        put(&t, model_presence_name(u->broadband_3g4g));
        put(&t, model_presence_name(u->broadband_5g));
        end_row(&t);
    }
    return out_close(t.out, dir, "communes.csv");
}

enum err out_provinces_csv(const struct model *m, const char *dir)
{
    struct table t;
    if (open_table(dir, "provinces.csv", UNIT_HEADER ",hamlets_3g4g,hamlets_5g,communes",
                   &t) != ERR_OK)
        return ERR_FAILED;
    for (size_t i = 0; i < m->province_count; i++) {
        const struct unit *u = &m->provinces[i];
        put_unit_counts(&t, u);
        put_count(&t, u->communes_3g4g);
        put_count(&t, u->communes_5g);
        put_count(&t, u->hamlets_3g4g);
        put_count(&t, u->hamlets_5g);
        put_count(&t, u->communes);
        end_row(&t);
    }
    return out_close(t.out, dir, "provinces.csv");
}
