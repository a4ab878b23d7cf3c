/*
 * A blank port: copy this folder to begin one, and fill in what is here. The
 * contract stands in core/backend.h.
 */
#ifndef GTI_SWITCH_H
#define GTI_SWITCH_H

/*
 * 1: your contexts run on memory that core provides. 0: your carriers bring
 * stacks of their own, such as threads of the operating system.
 */
#define GTI_BACKEND_USES_MEMORY 1

/* What a context of yours needs beside its one word. */
typedef struct gti_carrier {
    char none;
} gti_carrier;

_Noreturn void gti_template_missing(const char *what);

/*
 * Suspend the caller into *from, resume *to. Registers that the platform's
 * calling convention has a function keep must come back as they were, and so
 * must the rounding mode; errno is core's care.
 */
GTI_INLINE void gti_context_switch(gti_context *from, gti_context *to)
{
    (void)from;
    (void)to;
    gti_template_missing("gti_context_switch");
}

/* Resume *to; this stack may be used for another context from then on. */
GTI_INLINE _Noreturn void gti_context_leave(gti_context *from, gti_carrier *carrier,
                                            gti_context *to)
{
    (void)from;
    (void)carrier;
    (void)to;
    gti_template_missing("gti_context_leave");
}

#endif
