/*
 * The compiler's unwinder and the dynamic linker. A handler of a fault may call both.
 * Only the GNU C library has a function for backtraces. It loads the unwinder when it is
 * first called, and by then memory may be exhausted.
 */
#define _GNU_SOURCE /* dladdr */
#include "compat/backtrace.h"
#include "compat/text.h"
#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>
#include <unwind.h>

typedef struct walk {
    void **addresses;
    size_t n, max;
    bool to_the_end; /* then the last half of `addresses` are the last of all */
    bool in_handler; /* the signal's frame has not been met yet */
} walk;

static void keep(walk *walk, uintptr_t address)
{
    size_t at = walk->n < walk->max ? walk->n : walk->max - 1;
    void **half = walk->addresses + walk->max / 2;
    if (walk->n >= walk->max)
        memmove(half, half + 1, (size_t)(walk->addresses + at - half) * sizeof *half);
    walk->addresses[at] = (void *)address;
    walk->n++;
}

/*
 * A handler returns to code of the kernel's or the emulator's that belongs to no function. Not
 * every unwinder marks the frame after it, as on MIPS. What was kept so far are the handler's
 * frames.
 */
static bool is_signals(walk *walk, uintptr_t address, int interrupted)
{
    bool found = walk->in_handler && !interrupted && address &&
                 !_Unwind_FindEnclosingFunction((void *)address);
    if (found)
        walk->n = 0;
    if (found || interrupted)
        walk->in_handler = false;
    return found;
}

/*
 * For a caller, the unwinder tells the return address. If the callee does not return,
 * that may be in the next function. The call is just before it.
 */
static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *argument)
{
    walk *walk = argument;
    int interrupted = 0;
    uintptr_t address = _Unwind_GetIPInfo(context, &interrupted);
    if (is_signals(walk, address, interrupted))
        return _URC_NO_REASON;
    if (interrupted)
        walk->n = 0; /* a signal's handler was called before */
    if (!address || (walk->n == walk->max && !walk->to_the_end))
        return _URC_END_OF_STACK;
    keep(walk, interrupted ? address : address - 1);
    return _URC_NO_REASON;
}

size_t gti_backtrace(void **addresses, size_t max)
{
    walk walk = {addresses, 0, max, false, false};
    _Unwind_Backtrace(step, &walk);
    return walk.n;
}

size_t gti_backtrace_both_ends(void **addresses, size_t max)
{
    walk walk = {addresses, 0, max, true, true};
    _Unwind_Backtrace(step, &walk);
    return walk.n;
}

static uint64_t distance(const void *from, const void *to)
{
    return (uint64_t)((const char *)to - (const char *)from);
}

void gti_backtrace_describe(const void *address, char *data, size_t size)
{
    gti_text text = gti_text_in(data, size);
    Dl_info info;
    if (!dladdr(address, &info) || !info.dli_fname) {
        gti_text_add_hex(&text, (uintptr_t)address);
        return;
    }
    gti_text_add(&text, info.dli_sname ? info.dli_sname : info.dli_fname);
    gti_text_add(&text, info.dli_sname ? "+" : "(+");
    gti_text_add_hex(&text, distance(info.dli_sname ? info.dli_saddr : info.dli_fbase, address));
    gti_text_add(&text, info.dli_sname ? " (" : "");
    gti_text_add(&text, info.dli_sname ? info.dli_fname : "");
    gti_text_add(&text, ")");
}
