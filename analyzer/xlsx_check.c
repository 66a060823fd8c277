/* Reads workbooks back through GDAL's view of zip files. */
#include "xlsx_check.h"

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xmem.h"

enum { CHUNK = 1 << 18, NO_ROWS = -1 };

/* A book by its number: a path may hold braces, which GDAL would take for its own. The
 * caller frees. */
static char *part_path(int fd, const char *part)
{
    return xasprintf("/vsizip/{/proc/self/fd/%d}/%s", fd, part);
}

/* A whole part of a book, which is small; NULL where it cannot be read. */
static char *read_part(int fd, const char *part)
{
    char *path = part_path(fd, part);
    VSILFILE *f = VSIFOpenL(path, "rb");
    char *text = NULL;
    size_t size = 0, got = 0;
    do {
        size += got;
        text = xreallocarray(text, size + CHUNK, 1);
        got = f ? VSIFReadL(text + size, 1, CHUNK - 1, f) : 0;
    } while (got > 0);
    text[size] = '\0';
    if (f)
        VSIFCloseL(f);
    free(path);
    if (size > 0)
        return text;
    free(text);
    return NULL;
}

/* Whether these bytes come next. */
static bool expect(VSILFILE *f, const char *bytes, size_t size)
{
    char got[1 << 14];
    while (size > 0) {
        const size_t n = size < sizeof got ? size : sizeof got;
        if (VSIFReadL(got, 1, n, f) != n || memcmp(got, bytes, n) != 0)
            return false;
        bytes += n;
        size -= n;
    }
    return true;
}

/* Whether all that a file holds comes next. */
static bool expect_file(VSILFILE *f, int fd)
{
    char *bytes = xmalloc(CHUNK);
    off_t at = 0;
    ssize_t got;
    bool same = true;
    while (same && (got = pread(fd, bytes, CHUNK, at)) != 0) {
        same = got > 0 && expect(f, bytes, (size_t)got);
        at += got;
    }
    free(bytes);
    return same;
}

static bool at_end(VSILFILE *f)
{
    char byte;
    return VSIFReadL(&byte, 1, 1, f) == 0;
}

/* Whether a book's part is this text, with `rows` in place of its rows. */
static bool check_part(int book, const char *part, const char *text, int rows)
{
    static const char open[] = "<sheetData>";
    char *path = part_path(book, part);
    VSILFILE *f = VSIFOpenL(path, "rb");
    const char *from = rows != NO_ROWS ? strstr(text, open) : NULL;
    const char *to = from ? strstr(from, "</sheetData>") : NULL;
    bool same = f != NULL;
    if (same && to) {
        const size_t head = (size_t)(from - text) + strlen(open);
        same = expect(f, text, head) && expect_file(f, rows) && expect(f, to, strlen(to));
    } else if (same) {
        same = expect(f, text, strlen(text));
    }
    same = same && at_end(f);
    if (f)
        VSIFCloseL(f);
    free(path);
    return same;
}

/* Which sheet a part is, from 1; 0 where it is none. */
static size_t sheet_number(const char *part, size_t count)
{
    for (size_t i = 1; i <= count; i++) {
        char *sheet = xasprintf("xl/worksheets/sheet%zu.xml", i);
        const bool found = strcmp(sheet, part) == 0;
        free(sheet);
        if (found)
            return i;
    }
    return 0;
}

static bool check_both(const struct xlsx_files *book, const struct xlsx_files *outline,
                       const char *part, size_t sheet)
{
    char *text = read_part(outline->book, part);
    const bool same =
        text &&
        check_part(book->book, part, text, sheet ? book->rows[sheet - 1] : NO_ROWS) &&
        check_part(outline->book, part, text, sheet ? outline->rows[sheet - 1] : NO_ROWS);
    free(text);
    return same;
}

/* The names of all parts, as GDAL allots them. */
static char **list_parts(int fd)
{
    char *path = xasprintf("/vsizip/{/proc/self/fd/%d}", fd);
    char **list = VSIReadDirRecursive(path);
    free(path);
    return list;
}

bool xlsx_check(const struct xlsx_files *book, const struct xlsx_files *outline)
{
    char **parts = list_parts(book->book);
    char **others = list_parts(outline->book);
    const int count = CSLCount(parts);
    size_t sheets = 0;
    bool same = count == CSLCount(others) && book->count == outline->count;
    for (int i = 0; same && i < count; i++) {
        const size_t length = strlen(parts[i]);
        same = strcmp(parts[i], others[i]) == 0;
        if (!same || length == 0 || parts[i][length - 1] == '/')
            continue; /* a directory */
        const size_t sheet = sheet_number(parts[i], book->count);
        sheets += sheet > 0;
        same = check_both(book, outline, parts[i], sheet);
    }
    CSLDestroy(parts);
    CSLDestroy(others);
    return same && sheets == book->count;
}
