/* The sheets of communes, test areas, operators and sources. */
#include "xlsx_tables.h"

#include <stdlib.h>

#include "doc_rows.h"
#include "lang.h"
#include "sentence.h"
#include "units.h"
#include "xmem.h"

#define HEAD_COUNT(heads) (sizeof(heads) / sizeof *(heads))

static void put_operator(struct xlsx_sheet *s, const struct model *m, mccmnc_t op)
{
    char code[MCCMNC_TEXT_SIZE];
    char digits[MCCMNC_TEXT_SIZE];
    mccmnc_format(op, code);
    xlsx_text(s, XLSX_TEXT, code);
    xlsx_text(s, XLSX_TEXT, region_operator_name(m->region, op, digits));
}

static void put_verdicts(struct xlsx_sheet *s, const int64_t counts[VERDICT_COUNT],
                         enum verdict first)
{
    for (int v = (int)first; v < VERDICT_COUNT; v++)
        xlsx_count(s, counts[v]);
}

static void put_commune(struct xlsx_sheet *s, const struct unit *u)
{
    xlsx_text(s, XLSX_TEXT, u->province_code);
    xlsx_text(s, XLSX_WRAP, u->province);
    xlsx_text(s, XLSX_TEXT, u->code);
    xlsx_text(s, XLSX_WRAP, u->code[0] ? u->name : _("outside all communes"));
    xlsx_count(s, u->counts.hamlets);
    put_verdicts(s, u->counts.verdict, VERDICT_COVERED);
    put_verdicts(s, u->counts.no_electricity, VERDICT_DEPRESSION);
    put_verdicts(s, u->counts.households, VERDICT_COVERED);
    put_verdicts(s, u->counts.households_no_electricity, VERDICT_DEPRESSION);
    xlsx_text(s, XLSX_TEXT, doc_rows_presence(u->broadband_3g4g));
    xlsx_text(s, XLSX_TEXT, doc_rows_presence(u->broadband_5g));
    xlsx_end_row(s);
}

void xlsx_communes(struct xlsx_book *book, const struct model *m)
{
    static const struct xlsx_head heads[] = {
        {N_("No."), 6, XLSX_PLAIN},
        {N_("Province code"), 8, XLSX_PLAIN},
        {N_("Province"), 16, XLSX_PLAIN},
        {N_("Commune code"), 9, XLSX_PLAIN},
        {N_("Commune"), 22, XLSX_PLAIN},
        {N_("Hamlets"), 9, XLSX_PLAIN},
        {N_("Covered"), 9, XLSX_PLAIN},
        {N_("Signal depression"), 9, XLSX_PLAIN},
        {N_("No signal"), 9, XLSX_PLAIN},
        {N_("Not enough data"), 9, XLSX_PLAIN},
        {N_("Signal depression, no electricity"), 12, XLSX_PLAIN},
        {N_("No signal, no electricity"), 12, XLSX_PLAIN},
        {N_("Not enough data, no electricity"), 12, XLSX_PLAIN},
        {N_("Households: covered"), 12, XLSX_PLAIN},
        {N_("Households: signal depression"), 12, XLSX_PLAIN},
        {N_("Households: no signal"), 12, XLSX_PLAIN},
        {N_("Households: not enough data"), 12, XLSX_PLAIN},
        {N_("Households: signal depression, no electricity"), 14, XLSX_PLAIN},
        {N_("Households: no signal, no electricity"), 14, XLSX_PLAIN},
        {N_("Households: not enough data, no electricity"), 14, XLSX_PLAIN},
        {N_("3G/4G present"), 9, XLSX_PLAIN},
        {N_("5G present"), 9, XLSX_PLAIN}};
    struct xlsx_head shown[HEAD_COUNT(heads)];
    struct xlsx_sheet s = {.book = book,
                           .heads = shown,
                           .head_count = xlsx_add_heads(shown, heads, HEAD_COUNT(heads)),
                           .frozen = 5};
    const struct unit **rows = doc_rows_communes(m);
    xlsx_table_open(&s, _("Communes"));
    for (size_t i = 0; i < m->commune_count; i++) {
        xlsx_count(&s, (int64_t)i + 1);
        put_commune(&s, rows[i]);
    }
    xlsx_table_close(&s);
    free(rows);
}

static void put_area(struct xlsx_sheet *s, const struct area *a, const struct hamlet *h)
{
    xlsx_text(s, XLSX_WRAP, h->commune);
    xlsx_text(s, XLSX_TEXT, h->hamlet_code);
    xlsx_text(s, XLSX_WRAP, h->name);
    xlsx_text(s, XLSX_TEXT, a->area_code);
    xlsx_text(s, XLSX_TEXT, sentence_area_kind(a->kind));
    xlsx_text(s, XLSX_WRAP, a->name);
    xlsx_count(s, a->households);
    xlsx_text(s, XLSX_TEXT, sentence_result(a->result));
}

static void put_area_operator(struct xlsx_sheet *s, const struct model *m,
                              const struct area *a, const struct area_operator *o)
{
    put_operator(s, m, o->mccmnc);
    xlsx_text(s, XLSX_TEXT, sentence_result(o->judgement.result));
    xlsx_number(s, XLSX_SHARE, o->judgement.availability);
    xlsx_number(s, XLSX_SHARE, o->judgement.low);
    xlsx_number(s, XLSX_SHARE, o->judgement.high);
    xlsx_number(s, XLSX_DECIMAL, o->judgement.effective_n);
    xlsx_count(s, o->bins);
    xlsx_count(s, a->bins_total);
    xlsx_count(s, o->visits);
    xlsx_count(s, o->samples);
    xlsx_count(s, o->no_service_samples);
    xlsx_number(s, XLSX_SHARE, o->service_share);
    xlsx_dbm(s, o->median_dbm);
    xlsx_dbm(s, o->p10_dbm);
    xlsx_date(s, doc_rows_day(m, o->first_utc_ms));
    xlsx_date(s, doc_rows_day(m, o->last_utc_ms));
}

/* What active tests found, beside the verdict. */
static void put_broadband(struct xlsx_sheet *s, const struct broadband *b)
{
    xlsx_count(s, b->tests ? b->tests : ID_UNKNOWN);
    xlsx_count(s, b->tests ? b->ok : ID_UNKNOWN);
    xlsx_number(s, XLSX_SHARE, model_broadband_share(b));
    xlsx_count(s, b->median_down_kbps);
    xlsx_count(s, b->median_up_kbps);
    xlsx_count(s, b->ping_tests ? b->ping_tests : ID_UNKNOWN);
    xlsx_count(s, b->ping_tests ? b->ping_ok : ID_UNKNOWN);
    xlsx_count(s, b->median_ping_ms);
}

static void put_areas(struct xlsx_sheet *s, const struct model *m, const struct hamlet *h,
                      int64_t *number)
{
    for (size_t i = 0; i < h->area_count; i++) {
        const struct area *a = &h->areas[i];
        for (size_t k = 0; k < a->operator_count; k++) {
            xlsx_count(s, ++*number);
            put_area(s, a, h);
            put_area_operator(s, m, a, &a->operators[k]);
            put_broadband(s, &a->operators[k].broadband);
            xlsx_end_row(s);
        }
    }
}

void xlsx_areas(struct xlsx_book *book, const struct model *m)
{
    static const struct xlsx_head heads[] = {
        {N_("No."), 6, XLSX_PLAIN},
        {N_("Commune"), 18, XLSX_PLAIN},
        {N_("Hamlet code"), 12, XLSX_PLAIN},
        {N_("Hamlet"), 22, XLSX_PLAIN},
        {N_("Point code"), 14, XLSX_PLAIN},
        {N_("Kind"), 11, XLSX_PLAIN},
        {N_("Name"), 22, XLSX_PLAIN},
        {N_("Households"), 8, XLSX_PLAIN},
        {N_("Result of the point"), 11, XLSX_RESULT},
        {N_("Operator code"), 10, XLSX_PLAIN},
        {N_("Operator"), 14, XLSX_PLAIN},
        {N_("Result"), 11, XLSX_RESULT},
        {N_("Availability"), 10, XLSX_PLAIN},
        {N_("Availability, low"), 10, XLSX_PLAIN},
        {N_("Availability, high"), 10, XLSX_PLAIN},
        {N_("Effective votes"), 10, XLSX_PLAIN},
        {N_("Bins seen"), 8, XLSX_PLAIN},
        {N_("Bins in all"), 8, XLSX_PLAIN},
        {N_("Visits"), 8, XLSX_PLAIN},
        {N_("Samples"), 9, XLSX_PLAIN},
        {N_("Samples without service"), 10, XLSX_PLAIN},
        {N_("Share in service"), 9, XLSX_PLAIN},
        {N_("Median, dBm"), 9, XLSX_PLAIN},
        {N_("Lowest tenth, dBm"), 9, XLSX_PLAIN},
        {N_("First date"), 11, XLSX_PLAIN},
        {N_("Last date"), 11, XLSX_PLAIN},
        {N_("Transfers tried"), 10, XLSX_PLAIN},
        {N_("Transfers that worked"), 10, XLSX_PLAIN},
        {N_("Share that worked"), 10, XLSX_PLAIN},
        {N_("Median download, kbit/s"), 11, XLSX_PLAIN},
        {N_("Median upload, kbit/s"), 11, XLSX_PLAIN},
        {N_("Pings sent"), 9, XLSX_PLAIN},
        {N_("Pings answered"), 9, XLSX_PLAIN},
        {N_("Median ping, ms"), 9, XLSX_PLAIN}};
    struct xlsx_head shown[HEAD_COUNT(heads)];
    struct xlsx_sheet s = {.book = book,
                           .heads = shown,
                           .head_count = xlsx_add_heads(shown, heads, HEAD_COUNT(heads)),
                           .frozen = 4};
    const struct hamlet **rows = doc_rows_hamlets(m);
    int64_t number = 0;
    xlsx_table_open(&s, _("Test points"));
    for (size_t i = 0; i < m->hamlet_count; i++)
        put_areas(&s, m, rows[i], &number);
    xlsx_table_close(&s);
    free(rows);
}

/* What one operator showed over the whole survey. */
struct operator_sums {
    int64_t centres[RESULT_COUNT];
    int64_t clusters[RESULT_COUNT];
    int64_t best; /* hamlets that it serves best */
    int64_t samples, no_service_samples;
    int64_t with_tech[TECH_COUNT]; /* centres where it was in service on it */
};

static struct operator_sums sum_operator(const struct model *m, mccmnc_t op)
{
    struct operator_sums sums = {0};
    for (size_t i = 0; i < m->area_count; i++) {
        const struct area *a = &m->areas[i];
        const struct area_operator *o = doc_rows_operator(a, op);
        const bool cluster = a->kind == AREA_CLUSTER;
        if (!o)
            continue;
        (cluster ? sums.clusters : sums.centres)[o->judgement.result]++;
        sums.samples += o->samples;
        sums.no_service_samples += o->no_service_samples;
        sums.best += !cluster && a->best == o;
        for (size_t t = 0; !cluster && t < o->tech_count; t++)
            sums.with_tech[o->techs[t].tech]++;
    }
    return sums;
}

static void put_sums(struct xlsx_sheet *s, const struct operator_sums *sums)
{
    static const enum result results[] = {RESULT_PASS, RESULT_FAIL, RESULT_UNKNOWN};
    static const enum tech techs[] = {TECH_GSM, TECH_WCDMA, TECH_LTE, TECH_NR_NSA,
                                      TECH_NR_SA};
    for (size_t i = 0; i < RESULT_COUNT; i++)
        xlsx_count(s, sums->centres[results[i]]);
    for (size_t i = 0; i < RESULT_COUNT; i++)
        xlsx_count(s, sums->clusters[results[i]]);
    xlsx_count(s, sums->best);
    for (size_t i = 0; i < TECH_COUNT; i++)
        xlsx_count(s, sums->with_tech[techs[i]]);
    xlsx_count(s, sums->samples);
    xlsx_count(s, sums->no_service_samples);
}

void xlsx_operators(struct xlsx_book *book, const struct model *m)
{
    static const struct xlsx_head heads[] = {
        {N_("No."), 6, XLSX_PLAIN},
        {N_("Operator code"), 10, XLSX_PLAIN},
        {N_("Operator"), 18, XLSX_PLAIN},
        {N_("In the rule"), 9, XLSX_PLAIN},
        {N_("Centres: pass"), 10, XLSX_PLAIN},
        {N_("Centres: fail"), 10, XLSX_PLAIN},
        {N_("Centres: unknown"), 10, XLSX_PLAIN},
        {N_("Clusters: pass"), 10, XLSX_PLAIN},
        {N_("Clusters: fail"), 10, XLSX_PLAIN},
        {N_("Clusters: unknown"), 10, XLSX_PLAIN},
        {N_("Hamlets served best"), 10, XLSX_PLAIN},
        {N_("Centres with 2G (GSM)"), 11, XLSX_PLAIN},
        {N_("Centres with 3G (WCDMA)"), 11, XLSX_PLAIN},
        {N_("Centres with 4G (LTE)"), 11, XLSX_PLAIN},
        {N_("Centres with 5G (NR NSA)"), 11, XLSX_PLAIN},
        {N_("Centres with 5G (NR SA)"), 11, XLSX_PLAIN},
        {N_("Samples"), 10, XLSX_PLAIN},
        {N_("Samples without service"), 10, XLSX_PLAIN}};
    struct xlsx_head shown[HEAD_COUNT(heads)];
    struct xlsx_sheet s = {.book = book,
                           .heads = shown,
                           .head_count = xlsx_add_heads(shown, heads, HEAD_COUNT(heads)),
                           .frozen = 3};
    size_t count;
    mccmnc_t *operators = doc_rows_operators(m, &count);
    xlsx_table_open(&s, _("Operators"));
    for (size_t i = 0; i < count; i++) {
        const struct operator_sums sums = sum_operator(m, operators[i]);
        xlsx_count(&s, (int64_t)i + 1);
        put_operator(&s, m, operators[i]);
        xlsx_text(&s, XLSX_TEXT,
                  doc_rows_yes_no(rule_lists_operator(m->rule, operators[i])
                                      ? YES_NO_YES
                                      : YES_NO_NO));
        put_sums(&s, &sums);
        xlsx_end_row(&s);
    }
    xlsx_table_close(&s);
    free(operators);
}

static void put_log(struct xlsx_sheet *s, const struct model_log *log)
{
    xlsx_text(s, XLSX_TEXT, _("log"));
    xlsx_text(s, XLSX_WRAP, log->file);
    xlsx_text(s, XLSX_TEXT, log->sha256);
    xlsx_text(s, XLSX_TEXT, log->format);
    xlsx_count(s, log->counts.rows);
    xlsx_count(s, log->counts.accepted);
    xlsx_count(s, log->counts.level_blanked);
    for (int r = 0; r < QUALITY_REASON_COUNT; r++)
        xlsx_count(s, log->counts.rejected[r]);
    xlsx_text(s, XLSX_TEXT, log->trip_uuid);
    xlsx_text(s, XLSX_TEXT, log->seal);
    xlsx_text(s, XLSX_WRAP, log->options);
    char *suspects = sentence_suspects(&log->suspects);
    xlsx_text(s, XLSX_WRAP, suspects);
    free(suspects);
    xlsx_end_row(s);
}

/* Every file that the survey was made of, as the manifest has them. */
void xlsx_sources(struct xlsx_book *book, const struct model *m)
{
    static const struct xlsx_head before[] = {
        {N_("No."), 6, XLSX_PLAIN},      {N_("Role"), 11, XLSX_PLAIN},
        {N_("File"), 34, XLSX_PLAIN},    {N_("SHA-256"), 68, XLSX_PLAIN},
        {N_("Format"), 18, XLSX_PLAIN},  {N_("Rows"), 9, XLSX_PLAIN},
        {N_("Accepted"), 9, XLSX_PLAIN}, {N_("Level blanked"), 9, XLSX_PLAIN}};
    static const struct xlsx_head after[] = {{N_("Trip"), 38, XLSX_PLAIN},
                                             {N_("Seal"), 9, XLSX_PLAIN},
                                             {N_("Read with"), 24, XLSX_PLAIN},
                                             {N_("Suspicious"), 60, XLSX_PLAIN}};
    struct xlsx_head heads[HEAD_COUNT(before) + QUALITY_REASON_COUNT + HEAD_COUNT(after)];
    size_t count = xlsx_add_heads(heads, before, HEAD_COUNT(before));
    for (int r = 0; r < QUALITY_REASON_COUNT; r++)
        heads[count++] =
            (struct xlsx_head){doc_rows_reason((enum quality_reason)r), 10, XLSX_PLAIN};
    count += xlsx_add_heads(heads + count, after, HEAD_COUNT(after));
    struct xlsx_sheet s = {
        .book = book, .heads = heads, .head_count = count, .frozen = 3};
    xlsx_table_open(&s, _("Sources"));
    for (size_t i = 0; i < m->log_count; i++) {
        xlsx_count(&s, (int64_t)i + 1);
        put_log(&s, &m->logs[i]);
    }
    for (size_t i = 0; i < m->place_file_count; i++) {
        xlsx_count(&s, (int64_t)(m->log_count + i) + 1);
        xlsx_text(&s, XLSX_TEXT, doc_rows_role(m->place_files[i].role));
        xlsx_text(&s, XLSX_WRAP, m->place_files[i].file);
        xlsx_text(&s, XLSX_TEXT, m->place_files[i].sha256);
        xlsx_end_row(&s);
    }
    xlsx_table_close(&s);
}
