/*
 * Makes the system calls of compat fail in many ways. The library's archive is copied
 * with these calls renamed, so the calls of cases and suite stay as they are. Rejected:
 * to wrap the calls for the whole program, which would change those, too.
 *
 * GREENTHREAD_FAULTS says how:
 *
 *   interrupt  every other call of each kind is interrupted where it may be; the
 *              traces must stay as they are
 *   refuse     three of four transfers are not ready after all
 *   shorten    transfers are of half the size
 *   older      the system lacks what came with later ones; the traces must stay
 *              as they are
 *   count      they work as usual, and work without result ends the process: a wait
 *              finds what no call then consumes, or a call that does not wait finds
 *              nothing, or the poller is told what it knows, each again and again
 *   stolen     the same, and poll finds all ready, as if another had then taken it
 *
 * Without it they work as usual, until a sweep makes the n-th call fail that takes a
 * resource of the system.
 */
#define _GNU_SOURCE
#include "sweep.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static bool interrupts, refuses, shortens, is_older, steals, counts;
static atomic_size_t countdown;
static atomic_bool failed;

static void fail_system_call(size_t nth)
{
    atomic_store(&failed, false);
    atomic_store(&countdown, nth);
}

static bool system_call_failed(void)
{
    return atomic_load(&failed);
}

__attribute__((constructor)) static void begin(void)
{
    static const disturber system_calls = {fail_system_call, system_call_failed};
    const char *how = getenv("GREENTHREAD_FAULTS");
    system_call_disturber = &system_calls;
    interrupts = how && strcmp(how, "interrupt") == 0;
    refuses = how && strcmp(how, "refuse") == 0;
    shortens = how && strcmp(how, "shorten") == 0;
    steals = how && strcmp(how, "stolen") == 0;
    is_older = steals || (how && strcmp(how, "older") == 0);
    counts = how && strcmp(how, "count") == 0;
}

/* Work without result */

enum {
    MOST_IN_VAIN = 64,   /* waits in a row that found something, and no transfer between them */
    MOST_EMPTY = 100000, /* polls in a row that found nothing, and no wait between them */
    MOST_REPEATED = 32,  /* changes of one number that changed nothing */
    NUMBERS = 1024       /* descriptors that are tracked */
};

static atomic_uint in_vain, empty;
static atomic_uint told[NUMBERS], repeated[NUMBERS];

static void complain_if(bool too_many, const char *what)
{
    if (!counts || !too_many)
        return;
    static const char text[] = "work without result: ";
    if (write(2, text, sizeof text - 1) < 0 || write(2, what, strlen(what)) < 0 ||
        write(2, "\n", 1) < 0)
        _exit(1);
    abort();
}

static void count_wait(int found, int timeout)
{
    if (found > 0)
        complain_if(atomic_fetch_add(&in_vain, 1) >= MOST_IN_VAIN, "what is found is not used");
    if (found == 0 && timeout == 0)
        complain_if(atomic_fetch_add(&empty, 1) >= MOST_EMPTY, "the hub never waits");
    else
        atomic_store(&empty, 0);
}

static ssize_t count_transfer(ssize_t n)
{
    if (n >= 0 || errno != EAGAIN)
        atomic_store(&in_vain, 0);
    return n;
}

static void count_change(int operation, int fd, const struct epoll_event *event)
{
    if (fd < 0 || fd >= NUMBERS)
        return;
    unsigned events = operation == EPOLL_CTL_DEL ? 0 : event->events;
    if (atomic_exchange(&told[fd], events) != events || operation != EPOLL_CTL_MOD)
        atomic_store(&repeated[fd], 0);
    else
        complain_if(atomic_fetch_add(&repeated[fd], 1) >= MOST_REPEATED,
                    "the poller is told what it knows");
}

static bool refused(int code)
{
    errno = code;
    return true;
}

/* Counted for each kind of call. */
static bool is_interrupted(atomic_uint *calls)
{
    return interrupts && atomic_fetch_add(calls, 1) % 2 == 0 && refused(EINTR);
}

/*
 * A number that is not a descriptor is never "not ready". The refusals follow no fixed
 * order, so that of two threads that try in turn none is refused each time. There are
 * four in a row at most: after eight times ready and not ready, the hub does not ask
 * again until something happens (IO-10).
 */
static bool is_refused(int fd, atomic_uint in_a_row[])
{
    static atomic_uint calls;
    if (!refuses || fd < 0 || fd >= NUMBERS)
        return false;
    if (atomic_fetch_add(&calls, 1) * 2654435761u >> 30 == 3 ||
        atomic_fetch_add(&in_a_row[fd], 1) >= 4) {
        atomic_store(&in_a_row[fd], 0);
        return false;
    }
    return refused(EAGAIN);
}

static bool fails(int code)
{
    if (atomic_load(&countdown) == 0 || atomic_fetch_sub(&countdown, 1) != 1)
        return false;
    atomic_store(&failed, true);
    return refused(code);
}

static size_t shorter(size_t size)
{
    return shortens ? size - size / 2 : size;
}

/* Transfers */

ssize_t faulty_recv(int fd, void *buffer, size_t size, int flags)
{
    static atomic_uint calls, in_a_row[NUMBERS];
    return is_interrupted(&calls) || is_refused(fd, in_a_row)
               ? -1
               : count_transfer(recv(fd, buffer, shorter(size), flags));
}

ssize_t faulty_send(int fd, const void *buffer, size_t size, int flags)
{
    static atomic_uint calls, in_a_row[NUMBERS];
    return is_interrupted(&calls) || is_refused(fd, in_a_row)
               ? -1
               : count_transfer(send(fd, buffer, shorter(size), flags));
}

ssize_t faulty_read(int fd, void *buffer, size_t size)
{
    static atomic_uint calls;
    return is_interrupted(&calls) ? -1 : count_transfer(read(fd, buffer, shorter(size)));
}

ssize_t faulty_write(int fd, const void *buffer, size_t size)
{
    static atomic_uint calls;
    return is_interrupted(&calls) ? -1 : count_transfer(write(fd, buffer, shorter(size)));
}

/* A read or write that may not wait, after recv or send. No other call is made by number. */
long faulty_syscall(long number, int fd, const struct iovec *parts, long n, long low, long high,
                    long flags)
{
    static atomic_uint calls;
    struct iovec part = {parts->iov_base, shorter(parts->iov_len)};
    if ((is_older && refused(EOPNOTSUPP)) || is_interrupted(&calls))
        return -1;
    return (long)count_transfer((ssize_t)syscall(number, fd, &part, n, low, high, flags));
}

/* Or it finds a connection that has died. */
int faulty_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
    static atomic_uint calls, in_a_row[NUMBERS];
    if (is_interrupted(&calls) && refused(atomic_load(&calls) % 4 == 1 ? EINTR : ECONNABORTED))
        return -1;
    if (is_refused(fd, in_a_row) || fails(EMFILE))
        return -1;
    return (int)count_transfer(accept4(fd, address, length, flags));
}

/* An interrupted connection goes on by itself. That of a UNIX socket has not begun to. */
int faulty_connect(int fd, const struct sockaddr *address, socklen_t length)
{
    static atomic_uint calls;
    if (fails(ENETUNREACH))
        return -1;
    int result = connect(fd, address, length);
    bool goes_on = address->sa_family != AF_UNIX && address->sa_family != AF_UNSPEC;
    if (goes_on && (result == 0 || errno == EINPROGRESS) && is_interrupted(&calls))
        return -1;
    return result;
}

/* Readiness */

int faulty_poll(struct pollfd *fds, nfds_t n, int timeout)
{
    static atomic_uint calls;
    if (is_interrupted(&calls))
        return -1;
    int found = poll(fds, n, timeout);
    if (!steals || n != 1 || found != 0)
        return found;
    fds->revents = fds->events;
    return fds->events != 0;
}

int faulty_epoll_wait(int epoll, struct epoll_event *events, int max, int timeout)
{
    static atomic_uint calls;
    if (is_interrupted(&calls))
        return -1;
    int found = epoll_wait(epoll, events, max, timeout);
    int code = errno;
    count_wait(found, timeout);
    errno = code;
    return found;
}

int faulty_epoll_create1(int flags)
{
    return fails(EMFILE) ? -1 : epoll_create1(flags);
}

/* To take a descriptor out cannot fail. */
int faulty_epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
    if (operation != EPOLL_CTL_DEL && fails(ENOSPC))
        return -1;
    count_change(operation, fd, event);
    return epoll_ctl(epoll, operation, fd, event);
}

/* Other descriptors */

/* An interrupted close has closed. */
int faulty_close(int fd)
{
    static atomic_uint calls;
    int result = close(fd);
    return result == 0 && is_interrupted(&calls) ? -1 : result;
}

/* Only for files that exist already. */
int faulty_open(const char *path, int flags)
{
    return fails(EMFILE) ? -1 : open(path, flags);
}

int faulty_pipe2(int ends[2], int flags)
{
    return fails(EMFILE) ? -1 : pipe2(ends, flags);
}

int faulty_sigaction(int signum, const struct sigaction *action, struct sigaction *former)
{
    return former && fails(EINVAL) ? -1 : sigaction(signum, action, former);
}

int faulty_timer_create(clockid_t clock, struct sigevent *event, timer_t *timer)
{
    return fails(EAGAIN) ? -1 : timer_create(clock, event, timer);
}

/* Memory, threads, time */

void *faulty_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    return fails(ENOMEM) ? MAP_FAILED : mmap(address, size, protection, flags, fd, offset);
}

int faulty_madvise(void *address, size_t size, int advice)
{
    return fails(EINVAL) ? -1 : madvise(address, size, advice);
}

int faulty_mprotect(void *address, size_t size, int protection)
{
    return fails(ENOMEM) ? -1 : mprotect(address, size, protection);
}

int faulty_thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
    return fails(EAGAIN) ? thrd_error : thrd_create(thread, function, argument);
}

int faulty_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*function)(void *), void *argument)
{
    return fails(EAGAIN) ? EAGAIN : pthread_create(thread, attributes, function, argument);
}

int faulty_nanosleep(const struct timespec *duration, struct timespec *left)
{
    static atomic_uint calls;
    return is_interrupted(&calls) ? -1 : nanosleep(duration, left);
}
