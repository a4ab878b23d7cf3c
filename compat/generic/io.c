/*
 * No descriptors. Every transfer is refused with the one errno of ISO C that says that an
 * argument is outside its domain.
 */
#include "compat/io.h"
#include <errno.h>

bool gti_os_is_stream(int fd)
{
    (void)fd;
    return false;
}

ssize_t gti_os_read(int fd, void *buffer, size_t size)
{
    (void)fd;
    (void)buffer;
    (void)size;
    return -EDOM;
}

ssize_t gti_os_write(int fd, const void *buffer, size_t size)
{
    (void)fd;
    (void)buffer;
    (void)size;
    return -EDOM;
}

bool gti_os_has_ended(int fd)
{
    (void)fd;
    return true;
}

int gti_os_accept(int fd, struct sockaddr *address, socklen_t *length)
{
    (void)fd;
    (void)address;
    (void)length;
    return -EDOM;
}

int gti_os_connect(int fd, const struct sockaddr *address, socklen_t length)
{
    (void)fd;
    (void)address;
    (void)length;
    return -EDOM;
}

int gti_os_connected(int fd, const struct sockaddr *address, socklen_t length)
{
    (void)fd;
    (void)address;
    (void)length;
    return -EDOM;
}

int gti_os_close(int fd)
{
    (void)fd;
    return -EDOM;
}
