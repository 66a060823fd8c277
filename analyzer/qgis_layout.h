/* Print layouts of the project: a map sheet per commune, on A4 and A3. */
#ifndef LOMSONG_QGIS_LAYOUT_H
#define LOMSONG_QGIS_LAYOUT_H

#include <cpl_minixml.h>

#include "model.h"

/* What the sheets show while no commune is chosen, in the survey's CRS. */
struct qgis_extent {
    double xmin, ymin, xmax, ymax;
};

/* Adds <Layouts>; `legend` makes the tree of the legend's layers below a node. */
void qgis_layout_add(CPLXMLNode *root, const struct model *m,
                     const struct qgis_extent *extent,
                     void (*legend)(CPLXMLNode *parent, const struct model *m));

#endif
