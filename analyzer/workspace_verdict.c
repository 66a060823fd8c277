/* The verdicts in the workspace: those of the rule judged last, with its id and hash. */
#include <stdlib.h>
#include <string.h>

#include "workspace.h"
#include "workspace_sql.h"
#include "xmem.h"

static enum err put_rule(struct workspace *ws, const struct model *m, bool has_as_of)
{
    sqlite3_stmt *stmt = NULL;
    enum err err = workspace_sql_prepare(
        ws, "INSERT INTO rule (sha256, rule_id, as_of_day, text) VALUES (?, ?, ?, ?)",
        &stmt);
    if (!err) {
        workspace_sql_bind_text(stmt, 1, m->rule->sha256);
        workspace_sql_bind_text(stmt, 2, m->rule->id);
        if (has_as_of)
            sqlite3_bind_int(stmt, 3, m->as_of_day);
        workspace_sql_bind_text(stmt, 4, m->rule->text);
        err = workspace_sql_run(ws, stmt);
    }
    sqlite3_finalize(stmt);
    return err;
}

/* An area, and as much of its code as is compared at once. */
struct coded_area {
    uint64_t head;
    const struct area *area;
};

/* Goes through the hamlets, or the operators of all areas one after the other. */
struct walk {
    const struct model *m;
    struct coded_area *areas; /* by code, as the table's index has them */
    size_t area, operator_at;
    char mccmnc[MCCMNC_TEXT_SIZE];
};

static void fill_hamlet(void *ctx, size_t i, struct workspace_sql_value *v)
{
    const struct walk *w = ctx;
    const struct model *m = w->m;
    const struct hamlet *h = &m->hamlets[i];
    v[0] = workspace_sql_of_text(h->hamlet_code);
    v[1] = workspace_sql_of_text(m->rule->id);
    v[2] = workspace_sql_of_text(m->rule->sha256);
    v[3] = workspace_sql_of_text(judge_verdict_name(h->verdict));
    v[4] = workspace_sql_of_text(judge_result_name(h->areas[0].result));
    v[5] = workspace_sql_of_count((int64_t)h->clusters_failed);
}

static enum err put_hamlets(struct workspace *ws, const struct model *m)
{
    struct walk walk = {.m = m};
    const struct workspace_sql_rows rows = {
        .sql = "INSERT INTO verdict (hamlet_code, rule_id, rule_sha256, verdict, "
               "centre, clusters_failed) "
               "SELECT c1, c2, c3, c4, c5, c6 FROM " WORKSPACE_SQL_ROWS,
        .count = m->hamlet_count,
        .fill = fill_hamlet,
        .ctx = &walk,
    };
    return workspace_sql_put_rows(ws, &rows);
}

static void fill_operator(void *ctx, size_t i, struct workspace_sql_value *v)
{
    struct walk *w = ctx;
    (void)i; /* they come in order */
    while (w->operator_at == w->areas[w->area].area->operator_count) {
        w->area++;
        w->operator_at = 0;
    }
    const struct area *a = w->areas[w->area].area;
    const struct area_operator *o = &a->operators[w->operator_at++];
    mccmnc_format(o->mccmnc, w->mccmnc);
    v[0] = workspace_sql_of_text(a->area_code);
    v[1] = workspace_sql_of_text(w->mccmnc);
    v[2] = workspace_sql_of_text(judge_result_name(o->judgement.result));
    v[3] = workspace_sql_of_real(o->judgement.availability);
    v[4] = workspace_sql_of_real(o->judgement.low);
    v[5] = workspace_sql_of_real(o->judgement.high);
    v[6] = workspace_sql_of_real(o->judgement.effective_n);
    v[7] = workspace_sql_of_count(o->bins);
    v[8] = workspace_sql_of_count(a->bins_total);
    v[9] = workspace_sql_of_count(o->visits);
    v[10] = workspace_sql_of_count(o->samples);
    v[11] = workspace_sql_of_count(o->no_service_samples);
}

static struct coded_area code_area(const struct area *a)
{
    uint8_t head[sizeof(uint64_t)] = {0};
    memcpy(head, a->area_code, strnlen(a->area_code, sizeof head));
    struct coded_area coded = {.area = a};
    for (size_t i = 0; i < sizeof head; i++)
        coded.head = coded.head << 8 | head[i];
    return coded;
}

static int compare_areas(const void *a, const void *b)
{
    const struct coded_area *x = a, *y = b;
    if (x->head != y->head)
        return x->head < y->head ? -1 : 1;
    return strcmp(x->area->area_code, y->area->area_code);
}

static enum err put_areas(struct workspace *ws, const struct model *m)
{
    struct walk walk = {.areas = xcalloc(m->area_count + 1, sizeof(*walk.areas))};
    struct workspace_sql_rows rows = {
        .sql = "INSERT INTO verdict_operator (area_code, mccmnc, result, availability, "
               "availability_low, availability_high, effective_n, bins, bins_total, "
               "visits, samples, no_service_samples) "
               "SELECT c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12 "
               "FROM " WORKSPACE_SQL_ROWS,
        .fill = fill_operator,
        .ctx = &walk,
    };
    for (size_t i = 0; i < m->area_count; i++) {
        walk.areas[i] = code_area(&m->areas[i]);
        rows.count += m->areas[i].operator_count;
    }
    qsort(walk.areas, m->area_count, sizeof(*walk.areas), compare_areas);
    const enum err err = workspace_sql_put_rows(ws, &rows);
    free(walk.areas);
    return err;
}

/* Makes room for the verdicts of a model of some hamlets. */
static enum err delete_part(struct workspace *ws, const struct model *m)
{
    sqlite3_stmt *verdict = NULL, *operators = NULL;
    enum err err =
        workspace_sql_prepare(ws, "DELETE FROM verdict WHERE hamlet_code = ?", &verdict);
    if (!err)
        err = workspace_sql_prepare(
            ws, "DELETE FROM verdict_operator WHERE area_code = ?", &operators);
    for (size_t i = 0; !err && i < m->hamlet_count; i++) {
        workspace_sql_bind_text(verdict, 1, m->hamlets[i].hamlet_code);
        err = workspace_sql_run(ws, verdict);
    }
    for (size_t i = 0; !err && i < m->area_count; i++) {
        workspace_sql_bind_text(operators, 1, m->areas[i].area_code);
        err = workspace_sql_run(ws, operators);
    }
    sqlite3_finalize(verdict);
    sqlite3_finalize(operators);
    return err;
}

/* What came while the verdicts were made stays to be judged. */
static enum err put_judged(struct workspace *ws, const struct workspace_verdicts *v)
{
    sqlite3_stmt *forget = NULL, *judged = NULL;
    enum err err = workspace_sql_prepare(
        ws, "DELETE FROM changed_tile WHERE change_id <= ?", &forget);
    if (!err)
        err = workspace_sql_prepare(ws,
                                    "INSERT INTO judged (rule_sha256, oldest_day, "
                                    "version) VALUES (?, ?, ?)",
                                    &judged);
    if (!err) {
        sqlite3_bind_int64(forget, 1, v->changes->last);
        err = workspace_sql_run(ws, forget);
    }
    if (!err) {
        workspace_sql_bind_text(judged, 1, v->model->rule->sha256);
        sqlite3_bind_int(judged, 2, v->oldest_day);
        workspace_sql_bind_text(judged, 3, LOMSONG_VERSION);
        err = workspace_sql_run(ws, judged);
    }
    sqlite3_finalize(forget);
    sqlite3_finalize(judged);
    return err;
}

enum err workspace_put_verdicts(struct workspace *ws, const struct workspace_verdicts *v)
{
    const bool any = v->changes->all || v->changes->count > 0;
    if (sqlite3_db_readonly(ws->db, "main") == 1)
        return ERR_OK; /* an archived survey can still be published */
    enum err err = workspace_begin(ws);
    if (!err && v->part)
        err = delete_part(ws, v->model);
    else if (!err && any)
        err = workspace_sql_exec(ws, "DELETE FROM verdict_operator; DELETE FROM verdict");
    if (!err)
        err = workspace_sql_exec(ws, "DELETE FROM rule; DELETE FROM judged");
    if (!err)
        err = put_rule(ws, v->model, v->has_as_of);
    if (!err && any)
        err = put_hamlets(ws, v->model);
    if (!err && any)
        err = put_areas(ws, v->model);
    if (!err)
        err = put_judged(ws, v);
    if (!err)
        err = workspace_commit(ws);
    if (err)
        workspace_rollback(ws);
    return err;
}

enum err workspace_count_verdicts(struct workspace *ws, int64_t counts[VERDICT_COUNT])
{
    sqlite3_stmt *stmt = NULL;
    int64_t found[VERDICT_COUNT + 1] = {0}; /* the last: no verdict's name */
    const enum err err = workspace_sql_prepare(
        ws, "SELECT verdict, count(*) FROM verdict GROUP BY verdict", &stmt);
    while (!err && sqlite3_step(stmt) == SQLITE_ROW)
        found[judge_verdict_parse(workspace_sql_text(stmt, 0))] =
            sqlite3_column_int64(stmt, 1);
    sqlite3_finalize(stmt);
    for (int v = 0; !err && v < VERDICT_COUNT; v++)
        counts[v] = found[v];
    return err;
}
