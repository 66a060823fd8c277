/* Tours by nearest neighbour, 2-opt and Or-opt. */
#include "tour.h"

#include <stdbool.h>
#include <string.h>

/* Shorter by less is not shorter: sums of distances are rounded. */
#define GAIN_MIN 1e-7

static double way(const struct tour_metric *m, size_t a, size_t b)
{
    return m->way(m->ctx, a, b);
}

/* The place at `at`, the start before the first and behind the last. */
static size_t stop_at(const size_t *places, size_t count, size_t at)
{
    return at == 0 || at == count + 1 ? 0 : places[at - 1];
}

double tour_length(const struct tour_metric *m, const size_t *places, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; count > 0 && i <= count; i++)
        sum += way(m, stop_at(places, count, i), stop_at(places, count, i + 1));
    return sum;
}

static void swap(size_t *places, size_t a, size_t b)
{
    const size_t kept = places[a];
    places[a] = places[b];
    places[b] = kept;
}

void tour_nearest(const struct tour_metric *m, size_t *places, size_t count)
{
    size_t here = 0;
    for (size_t i = 0; i < count; i++) {
        size_t best = i;
        for (size_t k = i + 1; k < count; k++) {
            const double gain = way(m, here, places[best]) - way(m, here, places[k]);
            if (gain > GAIN_MIN)
                best = k;
        }
        swap(places, i, best);
        here = places[i];
    }
}

static void reverse(size_t *places, size_t from, size_t to)
{
    for (; from < to; from++, to--)
        swap(places, from, to);
}

/* One pass of 2-opt: the part from i to k backwards. */
static bool two_opt(const struct tour_metric *m, size_t *places, size_t count)
{
    bool better = false;
    for (size_t i = 1; i < count; i++) {
        for (size_t k = i + 1; k <= count; k++) {
            const size_t a = stop_at(places, count, i - 1), b = places[i - 1];
            const size_t c = places[k - 1], d = stop_at(places, count, k + 1);
            const double gain = way(m, a, b) + way(m, c, d) - way(m, a, c) - way(m, b, d);
            if (gain > GAIN_MIN) {
                reverse(places, i - 1, k - 1);
                better = true;
            }
        }
    }
    return better;
}

/* A part of the tour and where it could go: between `left` and `right`. */
struct move {
    size_t from, length; /* of the part, from 0 */
    size_t to;           /* behind the place that stands at `to` - 1, from 0 to count */
    bool backwards;
};

static void carry_out(size_t *places, const struct move *mv)
{
    enum { MAX_PART = 3 };
    size_t part[MAX_PART] = {0};
    for (size_t i = 0; i < mv->length; i++)
        part[i] = places[mv->from + (mv->backwards ? mv->length - 1 - i : i)];
    size_t at = mv->to;
    if (mv->to > mv->from) {
        at = mv->to - mv->length;
        memmove(places + mv->from, places + mv->from + mv->length,
                (at - mv->from) * sizeof *places);
    } else {
        memmove(places + mv->to + mv->length, places + mv->to,
                (mv->from - mv->to) * sizeof *places);
    }
    memcpy(places + at, part, mv->length * sizeof *places);
}

/* Looks for the best other place of a part; true where it was moved there. */
static bool or_opt_part(const struct tour_metric *m, size_t *places, size_t count,
                        struct move mv)
{
    const size_t first = places[mv.from], last = places[mv.from + mv.length - 1];
    const size_t before = stop_at(places, count, mv.from);
    const size_t after = stop_at(places, count, mv.from + mv.length + 1);
    const double saved =
        way(m, before, first) + way(m, last, after) - way(m, before, after);
    struct move best = mv;
    double best_gain = GAIN_MIN;
    for (size_t to = 0; to <= count; to++) {
        if (to >= mv.from && to <= mv.from + mv.length)
            continue;
        const size_t left = stop_at(places, count, to);
        const size_t right = stop_at(places, count, to + 1);
        const double open = saved + way(m, left, right);
        const double forth = open - way(m, left, first) - way(m, last, right);
        const double back = open - way(m, left, last) - way(m, first, right);
        const double gain = forth > back ? forth : back;
        if (gain > best_gain) {
            best_gain = gain;
            best.to = to;
            best.backwards = back > forth;
        }
    }
    if (best_gain <= GAIN_MIN)
        return false;
    carry_out(places, &best);
    return true;
}

/* One pass of Or-opt: parts of one to three places. */
static bool or_opt(const struct tour_metric *m, size_t *places, size_t count)
{
    bool better = false;
    for (size_t length = 1; length <= 3 && length < count; length++) {
        for (size_t from = 0; from + length <= count; from++)
            better |= or_opt_part(m, places, count,
                                  (struct move){.from = from, .length = length});
    }
    return better;
}

void tour_improve(const struct tour_metric *m, size_t *places, size_t count)
{
    enum { MAX_PASSES = 1000 }; /* every pass shortens it: for rounding only */
    bool better = count > 1;
    for (int pass = 0; better && pass < MAX_PASSES; pass++) {
        better = two_opt(m, places, count);
        better |= or_opt(m, places, count);
    }
}
