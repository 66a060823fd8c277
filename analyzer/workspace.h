/* The workspace: one SpatiaLite file per survey. All of the analyzer's SQL is in
 * workspace*.c. */
#ifndef LOMSONG_WORKSPACE_H
#define LOMSONG_WORKSPACE_H

#include "bin_set.h"
#include "ingest.h"
#include "model.h"
#include "places.h"
#include "stations.h"
#include "tally_pack.h"

struct workspace;

/* What a survey is made with; kept in the workspace. */
struct workspace_settings {
    char region[256]; /* "" for the fallback */
    int epsg;
    double bin_size_m;
    struct quality_limits limits; /* now_utc_ms not kept */
};

/* Makes a new file; ERR_FAILED where it exists. ":memory:" is none: what is too much for
 * 64 MiB goes to a temporary file, which nobody else sees. */
MUST_CHECK enum err workspace_create(const char *path,
                                     const struct workspace_settings *settings,
                                     struct workspace **ws);
/* Opens an existing one; ERR_INPUT where it is not a workspace. */
MUST_CHECK enum err workspace_open(const char *path, struct workspace **ws);
/* Likewise to add or take out a log. Only the tables that this reads are looked through
 * for damage, so that it takes the time of the log; whoever judges looks through all. */
MUST_CHECK enum err workspace_open_for_logs(const char *path, struct workspace **ws);
void workspace_close(struct workspace *ws);
const char *workspace_path(const struct workspace *ws);
const struct workspace_settings *workspace_settings(const struct workspace *ws);

/* One change is one transaction: a crash in between leaves the file as before. */
MUST_CHECK enum err workspace_begin(struct workspace *ws);
MUST_CHECK enum err workspace_commit(struct workspace *ws);
void workspace_rollback(struct workspace *ws);
/* True where it held no log when the transaction began. */
bool workspace_is_new(const struct workspace *ws);

/* Stores the places of a new workspace. */
MUST_CHECK enum err workspace_put_places(struct workspace *ws,
                                         const struct places *places);
MUST_CHECK enum err workspace_put_place_file(struct workspace *ws, const char *role,
                                             const char *file, const char *sha256);

/* What is to be done with a log. */
enum workspace_fate {
    LOG_NEW,
    LOG_KNOWN,    /* the same bytes are there */
    LOG_OLDER,    /* a state of the same trip with as many rows or more is there */
    LOG_REPLACES, /* the same trip with fewer rows is there */
};
/* `rows` < 0: not counted yet. Negative on a database error, which is reported. */
int workspace_log_fate(struct workspace *ws, const struct ingest_log *log);
/* A copy of a log of the same transaction under another name: the smaller name is kept,
 * whichever came first. A log that was there before stays as it is. */
MUST_CHECK enum err workspace_rename_log(struct workspace *ws,
                                         const struct ingest_log *log);
/* Stores a log, its tally and its tests, replacing the older state of its trip. */
MUST_CHECK enum err workspace_put_log(struct workspace *ws, const struct ingest_log *log);
/* Stores a part of the tally of a log that workspace_put_log() will complete, or
 * workspace_drop_parts() forget. */
MUST_CHECK enum err workspace_put_part(struct workspace *ws, struct ingest_log *log,
                                       const struct tally *tally);
MUST_CHECK enum err workspace_drop_parts(struct workspace *ws, struct ingest_log *log);
/* Removes the log named by file name, path, trip_uuid or SHA-256 (8 digits or more).
 * ERR_INPUT where none or several match. `removed` gets its file name (freed by the
 * caller). */
MUST_CHECK enum err workspace_remove_log(struct workspace *ws, const char *name,
                                         char **removed);

/* Adds the officer's word on a hamlet, in a transaction of its own. ERR_INPUT, reported,
 * where the survey has no such hamlet. */
MUST_CHECK enum err workspace_add_note(struct workspace *ws, const char *hamlet_code,
                                       const struct note *note);

/* The rule that the survey was last judged by; text NULL where it was never judged. */
struct workspace_rule {
    char *text;
    bool has_as_of;
    int32_t as_of_day;
};
MUST_CHECK enum err workspace_get_rule(struct workspace *ws, struct workspace_rule *rule);

/* What has to be judged again. */
struct workspace_changes {
    bool all;               /* everything: the verdicts are none, or another rule's */
    struct bin_tile *tiles; /* else the hamlets with bins in these, sorted */
    size_t count, capacity;
    int64_t last; /* of the changes that are in it */
};
/* Since the verdicts were kept, where they are now to be by this rule on evidence not
 * older than `oldest_day`. Asked before anything is read for judging. */
MUST_CHECK enum err workspace_get_changes(struct workspace *ws, const struct rule *rule,
                                          int32_t oldest_day,
                                          struct workspace_changes *changes);
void workspace_changes_free(struct workspace_changes *changes);

/* Keeps verdicts and the rule. */
struct workspace_verdicts {
    const struct model *model; /* all hamlets, or those of the changed tiles */
    bool part;                 /* those */
    const struct workspace_changes *changes;
    int32_t oldest_day;
    bool has_as_of;
};
MUST_CHECK enum err workspace_put_verdicts(struct workspace *ws,
                                           const struct workspace_verdicts *verdicts);
/* Hamlets by verdict, as they are kept. */
MUST_CHECK enum err workspace_count_verdicts(struct workspace *ws,
                                             int64_t counts[VERDICT_COUNT]);

/* Reading for model_build: each calls `take` per row, in the order of the primary key.
 * Texts are valid during the call. */
struct workspace_hamlet {
    const char *hamlet_code, *name, *commune_code;
    int64_t households;
    enum yes_no electricity, difficult;
    struct latlon point; /* NAN where there is none */
};
struct workspace_area {
    const char *area_code, *hamlet_code, *name;
    enum area_kind kind;
    int64_t households;
    struct wkb shape;    /* of a polygon area */
    struct latlon point; /* of a point area; else NAN */
};
struct workspace_commune {
    const char *code, *name, *province_code, *province;
    struct wkb shape;
};
typedef enum err (*workspace_hamlet_fn)(void *ctx, const struct workspace_hamlet *h);
typedef enum err (*workspace_area_fn)(void *ctx, const struct workspace_area *a);
typedef enum err (*workspace_commune_fn)(void *ctx, const struct workspace_commune *c);
typedef enum err (*workspace_tally_fn)(void *ctx, const struct tally_cell *cell,
                                       int64_t log_id);
typedef enum err (*workspace_probe_fn)(void *ctx, const struct probe *probe,
                                       int64_t log_id);
typedef enum err (*workspace_log_fn)(void *ctx, int64_t log_id,
                                     const struct model_log *log);
/* Texts and path are valid during the call. */
typedef enum err (*workspace_track_fn)(void *ctx, const char *log_sha256,
                                       const struct track *track);
typedef enum err (*workspace_place_file_fn)(void *ctx, const struct model_place_file *f);
typedef enum err (*workspace_move_fn)(void *ctx, const char *hamlet_code,
                                      const struct commune_move *move);
typedef enum err (*workspace_note_fn)(void *ctx, const char *hamlet_code,
                                      const struct note *note);

/* Hamlets, and test areas, in whatever order the tables have them. */
MUST_CHECK enum err workspace_each_hamlet(struct workspace *ws, workspace_hamlet_fn take,
                                          void *ctx);
MUST_CHECK enum err workspace_each_area(struct workspace *ws, workspace_area_fn take,
                                        void *ctx);
MUST_CHECK enum err workspace_each_commune(struct workspace *ws,
                                           workspace_commune_fn take, void *ctx);
/* Every cell of every log. Cells of one key come apart where logs, or a log's parts,
 * share it; they add up. */
MUST_CHECK enum err workspace_each_tally(struct workspace *ws, workspace_tally_fn take,
                                         void *ctx);
/* The cells of all tiles that touch these bins, ends included: more than the bins'. */
struct workspace_box {
    int32_t x_min, x_max, y_min, y_max;
};
MUST_CHECK enum err workspace_each_tally_near(struct workspace *ws,
                                              const struct workspace_box *box,
                                              workspace_tally_fn take, void *ctx);
MUST_CHECK enum err workspace_each_probe(struct workspace *ws, workspace_probe_fn take,
                                         void *ctx);

/* The packs of all logs by tile_x, tile_y. Not to be used by two threads at once. */
struct workspace_packs;
MUST_CHECK enum err workspace_packs_open(struct workspace *ws,
                                         struct workspace_packs **packs);
/* Those of some tiles, which are sorted, and stay the caller's. */
MUST_CHECK enum err workspace_packs_open_tiles(struct workspace *ws,
                                               const struct bin_tile *tiles, size_t count,
                                               struct workspace_packs **packs);
/* 1: the next pack, valid until the next call; 0: no more; -1: reported. */
int workspace_packs_next(struct workspace_packs *packs, struct tally_pack *pack);
void workspace_packs_close(struct workspace_packs *packs);
/* First and last day of all tallies; INT32_MIN both where there is none. */
MUST_CHECK enum err workspace_days(struct workspace *ws, int32_t *first, int32_t *last);
/* Logs by file name, then SHA-256. */
MUST_CHECK enum err workspace_each_log(struct workspace *ws, workspace_log_fn take,
                                       void *ctx);
/* Tracks by log, in the order of workspace_each_log, then by day. */
MUST_CHECK enum err workspace_each_track(struct workspace *ws, workspace_track_fn take,
                                         void *ctx);
MUST_CHECK enum err workspace_each_place_file(struct workspace *ws,
                                              workspace_place_file_fn take, void *ctx);
/* By hamlet_code; none where the survey was made without a crosswalk. */
MUST_CHECK enum err workspace_each_move(struct workspace *ws, workspace_move_fn take,
                                        void *ctx);
/* Reads the stations of a source in place of those that are there; the caller's
 * transaction. */
MUST_CHECK enum err workspace_put_stations(struct workspace *ws, const char *source,
                                           const struct region *region);
MUST_CHECK enum err workspace_each_station(struct workspace *ws, station_fn take,
                                           void *ctx);
/* Notes by hamlet_code, then oldest first. */
MUST_CHECK enum err workspace_each_note(struct workspace *ws, workspace_note_fn take,
                                        void *ctx);

#endif
