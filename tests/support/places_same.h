/* That a file of places is read as GDAL reads it. */
#ifndef LOMSONG_TEST_PLACES_SAME_H
#define LOMSONG_TEST_PLACES_SAME_H

#include "capture.h"
#include "places_pieces.h"
#include "scratch.h"

static inline void expect_same_place(const char *text, const struct place *a,
                                     const struct place *b)
{
    const bool same =
        strcmp(a->code, b->code) == 0 && strcmp(a->name, b->name) == 0 &&
        strcmp(a->parent_code, b->parent_code) == 0 &&
        strcmp(a->parent_name, b->parent_name) == 0 &&
        strcmp(a->district, b->district) == 0 && strcmp(a->province, b->province) == 0 &&
        a->households == b->households && a->electricity == b->electricity &&
        a->difficult == b->difficult && a->repaired == b->repaired &&
        memcmp(&a->point, &b->point, sizeof a->point) == 0 &&
        a->polygon.size == b->polygon.size &&
        (a->polygon.size == 0 ||
         memcmp(a->polygon.data, b->polygon.data, a->polygon.size) == 0);
    if (!same)
        fail_msg("%s: %s, %s is not as GDAL reads it", text, a->code, a->name);
}

/* The same list, error and messages of GDAL and of the plain reader, each feature by
 * itself and both at once. */
static inline void expect_same(struct scratch *s, const char *role, const char *name,
                               const char *text)
{
    const char *path = scratch_write(s, name, text);
    struct place_list gdal = {0};
    struct capture c;
    capture_start(&c);
    const enum err gdal_err = places_read(path, role, &gdal);
    char *said = xstrdup(capture_stop(&c));
    for (size_t size = 1; size < 1000000; size *= 100000) {
        const struct places_sources how = {.threads = 2, .piece_size = size};
        struct place_list list = {0};
        capture_start(&c);
        const enum err err = places_read_pieces(path, role, &how, &list);
        if (strcmp(capture_stop(&c), said) != 0 || err != gdal_err ||
            (!err && list.count != gdal.count))
            fail_msg("%s: as %s not as GDAL reads it: %s", text, role, said);
        for (size_t i = 0; !err && i < list.count; i++)
            expect_same_place(text, &list.items[i], &gdal.items[i]);
        place_list_free(&list);
    }
    place_list_free(&gdal);
    free(said);
}

#endif
