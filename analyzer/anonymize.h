/* Samples for strangers: where and when no finer than the survey needs it, and nothing
 * that names a device, a modem or a cell. */
#ifndef LOMSONG_ANONYMIZE_H
#define LOMSONG_ANONYMIZE_H

#include "crs.h"
#include "region.h"

struct anonymizer {
    const struct region *region;
    double bin_size_m;
    struct crs *crs; /* of the first sample's place; opened by then */
};

/* The time cut to the minute, the position moved to the middle of its bin; levels, state,
 * technology, operator and fix_mode stay, all else is missing. ERR_FAILED, reported,
 * where PROJ does not know the region's CRS. */
MUST_CHECK enum err anonymize_sample(struct anonymizer *a, struct sample *s);
void anonymize_end(struct anonymizer *a);

#endif
