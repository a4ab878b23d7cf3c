/*
 * From one stack to the next: what core does around the backend's switch.
 */
#ifndef GTI_SWITCH_STACKS_H
#define GTI_SWITCH_STACKS_H

#include "compat/process.h"
#include "core/hub/hub.h"

/*
 * With many threads each switch would wait for memory three times: for the ring, the control block
 * and the stack. So they are prefetched while other threads run. The control block comes first,
 * because it has the place on the stack. (A function that only prefetches must always be inlined:
 * gcc takes it for a function that does nothing.)
 */
GTI_INLINE void gti_prefetch_threads(const gti_hub *hub)
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
 * Not 0 while C++ handles an exception or searches for a handler. The OS thread has that record,
 * and contexts on memory share it. The record must be zero at each switch: a thread that has
 * something in it saves it in its frame (EXC-7).
 */
GTI_INLINE uintptr_t gti_in_cxx(const gti_hub *hub)
{
    uintptr_t any = 0;
    for (int i = 0; GTI_BACKEND_USES_MEMORY && i < GTI_CXX_WORDS; i++)
        any |= hub->cxx->word[i];
    return any;
}

/* True if a switch has to do more than take the next thread of the ring. */
GTI_INLINE bool gti_needs_slow_path(const gti_hub *hub)
{
    return (hub->block_flags | (uintptr_t)hub->run_next.first | gti_in_cxx(hub)) != 0;
}

/*
 * The next thread, if it is next in the ring and nothing else is due. A switch without a slow path
 * nearly always needs no more than this. NULL: call gti_pick.
 */
GTI_INLINE gt_thread *gti_next_in_turn(gti_hub *hub)
{
    if (hub->head == hub->tail || hub->head == hub->poll_at)
        return NULL;
    gt_thread *thread = hub->ring[hub->head & hub->ring_mask];
    if (!thread || thread->flags & GTI_UNSTARTED)
        return NULL;
    hub->head++;
    thread->ring_index = GTI_NOT_IN_RING;
    gti_prefetch_threads(hub);
    return thread;
}

/* Each stack has the errno of its OS thread. Contexts on memory share it. */
GTI_INLINE int *gti_errno_of(const gti_hub *hub)
{
    return GTI_BACKEND_USES_MEMORY ? hub->errno_place : gti_errno_place();
}

/* Resumes `next`. Returns when the thread that `from` belongs to is resumed. */
GTI_INLINE void gti_resume(gti_hub *hub, gti_context *from, gti_stack *stack, gt_thread *next)
{
    hub->current = next;
    if (GTI_BACKEND_USES_MEMORY)
        gti_fiber_leave(&stack->fiber, &next->stack->fiber);
    gti_context_switch(from, &next->context);
    if (GTI_BACKEND_USES_MEMORY)
        gti_fiber_enter(&stack->fiber);
}

#endif
