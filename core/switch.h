/*
 * The switch from one thread to the next, inlined wherever a public call
 * blocks. Each function around a switch would return once more on the stack
 * that is resumed, which the processor, having seen other calls meanwhile,
 * predicts wrongly every time: that costs as much as the switch.
 */
#ifndef GTI_SWITCH_AWAY_H
#define GTI_SWITCH_AWAY_H

#include "compat/process.h"
#include "kill.h"
#include "ready.h"

/*
 * The thread to run next, whatever that takes: a look at timers and
 * descriptors, the start of one.
 *
 *   spare  a stack that the caller is about to leave, which a thread that has
 *          not started may be given; NULL: none
 */
gt_thread *gti_pick(gti_hub *hub, gti_stack *spare);

/* An urgent thread is not all that the hub needs care for. */
bool gti_has_more_to_do(const gti_hub *hub);

/* Then this is the part of gti_switch_away that does it, and lets others run; `self`. */
gt_thread *gti_switch_away_with_care(gti_hub *hub, gt_thread *self, const char *call);

/* What a hub rarely has to look at when its thread blocks: its alerts. */
void gti_heed(gti_hub *hub, const char *call);

/*
 * With many threads each switch would wait for memory three times: for the
 * ring, the control block and the stack. So they are asked for while others
 * run, the block first, because the place on the stack stands in it. (A function
 * that does nothing but prefetch is inlined always, or gcc takes it for one
 * that does nothing.)
 */
GTI_INLINE void gti_look_ahead(const gti_hub *hub)
{
    if (hub->tail - hub->head <= GTI_BLOCKS_AHEAD)
        return;
    const gt_thread *far = hub->ring[(hub->head + GTI_BLOCKS_AHEAD) & hub->ring_mask];
    const gt_thread *near = hub->ring[(hub->head + GTI_STACKS_AHEAD) & hub->ring_mask];
    GTI_PREFETCH(far);
    if (near && !(near->flags & GTI_UNSTARTED)) {
        const char *top = near->context.word;
        for (int line = 0; line < GTI_LINES_AHEAD; line++)
            GTI_PREFETCH(top + line * GTI_CACHE_LINE);
    }
}

/*
 * Not 0: C++ handles an exception, or looks for a handler. The record of that is
 * the OS thread's, which contexts on memory share, and zeros at each switch: a
 * thread that has something in it takes it along in its frame (EXC-7).
 */
GTI_INLINE uintptr_t gti_in_cxx(const gti_hub *hub)
{
    uintptr_t any = 0;
    for (int i = 0; GTI_BACKEND_USES_MEMORY && i < GTI_CXX_WORDS; i++)
        any |= hub->cxx->word[i];
    return any;
}

/* There is more to do than to take the next of the ring. */
GTI_INLINE bool gti_needs_care(const gti_hub *hub)
{
    return (hub->alerts | (uintptr_t)hub->urgent.first | gti_in_cxx(hub)) != 0;
}

/*
 * The next thread, if it is the ring's and nothing else is due: all that a
 * switch of a hub that needs no care asks for nearly always. NULL: ask gti_pick.
 */
GTI_INLINE gt_thread *gti_next_in_turn(gti_hub *hub)
{
    if (hub->head == hub->tail || hub->head == hub->look_at)
        return NULL;
    gt_thread *thread = hub->ring[hub->head & hub->ring_mask];
    if (!thread || thread->flags & GTI_UNSTARTED)
        return NULL;
    hub->head++;
    thread->ring_index = GTI_NOT_IN_RING;
    gti_look_ahead(hub);
    return thread;
}

/* Each stack has the errno of its OS thread, which contexts on memory share. */
GTI_INLINE int *gti_errno_of(const gti_hub *hub)
{
    return GTI_BACKEND_USES_MEMORY ? hub->errno_place : gti_errno_place();
}

/* Resumes `next`; returns when somebody resumes the thread that `from` belongs to. */
GTI_INLINE void gti_resume(gti_hub *hub, gti_context *from, gti_stack *stack, gt_thread *next)
{
    hub->current = next;
    if (GTI_BACKEND_USES_MEMORY)
        gti_fiber_leave(&stack->fiber, &next->stack->fiber);
    gti_context_switch(from, &next->context);
    if (GTI_BACKEND_USES_MEMORY)
        gti_fiber_enter(&stack->fiber);
}

/*
 * Lets the urgent and then the ready threads run; the current one is among
 * them, or will be woken. What is done here for others, on this thread's time,
 * leaves its errno alone (SCHED-7).
 *
 *   call  the public call, for the message if blocking is forbidden
 */
GTI_INLINE void gti_switch_away(gti_hub *hub, gt_thread *self, const char *call)
{
    int code = *gti_errno_of(hub);
    gt_thread *next = NULL;
    if (!gti_needs_care(hub))
        next = gti_next_in_turn(hub);
    else if (gti_has_more_to_do(hub))
        next = gti_switch_away_with_care(hub, self, call);
    if (!next)
        next = gti_pick(hub, NULL);
    hub->transfers = 0;
    if (next != self)
        gti_resume(hub, &self->context, self->stack, next);
    *gti_errno_of(hub) = code;
}

/*
 * Has the current thread, which has something to raise, raise it instead of
 * blocking; every GT_IO_BURST times in a row the others run first.
 */
void gti_pass_over(gti_hub *hub, const char *call);

/*
 * Blocks the current thread until gti_unpark is called with the token that it
 * has now, or an exception is thrown into it. Returns at once if one is
 * pending. Whoever parks takes back what it registered, then calls
 * gti_deliver.
 *
 *   why  valid until it returns
 */
GTI_INLINE void gti_park(gti_hub *hub, const gti_wait *why)
{
    gt_thread *self = hub->current;
    if (gti_is_pending(self)) {
        gti_pass_over(hub, why->call);
        return;
    }
    self->waits_for = why;
    gti_switch_away(hub, self, why->call);
}

#endif
