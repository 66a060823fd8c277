/* Visits in fixed memory: what one operator showed in one bin on one day, for the bins
 * that a plan knows. Nothing is allocated after the start. */
#ifndef LOMSONG_FIELD_VISITS_H
#define LOMSONG_FIELD_VISITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "visit.h"

struct field_visits;

/* Room for `capacity` visits of `cell_count` cells: a cell is one operator in one bin. */
struct field_visits *field_visits_open(size_t cell_count, size_t capacity);
void field_visits_close(struct field_visits *v);
/* Forgets all visits. */
void field_visits_clear(struct field_visits *v);

/* The visit of a cell on a day, made empty if new; NULL where there is no room left. */
struct visit *field_visits_at(struct field_visits *v, size_t cell, int32_t day);
/* The cell's visits from `oldest_day` on, in the order of their days. */
struct visit_sum field_visits_sum(const struct field_visits *v, size_t cell,
                                  int32_t oldest_day);

#endif
