/* GDAL reads GeoJSON in one thread, and parses it twice. A file of plain features is cut
 * between them into files in memory that several threads give to GDAL. The list is that
 * of the whole file where GDAL finds the same attributes of the same types in each piece;
 * where it does not, or where a piece has any fault, the whole file is read in a row: its
 * messages are then the ones that count. */
#include "places_pieces.h"

#include <cpl_vsi.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parallel.h"
#include "places_cut.h"
#include "places_source.h"
#include "xmem.h"

enum {
    PIECE_MIN = 1 << 18, /* below it, opening takes a good part of the time */
    PIECE_MAX = 1 << 22, /* and above it, memory */
    PIECES_PER_THREAD = 2,
};

/* What the threads share. */
struct job {
    const char *path;
    const struct places_role *role;
    int fd;
    struct places_cut cut;
    struct places_part *parts; /* one for each span */
    atomic_size_t next;
    atomic_bool stop; /* a piece has a fault */
};

/* GDAL takes the layer's name from the file's. */
static bool read_piece(struct job *j, size_t i)
{
    size_t size = 0;
    char *text = places_cut_text(j->fd, &j->cut, i, &size);
    if (!text)
        return false;
    const char *base = strrchr(j->path, '/');
    char *name =
        xasprintf("/vsimem/lomsong-%p-%zu/%s", (void *)j, i, base ? base + 1 : j->path);
    VSILFILE *file = VSIFileFromMemBuffer(name, (GByte *)text, size, FALSE);
    bool ok = file != NULL;
    if (ok) {
        VSIFCloseL(file);
        ok = places_read_part(name, j->role, &j->parts[i]) == ERR_OK;
        VSIUnlink(name);
    }
    free(name);
    free(text);
    return ok;
}

static void work(void *worker)
{
    struct job *j = *(struct job **)worker;
    size_t i;
    while (!j->stop && (i = atomic_fetch_add(&j->next, 1)) < j->cut.count) {
        if (!read_piece(j, i))
            j->stop = true;
    }
}

/* Numbered from 0, as GDAL does where the file does not. */
static bool is_unnumbered(const struct places_part *p)
{
    return !p->is_falling && p->first_number == 0 &&
           p->last_number == (int64_t)p->features - 1;
}

/* Of the same attributes, and in the order in which GDAL gives out those of the whole. */
static bool belong_together(const struct job *j)
{
    bool unnumbered = true, rising = true;
    for (size_t i = 0; i < j->cut.count; i++) {
        const struct places_part *p = &j->parts[i];
        if (strcmp(p->fields, j->parts[0].fields) != 0)
            return false;
        unnumbered = unnumbered && is_unnumbered(p);
        rising = rising && !p->is_falling &&
                 (i == 0 || p->first_number > j->parts[i - 1].last_number);
    }
    return unnumbered || rising;
}

/* All parts as one, where they are of one kind; they are empty then. */
static bool join(struct job *j, struct places_part *all)
{
    struct place_list *list = &all->list;
    size_t count = 0;
    if (!belong_together(j))
        return false;
    for (size_t i = 0; i < j->cut.count; i++)
        count += j->parts[i].list.count;
    list->items = xcalloc(count + 1, sizeof *list->items);
    list->capacity = count + 1;
    for (size_t i = 0; i < j->cut.count; i++) {
        struct place_list *part = &j->parts[i].list;
        if (part->count > 0)
            memcpy(list->items + list->count, part->items,
                   part->count * sizeof *part->items);
        list->count += part->count;
        part->count = 0; /* the texts have moved */
        all->comments += j->parts[i].comments;
    }
    return true;
}

static bool read_all(struct job *j, size_t threads, struct places_part *all)
{
    struct job *workers[PARALLEL_MAX];
    j->parts = xcalloc(j->cut.count, sizeof *j->parts);
    for (size_t i = 0; i < threads; i++)
        workers[i] = j;
    parallel_run(work, workers, threads, sizeof *workers);
    const bool ok = !j->stop && join(j, all);
    for (size_t i = 0; i < j->cut.count; i++)
        places_part_free(&j->parts[i]);
    free(j->parts);
    return ok;
}

static size_t piece_size(const struct places_sources *sources, off_t size, size_t threads)
{
    if (sources->piece_size > 0)
        return sources->piece_size;
    const size_t even = (size_t)size / (threads * PIECES_PER_THREAD);
    const size_t least = even > PIECE_MIN ? even : PIECE_MIN;
    return least < PIECE_MAX ? least : PIECE_MAX;
}

/* False where the file has to be read in a row. */
static bool read_cut(struct job *j, const struct places_sources *sources,
                     struct places_part *all)
{
    struct stat st;
    const size_t threads = parallel_count(sources->threads, PARALLEL_MAX);
    if (threads == 1 || fstat(j->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    const size_t size = piece_size(sources, st.st_size, threads);
    if ((size_t)st.st_size / 2 < size || !places_cut_find(j->fd, size, &j->cut))
        return false;
    const bool ok = read_all(j, threads, all);
    places_cut_free(&j->cut);
    return ok;
}

enum err places_read_pieces(const char *source, const char *role,
                            const struct places_sources *sources, struct place_list *list)
{
    struct job j = {.path = source, .role = places_find_role(role)};
    struct places_part all = {0};
    j.fd = open(source, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const bool ok = j.fd >= 0 && read_cut(&j, sources, &all);
    if (j.fd >= 0)
        close(j.fd);
    if (!ok)
        return places_read(source, role, list);
    *list = all.list;
    list->source = source;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].repaired)
            places_warn_repaired(source, j.role, &list->items[i]);
    }
    return places_end_list(source, j.role, &all);
}
