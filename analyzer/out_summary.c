/* summary.json and summary.txt: the department's sentence and its numbers. */
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "lang.h"
#include "out.h"
#include "sentence.h"

static void put_verdict(FILE *f, const struct verdict_counts *c, enum verdict v)
{
    char n[3][SENTENCE_NUMBER_SIZE];
    fprintf(f, _("  %s: %s (%s without electricity), %s households\n"),
            sentence_verdict(v), sentence_number(c->verdict[v], n[0]),
            sentence_number(c->no_electricity[v], n[1]),
            sentence_number(c->households[v], n[2]));
}

static void put_language(FILE *f, const struct model *m)
{
    char n[2][SENTENCE_NUMBER_SIZE];
    char *sentence = sentence_summary(m);
    char *caveat = sentence_caveat(m->rule);
    char *notes = sentence_notes(m);
    fprintf(f, "%s\n\n", sentence);
    fprintf(f, _("Hamlets: %s in %s communes\n"),
            sentence_number(m->total.counts.hamlets, n[0]),
            sentence_number(m->total.communes, n[1]));
    for (int v = 0; v < VERDICT_COUNT; v++)
        put_verdict(f, &m->total.counts, (enum verdict)v);
    if (*notes)
        fprintf(f, "%s\n", notes);
    fprintf(f, _("Rule: %s (%s)\n"), m->rule->id, m->rule->source);
    if (*caveat)
        fprintf(f, "%s\n", caveat);
    fprintf(f, "%s\n", _("The logs with their hashes stand in manifest.json."));
    free(sentence);
    free(caveat);
    free(notes);
}

static enum err write_text(const struct model *m, const char *dir)
{
    FILE *f = out_open(dir, "summary.txt");
    if (!f)
        return ERR_FAILED;
    const enum lang chosen = lang_get();
    put_language(f, m);
    fputs("\n----\n\n", f);
    lang_set(chosen == LANG_VI ? LANG_EN : LANG_VI);
    put_language(f, m);
    lang_set(chosen);
    return out_close(f, dir, "summary.txt");
}

static void add_counts(cJSON *json, const char *name, const int64_t counts[VERDICT_COUNT])
{
    cJSON *object = cJSON_AddObjectToObject(json, name);
    for (int v = 0; v < VERDICT_COUNT; v++)
        cJSON_AddNumberToObject(object, judge_verdict_name((enum verdict)v),
                                (double)counts[v]);
}

static void add_sentences(cJSON *json, const struct model *m)
{
    const enum lang chosen = lang_get();
    for (int lang = LANG_VI; lang <= LANG_EN; lang++) {
        lang_set((enum lang)lang);
        char *sentence = sentence_summary(m);
        char *caveat = sentence_caveat(m->rule);
        cJSON_AddStringToObject(json, lang == LANG_VI ? "sentence_vi" : "sentence_en",
                                sentence);
        cJSON_AddStringToObject(json, lang == LANG_VI ? "caveat_vi" : "caveat_en",
                                caveat);
        free(sentence);
        free(caveat);
    }
    lang_set(chosen);
}

static cJSON *summary_json(const struct model *m)
{
    const struct unit *t = &m->total;
    const int64_t no_signal = t->counts.verdict[VERDICT_NO_SIGNAL];
    cJSON *json = cJSON_CreateObject();
    add_sentences(json, m);
    cJSON_AddStringToObject(json, "rule_id", m->rule->id);
    cJSON_AddBoolToObject(json, "from_dispatch", m->rule->from_dispatch);
    cJSON_AddNumberToObject(json, "hamlets", (double)t->counts.hamlets);
    for (int v = 0; v < VERDICT_COUNT; v++)
        cJSON_AddNumberToObject(json, judge_verdict_name((enum verdict)v),
                                (double)t->counts.verdict[v]);
    /* the press leaves the first class out of the second's denominator */
    cJSON_AddNumberToObject(json, "depression_of",
                            (double)(t->counts.hamlets - no_signal));
    add_counts(json, "no_electricity", t->counts.no_electricity);
    add_counts(json, "households", t->counts.households);
    add_counts(json, "households_no_electricity", t->counts.households_no_electricity);
    cJSON_AddNumberToObject(json, "communes", (double)t->communes);
    cJSON_AddNumberToObject(json, "communes_3g4g", (double)t->communes_3g4g);
    cJSON_AddNumberToObject(json, "communes_5g", (double)t->communes_5g);
    cJSON_AddNumberToObject(json, "hamlets_3g4g", (double)t->hamlets_3g4g);
    cJSON_AddNumberToObject(json, "hamlets_5g", (double)t->hamlets_5g);
    const struct note_counts notes = model_count_notes(m);
    cJSON_AddNumberToObject(json, "noted", (double)notes.hamlets);
    cJSON_AddNumberToObject(json, "noted_differently", (double)notes.differ);
    return json;
}

static enum err write_json(const struct model *m, const char *dir)
{
    FILE *f = out_open(dir, "summary.json");
    if (!f)
        return ERR_FAILED;
    cJSON *json = summary_json(m);
    char *text = cJSON_Print(json);
    fprintf(f, "%s\n", text ? text : "");
    cJSON_free(text);
    cJSON_Delete(json);
    return out_close(f, dir, "summary.json");
}

enum err out_summary(const struct model *m, const char *dir)
{
    const enum err err = write_json(m, dir);
    return err ? err : write_text(m, dir);
}
