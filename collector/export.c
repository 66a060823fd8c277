/* The end of an export that the user asks for while it writes. */
#include "export.h"

void export_hold_signals(sigset_t *before)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct sigaction action;
        /* one that is ignored (nohup) would stay pending, were it held */
        if (sigaction(ends[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&held, ends[i]);
    }
    sigprocmask(SIG_BLOCK, &held, before);
}

bool export_interrupted(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
            sigismember(&pending, SIGHUP) == 1);
}

bool export_row_interrupted(int64_t row)
{
    enum { ROWS = 1024 }; /* a system call each is too many */
    return row % ROWS == 0 && export_interrupted();
}
