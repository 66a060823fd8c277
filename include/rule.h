/* The rule: what counts as covered, read from YAML. No number that decides a verdict
 * stands anywhere else. */
#ifndef LOMSONG_RULE_H
#define LOMSONG_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "sample.h"
#include "sha256.h"

struct rule_technology {
    bool counts;
    int level_dbm; /* at or above: passes */
    int weak_dbm;  /* below: drawn as weak on maps; LEVEL_NONE where not given */
};

enum rule_combine { RULE_ANY, RULE_ALL };

struct rule {
    char *id;
    char *title;
    char *source;
    bool from_dispatch;
    struct rule_technology technologies[TECH_COUNT];
    enum rule_combine combine;
    mccmnc_t *operators; /* sorted, no duplicates */
    size_t operator_count;
    double availability_min; /* 0..1 */
    double evidence_min;     /* 0..1 */
    double confidence;       /* 0..1, two-sided */
    int min_bins;
    double n_max;
    double correlation_m;
    double no_signal_max; /* 0..1 */
    int max_age_days;
    double centre_radius_m;
    double cluster_radius_m;
    char *text; /* the file as read: kept in the workspace */
    char sha256[SHA256_TEXT_SIZE];
};

/* Reads a rule from a file; errors name file, line, key, value and what was expected. */
MUST_CHECK enum err rule_load_file(const char *path, struct rule *rule);

/* The same from memory; `name` stands for the file in messages. */
MUST_CHECK enum err rule_load_text(const char *name, const char *text, size_t size,
                                   struct rule *rule);

/* The rule that ships, analyzer/criteria/1603-2024-interim.yaml. */
MUST_CHECK enum err rule_load_default(struct rule *rule);

void rule_free(struct rule *rule);

bool rule_lists_operator(const struct rule *rule, mccmnc_t op);

#endif
