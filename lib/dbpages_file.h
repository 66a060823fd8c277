/* Inside the reader of SQLite pages. Not for other modules. */
#ifndef LOMSONG_DBPAGES_FILE_H
#define LOMSONG_DBPAGES_FILE_H

#include "dbpages.h"

struct dbpages_leaf {
    int64_t last_key;
    uint32_t page;
};

struct dbpages {
    int fd;
    uint32_t page_size;
    uint32_t usable; /* without the bytes reserved at a page's end */
    uint32_t page_count;
    uint32_t free_trunk; /* first page of the free list */
    uint32_t free_count;
    uint8_t *taken; /* a bit per page */
    struct dbpages_leaf *leaves;
    size_t leaf_count;
    size_t leaf_capacity;
};

enum dbpages_kind {
    DBPAGES_INDEX_INNER = 2,
    DBPAGES_TABLE_INNER = 5,
    DBPAGES_INDEX_LEAF = 10,
    DBPAGES_TABLE_LEAF = 13,
};

/* A b-tree page, its header understood (fileformat2 §1.5). */
struct dbpages_page {
    const uint8_t *data;
    enum dbpages_kind kind;
    uint32_t header;  /* where the page's header begins: 100 on page 1 */
    uint32_t cells;   /* how many */
    uint32_t array;   /* where the pointers to them are */
    uint32_t content; /* where the cells may begin */
    uint32_t last_child;
};

struct dbpages_cell {
    uint32_t at;
    uint32_t size; /* on the page */
    uint32_t child;
    uint32_t overflow; /* first page of it; 0: none */
    uint64_t payload_size;
    int64_t key;
    const uint8_t *payload;
};

uint32_t dbpages_get4(const uint8_t *at);
/* Reads `count` pages from `first` on into a buffer. */
bool dbpages_read(const struct dbpages *p, uint32_t first, size_t count, uint8_t *to);
/* The page's number is needed for page 1 alone, which begins with the file's header. */
bool dbpages_page(const struct dbpages *p, uint32_t number, const uint8_t *data,
                  struct dbpages_page *page);
bool dbpages_cell(const struct dbpages *p, const struct dbpages_page *page, uint32_t i,
                  struct dbpages_cell *cell);
size_t dbpages_cells_max(const struct dbpages *p);
/* All cells of a page; false where they and the free blocks do not lie side by side and
 * fill the page as its header says, which is what PRAGMA quick_check asks of a page. */
bool dbpages_cells(const struct dbpages *p, const struct dbpages_page *page,
                   struct dbpages_cell *cells);

#endif
