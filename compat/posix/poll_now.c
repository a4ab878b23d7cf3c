/*
 * One descriptor, now.
 */
#define _POSIX_C_SOURCE 200809L
#include "compat/poller.h"
#include <errno.h>
#include <poll.h>

int gti_poll_now(int fd, int events)
{
    struct pollfd one = {.fd = fd};
    if (fd < 0)
        return -EBADF;
    if (events & GTI_POLL_READ)
        one.events |= POLLIN;
    if (events & GTI_POLL_WRITE)
        one.events |= POLLOUT;
    int n;
    do
        n = poll(&one, 1, 0);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    if (one.revents & POLLNVAL)
        return -EBADF;
    if (one.revents & (POLLERR | POLLHUP))
        return events;
    return (one.revents & POLLIN ? GTI_POLL_READ : 0) |
           (one.revents & POLLOUT ? GTI_POLL_WRITE : 0);
}
