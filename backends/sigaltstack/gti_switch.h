/*
 * sigaltstack(2), setjmp and longjmp: the switch.
 *
 * Each carrier has a jmp_buf, and the word of a context is the carrier's address: the same from
 * make to leave. The C library's setjmp keeps the registers, on every processor that the library
 * was ported to, and makes no system call. It loses the rounding mode, which the switch keeps.
 *
 * The switch is a function, because a compiler does not inline what calls setjmp.
 */
#ifndef GTI_SWITCH_H
#define GTI_SWITCH_H

#include "compat/sanitizer.h"
#include <setjmp.h>

#define GTI_BACKEND_USES_MEMORY 1

/*
 * ThreadSanitizer intercepts the C library's functions and looks for the jump among those of one
 * stack. AddressSanitizer intercepts longjmp, and forgets what it knew of the stack. The compiler's
 * own functions are left alone.
 */
#if defined GTI_SANITIZE_THREAD || defined GTI_SANITIZE_ADDRESS
typedef void *gti_jump[5];
#else
typedef jmp_buf gti_jump;
#endif

typedef struct gti_carrier {
    gti_jump saved;   /* valid while its context is suspended */
    gti_entry *entry; /* of the context that it carries */
    void *arg;
} gti_carrier;

void gti_sigaltstack_switch(gti_carrier *from, gti_carrier *to);
_Noreturn void gti_sigaltstack_leave(gti_carrier *to);

GTI_INLINE void gti_context_switch(gti_context *from, gti_context *to)
{
    gti_sigaltstack_switch(from->word, to->word);
}

GTI_INLINE _Noreturn void gti_context_leave(gti_context *from, gti_carrier *carrier,
                                            gti_context *to)
{
    (void)from;
    (void)carrier;
    gti_sigaltstack_leave(to->word);
}

#endif
