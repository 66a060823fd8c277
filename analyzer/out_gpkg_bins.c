/* The layers of bins: every operator and technology, and the best of those that count. */
#include <stdlib.h>

#include "bin_class.h"
#include "out_gpkg.h"
#include "units.h"
#include "xmem.h"

/* From the bin's indices alone: neighbours share their corners exactly. */
void gpkg_bin_square(const struct model *m, size_t i, double box[4])
{
    const struct bin_stat *bin = &m->bins[i];
    box[0] = (double)bin->bin_x * m->bin_size_m;
    box[1] = ((double)bin->bin_x + 1) * m->bin_size_m;
    box[2] = (double)bin->bin_y * m->bin_size_m;
    box[3] = ((double)bin->bin_y + 1) * m->bin_size_m;
}

static void put_place(struct gpkg_row *row, const struct bin_stat *bin)
{
    /* Not gpkg_put_count: -1 is a place like any other. */
    gpkg_put_integer(row, bin->bin_x);
    gpkg_put_integer(row, bin->bin_y);
}

/* Code and name. */
static void put_operator(struct gpkg_row *row, const struct model *m, mccmnc_t mccmnc)
{
    char digits[MCCMNC_TEXT_SIZE];
    gpkg_put_operator(row, mccmnc);
    gpkg_put_text(row, mccmnc ? region_operator_name(m->region, mccmnc, digits) : NULL);
}

static void put_tech(struct gpkg_row *row, enum tech tech)
{
    gpkg_put_text(row, tech == TECH_NONE ? NULL : tech_name(tech));
}

size_t gpkg_bin_count(const struct model *m)
{
    return m->bin_count;
}

const struct gpkg_column gpkg_bin_columns[GPKG_BIN_COLUMNS] = {
    {"bin_x", OFTInteger64},
    {"bin_y", OFTInteger64},
    {"mccmnc", OFTString},
    {"operator", OFTString},
    {"tech", OFTString},
    {"samples", OFTInteger64},
    {"median_dbm", OFTInteger},
    {"p10_dbm", OFTInteger},
    {"no_level_samples", OFTInteger64},
    {"no_service_samples", OFTInteger64},
    {"class", OFTString},
    {"counted", OFTString},
    {"availability", OFTReal},
};

OGRGeometryH gpkg_bin_fill(const struct model *m, size_t i, struct gpkg_row *row)
{
    const struct bin_stat *bin = &m->bins[i];
    const bool counted =
        bin->tech != TECH_NONE && m->rule->technologies[bin->tech].counts;
    put_place(row, bin);
    put_operator(row, m, bin->mccmnc);
    put_tech(row, bin->tech);
    gpkg_put_count(row, (int64_t)bin->samples);
    gpkg_put_dbm(row, bin->median_dbm);
    gpkg_put_dbm(row, bin->p10_dbm);
    gpkg_put_count(row, (int64_t)bin->no_level);
    gpkg_put_count(row, (int64_t)bin->no_service);
    gpkg_put_text(row, bin_class_name(bin_class_of(m->rule, bin)));
    gpkg_put_text(row, bin->tech == TECH_NONE ? NULL : counted ? "yes" : "no");
    gpkg_put_real(row, bin->share);
    return NULL;
}

const struct gpkg_column gpkg_best_columns[GPKG_BEST_COLUMNS] = {
    {"bin_x", OFTInteger64},      {"bin_y", OFTInteger64},
    {"class", OFTString},         {"mccmnc", OFTString},
    {"operator", OFTString},      {"tech", OFTString},
    {"samples", OFTInteger64},    {"median_dbm", OFTInteger},
    {"p10_dbm", OFTInteger},      {"availability", OFTReal},
    {"best_operator", OFTString}, {"operators_tested", OFTString},
};

/* The operators of the rule that were in the bin: "45201;45204". The caller frees. */
static char *tested_operators(const struct model *m, size_t from, size_t to)
{
    char *text = xstrdup("");
    for (size_t i = from; i < to; i++) {
        const mccmnc_t op = m->bins[i].mccmnc;
        char digits[MCCMNC_TEXT_SIZE];
        if ((i > from && op == m->bins[i - 1].mccmnc) ||
            !rule_lists_operator(m->rule, op))
            continue;
        mccmnc_format(op, digits);
        char *longer = xasprintf("%s%s%s", text, *text ? ";" : "", digits);
        free(text);
        text = longer;
    }
    return text;
}

/* Operator, technology and numbers are those of the best level. */
OGRGeometryH gpkg_best_fill(const struct model *m, size_t i, struct gpkg_row *row)
{
    const size_t to = bin_class_next(m, i);
    const struct bin_best best = bin_class_best(m, i, to);
    const struct bin_stat *level = best.level;
    put_place(row, &m->bins[i]);
    gpkg_put_text(row, bin_class_name(best.class));
    put_operator(row, m, level ? level->mccmnc : 0);
    put_tech(row, level ? level->tech : TECH_NONE);
    gpkg_put_count(row, level ? (int64_t)level->samples : 0);
    gpkg_put_dbm(row, level ? level->median_dbm : LEVEL_NONE);
    gpkg_put_dbm(row, level ? level->p10_dbm : LEVEL_NONE);
    gpkg_put_real(row, best.share);
    gpkg_put_operator(row, best.share_mccmnc);
    char *tested = tested_operators(m, i, to);
    gpkg_put_text(row, tested);
    free(tested);
    return NULL;
}
