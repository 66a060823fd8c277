/* What a survey knows of one hamlet, down to single visits: for explain and the dossier.
 */
#ifndef LOMSONG_EVIDENCE_H
#define LOMSONG_EVIDENCE_H

#include "shape.h"
#include "tally.h"
#include "visit.h"
#include "workspace.h"

/* Where the evidence of a survey's hamlets comes from. */
struct evidence_source {
    struct workspace *ws;
    const struct model *m; /* built with keep_evidence */
    int64_t *log_ids;      /* of the model's logs, in their order */
};
MUST_CHECK enum err evidence_open(struct workspace *ws, const struct model *m,
                                  struct evidence_source *source);
void evidence_close(struct evidence_source *source);

struct evidence {
    struct bin_list *areas; /* the bins of each of the hamlet's areas */
    size_t area_count;
    struct tally *tally;
    const struct tally_cell **cells; /* in these bins, over all logs, sorted by key */
    size_t cell_count;
    int64_t *log_samples; /* evidence samples in these bins, by the model's logs */
    int32_t oldest_day;   /* what is older does not count */
};
MUST_CHECK enum err evidence_load(const struct evidence_source *source,
                                  const struct hamlet *h, struct evidence *e);
void evidence_free(struct evidence *e);

bool evidence_area_holds(const struct bin_list *area, int32_t bin_x, int32_t bin_y);

/* One operator on one day in one bin. */
struct evidence_visit {
    struct tally_key key; /* its tech means nothing */
    struct visit count;
    bool too_old;
};
/* The visit that begins at cells[at]; returns where the next one does. */
size_t evidence_visit(const struct evidence *e, const struct rule *rule, size_t at,
                      struct evidence_visit *visit);

/* An area as judge.h wants it, for one operator of it. */
struct judge_evidence evidence_judged(const struct model *m, const struct bin_list *area,
                                      const struct area_operator *o);

/* What the operator's result would be if every unseen bin of the area had this share. */
enum result evidence_imagine(const struct model *m, const struct bin_list *area,
                             const struct area_operator *o, double share);

#endif
