/* Publishing: all outputs of a model into a directory, whole or not at all. */
#ifndef LOMSONG_PUBLISH_H
#define LOMSONG_PUBLISH_H

#include "workspace.h"

/* What to write. */
struct publish_options {
    const char *only;     /* names of outputs, "bins,areas"; NULL: all */
    const char *also;     /* names of sinks, "kml,shp"; NULL: none */
    const char *dossier;  /* "all" or codes of hamlets; NULL: none. The model was built
                             with  keep_evidence then, and passed dossier_check */
    struct workspace *ws; /* for dossiers */
    bool quiet;           /* no progress is shown */
    int threads;          /* outputs written at a time; 0: one per processor */
};

/* ERR_USAGE, reported, where a name is none of an output or sink. */
MUST_CHECK enum err publish_check(const struct publish_options *options);

/* ERR_FAILED, reported, where nothing can be written there; leaves everything as it was.
 * Asked before hours of reading. */
MUST_CHECK enum err publish_check_dir(const char *outdir);

/* ERR_USAGE, reported, where outputs are there that are not anonymized: those that are
 * not written anew (--only, dossiers) would lie beside those for strangers. */
MUST_CHECK enum err publish_check_strangers(const char *outdir);

/* Writes the outputs to a hidden directory beside their place and moves them there when
 * all are done. A full publish also removes files that an earlier manifest names and this
 * one does not have. manifest.json is always written, last. */
MUST_CHECK enum err publish(const struct model *model, const char *outdir,
                            const struct publish_options *options);

/* True while publishing where the user has asked to stop: what takes long asks, and the
 * caller says so. */
bool publish_interrupted(void);

/* Writes manifest.json for the files in `dir`. */
MUST_CHECK enum err publish_manifest(const struct model *model, const char *dir,
                                     char *const *files, size_t count);

#endif
