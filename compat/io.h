/*
 * The contract of compat: transfers that never block the OS thread, whatever
 * the descriptor's mode, which they leave alone. Another process may have the
 * same file and take what was ready.
 *
 * They return -errno when the system refuses, which is asked first, and
 * GTI_WOULD_BLOCK when the descriptor is not ready; an interrupted call is
 * tried again.
 */
#ifndef GTI_COMPAT_IO_H
#define GTI_COMPAT_IO_H

#include <greenthread/platform.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* Not an errno: no system has one as large. The other: no event will tell when to try again. */
#define GTI_WOULD_BLOCK (-INT_MAX)
#define GTI_TRY_LATER (-INT_MAX + 1)

/* True for sockets that carry a stream: a read that gets less than it asked for has taken all. */
bool gti_os_is_stream(int fd);

/* A size of nothing is the system's to judge: it takes nothing in, and sends an empty message. */
ssize_t gti_os_read(int fd, void *buffer, size_t size);
ssize_t gti_os_write(int fd, const void *buffer, size_t size);

/* After a read that got nothing: false if that was an empty message, and others may follow. */
bool gti_os_has_ended(int fd);

/* The new descriptor is close-on-exec. */
int gti_os_accept(int fd, struct sockaddr *address, socklen_t *length);

/* Starts to connect; GTI_WOULD_BLOCK: under way, ask gti_os_connected, which returns the same,
   when it can be written to; GTI_TRY_LATER: the other side has no room. */
int gti_os_connect(int fd, const struct sockaddr *address, socklen_t length);
int gti_os_connected(int fd, const struct sockaddr *address, socklen_t length);

int gti_os_close(int fd);

#endif
