/* All pairs of sides: apart by their boxes, which is exact, or by a side that has the
 * other's ends on one hand, by a sign that rounding cannot have made. */
#include "ring_simple.h"

#include <math.h>

enum { SIDES_MAX = 256 }; /* above, GEOS' index is faster */

struct side {
    double x0, y0, x1, y1;
    double west, east, south, north; /* as far as its points may lie */
    double slack; /* what a difference of coordinates may be wrong by */
};

/* On which hand of the side a point lies: 1 or -1 where it is sure, else 0. The error of
 * the difference is below 4 * 2^-53 of the sum (Shewchuk 1997, ccwerrboundA); the second
 * term is for products that underflow, the third for factors that are wrong. */
static int hand_of(const struct side *s, double x, double y)
{
    const double x0 = s->x0 - x, x1 = s->x1 - x, y0 = s->y0 - y, y1 = s->y1 - y;
    const double left = x0 * y1;
    const double right = y0 * x1;
    const double error =
        1e-15 * (fabs(left) + fabs(right)) + 1e-290 +
        1.01 * s->slack * (fabs(x0) + fabs(x1) + fabs(y0) + fabs(y1) + 2 * s->slack);
    return (left - right > error) - (left - right < -error);
}

static bool has_beside(const struct side *s, const struct side *other)
{
    const int hand = hand_of(s, other->x0, other->y0);
    return hand != 0 && hand == hand_of(s, other->x1, other->y1);
}

static bool are_apart(const struct side *a, const struct side *b)
{
    return a->east < b->west || b->east < a->west || a->north < b->south ||
           b->north < a->south || has_beside(a, b) || has_beside(b, a);
}

/* Whether two sides in turn have only the point between them in common. */
static bool only_meet(const struct side *a, const struct side *b)
{
    const double s = a->slack;
    const double ax = a->x1 - a->x0, bx = b->x1 - b->x0;
    const double ay = a->y1 - a->y0, by = b->y1 - b->y0;
    return (ax > s && bx > s) || (ax < -s && bx < -s) || (ay > s && by > s) ||
           (ay < -s && by < -s) || hand_of(a, b->x1, b->y1) != 0;
}

bool ring_is_simple(const double *points, size_t count, double error)
{
    struct side sides[SIDES_MAX];
    const size_t n = count > 0 ? count - 1 : 0;
    if (n < 3 || n > SIDES_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        const double *p = points + 2 * i;
        sides[i] = (struct side){p[0],
                                 p[1],
                                 p[2],
                                 p[3],
                                 fmin(p[0], p[2]) - error,
                                 fmax(p[0], p[2]) + error,
                                 fmin(p[1], p[3]) - error,
                                 fmax(p[1], p[3]) + error,
                                 2 * error};
    }
    for (size_t i = 0; i < n; i++) {
        if (!only_meet(&sides[i], &sides[(i + 1) % n]))
            return false;
        for (size_t k = i + 2; k < n; k++) {
            const bool are_neighbours = i == 0 && k == n - 1;
            if (!are_neighbours && !are_apart(&sides[i], &sides[k]))
                return false;
        }
    }
    return true;
}
