/* Sheets of report.xlsx, filled row by row and cell by cell by libxlsxwriter in constant
 * memory: a row that has ended is on disk. Texts are cells of text, whatever they begin
 * with: never a formula, a number or a link. */
#ifndef LOMSONG_XLSX_SHEET_H
#define LOMSONG_XLSX_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xlsxwriter.h>

/* How a cell looks. */
enum xlsx_look {
    XLSX_TEXT,
    XLSX_WRAP, /* text over several lines */
    XLSX_COUNT,
    XLSX_DECIMAL, /* one decimal */
    XLSX_SHARE,   /* 0..1, shown in % */
    XLSX_DEGREES,
    XLSX_DBM, /* or a word in its place */
    XLSX_DATE,
    XLSX_HEAD,
    XLSX_TITLE,
    XLSX_NOTE, /* text merged over a row */
    XLSX_LOOKS
};

struct xlsx_book {
    lxw_workbook *workbook;
    lxw_format *looks[XLSX_LOOKS];
    const char *footer; /* of every printed page */
    lxw_error error;    /* the first one */
    bool outline;       /* of tables only the heads are written, to check another book */
    lxw_worksheet **sheets;
    size_t sheet_count, sheet_capacity;
};

/* What colours a column's cells by their word. */
enum xlsx_fill { XLSX_PLAIN, XLSX_VERDICT, XLSX_RESULT };

struct xlsx_head {
    const char *title; /* translated */
    double width;      /* in digits */
    enum xlsx_fill fill;
};

struct xlsx_sheet {
    struct xlsx_book *book;
    lxw_worksheet *sheet;
    const char *name;
    const struct xlsx_head *heads;
    size_t head_count;
    size_t frozen;  /* columns that stay in view */
    size_t printed; /* columns that go on paper, of A3; 0: all, on A4 */
    int part;       /* a table longer than a sheet goes on in the next */
    lxw_row_t row;
    lxw_col_t col;
    bool table;   /* not a page */
    double lines; /* of the row's highest text */
};

/* Makes the formats of an open workbook. */
void xlsx_make_looks(struct xlsx_book *book);

/* Copies heads with their titles translated; returns the count. */
size_t xlsx_add_heads(struct xlsx_head *to, const struct xlsx_head *heads, size_t count);

/* A sheet with a table: a row of heads, frozen, with filters. The heads must outlive it.
 */
void xlsx_table_open(struct xlsx_sheet *s, const char *name);
void xlsx_table_close(struct xlsx_sheet *s);
/* A sheet without one, of columns as wide as the heads say. */
void xlsx_page_open(struct xlsx_sheet *s, const char *name);
void xlsx_page_close(struct xlsx_sheet *s);

/* The next cell of the row; what is missing (ID_UNKNOWN, NAN, LEVEL_NONE, INT32_MIN) is
 * an empty cell. */
void xlsx_text(struct xlsx_sheet *s, enum xlsx_look look, const char *text);
void xlsx_count(struct xlsx_sheet *s, int64_t value);
void xlsx_number(struct xlsx_sheet *s, enum xlsx_look look, double value);
void xlsx_dbm(struct xlsx_sheet *s, int dbm);
void xlsx_date(struct xlsx_sheet *s, int32_t day); /* since 1970-01-01 */
void xlsx_skip(struct xlsx_sheet *s);
void xlsx_end_row(struct xlsx_sheet *s);
/* A row of heads in the midst of a sheet. */
void xlsx_heads(struct xlsx_sheet *s, const char *const *titles, size_t count);
/* A row of one text over all columns, as high as it needs. */
void xlsx_line(struct xlsx_sheet *s, enum xlsx_look look, const char *text);

#endif
