/* The map's hamlets and their test areas: texts as JSON, numbers packed. */
#ifndef LOMSONG_MAP_PLACES_H
#define LOMSONG_MAP_PLACES_H

#include "jsonw.h"
#include "model.h"

/* Operators by number: their place in this list. */
struct map_operators {
    mccmnc_t *list; /* sorted */
    size_t count;
};

/* All operators that the page may show. */
void map_operators_find(struct map_operators *ops, const struct model *model);
void map_operators_free(struct map_operators *ops);
/* `op` must be one of them. */
size_t map_operators_number(const struct map_operators *ops, mccmnc_t op);

/* Writes the members "hamlets" and "areas" of the map's data. */
void map_places_write(struct jsonw *j, const struct model *model,
                      const struct map_operators *ops);

#endif
