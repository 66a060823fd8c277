/* The rasters of a survey, for those who name them too. */
#ifndef LOMSONG_OUT_COVERAGE_H
#define LOMSONG_OUT_COVERAGE_H

#include "model.h"

/* One raster: an operator and a technology, TECH_NONE for its availability, and the bins
 * it spans, ends included. */
struct coverage_sheet {
    mccmnc_t mccmnc;
    enum tech tech;
    int32_t x_min, x_max;
    int32_t y_min, y_max;
};

/* All of them, by operator, availability first. The caller frees the array. */
struct coverage_sheet *coverage_sheets(const struct model *m, size_t *count);

/* Its file: "coverage_45204_LTE.tif", "availability_45204.tif"; the caller frees. */
char *coverage_sheet_file(const struct coverage_sheet *sheet, const char *ending);

#endif
