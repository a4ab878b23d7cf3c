/*
 * POSIX has no call that refuses to sleep on a file in blocking mode.
 */
#define _POSIX_C_SOURCE 200809L
#include "compat/posix/attempt.h"

ssize_t gti_nowait(const gti_file_call *call)
{
    (void)call;
    return GTI_NO_WAY;
}
