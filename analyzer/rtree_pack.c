/* A packed R*Tree by sort-tile-recursive (Leutenegger, Lopez, Edgington, 1997): boxes are
 * sorted into vertical slabs, each slab by height, and every node is filled.
 *
 * The module keeps a tree in three tables of its own (comment at the head of rtree.c in
 * SQLite 3.40): _node has the nodes, of which number 1 is the root; _rowid the leaf of
 * each id; _parent the node above each other node. A node is two bytes of depth (of the
 * root only; 0: the root is a leaf), two bytes of count and the cells, all big-endian: an
 * id of 8 bytes and four floats. Its size was chosen when the tree was made. */
#include "rtree_pack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

enum { NODE_HEADER = 4, CELL_SIZE = 24, ROOT = 1 };

/* Where a node or an id belongs: [number - 1] of an array. */
struct places_in_tree {
    int64_t *above;
    size_t count;
};

struct packer {
    sqlite3 *db;
    const char *table;
    sqlite3_stmt *put_node;
    uint8_t *node; /* being filled */
    size_t node_size;
    size_t cells_max;
    int64_t last_node;
    struct places_in_tree leaves;  /* of the ids */
    struct places_in_tree parents; /* of the nodes */
    int code;                      /* the first failure */
};

struct rtree_entry rtree_pack_entry(int64_t id, const double box[4])
{
    struct rtree_entry e = {.id = id};
    for (int i = 0; i < 4; i++) {
        const double outwards = i % 2 == 0 ? -HUGE_VAL : HUGE_VAL;
        e.box[i] = (float)box[i];
        if (i % 2 == 0 ? (double)e.box[i] > box[i] : (double)e.box[i] < box[i])
            e.box[i] = nextafterf(e.box[i], (float)outwards);
    }
    return e;
}

static int compare_centres(const struct rtree_entry *a, const struct rtree_entry *b,
                           int axis)
{
    const float x = a->box[axis] + a->box[axis + 1];
    const float y = b->box[axis] + b->box[axis + 1];
    if (x != y)
        return x < y ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static int compare_x(const void *a, const void *b)
{
    return compare_centres(a, b, 0);
}

static int compare_y(const void *a, const void *b)
{
    return compare_centres(a, b, 2);
}

static void sort_tiles(struct rtree_entry *entries, size_t count, size_t per_node)
{
    const size_t nodes = (count + per_node - 1) / per_node;
    const size_t per_slab = (size_t)ceil(sqrt((double)nodes)) * per_node;
    qsort(entries, count, sizeof *entries, compare_x);
    for (size_t from = 0; from < count; from += per_slab) {
        const size_t left = count - from;
        qsort(entries + from, left < per_slab ? left : per_slab, sizeof *entries,
              compare_y);
    }
}

static uint8_t *put_big_endian(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        *at++ = (uint8_t)(value >> (8 * i));
    return at;
}

static void step(struct packer *p, sqlite3_stmt *stmt)
{
    sqlite3_step(stmt);
    const int code = sqlite3_reset(stmt);
    if (p->code == SQLITE_OK)
        p->code = code;
}

static sqlite3_stmt *prepare(struct packer *p, const char *format)
{
    sqlite3_stmt *stmt = NULL;
    char *sql = sqlite3_mprintf(format, p->table);
    const int code = sqlite3_prepare_v2(p->db, sql, -1, &stmt, NULL);
    if (p->code == SQLITE_OK)
        p->code = code;
    sqlite3_free(sql);
    return stmt;
}

/* Writes a node of these entries and returns what stands for it one level up. */
static struct rtree_entry put_node(struct packer *p, int64_t number, int depth,
                                   const struct rtree_entry *entries, size_t count)
{
    struct rtree_entry all = {.id = number,
                              .box = {INFINITY, -INFINITY, INFINITY, -INFINITY}};
    struct places_in_tree *children = depth == 0 ? &p->leaves : &p->parents;
    memset(p->node, 0, p->node_size);
    uint8_t *at = put_big_endian(p->node, number == ROOT ? (uint64_t)depth : 0, 2);
    at = put_big_endian(at, count, 2);
    for (size_t i = 0; i < count; i++) {
        at = put_big_endian(at, (uint64_t)entries[i].id, 8);
        for (int k = 0; k < 4; k++) {
            uint32_t bits;
            memcpy(&bits, &entries[i].box[k], sizeof bits);
            at = put_big_endian(at, bits, sizeof bits);
            all.box[k] = (k % 2 == 0 ? fminf : fmaxf)(all.box[k], entries[i].box[k]);
        }
        children->above[entries[i].id - 1] = number;
    }
    sqlite3_bind_int64(p->put_node, 1, number);
    sqlite3_bind_blob64(p->put_node, 2, p->node, p->node_size, SQLITE_STATIC);
    step(p, p->put_node);
    return all;
}

/* Level by level, from the leaves up. */
static void put_nodes(struct packer *p, struct rtree_entry *entries, size_t count)
{
    struct rtree_entry *own = NULL;
    int depth = 0;
    for (; count > p->cells_max; depth++) {
        const size_t nodes = (count + p->cells_max - 1) / p->cells_max;
        struct rtree_entry *level = xcalloc(nodes, sizeof *level);
        sort_tiles(entries, count, p->cells_max);
        for (size_t i = 0; i < nodes; i++) {
            const size_t from = i * p->cells_max, left = count - from;
            level[i] = put_node(p, ++p->last_node, depth, entries + from,
                                left < p->cells_max ? left : p->cells_max);
        }
        free(own);
        entries = own = level;
        count = nodes;
    }
    put_node(p, ROOT, depth, entries, count);
    free(own);
}

/* The size of nodes of this tree, which has none but an empty root as yet. */
static void read_node_size(struct packer *p)
{
    sqlite3_stmt *stmt = prepare(p, "SELECT length(data) FROM \"%w_node\"");
    if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
        p->node_size = (size_t)sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    if (p->code == SQLITE_OK && p->node_size < NODE_HEADER + 2 * CELL_SIZE)
        p->code = SQLITE_CORRUPT;
    else
        p->cells_max = (p->node_size - NODE_HEADER) / CELL_SIZE;
}

static void put_places(struct packer *p, const char *format,
                       const struct places_in_tree *places)
{
    sqlite3_stmt *stmt = prepare(p, format);
    for (size_t i = 0; stmt && p->code == SQLITE_OK && i < places->count; i++) {
        if (places->above[i] == 0)
            continue; /* no such id; the root */
        sqlite3_bind_int64(stmt, 1, (int64_t)i + 1);
        sqlite3_bind_int64(stmt, 2, places->above[i]);
        step(p, stmt);
    }
    sqlite3_finalize(stmt);
}

static struct places_in_tree make_places(size_t count)
{
    return (struct places_in_tree){xcalloc(count + 1, sizeof(int64_t)), count};
}

int rtree_pack(sqlite3 *db, const char *table, struct rtree_entry *entries, size_t count)
{
    struct packer p = {.db = db, .table = table, .last_node = ROOT};
    size_t last_id = 0;
    read_node_size(&p);
    if (p.code != SQLITE_OK || count == 0)
        return p.code;
    for (size_t i = 0; i < count; i++)
        last_id = (size_t)entries[i].id > last_id ? (size_t)entries[i].id : last_id;
    p.node = xmalloc(p.node_size);
    p.leaves = make_places(last_id);
    p.parents = make_places(count + 1); /* of nodes there are fewer */
    p.put_node = prepare(&p, "INSERT OR REPLACE INTO \"%w_node\" VALUES (?, ?)");
    if (p.code == SQLITE_OK)
        put_nodes(&p, entries, count);
    put_places(&p, "INSERT INTO \"%w_rowid\" VALUES (?, ?)", &p.leaves);
    put_places(&p, "INSERT INTO \"%w_parent\" VALUES (?, ?)", &p.parents);
    sqlite3_finalize(p.put_node);
    free(p.leaves.above);
    free(p.parents.above);
    free(p.node);
    return p.code;
}
