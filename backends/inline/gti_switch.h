/*
 * A switch of our own, inlined into the scheduler.
 *
 * To the compiler it is an instruction that overwrites every register, so it
 * saves just those that hold something, in the frame that it has anyway. What
 * no instruction may overwrite, stack pointer, frame pointer and the like, the
 * switch puts into a record in that frame, and a context's word is where this
 * stands. Nothing is pushed, so nothing below the stack pointer is touched,
 * where a function may keep its locals (the red zone).
 *
 * It leaves by a jump, because a return to where nobody called from is always
 * mispredicted. An assembly function would save all registers that a call must
 * keep, whether they hold something or not, and has to be returned from.
 */
#ifndef GTI_SWITCH_H
#define GTI_SWITCH_H

#include "processor.h"

#define GTI_BACKEND_USES_MEMORY 1

/* Nothing is needed beside the memory; C wants a member. */
typedef struct gti_carrier {
    char none;
} gti_carrier;

/* The empty instruction keeps gcc from taking the word for one that outlives the record. */
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
    gti_jump_for_ever(to->word);
    __builtin_unreachable();
}

#endif
