/* What the commands share: a workspace with the region, CRS, rule and model that belong
 * to it. */
#ifndef LOMSONG_SESSION_H
#define LOMSONG_SESSION_H

#include "gps_track.h"
#include "ingest.h"
#include "model_build.h"
#include "options.h"
#include "workspace.h"

struct session {
    struct workspace *ws;
    struct region region;
    struct crs *crs;
    struct crs *out_crs; /* of --crs; NULL: none */
    struct rule rule;
    struct gps_track track; /* of logs without positions; empty: none */
    bool has_as_of;
    int32_t as_of_day;
    bool keep_evidence; /* for session_judge */
    struct model model;
};

/* Makes a workspace with its places (one transaction; no file is left on failure). */
MUST_CHECK enum err session_new(struct session *s, const char *path,
                                const struct options *options);
/* Opens an existing workspace. */
MUST_CHECK enum err session_open(struct session *s, const char *path);
/* Likewise by workspace_open_for_logs(). */
MUST_CHECK enum err session_open_for_logs(struct session *s, const char *path);
/* Releases everything; legal at any stage of a zeroed session. */
void session_close(struct session *s);

/* Reads logs into the workspace and prints what became of them; all or, where
 * `all_or_nothing`, none. */
MUST_CHECK enum err session_add(struct session *s, const struct options *options,
                                char *const *inputs, size_t count, bool all_or_nothing);

/* ERR_USAGE, reported, where the options ask for other thresholds of quality than the
 * logs of the workspace were read with. */
MUST_CHECK enum err session_check_limits(const struct session *s,
                                         const struct options *options);

/* Loads --rule, else the rule that the workspace was judged by, else the built-in one. */
MUST_CHECK enum err session_load_rule(struct session *s, const struct options *options);
/* Builds the model; `store` keeps its verdicts in the workspace. */
MUST_CHECK enum err session_judge(struct session *s, const struct options *options,
                                  bool store);

/* Keeps the verdicts that are due: judges the hamlets near which evidence came or went
 * since they were judged last by the same rule, or all. No model is left. `counts` are
 * the hamlets by verdict. */
MUST_CHECK enum err session_judge_again(struct session *s, const struct options *options,
                                        int64_t counts[VERDICT_COUNT]);

/* Reads --stations in place of those that are there. */
MUST_CHECK enum err session_put_stations(struct session *s,
                                         const struct options *options);
/* Loads --track, where it is given; before session_ingest_options(). */
MUST_CHECK enum err session_load_track(struct session *s, const struct options *options);
/* How logs are read, by the options, the region and the track. */
struct ingest_options session_ingest_options(const struct session *s,
                                             const struct options *options);

#endif
