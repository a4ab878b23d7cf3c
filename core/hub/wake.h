/*
 * Waking: a parked thread becomes ready. Waking never blocks, so every room may call it.
 */
#ifndef GTI_WAKE_H
#define GTI_WAKE_H

#include "core/hub/run_queue.h"

/* Ends the park with that token; false: that park has ended before (SCHED-5). */
static inline bool gti_unpark(gt_thread *thread, uint32_t token)
{
    if (thread->token != token)
        return false;
    thread->token++;
    thread->waits_for = NULL;
    gti_make_ready(thread->hub, thread);
    return true;
}

/* Wakes all waiters, in order. */
void gti_unpark_all(gti_waiters *list);

/*
 * Has `thread` raise what is pending when it resumes, and ends its park if it is parked. It does
 * not make the thread ready; the caller does.
 */
void gti_interrupt(gt_thread *thread);

/* Ends a park at a deadline; in the frame of the parked thread. */
typedef struct gti_wake_timer {
    gti_timer timer;
    gt_thread *thread;
    uint32_t token; /* of the park that it ends */
    bool is_set;    /* it is one of the hub's timers */
} gti_wake_timer;

/*
 * Sets the timer for the next park of the current thread. The thread clears it when it resumes.
 *
 *   deadline_ns  GT_FOREVER: the timer never fires
 */
void gti_wake_timer_set(gti_hub *hub, gti_wake_timer *timer, int64_t deadline_ns);
void gti_wake_timer_clear(gti_hub *hub, gti_wake_timer *timer);

#endif
