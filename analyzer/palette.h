/* Colours, symbols and level classes of every map, table and document: their only home. A
 * reader who knows one output knows all of them.
 *
 * Blue is good, orange weak, maroon none: apart for every kind of colour blindness (the
 * hues of Okabe and Ito, 2008) and in grey. No colour stands alone: each verdict has a
 * symbol, each result a dash. */
#ifndef LOMSONG_PALETTE_H
#define LOMSONG_PALETTE_H

#include "judge.h"
#include "rule.h"

enum { PALETTE_BANDS = 6, PALETTE_OPERATOR_BANDS = 6, PALETTE_SHARES = 4 };

enum palette_id {
    PALETTE_COVERED, /* the verdicts, in the order of enum verdict */
    PALETTE_DEPRESSION,
    PALETTE_NO_SIGNAL,
    PALETTE_NOT_ENOUGH_DATA,
    PALETTE_RESULT_UNKNOWN, /* the results, in the order of enum result */
    PALETTE_RESULT_FAIL,
    PALETTE_RESULT_PASS,
    PALETTE_BAND, /* PALETTE_BANDS levels of a counted technology, the weakest first */
    PALETTE_SHARE = PALETTE_BAND + PALETTE_BANDS, /* PALETTE_SHARES, the least first */
    PALETTE_NO_SERVICE = PALETTE_SHARE + PALETTE_SHARES,
    PALETTE_OTHER_SERVICE, /* in service on another technology */
    PALETTE_NO_LEVEL,      /* in service without a usable level */
    PALETTE_INK,           /* text and outlines */
    PALETTE_HALO,          /* around text and symbols */
    PALETTE_COUNT
};

/* "#rrggbb" for paper and light screens, for dark screens, and, of a verdict, as the
 * ground below black text ("" for others). */
struct palette_colour {
    const char *name; /* "covered", "band_0" */
    const char *light;
    const char *dark;
    const char *pale;
};
extern const struct palette_colour palette_colours[PALETTE_COUNT];

/* The colour of a verdict and of a result. */
const struct palette_colour *palette_verdict(enum verdict verdict);
const struct palette_colour *palette_result(enum result result);

/* The symbol of a verdict, as paths of SVG in a box of -10 .. 10, y down. */
struct palette_symbol {
    const char *name;    /* "circle" "triangle" "square" "diamond" */
    const char *outline; /* closed */
    const char *cross;   /* two strokes in the colour `halo` upon it; NULL: none */
    bool hollow;         /* outlined in the verdict's colour, filled with `halo` */
};
const struct palette_symbol *palette_symbol(enum verdict verdict);

/* The dashes of a result's outline in pixels, as SVG has them: "" solid, "10 5", "2 6".
 */
const char *palette_dashes(enum result result);

/* The lower edges of bands 1 .. PALETTE_BANDS - 1 of a technology, in dBm; an edge
 * belongs to the band above it. Where the rule counts the technology, edges[0] is its
 * level (band 0 does not pass) and edges[1] its weak_dbm. */
void palette_edges(const struct rule *rule, enum tech tech, int edges[PALETTE_BANDS - 1]);

/* The bands in which operators draw levels, the strongest first; min_dbm belongs to the
 * band, the last has none (LEVEL_MIN_DBM). */
struct palette_operator_band {
    int min_dbm;
    const char *colour;
};
extern const struct palette_operator_band palette_operator_bands[PALETTE_OPERATOR_BANDS];

/* The lower edges of shares 1 .. PALETTE_SHARES - 1 of an availability: above the rule's
 * no_signal_max (the only edge that belongs to the class below it), half, and its
 * availability_min. */
void palette_share_edges(const struct rule *rule, double edges[PALETTE_SHARES - 1]);

/* The three bytes of "#rrggbb". */
void palette_rgb(const char *colour, uint8_t rgb[3]);

#endif
