/*
 * The process, as far as ISO C knows it.
 */
#include "compat/process.h"
#include "compat/inline.h"
#include "compat/rounding.h"
#include <errno.h>
#include <fenv.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

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

/* What is called at the end of an OS thread. The key's value points to it. */
typedef struct exit_call {
    void (*fn)(void *arg);
    void *arg;
} exit_call;

static _Thread_local exit_call at_exit;
static tss_t key;
static once_flag once = ONCE_FLAG_INIT;
static atomic_bool have_key, is_unloaded;

static void run(void *value)
{
    exit_call call = *(exit_call *)value;
    if (call.fn)
        call.fn(call.arg);
}

static void make_key(void)
{
    have_key = tss_create(&key, run) == thrd_success;
}

/* There are not many keys, and this one would call code that is not there any more. */
GTI_AT_UNLOAD static void delete_key(void)
{
    atomic_store(&is_unloaded, true);
    if (have_key)
        tss_delete(key);
}

/* An OS thread that goes on while the process ends is not told of its end. */
int gti_process_at_thread_exit(void (*fn)(void *arg), void *arg)
{
    if (atomic_load(&is_unloaded))
        return 0;
    call_once(&once, make_key);
    at_exit = (exit_call){fn, arg};
    return have_key && tss_set(key, fn ? &at_exit : NULL) == thrd_success ? 0 : -1;
}

int gti_format(char *buffer, size_t size, const char *format, va_list arguments)
{
    return vsnprintf(buffer, size, format, arguments);
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

/* To read the mode is cheap, to write it is not. */
void gti_rounding_to_nearest(void)
{
    if (fegetround() != FE_TONEAREST)
        fesetround(FE_TONEAREST);
}
