/* Gathering, joining and reading tracks.
 *
 * A path is a list of stops, LEB128 numbers: the step east from the stop before, doubled,
 * and 1 where gaps follow; the step north; and then the log's gaps since the stop before
 * and those during this one. Steps are in zigzag, the first counts from bin 0, 0.
 *
 * Two rules make a sequence of bins a track: a a -> a, and a b a b -> a b where no gap
 * lies between. In whatever order they are applied they end in the same sequence, so
 * pieces can be reduced by themselves and joined later. The second leaves a way there and
 * back as it is, a b c b a. */
#include "track.h"

#include <stdlib.h>
#include <string.h>

#include "varint.h"
#include "xmem.h"

static const int64_t gap_ms = 60000;

struct stop {
    int32_t bin_x, bin_y;
    int64_t gap_first, gap_last;
};

/* The stops of a day: all but the last are packed. */
struct way {
    uint8_t *bytes;
    size_t size, capacity;
    struct stop packed; /* the last one of them */
    struct stop tail[3];
    int tail_count;
};

struct operator_samples {
    mccmnc_t mccmnc;
    int64_t samples;
};

struct day {
    int32_t day;
    int64_t first_utc_ms, last_utc_ms;
    struct operator_samples *operators;
    size_t operator_count, operator_capacity;
    size_t recent; /* the operator of the last sample */
    struct way way;
};

struct track_piece {
    struct day *days;
    size_t count, capacity;
    bool begun;
    size_t recent;                     /* the day of the last sample */
    int64_t first_utc_ms, last_utc_ms; /* of its first and last sample */
    int64_t gaps;
};

struct track_piece *track_piece_new(void)
{
    return xcalloc(1, sizeof(struct track_piece));
}

static void free_days(struct day *days, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(days[i].operators);
        free(days[i].way.bytes);
    }
    free(days);
}

void track_piece_free(struct track_piece *piece)
{
    if (!piece)
        return;
    free_days(piece->days, piece->count);
    free(piece);
}

static bool same_bin(const struct stop *a, const struct stop *b)
{
    return a->bin_x == b->bin_x && a->bin_y == b->bin_y;
}

static void pack(struct way *w, const struct stop *s)
{
    const int64_t before = s->gap_first - w->packed.gap_last;
    const int64_t during = s->gap_last - s->gap_first;
    const uint64_t has_gaps = before > 0 || during > 0;
    const uint64_t east = varint_zigzag((int64_t)s->bin_x - w->packed.bin_x);
    const uint64_t north = varint_zigzag((int64_t)s->bin_y - w->packed.bin_y);
    while (w->capacity - w->size < 4 * (size_t)VARINT_SIZE) {
        w->capacity = w->capacity > 0 ? 2 * w->capacity : 64;
        w->bytes = xreallocarray(w->bytes, w->capacity, 1);
    }
    uint8_t *at = varint_put(w->bytes + w->size, east << 1 | has_gaps);
    at = varint_put(at, north);
    if (has_gaps) {
        at = varint_put(at, (uint64_t)before);
        at = varint_put(at, (uint64_t)during);
    }
    w->size = (size_t)(at - w->bytes);
    w->packed = *s;
}

/* True where the tail is a b a, with no gap, and `s` another b. */
static bool is_zigzag(const struct way *w, const struct stop *s)
{
    const struct stop *t = w->tail;
    return w->tail_count == 3 && same_bin(&t[0], &t[2]) && same_bin(&t[1], s) &&
           t[0].gap_last == t[1].gap_first && t[1].gap_last == t[2].gap_first &&
           t[2].gap_last == s->gap_first;
}

static inline void append(struct way *w, const struct stop *s)
{
    struct stop *last = w->tail_count > 0 ? &w->tail[w->tail_count - 1] : NULL;
    if (last && same_bin(last, s)) {
        last->gap_last = s->gap_last;
        return;
    }
    if (is_zigzag(w, s)) {
        w->tail_count = 2;
        w->tail[1].gap_last = s->gap_last;
        return;
    }
    if (w->tail_count == 3) {
        pack(w, &w->tail[0]);
        memmove(w->tail, w->tail + 1, 2 * sizeof *w->tail);
        w->tail_count = 2;
    }
    w->tail[w->tail_count++] = *s;
}

/* Days mostly come one after the other. */
static inline struct day *day_of(struct track_piece *p, int32_t day)
{
    for (size_t i = p->count; i-- > 0;) {
        if (p->days[i].day == day)
            return &p->days[i];
    }
    p->days = xgrow(p->days, p->count, &p->capacity, sizeof *p->days);
    struct day *d = &p->days[p->count++];
    *d = (struct day){
        .day = day, .first_utc_ms = TIME_UNKNOWN, .last_utc_ms = TIME_UNKNOWN};
    return d;
}

static inline void note_operator(struct day *d, mccmnc_t mccmnc, int64_t samples)
{
    /* operators take turns: the next one is a guess worth trying */
    size_t at = d->recent;
    for (size_t i = 0; i < d->operator_count; i++) {
        at = at + 1 < d->operator_count ? at + 1 : 0;
        if (d->operators[at].mccmnc != mccmnc)
            continue;
        d->operators[at].samples += samples;
        d->recent = at;
        return;
    }
    d->operators = xgrow(d->operators, d->operator_count, &d->operator_capacity,
                         sizeof *d->operators);
    d->recent = d->operator_count++;
    d->operators[d->recent] = (struct operator_samples){mccmnc, samples};
}

static inline void note_times(struct day *d, int64_t first_utc_ms, int64_t last_utc_ms)
{
    if (d->first_utc_ms == TIME_UNKNOWN || first_utc_ms < d->first_utc_ms)
        d->first_utc_ms = first_utc_ms;
    if (d->last_utc_ms == TIME_UNKNOWN || last_utc_ms > d->last_utc_ms)
        d->last_utc_ms = last_utc_ms;
}

static bool is_gap(int64_t before_utc_ms, int64_t t_utc_ms)
{
    return t_utc_ms > before_utc_ms + gap_ms || t_utc_ms < before_utc_ms - gap_ms;
}

/* Samples of several modems share a time and a place, and their operators take turns:
 * then it is only counted. */
static inline bool count_again(struct track_piece *p, const struct track_point *point)
{
    if (!p->begun || point->t_utc_ms != p->last_utc_ms)
        return false;
    struct day *d = &p->days[p->recent];
    const struct stop *last = &d->way.tail[d->way.tail_count - 1];
    const size_t next = d->recent + 1 < d->operator_count ? d->recent + 1 : 0;
    if (point->bin_x != last->bin_x || point->bin_y != last->bin_y ||
        point->day != d->day || point->mccmnc != d->operators[next].mccmnc)
        return false;
    d->operators[next].samples++;
    d->recent = next;
    return true;
}

static void add_point(struct track_piece *p, const struct track_point *point)
{
    if (!p->begun)
        p->first_utc_ms = point->t_utc_ms;
    else if (is_gap(p->last_utc_ms, point->t_utc_ms))
        p->gaps++;
    p->begun = true;
    p->last_utc_ms = point->t_utc_ms;
    struct day *d = day_of(p, point->day);
    p->recent = (size_t)(d - p->days);
    note_operator(d, point->mccmnc, 1);
    note_times(d, point->t_utc_ms, point->t_utc_ms);
    append(&d->way, &(struct stop){.bin_x = point->bin_x,
                                   .bin_y = point->bin_y,
                                   .gap_first = p->gaps,
                                   .gap_last = p->gaps});
}

void track_piece_add(struct track_piece *p, const struct track_point *point)
{
    if (!count_again(p, point))
        add_point(p, point);
}

/* Appends the stops of a later piece, before which the log had `gaps`. */
static void append_way(struct way *w, const struct way *later, int64_t gaps)
{
    struct track_cursor c = track_start(later->bytes, later->size);
    while (track_next(&c))
        append(w, &(struct stop){.bin_x = (int32_t)c.bin_x,
                                 .bin_y = (int32_t)c.bin_y,
                                 .gap_first = c.gap_first + gaps,
                                 .gap_last = c.gap_last + gaps});
    for (int i = 0; i < later->tail_count; i++) {
        struct stop s = later->tail[i];
        s.gap_first += gaps;
        s.gap_last += gaps;
        append(w, &s);
    }
}

void track_piece_append(struct track_piece *into, const struct track_piece *later)
{
    if (!later->begun)
        return;
    if (into->begun && is_gap(into->last_utc_ms, later->first_utc_ms))
        into->gaps++;
    for (size_t i = 0; i < later->count; i++) {
        const struct day *from = &later->days[i];
        struct day *d = day_of(into, from->day);
        note_times(d, from->first_utc_ms, from->last_utc_ms);
        for (size_t k = 0; k < from->operator_count; k++)
            note_operator(d, from->operators[k].mccmnc, from->operators[k].samples);
        append_way(&d->way, &from->way, into->gaps);
        if (i == later->recent)
            into->recent = (size_t)(d - into->days);
    }
    if (!into->begun)
        into->first_utc_ms = later->first_utc_ms;
    into->begun = true;
    into->last_utc_ms = later->last_utc_ms;
    into->gaps += later->gaps;
}

static int compare_days(const void *a, const void *b)
{
    const struct day *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

static int compare_operators(const void *a, const void *b)
{
    const struct operator_samples *x = a, *y = b;
    return (x->mccmnc > y->mccmnc) - (x->mccmnc < y->mccmnc);
}

/* Gives the samples of nobody to an operator, or drops them; sorts. */
static void settle_operators(struct day *d, mccmnc_t unnamed)
{
    size_t kept = 0;
    int64_t nobodys = 0;
    for (size_t i = 0; i < d->operator_count; i++) {
        if (d->operators[i].mccmnc == 0)
            nobodys = d->operators[i].samples;
        else
            d->operators[kept++] = d->operators[i];
    }
    d->operator_count = kept;
    d->recent = 0;
    if (nobodys > 0 && unnamed != 0)
        note_operator(d, unnamed, nobodys);
    if (d->operator_count > 1)
        qsort(d->operators, d->operator_count, sizeof *d->operators, compare_operators);
}

static char *operators_text(const struct day *d)
{
    const size_t each = MCCMNC_TEXT_SIZE; /* digits and a separator */
    char *text = xcalloc(d->operator_count + 1, each);
    char *end = text;
    for (size_t i = 0; i < d->operator_count; i++) {
        if (i > 0)
            *end++ = ';';
        mccmnc_format(d->operators[i].mccmnc, end);
        end += strlen(end);
    }
    return text;
}

/* The path is taken from the day. */
static struct track finish_day(struct day *d)
{
    struct track t = {.day = d->day,
                      .first_utc_ms = d->first_utc_ms,
                      .last_utc_ms = d->last_utc_ms,
                      .operators = operators_text(d)};
    for (size_t i = 0; i < d->operator_count; i++)
        t.samples += d->operators[i].samples;
    for (int i = 0; i < d->way.tail_count; i++)
        pack(&d->way, &d->way.tail[i]);
    t.path = d->way.bytes;
    t.path_size = d->way.size;
    d->way.bytes = NULL;
    return t;
}

struct track *track_finish(struct track_piece *p, mccmnc_t unnamed, size_t *count)
{
    struct track *tracks = xcalloc(p->count + 1, sizeof *tracks);
    if (p->count > 1)
        qsort(p->days, p->count, sizeof *p->days, compare_days);
    *count = 0;
    for (size_t i = 0; i < p->count; i++) {
        settle_operators(&p->days[i], unnamed);
        if (p->days[i].operator_count > 0)
            tracks[(*count)++] = finish_day(&p->days[i]);
    }
    free_days(p->days, p->count);
    *p = (struct track_piece){0};
    return tracks;
}

void track_free(struct track *tracks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(tracks[i].operators);
        free(tracks[i].path);
    }
    free(tracks);
}

struct track_cursor track_start(const uint8_t *path, size_t size)
{
    /* a way of no step may be NULL, to which C lets nothing be added */
    return (struct track_cursor){.at = path, .end = size > 0 ? path + size : path};
}

static bool step(int64_t *index, uint64_t zigzag)
{
    if (zigzag > UINT64_C(1) << 33)
        return false; /* more than from one end of the grid to the other */
    *index += varint_unzigzag(zigzag);
    return *index >= INT32_MIN && *index <= INT32_MAX;
}

static bool add_gaps(int64_t *gaps, uint64_t more)
{
    if (more > INT64_MAX / 2 || *gaps > INT64_MAX / 2)
        return false;
    *gaps += (int64_t)more;
    return true;
}

bool track_next(struct track_cursor *c)
{
    uint64_t east, north, before = 0, during = 0;
    if (!varint_get(&c->at, c->end, &east) || !varint_get(&c->at, c->end, &north))
        return false;
    if (east & 1 &&
        (!varint_get(&c->at, c->end, &before) || !varint_get(&c->at, c->end, &during)))
        return false;
    if (!step(&c->bin_x, east >> 1) || !step(&c->bin_y, north))
        return false;
    c->gap_first = c->gap_last;
    if (!add_gaps(&c->gap_first, before))
        return false;
    c->gap_last = c->gap_first;
    if (!add_gaps(&c->gap_last, during))
        return false;
    c->starts = !c->begun || before > 0;
    c->begun = true;
    return true;
}
