/*
 * The process, as far as ISO C knows it.
 */
#include "compat/process.h"
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gti_process_abort(void)
{
    abort();
}

void gti_process_exit(int status)
{
    exit(status);
}

static atomic_bool has_exit_call;

/* Two OS threads may both set it, which calls fn twice. */
int gti_process_at_exit(void (*fn)(void))
{
    if (!atomic_load(&has_exit_call) && atexit(fn) != 0)
        return -1;
    atomic_store(&has_exit_call, true);
    return 0;
}

void gti_process_print(const char *line)
{
    fprintf(stderr, "%s\n", line);
}

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
