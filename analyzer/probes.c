/* Active tests and the samples that say where they were made. Logs may be hostile: no
 * step is slower than sorting. */
#include "probes.h"

#include <stdlib.h>
#include <string.h>

#include "xmem.h"

static const char *const kind_names[PROBE_KIND_COUNT] = {
    [PROBE_DOWN] = "http_get", [PROBE_UP] = "http_put", [PROBE_PING] = "ping"};

const char *probe_kind_name(enum probe_kind kind)
{
    return kind_names[kind];
}

enum probe_kind probe_kind_parse(const char *text)
{
    int kind = 0;
    while (kind < PROBE_KIND_COUNT && strcmp(text, kind_names[kind]) != 0)
        kind++;
    return (enum probe_kind)kind;
}

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int probe_compare(const void *a, const void *b)
{
    const struct probe *x = a;
    const struct probe *y = b;
    const int orders[] = {
        order(x->bin_x, y->bin_x), order(x->bin_y, y->bin_y), order(x->mccmnc, y->mccmnc),
        order(x->day, y->day),     order(x->kind, y->kind),   order(x->ok, y->ok),
        order(x->value, y->value),
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        if (orders[i] != 0)
            return orders[i];
    }
    return 0;
}

void probes_free(struct probes *p)
{
    if (!p->is_shared) {
        free(p->wishes);
        free(p->wanted_ids);
    }
    free(p->anchors);
    *p = (struct probes){0};
}

void probes_wish(struct probes *p, const struct probe_wish *wish)
{
    p->wishes = xgrow(p->wishes, p->wish_count, &p->wish_capacity, sizeof *p->wishes);
    p->wishes[p->wish_count++] = *wish;
}

static int compare_ids(const void *a, const void *b)
{
    return order(*(const int64_t *)a, *(const int64_t *)b);
}

static int compare_wishes(const void *a, const void *b)
{
    const struct probe_wish *x = a;
    const struct probe_wish *y = b;
    const int by_modem = order(x->modem_id, y->modem_id);
    return by_modem ? by_modem : order(x->t_utc_ms, y->t_utc_ms);
}

void probes_end_wishes(struct probes *p)
{
    p->wanted_ids = xcalloc(p->wish_count + 1, sizeof *p->wanted_ids);
    for (size_t i = 0; i < p->wish_count; i++)
        p->wanted_ids[i] = p->wishes[i].sample_id;
    if (p->wish_count > 1) {
        qsort(p->wanted_ids, p->wish_count, sizeof *p->wanted_ids, compare_ids);
        qsort(p->wishes, p->wish_count, sizeof *p->wishes, compare_wishes);
    }
}

/* The first wish of a modem at or after a time, as an index. */
static size_t first_wish(const struct probes *p, int64_t modem_id, int64_t t_utc_ms)
{
    const struct probe_wish key = {.modem_id = modem_id, .t_utc_ms = t_utc_ms};
    size_t low = 0, high = p->wish_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_wishes(&p->wishes[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool probes_want(const struct probes *p, const struct probe_anchor *sample)
{
    if (p->wish_count == 0)
        return false;
    if (bsearch(&sample->sample_id, p->wanted_ids, p->wish_count, sizeof *p->wanted_ids,
                compare_ids))
        return true;
    const size_t i = first_wish(p, sample->modem_id, sample->t_utc_ms - PROBE_REACH_MS);
    return i < p->wish_count && p->wishes[i].modem_id == sample->modem_id &&
           p->wishes[i].t_utc_ms <= sample->t_utc_ms + PROBE_REACH_MS;
}

void probes_offer(struct probes *p, const struct probe_anchor *sample)
{
    p->anchors =
        xgrow(p->anchors, p->anchor_count, &p->anchor_capacity, sizeof *p->anchors);
    p->anchors[p->anchor_count++] = *sample;
    p->is_unnamed |= sample->mccmnc == 0;
}

void probes_share(struct probes *p, const struct probes *of)
{
    *p = (struct probes){.wishes = of->wishes,
                         .wish_count = of->wish_count,
                         .wanted_ids = of->wanted_ids,
                         .is_shared = true};
}

void probes_join(struct probes *p, const struct probes *from)
{
    for (size_t i = 0; i < from->anchor_count; i++)
        probes_offer(p, &from->anchors[i]);
}

static int anchors_by_id(const void *a, const void *b)
{
    return order(((const struct probe_anchor *)a)->sample_id,
                 ((const struct probe_anchor *)b)->sample_id);
}

static int anchors_by_time(const void *a, const void *b)
{
    const struct probe_anchor *x = a;
    const struct probe_anchor *y = b;
    const int by_modem = order(x->modem_id, y->modem_id);
    if (by_modem)
        return by_modem;
    const int by_time = order(x->t_utc_ms, y->t_utc_ms);
    return by_time ? by_time : order(x->sample_id, y->sample_id);
}

/* The first anchor at or after a key, the array being sorted by time. */
static size_t first_anchor(const struct probes *p, const struct probe_anchor *key)
{
    size_t low = 0, high = p->anchor_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (anchors_by_time(&p->anchors[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A time that a sample can be near to, and that can be reckoned with. */
static bool has_time(const struct probe_wish *wish)
{
    return wish->t_utc_ms > -INT64_MAX / 2 && wish->t_utc_ms < INT64_MAX / 2;
}

static const struct probe_anchor *nearest(const struct probes *p,
                                          const struct probe_wish *wish)
{
    struct probe_anchor key = {
        .modem_id = wish->modem_id, .t_utc_ms = wish->t_utc_ms, .sample_id = INT64_MIN};
    const size_t i = first_anchor(p, &key);
    const struct probe_anchor *after = i < p->anchor_count ? &p->anchors[i] : NULL;
    const struct probe_anchor *before = NULL;
    if (i > 0) { /* of equal times the first */
        key.t_utc_ms = p->anchors[i - 1].t_utc_ms;
        before = p->anchors[i - 1].modem_id == wish->modem_id
                     ? &p->anchors[first_anchor(p, &key)]
                     : NULL;
    }
    if (after && (after->modem_id != wish->modem_id ||
                  after->t_utc_ms > wish->t_utc_ms + PROBE_REACH_MS))
        after = NULL;
    if (before && before->t_utc_ms < wish->t_utc_ms - PROBE_REACH_MS)
        before = NULL;
    if (!after || !before)
        return after ? after : before;
    return wish->t_utc_ms - before->t_utc_ms <= after->t_utc_ms - wish->t_utc_ms ? before
                                                                                 : after;
}

static struct probe place(const struct probe_wish *wish, const struct probe_anchor *at)
{
    return (struct probe){.bin_x = at->bin_x,
                          .bin_y = at->bin_y,
                          .mccmnc = at->mccmnc,
                          .day = at->day,
                          .kind = wish->kind,
                          .ok = wish->ok,
                          .value = wish->value};
}

size_t probes_place(struct probes *p, struct probe *placed)
{
    size_t count = 0, left = 0;
    if (p->anchor_count > 1)
        qsort(p->anchors, p->anchor_count, sizeof *p->anchors, anchors_by_id);
    for (size_t i = 0; i < p->wish_count; i++) {
        const struct probe_anchor key = {.sample_id = p->wishes[i].sample_id};
        const struct probe_anchor *own =
            p->anchor_count == 0 || key.sample_id == ID_UNKNOWN
                ? NULL
                : bsearch(&key, p->anchors, p->anchor_count, sizeof *p->anchors,
                          anchors_by_id);
        if (own)
            placed[count++] = place(&p->wishes[i], own);
        else
            p->wishes[left++] = p->wishes[i]; /* kept for the second search */
    }
    if (p->anchor_count > 1)
        qsort(p->anchors, p->anchor_count, sizeof *p->anchors, anchors_by_time);
    for (size_t i = 0; i < left; i++) {
        const struct probe_anchor *at =
            has_time(&p->wishes[i]) ? nearest(p, &p->wishes[i]) : NULL;
        if (at)
            placed[count++] = place(&p->wishes[i], at);
    }
    p->wish_count = left;
    return count;
}
