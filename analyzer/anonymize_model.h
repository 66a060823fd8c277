/* A survey for strangers: what its outputs say of places, and nothing of who went where
 * when. */
#ifndef LOMSONG_ANONYMIZE_MODEL_H
#define LOMSONG_ANONYMIZE_MODEL_H

#include "model.h"

/* Bins away from test areas show ways, not hamlets: they are kept in the squares of this
 * side that hold a bin of a test area, and in the eight around each. */
#define ANONYMIZE_SQUARE_M 500.0

/* Takes out tracks, names and trips of logs, options that name files, and bins away from
 * test areas; times become the beginning of their local day. Verdicts, areas and their
 * numbers stay. ERR_FAILED, reported, where the areas' bins cannot be found. */
MUST_CHECK enum err anonymize_model(struct model *m);

#endif
