/*
 * The compiler's unwinder and the dynamic linker. The C library's own
 * backtrace function is the GNU library's alone, and loads the unwinder when
 * it is first called, which may be when memory is exhausted.
 */
#define _GNU_SOURCE /* dladdr */
#include "compat/backtrace.h"
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <unwind.h>

typedef struct walk {
    void **addresses;
    size_t n, max;
} walk;

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *argument)
{
    walk *walk = argument;
    uintptr_t address = _Unwind_GetIP(context);
    if (!address || walk->n == walk->max)
        return _URC_END_OF_STACK;
    walk->addresses[walk->n++] = (void *)address;
    return _URC_NO_REASON;
}

size_t gti_backtrace(void **addresses, size_t max)
{
    walk walk = {addresses, 0, max};
    _Unwind_Backtrace(step, &walk);
    return walk.n;
}

void gti_backtrace_describe(const void *address, char *text, size_t size)
{
    Dl_info info;
    if (!dladdr(address, &info) || !info.dli_fname)
        snprintf(text, size, "%p", address);
    else if (info.dli_sname)
        snprintf(text, size, "%s+0x%zx (%s)", info.dli_sname,
                 (size_t)((const char *)address - (const char *)info.dli_saddr), info.dli_fname);
    else
        snprintf(text, size, "%s(+0x%zx)", info.dli_fname,
                 (size_t)((const char *)address - (const char *)info.dli_fbase));
}
