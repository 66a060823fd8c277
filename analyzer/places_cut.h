/* Where a GeoJSON file may be cut into files that hold some of its features each. */
#ifndef LOMSONG_PLACES_CUT_H
#define LOMSONG_PLACES_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Bytes from..end of the file: features and the commas between them. */
struct places_span {
    off_t from, end;
};

struct places_cut {
    off_t head; /* bytes before the features, the bracket included */
    off_t tail; /* where the bracket behind them stands */
    off_t size;
    struct places_span *spans;
    size_t count;
    size_t capacity;
};

/* Cuts what is one object with one array "features" of objects, into spans of `span_size`
 * bytes or a feature more. False for anything else. */
bool places_cut_find(int fd, size_t span_size, struct places_cut *cut);
void places_cut_free(struct places_cut *cut);

/* Bytes from..end of the file, a NUL behind them; NULL where they cannot be read. The
 * caller frees. */
char *places_cut_text(int fd, struct places_span span);

#endif
