/* The planners' stations in the map's data. */
#ifndef LOMSONG_MAP_STATIONS_H
#define LOMSONG_MAP_STATIONS_H

#include "jsonw.h"
#include "model.h"

/* The member "stations" of the object that is open; nothing where there is none near the
 * survey. */
void map_stations_write(struct jsonw *j, const struct model *model);

#endif
