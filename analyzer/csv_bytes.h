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

/* Eight bytes at once, the first one lowest. */
static inline uint64_t eight_bytes(const char *at)
{
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return le64toh(bytes);
}

/* The first of the bits that are set. */
static inline unsigned first_of(unsigned bits)
{
    return (unsigned)__builtin_ctz(bits);
}

/* Which of 16 bytes are the same as those; the first one lowest. */
static inline unsigned same_in_block(const char *a, const char *b)
{
#ifdef __SSE2__
    const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)a);
    const __m128i y = _mm_loadu_si128((const __m128i *)(const void *)b);
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y));
#else
    unsigned bits = 0;
    for (unsigned i = 0; i < BLOCK_SIZE; i++)
        bits |= (unsigned)(a[i] == b[i]) << i;
    return bits;
#endif
}

/* Which of 16 bytes end a plain field: a delimiter, a control character of those that
 * NUL, LF and CR are among, or a quote, which none holds; the first one lowest. */
static inline unsigned ends_in_block(const char *at, char delim)
{
#ifdef __SSE2__
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    const __m128i delims = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(delim));
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i controls =
        _mm_cmpeq_epi8(bytes, _mm_min_epu8(bytes, _mm_set1_epi8('\r')));
    return (unsigned)_mm_movemask_epi8(
        _mm_or_si128(_mm_or_si128(delims, quotes), controls));
#else
    unsigned bits = 0;
    for (unsigned i = 0; i < BLOCK_SIZE; i++)
        bits |= (unsigned)(at[i] == delim || at[i] == '"' || (unsigned char)at[i] <= '\r')
                << i;
    return bits;
#endif
}

/* Where the field ends that begins here. */
static inline const char *field_end(const char *at, char delim)
{
    unsigned ends;
    while ((ends = ends_in_block(at, delim)) == 0)
        at += BLOCK_SIZE;
    return at + first_of(ends);
}

/* A field that has been read before, with the byte that ended it, so that what begins
 * with it and goes on is another. */
struct known_field {
    char bytes[2 * BLOCK_SIZE];
    size_t
        len; /* without its end; of what does not fit no field is known to be the same */
};

enum { KNOWN_NONE = 2 * BLOCK_SIZE };

static inline bool is_known(const struct known_field *k, const char *at)
{
    const unsigned same = first_of(~same_in_block(k->bytes, at));
    if (same < BLOCK_SIZE)
        return same > k->len;
    return k->len < BLOCK_SIZE ||
           BLOCK_SIZE + first_of(~same_in_block(k->bytes + BLOCK_SIZE, at + BLOCK_SIZE)) >
               k->len;
}

static inline void know_field(struct known_field *k, const char *at, size_t len)
{
    memcpy(k->bytes, at, sizeof k->bytes);
    k->len = len;
}

#endif
