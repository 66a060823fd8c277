/* Styles of QGIS for the survey's layers and rasters, in the colours of the palette and
 * the language set by lang_set(). */
#ifndef LOMSONG_QGIS_STYLE_H
#define LOMSONG_QGIS_STYLE_H

#include <cpl_minixml.h>

#include "model.h"

/* What a style shows. */
enum qgis_style_id {
    QGIS_STYLE_VERDICT,  /* hamlets */
    QGIS_STYLE_RESULT,   /* test areas */
    QGIS_STYLE_LEVEL,    /* bins of all operators and technologies */
    QGIS_STYLE_BEST,     /* the best bins */
    QGIS_STYLE_OPERATOR, /* bins in the operators' own bands */
    QGIS_STYLE_COMMUNE,
    QGIS_STYLE_TRACK,
    QGIS_STYLE_STATION,
    QGIS_STYLE_COUNT
};

/* A style of a layer of survey.gpkg. The first of a layer is its default. */
struct qgis_style {
    const char *layer;
    const char *name; /* N_() */
    enum qgis_style_id id;
};
extern const struct qgis_style qgis_styles[];
extern const size_t qgis_style_count;

/* Adds what makes a vector layer look so: renderer, labels, titles of the columns. `tech`
 * is what a layer of bins is limited to; TECH_NONE: not limited. */
void qgis_style_add(CPLXMLNode *parent, const struct qgis_style *style,
                    const struct model *m, enum tech tech);
bool qgis_style_has_labels(const struct qgis_style *style);

/* The same as a file of its own (QML); the caller frees with CPLFree. */
char *qgis_style_qml(const struct qgis_style *style, const struct model *m);

/* The looks of a raster: of median levels of `tech`, or, TECH_NONE, of availability. */
void qgis_style_add_raster(CPLXMLNode *parent, const struct model *m, enum tech tech);
char *qgis_style_raster_qml(const struct model *m, enum tech tech);

#endif
