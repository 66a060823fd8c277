/* What went wrong with a request of a push, and whether to try again: pure. */
#ifndef LOMSONG_PUSH_FAULT_H
#define LOMSONG_PUSH_FAULT_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

struct push_try {
    const char *method;
    CURLcode code;
    long status;        /* of HTTP; 0: there was no answer */
    long verify_result; /* X509_V_ERR_… */
    const char *words;  /* libcurl's own */
};

/* A network that is not there, a server that is busy or being started anew. */
bool push_fault_may_pass(const struct push_try *t);

/* What to tell the user; false where there is no fault: 2xx, and 404, 405, 409, whose
 * meaning depends on what was asked for. */
bool push_fault_describe(const struct push_try *t, char *text, size_t size);

#endif
