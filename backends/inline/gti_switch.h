/*
 * A switch of our own, inlined into the scheduler.
 *
 * To the compiler it is an instruction that overwrites every register. So the compiler
 * saves just the registers that hold something, in the frame that it has anyway. Some
 * registers cannot be named as overwritten: the stack pointer, the frame pointer and the
 * like. The switch puts these into a record in that frame, and the context's word is the
 * address of the record. The switch pushes nothing, so it touches nothing below the stack
 * pointer, where a function may keep its locals (the red zone).
 *
 * It leaves by a jump, because a return without its own call is always mispredicted.
 * Rejected: a function in assembly. It would save all registers that a call must keep,
 * whether they hold something or not, and it has to return.
 */
#ifndef GTI_SWITCH_H
#define GTI_SWITCH_H

#include "processor.h"

#define GTI_BACKEND_USES_MEMORY 1

/* A context needs nothing beside the memory, but C wants a member. */
typedef struct gti_carrier {
    char none;
} gti_carrier;

/* The empty instruction keeps gcc from concluding that the word outlives the record. */
GTI_INLINE void gti_context_switch(gti_context *from, gti_context *to)
{
    gti_suspended here, *place = &here;
    gti_suspended *there = to->word;
    __asm__("" : "+r"(place));
    from->word = place;
    gti_jump_away(place, there);
}

GTI_INLINE _Noreturn void gti_context_leave(gti_context *from, gti_carrier *carrier,
                                            gti_context *to)
{
    (void)from;
    (void)carrier;
    gti_jump_terminate(to->word);
    __builtin_unreachable();
}

#endif
