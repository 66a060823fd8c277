/* The model: a survey judged by a rule, complete, as every output shows it. Built from
 * the workspace by model_build, then read only. All arrays are in the order of the
 * outputs. */
#ifndef LOMSONG_MODEL_H
#define LOMSONG_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "crs.h"
#include "err.h"
#include "judge.h"
#include "quality.h"
#include "region.h"
#include "rule.h"
#include "sha256.h"
#include "suspects.h"
#include "track.h"

enum yes_no { YES_NO_UNKNOWN, YES_NO_NO, YES_NO_YES };
enum presence { PRESENCE_UNKNOWN, PRESENCE_ABSENT, PRESENCE_PRESENT };
enum area_kind { AREA_CENTRE, AREA_CLUSTER, AREA_POLYGON };

const char *model_yes_no_name(enum yes_no v);       /* "unknown" "no" "yes" */
const char *model_presence_name(enum presence v);   /* "unknown" "absent" "present" */
const char *model_area_kind_name(enum area_kind k); /* "centre" "cluster" "polygon" */
const char *model_decision_name(enum verdict v);    /* of a note; VERDICT_COUNT: "none" */

/* ISO WKB in WGS 84 (x = longitude); NULL where there is none. */
struct wkb {
    uint8_t *data;
    size_t size;
};

/* What active tests found: transfers up and down, and pings. Never part of a verdict. */
struct broadband {
    int64_t tests; /* transfers tried */
    int64_t ok;
    int64_t median_down_kbps; /* over the transfers that moved something, slow ones
                                 included; ID_UNKNOWN where none did */
    int64_t median_up_kbps;
    int64_t ping_tests;
    int64_t ping_ok;
    int64_t median_ping_ms;
};

/* ok / tests; NAN without tests. */
double model_broadband_share(const struct broadband *b);

/* A technology that an operator was in service on in a test area, counted or not. */
struct area_tech {
    enum tech tech;
    uint64_t samples;  /* with a level */
    uint64_t no_level; /* without one: in service all the same */
    int median_dbm;    /* LEVEL_NONE where there is none */
};

/* A row of areas.csv. */
struct area_operator {
    mccmnc_t mccmnc;
    bool in_rule;
    struct judgement judgement;
    int64_t bins; /* observed */
    int64_t visits;
    int64_t samples; /* all evidence samples */
    int64_t no_service_samples;
    double service_share; /* NAN without samples */
    int median_dbm;       /* LEVEL_NONE where there is none */
    int p10_dbm;
    int64_t first_utc_ms; /* TIME_UNKNOWN where there is none */
    int64_t last_utc_ms;
    struct broadband broadband;
    const struct area_tech *techs; /* those seen, by name */
    size_t tech_count;
    /* the observed bins and their shares; NULL unless asked for with keep_evidence */
    const struct judge_bin *seen;
    const double *share;
};

struct area {
    const char *area_code;
    const char *name;
    enum area_kind kind;
    size_t hamlet;       /* index in model.hamlets */
    int64_t households;  /* ID_UNKNOWN where not known */
    struct latlon point; /* the point, or the polygon's point on surface */
    struct wkb shape;    /* polygon areas: their polygon; point areas: empty */
    double radius_m;     /* point areas: the rule's; 0 for polygons */
    int64_t bins_total;
    struct area_operator *operators; /* the rule's by mccmnc, then others seen; areas that
                                      * nobody measured share theirs */
    size_t operator_count;
    size_t rule_operator_count; /* the first of them */
    enum result result;
    const struct area_operator *best; /* NULL where no operator has an availability */
    enum presence broadband_3g4g;
    enum presence broadband_5g;
};

/* What an officer said of a hamlet: shown beside the measured verdict, never instead. */
struct note {
    enum verdict decision; /* VERDICT_COUNT: takes back what was said before */
    const char *by;
    const char *reason;
    int32_t day;
};

/* How a hamlet of a list from before a reform came into its commune of today. */
struct commune_move {
    const char *old_code, *old_name; /* the commune, as the list has it */
    const char *how;                 /* place_how_name */
    const char *doubt;               /* place_doubt_name; "" for none */
};

/* A row of hamlets.csv. areas[0] is the centre (or polygon), clusters follow by code. */
struct hamlet {
    const char *hamlet_code;
    const char *name;
    const char *commune_code; /* "" where there is none */
    const char *commune;      /* "" where not known */
    const char *province_code;
    const char *province;
    int64_t households;
    enum yes_no electricity;
    enum yes_no difficult;
    struct area *areas; /* in model.areas, one after the other */
    size_t area_count;
    size_t clusters_failed;
    enum verdict verdict;
    enum presence broadband_3g4g;
    enum presence broadband_5g;
    const struct note *note;  /* that stands; NULL where there is none */
    const struct note *notes; /* all of them, oldest first */
    size_t note_count;
    const struct commune_move *move; /* NULL without a crosswalk */
};

/* A row of bins.csv: a bin, an operator and a technology, over all days. */
struct bin_stat {
    int32_t bin_x;
    int32_t bin_y;
    mccmnc_t mccmnc;
    enum tech tech;   /* TECH_NONE: never in service there (on a known technology) */
    uint64_t samples; /* in service on tech, with a level */
    int median_dbm;
    int p10_dbm;
    uint64_t no_level;
    uint64_t no_service;
    double share; /* the operator's here, by the rule: the same on each technology's row;
                     NAN where no evidence counts */
};

/* Counts of hamlets and of their households by verdict. */
struct verdict_counts {
    int64_t hamlets;
    int64_t verdict[VERDICT_COUNT];
    int64_t no_electricity[VERDICT_COUNT]; /* those with electricity "no" */
    int64_t households[VERDICT_COUNT];
    int64_t households_no_electricity[VERDICT_COUNT];
};

/* A row of communes.csv or provinces.csv. */
struct unit {
    const char *code;
    const char *name;
    const char *province_code; /* communes only */
    const char *province;
    struct wkb shape; /* communes: the polygon; provinces: empty */
    struct verdict_counts counts;
    enum presence broadband_3g4g;
    enum presence broadband_5g;
    int64_t communes; /* provinces and the total: with their counts */
    int64_t communes_3g4g, communes_5g;
    int64_t hamlets_3g4g, hamlets_5g;
};

/* An input log, as the manifest names it. */
struct model_log {
    const char *file; /* base name */
    const char *sha256;
    const char *format;
    const char *trip_uuid; /* "" where there is none */
    const char *seal;      /* "intact", "broken", "" where there is none */
    const char *options;   /* how it was read, "" for the defaults */
    struct quality_counts counts;
    struct suspects_found
        suspects; /* none where the log was read before they were kept */
};

/* The way of a log's samples on one day. */
struct model_track {
    const struct model_log *log;
    struct track track; /* in the workspace's bins, track_bin_size_m wide */
};

/* A site or cell of the planners' layer. It explains a verdict and never moves one. */
struct station {
    const char *name; /* "" where it has none */
    mccmnc_t mccmnc;  /* 0 where it is not told */
    enum tech tech;   /* TECH_NONE likewise */
    struct latlon pos;
};

/* A file that says where the hamlets are. */
struct model_place_file {
    const char *role; /* "hamlets" "clusters" "communes" */
    const char *file;
    const char *sha256;
};

struct model {
    const struct rule *rule;
    const struct region *region;
    const struct crs *crs;
    const struct crs *out_crs; /* of the layers that are written; NULL: the survey's */
    int threads; /* of an output that is made in parts; 0: one per processor */
    double bin_size_m;
    struct quality_limits
        limits;             /* that the logs were read with; now_utc_ms is not kept */
    struct hamlet *hamlets; /* by hamlet_code */
    size_t hamlet_count;
    struct area *areas; /* by hamlet; centre first, then clusters by code */
    size_t area_count;
    struct bin_stat *bins; /* by bin_x, bin_y, mccmnc, technology name */
    size_t bin_count;
    struct unit *communes; /* by code; one with code "" holds hamlets outside all */
    size_t commune_count;
    struct unit *provinces;
    size_t province_count;
    struct unit total;      /* of the whole survey */
    struct model_log *logs; /* by file, then sha256 */
    size_t log_count;
    struct model_track *tracks; /* by log and day */
    size_t track_count;
    double track_bin_size_m;
    struct model_place_file *place_files;
    size_t place_file_count;
    const struct station *stations; /* by operator, technology, name, position */
    size_t station_count;
    const struct note *notes; /* by hamlet_code, then oldest first */
    size_t note_count;
    int32_t newest_day; /* of any evidence; INT32_MIN where there is none */
    int32_t as_of_day;  /* the day that evidence is aged against */
    bool anonymized;    /* by anonymize_model */
    struct arena arena; /* owns all texts and arrays above */
};

/* NULL where there is none of that code. */
const struct hamlet *model_find_hamlet(const struct model *m, const char *code);

/* True where an officer's word stands that is not the measured verdict. */
bool model_note_differs(const struct hamlet *h);
/* Hamlets on which an officer's word stands, and those of them where it differs. */
struct note_counts {
    int64_t hamlets;
    int64_t differ;
};
struct note_counts model_count_notes(const struct model *m);

/* WGS 84 centre of a bin. */
struct latlon model_bin_centre(const struct model *m, int32_t bin_x, int32_t bin_y);

#endif
