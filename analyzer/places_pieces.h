/* Places of a plain file without GDAL: GeoJSON, by several threads, and CSV. */
#ifndef LOMSONG_PLACES_PIECES_H
#define LOMSONG_PLACES_PIECES_H

#include "places.h"

/* As places_read(), which it leaves the file to unless that is plain and without fault:
 * then the list is the same. Of `sources` the threads and the size of a piece are looked
 * at. */
MUST_CHECK enum err places_read_pieces(const char *source, const char *role,
                                       const struct places_sources *sources,
                                       struct place_list *list);

#endif
