/* What a bin's row says of the signal there, in one word: the key of styles and legends.
 * A place without a row is another thing: nobody was there. */
#ifndef LOMSONG_BIN_CLASS_H
#define LOMSONG_BIN_CLASS_H

#include "model.h"
#include "palette.h"

/* The bands of the palette, the weakest first, then what is no level. */
enum bin_class {
    BIN_BAND,
    BIN_NO_LEVEL = BIN_BAND + PALETTE_BANDS, /* in service, the level unknown */
    BIN_OTHER_SERVICE, /* in service, on no technology that counts or is known */
    BIN_NO_SERVICE,
    BIN_NOT_TESTED, /* by any operator of the rule */
    BIN_CLASS_COUNT
};

/* "band_0" … "band_5" "no_level" "other_service" "no_service" "not_tested". */
const char *bin_class_name(enum bin_class c);

/* The class of a row of its operator and technology. */
enum bin_class bin_class_of(const struct rule *rule, const struct bin_stat *bin);

/* The best that the rule's operators offer in a bin on technologies that count. */
struct bin_best {
    enum bin_class class;
    const struct bin_stat *level; /* furthest above its technology's level; NULL: none */
    double share;                 /* of the operator with the highest; NAN: none */
    mccmnc_t share_mccmnc;        /* that operator, 0: none */
};

/* The best of the rows [from, to) of a bin. */
struct bin_best bin_class_best(const struct model *m, size_t from, size_t to);

/* The row behind the last of the bin that row `from` is of. */
size_t bin_class_next(const struct model *m, size_t from);

#endif
