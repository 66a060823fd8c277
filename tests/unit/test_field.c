/* The field: counting on the device gives what judging the same visits gives. */
#include <math.h>

#include "../support/field_scene.h"

static mccmnc_t op(const char *text)
{
    const mccmnc_t code = mccmnc_parse(text);
    assert_int_not_equal(code, 0);
    return code;
}

static void add(struct field *f, struct judge_bin bin, int32_t day, mccmnc_t mccmnc,
                int dbm)
{
    const struct tally_key key = {
        .bin_x = bin.bin_x, .bin_y = bin.bin_y, .mccmnc = mccmnc, .day = day};
    const struct tally_part part = {.tech = dbm == LEVEL_NONE ? TECH_NONE : TECH_LTE,
                                    .dbm = dbm,
                                    .in_service = dbm != LEVEL_NONE};
    field_add(f, &key, &part, 1);
}

static void visits_keep_their_days_in_order(void **state)
{
    (void)state;
    struct field_visits *v = field_visits_open(2, 3);
    static const int32_t days[] = {5, 3, 5, 4};
    for (size_t i = 0; i < 4; i++) {
        struct visit *at = field_visits_at(v, 1, days[i]);
        assert_non_null(at);
        at->judged++;
        at->all++;
        at->passing += days[i] == 4;
    }
    assert_null(field_visits_at(v, 0, 5)); /* no room */
    assert_int_equal(field_visits_sum(v, 1, 0).visits, 3);
    assert_int_equal(field_visits_sum(v, 1, 0).samples, 4);
    assert_int_equal(field_visits_sum(v, 1, 4).visits, 2);
    assert_float_equal(visit_sum_share(&(struct visit_sum){.share = 1, .visits = 2}), 0.5,
                       0);
    assert_int_equal(field_visits_sum(v, 0, 0).visits, 0);
    field_visits_clear(v);
    assert_int_equal(field_visits_sum(v, 1, 0).visits, 0);
    assert_non_null(field_visits_at(v, 0, 5));
    field_visits_close(v);
    field_visits_close(NULL);
}

/* What judge.h says of the first `count` bins of an area with these shares. */
static struct judgement judged(const struct field_scene *s, int area, size_t count,
                               const double *share, int64_t samples)
{
    struct judge_evidence e = {.area = s->bins[area],
                               .area_count = FIELD_SIDE * FIELD_SIDE,
                               .seen = s->bins[area],
                               .share = share,
                               .seen_count = count,
                               .samples = samples,
                               .bin_size_m = s->plan.bin_size_m};
    e.area_rho = judge_area_rho(&e, s->plan.rule.correlation_m);
    return judge_operator(&e, &s->plan.rule);
}

static void assert_same(const struct field_operator *o, struct judgement expected)
{
    assert_int_equal(o->judgement.result, expected.result);
    assert_memory_equal(&o->judgement.availability, &expected.availability,
                        sizeof(double));
    assert_memory_equal(&o->judgement.low, &expected.low, sizeof(double));
    assert_memory_equal(&o->judgement.high, &expected.high, sizeof(double));
    assert_memory_equal(&o->judgement.effective_n, &expected.effective_n, sizeof(double));
}

static void counting_is_judging(void **state)
{
    (void)state;
    struct field_scene s;
    struct field *f = NULL;
    double share[FIELD_SIDE * FIELD_SIDE];
    field_scene_open(&s);
    assert_int_equal(field_open(&s.plan, 0, &f), ERR_OK);
    assert_int_equal(f->area_count, 2);
    assert_int_equal(f->hamlets[0].verdict, VERDICT_NOT_ENOUGH_DATA);
    /* 20 bins: a third of the samples of every second one is too weak */
    for (int i = 0; i < 20; i++) {
        for (int k = 0; k < 3; k++)
            add(f, s.bins[0][i], FIELD_DAY, op("45204"), i % 2 && k == 0 ? -116 : -115);
        share[i] = i % 2 ? 2.0 / 3 : 1;
    }
    assert_true(field_judge(f));
    assert_false(field_judge(f));
    const struct field_operator *o = &f->areas[0].operators[2];
    assert_int_equal(o->mccmnc, op("45204"));
    assert_int_equal(o->bins, 20);
    assert_int_equal(o->samples, 60);
    assert_int_equal(o->visits, 20);
    assert_same(o, judged(&s, 0, 20, share, 60));
    assert_ptr_equal(f->areas[0].best, o);
    assert_int_equal(f->areas[1].operators[2].bins, 0); /* not the shared column */
    field_close(f);
    field_scene_close(&s);
}

/* A plan's own evidence and new samples of the same day are one visit; a later day is
 * another, and moves the day against which all is aged. */
static void evidence_before_and_after_is_one(void **state)
{
    (void)state;
    struct field_scene s;
    struct field *f = NULL;
    struct tally *t = tally_new();
    field_scene_open(&s);
    const struct judge_bin shared = s.bins[1][0];
    const struct tally_key key = {.bin_x = shared.bin_x,
                                  .bin_y = shared.bin_y,
                                  .mccmnc = op("45201"),
                                  .day = FIELD_DAY - 1,
                                  .tech = TECH_LTE};
    tally_add_level(tally_cell(t, key), -100, 3);
    field_scene_give(&s, t);
    tally_free(t);
    assert_int_equal(field_open(&s.plan, 2, &f), ERR_OK);
    const struct field_operator *o = &f->areas[1].operators[0];
    assert_int_equal(o->samples, 3);
    assert_int_equal(f->areas[0].operators[0].samples, 3); /* of two areas */
    add(f, shared, FIELD_DAY - 1, op("45201"), LEVEL_NONE);
    add(f, shared, FIELD_DAY, op("45201"), LEVEL_NONE);
    assert_true(field_judge(f));
    assert_int_equal(o->samples, 5);
    assert_int_equal(o->visits, 2);
    assert_float_equal(o->judgement.availability, (0.75 + 0) / 2, 1e-15);

    const int32_t later = FIELD_DAY - 1 + s.plan.rule.max_age_days;
    add(f, s.bins[0][0], later, op("310410"), -80); /* nobody's, but newest evidence */
    assert_true(field_judge(f));
    assert_int_equal(o->samples, 5);
    add(f, s.bins[0][0], later + 1, op("45204"), -80);
    (void)field_judge(f);
    assert_int_equal(o->samples, 1); /* the plan's has become too old */

    field_reset(f);
    assert_int_equal(o->samples, 3);
    assert_int_equal(f->newest_day, s.plan.as_of_day);
    field_close(f);

    s.plan.as_of_fixed = true;
    assert_int_equal(field_open(&s.plan, 0, &f), ERR_OK);
    add(f, s.bins[0][0], later + 1, op("45204"), -80);
    (void)field_judge(f);
    assert_int_equal(f->areas[1].operators[0].samples, 3);
    field_close(f);
    field_scene_close(&s);
}

/* Going where the field sends one, with full signal, settles the hamlet. */
static void what_is_needed_settles(void **state)
{
    (void)state;
    static const struct {
        int dbm;
        enum verdict verdict;
    } rows[] = {{-90, VERDICT_COVERED}, {LEVEL_NONE, VERDICT_NO_SIGNAL}};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct field_scene s;
        struct field *f = NULL;
        field_scene_open(&s);
        assert_int_equal(field_open(&s.plan, 0, &f), ERR_OK);
        assert_int_equal(field_progress(f).areas_done, 0);
        for (size_t a = 0; a < f->area_count; a++) {
            struct field_area *area = &f->areas[a];
            field_need(f, area);
            if (area->result != RESULT_UNKNOWN)
                continue;
            assert_int_equal(area->need.state, NEED_BINS);
            size_t wanted = 0;
            for (size_t k = 0; k < area->plan->bin_count; k++) {
                if (!(area->marks[k] & FIELD_WANTED))
                    continue;
                wanted++;
                for (size_t o = 0; o < f->operator_count; o++) {
                    for (int64_t n = 0; n < area->need.samples_each; n++)
                        add(f, area->plan->bins[k], FIELD_DAY, area->operators[o].mccmnc,
                            rows[r].dbm);
                }
            }
            assert_int_equal(wanted, area->need.count);
            (void)field_judge(f);
            assert_int_not_equal(area->result, RESULT_UNKNOWN);
            assert_true(field_area_done(&f->hamlets[0], area));
        }
        assert_int_equal(f->hamlets[0].verdict, rows[r].verdict);
        assert_true(field_hamlet_done(&f->hamlets[0]));
        assert_int_equal(field_progress(f).hamlets_done, 1);
        field_close(f);
        field_scene_close(&s);
    }
}

static void a_team_has_its_own_hamlets(void **state)
{
    (void)state;
    static const struct {
        int64_t team;
        enum err err;
        size_t hamlets;
    } rows[] = {{0, ERR_OK, 1}, {2, ERR_OK, 1}, {1, ERR_INPUT, 0}, {3, ERR_INPUT, 0}};
    struct field_scene s;
    field_scene_open(&s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct field *f = NULL;
        assert_int_equal(field_open(&s.plan, rows[i].team, &f), rows[i].err);
        if (f)
            assert_int_equal(field_progress(f).hamlets, rows[i].hamlets);
        field_close(f);
    }
    field_scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visits_keep_their_days_in_order),
        cmocka_unit_test(counting_is_judging),
        cmocka_unit_test(evidence_before_and_after_is_one),
        cmocka_unit_test(what_is_needed_settles),
        cmocka_unit_test(a_team_has_its_own_hamlets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
