/* The map's bins: compact, and exact enough to tile without gaps at any zoom. */
#ifndef LOMSONG_MAP_BINS_H
#define LOMSONG_MAP_BINS_H

#include "jsonw.h"
#include "model.h"

/* Writes the members "lattice" and "bins" of the map's data. */
void map_bins_write(struct jsonw *j, const struct model *model);

#endif
