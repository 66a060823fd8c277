/* Building the model: workspace + rule -> judged survey. */
#ifndef LOMSONG_MODEL_BUILD_H
#define LOMSONG_MODEL_BUILD_H

#include "bin_set.h"
#include "model.h"
#include "model_tiles.h"
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
    /* Only the hamlets that may have bins in these tiles, at bin_factor 1, without rows
     * of bins and counts of units; NULL: the whole survey. */
    const struct workspace_changes *changes;
    bool keep_evidence; /* fills seen and share of struct area_operator */
    int threads;        /* 0: one per processor */
};

/* Everything in the model is owned by it, but for what the options point to. */
MUST_CHECK enum err model_build(struct workspace *ws, const struct model_options *options,
                                struct model *model);
void model_free(struct model *model);

/* Steps of model_build, one per file. */

/* Memory of the model. */
void *model_alloc(struct model *m, size_t count, size_t size);
const char *model_text(struct model *m, const char *text);
struct wkb model_copy_wkb(struct model *m, const struct wkb *wkb);

/* The bin that holds a bin where they are `factor` times as wide. */
int32_t model_wider_bin(int32_t bin, int32_t factor);

/* Fills hamlets, areas, communes, logs and place files from the workspace. */
MUST_CHECK enum err model_load(struct workspace *ws, struct model *m);
/* Its first step: hamlets and areas. */
MUST_CHECK enum err model_load_places(struct workspace *ws, struct model *m);
/* Reports what only another program's hand can have done to a workspace. */
MUST_CHECK enum err model_damaged(const char *path, const char *what, const char *code);
/* Drops the hamlets that surely have no bin in any of these tiles. */
void model_keep_near(struct model *m, const struct workspace_changes *changes);
/* Fills the hamlets' notes. */
MUST_CHECK enum err model_load_notes(struct workspace *ws, struct model *m);
/* Fills the stations. */
MUST_CHECK enum err model_load_stations(struct workspace *ws, struct model *m);
/* Moves the rows of the tiles to m->bins. */
void model_build_bins(struct model *m, struct model_tiles *tiles);
/* The bins of a test area; sets the point of a polygon area. */
MUST_CHECK enum err model_area_bins(const struct model *m, struct area *area,
                                    struct bin_list *bins);

/* The active tests of the survey, in the order of probe_compare. */
struct model_probes {
    struct probe *items;
    size_t count;
    size_t capacity;
};
/* Those that are not older than a day. */
MUST_CHECK enum err model_probes_load(struct workspace *ws, int32_t bin_factor,
                                      int32_t oldest_day, struct model_probes *probes);
void model_probes_free(struct model_probes *probes);
/* Adds to `found` those in a bin. */
void model_probes_find(const struct model_probes *probes, struct judge_bin bin,
                       struct model_probes *found);
/* What an operator's tests among these found. */
struct broadband model_probes_sum(const struct model_probes *probes, mccmnc_t op);

/* The bins of one area, by (bin_x, bin_y). */
struct area_bins {
    const struct bin_run *runs;
    size_t run_count;
    size_t count; /* of bins */
};

/* The areas while they are judged. */
struct model_areas {
    struct area_bins *bins; /* by area */
    struct arena bins_memory;
    struct bin_set all; /* the bins of all areas */
    struct model_probes probes;
    bool keep_evidence;
    int threads;
};
/* Fills bins and all; also after an error to be freed. */
MUST_CHECK enum err model_areas_find_bins(struct model *m, struct model_areas *areas);
/* Fills operators, result, best and broadband of every area. */
void model_areas_judge(struct model *m, const struct model_areas *areas,
                       const struct model_tiles *tiles);
void model_areas_free(struct model_areas *areas);
/* Fills verdicts of hamlets, then communes', provinces' and the total's counts. */
void model_judge_hamlets(struct model *m);
void model_count_units(struct model *m);

#endif
