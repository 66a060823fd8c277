/* inspect: what logs would give, row by row judged as `add` does, and what looks wrong in
 * them as a whole. Nothing is written. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frozen.h"
#include "lang.h"
#include "sentence.h"
#include "session.h"
#include "suspects.h"
#include "units.h"
#include "utc.h"
#include "xmem.h"

enum { EXAMPLE_SIZE = 120, CLASS_DB = 5, BAR_WIDTH = 40 };

struct first {
    int64_t line;
    char fault[96];
    char raw[EXAMPLE_SIZE + 4];
};

struct inspection {
    const struct ingest_options *options;
    const struct import_format *format;
    struct import_facts facts; /* of the first reading */
    mccmnc_t op;               /* of rows that name none */
    bool is_rssi;
    struct quality_counts counts;
    struct first first[QUALITY_REASON_COUNT];
    int64_t first_utc_ms, last_utc_ms;
    struct import_facts accepted; /* operators of accepted rows */
    int64_t unnamed;
    int64_t techs[TECH_COUNT + 1];
    int64_t no_service;
    int64_t levels[TECH_COUNT][LEVEL_SPAN]; /* from LEVEL_MIN_DBM */
    struct frozen frozen;
    struct suspects suspects;
};

/* What may stand on a terminal: no control characters, C1 in UTF-8 neither. */
static void copy_example(const struct import_row *row, char text[EXAMPLE_SIZE + 4])
{
    const size_t len = row->raw_len < EXAMPLE_SIZE ? row->raw_len : EXAMPLE_SIZE;
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)row->raw[i];
        const bool c1 = c == 0xC2 && i + 1 < len && (unsigned char)row->raw[i + 1] < 0xA0;
        text[n++] = c < 0x20 || c == 0x7F || c1 ? ' ' : (char)c;
        i += c1;
    }
    if (len < row->raw_len) {
        while (n > 0 && ((unsigned char)text[n - 1] & 0xC0) == 0x80)
            n--; /* not through a character */
        n -= n > 0 && (unsigned char)text[n - 1] >= 0xC0;
        memcpy(text + n, "…", sizeof "…" - 1);
        n += sizeof "…" - 1;
    }
    text[n] = '\0';
}

static void reject(struct inspection *in, const struct import_row *row,
                   enum quality_reason reason)
{
    struct first *first = &in->first[reason];
    if (in->counts.rejected[reason]++ > 0)
        return;
    first->line = row->line;
    snprintf(first->fault, sizeof first->fault, "%s", row->fault ? row->fault : "");
    copy_example(row, first->raw);
}

static void count_level(struct inspection *in, const struct import_row *row,
                        enum tech tech)
{
    const double read_dbm = sample_level_dbm(&row->quality.sample, tech);
    const bool is_rssi = tech == TECH_WCDMA && row->rscp_may_be_rssi && in->is_rssi;
    const int dbm =
        is_rssi
            ? LEVEL_NONE
            : units_level_dbm(tech, units_corrected_dbm(tech, read_dbm, row->offset_db));
    if (dbm == LEVEL_NONE)
        in->counts.level_blanked++;
    else
        in->levels[tech][dbm - LEVEL_MIN_DBM]++;
}

static void accept(struct inspection *in, const struct import_row *row)
{
    struct import_row settled = *row;
    struct sample *s = &settled.quality.sample;
    in->counts.accepted++;
    if (s->mccmnc == 0)
        s->mccmnc = in->op;
    in->unnamed += s->mccmnc == 0;
    import_facts_add(&in->accepted, &settled);
    if (in->first_utc_ms == TIME_UNKNOWN || s->t_utc_ms < in->first_utc_ms)
        in->first_utc_ms = s->t_utc_ms;
    if (in->last_utc_ms == TIME_UNKNOWN || s->t_utc_ms > in->last_utc_ms)
        in->last_utc_ms = s->t_utc_ms;
    if (s->state != STATE_IN_SERVICE) {
        in->no_service++;
        return;
    }
    in->techs[s->tech]++;
    if (s->tech == TECH_NR_NSA)
        count_level(in, row, TECH_LTE);
    if (s->tech != TECH_NONE)
        count_level(in, row, s->tech);
}

/* Several operators and a row of none: whose hole it is cannot be said. */
static bool is_nobodys(const struct inspection *in, const struct import_row *row)
{
    return row->quality.sample.mccmnc == 0 && in->op == 0 && in->facts.operator_count > 0;
}

static void reject_nobodys(struct inspection *in, const struct import_row *row)
{
    struct import_row told = *row;
    told.fault = _("not an operator's MCC and MNC");
    reject(in, &told, QUALITY_MALFORMED);
}

static enum err take_facts(void *ctx, const struct import_row *row)
{
    struct inspection *in = ctx;
    import_facts_add(&in->facts, row);
    return ERR_OK;
}

static enum err take_row(void *ctx, const struct import_row *row)
{
    struct inspection *in = ctx;
    const enum quality_reason reason =
        frozen_quality(&in->frozen, &row->quality, &in->options->limits);
    in->counts.rows++;
    if (reason == QUALITY_ACCEPTED)
        suspects_add(&in->suspects, &row->quality.sample, row->line);
    if (reason != QUALITY_ACCEPTED)
        reject(in, row, reason);
    else if (is_nobodys(in, row))
        reject_nobodys(in, row);
    else
        accept(in, row);
    return ERR_OK;
}

static enum err read_log(struct inspection *in, struct import_file *f)
{
    const struct import_options *o = &in->options->import;
    enum err err = import_find_format(f, in->options->format, o, &in->format);
    if (!err)
        err = import_read(in->format, f, o, take_facts, in);
    if (!err)
        err = import_facts_check(&in->facts, import_file_name(f));
    if (err)
        return err;
    in->op = import_facts_operator(&in->facts, in->format->operator_by_majority);
    if (in->op == 0)
        in->op = o->mccmnc;
    in->is_rssi = import_facts_3g_is_rssi(&in->facts);
    in->frozen = frozen_begin(true);
    return import_read(in->format, f, o, take_row, in);
}

static void print_rows(const struct inspection *in)
{
    char rows[SENTENCE_NUMBER_SIZE], accepted[SENTENCE_NUMBER_SIZE];
    const struct quality_counts *c = &in->counts;
    printf(_("  rows: %s, accepted: %s (%.1f %%), levels blanked: %" PRId64 "\n"),
           sentence_number(c->rows, rows), sentence_number(c->accepted, accepted),
           c->rows > 0 ? 100 * (double)c->accepted / (double)c->rows : 0,
           c->level_blanked);
    for (int r = 0; r < QUALITY_REASON_COUNT; r++) {
        const struct first *first = &in->first[r];
        if (c->rejected[r] == 0)
            continue;
        printf(_("    rejected as %s: %lld, first in row %lld"),
               quality_reason_name((enum quality_reason)r), (long long)c->rejected[r],
               (long long)first->line);
        printf(first->fault[0] ? " (%s)\n" : "%s\n", first->fault);
        if (first->raw[0])
            printf("      | %s\n", first->raw);
    }
}

static void print_span(const struct inspection *in)
{
    char from[UTC_TEXT_SIZE], to[UTC_TEXT_SIZE];
    if (in->first_utc_ms == TIME_UNKNOWN)
        return;
    utc_format(in->first_utc_ms, from);
    utc_format(in->last_utc_ms, to);
    printf(_("  span: %s to %s (%.1f hours)\n"), from, to,
           (double)(in->last_utc_ms - in->first_utc_ms) / 3.6e6);
}

static int compare_operators(const void *a, const void *b)
{
    const struct import_operator_count *x = a;
    const struct import_operator_count *y = b;
    return x->mccmnc < y->mccmnc ? -1 : x->mccmnc > y->mccmnc;
}

static void print_operators(struct inspection *in, const struct region *region)
{
    char name[MCCMNC_TEXT_SIZE], rows[SENTENCE_NUMBER_SIZE];
    struct import_facts *a = &in->accepted;
    if (a->operator_count > 1)
        qsort(a->operators, a->operator_count, sizeof *a->operators, compare_operators);
    for (size_t i = 0; i < a->operator_count; i++) {
        const char *known = region_operator_name(region, a->operators[i].mccmnc, name);
        printf(_("  operator %s: %s samples\n"), known,
               sentence_number(a->operators[i].rows, rows));
    }
    if (in->unnamed > 0)
        printf(_("  no operator named: %s samples; give it with --mccmnc, such as "
                 "--mccmnc 45204\n"),
               sentence_number(in->unnamed, rows));
}

/* Where the class of 5 dB begins that a level lies in. */
static int class_of(int dbm)
{
    return CLASS_DB * (int)floor((double)dbm / CLASS_DB);
}

static void print_histogram(const int64_t levels[LEVEL_SPAN])
{
    enum { CLASSES = LEVEL_SPAN / CLASS_DB + 2 };
    int64_t sums[CLASSES] = {0}, largest = 0;
    const int from = class_of(LEVEL_MIN_DBM);
    int low = CLASSES, high = -1;
    for (int i = 0; i < LEVEL_SPAN; i++) {
        const int at = (class_of(LEVEL_MIN_DBM + i) - from) / CLASS_DB;
        sums[at] += levels[i];
        largest = sums[at] > largest ? sums[at] : largest;
        if (levels[i] > 0) {
            low = at < low ? at : low;
            high = at;
        }
    }
    for (int at = high; at >= low; at--) {
        const int64_t bar = (sums[at] * BAR_WIDTH + largest - 1) / largest;
        printf("    %4d … %4d dBm %8" PRId64 " ", from + at * CLASS_DB,
               from + at * CLASS_DB + CLASS_DB - 1, sums[at]);
        for (int64_t i = 0; i < bar; i++)
            putchar('#');
        putchar('\n');
    }
}

static void print_technologies(const struct inspection *in)
{
    char rows[SENTENCE_NUMBER_SIZE];
    if (in->no_service > 0)
        printf(_("  without service: %s samples\n"),
               sentence_number(in->no_service, rows));
    for (int t = 0; t <= TECH_COUNT; t++) {
        if (in->techs[t] > 0)
            printf(_("  on %s: %s samples\n"),
                   t < TECH_COUNT ? tech_name((enum tech)t) : _("no known technology"),
                   sentence_number(in->techs[t], rows));
    }
    for (int t = 0; t < TECH_COUNT; t++) {
        bool any = false;
        for (int i = 0; i < LEVEL_SPAN && !any; i++)
            any = in->levels[t][i] > 0;
        if (!any)
            continue;
        printf(_("  levels of %s:\n"), tech_name((enum tech)t));
        print_histogram(in->levels[t]);
    }
}

static void print_suspects(const struct suspects *s)
{
    const struct suspects_found found = suspects_finish(s);
    for (int k = 0; k < SUSPECT_COUNT; k++) {
        if (found.count[k] > 0)
            printf(_("  suspicious: %s (times: %lld, first in row %lld)\n"),
                   sentence_suspect((enum suspect)k), (long long)found.count[k],
                   (long long)found.first_line[k]);
    }
}

static enum err inspect(const char *path, const struct ingest_options *options,
                        const struct region *region)
{
    struct inspection *in = xcalloc(1, sizeof *in);
    struct import_file *f = NULL;
    in->options = options;
    in->first_utc_ms = in->last_utc_ms = TIME_UNKNOWN;
    enum err err = import_file_open(path, &f);
    if (!err)
        err = read_log(in, f);
    if (err)
        goto done;
    printf("%s\n", import_file_name(f));
    printf(_("  format: %s, %s\n"), in->format->name, _(in->format->help));
    print_span(in);
    print_rows(in);
    print_operators(in, region);
    print_technologies(in);
    print_suspects(&in->suspects);
done:
    import_facts_free(&in->facts);
    import_facts_free(&in->accepted);
    import_file_close(f);
    free(in);
    return err;
}

enum err cmd_inspect(const struct options *o)
{
    struct session s = {0};
    enum err worst = region_load(o->region, &s.region);
    if (!worst)
        worst = session_load_track(&s, o);
    const struct ingest_options options = session_ingest_options(&s, o);
    const bool ready = worst == ERR_OK;
    for (int i = 0; ready && i < o->arg_count; i++) {
        const enum err err = inspect(o->args[i], &options, &s.region);
        if (err == ERR_FAILED || worst == ERR_OK)
            worst = err;
    }
    session_close(&s);
    return worst;
}
