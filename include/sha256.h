/* SHA-256 of files and buffers as 64 lower-case hex digits. */
#ifndef LOMSONG_SHA256_H
#define LOMSONG_SHA256_H

#include <stddef.h>

#include "err.h"

enum { SHA256_TEXT_SIZE = 65 };

void sha256_buffer(const void *data, size_t size, char hex[SHA256_TEXT_SIZE]);

/* Of bytes that come one after the other. */
struct sha256;
struct sha256 *sha256_begin(void);
void sha256_add(struct sha256 *sum, const void *data, size_t size);
/* The hash of what was added; `sum` is gone then. */
void sha256_end(struct sha256 *sum, char hex[SHA256_TEXT_SIZE]);

/* Streams the file; reports and returns ERR_INPUT where it cannot be read. */
MUST_CHECK enum err sha256_file(const char *path, char hex[SHA256_TEXT_SIZE]);

#endif
