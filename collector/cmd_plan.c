/* plan: what a plan still asks for, by the trips of the output directory. */
#include <stdio.h>

#include "commands.h"
#include "config.h"
#include "guide.h"
#include "guide_json.h"
#include "guide_text.h"
#include "lang.h"

static void print_hamlet(const struct guide_sight *s, const struct field_hamlet *h)
{
    struct guide_text text = {.width = GUIDE_WIDTH_MAX, .max_rows = GUIDE_LINES_MAX};
    guide_text_hamlet(s, h, &text);
    for (int i = 0; i < text.count; i++)
        printf("%s\n", text.lines[i].text);
}

static void print_text(const struct guide_sight *s)
{
    const struct field_progress p = field_progress(s->field);
    printf(_("%zu of %zu hamlets decided, %zu of %zu test areas\n"), p.hamlets_done,
           p.hamlets, p.areas_done, p.areas);
    if (s->failed)
        printf("%s\n", _("some trips could not be counted"));
    for (size_t i = 0; i < s->field->hamlet_count; i++) {
        const struct field_hamlet *h = &s->field->hamlets[i];
        if (h->ours)
            print_hamlet(s, h);
    }
}

static void print(const struct guide_sight *s, bool as_json)
{
    struct jsonw j = {.out = stdout};
    if (!as_json) {
        print_text(s);
        return;
    }
    guide_json(&j, s, true);
    putchar('\n');
}

enum err cmd_plan(const struct arguments *a)
{
    struct config config;
    struct guide *guide = NULL;
    int64_t team = 0;
    enum err err = guide_parse_team(a->team, &team);
    if (!err && a->file_count > 1) {
        err_report(_("too many arguments: \"%s\""), a->files[1]);
        err = ERR_USAGE;
    }
    if (!err)
        err = config_load_for(a->config, a->output, &config);
    if (err)
        return err;
    err = guide_open(a->files[0], team, &guide);
    if (!err)
        err = guide_begin(guide, config.output, NULL);
    if (!err) {
        guide_catch_up(guide);
        guide_find_all(guide);
        const struct guide_sight s = guide_sight(guide);
        print(&s, a->json);
    }
    guide_close(guide);
    config_free(&config);
    return err;
}
