/*
 * The threads that can run: the run queue, and the run-next list, which goes before it.
 *
 * The run queue is a ring of pointers. A list through the threads could not be read ahead. A thread
 * that is taken out of turn leaves an empty slot. The ring has twice as many slots as the threads
 * can fill, and is compacted when it is full, so blocking never allocates. Positions only count up,
 * and may wrap.
 */
#ifndef GTI_RUN_QUEUE_H
#define GTI_RUN_QUEUE_H

#include "core/hub/hub.h"

/* Doubles the ring; false: no memory, nothing has changed. */
bool gti_ring_grow(gti_hub *hub);

/* Makes room for `threads` in the run queue, one more than before; false: no memory. */
static inline bool gti_ring_reserve(gti_hub *hub, size_t threads)
{
    return threads * GTI_SLOTS_PER_THREAD <= hub->ring_mask + 1 || gti_ring_grow(hub);
}

/* Closes the empty slots. */
void gti_ring_compact(gti_hub *hub);

/* Adds a thread that can run to the tail of the run queue. */
static inline void gti_make_ready(gti_hub *hub, gt_thread *thread)
{
    if (hub->tail - hub->head > hub->ring_mask)
        gti_ring_compact(hub);
    thread->ring_index = (uint32_t)(hub->tail & hub->ring_mask);
    hub->ring[hub->tail++ & hub->ring_mask] = thread;
}

/*
 * Puts a thread on the run-next list right behind *last_placed (NULL: at the front), and sets
 * *last_placed to it. If the thread is in the run queue, or further back on the list, it leaves
 * that place. A thread that the same kill has placed already keeps its place: an array of victims
 * may name it twice.
 */
void gti_run_next(gti_hub *hub, gt_thread *thread, gt_thread **last_placed);

/* Ends a sequence of gti_run_next calls; `last_placed` has the value that the last one left. */
void gti_run_next_done(gt_thread *last_placed);

/* The link of a thread on the run-next list to the thread before it; not valid in the first. */
static inline gt_thread **gti_previous_to_run(gt_thread *thread)
{
    bool finished = thread->state == GT_FINISHED;
    return finished ? &thread->late->previous_to_run : &thread->previous_to_run;
}

/* Removes and returns the first thread of the list; NULL: the list is empty. */
gt_thread *gti_take_first(gti_thread_list *list);

/* Appends a thread. Only for a list from which only the first thread is removed. */
void gti_append(gti_thread_list *list, gt_thread *thread);

#endif
