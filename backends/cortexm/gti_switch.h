/*
 * A switch of our own for Arm's processors of the M profile, in assembly (cortexm.c). A
 * context is on its stack, and its word is the stack pointer.
 *
 * The switch moves the stack pointer that is in use. So it works for a program that runs on
 * the main stack pointer, where interrupts take room on the stack of the running thread, and
 * for one that runs on the process stack pointer, where they do not.
 */
#ifndef GTI_SWITCH_H
#define GTI_SWITCH_H

#define GTI_BACKEND_USES_MEMORY 1

/* A context needs nothing beside the memory, but C wants a member. */
typedef struct gti_carrier {
    char none;
} gti_carrier;

void gti_cortexm_switch(void **from, void *to);

GTI_INLINE void gti_context_switch(gti_context *from, gti_context *to)
{
    gti_cortexm_switch(&from->word, to->word);
}

GTI_INLINE _Noreturn void gti_context_leave(gti_context *from, gti_carrier *carrier,
                                            gti_context *to)
{
    (void)carrier;
    gti_cortexm_switch(&from->word, to->word);
    __builtin_unreachable();
}

#endif
