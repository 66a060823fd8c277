/* The command line: options by argp, one table for all commands. */
#ifndef LOMSONG_OPTIONS_H
#define LOMSONG_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "geo.h"
#include "import_map.h"

struct options {
    const char *hamlets, *clusters,
        *communes; /* NULL where not given, as all texts below */
    const char *region;
    const char *rule;
    const char *format;
    const char *only;
    const char *work;
    bool json;
    bool quiet;
    const char *also;
    int crs;             /* EPSG code; 0: not given */
    const char *dossier; /* codes of publish --dossier */
    const char *html;
    const char *track;
    const char *stations;
    const char *crosswalk;
    const char *decision, *by, *reason; /* of a note */
    const char *out, *keep;             /* directories of watch */
    bool once;
    int interval_s; /* 0: not given */
    bool has_date;
    int32_t date_day;
    bool has_as_of;
    int32_t as_of_day;
    struct import_maps maps;
    mccmnc_t mccmnc;
    bool has_utc_offset;
    int32_t utc_offset_s;
    bool anonymize;
    double bin_size_m; /* 0: not given */
    int days, teams;   /* of plan */
    double hours;
    double speed_kmh;
    double detour;
    const char *roads;
    struct latlon start; /* geo_none(): not given */
    int threads;         /* 0: all processors */
    double max_acc_m;    /* NAN: not given; ages: ID_UNKNOWN */
    int64_t max_fix_age_ms;
    int64_t max_level_age_ms;
    double max_frozen_level_m; /* NAN: not given */
    double max_frozen_fix_m;
    int64_t max_frozen_fix_ms;
    char **args; /* what is no option */
    int arg_count;
    char *owned_maps; /* the texts of maps */
};

/* A command: one file cmd_*.c and one row in main.c. */
struct command {
    const char *name;
    const char *args_doc;   /* "WORK INPUT..." */
    const char *doc;        /* N_() */
    const char *options;    /* letters of the option table; see options.c */
    int min_args, max_args; /* max -1: any number */
    enum err (*run)(const struct options *options);
};

/* Parses argv behind the command's name; ends the process with code 2 where it is wrong.
 */
void options_parse(const struct command *command, int argc, char **argv,
                   struct options *options);

enum err cmd_new(const struct options *options);
enum err cmd_add(const struct options *options);
enum err cmd_remove(const struct options *options);
enum err cmd_judge(const struct options *options);
enum err cmd_publish(const struct options *options);
enum err cmd_survey(const struct options *options);
enum err cmd_explain(const struct options *options);
enum err cmd_whatif(const struct options *options);
enum err cmd_convert(const struct options *options);
enum err cmd_compare(const struct options *options);
enum err cmd_template(const struct options *options);
enum err cmd_note(const struct options *options);
enum err cmd_inspect(const struct options *options);
enum err cmd_plan(const struct options *options);
enum err cmd_formats(const struct options *options);
enum err cmd_watch(const struct options *options);

#endif
