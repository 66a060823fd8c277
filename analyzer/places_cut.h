/* Where a GeoJSON file may be cut into pieces that hold some of its features each. */
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
    struct places_span *spans;
    size_t count;
    size_t capacity;
};

/* Cuts what stands between the plain begin and the plain end of a file of `size` bytes
 * into spans of `span_size` bytes or a feature more. The file is of plain features where
 * each span is, and only there. False, without spans, for a file that is none. */
bool places_cut_find(int fd, off_t size, size_t span_size, struct places_cut *cut);
void places_cut_free(struct places_cut *cut);

/* Bytes from..end of the file, a NUL behind them; NULL where they cannot be read or hold
 * one. The caller frees. */
char *places_cut_text(int fd, struct places_span span);

#endif
