/*
 * errno, and the codes that core has to name.
 */
#include "compat/process.h"
#include <errno.h>
#include <string.h>

#ifndef ENOMEM
#define ENOMEM ERANGE /* ISO C has three codes; these need no system */
#endif
#ifndef EINVAL
#define EINVAL EDOM
#endif
#ifndef EBADF
#define EBADF EDOM
#endif
#ifndef EPERM
#define EPERM EDOM
#endif

const int gti_errno_no_memory = ENOMEM, gti_errno_invalid = EINVAL,
          gti_errno_bad_descriptor = EBADF, gti_errno_not_permitted = EPERM;

void gti_errno_set(int code)
{
    errno = code;
}

int *gti_errno_place(void)
{
    return &errno;
}

const char *gti_errno_text(int code)
{
    return strerror(code);
}
