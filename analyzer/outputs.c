/* The outputs: one row each. */
#include "lang.h"
#include "out.h"

const struct output outputs[] = {
    {"hamlets", out_hamlets_csv, N_("hamlets.csv, a row per hamlet"), OUTPUT_BESIDE},
    {"areas", out_areas_csv, N_("areas.csv, a row per test area and operator"),
     OUTPUT_BESIDE},
    {"bins", out_bins_csv, N_("bins.csv, a row per bin, operator and technology"),
     OUTPUT_BESIDE},
    {"communes", out_communes_csv, N_("communes.csv"), OUTPUT_BESIDE},
    {"provinces", out_provinces_csv, N_("provinces.csv"), OUTPUT_BESIDE},
    {"crosswalk", out_crosswalk_csv,
     N_("crosswalk.csv, how hamlets of an old list came into their communes of today"),
     OUTPUT_BESIDE},
    {"summary", out_summary, N_("summary.json and summary.txt"), OUTPUT_ALONE},
    {"survey", out_gpkg, N_("survey.gpkg for QGIS"), OUTPUT_BESIDE},
    {"coverage", out_coverage,
     N_("coverage_<mccmnc>_<tech>.tif, availability_<mccmnc>.tif"), OUTPUT_BESIDE},
    {"project", out_qgis, N_("survey.qgs, a project of QGIS over the two above"),
     OUTPUT_BESIDE},
    {"report.xlsx", out_xlsx, N_("report.xlsx, the tables for people"), OUTPUT_BESIDE},
    {"report.pdf", out_pdf, N_("report.pdf, a document to attach"), OUTPUT_BESIDE},
    {"map", out_map, N_("map.html, works offline"), OUTPUT_BESIDE},
};
const size_t output_count = sizeof outputs / sizeof *outputs;
