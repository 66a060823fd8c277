/* Trees of pages: to whom each page belongs, and the leaves of one table. */
#include "dbpages.h"

#include <stdlib.h>
#include <string.h>

#include "dbpages_file.h"
#include "xmem.h"

enum {
    DEPTH_MAX = 20,         /* of a b-tree; SQLite allows no more */
    LOCK_BYTE = 0x40000000, /* its page is never used (fileformat2 §1.4) */
    RUN = 64,               /* leaves that are read at once */
};

/* False where the page is taken already, or there is none of that number. */
static bool take(struct dbpages *p, uint32_t page)
{
    if (page == 0 || page > p->page_count)
        return false;
    const uint8_t bit = (uint8_t)(1u << (page & 7));
    uint8_t *byte = &p->taken[page >> 3];
    if (*byte & bit)
        return false;
    *byte |= bit;
    return true;
}

static bool read_page(struct dbpages *p, uint32_t number, uint8_t *data)
{
    return take(p, number) && dbpages_read(p, number, 1, data);
}

/* The pages in which a payload goes on (fileformat2 §1.6). */
static bool take_overflow(struct dbpages *p, const struct dbpages_cell *cell)
{
    const uint32_t per_page = p->usable - 4;
    uint8_t *data = xmalloc(p->page_size);
    uint32_t next = cell->overflow;
    /* at least what is local is not in them: one page more than needed is one too many */
    uint64_t pages = cell->payload_size / per_page + 1;
    bool ok = true;
    while (ok && next != 0) {
        ok = pages-- > 0 && read_page(p, next, data);
        if (ok)
            next = dbpages_get4(data);
    }
    free(data);
    return ok;
}

static bool take_below(struct dbpages *p, uint32_t root, int depth)
{
    uint8_t *data = xmalloc(p->page_size);
    struct dbpages_page page;
    struct dbpages_cell cell;
    bool ok = depth < DEPTH_MAX && read_page(p, root, data) &&
              dbpages_page(p, root, data, &page);
    for (uint32_t i = 0; ok && i < page.cells; i++) {
        ok = dbpages_cell(p, &page, i, &cell);
        if (ok && cell.child != 0)
            ok = take_below(p, cell.child, depth + 1);
        if (ok && cell.overflow != 0)
            ok = take_overflow(p, &cell);
    }
    if (ok && page.last_child != 0)
        ok = take_below(p, page.last_child, depth + 1);
    free(data);
    return ok;
}

bool dbpages_take_tree(struct dbpages *p, uint32_t root)
{
    return take_below(p, root, 0);
}

/* The way down to the leaves. Which page is a leaf its own type tells; all must be as
 * deep as the first. */
struct descent {
    struct dbpages *pages;
    int leaf_depth;   /* -1: no leaf seen yet */
    int64_t last_key; /* the largest that may have come so far */
    bool any;
};

static bool add_leaf(struct descent *d, uint32_t page, int depth, int64_t last_key)
{
    struct dbpages *p = d->pages;
    if (d->leaf_depth < 0)
        d->leaf_depth = depth;
    if (depth != d->leaf_depth || (d->any && last_key <= d->last_key))
        return false;
    d->any = true;
    d->last_key = last_key;
    p->leaves = xgrow(p->leaves, p->leaf_count, &p->leaf_capacity, sizeof *p->leaves);
    p->leaves[p->leaf_count++] =
        (struct dbpages_leaf){.last_key = last_key, .page = page};
    return true;
}

static bool take_table_below(struct descent *d, uint32_t root, int depth,
                             int64_t last_key);

/* The children of an inner page; the last of them may hold all up to `last_key`. */
static bool take_children(struct descent *d, const struct dbpages_page *page, int depth,
                          int64_t last_key)
{
    struct dbpages_cell *cells = xcalloc(dbpages_cells_max(d->pages), sizeof *cells);
    bool ok = dbpages_cells(d->pages, page, cells);
    for (uint32_t i = 0; ok && i < page->cells; i++)
        ok = cells[i].key <= last_key &&
             take_table_below(d, cells[i].child, depth + 1, cells[i].key);
    free(cells);
    return ok && take_table_below(d, page->last_child, depth + 1, last_key);
}

/* Children of the lowest inner pages are leaves: they are taken unread. */
static bool take_table_below(struct descent *d, uint32_t root, int depth,
                             int64_t last_key)
{
    struct dbpages *p = d->pages;
    if (depth >= DEPTH_MAX)
        return false;
    if (d->leaf_depth == depth)
        return take(p, root) && add_leaf(d, root, depth, last_key);
    uint8_t *data = xmalloc(p->page_size);
    struct dbpages_page page;
    bool ok = read_page(p, root, data) && dbpages_page(p, root, data, &page);
    if (ok && page.kind == DBPAGES_TABLE_INNER)
        ok = take_children(d, &page, depth, last_key);
    else
        ok = ok && page.kind == DBPAGES_TABLE_LEAF && add_leaf(d, root, depth, last_key);
    free(data);
    return ok;
}

bool dbpages_take_table(struct dbpages *p, uint32_t root)
{
    struct descent d = {.pages = p, .leaf_depth = -1};
    return root != 1 && take_table_below(&d, root, 0, INT64_MAX);
}

static uint32_t lock_page(const struct dbpages *p)
{
    return LOCK_BYTE / p->page_size + 1;
}

/* Trunk pages of the free list and the pages that they name (fileformat2 §1.5). */
static bool take_free(struct dbpages *p)
{
    uint8_t *data = xmalloc(p->page_size);
    uint32_t next = p->free_trunk, found = 0;
    bool ok = true;
    while (ok && next != 0) {
        ok = read_page(p, next, data);
        const uint32_t named = ok ? dbpages_get4(data + 4) : 0;
        ok = ok && named <= p->usable / 4 - 2;
        for (uint32_t i = 0; ok && i < named; i++)
            ok = take(p, dbpages_get4(data + 8 + 4 * (size_t)i));
        found += 1 + named;
        if (ok)
            next = dbpages_get4(data);
    }
    free(data);
    return ok && found == p->free_count;
}

bool dbpages_is_whole(struct dbpages *p)
{
    if (!take_free(p))
        return false;
    if (lock_page(p) <= p->page_count && !take(p, lock_page(p)))
        return false;
    for (uint32_t page = 1; page <= p->page_count; page++) {
        if (!(p->taken[page >> 3] >> (page & 7) & 1))
            return false;
    }
    return true;
}

size_t dbpages_leaf_count(const struct dbpages *p)
{
    return p->leaf_count;
}

int64_t dbpages_leaf_last_key(const struct dbpages *p, size_t leaf)
{
    return p->leaves[leaf].last_key;
}

struct dbpages_cursor {
    const struct dbpages *pages;
    uint8_t *run; /* leaves that stand together in the file */
    size_t run_first, run_count;
    size_t leaf;
    uint32_t cell;
    bool is_loaded; /* `cells` are those of `leaf` */
    uint32_t cell_count;
    struct dbpages_cell *cells;
    int64_t last_key; /* of the row before, or the smallest that none may reach */
};

struct dbpages_cursor *dbpages_cursor_open(const struct dbpages *p)
{
    struct dbpages_cursor *c = xcalloc(1, sizeof *c);
    c->pages = p;
    c->run = xcalloc((size_t)RUN * p->page_size + DBPAGES_BEHIND, 1);
    c->cells = xcalloc(dbpages_cells_max(p), sizeof *c->cells);
    return c;
}

void dbpages_cursor_close(struct dbpages_cursor *c)
{
    if (!c)
        return;
    free(c->cells);
    free(c->run);
    free(c);
}

void dbpages_cursor_seek(struct dbpages_cursor *c, size_t leaf)
{
    c->leaf = leaf;
    c->cell = 0;
    c->is_loaded = false;
}

/* Reads the leaf and those behind it, as far as they follow in the file. */
static bool load_run(struct dbpages_cursor *c)
{
    const struct dbpages *p = c->pages;
    if (c->leaf >= c->run_first && c->leaf < c->run_first + c->run_count)
        return true;
    const struct dbpages_leaf *first = &p->leaves[c->leaf];
    size_t count = 1;
    while (count < RUN && c->leaf + count < p->leaf_count &&
           first[count].page == first->page + count)
        count++;
    c->run_count = 0;
    if (!dbpages_read(p, first->page, count, c->run))
        return false;
    c->run_first = c->leaf;
    c->run_count = count;
    return true;
}

/* An empty leaf is right only as a table's root. */
static bool load_leaf(struct dbpages_cursor *c)
{
    const struct dbpages *p = c->pages;
    if (!load_run(c))
        return false;
    const uint8_t *data = c->run + (c->leaf - c->run_first) * p->page_size;
    struct dbpages_page page;
    if (!dbpages_page(p, p->leaves[c->leaf].page, data, &page) ||
        page.kind != DBPAGES_TABLE_LEAF || (page.cells == 0 && p->leaf_count > 1) ||
        !dbpages_cells(p, &page, c->cells))
        return false;
    c->cell_count = page.cells;
    c->last_key = c->leaf > 0 ? p->leaves[c->leaf - 1].last_key : INT64_MIN;
    c->cell = 0;
    c->is_loaded = true;
    return true;
}

int dbpages_cursor_next(struct dbpages_cursor *c, struct dbpages_row *row)
{
    const struct dbpages *p = c->pages;
    while (!c->is_loaded || c->cell == c->cell_count) {
        if (c->is_loaded) {
            c->leaf++;
            c->is_loaded = false;
        }
        if (c->leaf >= p->leaf_count)
            return 0;
        if (!load_leaf(c))
            return -1;
    }
    const struct dbpages_cell *cell = &c->cells[c->cell++];
    if (cell->overflow != 0 || cell->key <= c->last_key ||
        cell->key > p->leaves[c->leaf].last_key)
        return -1;
    c->last_key = cell->key;
    *row = (struct dbpages_row){
        .key = cell->key, .record = cell->payload, .size = (size_t)cell->payload_size};
    return 1;
}
