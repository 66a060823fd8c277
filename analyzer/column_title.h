/* What people call a column: the contract's words are for programs. */
#ifndef LOMSONG_COLUMN_TITLE_H
#define LOMSONG_COLUMN_TITLE_H

/* The title in the language set by lang_set(), without its unit's name where that is
 * plain; the column's own name where there is none. */
const char *column_title(const char *column);

#endif
