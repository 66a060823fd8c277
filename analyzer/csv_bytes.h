/* Bytes of a line, 8 and 16 at a time: what csv_fast.c looks at text through. A line has
 * IMPORT_PIECE_BEHIND bytes behind it to read. */
#ifndef LOMSONG_CSV_BYTES_H
#define LOMSONG_CSV_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK_SIZE = 16 };

/* What is left to read of a field. */
struct cursor {
    const char *at, *end;
};

static inline bool at_end(const struct cursor *c)
{
    return c->at == c->end;
}

/* Eight bytes at once, the first one lowest. */
static inline uint64_t eight_bytes(const char *at)
{
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return le64toh(bytes);
}

/* A field of 1 to 16 bytes, none of them NUL, filled up with NULs: two are the same where
 * their words are. */
struct short_text {
    uint64_t low, high;
};

static inline bool is_short(const struct cursor *c)
{
    return (size_t)(c->end - c->at) - 1 < BLOCK_SIZE;
}

static inline struct short_text short_text(const struct cursor *c)
{
    const size_t bits = 8 * (size_t)(c->end - c->at);
    if (bits <= 64)
        return (struct short_text){.low =
                                       eight_bytes(c->at) << (64 - bits) >> (64 - bits)};
    return (struct short_text){.low = eight_bytes(c->at),
                               .high = eight_bytes(c->end - 8) >> (128 - bits)};
}

static inline bool same_text(struct short_text a, struct short_text b)
{
    return a.low == b.low && a.high == b.high;
}

/* The first of the bits that are set. */
static inline unsigned first_of(unsigned bits)
{
    return (unsigned)__builtin_ctz(bits);
}

/* Which of 16 bytes are a delimiter, end a line, or are more than text; the first one
 * lowest. */
struct block {
    unsigned delims, ends, odd;
};

static inline struct block look_at_block(const char *at, char delim)
{
#ifdef __SSE2__
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    const __m128i delims = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(delim));
    const __m128i ends = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
    const __m128i odd =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                  _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'))),
                     _mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
    return (struct block){(unsigned)_mm_movemask_epi8(delims),
                          (unsigned)_mm_movemask_epi8(ends),
                          (unsigned)_mm_movemask_epi8(odd)};
#else
    struct block b = {0};
    for (unsigned i = 0; i < BLOCK_SIZE; i++) {
        b.delims |= (unsigned)(at[i] == delim) << i;
        b.ends |= (unsigned)(at[i] == '\n') << i;
        b.odd |= (unsigned)(at[i] == '"' || at[i] == '\r' || at[i] == '\0') << i;
    }
    return b;
#endif
}

/* How many bytes two texts begin with that are the same, `enough` at most. */
static inline size_t same_bytes(const char *a, const char *b, size_t enough)
{
    for (size_t at = 0; at < enough; at += BLOCK_SIZE) {
#ifdef __SSE2__
        const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(a + at));
        const __m128i y = _mm_loadu_si128((const __m128i *)(const void *)(b + at));
        const unsigned other = 0xffff ^ (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y));
#else
        unsigned other = 0;
        for (unsigned i = 0; i < BLOCK_SIZE; i++)
            other |= (unsigned)(a[at + i] != b[at + i]) << i;
#endif
        if (other) {
            const size_t same = at + first_of(other);
            return same < enough ? same : enough;
        }
    }
    return enough;
}

#endif
