/*
 * epoll, level-triggered. It tells again what is still ready. So the library need not
 * remember what was not consumed, and a reader may wait without an attempt.
 * Edge-triggered would save no call here, because the interest stays set from one wait to
 * the next. Only a descriptor that is ready without use becomes edge-triggered, one by
 * one.
 *
 * A program may close all descriptors, this one, too, and use its number again. So the
 * file has a mark: the signal that it would send if it could.
 */
#define _GNU_SOURCE
#include "compat/poller.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { MARKS = 60, NO_MARK = -1 };

struct gti_poller {
    int epoll; /* -1: none could be made */
    int mark;
    void (*release)(void *);
};

static int open_epoll(gti_poller *poller)
{
    static atomic_uint made;
    poller->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (poller->epoll < 0)
        return -errno;
    int mark = 1 + (int)(atomic_fetch_add(&made, 1) % MARKS);
    bool is_marked = fcntl(poller->epoll, F_SETSIG, mark) == 0;
    poller->mark = is_marked && fcntl(poller->epoll, F_GETSIG) == mark ? mark : NO_MARK;
    return 0;
}

static bool is_ours(const gti_poller *poller)
{
    return poller->mark == NO_MARK || fcntl(poller->epoll, F_GETSIG) == poller->mark;
}

static void close_epoll(gti_poller *poller)
{
    if (poller->epoll >= 0 && is_ours(poller))
        close(poller->epoll);
    poller->epoll = -1;
}

int gti_poller_new(gti_poller **poller, void *(*allocate)(size_t), void (*release)(void *))
{
    gti_poller *made = allocate(sizeof *made);
    if (!made)
        return -ENOMEM;
    made->release = release;
    int error = open_epoll(made);
    if (error) {
        release(made);
        return error;
    }
    *poller = made;
    return 0;
}

void gti_poller_free(gti_poller *poller)
{
    close_epoll(poller);
    poller->release(poller);
}

/*
 * The number stays as it is, or goes up. A lower one might be one that threads wait for,
 * and that the program has closed.
 */
int gti_poller_renew(gti_poller *poller)
{
    int former = poller->epoll;
    close_epoll(poller);
    int error = open_epoll(poller);
    if (error || poller->epoll >= former)
        return error;
    int moved = fcntl(poller->epoll, F_DUPFD_CLOEXEC, former);
    if (moved >= 0) {
        close(poller->epoll);
        poller->epoll = moved;
    }
    return 0;
}

static int control(gti_poller *poller, int operation, int fd, uint32_t epoll_events,
                   uint32_t generation)
{
    struct epoll_event event = {.events = epoll_events,
                                .data.u64 = (uint64_t)generation << 32 | (uint32_t)fd};
    return epoll_ctl(poller->epoll, operation, fd, &event) == 0 ? 0 : -errno;
}

/* The result of changing or removing what was set. The number may be another file's now. */
static int outcome(const gti_poller *poller, int error)
{
    if (error != -ENOENT && error != -EBADF && error != -EPERM && error != -EINVAL)
        return error;
    return is_ours(poller) ? GTI_POLLER_LOST : GTI_POLLER_GONE;
}

static uint32_t epoll_events_of(int events)
{
    return (events & GTI_POLL_READ ? (uint32_t)(EPOLLIN | EPOLLRDHUP) : 0) |
           (events & GTI_POLL_WRITE ? (uint32_t)EPOLLOUT : 0);
}

/* A copy that was put back in its place has been in it all the time. */
static int add(gti_poller *poller, int fd, uint32_t epoll_events, uint32_t generation)
{
    if (!is_ours(poller))
        return GTI_POLLER_GONE;
    int error = control(poller, EPOLL_CTL_ADD, fd, epoll_events, generation);
    return error == -EEXIST ? control(poller, EPOLL_CTL_MOD, fd, epoll_events, generation) : error;
}

int gti_poller_set(gti_poller *poller, int fd, int former, int events, uint32_t generation)
{
    if (!former)
        return events ? add(poller, fd, epoll_events_of(events), generation) : 0;
    int operation = events ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;
    return outcome(poller, control(poller, operation, fd, epoll_events_of(events), generation));
}

int gti_poller_mute(gti_poller *poller, int fd, int events, uint32_t generation)
{
    uint32_t epoll_events = epoll_events_of(events) | (uint32_t)EPOLLET;
    return outcome(poller, control(poller, EPOLL_CTL_MOD, fd, epoll_events, generation));
}

/* The system remembers what it has told. */
void gti_poller_mute_again(gti_poller *poller, int fd)
{
    (void)poller;
    (void)fd;
}

/* Rounded up: a timer that the caller waits for must be due afterwards. */
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

int gti_poller_wait(gti_poller *poller, int64_t timeout_ns, gti_poll_event *events, size_t max)
{
    enum { MOST = 64 };
    struct epoll_event found[MOST];
    int n;
    do
        n = epoll_wait(poller->epoll, found, max < MOST ? (int)max : MOST,
                       milliseconds(timeout_ns));
    while (n < 0 && errno == EINTR && timeout_ns == 0);
    if (n < 0)
        return errno == EINTR ? 0 : GTI_POLLER_GONE;
    for (int i = 0; i < n; i++)
        events[i] = (gti_poll_event){.fd = (int)(uint32_t)found[i].data.u64,
                                     .generation = (uint32_t)(found[i].data.u64 >> 32),
                                     .events = events_of(found[i].events)};
    return n;
}
