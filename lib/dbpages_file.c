/* A SQLite file's header, and what stands on a page. */
#include "dbpages_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xmem.h"

enum {
    HEAD_SIZE = 100,
    CELL_MIN = 4,     /* a shorter cell takes as much */
    USABLE_MIN = 480, /* fileformat2 §1.3.4 */
    UTF_8 = 1,
};

static uint32_t get2(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

uint32_t dbpages_get4(const uint8_t *at)
{
    return get2(at) << 16 | get2(at + 2);
}

static bool long_varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    uint64_t v = 0;
    const uint8_t *p = *at;
    for (int i = 0; i < 8; i++) {
        if (p == end)
            return false;
        v = v << 7 | (*p & 0x7F);
        if (*p++ < 0x80) {
            *at = p;
            *value = v;
            return true;
        }
    }
    if (p == end)
        return false;
    *value = v << 8 | *p++; /* the ninth byte counts whole */
    *at = p;
    return true;
}

/* Most are short. */
static inline bool varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    const uint8_t *p = *at;
    if (end - p < 3 || (p[0] & p[1] & p[2] & 0x80))
        return long_varint(at, end, value);
    uint64_t v = p[0] & 0x7F;
    for (; *p & 0x80; p++)
        v = v << 7 | (p[1] & 0x7F);
    *value = v;
    *at = p + 1;
    return true;
}

bool dbpages_varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    return varint(at, end, value);
}

bool dbpages_read(const struct dbpages *p, uint32_t first, size_t count, uint8_t *to)
{
    const size_t wanted = count * p->page_size;
    const off_t from = (off_t)(first - 1) * (off_t)p->page_size;
    size_t have = 0;
    while (have < wanted) {
        const ssize_t n = pread(p->fd, to + have, wanted - have, from + (off_t)have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    return true;
}

/* fileformat2 §1.3 */
static bool read_head(struct dbpages *p, const uint8_t *head, int64_t size)
{
    static const char magic[16] = "SQLite format 3";
    const uint32_t stored = get2(head + 16);
    p->page_size = stored == 1 ? 65536 : stored;
    p->usable = p->page_size - head[20];
    p->page_count = dbpages_get4(head + 28);
    p->free_trunk = dbpages_get4(head + 32);
    p->free_count = dbpages_get4(head + 36);
    const bool is_sized =
        dbpages_get4(head + 24) == dbpages_get4(head + 92); /* else the count is old */
    const bool vacuums = dbpages_get4(head + 52) != 0 || dbpages_get4(head + 64) != 0;
    return memcmp(head, magic, sizeof magic) == 0 && p->page_size >= 512 &&
           (p->page_size & (p->page_size - 1)) == 0 && p->usable >= USABLE_MIN &&
           head[18] <= 2 && head[19] <= 2 && head[21] == 64 && head[22] == 32 &&
           head[23] == 32 && dbpages_get4(head + 44) == 4 &&
           dbpages_get4(head + 56) == UTF_8 && is_sized && !vacuums &&
           p->page_count > 0 && (int64_t)p->page_count * p->page_size == size;
}

struct dbpages *dbpages_open(const char *path)
{
    struct dbpages *p = xcalloc(1, sizeof *p);
    struct stat st;
    uint8_t head[HEAD_SIZE];
    p->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (p->fd < 0 || fstat(p->fd, &st) != 0 || !S_ISREG(st.st_mode) ||
        pread(p->fd, head, sizeof head, 0) != sizeof head ||
        !read_head(p, head, st.st_size)) {
        dbpages_close(p);
        return NULL;
    }
    p->taken = xcalloc((size_t)p->page_count / 8 + 1, 1);
    return p;
}

void dbpages_close(struct dbpages *p)
{
    if (!p)
        return;
    if (p->fd >= 0)
        close(p->fd);
    free(p->taken);
    free(p->leaves);
    free(p);
}

size_t dbpages_page_size(const struct dbpages *p)
{
    return p->page_size;
}

static bool is_inner(enum dbpages_kind kind)
{
    return kind == DBPAGES_INDEX_INNER || kind == DBPAGES_TABLE_INNER;
}

bool dbpages_page(const struct dbpages *p, uint32_t number, const uint8_t *data,
                  struct dbpages_page *page)
{
    const uint32_t header = number == 1 ? HEAD_SIZE : 0;
    const uint8_t *h = data + header;
    *page = (struct dbpages_page){.data = data,
                                  .kind = (enum dbpages_kind)h[0],
                                  .header = header,
                                  .cells = get2(h + 3),
                                  .content = get2(h + 5)};
    switch (page->kind) {
    case DBPAGES_INDEX_INNER:
    case DBPAGES_TABLE_INNER:
        page->last_child = dbpages_get4(h + 8);
        page->array = header + 12;
        break;
    case DBPAGES_INDEX_LEAF:
    case DBPAGES_TABLE_LEAF:
        page->array = header + 8;
        break;
    default:
        return false;
    }
    if (page->content == 0)
        page->content = 65536;
    return page->array + 2 * page->cells <= page->content && page->content <= p->usable;
}

/* How much of a payload stands in its cell, the rest in overflow pages (fileformat2
 * §1.6). */
static uint32_t local_size(uint32_t usable, enum dbpages_kind kind, uint64_t payload)
{
    const uint32_t max =
        kind == DBPAGES_TABLE_LEAF ? usable - 35 : (usable - 12) * 64 / 255 - 23;
    const uint32_t min = (usable - 12) * 32 / 255 - 23;
    if (payload <= max)
        return (uint32_t)payload;
    const uint32_t kept = min + (uint32_t)((payload - min) % (usable - 4));
    return kept <= max ? kept : min;
}

/* Payload and overflow of a cell, from `at` on; false where they do not fit. */
static bool read_payload(const struct dbpages *p, enum dbpages_kind kind,
                         const uint8_t *at, const uint8_t *end, struct dbpages_cell *cell)
{
    if (cell->payload_size > INT32_MAX)
        return false;
    const uint32_t local = local_size(p->usable, kind, cell->payload_size);
    const uint32_t size = local + (local < cell->payload_size ? 4 : 0);
    if (size > (size_t)(end - at))
        return false;
    cell->payload = at;
    if (size > local)
        cell->overflow = dbpages_get4(at + local);
    return (size == local || cell->overflow != 0);
}

bool dbpages_cell(const struct dbpages *p, const struct dbpages_page *page, uint32_t i,
                  struct dbpages_cell *cell)
{
    const uint32_t at = get2(page->data + page->array + 2 * i);
    if (at < page->content || at > p->usable - CELL_MIN)
        return false;
    const uint8_t *start = page->data + at, *end = page->data + p->usable;
    const uint8_t *to = start;
    uint64_t key = 0;
    *cell = (struct dbpages_cell){.at = at};
    if (is_inner(page->kind)) {
        cell->child = dbpages_get4(to);
        to += 4;
    }
    if (page->kind != DBPAGES_TABLE_INNER && !varint(&to, end, &cell->payload_size))
        return false;
    if (page->kind == DBPAGES_TABLE_INNER || page->kind == DBPAGES_TABLE_LEAF) {
        if (!varint(&to, end, &key))
            return false;
        cell->key = (int64_t)key;
    }
    if (page->kind != DBPAGES_TABLE_INNER) {
        if (!read_payload(p, page->kind, to, end, cell))
            return false;
        to += local_size(p->usable, page->kind, cell->payload_size) +
              (cell->overflow != 0 ? 4 : 0);
    }
    cell->size = (uint32_t)(to - start);
    if (cell->size < CELL_MIN)
        cell->size = CELL_MIN;
    return at + cell->size <= p->usable;
}

/* Bytes from..to of a page. */
struct span {
    uint32_t from, to;
};

static int compare_spans(const void *a, const void *b)
{
    const struct span *x = a;
    const struct span *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* The free blocks of a page, in ascending order; false where their chain is broken. */
static bool add_free_blocks(const struct dbpages *p, const struct dbpages_page *page,
                            struct span *spans, uint32_t *count)
{
    const uint32_t max = p->usable / CELL_MIN;
    uint32_t at = get2(page->data + page->header + 1);
    uint32_t least = page->content;
    while (at != 0) {
        if (at < least || at > p->usable - CELL_MIN || *count >= max)
            return false;
        const uint32_t size = get2(page->data + at + 2);
        if (size < CELL_MIN || size > p->usable - at)
            return false;
        spans[(*count)++] = (struct span){at, at + size};
        least = at + size;
        at = get2(page->data + at);
    }
    return true;
}

/* As rows that were only ever appended lie: each cell ends where the one before begins.
 */
static bool is_stacked(const struct dbpages *p, const struct dbpages_page *page,
                       const struct dbpages_cell *cells)
{
    const uint8_t *h = page->data + page->header;
    uint32_t top = p->usable;
    if (get2(h + 1) != 0 || h[7] != 0)
        return false;
    for (uint32_t i = 0; i < page->cells; i++) {
        if (cells[i].at + cells[i].size != top)
            return false;
        top = cells[i].at;
    }
    return top == page->content;
}

size_t dbpages_cells_max(const struct dbpages *p)
{
    return p->usable / CELL_MIN;
}

bool dbpages_cells(const struct dbpages *p, const struct dbpages_page *page,
                   struct dbpages_cell *cells)
{
    if (page->cells > dbpages_cells_max(p))
        return false;
    for (uint32_t i = 0; i < page->cells; i++) {
        if (!dbpages_cell(p, page, i, &cells[i]))
            return false;
    }
    if (is_stacked(p, page, cells))
        return true;
    struct span *spans = xmalloc((dbpages_cells_max(p) + 1) * sizeof *spans);
    uint32_t count = 0;
    for (uint32_t i = 0; i < page->cells; i++)
        spans[count++] = (struct span){cells[i].at, cells[i].at + cells[i].size};
    bool tight = add_free_blocks(p, page, spans, &count);
    uint32_t fragments = 0, at = page->content;
    if (tight && count > 1)
        qsort(spans, count, sizeof *spans, compare_spans);
    for (uint32_t i = 0; tight && i < count; i++) {
        tight = spans[i].from >= at;
        fragments += spans[i].from - at;
        at = spans[i].to;
    }
    fragments += p->usable - at;
    free(spans);
    return tight && fragments == page->data[page->header + 7];
}
