/* Plans that others send: a whole one, changed by the input's SQL or, where it begins
 * with 'b', in some of its bytes; or a database of its own. What can be opened keeps the
 * promises of plan.h, and can be counted on with. */
#include "../support/plan_scene.h"
#include "base_input.h"
#include "need.h"
#include "plan.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct base_input base;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct plan_scene scene;
    (void)argc;
    (void)argv;
    char *path = fuzz_path("-base.gpkg");
    plan_scene_fill(&scene);
    CHECK(plan_write(path, &scene.plan, NULL) == ERR_OK);
    rule_free(&scene.plan.rule);
    base = base_take(path);
    return 0;
}

static char *write_plan(const uint8_t *data, size_t size)
{
    return sql_is_file(data, size) ? fuzz_write(".gpkg", data, size)
                                   : base_write(&base, ".gpkg", data, size);
}

static bool in_order(const struct judge_bin *bins, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (bins[i - 1].bin_x > bins[i].bin_x ||
            (bins[i - 1].bin_x == bins[i].bin_x && bins[i - 1].bin_y >= bins[i].bin_y))
            return false;
    }
    return count > 0;
}

static void check_area(const struct plan *p, const struct plan_area *a)
{
    CHECK(a->area_code && a->area_code[0] && a->name && a->kind);
    CHECK(a->result < RESULT_COUNT && a->samples_each >= 0);
    CHECK(in_order(a->bins, a->bin_count) && a->wanted_count <= a->bin_count);
    for (size_t i = 0; i < a->need_count; i++)
        CHECK(a->needs[i].mccmnc != 0 && a->needs[i].result < RESULT_COUNT);
    if (a->bin_count > 1000)
        return;
    struct judge_evidence e = {
        .area = a->bins, .area_count = a->bin_count, .bin_size_m = p->bin_size_m};
    e.area_rho = judge_area_rho(&e, p->rule.correlation_m);
    struct need_space *space = need_open(a->bin_count, 100);
    struct judge_bin *bins = xcalloc(a->bin_count, sizeof(*bins));
    const struct need n = need_area(&e, 1, &p->rule, space, bins);
    CHECK(n.count <= a->bin_count && n.state != NEED_SETTLED);
    free(bins);
    need_close(space);
}

static void check_plan(const struct plan *p)
{
    CHECK(p->survey && p->rule.id && p->bin_size_m >= 1 && p->epsg > 0);
    for (size_t i = 0; i < p->hamlet_count; i++) {
        const struct plan_hamlet *h = &p->hamlets[i];
        CHECK(h->hamlet_code[0] && h->name && h->commune && h->area_count > 0);
        CHECK(i == 0 || strcmp(p->hamlets[i - 1].hamlet_code, h->hamlet_code) < 0);
        for (size_t k = 0; k < h->area_count; k++)
            check_area(p, &h->areas[k]);
    }
    for (size_t i = 0; i < p->stop_count; i++) {
        CHECK(p->stops[i].hamlet < p->hamlet_count);
        CHECK(p->stops[i].leave_s >= p->stops[i].arrive_s);
    }
    for (size_t i = 0; i < p->log_count; i++)
        CHECK(p->logs[i].trip_uuid && p->logs[i].rows >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plan plan;
    char *path = write_plan(data, size);
    if (plan_open(path, &plan) == ERR_OK)
        check_plan(&plan);
    plan_close(&plan);
    fuzz_remove(path);
    return 0;
}
