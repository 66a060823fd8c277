/* Blocks of rows and their SHA-256. */
#include "triplog_blocks.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "xmem.h"

enum {
    BUFFER_SIZE = TRIPLOG_ROOM_MAX,
    FULL = 1 << 15, /* enough for one call of the hash */
};

struct triplog_blocks {
    EVP_MD_CTX *hash;
    bool is_open; /* a block has begun */
    bool failed;
    int64_t number; /* of the block */
    size_t used;
    uint8_t *digests;
    size_t count, capacity;
    uint8_t buffer[BUFFER_SIZE];
};

struct triplog_blocks *triplog_blocks_new(void)
{
    struct triplog_blocks *b = xmalloc(sizeof *b);
    memset(b, 0, offsetof(struct triplog_blocks, buffer));
    b->hash = EVP_MD_CTX_new();
    b->failed = !b->hash;
    return b;
}

void triplog_blocks_free(struct triplog_blocks *b)
{
    if (!b)
        return;
    EVP_MD_CTX_free(b->hash);
    free(b->digests);
    free(b);
}

static void flush(struct triplog_blocks *b)
{
    if (!b->failed && EVP_DigestUpdate(b->hash, b->buffer, b->used) != 1)
        b->failed = true;
    b->used = 0;
}

static void put(struct triplog_blocks *b, const void *data, size_t size)
{
    if (size > BUFFER_SIZE - b->used)
        flush(b);
    if (size > BUFFER_SIZE) {
        if (!b->failed && EVP_DigestUpdate(b->hash, data, size) != 1)
            b->failed = true;
        return;
    }
    memcpy(b->buffer + b->used, data, size);
    b->used += size;
}

static void end_block(struct triplog_blocks *b)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!b->is_open)
        return;
    b->is_open = false;
    flush(b);
    if (!b->failed && EVP_DigestFinal_ex(b->hash, digest, &size) != 1)
        b->failed = true;
    if (b->failed || size != TRIPLOG_DIGEST_SIZE)
        return;
    b->digests = xgrow(b->digests, b->count, &b->capacity, TRIPLOG_DIGEST_SIZE);
    memcpy(b->digests + TRIPLOG_DIGEST_SIZE * b->count++, digest, TRIPLOG_DIGEST_SIZE);
}

static int64_t block_of(int64_t key)
{
    const int64_t within = key % TRIPLOG_BLOCK_KEYS;
    return key / TRIPLOG_BLOCK_KEYS - (within < 0);
}

void triplog_blocks_row(struct triplog_blocks *b, int64_t key)
{
    const int64_t number = block_of(key);
    if (b->is_open && b->number == number)
        return;
    end_block(b);
    b->is_open = true;
    b->number = number;
    if (!b->failed && EVP_DigestInit_ex(b->hash, EVP_sha256(), NULL) != 1)
        b->failed = true;
}

static void put_big_endian(uint8_t *to, uint64_t value, int size)
{
    for (int i = 0; i < size; i++)
        to[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

void triplog_blocks_value(struct triplog_blocks *b, char type, const void *data,
                          size_t size)
{
    uint8_t head[5] = {(uint8_t)type};
    put_big_endian(head + 1, size, 4);
    put(b, head, sizeof head);
    put(b, data, size);
}

void triplog_blocks_null(struct triplog_blocks *b)
{
    put(b, "N", 1);
}

void triplog_blocks_number(struct triplog_blocks *b, char type, uint64_t bits)
{
    uint8_t bytes[9] = {(uint8_t)type};
    put_big_endian(bytes + 1, bits, 8);
    put(b, bytes, sizeof bytes);
}

uint8_t *triplog_blocks_room(struct triplog_blocks *b, size_t size)
{
    if (b->used > FULL || size > BUFFER_SIZE - b->used)
        flush(b);
    uint8_t *room = b->buffer + b->used;
    b->used += size;
    return room;
}

const uint8_t *triplog_blocks_digests(struct triplog_blocks *b, size_t *size)
{
    static const uint8_t none[1];
    end_block(b);
    *size = TRIPLOG_DIGEST_SIZE * b->count;
    if (b->failed)
        return NULL;
    return b->count > 0 ? b->digests : none;
}
