/* Elements and symbols. */
#include "qgis_xml.h"

#include <cpl_conv.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "palette.h"
#include "xmem.h"

CPLXMLNode *qgis_xml_element(CPLXMLNode *parent, const char *name, ...)
{
    CPLXMLNode *node = CPLCreateXMLNode(parent, CXT_Element, name);
    va_list list;
    va_start(list, name);
    for (const char *key; (key = va_arg(list, const char *)) != NULL;)
        CPLAddXMLAttributeAndValue(node, key, va_arg(list, const char *));
    va_end(list);
    return node;
}

void qgis_xml_text(CPLXMLNode *parent, const char *name, const char *text)
{
    CPLCreateXMLElementAndValue(parent, name, text);
}

void qgis_xml_int(CPLXMLNode *node, const char *name, int value)
{
    char text[16];
    snprintf(text, sizeof text, "%d", value);
    CPLAddXMLAttributeAndValue(node, name, text);
}

void qgis_xml_real(CPLXMLNode *node, const char *name, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.10g", value);
    CPLAddXMLAttributeAndValue(node, name, text);
}

char *qgis_xml_document(CPLXMLNode *root)
{
    static const char doctype[] =
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n";
    char *body = CPLSerializeXMLTree(root);
    CPLDestroyXMLNode(root);
    const size_t size = sizeof doctype + strlen(body);
    char *text = CPLMalloc(size);
    snprintf(text, size, "%s%s", doctype, body);
    CPLFree(body);
    return text;
}

CPLXMLNode *qgis_xml_symbol(CPLXMLNode *symbols, const char *type, int name)
{
    CPLXMLNode *symbol =
        qgis_xml_element(symbols, "symbol", "type", type, "alpha", "1", "clip_to_extent",
                         "1", "force_rhr", "0", QGIS_END);
    qgis_xml_int(symbol, "name", name);
    return symbol;
}

static CPLXMLNode *add_layer(CPLXMLNode *symbol, const char *class)
{
    CPLXMLNode *layer = qgis_xml_element(symbol, "layer", "class", class, "enabled", "1",
                                         "locked", "0", "pass", "0", QGIS_END);
    return qgis_xml_element(layer, "Option", "type", "Map", QGIS_END);
}

static void put_text(CPLXMLNode *map, const char *name, const char *value)
{
    qgis_xml_element(map, "Option", "type", "QString", "name", name, "value", value,
                     QGIS_END);
}

static void put_paint(CPLXMLNode *map, const char *name, struct qgis_paint paint)
{
    uint8_t rgb[3] = {0};
    char text[32];
    if (paint.colour)
        palette_rgb(paint.colour, rgb);
    snprintf(text, sizeof text, "%d,%d,%d,%d", rgb[0], rgb[1], rgb[2], paint.alpha);
    put_text(map, name, text);
}

/* A length and its unit. */
static void put_mm(CPLXMLNode *map, const char *name, double mm)
{
    char text[32], unit[32];
    snprintf(text, sizeof text, "%g", mm);
    snprintf(unit, sizeof unit, "%s_unit", name);
    put_text(map, name, text);
    put_text(map, unit, "MM");
}

void qgis_xml_fill(CPLXMLNode *symbol, const struct qgis_fill *fill)
{
    CPLXMLNode *map = add_layer(symbol, "SimpleFill");
    put_paint(map, "color", fill->paint);
    put_text(map, "style", fill->style);
    put_paint(map, "outline_color", fill->line);
    put_text(map, "outline_style", fill->line_style ? fill->line_style : "no");
    put_mm(map, "outline_width", fill->line_mm);
    put_text(map, "joinstyle", "miter");
}

void qgis_xml_line(CPLXMLNode *symbol, const struct qgis_line *line)
{
    CPLXMLNode *map = add_layer(symbol, "SimpleLine");
    put_paint(map, "line_color", line->paint);
    put_text(map, "line_style", line->style);
    put_mm(map, "line_width", line->width_mm);
    put_text(map, "capstyle", "round");
    put_text(map, "joinstyle", "round");
}

void qgis_xml_marker(CPLXMLNode *symbol, const struct qgis_marker *marker)
{
    CPLXMLNode *map = add_layer(symbol, "SimpleMarker");
    put_text(map, "name", marker->shape);
    put_paint(map, "color", marker->paint);
    put_paint(map, "outline_color", marker->line);
    put_text(map, "outline_style", "solid");
    put_mm(map, "outline_width", marker->line_mm);
    put_mm(map, "size", marker->size_mm);
    put_text(map, "angle", "0");
    put_text(map, "joinstyle", "miter");
}
