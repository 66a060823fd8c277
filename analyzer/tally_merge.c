/* Merging packs by a binary heap. */
#include "tally_merge.h"

#include <stdlib.h>

#include "xmem.h"

/* Two signed numbers as one unsigned that sorts as they do. */
static uint64_t join(int32_t high, int32_t low)
{
    const uint32_t sign = UINT32_C(1) << 31;
    return (uint64_t)((uint32_t)high ^ sign) << 32 | ((uint32_t)low ^ sign);
}

static int32_t part(uint64_t joined, int shift)
{
    return (int32_t)((uint32_t)(joined >> shift) ^ UINT32_C(1) << 31);
}

static struct tally_key key_of(const struct tally_merge_head *h)
{
    return (struct tally_key){.bin_x = part(h->bin, 32),
                              .bin_y = part(h->bin, 0),
                              .mccmnc = (mccmnc_t)(h->visit >> 32),
                              .day = part(h->visit, 0),
                              .tech = h->tech};
}

static bool is_before(const struct tally_merge_head *a, const struct tally_merge_head *b)
{
    return a->bin != b->bin ? a->bin < b->bin : a->visit < b->visit;
}

/* Puts a head where it belongs, from a place on that is free. */
static void sink(struct tally_merge *m, size_t at, struct tally_merge_head head)
{
    for (size_t child; (child = 2 * at + 1) < m->count; at = child) {
        if (child + 1 < m->count && is_before(&m->heads[child + 1], &m->heads[child]))
            child++;
        if (!is_before(&m->heads[child], &head))
            break;
        m->heads[at] = m->heads[child];
    }
    m->heads[at] = head;
}

/* The head of a pack's next cell; false where it has none. */
static bool read_head(struct tally_merge *m, uint32_t pack, struct tally_merge_head *head)
{
    struct tally_key key;
    const int got = tally_unpack_key(&m->unpackers[pack], &key);
    if (got < 0)
        m->is_damaged = true;
    if (got <= 0)
        return false;
    *head = (struct tally_merge_head){
        .bin = join(key.bin_x, key.bin_y),
        .visit = (uint64_t)key.mccmnc << 32 | (uint32_t)join(0, key.day),
        .tech = key.tech,
        .pack = pack,
    };
    return true;
}

void tally_merge_begin(struct tally_merge *m, const struct tally_pack *packs,
                       size_t count)
{
    *m = (struct tally_merge){.unpackers = xcalloc(count + 1, sizeof *m->unpackers),
                              .heads = xcalloc(count + 1, sizeof *m->heads)};
    for (size_t i = 0; i < count; i++) {
        if (!tally_unpack_begin(&m->unpackers[i], &packs[i]))
            m->is_damaged = true;
        else if (read_head(m, (uint32_t)i, &m->heads[m->count]))
            m->count++;
    }
    for (size_t i = m->count / 2; i-- > 0;)
        sink(m, i, m->heads[i]);
}

int tally_merge_next(struct tally_merge *m, struct tally_cell *cell,
                     struct tally_level *levels)
{
    if (m->is_damaged || m->count == 0)
        return m->is_damaged ? -1 : 0;
    struct tally_merge_head head = m->heads[0];
    cell->key = key_of(&head);
    if (!tally_unpack_counts(&m->unpackers[head.pack], cell, levels))
        return -1;
    if (!read_head(m, head.pack, &head))
        head = m->heads[--m->count];
    sink(m, 0, head);
    return 1;
}

void tally_merge_end(struct tally_merge *m)
{
    free(m->unpackers);
    free(m->heads);
    *m = (struct tally_merge){0};
}
