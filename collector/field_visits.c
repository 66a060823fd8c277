/* Visits, as lists by day in one array. */
#include "field_visits.h"

#include <stdlib.h>

#include "xmem.h"

struct entry {
    struct visit visit;
    int32_t day;
    uint32_t next; /* index + 1 of the cell's next one by day; 0: the last */
};

struct field_visits {
    uint32_t *first; /* by cell, as `next` */
    size_t cell_count;
    struct entry *entries;
    size_t count, capacity;
};

struct field_visits *field_visits_open(size_t cell_count, size_t capacity)
{
    struct field_visits *v = xcalloc(1, sizeof *v);
    v->first = xcalloc(cell_count + 1, sizeof *v->first);
    v->cell_count = cell_count;
    v->capacity = capacity < UINT32_MAX - 1 ? capacity : UINT32_MAX - 1;
    v->entries = xcalloc(v->capacity + 1, sizeof *v->entries);
    return v;
}

void field_visits_close(struct field_visits *v)
{
    if (!v)
        return;
    free(v->first);
    free(v->entries);
    free(v);
}

void field_visits_clear(struct field_visits *v)
{
    for (size_t i = 0; i < v->cell_count; i++)
        v->first[i] = 0;
    v->count = 0;
}

struct visit *field_visits_at(struct field_visits *v, size_t cell, int32_t day)
{
    uint32_t *link = &v->first[cell];
    while (*link && v->entries[*link - 1].day < day)
        link = &v->entries[*link - 1].next;
    if (*link && v->entries[*link - 1].day == day)
        return &v->entries[*link - 1].visit;
    if (v->count == v->capacity)
        return NULL;
    struct entry *made = &v->entries[v->count++];
    *made = (struct entry){.day = day, .next = *link};
    *link = (uint32_t)v->count;
    return &made->visit;
}

struct visit_sum field_visits_sum(const struct field_visits *v, size_t cell,
                                  int32_t oldest_day)
{
    struct visit_sum sum = {0};
    for (uint32_t at = v->first[cell]; at; at = v->entries[at - 1].next) {
        if (v->entries[at - 1].day >= oldest_day)
            visit_sum_add(&sum, &v->entries[at - 1].visit);
    }
    return sum;
}
