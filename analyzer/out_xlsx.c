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

/* Whether the closed file is whole and on the disk; errno says why not. */
static bool settle(const char *path, const struct xlsx_book *book)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool settled = fsync(fd) == 0;
    int cause = errno;
    if (settled && !xlsx_check(fd, book->rows, book->sheet_count)) {
        settled = false;
        cause = ENOSPC; /* the one way to lose rows */
    }
    close(fd);
    errno = cause;
    return settled;
}

/* `name` is the file's for messages: a second book has none that says anything. */
static enum err finish(struct xlsx_book *book, const char *path, const char *name)
{
    errno = 0;
    lxw_error error = workbook_close(book->workbook);
    const int cause = errno;
    if (error == LXW_NO_ERROR)
        error = book->error;
    if (error == LXW_NO_ERROR && settle(path, book))
        return ERR_OK;
    err_report(_("%s: cannot write: %s; check the free space of the disk"), name,
               error == LXW_NO_ERROR ? strerror(errno)
               : cause               ? strerror(cause)
                                     : lxw_strerror(error));
    return ERR_FAILED;
}

static enum err write_book(const struct model *m, const char *dir, const char *path,
                           const char *name)
{
    char *scratch = xstrdup(dir); /* rows wait there until the book is closed */
    lxw_workbook_options options = {
        .constant_memory = LXW_TRUE, .tmpdir = scratch, .use_zip64 = LXW_FALSE};
    struct xlsx_book book = {.workbook = workbook_new_opt(path, &options)};
    enum err err = ERR_FAILED;
    if (book.workbook) {
        fill(&book, m);
        err = finish(&book, path, name);
    } else {
        err_report(_("%s: cannot write: %s; check the free space of the disk"), name,
                   strerror(ENOMEM));
    }
    free(book.rows);
    free(scratch);
    return err;
}

static bool same_bytes(FILE *a, FILE *b)
{
    char from_a[1 << 14], from_b[sizeof from_a];
    size_t n;
    do {
        n = fread(from_a, 1, sizeof from_a, a);
        if (fread(from_b, 1, sizeof from_b, b) != n || memcmp(from_a, from_b, n) != 0)
            return false;
    } while (n > 0);
    return !ferror(a) && !ferror(b);
}

/* The library does not look whether its files take what it writes: a block that is lost
 * once shows in nothing but a second book. */
static enum err compare_with_second(const struct model *m, const char *dir,
                                    const char *path)
{
    const int fd = memfd_create(file_name, MFD_CLOEXEC);
    char *second = xasprintf("/proc/self/fd/%d", fd);
    enum err err = fd < 0 ? ERR_FAILED : write_book(m, dir, second, path);
    FILE *a = err ? NULL : fopen(path, "rbe");
    FILE *b = err ? NULL : fopen(second, "rbe");
    if (fd < 0 || (!err && !(a && b && same_bytes(a, b)))) {
        err_report(_("%s: cannot write: %s; check the free space of the disk"), path,
                   strerror(fd < 0 ? errno : EIO));
        err = ERR_FAILED;
    }
    if (a)
        fclose(a);
    if (b)
        fclose(b);
    if (fd >= 0)
        close(fd);
    free(second);
    return err;
}

enum err out_xlsx(const struct model *m, const char *dir)
{
    char *path = xasprintf("%s/%s", dir, file_name);
    enum err err = write_book(m, dir, path, path);
    if (!err)
        err = compare_with_second(m, dir, path);
    free(path);
    return err;
}
