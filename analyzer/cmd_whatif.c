/* whatif: who changes verdict under another rule, without reading a log again. */
#include <inttypes.h>
#include <stdio.h>

#include "jsonw.h"
#include "lang.h"
#include "sentence.h"
#include "session.h"

static void print_changes(const struct model *now, const struct model *then)
{
    int64_t changed = 0;
    for (size_t i = 0; i < now->hamlet_count; i++) {
        const struct hamlet *a = &now->hamlets[i];
        const struct hamlet *b =
            &then->hamlets[i]; /* the same hamlets in the same order */
        if (a->verdict == b->verdict)
            continue;
        changed++;
        printf("%s %s: %s -> %s\n", a->hamlet_code, a->name, sentence_verdict(a->verdict),
               sentence_verdict(b->verdict));
    }
    printf(_("%" PRId64 " of %zu hamlets change from rule %s to rule %s\n"), changed,
           now->hamlet_count, now->rule->id, then->rule->id);
    for (int v = 0; v < VERDICT_COUNT; v++)
        printf("  %s: %" PRId64 " -> %" PRId64 "\n", sentence_verdict((enum verdict)v),
               now->total.counts.verdict[v], then->total.counts.verdict[v]);
}

static void put_change(struct jsonw *j, const struct hamlet *a, const struct hamlet *b)
{
    jsonw_open(j, '{');
    jsonw_key(j, "hamlet_code");
    jsonw_text(j, a->hamlet_code);
    jsonw_key(j, "hamlet");
    jsonw_text(j, a->name);
    jsonw_key(j, "before");
    jsonw_text(j, judge_verdict_name(a->verdict));
    jsonw_key(j, "after");
    jsonw_text(j, judge_verdict_name(b->verdict));
    jsonw_close(j, '}');
}

static void put_counts(struct jsonw *j, const char *key, const struct model *m)
{
    jsonw_key(j, key);
    jsonw_open(j, '{');
    jsonw_key(j, "rule_id");
    jsonw_text(j, m->rule->id);
    for (int v = 0; v < VERDICT_COUNT; v++) {
        jsonw_key(j, judge_verdict_name((enum verdict)v));
        jsonw_int(j, m->total.counts.verdict[v]);
    }
    jsonw_close(j, '}');
}

static void print_json(const struct model *now, const struct model *then)
{
    struct jsonw j = {.out = stdout};
    jsonw_open(&j, '{');
    jsonw_key(&j, "hamlets");
    jsonw_int(&j, (int64_t)now->hamlet_count);
    put_counts(&j, "before", now);
    put_counts(&j, "after", then);
    jsonw_key(&j, "changes");
    jsonw_open(&j, '[');
    for (size_t i = 0; i < now->hamlet_count; i++) {
        if (now->hamlets[i].verdict != then->hamlets[i].verdict)
            put_change(&j, &now->hamlets[i], &then->hamlets[i]);
    }
    jsonw_close(&j, ']');
    jsonw_close(&j, '}');
    putchar('\n');
}

enum err cmd_whatif(const struct options *o)
{
    struct session now = {0};
    struct session then = {0};
    struct options stored = *o;
    stored.rule = NULL;
    stored.has_as_of = false;
    if (!o->rule) {
        err_report(_("--rule FILE is missing: it names the other rule"));
        return ERR_USAGE;
    }
    enum err err = session_open(&now, o->args[0]);
    if (!err)
        err = session_load_rule(&now, &stored);
    if (!err)
        err = session_judge(&now, &stored, false);
    if (!err)
        err = session_open(&then, o->args[0]);
    if (!err)
        err = session_load_rule(&then, o);
    if (!err) {
        then.has_as_of = now.has_as_of; /* only the rule is to differ, unless told */
        then.as_of_day = now.as_of_day;
        err = session_judge(&then, o, false);
    }
    if (!err && o->json)
        print_json(&now.model, &then.model);
    else if (!err)
        print_changes(&now.model, &then.model);
    session_close(&then);
    session_close(&now);
    return err;
}
