/* How bins look in QGIS, as squares and as rasters: one legend for both. */
#ifndef LOMSONG_QGIS_BINS_H
#define LOMSONG_QGIS_BINS_H

#include <cpl_minixml.h>

#include "rule.h"

/* Bands of level by technology, those that count first and alone switched on; only `tech`
 * where it is not TECH_NONE. */
void qgis_bins_add_levels(CPLXMLNode *parent, const struct rule *rule, enum tech tech);
/* Bands of the best counted level. */
void qgis_bins_add_best(CPLXMLNode *parent, const struct rule *rule);
/* The bands that operators use, whatever the technology. */
void qgis_bins_add_operator_bands(CPLXMLNode *parent);

/* Into a raster's <pipe>. */
void qgis_bins_add_level_raster(CPLXMLNode *pipe, const struct rule *rule,
                                enum tech tech);
void qgis_bins_add_share_raster(CPLXMLNode *pipe, const struct rule *rule);

#endif
