/* Where the antennas of the sample survey's modems sit. */
#ifndef LOMSONG_SAMPLE_MOUNT_H
#define LOMSONG_SAMPLE_MOUNT_H

#include "sample.h"
#include "sample_field.h"

struct mounting {
    const char *mount;
    double offset_db; /* as in the trip log */
};
extern const struct mounting mountings[FIELD_OPERATORS];

/* What the modem of operator `op` reads where a handset outdoors reads this. */
struct sample mounted(const struct sample *handset, int op);

#endif
