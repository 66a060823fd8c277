/* GDAL reads GeoJSON in one thread, parses it twice and makes an object of every number:
 * a country's hamlets take seconds. A file of plain features is cut between them, and
 * several threads read the spans. Where one is not plain or has any fault, GDAL reads the
 * whole file: its messages are then the ones that count. */
#include "places_pieces.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parallel.h"
#include "places_csv.h"
#include "places_cut.h"
#include "places_plain.h"
#include "xmem.h"

enum {
    PIECE_MIN = 1 << 16, /* below it, starting a thread takes a good part of the time */
    PIECE_MAX = 1 << 22, /* and above it, memory */
    PIECES_PER_THREAD = 4,
};

/* What the threads share. */
struct job {
    const char *path;
    const struct places_role *role;
    int fd;
    struct places_cut cut;
    struct places_plain *pieces; /* one for each span */
    atomic_size_t next;
    atomic_bool stop; /* a piece is not plain */
};

static bool read_piece(struct job *j, const struct places_source *source, size_t i)
{
    char *text = places_cut_text(j->fd, j->cut.spans[i]);
    const bool ok = text && places_plain_read(text, source, &j->pieces[i]);
    free(text);
    return ok;
}

static void work(void *worker)
{
    struct job *j = *(struct job **)worker;
    char no_path[] = ""; /* faults are not told */
    struct places_source source = {
        .path = no_path, .role = j->role, .is_silent = true, .geos = GEOS_init_r()};
    size_t i;
    while (!j->stop && (i = atomic_fetch_add(&j->next, 1)) < j->cut.count) {
        if (!read_piece(j, &source, i))
            j->stop = true;
    }
    GEOS_finish_r(source.geos);
}

/* All pieces as one, where they are of one kind; the memory of its texts is its own. */
static bool join(struct job *j, struct places_part *all)
{
    struct place_list *list = &all->list;
    size_t count = 0;
    for (size_t i = 0; i < j->cut.count; i++) {
        if (i > 0 && !places_plain_join(&j->pieces[0].keys, &j->pieces[i].keys))
            return false;
        count += j->pieces[i].part.list.count;
    }
    list->items = xcalloc(count + 1, sizeof *list->items);
    list->capacity = count + 1;
    for (size_t i = 0; i < j->cut.count; i++) {
        struct places_part *part = &j->pieces[i].part;
        if (part->list.count > 0)
            memcpy(list->items + list->count, part->list.items,
                   part->list.count * sizeof *list->items);
        list->count += part->list.count;
        arena_join(&list->memory, &part->list.memory);
        all->comments += part->comments;
    }
    return true;
}

static bool read_all(struct job *j, size_t threads, struct places_part *all)
{
    struct job *workers[PARALLEL_MAX];
    j->pieces = xcalloc(j->cut.count, sizeof *j->pieces);
    for (size_t i = 0; i < threads; i++)
        workers[i] = j;
    parallel_run(work, workers, threads, sizeof *workers);
    const bool ok = !j->stop && join(j, all);
    for (size_t i = 0; i < j->cut.count; i++)
        places_plain_free(&j->pieces[i]);
    free(j->pieces);
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

/* GDAL's driver of GeoJSON comes first where the name says so, too. */
static bool is_named_json(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (strcasecmp(dot, ".geojson") == 0 || strcasecmp(dot, ".json") == 0);
}

/* False where GDAL has to read the file. */
static bool read_plain(struct job *j, const struct places_sources *sources,
                       struct places_part *all)
{
    struct stat st;
    if (fstat(j->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    const size_t threads = parallel_count(sources->threads, PARALLEL_MAX);
    if (!places_cut_find(j->fd, st.st_size, piece_size(sources, st.st_size, threads),
                         &j->cut))
        return false;
    const bool ok = read_all(j, parallel_count((int)threads, j->cut.count), all);
    places_cut_free(&j->cut);
    return ok;
}

enum err places_read_pieces(const char *source, const char *role,
                            const struct places_sources *sources, struct place_list *list)
{
    struct job j = {.path = source, .role = places_find_role(role), .fd = -1};
    struct places_part all = {0};
    if (is_named_json(source))
        j.fd = open(source, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const bool ok = (j.fd >= 0 && read_plain(&j, sources, &all)) ||
                    places_csv_read(source, j.role, &all);
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
