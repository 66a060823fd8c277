/* When which active test is due. */
#include "probe_plan.h"

enum {
    KB = 1000,
    WINDOW_MIN = 64 * KB,
    WINDOW_MAX = 1000 * KB, /* 160 Mbit/s at a round trip of 50 ms */
    SURROUNDING = 32 * KB,  /* TLS handshake, headers */
    CONTENT_MIN = 16 * KB,  /* less says nothing about a rate */
};

const char *probe_plan_name(enum plan_kind kind)
{
    static const char *const names[PLAN_KINDS] = {
        [PLAN_PING] = "ping", [PLAN_GET] = "http_get", [PLAN_PUT] = "http_put"};
    return kind >= 0 && kind < PLAN_KINDS ? names[kind] : "";
}

struct probe_plan probe_plan_start(int64_t mono_ms, int64_t interval_ms, unsigned kinds,
                                   int index, int count)
{
    return (struct probe_plan){
        .interval_ms = interval_ms,
        .next_ms = mono_ms + interval_ms * index / count,
        .kinds = kinds,
    };
}

enum plan_kind probe_plan_next(struct probe_plan *plan, int64_t mono_ms, bool may_test)
{
    if (!may_test)
        return PLAN_NONE;
    if (plan->waiting == 0 && mono_ms >= plan->next_ms) {
        const int64_t late_ms = mono_ms - plan->next_ms;
        plan->next_ms += plan->interval_ms * (1 + late_ms / plan->interval_ms);
        plan->waiting = plan->kinds;
    }
    for (int kind = 0; kind < PLAN_KINDS; kind++) {
        if (plan->waiting & 1u << kind) {
            plan->waiting &= ~(1u << kind);
            return (enum plan_kind)kind;
        }
    }
    return PLAN_NONE;
}

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
    return value < min ? min : value > max ? max : value;
}

struct probe_allowance probe_plan_allow(int64_t left_bytes, int64_t wanted_bytes)
{
    const int64_t window = clamp(left_bytes / 8, WINDOW_MIN, WINDOW_MAX);
    const int64_t around = SURROUNDING + left_bytes / 64; /* TLS adds 0.2 % and more */
    const int64_t most = left_bytes - window - around;
    struct probe_allowance a = {.window_bytes = window};
    if (most < wanted_bytes && most < CONTENT_MIN)
        return a;
    a.content_bytes = most < wanted_bytes ? most : wanted_bytes;
    a.total_bytes = a.content_bytes + window + around;
    return a;
}
