/* What the active tests wait for. */
#include "probe_io.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "lang.h"

enum { READY_MAX = 32 };

static uint64_t pack(struct probe_watch w)
{
    return (uint64_t)w.owner << 48 | (uint64_t)w.index << 32 | (uint32_t)w.fd;
}

static struct probe_watch unpack(uint64_t packed)
{
    return (struct probe_watch){.owner = (enum probe_owner)(packed >> 48),
                                .index = (int)(packed >> 32 & 0xffff),
                                .fd = (int)(uint32_t)packed};
}

enum err probe_io_open(struct probe_io *io)
{
    io->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    io->timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (io->epoll_fd < 0 || io->timer_fd < 0) {
        err_report(_("active tests cannot be waited for: %s"), strerror(errno));
        probe_io_close(io);
        return ERR_FAILED;
    }
    probe_io_watch(io, (struct probe_watch){.owner = PROBE_OF_TIMER, .fd = io->timer_fd},
                   true, false);
    return ERR_OK;
}

void probe_io_close(struct probe_io *io)
{
    if (io->epoll_fd >= 0)
        close(io->epoll_fd);
    if (io->timer_fd >= 0)
        close(io->timer_fd);
    io->epoll_fd = io->timer_fd = -1;
}

void probe_io_watch(struct probe_io *io, struct probe_watch watch, bool read, bool write)
{
    struct epoll_event e = {.data.u64 = pack(watch)};
    e.events = (read ? (uint32_t)EPOLLIN : 0) | (write ? (uint32_t)EPOLLOUT : 0);
    if (e.events == 0)
        (void)epoll_ctl(io->epoll_fd, EPOLL_CTL_DEL, watch.fd, NULL);
    else if (epoll_ctl(io->epoll_fd, EPOLL_CTL_MOD, watch.fd, &e) != 0)
        (void)epoll_ctl(io->epoll_fd, EPOLL_CTL_ADD, watch.fd, &e);
}

void probe_io_alarm(struct probe_io *io, int64_t mono_ms)
{
    struct itimerspec at = {{0, 0}, {0, 0}}; /* of zeros: never */
    if (mono_ms != INT64_MAX) {
        at.it_value.tv_sec = (time_t)(mono_ms / 1000);
        at.it_value.tv_nsec = (long)(mono_ms % 1000) * 1000000 + 1;
    }
    (void)timerfd_settime(io->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
}

int probe_io_ready(struct probe_io *io, struct probe_ready *ready, int max)
{
    struct epoll_event events[READY_MAX];
    const int wanted = max < READY_MAX ? max : READY_MAX;
    const int count = epoll_wait(io->epoll_fd, events, wanted, 0);
    int filled = 0;
    for (int i = 0; i < count; i++) {
        const struct probe_watch watch = unpack(events[i].data.u64);
        const bool failed = (events[i].events & (EPOLLERR | EPOLLHUP)) != 0;
        if (watch.owner == PROBE_OF_TIMER)
            probe_io_alarm(io, INT64_MAX);
        else
            ready[filled++] =
                (struct probe_ready){.watch = watch,
                                     .readable = failed || events[i].events & EPOLLIN,
                                     .writable = failed || events[i].events & EPOLLOUT};
    }
    return filled;
}
