/* The field: the test areas of a plan as they are counted on the device. What an operator
 * showed in each of them, judged as the analyzer will, and what is still missing. No I/O;
 * all memory is taken at the start. */
#ifndef LOMSONG_FIELD_H
#define LOMSONG_FIELD_H

#include "field_visits.h"
#include "need.h"
#include "plan.h"
#include "tally_sample.h"

/* One of the rule's operators in one area. */
struct field_operator {
    mccmnc_t mccmnc;
    struct judgement judgement;
    size_t bins; /* with a share */
    int64_t visits;
    int64_t samples;
    struct need need; /* of it alone; after field_need() */
};

enum field_mark {
    FIELD_SEEN = 1,   /* by an operator of the rule */
    FIELD_WANTED = 2, /* to be visited for one that has not */
};

struct field_area {
    const struct plan_area *plan;
    struct field_operator *operators;  /* the rule's, by mccmnc */
    const struct field_operator *best; /* with the highest availability; NULL: none */
    enum result result;
    struct need need; /* after field_need() */
    uint8_t *marks;   /* of its bins: enum field_mark; after field_need() */
    uint32_t *bins;   /* its bins in the field's */
    double rho;       /* judge_area_rho() */
    bool stale;       /* evidence came since it was judged */
    bool need_stale;  /* … since it was asked what is missing */
};

struct field_hamlet {
    const struct plan_hamlet *plan;
    struct field_area *areas; /* as the plan's */
    size_t area_count;
    enum verdict verdict;
    bool ours; /* of the team's routes, or there is no team */
};

struct field {
    const struct plan *plan;
    int64_t team; /* 0: all */
    size_t operator_count;
    struct field_hamlet *hamlets;
    size_t hamlet_count;
    struct field_area *areas; /* all of them */
    size_t area_count;
    int32_t newest_day; /* against which evidence is aged */
    bool full;          /* visits came that had no room */
    struct field_space *space;
};

/* A field with the plan's own evidence, judged. The plan must outlive it. ERR_INPUT,
 * reported, where the plan has no such team; `team` 0 takes all. */
MUST_CHECK enum err field_open(const struct plan *plan, int64_t team,
                               struct field **field);
/* NULL is legal. */
void field_close(struct field *f);
/* Back to the plan's own evidence. */
void field_reset(struct field *f);

/* Counts a sample that is evidence, in its bin; the key's tech means nothing. */
void field_add(struct field *f, const struct tally_key *key,
               const struct tally_part *parts, int part_count);
/* Judges what has changed; true where anything had. */
bool field_judge(struct field *f);
/* Finds what is missing in an area that was judged. */
void field_need(struct field *f, struct field_area *a);

/* The settled areas of the team, and all of its. */
struct field_progress {
    size_t hamlets, hamlets_done;
    size_t areas, areas_done;
};
struct field_progress field_progress(const struct field *f);
/* An area that no longer asks for a visit: settled, or its hamlet is. */
bool field_area_done(const struct field_hamlet *h, const struct field_area *a);
bool field_hamlet_done(const struct field_hamlet *h);

#endif
