/* Hamlets and test areas, packed. A record of `hamlets.facts`, all numbers without sign
 * but for steps:
 *   number of the commune + 1 or 0, verdict, count of areas, households,
 *   attributes: ((electricity * 3 + difficult) * 3 + broadband_3g4g) * 3 + broadband_5g,
 *   1 and the step from the hamlet before, or 0 without a place,
 *   bytes of the areas' records.
 * A record of `areas.facts`; the first is the centre, names and codes of the clusters
 * stand in `areas.code` and `areas.name`:
 *   kind | result << 2 | has a point << 4, households, bins_total,
 *   the step from the hamlet's point, polygon: rings, else: radius in mm,
 *   count of operators, and of each:
 *     in_rule | result << 1 | seen << 3 | has an availability << 4 | tested << 5, number,
 *     has one: availability, low, high in millionths, effective_n in hundredths,
 *     seen: bins, samples, no_service_samples, -median_dbm and -p10_dbm (0: none), 1 and
 *     the days from the last to the survey's newest and from the first to the last, or 0,
 *     tested: the members of struct broadband
 * Counts that may be unknown are 0, else one more. */
#include "map_places.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "map_pack.h"
#include "map_shapes.h"
#include "units.h"
#include "utc.h"
#include "xmem.h"

/* --- operators */

static void add_operator(struct map_operators *ops, size_t *capacity, mccmnc_t op)
{
    for (size_t i = 0; i < ops->count; i++) {
        if (ops->list[i] == op)
            return;
    }
    ops->list = xgrow(ops->list, ops->count, capacity, sizeof *ops->list);
    ops->list[ops->count++] = op;
}

static int compare_operators(const void *a, const void *b)
{
    const mccmnc_t p = *(const mccmnc_t *)a, q = *(const mccmnc_t *)b;
    return (p > q) - (p < q);
}

void map_operators_find(struct map_operators *ops, const struct model *model)
{
    size_t capacity = 0;
    *ops = (struct map_operators){NULL, 0};
    for (size_t i = 0; i < model->rule->operator_count; i++)
        add_operator(ops, &capacity, model->rule->operators[i]);
    for (size_t a = 0; a < model->area_count; a++) {
        for (size_t o = 0; o < model->areas[a].operator_count; o++)
            add_operator(ops, &capacity, model->areas[a].operators[o].mccmnc);
    }
    for (size_t b = 0; b < model->bin_count; b++)
        add_operator(ops, &capacity, model->bins[b].mccmnc);
    if (ops->count > 0)
        qsort(ops->list, ops->count, sizeof *ops->list, compare_operators);
}

void map_operators_free(struct map_operators *ops)
{
    free(ops->list);
    *ops = (struct map_operators){NULL, 0};
}

size_t map_operators_number(const struct map_operators *ops, mccmnc_t op)
{
    const mccmnc_t *found =
        bsearch(&op, ops->list, ops->count, sizeof op, compare_operators);
    assert(found != NULL);
    return (size_t)(found - ops->list);
}

/* --- areas */

struct places {
    struct jsonw *json;
    const struct model *model;
    const struct map_operators *ops;
    struct map_pack pack;
};

static void pack_millionths(struct map_pack *p, double share)
{
    map_pack_uint(p, (uint64_t)llround(share * 1e6));
}

static int64_t local_day(const struct places *s, int64_t t_utc_ms)
{
    return utc_local_day(t_utc_ms, s->model->region->utc_offset_s);
}

/* Both are known or neither. */
static void pack_days(struct places *s, const struct area_operator *o)
{
    const bool known = o->first_utc_ms != TIME_UNKNOWN && o->last_utc_ms != TIME_UNKNOWN;
    map_pack_uint(&s->pack, known ? 1 : 0);
    if (!known)
        return;
    const int64_t last = local_day(s, o->last_utc_ms);
    map_pack_int(&s->pack, s->model->newest_day - last);
    map_pack_int(&s->pack, last - local_day(s, o->first_utc_ms));
}

static void pack_broadband(struct map_pack *p, const struct broadband *b)
{
    map_pack_uint(p, (uint64_t)b->tests);
    map_pack_uint(p, (uint64_t)b->ok);
    map_pack_count(p, b->median_down_kbps);
    map_pack_count(p, b->median_up_kbps);
    map_pack_uint(p, (uint64_t)b->ping_tests);
    map_pack_uint(p, (uint64_t)b->ping_ok);
    map_pack_count(p, b->median_ping_ms);
}

static void pack_operator(struct places *s, const struct area_operator *o)
{
    struct map_pack *p = &s->pack;
    const unsigned seen = o->samples > 0 || o->bins > 0;
    const unsigned available = isfinite(o->judgement.availability) != 0;
    const unsigned tested = o->broadband.tests > 0 || o->broadband.ping_tests > 0;
    map_pack_uint(p, (o->in_rule ? 1U : 0) | (unsigned)o->judgement.result << 1 |
                         seen << 3 | available << 4 | tested << 5);
    map_pack_uint(p, map_operators_number(s->ops, o->mccmnc));
    if (available) {
        pack_millionths(p, o->judgement.availability);
        pack_millionths(p, o->judgement.low);
        pack_millionths(p, o->judgement.high);
        map_pack_uint(p, (uint64_t)llround(o->judgement.effective_n * 100));
    }
    if (seen) {
        map_pack_uint(p, (uint64_t)o->bins);
        map_pack_uint(p, (uint64_t)o->samples);
        map_pack_uint(p, (uint64_t)o->no_service_samples);
        map_pack_dbm(p, o->median_dbm);
        map_pack_dbm(p, o->p10_dbm);
        pack_days(s, o);
    }
    if (tested)
        pack_broadband(p, &o->broadband);
}

static void pack_area(struct places *s, const struct area *a, struct map_point at)
{
    struct map_pack *p = &s->pack;
    const unsigned has_point = geo_valid(a->point);
    map_pack_uint(p, (unsigned)a->kind | (unsigned)a->result << 2 | has_point << 4);
    map_pack_count(p, a->households);
    map_pack_uint(p, (uint64_t)a->bins_total);
    if (has_point)
        map_pack_point(p, a->point, &at);
    if (a->kind == AREA_POLYGON)
        map_shapes_polygon(p, &a->shape);
    else
        map_pack_uint(p, (uint64_t)llround(a->radius_m * 1000));
    map_pack_uint(p, a->operator_count);
    for (size_t o = 0; o < a->operator_count; o++)
        pack_operator(s, &a->operators[o]);
}

/* The hamlet's place is its centre's. */
static bool find_place(const struct hamlet *h, struct latlon *at)
{
    *at = h->area_count > 0 ? h->areas[0].point : geo_none();
    return geo_valid(*at);
}

static void pack_areas(struct places *s, const struct hamlet *h)
{
    struct latlon place;
    struct map_point at = {0, 0};
    if (find_place(h, &place))
        at = (struct map_point){llround(place.lat_deg * 1e6),
                                llround(place.lon_deg * 1e6)};
    for (size_t a = 0; a < h->area_count; a++)
        pack_area(s, &h->areas[a], at);
}

static void write_cluster_texts(struct places *s, const char *key, bool names)
{
    jsonw_key(s->json, key);
    jsonw_open(s->json, '[');
    for (size_t h = 0; h < s->model->hamlet_count; h++) {
        const struct hamlet *hamlet = &s->model->hamlets[h];
        for (size_t a = 1; a < hamlet->area_count; a++)
            jsonw_text(s->json,
                       names ? hamlet->areas[a].name : hamlet->areas[a].area_code);
    }
    jsonw_close(s->json, ']');
}

/* `sizes` takes the bytes of each hamlet's areas. */
static void write_areas(struct places *s, size_t *sizes)
{
    jsonw_key(s->json, "areas");
    jsonw_open(s->json, '{');
    write_cluster_texts(s, "code", false);
    write_cluster_texts(s, "name", true);
    jsonw_key(s->json, "facts");
    map_pack_open(&s->pack, s->json);
    for (size_t h = 0; h < s->model->hamlet_count; h++) {
        const size_t before = s->pack.size;
        pack_areas(s, &s->model->hamlets[h]);
        sizes[h] = s->pack.size - before;
    }
    map_pack_close(&s->pack);
    jsonw_close(s->json, '}');
}

/* --- hamlets */

static int compare_code(const void *key, const void *unit)
{
    return strcmp(key, ((const struct unit *)unit)->code);
}

/* 0 where there is none, else one more than its place in the list. */
static uint64_t commune_number(const struct model *m, const char *code)
{
    const struct unit *c =
        m->commune_count == 0
            ? NULL
            : bsearch(code, m->communes, m->commune_count, sizeof *c, compare_code);
    return c == NULL ? 0 : (uint64_t)(c - m->communes) + 1;
}

static void pack_hamlet(struct places *s, const struct hamlet *h, struct map_point *last)
{
    struct map_pack *p = &s->pack;
    struct latlon at;
    map_pack_uint(p, commune_number(s->model, h->commune_code));
    map_pack_uint(p, (unsigned)h->verdict);
    map_pack_uint(p, h->area_count);
    map_pack_count(p, h->households);
    const unsigned attributes =
        ((unsigned)h->electricity * 3 + (unsigned)h->difficult) * 3;
    map_pack_uint(p, (attributes + (unsigned)h->broadband_3g4g) * 3 +
                         (unsigned)h->broadband_5g);
    const bool has_place = find_place(h, &at);
    map_pack_uint(p, has_place ? 1 : 0);
    if (has_place)
        map_pack_point(p, at, last);
}

static void write_hamlet_texts(struct places *s, const char *key, bool names)
{
    jsonw_key(s->json, key);
    jsonw_open(s->json, '[');
    for (size_t h = 0; h < s->model->hamlet_count; h++)
        jsonw_text(s->json,
                   names ? s->model->hamlets[h].name : s->model->hamlets[h].hamlet_code);
    jsonw_close(s->json, ']');
}

static void write_note(struct jsonw *j, const struct note *note)
{
    char day[UTC_TEXT_SIZE];
    utc_format_date(note->day, day);
    jsonw_open(j, '{');
    jsonw_key(j, "decision");
    jsonw_text(j,
               note->decision < VERDICT_COUNT ? judge_verdict_name(note->decision) : "");
    jsonw_key(j, "by");
    jsonw_text(j, note->by);
    jsonw_key(j, "reason");
    jsonw_text(j, note->reason);
    jsonw_key(j, "day");
    jsonw_text(j, day);
    jsonw_close(j, '}');
}

/* Of the few hamlets that have any, oldest first. */
static void write_notes(struct places *s)
{
    jsonw_key(s->json, "notes");
    jsonw_open(s->json, '[');
    for (size_t h = 0; h < s->model->hamlet_count; h++) {
        const struct hamlet *hamlet = &s->model->hamlets[h];
        if (hamlet->note_count == 0)
            continue;
        jsonw_open(s->json, '{');
        jsonw_key(s->json, "hamlet");
        jsonw_text(s->json, hamlet->hamlet_code);
        jsonw_key(s->json, "notes");
        jsonw_open(s->json, '[');
        for (size_t n = 0; n < hamlet->note_count; n++)
            write_note(s->json, &hamlet->notes[n]);
        jsonw_close(s->json, ']');
        jsonw_close(s->json, '}');
    }
    jsonw_close(s->json, ']');
}

static void write_hamlets(struct places *s, const size_t *sizes)
{
    jsonw_key(s->json, "hamlets");
    jsonw_open(s->json, '{');
    write_hamlet_texts(s, "code", false);
    write_hamlet_texts(s, "name", true);
    write_notes(s);
    jsonw_key(s->json, "facts");
    map_pack_open(&s->pack, s->json);
    struct map_point last = {0, 0};
    for (size_t h = 0; h < s->model->hamlet_count; h++) {
        pack_hamlet(s, &s->model->hamlets[h], &last);
        map_pack_uint(&s->pack, sizes[h]);
    }
    map_pack_close(&s->pack);
    jsonw_close(s->json, '}');
}

void map_places_write(struct jsonw *j, const struct model *model,
                      const struct map_operators *ops)
{
    struct places s = {.json = j, .model = model, .ops = ops};
    size_t *sizes = xcalloc(model->hamlet_count + 1, sizeof *sizes);
    write_areas(&s, sizes);
    write_hamlets(&s, sizes);
    free(sizes);
}
