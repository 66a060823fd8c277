/* The map's data: the whole model as one JSON object for the page's scripts. */
#ifndef LOMSONG_MAP_DATA_H
#define LOMSONG_MAP_DATA_H

#include <stdio.h>

#include "model.h"

/* The same bytes for the same model. Write errors stay in the file's error flag. */
void map_data_write(FILE *out, const struct model *model);

#endif
