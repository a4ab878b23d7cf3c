/*
 * <ucontext.h>: the switch.
 *
 * Each carrier has a ucontext_t, and the word of a context is its address: the same from
 * make to leave. swapcontext keeps the registers. It also sets the signal mask, which no
 * rule asks for and which takes a system call each time. Not every C library keeps the
 * rounding mode (saved.h).
 *
 * Rejected: to switch by setjmp and longjmp after the first time. That would save the
 * system call, but it is undefined between stacks, C libraries that check refuse it, and
 * it loses the rounding mode.
 */
#ifndef GTI_SWITCH_H
#define GTI_SWITCH_H

#include "compat/sanitizer.h"
#include "saved.h"
#include <ucontext.h>

#define GTI_BACKEND_USES_MEMORY 1

typedef struct gti_carrier {
    ucontext_t saved; /* valid while its context is suspended */
    gti_entry *entry; /* of the context that it carries */
    void *arg;
} gti_carrier;

/*
 * AddressSanitizer intercepts swapcontext. It warns that it does not support the
 * function, and forgets what it knew of the stack. It leaves the two calls alone that
 * swapcontext consists of.
 */
#if defined GTI_SANITIZE_ADDRESS
int gti_swapcontext(ucontext_t *from, const ucontext_t *to);
#else
#define gti_swapcontext swapcontext
#endif

GTI_INLINE void gti_context_switch(gti_context *from, gti_context *to)
{
    gti_saved saved = gti_saved_get();
    gti_swapcontext(from->word, to->word);
    gti_saved_set(saved);
}

/* Saves nothing: by then the stack, and the carrier with it, may belong to another context. */
GTI_INLINE _Noreturn void gti_context_leave(gti_context *from, gti_carrier *carrier,
                                            gti_context *to)
{
    (void)from;
    (void)carrier;
    setcontext(to->word);
    __builtin_unreachable();
}

#endif
