/*
 * epoll, level-triggered: what is still ready is told again, so nobody has to
 * remember what was not consumed, and a reader may wait without a try.
 * Edge-triggered would save no call here: the interest stays set from one wait
 * to the next.
 */
#define _GNU_SOURCE
#include "compat/poller.h"
#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <unistd.h>

struct gti_poller {
    int epoll;
    void (*release)(void *);
};

int gti_poller_new(gti_poller **poller, void *(*allocate)(size_t), void (*release)(void *))
{
    gti_poller *made = allocate(sizeof *made);
    if (!made)
        return -ENOMEM;
    made->release = release;
    made->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (made->epoll < 0) {
        int error = -errno;
        release(made);
        return error;
    }
    *poller = made;
    return 0;
}

void gti_poller_free(gti_poller *poller)
{
    close(poller->epoll);
    poller->release(poller);
}

/*
 * Who closed a descriptor behind our back has taken it out of epoll too, and
 * one that was duplicated is still in: add and modify stand in for each other.
 */
int gti_poller_set(gti_poller *poller, int fd, int events, uint32_t generation)
{
    struct epoll_event event = {.data.u64 = (uint64_t)generation << 32 | (uint32_t)fd};
    if (events & GTI_POLL_READ)
        event.events |= EPOLLIN | EPOLLRDHUP;
    if (events & GTI_POLL_WRITE)
        event.events |= EPOLLOUT;
    if (!events) {
        epoll_ctl(poller->epoll, EPOLL_CTL_DEL, fd, &event);
        return 0;
    }
    if (epoll_ctl(poller->epoll, EPOLL_CTL_MOD, fd, &event) == 0)
        return 0;
    if (errno != ENOENT)
        return -errno;
    return epoll_ctl(poller->epoll, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

/* Rounded up: a timer that is waited for here must be due afterwards. */
static int milliseconds(int64_t timeout_ns)
{
    if (timeout_ns == INT64_MAX)
        return -1;
    int64_t rounded = timeout_ns / 1000000 + (timeout_ns % 1000000 != 0);
    return rounded > INT_MAX ? INT_MAX : (int)rounded;
}

static int events_of(uint32_t epoll_events)
{
    int events = 0;
    if (epoll_events & (EPOLLIN | EPOLLRDHUP))
        events |= GTI_POLL_READ;
    if (epoll_events & EPOLLOUT)
        events |= GTI_POLL_WRITE;
    if (epoll_events & (EPOLLERR | EPOLLHUP))
        events = GTI_POLL_READ | GTI_POLL_WRITE;
    return events;
}

size_t gti_poller_wait(gti_poller *poller, int64_t timeout_ns, gti_poll_event *events, size_t max)
{
    enum { MOST = 64 };
    struct epoll_event found[MOST];
    int n;
    do
        n = epoll_wait(poller->epoll, found, max < MOST ? (int)max : MOST,
                       milliseconds(timeout_ns));
    while (n < 0 && errno == EINTR && timeout_ns == 0);
    for (int i = 0; i < n; i++)
        events[i] = (gti_poll_event){.fd = (int)(uint32_t)found[i].data.u64,
                                     .generation = (uint32_t)(found[i].data.u64 >> 32),
                                     .events = events_of(found[i].events)};
    return n < 0 ? 0 : (size_t)n;
}
