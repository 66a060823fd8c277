/* Whether report.xlsx holds what was put into it. libxlsxwriter keeps rows in files of
 * its own until the book is closed, and does not notice where the disk was full
 * meanwhile. So the rows, which are known to be whole there, are compared with those of
 * the book, and all around them with an outline: the same book, made again without the
 * rows of its tables. */
#ifndef LOMSONG_XLSX_CHECK_H
#define LOMSONG_XLSX_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* A book and, of each of its sheets in their order, what the <sheetData> must hold: files
 * by their numbers. */
struct xlsx_files {
    int book;
    const int *rows;
    size_t count;
};

/* True where both books hold their rows, and all else is the same, byte by byte. */
bool xlsx_check(const struct xlsx_files *book, const struct xlsx_files *outline);

#endif
