/* The map of a commune in report.pdf. */
#ifndef LOMSONG_PDF_MAP_H
#define LOMSONG_PDF_MAP_H

#include "model.h"
#include "paper.h"

/* A commune and those of the survey's hamlets that are its own, in the order of their
 * list: a hamlet's number is its place there, from 1. */
struct pdf_commune {
    const struct model *model;
    const struct unit *unit;
    const struct hamlet *const *hamlets;
    size_t count; /* at least 1 */
};

/* Draws the map and its legend where the page has room, over its width; begins another
 * page where there is none. */
void pdf_map(struct paper *p, const struct pdf_commune *c);

#endif
