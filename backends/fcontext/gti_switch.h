/*
 * Boost.Context's fcontext assembly: the switch.
 *
 * jump_fcontext suspends its caller on the caller's stack, and resumes `to` there. It
 * hands over two words: where the caller was suspended, and what the caller passed. The
 * caller passes the context that the first word belongs in, so the resumed side stores
 * the word there and need not ask for the caller. Until then that context holds the
 * context that is resumed: a new stack learns from it which context it is.
 */
#ifndef GTI_SWITCH_H
#define GTI_SWITCH_H

#include "jump.h"
#include "saved.h"

#define GTI_BACKEND_USES_MEMORY 1

/* A context needs nothing beside the memory, but C wants a member. */
typedef struct gti_carrier {
    char none;
} gti_carrier;

/*
 * The assembly keeps most of what the calling convention asks for. The switch keeps the
 * rest.
 */
GTI_INLINE void gti_context_switch(gti_context *from, gti_context *to)
{
    gti_saved saved = gti_saved_get();
    from->word = to;
    gti_transfer arrived = gti_jump(to->word, from);
    ((gti_context *)arrived.passed)->word = arrived.suspended;
    gti_saved_set(saved);
}

GTI_INLINE _Noreturn void gti_context_leave(gti_context *from, gti_carrier *carrier,
                                            gti_context *to)
{
    (void)carrier;
    from->word = to;
    jump_fcontext(to->word, from);
    __builtin_unreachable();
}

#endif
