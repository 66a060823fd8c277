/* Small files of a test's own, in a directory that goes with it. */
#ifndef LOMSONG_SCRATCH_H
#define LOMSONG_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xmem.h"

struct scratch {
    char dir[32];
    char path[256]; /* of the last file named */
};

static inline int scratch_open(void **state)
{
    struct scratch *s = xcalloc(1, sizeof *s);
    memcpy(s->dir, "/tmp/lomsong_test.XXXXXX", 25);
    *state = s;
    return mkdtemp(s->dir) ? 0 : -1;
}

static inline int scratch_close(void **state)
{
    struct scratch *s = *state;
    DIR *d = opendir(s->dir);
    const struct dirent *e;
    while (d && (e = readdir(d)) != NULL) {
        char *path = xasprintf("%s/%s", s->dir, e->d_name);
        (void)unlink(path); /* not "." and ".." */
        free(path);
    }
    if (d)
        closedir(d);
    const int rc = rmdir(s->dir);
    free(s);
    return rc;
}

/* The path of a file in the directory, until the next call. */
static inline const char *scratch_path(struct scratch *s, const char *name)
{
    snprintf(s->path, sizeof s->path, "%s/%s", s->dir, name);
    return s->path;
}

static inline const char *scratch_write(struct scratch *s, const char *name,
                                        const char *text)
{
    FILE *f = fopen(scratch_path(s, name), "wb");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    return s->path;
}

#define SCRATCH_TEST(f) cmocka_unit_test_setup_teardown(f, scratch_open, scratch_close)

#endif
