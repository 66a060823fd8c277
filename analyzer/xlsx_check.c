/* Counts the rows of each sheet, read back through GDAL's view of zip files. */
#include "xlsx_check.h"

#include <cpl_vsi.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

enum { CHUNK = 1 << 20 };

/* Text that is looked for in a stream, also where two chunks meet. */
struct needle {
    const char *text;
    uint64_t found;
};

static void search(struct needle *n, const char *from, const char *end)
{
    const size_t length = strlen(n->text);
    while ((from = memmem(from, (size_t)(end - from), n->text, length)) != NULL) {
        n->found++;
        from += length;
    }
}

/* Text of cells cannot look like an element: its '<' is escaped. */
static bool check_sheet(VSILFILE *f, uint32_t rows)
{
    struct needle row = {.text = "<row "};
    struct needle end = {.text = "</worksheet>"};
    const size_t overlap = strlen(end.text) - 1;
    char *buffer = xcalloc(overlap + CHUNK, 1);
    size_t kept = 0; /* of the chunk before, too short for the longer text */
    size_t got;
    while ((got = VSIFReadL(buffer + kept, 1, CHUNK, f)) > 0) {
        char *to = buffer + kept + got;
        search(&end, buffer, to);
        /* the shorter text may lie whole in what is kept: that was counted before */
        const size_t again = strlen(row.text) - 1;
        search(&row, kept > again ? buffer + kept - again : buffer, to);
        kept = (size_t)(to - buffer) < overlap ? (size_t)(to - buffer) : overlap;
        memmove(buffer, to - kept, kept);
    }
    free(buffer);
    return row.found == rows && end.found == 1;
}

/* By its number: a path may hold braces, which GDAL would take for its own. */
bool xlsx_check(int fd, const uint32_t *rows, size_t count)
{
    bool whole = true;
    for (size_t i = 0; whole && i < count; i++) {
        char *name =
            xasprintf("/vsizip/{/proc/self/fd/%d}/xl/worksheets/sheet%zu.xml", fd, i + 1);
        VSILFILE *f = VSIFOpenL(name, "rb");
        whole = f && check_sheet(f, rows[i]);
        if (f)
            VSIFCloseL(f);
        free(name);
    }
    return whole;
}
