/* Whether report.xlsx holds what was put into it. libxlsxwriter keeps rows in files of
 * its own until the book is closed, and does not notice where the disk was full
 * meanwhile. */
#ifndef LOMSONG_XLSX_CHECK_H
#define LOMSONG_XLSX_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True where the sheets of an open workbook, in order, are whole and have this many rows.
 */
bool xlsx_check(int fd, const uint32_t *rows, size_t count);

#endif
