/* The hidden directory in OUTDIR in which outputs are made, and the way of their files
 * into place: whole or not at all. */
#ifndef LOMSONG_STAGING_H
#define LOMSONG_STAGING_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* Names of files below a directory: "map.html", "dossier/H1.html". */
struct file_list {
    char **names;
    size_t count;
    size_t capacity;
};
/* Files of a directory and of those in it, sorted, manifest.json last: where it stands,
 * all it names stands too. */
void staging_list(const char *dir, struct file_list *list);
/* Takes the name. */
void staging_add(struct file_list *list, char *name);
void staging_free(struct file_list *list);

struct staging {
    char *first_made; /* the topmost directory that had to be made for it, or NULL */
    char *dir;        /* the hidden directory; NULL: none */
    int lock_fd;
};
/* Makes outdir and the hidden directory in it, after removing those that a killed process
 * left. Close it in any case. */
MUST_CHECK enum err staging_open(const char *outdir, struct staging *s);
/* Removes the hidden directory, and those that were made for it where `undo`. */
void staging_close(const char *outdir, struct staging *s, bool undo);

/* Moves all files of `from` to `to`, or none; then removes those of `old` that are not
 * among them. What stood in their place is in `from` afterwards. */
MUST_CHECK enum err staging_move(const char *from, const char *to,
                                 const struct file_list *old);

#endif
