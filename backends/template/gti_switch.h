/*
 * A blank port. Copy this folder to begin one, and fill in what is here. The contract is
 * in core/backend.h.
 */
#ifndef GTI_SWITCH_H
#define GTI_SWITCH_H

/*
 * 1: your contexts run on memory that core provides. 0: your carriers bring their own
 * stacks, such as threads of the operating system.
 */
#define GTI_BACKEND_USES_MEMORY 1

/* What a context of yours needs beside its one word. */
typedef struct gti_carrier {
    char none;
} gti_carrier;

_Noreturn void gti_template_missing(const char *what);

/*
 * Suspends the caller into *from and resumes *to. Registers that the platform's calling
 * convention has a function keep must come back as they were, and so must the rounding
 * mode. Core keeps errno.
 */
GTI_INLINE void gti_context_switch(gti_context *from, gti_context *to)
{
    (void)from;
    (void)to;
    gti_template_missing("gti_context_switch");
}

/* Resumes *to. From then on this stack may be used for another context. */
GTI_INLINE _Noreturn void gti_context_leave(gti_context *from, gti_carrier *carrier,
                                            gti_context *to)
{
    (void)from;
    (void)carrier;
    (void)to;
    gti_template_missing("gti_context_leave");
}

#endif
