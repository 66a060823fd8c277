/* The hashes of a table's rows in blocks, for the seal: blocks can be hashed by several
 * processors, in any order. Not for modules outside the trip log. */
#ifndef LOMSONG_TRIPLOG_BLOCKS_H
#define LOMSONG_TRIPLOG_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows with the same floor(key / 256), one after the other, are a block; it is hashed as
 * the values of its rows in order of columns: 'N', or 'I' or 'R' and 8 bytes, or 'T' or
 * 'B', the size as 4 bytes, and the bytes; numbers big endian. */
enum { TRIPLOG_BLOCK_KEYS = 256, TRIPLOG_DIGEST_SIZE = 32 };

struct triplog_blocks;
struct triplog_blocks *triplog_blocks_new(void);
void triplog_blocks_free(struct triplog_blocks *b);

/* A row begins; its values follow. */
void triplog_blocks_row(struct triplog_blocks *b, int64_t key);
void triplog_blocks_value(struct triplog_blocks *b, char type, const void *data,
                          size_t size);
void triplog_blocks_null(struct triplog_blocks *b);
void triplog_blocks_number(struct triplog_blocks *b, char type, uint64_t bits);
/* Room for the values of the row that has begun, as they are hashed, to be written by the
 * caller; at most TRIPLOG_ROOM_MAX bytes. */
enum { TRIPLOG_ROOM_MAX = 1 << 17 };
uint8_t *triplog_blocks_room(struct triplog_blocks *b, size_t size);
/* The SHA-256 of all blocks so far, one after the other, which ends the last of them;
 * NULL where hashing failed. `size` is that of all together. */
const uint8_t *triplog_blocks_digests(struct triplog_blocks *b, size_t *size);

#endif
