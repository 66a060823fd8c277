/* The dossier: one hamlet's evidence as a page, so that someone who doubts the verdict
 * can do it again by hand. */
#ifndef LOMSONG_DOSSIER_H
#define LOMSONG_DOSSIER_H

#include <stdio.h>

#include "evidence.h"

/* Writes the page of a hamlet; write errors stay in the stream's error flag. */
struct dossier {
    FILE *f;
    const struct model *m;
    const struct hamlet *h;
    const struct evidence *e;
};
void dossier_page(const struct dossier *d);

/* Its sections, one file each. */
void dossier_map(const struct dossier *d);
void dossier_steps(const struct dossier *d);
void dossier_levels(const struct dossier *d);
void dossier_stations(const struct dossier *d);
void dossier_visits(const struct dossier *d);

/* Writes one page to a file; reports. */
MUST_CHECK enum err dossier_file(const struct evidence_source *source,
                                 const struct hamlet *h, const char *path);

/* ERR_INPUT, reported, where `codes` ("all", or hamlet codes with commas between) names
 * a hamlet that the survey does not have. */
MUST_CHECK enum err dossier_check(const struct model *m, const char *codes);
/* The pages that `codes` names. */
struct dossier_job {
    struct workspace *ws;
    const struct model *m;
    const char *codes;
    bool quiet;
};
/* Writes them to dossier/ in `dir`. */
MUST_CHECK enum err dossier_write(const struct dossier_job *job, const char *dir);

/* "H05.html": letters, digits, '-' and '_' of the code as they are, every other byte as
 * ~XX, so that no code leaves the directory and no two share a file. A long one is cut
 * and told apart by its hash. The caller frees. */
char *dossier_file_name(const char *hamlet_code);

/* What the page says of an operator: its name, or its digits where it has none. */
const char *dossier_operator(const struct dossier *d, mccmnc_t op, char *digits);

#endif
