/* SHA-256 of files and buffers as 64 lower-case hex digits. */
#ifndef LOMSONG_SHA256_H
#define LOMSONG_SHA256_H

#include <stddef.h>

#include "err.h"

enum { SHA256_TEXT_SIZE = 65 };

void sha256_buffer(const void *data, size_t size, char hex[SHA256_TEXT_SIZE]);

/* Streams the file; reports and returns ERR_INPUT where it cannot be read. */
MUST_CHECK enum err sha256_file(const char *path, char hex[SHA256_TEXT_SIZE]);

#endif
