/*
 * Transfers that do not sleep, on descriptors whose mode is not ours to change: others
 * may have the same file, in other processes, too. The call itself says whether it can be
 * done, and what is wrong with it. The library asks for readiness only where the call
 * would have to be interrupted. See "Descriptors" in docs/design.md.
 */
#define _GNU_SOURCE /* accept4 */
#include "compat/io.h"
#include "compat/poller.h"
#include "compat/posix/attempt.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef PIPE_BUF
#define PIPE_BUF 512
#endif
#ifndef POLLRDHUP
#define POLLRDHUP 0
#endif

/* The result of a system call. -EINTR: make the call again. */
static ssize_t outcome(ssize_t n)
{
    if (n >= 0)
        return n;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        return GTI_WOULD_BLOCK;
    return -errno;
}

/* A call for no bytes ends at once, and one for too many is refused at once, ready or not. */
static bool is_some(size_t size)
{
    return size > 0 && size <= SSIZE_MAX;
}

/* Returns 0 if it is ready, or else the result of the transfer. */
static ssize_t not_ready(int fd, int event)
{
    int ready = gti_poll_now(fd, event);
    if (ready > 0)
        return 0;
    return ready < 0 ? ready : GTI_WOULD_BLOCK;
}

/*
 * Makes a call that might sleep, because another process may take first what was ready.
 * GTI_NO_WAY: there are no alarms, and the call was not made.
 */
static ssize_t end_by_alarm(ssize_t (*make_once)(const void *call), const void *call)
{
    gti_alarm alarm;
    ssize_t n = gti_alarm_set(&alarm);
    if (n)
        return n;
    do
        n = make_once(call);
    while (n == -EINTR && !gti_alarm_rang(&alarm));
    gti_alarm_end(&alarm);
    return n == -EINTR ? GTI_WOULD_BLOCK : n;
}

/* Files */

static ssize_t make_once(const void *argument)
{
    const gti_file_call *call = argument;
    return outcome(call->is_write ? write(call->fd, call->out, call->size)
                                  : read(call->fd, call->in, call->size));
}

static ssize_t make(const gti_file_call *call)
{
    ssize_t n;
    do
        n = make_once(call);
    while (n == -EINTR);
    return n;
}

/* Only readiness can be known. A file that is ready should take PIPE_BUF bytes. */
static ssize_t make_unguarded(gti_file_call call)
{
    if (call.is_write && call.size > PIPE_BUF && is_some(call.size))
        call.size = PIPE_BUF;
    ssize_t error =
        is_some(call.size) ? not_ready(call.fd, call.is_write ? GTI_POLL_WRITE : GTI_POLL_READ) : 0;
    return error ? error : make(&call);
}

static ssize_t make_under_alarm(const gti_file_call *call)
{
    ssize_t n = end_by_alarm(make_once, call);
    return n == GTI_NO_WAY ? make_unguarded(*call) : n;
}

/* If the other end has gone, to open the file again does not bring it back. */
static bool is_hung_up(int fd)
{
    struct pollfd one = {.fd = fd};
    return poll(&one, 1, 0) > 0;
}

static ssize_t make_on_copy(gti_file_call call, int copy)
{
    call.fd = copy;
    ssize_t n = make(&call);
    close(copy);
    return n;
}

/*
 * Ready pipes and devices. What is not a file (an eventfd, an inotify) can refuse a size
 * whether it is ready or not, so there the call comes first.
 */
static ssize_t make_in_blocking_mode(const gti_file_call *call, int mode, const struct stat *status)
{
    if ((S_ISCHR(status->st_mode) || S_ISFIFO(status->st_mode)) && is_some(call->size)) {
        ssize_t error = not_ready(call->fd, call->is_write ? GTI_POLL_WRITE : GTI_POLL_READ);
        if (error)
            return error;
        int copy = is_hung_up(call->fd) ? -1 : gti_reopen(call->fd, mode, status);
        if (copy >= 0)
            return make_on_copy(*call, copy);
    }
    return make_under_alarm(call);
}

static bool may_not(const gti_file_call *call, int mode)
{
    return (mode & O_ACCMODE) == (call->is_write ? O_RDONLY : O_WRONLY);
}

/* May wait for a disk, but never for a peer. Directories and links only refuse. */
static bool never_sleeps(const gti_file_call *call, const struct stat *status)
{
    mode_t kind = status->st_mode;
    if (gti_is_always_ready(status) || S_ISREG(kind) || S_ISDIR(kind) || S_ISBLK(kind) ||
        S_ISLNK(kind))
        return true;
    return call->size == 0 && (S_ISFIFO(kind) || S_ISSOCK(kind));
}

/* A driver may refuse for another reason than that it has nothing. Then another way is taken. */
static bool refuses_though_ready(const gti_file_call *call, const struct stat *status)
{
    return S_ISCHR(status->st_mode) &&
           not_ready(call->fd, call->is_write ? GTI_POLL_WRITE : GTI_POLL_READ) == 0;
}

static ssize_t transfer_file(const gti_file_call *call)
{
    struct stat status;
    if (fstat(call->fd, &status) != 0)
        return -errno;
    if (never_sleeps(call, &status))
        return make(call);
    ssize_t n = gti_nowait(call);
    if (n == GTI_WOULD_BLOCK && refuses_though_ready(call, &status))
        n = GTI_NO_WAY;
    if (n != GTI_NO_WAY)
        return n;
    int mode = fcntl(call->fd, F_GETFL);
    if (mode < 0)
        return -errno;
    if (mode & O_NONBLOCK || may_not(call, mode))
        return make(call);
    return make_in_blocking_mode(call, mode, &status);
}

/* Sockets */

bool gti_os_is_stream(int fd)
{
    int type = 0;
    socklen_t length = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM;
}

/* A read of 0 bytes takes nothing, not even a message. A receive of 0 bytes takes a message. */
ssize_t gti_os_read(int fd, void *buffer, size_t size)
{
    ssize_t n = -ENOTSOCK;
    if (is_some(size)) {
        do
            n = outcome(recv(fd, buffer, size, MSG_DONTWAIT));
        while (n == -EINTR);
    }
    if (n != -ENOTSOCK)
        return n;
    return transfer_file(&(gti_file_call){.fd = fd, .in = buffer, .size = size});
}

/* A send of 0 bytes sends an empty message where there are messages, as write does. */
ssize_t gti_os_write(int fd, const void *buffer, size_t size)
{
    ssize_t n = -ENOTSOCK;
    if (size <= SSIZE_MAX) {
        do
            n = outcome(send(fd, buffer, size, MSG_DONTWAIT | MSG_NOSIGNAL));
        while (n == -EINTR);
    }
    if (n != -ENOTSOCK)
        return n;
    return transfer_file(&(gti_file_call){.fd = fd, .is_write = true, .out = buffer, .size = size});
}

static int socket_option(int fd, int option)
{
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

/* Where there are messages, an empty one is not the end. A hang-up with nothing left is the end. */
bool gti_os_has_ended(int fd)
{
    int type = socket_option(fd, SO_TYPE), left = 0;
    if (type < 0 || type == SOCK_STREAM)
        return true;
    struct pollfd one = {.fd = fd, .events = POLLRDHUP};
    return poll(&one, 1, 0) > 0 && one.revents & (POLLRDHUP | POLLHUP) &&
           (ioctl(fd, FIONREAD, &left) != 0 || left == 0);
}

#ifndef ENONET
#define ENONET EHOSTUNREACH
#endif

/* The error of a connection that has died in the queue. The next connection may be better. */
static bool is_the_connections(ssize_t error)
{
    static const int codes[] = {ECONNABORTED, EPROTO,       ENETDOWN,    ENOPROTOOPT,
                                EHOSTDOWN,    EHOSTUNREACH, ENETUNREACH, ENONET};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (error == -codes[i])
            return true;
    return false;
}

typedef struct accept_call {
    int fd;
    struct sockaddr *address;
    socklen_t *length;
} accept_call;

static ssize_t accept_once(const void *argument)
{
    const accept_call *call = argument;
    return outcome(accept4(call->fd, call->address, call->length, SOCK_CLOEXEC));
}

/*
 * It asks for readiness where the socket can accept. Where it cannot, the call says so at
 * once, ready or not.
 */
static ssize_t accept_in_blocking_mode(const accept_call *call)
{
    ssize_t n = socket_option(call->fd, SO_ACCEPTCONN) > 0 ? not_ready(call->fd, GTI_POLL_READ) : 0;
    if (n)
        return n;
    n = end_by_alarm(accept_once, call);
    return n == GTI_NO_WAY ? accept_once(call) : n;
}

int gti_os_accept(int fd, struct sockaddr *address, socklen_t *length)
{
    const accept_call call = {fd, address, length};
    ssize_t accepted;
    do {
        int mode = fcntl(fd, F_GETFL);
        if (mode < 0)
            return -errno;
        accepted = mode & O_NONBLOCK ? accept_once(&call) : accept_in_blocking_mode(&call);
    } while (accepted == -EINTR || is_the_connections(accepted));
    return (int)accepted;
}

typedef struct connect_call {
    int fd;
    const struct sockaddr *address;
    socklen_t length;
} connect_call;

static ssize_t connect_once(const void *argument)
{
    const connect_call *call = argument;
    return connect(call->fd, call->address, call->length) == 0 ? 0 : -errno;
}

/* Neither connected nor listening, and not for datagrams: no other code can be using it yet. */
static bool is_new(int fd)
{
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    return socket_option(fd, SO_TYPE) != SOCK_DGRAM && socket_option(fd, SO_ACCEPTCONN) <= 0 &&
           getpeername(fd, (struct sockaddr *)&peer, &length) != 0 && errno == ENOTCONN;
}

/*
 * A connection in the making must not be interrupted, because families differ in what
 * that does to it. So a new socket is in non-blocking mode during the call. Other sockets
 * refuse, or are done at once; only UNIX sockets may wait for room first.
 */
static ssize_t connect_in_blocking_mode(const connect_call *call, int mode)
{
    if (is_new(call->fd)) {
        fcntl(call->fd, F_SETFL, mode | O_NONBLOCK);
        ssize_t error = connect_once(call);
        fcntl(call->fd, F_SETFL, mode);
        return error;
    }
    ssize_t error = end_by_alarm(connect_once, call);
    if (error == GTI_NO_WAY)
        return connect_once(call);
    return error == GTI_WOULD_BLOCK ? -EAGAIN : error;
}

/* A connection that is already under way is waited for, as connect does in blocking mode. */
int gti_os_connect(int fd, const struct sockaddr *address, socklen_t length)
{
    const connect_call call = {fd, address, length};
    int mode = fcntl(fd, F_GETFL);
    if (mode < 0)
        return -errno;
    ssize_t error = mode & O_NONBLOCK ? connect_once(&call) : connect_in_blocking_mode(&call, mode);
    if (error == -EINPROGRESS || error == -EALREADY || error == -EINTR)
        return GTI_WOULD_BLOCK;
    return error == -EAGAIN && address->sa_family == AF_UNIX ? GTI_TRY_LATER : (int)error;
}

/* When asked again, the system tells the result, and notes that it has told it. */
int gti_os_connected(int fd, const struct sockaddr *address, socklen_t length)
{
    int error = socket_option(fd, SO_ERROR);
    if (error)
        return error < 0 ? -errno : -error;
    error = gti_os_connect(fd, address, length);
    return error == -EISCONN ? 0 : error;
}

/* An interrupted close has closed the descriptor. */
int gti_os_close(int fd)
{
    return close(fd) == 0 || errno == EINTR ? 0 : -errno;
}
