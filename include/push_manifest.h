/* How a trip lies on the server that it was pushed to: a directory named by the SHA-256
 * of the trip, with its parts "000000-SHA256", "000001-SHA256", … and then, last of all,
 * manifest.json, which says that it is complete:
 *
 *     {"lomsong_push":1,"name":"trip-….gpkg","sha256":"…","bytes":N,"part_bytes":P,
 *      "parts":["SHA256",…]}
 *
 * Everything is named by its content: what was sent twice is the same file, and what is
 * not whole cannot be taken for whole. `cat 0*-* > trip.gpkg` puts it together by hand.
 */
#ifndef LOMSONG_PUSH_MANIFEST_H
#define LOMSONG_PUSH_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sha256.h"

#define PUSH_MANIFEST_FILE "manifest.json"

enum {
    PUSH_MANIFEST_NAME_SIZE = 200,
    PUSH_MANIFEST_MAX_PARTS = 100000,
    PUSH_MANIFEST_MAX_SIZE = 8 << 20, /* bytes of JSON */
    PUSH_MANIFEST_PART_SIZE = 96,     /* name of a part */
};

struct push_manifest {
    char name[PUSH_MANIFEST_NAME_SIZE];
    char sha256[SHA256_TEXT_SIZE];
    int64_t bytes;
    int64_t part_bytes; /* of each part but the last */
    char (*parts)[SHA256_TEXT_SIZE];
    size_t part_count;
};

/* 64 lower-case hex digits. */
bool push_manifest_is_hash(const char *text);
/* Takes a file's name; what may not stand in one becomes an underscore. */
void push_manifest_set_name(struct push_manifest *m, const char *name);
/* The name of part `i`. */
void push_manifest_part(size_t i, const char *sha256, char name[PUSH_MANIFEST_PART_SIZE]);
/* How many parts a trip has, and how long the one from 0 is. */
size_t push_manifest_count(int64_t bytes, int64_t part_bytes);
int64_t push_manifest_part_bytes(const struct push_manifest *m, size_t i);

/* As JSON, the same bytes for the same manifest; the caller frees. NULL without memory.
 */
char *push_manifest_write(const struct push_manifest *m, size_t *size);
/* Reads what may be hostile: false, with the reason translated, where it is not such a
 * manifest or does not agree with itself. `m` owns memory only where true. */
bool push_manifest_read(const char *text, size_t size, struct push_manifest *m,
                        const char **fault);
void push_manifest_free(struct push_manifest *m);

#endif
