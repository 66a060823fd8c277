/* What the code under test prints to standard error, as a text. */
#ifndef LOMSONG_TEST_CAPTURE_H
#define LOMSONG_TEST_CAPTURE_H

#include <stdio.h>
#include <unistd.h>

struct capture {
    FILE *file;
    int stderr_fd;
    char text[4096];
};

/* From here on standard error goes to a temporary file. */
static inline void capture_start(struct capture *c)
{
    fflush(stderr);
    c->file = tmpfile();
    c->stderr_fd = dup(STDERR_FILENO);
    if (c->file != NULL)
        (void)dup2(fileno(c->file), STDERR_FILENO);
}

/* Standard error is itself again; returns what was printed since. */
static inline const char *capture_stop(struct capture *c)
{
    size_t len = 0;
    fflush(stderr);
    (void)dup2(c->stderr_fd, STDERR_FILENO);
    close(c->stderr_fd);
    if (c->file != NULL) {
        rewind(c->file);
        len = fread(c->text, 1, sizeof c->text - 1, c->file);
        fclose(c->file);
    }
    c->text[len] = '\0';
    return c->text;
}

#endif
