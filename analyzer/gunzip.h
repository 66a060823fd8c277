/* A file's bytes, unpacked where they are gzip: one member or several, of any size, in
 * the memory of a window. ISA-L unpacks three times as fast as zlib. */
#ifndef LOMSONG_GUNZIP_H
#define LOMSONG_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

struct gunzip;

/* Opens a file; NULL, errno set, where it cannot be. */
struct gunzip *gunzip_open(const char *path);
void gunzip_close(struct gunzip *g);
/* Starts at the beginning again. */
void gunzip_rewind(struct gunzip *g);

/* The next bytes, 0 at the end, -1 where the file cannot be read or is damaged: what
 * stands before the damage has then been given out. Bytes behind the last member that
 * begin no other one are no part of it. */
long gunzip_read(struct gunzip *g, void *buf, size_t size);
/* True where the file is not gzip; known once something has been read. */
bool gunzip_is_plain(const struct gunzip *g);
/* Why gunzip_read() gave -1, translated. */
const char *gunzip_fault(const struct gunzip *g);

#endif
