/*
 * The contract of compat: transfers that never block the OS thread, whatever the mode of
 * the descriptor. They leave the mode alone. Another process may have the same file and
 * take what was ready.
 *
 * They ask the system first, and return -errno if it refuses. They return GTI_WOULD_BLOCK
 * if the descriptor is not ready. They try an interrupted call again.
 */
#ifndef GTI_COMPAT_IO_H
#define GTI_COMPAT_IO_H

#include <greenthread/platform.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Not errno values: no system has such large ones. GTI_TRY_LATER: no event tells when to
 * try again.
 */
#define GTI_WOULD_BLOCK (-INT_MAX)
#define GTI_TRY_LATER (-INT_MAX + 1)

/* True for sockets that carry a stream. A read that gets less than it asked for has taken all. */
bool gti_os_is_stream(int fd);

/* The system judges a size of 0: a read takes nothing in, a send sends an empty message. */
ssize_t gti_os_read(int fd, void *buffer, size_t size);
ssize_t gti_os_write(int fd, const void *buffer, size_t size);

/* After a read that got nothing: false if it was an empty message, and others may follow. */
bool gti_os_has_ended(int fd);

/* The new descriptor is close-on-exec. */
int gti_os_accept(int fd, struct sockaddr *address, socklen_t *length);

/*
 * Starts to connect. GTI_WOULD_BLOCK: it is under way. When the descriptor can be written
 * to, ask gti_os_connected, which returns the same values. GTI_TRY_LATER: the other side
 * has no room.
 */
int gti_os_connect(int fd, const struct sockaddr *address, socklen_t length);
int gti_os_connected(int fd, const struct sockaddr *address, socklen_t length);

int gti_os_close(int fd);

#endif
