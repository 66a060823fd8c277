/* The XML of QGIS 3.22: elements, and the symbols of which styles are made. Trees are
 * GDAL's (cpl_minixml.h), which escapes every text. */
#ifndef LOMSONG_QGIS_XML_H
#define LOMSONG_QGIS_XML_H

#include <cpl_minixml.h>
#include <stdbool.h>

/* A new element; attributes follow as name, value, …, QGIS_END. */
#define QGIS_END ((const char *)NULL)
CPLXMLNode *qgis_xml_element(CPLXMLNode *parent, const char *name, ...)
    __attribute__((sentinel));
/* An element that holds a text. */
void qgis_xml_text(CPLXMLNode *parent, const char *name, const char *text);
/* Attributes made of numbers. */
void qgis_xml_int(CPLXMLNode *node, const char *name, int value);
void qgis_xml_real(CPLXMLNode *node, const char *name, double value);

/* The tree as text, with the DOCTYPE of QGIS; the caller frees with CPLFree. The tree is
 * destroyed. */
char *qgis_xml_document(CPLXMLNode *root);

/* A symbol, the layers of which are added next. `type`: "fill" "line" "marker". */
CPLXMLNode *qgis_xml_symbol(CPLXMLNode *symbols, const char *type, int name);

/* "#rrggbb" and how much of it is seen. */
struct qgis_paint {
    const char *colour;
    int alpha; /* 0..255 */
};

/* Styles are Qt's: "solid" "no" "dash" "dot" "b_diagonal" "diagonal_x" "dense6". */
struct qgis_fill {
    struct qgis_paint paint;
    const char *style;
    struct qgis_paint line;
    const char *line_style;
    double line_mm;
};
void qgis_xml_fill(CPLXMLNode *symbol, const struct qgis_fill *fill);

struct qgis_line {
    struct qgis_paint paint;
    const char *style;
    double width_mm;
};
void qgis_xml_line(CPLXMLNode *symbol, const struct qgis_line *line);

struct qgis_marker {
    const char *shape; /* "circle" "triangle" "square" "diamond" "cross2" */
    struct qgis_paint paint;
    struct qgis_paint line;
    double line_mm;
    double size_mm;
};
void qgis_xml_marker(CPLXMLNode *symbol, const struct qgis_marker *marker);

#endif
