/* Publishing: all outputs of a model into a directory, whole or not at all. */
#ifndef LOMSONG_PUBLISH_H
#define LOMSONG_PUBLISH_H

#include "model.h"

/* ERR_USAGE, reported, where a name of --only ("bins,areas"; NULL: all) is no output. */
MUST_CHECK enum err publish_check_only(const char *only);

/* ERR_FAILED, reported, where nothing can be written there; leaves everything as it was.
 * Asked before hours of reading. */
MUST_CHECK enum err publish_check_dir(const char *outdir);

/* Writes the outputs to a hidden directory beside their place and moves them there when
 * all are done. A full publish also removes files that an earlier manifest names and this
 * one does not have. manifest.json is always written, last. */
MUST_CHECK enum err publish(const struct model *model, const char *outdir,
                            const char *only);

/* Writes manifest.json for the files in `dir`. */
MUST_CHECK enum err publish_manifest(const struct model *model, const char *dir,
                                     char *const *files, size_t count);

#endif
