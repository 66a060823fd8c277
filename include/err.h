/* Error codes, which are also the exit codes of both programs, and the one way to tell a
 * user what went wrong: report once, where the cause is known, then pass the code upward.
 */
#ifndef LOMSONG_ERR_H
#define LOMSONG_ERR_H

#include <stdarg.h>

/* The exit codes of the contract. */
enum err {
    ERR_OK = 0,     /* done */
    ERR_FAILED = 1, /* a write, the disk or the system failed */
    ERR_USAGE = 2,  /* the command line cannot be understood */
    ERR_INPUT = 3,  /* an input cannot be used */
};

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* Prints "PROGRAM: message" and a newline to standard error, as one write. */
void err_report(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* As err_report, with the translated word for "warning" before the message. */
void err_warn(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
