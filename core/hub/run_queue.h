/*
 * Who can run: the run queue, and the threads of the run-next list, which go before it.
 *
 * The ring is one of pointers, not a list through the threads, so that it can
 * be looked into ahead of time. A thread that is taken out of turn leaves an
 * empty slot; the ring has twice the slots that the threads could fill, and is
 * compacted when it is full, so blocking never allocates. Its positions only
 * count up, and may wrap.
 */
#ifndef GTI_RUN_QUEUE_H
#define GTI_RUN_QUEUE_H

#include "core/hub/hub.h"

/* Doubles it; false: no memory, nothing has changed. */
bool gti_ring_grow(gti_hub *hub);

/* Has the run queue hold `threads`, one more than it held at most; false: no memory. */
static inline bool gti_ring_reserve(gti_hub *hub, size_t threads)
{
    return threads * GTI_SLOTS_PER_THREAD <= hub->ring_mask + 1 || gti_ring_grow(hub);
}

/* Closes the empty slots. */
void gti_ring_compact(gti_hub *hub);

/* Puts a thread that can run now at the tail. */
static inline void gti_make_ready(gti_hub *hub, gt_thread *thread)
{
    if (hub->tail - hub->head > hub->ring_mask)
        gti_ring_compact(hub);
    thread->ring_index = (uint32_t)(hub->tail & hub->ring_mask);
    hub->ring[hub->tail++ & hub->ring_mask] = thread;
}

/*
 * Has a thread run right behind the thread of the run-next list *before (NULL: before all),
 * and makes it that one. It is taken out of the run queue, or moves up from
 * further behind on the run-next list. One that has got its place since the last
 * call of gti_run_next_done keeps it.
 */
void gti_run_next(gti_hub *hub, gt_thread *thread, gt_thread **before);

/* Ends the calls of gti_run_next with one `before`, whose last value it is. */
void gti_run_next_done(gt_thread *before);

/* Where an thread of the run-next list has the one before it; not valid in the first of the list.
 */
static inline gt_thread **gti_previous_to_run(gt_thread *thread)
{
    bool finished = thread->state == GT_FINISHED;
    return finished ? &thread->late->previous_to_run : &thread->previous_to_run;
}

/* The first of the list, taken off it; NULL: there is none. */
gt_thread *gti_take_first(gti_thread_list *list);

/* At its end; for a list from which only the first is taken. */
void gti_append(gti_thread_list *list, gt_thread *thread);

#endif
