/*
 * Transfers that do not block, on descriptors whose mode is not ours to
 * change: it is shared with whoever else has the file. Sockets take the wish
 * with each call. Of other files it is asked first whether they are ready; a
 * pipe that can be written to takes PIPE_BUF bytes without blocking.
 */
#define _GNU_SOURCE /* accept4 */
#include "compat/io.h"
#include "compat/poller.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef PIPE_BUF
#define PIPE_BUF 512
#endif

/* What a call of the system came to; -EINTR: make it again. */
static ssize_t outcome(ssize_t n)
{
    if (n >= 0)
        return n;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        return GTI_WOULD_BLOCK;
    return -errno;
}

/* 0: ready; else what the transfer comes to. */
static ssize_t not_ready(int fd, int event)
{
    int ready = gti_poll_now(fd, event);
    if (ready > 0)
        return 0;
    return ready < 0 ? ready : GTI_WOULD_BLOCK;
}

static ssize_t read_file(int fd, void *buffer, size_t size)
{
    ssize_t error = not_ready(fd, GTI_POLL_READ);
    return error ? error : outcome(read(fd, buffer, size));
}

static ssize_t write_file(int fd, const void *buffer, size_t size)
{
    ssize_t error = not_ready(fd, GTI_POLL_WRITE);
    return error ? error : outcome(write(fd, buffer, size < PIPE_BUF ? size : PIPE_BUF));
}

bool gti_os_is_stream(int fd)
{
    int type = 0;
    socklen_t length = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM;
}

ssize_t gti_os_read(int fd, void *buffer, size_t size)
{
    ssize_t n;
    do {
        n = outcome(recv(fd, buffer, size, MSG_DONTWAIT));
        if (n == -ENOTSOCK)
            n = read_file(fd, buffer, size);
    } while (n == -EINTR);
    return n;
}

ssize_t gti_os_write(int fd, const void *buffer, size_t size)
{
    ssize_t n;
    do {
        n = outcome(send(fd, buffer, size, MSG_DONTWAIT | MSG_NOSIGNAL));
        if (n == -ENOTSOCK)
            n = write_file(fd, buffer, size);
    } while (n == -EINTR);
    return n;
}

/*
 * Asks first, because a listening socket in blocking mode would block. If
 * another process takes the connection in between, the call waits for the
 * next: listening sockets that processes share should be in non-blocking mode.
 */
int gti_os_accept(int fd, struct sockaddr *address, socklen_t *length)
{
    for (;;) {
        ssize_t error = not_ready(fd, GTI_POLL_READ);
        if (error)
            return (int)error;
        int accepted = (int)outcome(accept4(fd, address, length, SOCK_CLOEXEC));
        if (accepted != -EINTR && accepted != -ECONNABORTED)
            return accepted;
    }
}

int gti_os_connect(int fd, const struct sockaddr *address, socklen_t length)
{
    int mode = fcntl(fd, F_GETFL);
    if (mode < 0)
        return -errno;
    if (!(mode & O_NONBLOCK))
        fcntl(fd, F_SETFL, mode | O_NONBLOCK);
    int error = connect(fd, address, length) == 0 ? 0 : -errno;
    if (!(mode & O_NONBLOCK))
        fcntl(fd, F_SETFL, mode);
    return error == -EINPROGRESS || error == -EINTR ? GTI_WOULD_BLOCK : error;
}

int gti_os_connected(int fd)
{
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
        return -errno;
    return -error;
}

/* An interrupted close has closed. */
int gti_os_close(int fd)
{
    return close(fd) == 0 || errno == EINTR ? 0 : -errno;
}
