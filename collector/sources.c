/* The sources: one row each. */
#include <string.h>

#include "source.h"

static const struct source_driver *const drivers[] = {&src_gpsd, &src_at,
                                                      &src_modemmanager, &src_replay};

const struct source_driver *source_driver_find(const char *name)
{
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        if (strcmp(drivers[i]->name, name) == 0)
            return drivers[i];
    }
    return NULL;
}
