/* The CSV tables: RFC 4180 with CRLF, UTF-8 with BOM (Excel keeps the diacritics). */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "csvio.h"
#include "lang.h"
#include "out.h"
#include "parallel.h"
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

/* Opens a table and writes its header, a comma separated list of names. */
static enum err open_table(const char *dir, const char *name, const char *header,
                           struct table *t)
{
    t->out = out_open(dir, name);
    t->first = true;
    if (!t->out)
        return ERR_FAILED;
    fputs("\xEF\xBB\xBF", t->out);
    fputs(header, t->out);
    csvio_end(t->out);
    return ERR_OK;
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

/* Rows `from` to `to`, without its own, of the bins. */
static void put_bins(struct table *t, const struct model *m, size_t from, size_t to)
{
    struct latlon centre = geo_none();
    for (size_t i = from; i < to; i++) {
        const struct bin_stat *b = &m->bins[i];
        char number[OUT_NUMBER_SIZE];
        if (i == from || b->bin_x != b[-1].bin_x || b->bin_y != b[-1].bin_y)
            centre = model_bin_centre(m, b->bin_x, b->bin_y);
        put_plain(t, out_integer(b->bin_x, number)); /* -1 is a bin, not a missing one */
        put_plain(t, out_integer(b->bin_y, number));
        put_point(t, centre);
        put_operator(t, b->mccmnc);
        put_plain(t, b->tech == TECH_NONE ? "" : tech_name(b->tech));
        put_count(t, (int64_t)b->samples);
        put_dbm(t, b->median_dbm);
        put_dbm(t, b->p10_dbm);
        put_count(t, (int64_t)b->no_level);
        put_count(t, (int64_t)b->no_service);
        end_row(t);
    }
}

/* Bins are many: parts of them become text side by side, and go to the file in turn. */
struct bins_job {
    FILE *out;
    size_t next;
    size_t turn; /* the part that is written next */
    bool failed; /* no memory for a part */
    pthread_mutex_t lock;
    pthread_cond_t turned;
};

struct bins_worker {
    struct bins_job *job;
    struct model m; /* with a CRS of its own */
    struct crs *crs;
};

static void write_in_turn(struct bins_job *job, size_t part, const char *text,
                          size_t size)
{
    pthread_mutex_lock(&job->lock);
    while (job->turn != part)
        pthread_cond_wait(&job->turned, &job->lock);
    if (text)
        fwrite(text, 1, size, job->out); /* out_close() looks for errors */
    else
        job->failed = true;
    job->turn++;
    pthread_cond_broadcast(&job->turned);
    pthread_mutex_unlock(&job->lock);
}

static void put_parts(void *worker)
{
    enum { PART_ROWS = 8192 };
    const struct bins_worker *w = worker;
    struct bins_job *job = w->job;
    for (;;) {
        pthread_mutex_lock(&job->lock);
        const size_t part = job->next++;
        pthread_mutex_unlock(&job->lock);
        const size_t from = part * PART_ROWS;
        if (from >= w->m.bin_count)
            return;
        const size_t left = w->m.bin_count - from;
        char *text = NULL;
        size_t size = 0;
        struct table t = {.out = open_memstream(&text, &size), .first = true};
        if (t.out)
            put_bins(&t, &w->m, from, from + (left < PART_ROWS ? left : PART_ROWS));
        const bool whole = t.out && fclose(t.out) == 0;
        write_in_turn(job, part, whole ? text : NULL, size);
        free(text);
    }
}

static enum err put_all_bins(struct bins_job *job, const struct model *m)
{
    enum { ROWS_WORTH_A_THREAD = 20000 };
    struct bins_worker workers[PARALLEL_MAX] = {0};
    const size_t count = parallel_count(m->threads, m->bin_count / ROWS_WORTH_A_THREAD);
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < count; i++) {
        workers[i] = (struct bins_worker){.job = job, .m = *m};
        err = crs_clone(m->crs, &workers[i].crs);
        workers[i].m.crs = workers[i].crs;
    }
    if (!err)
        parallel_run(put_parts, workers, count, sizeof *workers);
    for (size_t i = 0; i < count; i++)
        crs_close(workers[i].crs);
    return err;
}

enum err out_bins_csv(const struct model *m, const char *dir)
{
    struct bins_job job = {.lock = PTHREAD_MUTEX_INITIALIZER,
                           .turned = PTHREAD_COND_INITIALIZER};
    struct table t;
    if (open_table(dir, "bins.csv",
                   "bin_x,bin_y,lat_deg,lon_deg,mccmnc,tech,samples,median_dbm,p10_dbm,"
                   "no_level_samples,no_service_samples",
                   &t) != ERR_OK)
        return ERR_FAILED;
    job.out = t.out;
    enum err err = put_all_bins(&job, m);
    const enum err closed = out_close(t.out, dir, "bins.csv");
    err = err ? err : closed;
    if (!err && job.failed) {
        err_report(_("%s/%s: cannot write: %s; check the free space of the disk"), dir,
                   "bins.csv", strerror(ENOMEM));
        err = ERR_FAILED;
    }
    return err;
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
