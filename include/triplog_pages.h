/* A trip log's samples straight from the file's pages, on several threads: the rows of
 * triplog_next() in a tenth of the time. A log that is not plain in every byte is left to
 * triplog_open(). */
#ifndef LOMSONG_TRIPLOG_PAGES_H
#define LOMSONG_TRIPLOG_PAGES_H

#include "triplog.h"

/* An open log; may be shared by threads. */
struct triplog_pages;

/* *pages NULL: the log is one for triplog_open(), which may refuse it. The log is cut
 * into pieces of so many bytes. ERR_INPUT, reported, where triplog_open() would say the
 * same. info->rows is left 0. */
MUST_CHECK enum err triplog_pages_open(const char *path, size_t piece_size,
                                       struct triplog_pages **pages,
                                       struct triplog_info *info);
void triplog_pages_close(struct triplog_pages *p);
/* How many pieces there are. */
size_t triplog_pages_count(const struct triplog_pages *p);
/* True where the log has a seal that is checked while its pieces are read. */
bool triplog_pages_has_seal(const struct triplog_pages *p);
/* Once all pieces have been read: whether their content, and that of the other tables,
 * is what the seal says. */
bool triplog_pages_seal_matches(const struct triplog_pages *p);

/* A reader; one thread's. */
struct triplog_pages_reader;
struct triplog_pages_reader *triplog_pages_reader_new(struct triplog_pages *p);
void triplog_pages_reader_free(struct triplog_pages_reader *r);
/* The next rows are some of those before a piece; true where they are all of them. */
bool triplog_pages_lead(struct triplog_pages_reader *r, size_t piece);
/* The next rows are those of a piece, whose lead has been read to its end. */
void triplog_pages_piece(struct triplog_pages_reader *r, size_t piece);
/* As triplog_next(), texts left out. 0 at the end of the lead or piece, -1, not reported,
 * where the log is one for triplog_open() after all. */
int triplog_pages_next(struct triplog_pages_reader *r, struct triplog_row *row);

#endif
