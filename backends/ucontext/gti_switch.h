/*
 * <ucontext.h>: the switch.
 *
 * Each carrier has a ucontext_t, and a context's word is where it stands: the
 * same from make to leave. swapcontext keeps the registers and, in the C
 * libraries that are known, the rounding mode. It also sets the signal mask,
 * which nobody asked for and which is a system call each time. Switching by
 * setjmp and longjmp after the first time would save that, but is undefined
 * between stacks, refused by C libraries that check, and loses the rounding
 * mode.
 */
#ifndef GTI_SWITCH_H
#define GTI_SWITCH_H

#include "compat/sanitizer.h"
#include <ucontext.h>

#define GTI_BACKEND_USES_MEMORY 1

typedef struct gti_carrier {
    ucontext_t saved; /* valid while its context is suspended */
    gti_entry *entry; /* of the context that it carries */
    void *arg;
} gti_carrier;

/*
 * AddressSanitizer intercepts swapcontext: it prints a warning that it does not
 * support it, and forgets what it knew of the stack. The two calls that
 * swapcontext consists of it leaves alone.
 */
#if defined GTI_SANITIZE_ADDRESS
int gti_swapcontext(ucontext_t *from, const ucontext_t *to);
#else
#define gti_swapcontext swapcontext
#endif

GTI_INLINE void gti_context_switch(gti_context *from, gti_context *to)
{
    gti_swapcontext(from->word, to->word);
}

/* Saves nothing: the stack, and the carrier with it, may be another's by then. */
GTI_INLINE _Noreturn void gti_context_leave(gti_context *from, gti_carrier *carrier,
                                            gti_context *to)
{
    (void)from;
    (void)carrier;
    setcontext(to->word);
    __builtin_unreachable();
}

#endif
