/* Sentences for people. */
#include "sentence.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "xmem.h"

const char *sentence_verdict(enum verdict verdict)
{
    static const char *const words[VERDICT_COUNT] = {
        [VERDICT_COVERED] = N_("covered"),
        [VERDICT_DEPRESSION] = N_("signal depression"),
        [VERDICT_NO_SIGNAL] = N_("no signal"),
        [VERDICT_NOT_ENOUGH_DATA] = N_("not enough data"),
    };
    return _(words[verdict]);
}

const char *sentence_decision(enum verdict decision)
{
    return decision == VERDICT_COUNT ? _("the last word is taken back")
                                     : sentence_verdict(decision);
}

char *sentence_notes(const struct model *m)
{
    char n[2][SENTENCE_NUMBER_SIZE];
    const struct note_counts c = model_count_notes(m);
    if (c.hamlets == 0)
        return xstrdup("");
    return xasprintf(_("Officers' words stand beside the verdicts of %s hamlets; in %s "
                       "they differ. All counts are of the measured verdicts."),
                     sentence_number(c.hamlets, n[0]), sentence_number(c.differ, n[1]));
}

const char *sentence_result(enum result result)
{
    static const char *const words[RESULT_COUNT] = {
        [RESULT_UNKNOWN] = N_("unknown"),
        [RESULT_FAIL] = N_("fail"),
        [RESULT_PASS] = N_("pass"),
    };
    return _(words[result]);
}

const char *sentence_area_kind(enum area_kind kind)
{
    static const char *const words[] = {
        [AREA_CENTRE] = N_("centre"),
        [AREA_CLUSTER] = N_("cluster"),
        [AREA_POLYGON] = N_("hamlet polygon"),
    };
    return _(words[kind]);
}

const char *sentence_number(int64_t value, char buf[SENTENCE_NUMBER_SIZE])
{
    char digits[SENTENCE_NUMBER_SIZE];
    const char separator = lang_get() == LANG_VI ? '.' : ',';
    snprintf(digits, sizeof digits, "%" PRId64, value);
    const size_t len = strlen(digits);
    size_t n = 0;
    for (size_t i = 0; i < len && n + 2 < SENTENCE_NUMBER_SIZE; i++) {
        buf[n++] = digits[i];
        const size_t left = len - 1 - i;
        if (left > 0 && left % 3 == 0 && digits[i] != '-')
            buf[n++] = separator;
    }
    buf[n] = '\0';
    return buf;
}

char *sentence_summary(const struct model *m)
{
    enum { COUNT = 11 };
    const struct unit *t = &m->total;
    const struct verdict_counts *c = &t->counts;
    const int64_t no_signal = c->verdict[VERDICT_NO_SIGNAL];
    const int64_t values[COUNT] = {
        no_signal,
        c->hamlets,
        c->no_electricity[VERDICT_NO_SIGNAL],
        c->verdict[VERDICT_DEPRESSION],
        c->hamlets - no_signal, /* as the press counts: the first class is left out */
        c->no_electricity[VERDICT_DEPRESSION],
        c->verdict[VERDICT_NOT_ENOUGH_DATA],
        t->hamlets_3g4g,
        c->hamlets,
        t->communes_5g,
        t->communes,
    };
    char n[COUNT][SENTENCE_NUMBER_SIZE];
    for (int i = 0; i < COUNT; i++)
        sentence_number(values[i], n[i]);
    return xasprintf(
        _("%s/%s hamlets without signal (%s without electricity), %s/%s with a "
          "depression (%s without electricity), %s not yet decidable; 3G/4G "
          "present in %s/%s hamlets, 5G in %s/%s communes."),
        n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10]);
}

char *sentence_caveat(const struct rule *rule)
{
    if (rule->from_dispatch)
        return xstrdup("");
    return xasprintf(
        _("Caveat: the numbers of rule %s are not those of the numeric annex of "
          "the dispatch; each has its own source, named in the rule file."),
        rule->id);
}

const char *sentence_direction(double bearing_deg)
{
    static const char *const names[] = {
        N_("north"), N_("north-east"), N_("east"), N_("south-east"),
        N_("south"), N_("south-west"), N_("west"), N_("north-west")};
    return _(names[(int)floor((bearing_deg + 22.5) / 45) % 8]);
}

const char *sentence_suspect(enum suspect kind)
{
    static const char *const texts[SUSPECT_COUNT] = {
        [SUSPECT_POSITION] = N_("the position stays the same to the last digit for two "
                                "minutes or more"),
        [SUSPECT_LEVEL] = N_("the level stays the same over 300 m or more: the modem may "
                             "repeat its last one"),
        [SUSPECT_JUMP] = N_("the position jumps, faster than 200 km/h"),
        [SUSPECT_CLOCK] = N_("the clock runs backwards"),
    };
    return _(texts[kind]);
}

char *sentence_suspects(const struct suspects_found *found)
{
    char *text = xstrdup("");
    for (int k = 0; k < SUSPECT_COUNT; k++) {
        if (found->count[k] == 0)
            continue;
        char *one = xasprintf(
            _("%s (times: %lld, first in row %lld)"), sentence_suspect((enum suspect)k),
            (long long)found->count[k], (long long)found->first_line[k]);
        char *more = xasprintf("%s%s%s", text, *text ? "; " : "", one);
        free(one);
        free(text);
        text = more;
    }
    return text;
}
