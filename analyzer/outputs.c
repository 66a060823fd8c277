/* The outputs: one row each. */
#include "lang.h"
#include "out.h"

const struct output outputs[] = {
    {"hamlets", out_hamlets_csv, N_("hamlets.csv, a row per hamlet")},
    {"areas", out_areas_csv, N_("areas.csv, a row per test area and operator")},
    {"bins", out_bins_csv, N_("bins.csv, a row per bin, operator and technology")},
    {"communes", out_communes_csv, N_("communes.csv")},
    {"provinces", out_provinces_csv, N_("provinces.csv")},
    {"summary", out_summary, N_("summary.json and summary.txt")},
    {"survey", out_gpkg, N_("survey.gpkg for QGIS")},
    {"coverage", out_coverage,
     N_("coverage_<mccmnc>_<tech>.tif, availability_<mccmnc>.tif")},
    {"project", out_qgis, N_("survey.qgs, a project of QGIS over the two above")},
    {"report.xlsx", out_xlsx, N_("report.xlsx, the tables for people")},
    {"report.pdf", out_pdf, N_("report.pdf, a document to attach")},
    {"map", out_map, N_("map.html, works offline")},
};
const size_t output_count = sizeof outputs / sizeof *outputs;
