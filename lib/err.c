/* Messages to standard error. Values quoted in a message come from strangers' files, so
 * control bytes are blotted out: a log must not be able to drive the user's terminal. */
#include "err.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lang.h"

static void blot_controls(char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
            *text = '?';
    }
}

static void write_all(const char *text, size_t size)
{
    while (size > 0) {
        const ssize_t n = write(STDERR_FILENO, text, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        text += n;
        size -= (size_t)n;
    }
}

/* One write, so that messages of several threads or programs do not mix. Without memory
 * the bare format is better than silence. */
static void PRINTF_LIKE(2, 0) report(bool warning, const char *fmt, va_list args)
{
    const int saved_errno = errno;
    char *message = NULL, *line = NULL;
    if (vasprintf(&message, fmt, args) < 0)
        message = NULL;
    const char *text = message != NULL ? message : fmt;
    const int len = asprintf(&line, "%s: %s%s%s\n", program_invocation_short_name,
                             warning ? _("warning") : "", warning ? ": " : "", text);
    if (len >= 0) {
        blot_controls(line);
        write_all(line, (size_t)len);
        free(line);
    } else {
        write_all(text, strlen(text));
    }
    free(message);
    errno = saved_errno;
}

void err_report(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    report(false, fmt, args);
    va_end(args);
}

void err_warn(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    report(true, fmt, args);
    va_end(args);
}
