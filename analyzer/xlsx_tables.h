/* The sheets of report.xlsx, in the order of the book. */
#ifndef LOMSONG_XLSX_TABLES_H
#define LOMSONG_XLSX_TABLES_H

#include "model.h"
#include "xlsx_sheet.h"

typedef void (*xlsx_table_fn)(struct xlsx_book *book, const struct model *m);

void xlsx_summary(struct xlsx_book *book, const struct model *m);
void xlsx_communes(struct xlsx_book *book, const struct model *m);
void xlsx_hamlets(struct xlsx_book *book, const struct model *m);
void xlsx_areas(struct xlsx_book *book, const struct model *m);
void xlsx_operators(struct xlsx_book *book, const struct model *m);
void xlsx_sources(struct xlsx_book *book, const struct model *m);
void xlsx_rule(struct xlsx_book *book, const struct model *m);

#endif
