/* Requests of a push: WebDAV over TLS by libcurl. A request is repeated while the fault
 * may pass; what stays is reported once, and ends the run. */
#ifndef LOMSONG_PUSH_HTTP_H
#define LOMSONG_PUSH_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config_push.h"
#include "err.h"

struct push_http;

/* Checks the files of the configuration. ERR_INPUT, reported, where one cannot be used;
 * `config` must outlive it. */
MUST_CHECK enum err push_http_open(const struct config_push *config,
                                   struct push_http **http);
void push_http_close(struct push_http *h);

struct push_answer {
    int status;
    int64_t length; /* of the content, HEAD; -1 where not told */
    bool same;      /* GET: the content is what was expected, byte for byte */
};

/* A path is below the configured URL: "/0a1b…/000001-…", "" is that directory itself.
 * ERR_OK with 2xx, 404, 405 or 409, whose meaning is the caller's; else ERR_FAILED,
 * reported. */
MUST_CHECK enum err push_http_make_dir(struct push_http *h, const char *path,
                                       struct push_answer *answer);
MUST_CHECK enum err push_http_ask(struct push_http *h, const char *path,
                                  struct push_answer *answer);
/* Bytes to be sent, or expected to come back. */
struct push_body {
    const void *data;
    size_t size;
};
MUST_CHECK enum err push_http_put(struct push_http *h, const char *path,
                                  const struct push_body *body,
                                  struct push_answer *answer);
MUST_CHECK enum err push_http_compare(struct push_http *h, const char *path,
                                      const struct push_body *body,
                                      struct push_answer *answer);

/* Reports a fault of the trip at hand, and keeps it for push_http_fault(). Returns
 * ERR_FAILED. */
enum err push_http_fail(struct push_http *h, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The next fault is the server's, or of the way to it, and not the trip's. */
void push_http_blame_server(struct push_http *h);
/* The last fault, "" for none, and whose it was. */
const char *push_http_fault(const struct push_http *h);
bool push_http_is_fault_of_server(const struct push_http *h);
void push_http_forget_fault(struct push_http *h);

#endif
