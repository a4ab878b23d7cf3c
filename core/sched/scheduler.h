/*
 * Which thread runs next, and what the hub does when no thread is ready.
 */
#ifndef GTI_SCHEDULER_H
#define GTI_SCHEDULER_H

#include "core/hub/run_queue.h"

/* True if an I/O call has to yield, so that the hub polls timers and I/O in time. */
bool gti_poll_is_late(gti_hub *hub);

/* Polls timers and descriptors: at the end of an iteration, or after some switches of it. */
void gti_poll(gti_hub *hub);

/* No thread is ready: polls and waits until a thread is. */
void gti_idle(gti_hub *hub);

/* Draws the thread at the head of the ring, for a seeded schedule. */
void gti_shuffle_head(gti_hub *hub);

/*
 * Removes and returns the next thread of the run-next list or the ring. Waits for one if it must.
 */
GTI_INLINE gt_thread *gti_next_ready(gti_hub *hub)
{
    for (;;) {
        gt_thread *thread;
        if (hub->run_next.first) {
            thread = gti_take_first(&hub->run_next);
            thread->flags &= (uint16_t)~GTI_RUN_NEXT;
            return thread;
        }
        if (hub->head == hub->tail) {
            gti_idle(hub);
            continue;
        }
        if (hub->head == hub->poll_at)
            gti_poll(hub);
        if (hub->random)
            gti_shuffle_head(hub);
        thread = hub->ring[hub->head++ & hub->ring_mask];
        if (thread) {
            thread->ring_index = GTI_NOT_IN_RING;
            return thread;
        }
    }
}

#endif
