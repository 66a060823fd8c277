/* Building the model: workspace + rule -> judged survey. */
#ifndef LOMSONG_MODEL_BUILD_H
#define LOMSONG_MODEL_BUILD_H

#include "model.h"
#include "shape.h"
#include "tally.h"
#include "workspace.h"

struct model_options {
    const struct rule *rule;
    const struct region *region;
    const struct crs *crs;
    int bin_factor; /* 1, or how many bins of the workspace make one of the model, per
                       side */
    bool has_as_of;
    int32_t as_of_day;
    bool keep_evidence; /* fills seen and share of struct area_operator */
};

/* Everything in the model is owned by it, but for what the options point to. */
MUST_CHECK enum err model_build(struct workspace *ws, const struct model_options *options,
                                struct model *model);
void model_free(struct model *model);

/* Steps of model_build, one per file. */

/* Memory of the model. */
void *model_alloc(struct model *m, size_t count, size_t size);
const char *model_text(struct model *m, const char *text);

/* All tally cells of the survey, merged over logs and sorted by key. */
struct model_cells {
    struct tally *tally;
    const struct tally_cell **sorted;
    size_t count;
};

/* Fills hamlets, areas, communes, logs and place files from the workspace. */
MUST_CHECK enum err model_load(struct workspace *ws, struct model *m);
/* Fills m->bins. */
void model_build_bins(struct model *m, const struct model_cells *cells);
/* The bins of a test area; sets the point of a polygon area. */
MUST_CHECK enum err model_area_bins(const struct model *m, struct area *area,
                                    struct bin_list *bins);
/* Fills operators, result, best and broadband of every area. */
MUST_CHECK enum err model_judge_areas(struct model *m, const struct model_cells *cells,
                                      bool keep_evidence);
/* Fills verdicts of hamlets, then communes', provinces' and the total's counts. */
void model_judge_hamlets(struct model *m);
void model_count_units(struct model *m);

#endif
