/*
 * The contract of compat: transfers that never block the OS thread, whatever
 * the descriptor's mode, which they leave alone.
 *
 * They return -errno when the system refuses, and GTI_WOULD_BLOCK when the
 * descriptor is not ready; an interrupted call is tried again.
 */
#ifndef GTI_COMPAT_IO_H
#define GTI_COMPAT_IO_H

#include <greenthread/platform.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* Not an errno: no system has one as large. */
#define GTI_WOULD_BLOCK (-INT_MAX)

/* True for sockets that carry a stream: a read that gets less than it asked for has taken all. */
bool gti_os_is_stream(int fd);

ssize_t gti_os_read(int fd, void *buffer, size_t size);
ssize_t gti_os_write(int fd, const void *buffer, size_t size);

/* The new descriptor is close-on-exec. */
int gti_os_accept(int fd, struct sockaddr *address, socklen_t *length);

/* Starts to connect; GTI_WOULD_BLOCK: under way, ask gti_os_connected when it
   can be written to. */
int gti_os_connect(int fd, const struct sockaddr *address, socklen_t length);
int gti_os_connected(int fd);

int gti_os_close(int fd);

#endif
