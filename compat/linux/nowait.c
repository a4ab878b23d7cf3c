/*
 * RWF_NOWAIT: pipes have it from Linux 6.5 on, other files earlier or never. The call is
 * made by number, because some C libraries lack the functions. A transfer of 0 bytes is
 * left to other ways, because the system takes it for done before it checks the file.
 */
#define _GNU_SOURCE
#include "compat/posix/attempt.h"
#include <errno.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NOWAIT = 8 }; /* RWF_NOWAIT, which older headers lack */

/* True if this way does not work, or for an error that the plain call tells exactly. */
static bool is_no_way(int code)
{
    return code == EOPNOTSUPP || code == ENOSYS || code == EPERM || code == ESPIPE ||
           code == EINVAL;
}

ssize_t gti_nowait(const gti_file_call *call)
{
    if (call->size == 0)
        return GTI_NO_WAY;
    long number = call->is_write ? SYS_pwritev2 : SYS_preadv2;
    struct iovec part = {.iov_base = call->in, .iov_len = call->size};
    ssize_t n;
    do
        n = (ssize_t)syscall(number, call->fd, &part, 1L, -1L, -1L, (long)NOWAIT);
    while (n < 0 && errno == EINTR);
    if (n >= 0)
        return n;
    if (errno == EAGAIN)
        return GTI_WOULD_BLOCK;
    return is_no_way(errno) ? GTI_NO_WAY : -errno;
}
