/* compare.csv, compare.json, compare.geojson and the sentence. */
#include "compare_out.h"

#include <math.h>
#include <stdlib.h>

#include "csvio.h"
#include "jsonw.h"
#include "lang.h"
#include "out.h"
#include "sentence.h"
#include "utc.h"
#include "xmem.h"

const char *compare_change_word(enum change c)
{
    static const char *const words[CHANGE_COUNT] = {
        [CHANGE_FIXED] = N_("fixed"),
        [CHANGE_IMPROVED] = N_("improved, not yet covered"),
        [CHANGE_WORSE] = N_("worse"),
        [CHANGE_SAME] = N_("same"),
        [CHANGE_NOT_COMPARABLE] = N_("not comparable"),
    };
    return _(words[c]);
}

const char *compare_reason_word(enum change_reason r)
{
    static const char *const words[REASON_COUNT] = {
        [REASON_INTERVALS_OVERLAP] =
            N_("another verdict, but the intervals overlap: chance may explain it"),
        [REASON_NOT_ENOUGH_DATA_BEFORE] = N_("not enough data before"),
        [REASON_NOT_ENOUGH_DATA_AFTER] = N_("not enough data after"),
        [REASON_NOT_ENOUGH_DATA_BOTH] = N_("not enough data before and after"),
        [REASON_DIFFERENT_RULE] = N_("judged by different rules"),
        [REASON_DIFFERENT_GRID] = N_("tallied on different grids"),
        [REASON_BOUNDARIES_CHANGED] = N_("the test areas changed"),
        [REASON_ONLY_BEFORE] = N_("only in the survey before"),
        [REASON_ONLY_AFTER] = N_("only in the survey after"),
    };
    return r == REASON_NONE ? "" : _(words[r]);
}

const struct hamlet *compare_hamlet(const struct comparison *c)
{
    return c->after ? c->after : c->before;
}

char *compare_sentence(const struct compared *c)
{
    char n[CHANGE_COUNT + 1][SENTENCE_NUMBER_SIZE];
    for (int i = 0; i < CHANGE_COUNT; i++)
        sentence_number(c->all->changes[i], n[i]);
    sentence_number((int64_t)c->all->count, n[CHANGE_COUNT]);
    char *text =
        xasprintf(_("Of %s hamlets %s are fixed, %s improved but not yet covered, "
                    "%s worse, %s the same, %s not comparable"),
                  n[CHANGE_COUNT], n[CHANGE_FIXED], n[CHANGE_IMPROVED], n[CHANGE_WORSE],
                  n[CHANGE_SAME], n[CHANGE_NOT_COMPARABLE]);
    const char *separator = " (";
    for (int r = REASON_INTERVALS_OVERLAP + 1; r < REASON_COUNT; r++) {
        if (c->all->reasons[r] == 0)
            continue;
        char *more = xasprintf("%s%s%s: %s", text, separator,
                               compare_reason_word((enum change_reason)r),
                               sentence_number(c->all->reasons[r], n[0]));
        free(text);
        text = more;
        separator = "; ";
    }
    char *all = xasprintf("%s%s.", text, separator[0] == ';' ? ")" : "");
    free(text);
    return all;
}

static void put_count(FILE *f, int64_t value)
{
    char buf[OUT_NUMBER_SIZE];
    csvio_put(f, out_count(value, buf), false);
}

static void put_interval(FILE *f, const struct area *area, const struct rule *rule)
{
    const struct area_interval none = {NAN, NAN, NAN};
    const struct area_interval i = area ? compare_interval(area, rule) : none;
    char buf[OUT_NUMBER_SIZE];
    csvio_put(f, out_share(i.availability, buf), false);
    csvio_put(f, out_share(i.low, buf), false);
    csvio_put(f, out_share(i.high, buf), false);
}

static void put_day(FILE *f, const struct hamlet *h, const struct region *region)
{
    char day[UTC_TEXT_SIZE] = "";
    const struct area_operator *best = h ? h->areas[0].best : NULL;
    if (best && best->last_utc_ms != TIME_UNKNOWN)
        utc_format_date(utc_local_day(best->last_utc_ms, region->utc_offset_s), day);
    csvio_put(f, day, false);
}

static void put_row(FILE *f, const struct compared *all, const struct comparison *c)
{
    const struct hamlet *h = compare_hamlet(c);
    char buf[OUT_NUMBER_SIZE];
    csvio_put(f, h->province_code, true);
    csvio_put(f, h->province, false);
    csvio_put(f, h->commune_code, false);
    csvio_put(f, h->commune, false);
    csvio_put(f, h->hamlet_code, false);
    csvio_put(f, h->name, false);
    csvio_put(f, out_share(h->areas[0].point.lat_deg, buf), false);
    csvio_put(f, out_share(h->areas[0].point.lon_deg, buf), false);
    put_count(f, h->households);
    csvio_put(f, c->before ? judge_verdict_name(c->before->verdict) : "", false);
    csvio_put(f, c->after ? judge_verdict_name(c->after->verdict) : "", false);
    csvio_put(f, compare_change_name(c->change), false);
    csvio_put(f, compare_reason_name(c->reason), false);
    const struct area *area = c->deciding_after ? c->deciding_after : c->deciding_before;
    csvio_put(f, area->area_code, false);
    put_interval(f, c->deciding_before, all->before->rule);
    put_interval(f, c->deciding_after, all->after->rule);
    put_day(f, c->before, all->before->region);
    put_day(f, c->after, all->after->region);
    csvio_put(f, all->before->rule->id, false);
    csvio_put(f, all->after->rule->id, false);
    csvio_end(f);
}

static enum err write_csv(const struct compared *c, const char *dir)
{
    FILE *f = out_open(dir, "compare.csv");
    if (!f)
        return ERR_FAILED;
    fputs(
        "\xEF\xBB\xBF"
        "province_code,province,commune_code,commune,hamlet_code,hamlet,lat_deg,lon_deg,"
        "households,before,after,change,reason,area_code,availability_before,"
        "availability_low_before,availability_high_before,availability_after,"
        "availability_low_after,availability_high_after,last_day_before,last_day_after,"
        "rule_id_before,rule_id_after",
        f);
    csvio_end(f);
    for (size_t i = 0; i < c->all->count; i++)
        put_row(f, c, &c->all->items[i]);
    return out_close(f, dir, "compare.csv");
}

static void text_member(struct jsonw *j, const char *key, const char *text)
{
    jsonw_key(j, key);
    jsonw_text(j, text);
}

static void survey_member(struct jsonw *j, const char *key, const struct model *m,
                          const char *file)
{
    char day[UTC_TEXT_SIZE] = "";
    if (m->newest_day != INT32_MIN)
        utc_format_date(m->newest_day, day);
    jsonw_key(j, key);
    jsonw_open(j, '{');
    text_member(j, "file", file);
    text_member(j, "rule_id", m->rule->id);
    text_member(j, "rule_sha256", m->rule->sha256);
    text_member(j, "newest_evidence", day);
    jsonw_key(j, "hamlets");
    jsonw_int(j, (int64_t)m->hamlet_count);
    jsonw_close(j, '}');
}

static void interval_member(struct jsonw *j, const char *key, const struct area *area,
                            const struct rule *rule)
{
    enum { DECIMALS = 6 };
    jsonw_key(j, key);
    if (!area) {
        jsonw_null(j);
        return;
    }
    const struct area_interval i = compare_interval(area, rule);
    jsonw_open(j, '[');
    jsonw_number(j, i.low, DECIMALS);
    jsonw_number(j, i.high, DECIMALS);
    jsonw_close(j, ']');
}

static void verdict_member(struct jsonw *j, const char *key, const struct hamlet *h)
{
    jsonw_key(j, key);
    if (h)
        jsonw_text(j, judge_verdict_name(h->verdict));
    else
        jsonw_null(j);
}

/* The members of a hamlet, into an open object. */
static void hamlet_members(struct jsonw *j, const struct compared *all,
                           const struct comparison *c)
{
    const struct area *area = c->deciding_after ? c->deciding_after : c->deciding_before;
    text_member(j, "hamlet_code", compare_hamlet(c)->hamlet_code);
    text_member(j, "hamlet", compare_hamlet(c)->name);
    text_member(j, "commune_code", compare_hamlet(c)->commune_code);
    text_member(j, "commune", compare_hamlet(c)->commune);
    verdict_member(j, "before", c->before);
    verdict_member(j, "after", c->after);
    text_member(j, "change", compare_change_name(c->change));
    text_member(j, "reason", compare_reason_name(c->reason));
    text_member(j, "area_code", area->area_code);
    interval_member(j, "interval_before", c->deciding_before, all->before->rule);
    interval_member(j, "interval_after", c->deciding_after, all->after->rule);
}

static void counts_members(struct jsonw *j, const struct comparisons *all)
{
    for (int i = 0; i < CHANGE_COUNT; i++) {
        jsonw_key(j, compare_change_name((enum change)i));
        jsonw_int(j, all->changes[i]);
    }
    jsonw_key(j, "reasons");
    jsonw_open(j, '{');
    for (int i = REASON_NONE + 1; i < REASON_COUNT; i++) {
        jsonw_key(j, compare_reason_name((enum change_reason)i));
        jsonw_int(j, all->reasons[i]);
    }
    jsonw_close(j, '}');
}

void compare_json(FILE *f, const struct compared *c)
{
    struct jsonw j = {.out = f};
    const enum lang chosen = lang_get();
    jsonw_open(&j, '{');
    for (int lang = LANG_VI; lang <= LANG_EN; lang++) {
        lang_set((enum lang)lang);
        char *sentence = compare_sentence(c);
        text_member(&j, lang == LANG_VI ? "sentence_vi" : "sentence_en", sentence);
        free(sentence);
    }
    lang_set(chosen);
    survey_member(&j, "before", c->before, c->before_file);
    survey_member(&j, "after", c->after, c->after_file);
    counts_members(&j, c->all);
    jsonw_key(&j, "hamlets");
    jsonw_open(&j, '[');
    for (size_t i = 0; i < c->all->count; i++) {
        jsonw_open(&j, '{');
        hamlet_members(&j, c, &c->all->items[i]);
        jsonw_close(&j, '}');
    }
    jsonw_close(&j, ']');
    jsonw_close(&j, '}');
    fputc('\n', f);
}

static enum err write_json(const struct compared *c, const char *dir)
{
    FILE *f = out_open(dir, "compare.json");
    if (!f)
        return ERR_FAILED;
    compare_json(f, c);
    return out_close(f, dir, "compare.json");
}

static void feature(struct jsonw *j, const struct compared *all,
                    const struct comparison *c)
{
    enum { DECIMALS = 6 };
    const struct latlon p = compare_hamlet(c)->areas[0].point;
    jsonw_open(j, '{');
    text_member(j, "type", "Feature");
    jsonw_key(j, "geometry");
    jsonw_open(j, '{');
    text_member(j, "type", "Point");
    jsonw_key(j, "coordinates");
    jsonw_open(j, '[');
    jsonw_number(j, p.lon_deg, DECIMALS);
    jsonw_number(j, p.lat_deg, DECIMALS);
    jsonw_close(j, ']');
    jsonw_close(j, '}');
    jsonw_key(j, "properties");
    jsonw_open(j, '{');
    hamlet_members(j, all, c);
    jsonw_close(j, '}');
    jsonw_close(j, '}');
}

static enum err write_geojson(const struct compared *c, const char *dir)
{
    FILE *f = out_open(dir, "compare.geojson");
    if (!f)
        return ERR_FAILED;
    struct jsonw j = {.out = f};
    jsonw_open(&j, '{');
    text_member(&j, "type", "FeatureCollection");
    jsonw_key(&j, "features");
    jsonw_open(&j, '[');
    for (size_t i = 0; i < c->all->count; i++)
        feature(&j, c, &c->all->items[i]);
    jsonw_close(&j, ']');
    jsonw_close(&j, '}');
    fputc('\n', f);
    return out_close(f, dir, "compare.geojson");
}

enum err compare_write(const struct compared *c, const char *dir)
{
    enum err err = write_csv(c, dir);
    if (!err)
        err = write_json(c, dir);
    if (!err)
        err = write_geojson(c, dir);
    return err ? err : compare_page(c, dir);
}
