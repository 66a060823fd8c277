/* The dossiers of a survey: which hamlets, which files. */
#include "dossier.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lang.h"
#include "out.h"
#include "progress.h"
#include "publish.h"
#include "sha256.h"
#include "xmem.h"

char *dossier_file_name(const char *hamlet_code)
{
    enum { MAX_STEM = 120, HASH_DIGITS = 16 };
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_";
    const size_t len = strlen(hamlet_code);
    char *stem = xcalloc(3 * len + 1, 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)hamlet_code[i];
        if (strchr(plain, c))
            stem[n++] = (char)c;
        else
            n += (size_t)snprintf(stem + n, 4, "~%02X", c);
    }
    char *name = NULL;
    if (n > 0 && n <= MAX_STEM) {
        name = xasprintf("%s.html", stem);
    } else {
        char hash[SHA256_TEXT_SIZE];
        sha256_buffer(hamlet_code, len, hash);
        name = xasprintf("%.*s~~%.*s.html", MAX_STEM, stem, HASH_DIGITS, hash);
    }
    free(stem);
    return name;
}

static enum err write_page(const struct evidence_source *source, const struct hamlet *h,
                           FILE *f)
{
    struct evidence e;
    const enum err err = evidence_load(source, h, &e);
    if (err)
        return err;
    const struct dossier d = {.f = f, .m = source->m, .h = h, .e = &e};
    dossier_page(&d);
    evidence_free(&e);
    return ERR_OK;
}

enum err dossier_file(const struct evidence_source *source, const struct hamlet *h,
                      const char *path)
{
    FILE *f = out_open(".", path);
    if (!f)
        return ERR_FAILED;
    const enum err err = write_page(source, h, f);
    const enum err closed = out_close(f, ".", path);
    return err ? err : closed;
}

/* The next code of the list, cut off it; NULL at its end. */
static char *next_code(const char **codes)
{
    if (!*codes)
        return NULL;
    const size_t len = strcspn(*codes, ",");
    char *code = xstrndup(*codes, len);
    *codes = (*codes)[len] ? *codes + len + 1 : NULL;
    return code;
}

static bool names_all(const char *codes)
{
    return strcmp(codes, "all") == 0;
}

enum err dossier_check(const struct model *m, const char *codes)
{
    enum err err = ERR_OK;
    const char *rest = names_all(codes) ? NULL : codes;
    for (char *code; !err && (code = next_code(&rest)) != NULL; free(code)) {
        if (model_find_hamlet(m, code))
            continue;
        err_report(_("--dossier: no hamlet of the code \"%s\"; the codes stand in "
                     "hamlets.csv"),
                   code);
        err = ERR_INPUT;
    }
    return err;
}

static enum err write_file(const struct evidence_source *source, const struct hamlet *h,
                           const char *dir)
{
    char *name = dossier_file_name(h->hamlet_code);
    FILE *f = out_open(dir, name);
    enum err err = f ? write_page(source, h, f) : ERR_FAILED;
    if (f) {
        const enum err closed = out_close(f, dir, name);
        err = err ? err : closed;
    }
    free(name);
    return err;
}

static enum err write_files(const struct evidence_source *source,
                            const struct dossier_job *job, const char *dir)
{
    enum err err = ERR_OK;
    const struct model *m = job->m;
    if (!names_all(job->codes)) {
        const char *rest = job->codes;
        for (char *code; !err && (code = next_code(&rest)) != NULL; free(code))
            err = write_file(source, model_find_hamlet(m, code), dir);
        return err;
    }
    struct progress p =
        progress_begin(job->quiet, _("writing dossiers"), (int64_t)m->hamlet_count);
    for (size_t i = 0; !err && !publish_interrupted() && i < m->hamlet_count; i++) {
        err = write_file(source, &m->hamlets[i], dir);
        progress_step(&p, (int64_t)i + 1);
    }
    progress_end(&p);
    return err;
}

enum err dossier_write(const struct dossier_job *job, const char *dir)
{
    struct evidence_source source = {0};
    char *own = xasprintf("%s/dossier", dir);
    enum err err = ERR_FAILED;
    if (mkdir(own, 0777) != 0)
        err_report(_("%s: the directory cannot be made: %s"), own, strerror(errno));
    else
        err = evidence_open(job->ws, job->m, &source);
    if (!err)
        err = write_files(&source, job, own);
    evidence_close(&source);
    free(own);
    return err;
}
