/* report.xlsx: the tables for people, by libxlsxwriter. The same survey gives the same
 * bytes: the book bears the day of the newest evidence, not that of its making. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "doc_rows.h"
#include "doc_text.h"
#include "lang.h"
#include "out.h"
#include "xlsx_check.h"
#include "xlsx_tables.h"
#include "xmem.h"

static const char file_name[] = "report.xlsx";

static const xlsx_table_fn tables[] = {
    xlsx_summary,   xlsx_communes, xlsx_hamlets, xlsx_areas,
    xlsx_operators, xlsx_sources,  xlsx_rule,
};

static lxw_error set_properties(struct xlsx_book *book, const struct model *m)
{
    enum { DAY_1980 = 3652 }; /* of the entries of every zip file of the library */
    /* the library takes 0 for "now", and two books of one survey would differ */
    const int64_t day = m->newest_day == INT32_MIN ? DAY_1980 : m->newest_day;
    char *title = xstrdup(_("Mobile signal survey"));
    char *subject = doc_text_clean(m->rule->id);
    char author[] = "lomsong " LOMSONG_VERSION;
    lxw_doc_properties properties = {.title = title,
                                     .subject = subject,
                                     .author = author,
                                     .created = (time_t)(day * 24 * 60 * 60)};
    const lxw_error error = workbook_set_properties(book->workbook, &properties);
    free(title);
    free(subject);
    return error;
}

/* In the codes of footers '&' is special, and a footer holds 255 characters. */
static char *make_footer(const struct model *m)
{
    enum { RULE_ID_MAX = 100 };
    char *id = doc_text_clean(m->rule->id);
    for (char *at = id; *at; at++) {
        if (*at == '&')
            *at = '+';
    }
    char *clipped = doc_text_clip(id, RULE_ID_MAX);
    char *footer = xasprintf(_("&L%s&RPage &P/&N"), clipped);
    free(clipped);
    free(id);
    return footer;
}

static void fill(struct xlsx_book *book, const struct model *m)
{
    char *footer = make_footer(m);
    book->footer = footer;
    xlsx_make_looks(book);
    book->error = set_properties(book, m);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        tables[i](book, m);
    free(footer);
}

/* A book to write. */
struct job {
    const struct model *m;
    char *dir;        /* rows wait there until the book is closed */
    const char *name; /* for messages: of an outline, that of the book that it proves */
    bool outline;
    int *rows; /* by sheet: the file where they wait, whole */
    size_t row_count;
};

static enum err report(const struct job *job, const char *cause)
{
    err_report(_("%s: cannot write: %s; check the free space of the disk"), job->name,
               cause);
    return ERR_FAILED;
}

/* Ends the rows of all sheets and keeps the files where they wait. False where one of
 * them lost something, which the library does not look for; errno says why. */
static bool keep_rows(struct job *job, const struct xlsx_book *book)
{
    bool whole = true;
    job->rows = xcalloc(book->sheet_count + 1, sizeof *job->rows);
    for (size_t i = 0; i < book->sheet_count; i++) {
        FILE *f = book->sheets[i]->optimize_tmpfile;
        if (book->sheets[i]->optimize_row)
            lxw_worksheet_write_single_row(book->sheets[i]);
        const bool flushed = fflush(f) == 0 && ferror(f) == 0;
        const int fd = fcntl(fileno(f), F_DUPFD_CLOEXEC, 0);
        if (fd >= 0)
            job->rows[job->row_count++] = fd;
        whole = whole && flushed && fd >= 0;
    }
    return whole;
}

static bool settle(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const bool settled = fd >= 0 && fsync(fd) == 0;
    const int cause = errno;
    if (fd >= 0)
        close(fd);
    errno = cause;
    return settled;
}

static enum err finish(struct job *job, struct xlsx_book *book, const char *path)
{
    errno = 0;
    const bool kept = keep_rows(job, book);
    const int lost = errno ? errno : EIO; /* of a write long before nothing is known */
    errno = 0;
    lxw_error error = workbook_close(book->workbook);
    const int cause = errno;
    if (!kept)
        return report(job, strerror(lost));
    if (error == LXW_NO_ERROR)
        error = book->error;
    if (error != LXW_NO_ERROR)
        return report(job, cause ? strerror(cause) : lxw_strerror(error));
    return settle(path) ? ERR_OK : report(job, strerror(errno));
}

static enum err write_book(struct job *job, const char *path)
{
    lxw_workbook_options options = {
        .constant_memory = LXW_TRUE, .tmpdir = job->dir, .use_zip64 = LXW_FALSE};
    struct xlsx_book book = {.workbook = workbook_new_opt(path, &options),
                             .outline = job->outline};
    if (!book.workbook)
        return report(job, strerror(ENOMEM));
    fill(&book, job->m);
    const enum err err = finish(job, &book, path);
    free(book.sheets);
    return err;
}

static void close_rows(struct job *job)
{
    for (size_t i = 0; i < job->row_count; i++)
        close(job->rows[i]);
    free(job->rows);
}

/* Finds what the library lost on the way from its files to the book. */
static enum err check_book(const struct job *job, const char *path)
{
    const int outline = memfd_create(file_name, MFD_CLOEXEC);
    const int book = open(path, O_RDONLY | O_CLOEXEC);
    struct job again = {job->m, job->dir, job->name, .outline = true};
    enum err err = ERR_OK;
    if (outline < 0 || book < 0)
        err = report(job, strerror(errno));
    if (!err) {
        char *second = xasprintf("/proc/self/fd/%d", outline);
        err = write_book(&again, second);
        free(second);
    }
    if (!err && !xlsx_check(&(struct xlsx_files){book, job->rows, job->row_count},
                            &(struct xlsx_files){outline, again.rows, again.row_count}))
        err = report(job, strerror(EIO));
    close_rows(&again);
    if (book >= 0)
        close(book);
    if (outline >= 0)
        close(outline);
    return err;
}

enum err out_xlsx(const struct model *m, const char *dir)
{
    char *path = xasprintf("%s/%s", dir, file_name);
    char *scratch = xstrdup(dir);
    struct job job = {m, scratch, path, .outline = false};
    enum err err = write_book(&job, path);
    if (!err)
        err = check_book(&job, path);
    close_rows(&job);
    free(scratch);
    free(path);
    return err;
}
