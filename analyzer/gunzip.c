/* Unpacking by ISA-L. Its state asks for input, gives output and goes on where it was;
 * what is ours is the way from one member to the next, and plain files. */
#include "gunzip.h"

#include <errno.h>
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lang.h"
#include "xmem.h"

enum { INPUT_SIZE = 1 << 17 };

enum stage {
    AT_START,  /* nothing read yet */
    PLAIN,     /* the bytes are handed on as they are */
    IN_MEMBER, /* or in its head */
    AT_END,
    BROKEN,
};

struct gunzip {
    int fd;
    enum stage stage;
    bool dry; /* the file has no more input */
    const char *fault;
    struct inflate_state inflate; /* with the input that has not been used */
    uint8_t input[INPUT_SIZE];
};

struct gunzip *gunzip_open(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    struct gunzip *g = xmalloc(sizeof *g);
    g->fd = fd;
    gunzip_rewind(g);
    return g;
}

void gunzip_close(struct gunzip *g)
{
    if (!g)
        return;
    close(g->fd);
    free(g);
}

void gunzip_rewind(struct gunzip *g)
{
    g->stage = AT_START;
    g->dry = false;
    g->fault = "";
    isal_inflate_init(&g->inflate);
    g->inflate.avail_in = 0;
    if (lseek(g->fd, 0, SEEK_SET) < 0) {
        g->stage = BROKEN;
        g->fault = strerror(errno);
    }
}

static long broken(struct gunzip *g, const char *fault)
{
    g->stage = BROKEN;
    g->fault = fault;
    return -1;
}

static long read_file(struct gunzip *g, void *buf, size_t size)
{
    ssize_t n;
    do
        n = read(g->fd, buf, size);
    while (n < 0 && errno == EINTR);
    return n < 0 ? broken(g, strerror(errno)) : n;
}

/* Brings the unused input up to `wanted` bytes, or to the end of the file; false where
 * that cannot be read. */
static bool fill(struct gunzip *g, size_t wanted)
{
    struct inflate_state *s = &g->inflate;
    if (s->avail_in > 0)
        memmove(g->input, s->next_in, s->avail_in);
    s->next_in = g->input;
    while (s->avail_in < wanted && !g->dry) {
        const long n = read_file(g, g->input + s->avail_in, INPUT_SIZE - s->avail_in);
        if (n < 0)
            return false;
        g->dry = n == 0;
        s->avail_in += (uint32_t)n;
    }
    return true;
}

/* A member begins, or else: all is plain, or all has been read. */
static bool look(struct gunzip *g, enum stage otherwise)
{
    struct inflate_state *s = &g->inflate;
    if (!fill(g, 2))
        return false;
    const bool is_member =
        s->avail_in >= 2 && s->next_in[0] == 0x1f && s->next_in[1] == 0x8b;
    g->stage = is_member ? IN_MEMBER : otherwise;
    if (is_member) {
        isal_inflate_reset(s);
        s->crc_flag = ISAL_GZIP; /* its head is read, its length and CRC are checked */
    }
    return true;
}

static long read_plain(struct gunzip *g, void *buf, size_t size)
{
    struct inflate_state *s = &g->inflate;
    if (s->avail_in == 0)
        return read_file(g, buf, size);
    const size_t n = size < s->avail_in ? size : s->avail_in;
    memcpy(buf, s->next_in, n);
    s->next_in += n;
    s->avail_in -= (uint32_t)n;
    return (long)n;
}

/* Some of a member, 0 at its end. */
static long read_member(struct gunzip *g, void *buf, size_t size)
{
    struct inflate_state *s = &g->inflate;
    s->next_out = buf;
    s->avail_out = (uint32_t)size;
    while (s->avail_out == size && s->block_state != ISAL_BLOCK_FINISH) {
        const uint32_t before = s->avail_in;
        const int code = isal_inflate(s);
        if (code < 0) {
            (void)broken(g, code == ISAL_INCORRECT_CHECKSUM ? _("wrong checksum")
                                                            : _("invalid data"));
            break;
        }
        if (s->avail_out < size || s->block_state == ISAL_BLOCK_FINISH)
            break;
        if (s->avail_in == before && g->dry)
            return broken(g, _("unexpected end of file"));
        if ((s->avail_in == before || s->avail_in == 0) &&
            !fill(g, (size_t)s->avail_in + 1))
            return -1;
    }
    const long n = (long)(size - s->avail_out);
    return n == 0 && g->stage == BROKEN ? -1 : n;
}

long gunzip_read(struct gunzip *g, void *buf, size_t size)
{
    enum { MOST = 1 << 30 };
    const size_t room = size < MOST ? size : MOST;
    if (g->stage == AT_START && !look(g, PLAIN))
        return -1;
    if (g->stage == PLAIN)
        return read_plain(g, buf, room);
    while (g->stage == IN_MEMBER && room > 0) {
        const long n = read_member(g, buf, room);
        if (n != 0)
            return n;
        if (!look(g, AT_END))
            return -1;
    }
    return g->stage == BROKEN ? -1 : 0;
}

bool gunzip_is_plain(const struct gunzip *g)
{
    return g->stage == PLAIN;
}

const char *gunzip_fault(const struct gunzip *g)
{
    return g->fault;
}
