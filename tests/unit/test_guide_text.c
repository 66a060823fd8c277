/* The guide in words: what a technician reads, in 40 columns. */
#include <math.h>
#include <stdio.h>

#include "../support/field_scene.h"
#include "guide_text.h"

static struct guide_sight sight_of(const struct field *f)
{
    return (struct guide_sight){.field = f,
                                .ready = true,
                                .pos = geo_none(),
                                .hamlet = &f->hamlets[0],
                                .area = &f->areas[0]};
}

static void stand(struct guide_sight *s, const struct field_scene *scene,
                  struct judge_bin bin)
{
    s->has_pos = true;
    s->bin = bin;
    s->pos = field_scene_at(scene, bin);
}

static void assert_line(const struct guide_text *t, int line, const char *expected)
{
    assert_true(line < t->count);
    assert_string_equal(t->lines[line].text, expected);
}

/* Bins of every second column seen by all operators, the rest as it comes. */
static void see(struct field *f, const struct field_scene *s, int area, int columns)
{
    for (int i = 0; i < columns * FIELD_SIDE; i++) {
        for (size_t o = 0; o < f->operator_count; o++) {
            const struct tally_key key = {.bin_x = s->bins[area][i].bin_x,
                                          .bin_y = s->bins[area][i].bin_y,
                                          .mccmnc = f->plan->rule.operators[o],
                                          .day = FIELD_DAY};
            const struct tally_part part = {
                .tech = TECH_LTE, .dbm = -90, .in_service = true};
            for (int n = 0; n < 30; n++)
                field_add(f, &key, &part, 1);
        }
    }
    (void)field_judge(f);
    for (size_t i = 0; i < f->area_count; i++)
        field_need(f, &f->areas[i]);
}

static void the_list_says_what_is_missing(void **state)
{
    (void)state;
    struct field_scene scene;
    struct field *f = NULL;
    struct guide_text text = {.width = 40, .max_rows = 20};
    field_scene_open(&scene);
    assert_int_equal(field_open(&scene.plan, 0, &f), ERR_OK);
    for (size_t i = 0; i < f->area_count; i++)
        field_need(f, &f->areas[i]);
    struct guide_sight s = sight_of(f);
    guide_text_list(&s, NULL, &text);
    assert_line(&text, 0, "Bản Một (Xã Hai)");
    assert_int_equal(text.lines[0].look, GUIDE_HEAD);
    assert_line(&text, 1, "?   hamlets 0/1");
    char line[GUIDE_LINE_SIZE];
    snprintf(line, sizeof line, "[ ] centre: bins %zu", f->areas[0].need.count);
    assert_line(&text, 2, line);
    assert_true(strstr(text.lines[3].text, "45204 ") != NULL);

    see(f, &scene, 0, FIELD_SIDE);
    s.area = &f->areas[1];
    stand(&s, &scene, (struct judge_bin){scene.middle.bin_x, scene.middle.bin_y - 4});
    guide_text_list(&s, NULL, &text);
    assert_line(&text, 1, "361 m ↗ north-east  hamlets 0/1");
    assert_non_null(strstr(text.lines[2].text, "[ ] Xóm Một: bins "));
    assert_line(&text, text.count - 1, "[x] centre: pass");
    assert_int_equal(text.lines[text.count - 1].look, GUIDE_DONE);

    see(f, &scene, 1, FIELD_SIDE);
    s.hamlet = NULL;
    s.area = NULL;
    s.ready = false;
    s.failed = true;
    s.last = &f->areas[1];
    s.last_hamlet = &f->hamlets[0];
    guide_text_list(&s, NULL, &text);
    assert_line(&text, 0, "reading earlier trips …");
    assert_line(&text, 1, "some trips could not be counted");
    assert_line(&text, 2, "all hamlets of the plan are decided");
    assert_line(&text, 3, "done: Bản Một, Xóm Một");
    field_close(f);
    field_scene_close(&scene);
}

static void operators_bear_their_modems_names_and_wrap(void **state)
{
    (void)state;
    static struct modem_table modems;
    struct field_scene scene;
    struct field *f = NULL;
    struct guide_text text = {.width = 24, .max_rows = 20};
    field_scene_open(&scene);
    assert_int_equal(field_open(&scene.plan, 0, &f), ERR_OK);
    see(f, &scene, 0, 0);
    modems.modems[3].used = true;
    modems.modems[3].sim_mccmnc = mccmnc_parse("45204");
    snprintf(modems.modems[3].name, sizeof modems.modems[3].name, "viettel");
    const struct guide_sight s = sight_of(f);
    guide_text_list(&s, &modems, &text);
    char line[GUIDE_LINE_SIZE];
    const size_t n = f->areas[0].operators[0].need.count;
    snprintf(line, sizeof line, "    45201 %zu, 45202 %zu,", n, n);
    assert_line(&text, 3, line);
    snprintf(line, sizeof line, "    viettel %zu, 45205 %zu", n, n);
    assert_line(&text, 4, line);
    field_close(f);
    field_scene_close(&scene);
}

static void the_map_shows_the_area_and_oneself(void **state)
{
    (void)state;
    struct field_scene scene;
    struct field *f = NULL;
    struct guide_text text = {.width = 40, .max_rows = 20};
    field_scene_open(&scene);
    assert_int_equal(field_open(&scene.plan, 0, &f), ERR_OK);
    see(f, &scene, 0, 1);
    f->areas[0].marks[FIELD_SIDE] = FIELD_WANTED;
    f->areas[0].marks[FIELD_SIDE + 1] = FIELD_WANTED | FIELD_SEEN;
    for (int i = FIELD_SIDE + 2; i < FIELD_SIDE * FIELD_SIDE; i++)
        f->areas[0].marks[i] = 0;
    struct guide_sight s = sight_of(f);
    guide_text_map(&s, &text);
    assert_int_equal(text.count, FIELD_SIDE + 1);
    assert_line(&text, 0, "# . . . . . .");
    assert_line(&text, 5, "# + . . . . .");
    assert_line(&text, 6, "# o . . . . .");
    assert_line(&text, 7, "# seen  o go there  @ you");

    stand(&s, &scene, (struct judge_bin){scene.middle.bin_x + 1, scene.middle.bin_y + 5});
    guide_text_map(&s, &text); /* two rows further north */
    assert_int_equal(text.count, FIELD_SIDE + 3);
    assert_line(&text, 0, "        @    ");
    assert_line(&text, 2, "# . . . . . .");

    stand(&s, &scene, (struct judge_bin){scene.middle.bin_x + 99, scene.middle.bin_y});
    guide_text_map(&s, &text); /* out of sight */
    assert_int_equal(text.count, FIELD_SIDE + 1);
    assert_line(&text, 3, "# . . . . . .");

    text.width = 9; /* five bins, around oneself */
    text.max_rows = 4;
    stand(&s, &scene, (struct judge_bin){scene.middle.bin_x - 2, scene.middle.bin_y - 3});
    guide_text_map(&s, &text);
    assert_int_equal(text.count, 4);
    assert_line(&text, 0, "# . . . .");
    assert_line(&text, 1, "# + . . .");
    assert_line(&text, 2, "# @ . . .");
    text.max_rows = 3; /* no room for anything of use */
    guide_text_map(&s, &text);
    assert_int_equal(text.count, 0);
    field_close(f);
    field_scene_close(&scene);
}

static void lines_are_cut_by_columns_not_bytes(void **state)
{
    (void)state;
    struct field_scene scene;
    struct field *f = NULL;
    struct guide_text text = {.width = 12, .max_rows = 3};
    field_scene_open(&scene);
    scene.hamlet.name = "Bản Khuổi Ngọa Thượng";
    assert_int_equal(field_open(&scene.plan, 0, &f), ERR_OK);
    see(f, &scene, 0, 0);
    const struct guide_sight s = sight_of(f);
    guide_text_list(&s, NULL, &text);
    assert_int_equal(text.count, 3);
    assert_line(&text, 0, "Bản Khuổi Ng");
    field_close(f);
    field_scene_close(&scene);
}

static void ways_and_winds(void **state)
{
    (void)state;
    static const struct {
        double lat_deg, lon_deg;
        const char *way, *wind;
    } rows[] = {
        {22.001, 106, "111 m ↑", "north"},
        {22.0007, 106.0007, "106 m ↗", "north-east"},
        {22, 106.1, "10.3 km →", "east"},
        {21.9993, 106.0007, "106 m ↘", "south-east"},
        {21.9, 106, "11.1 km ↓", "south"},
        {21.9993, 105.9993, "106 m ↙", "south-west"},
        {22, 105.999, "103 m ←", "west"},
        {22.0007, 105.9993, "106 m ↖", "north-west"},
        {22.001, 105.99999, "111 m ↑", "north"},
    };
    char text[GUIDE_WAY_SIZE];
    struct guide_sight s = {.has_pos = true, .pos = {22, 106}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct latlon to = {rows[i].lat_deg, rows[i].lon_deg};
        assert_string_equal(guide_way_to(&s, to, text), rows[i].way);
        assert_string_equal(guide_wind(&s, to), rows[i].wind);
    }
    s.has_pos = false;
    assert_string_equal(guide_way_to(&s, (struct latlon){22, 106}, text), "?");
    assert_string_equal(guide_wind(&s, (struct latlon){22, 106}), "");
    assert_string_equal(guide_way(999.4, text), "999 m");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_says_what_is_missing),
        cmocka_unit_test(operators_bear_their_modems_names_and_wrap),
        cmocka_unit_test(the_map_shows_the_area_and_oneself),
        cmocka_unit_test(lines_are_cut_by_columns_not_bytes),
        cmocka_unit_test(ways_and_winds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
