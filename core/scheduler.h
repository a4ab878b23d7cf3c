/*
 * What the rest of core asks of the scheduler: to block, to wake, to run a
 * thread before all others, to end.
 */
#ifndef GTI_SCHEDULER_H
#define GTI_SCHEDULER_H

#include "switch.h"

/* Ends the park with that token; false: it ended before (SCHED-5). */
static inline bool gti_unpark(gt_thread *thread, uint32_t token)
{
    if (thread->token != token)
        return false;
    thread->token++;
    thread->waits_for = NULL;
    gti_make_ready(thread->hub, thread);
    return true;
}

/* Wakes all that wait, in order. */
void gti_unpark_all(gti_waiters *list);

/* Ends the park of `thread`, if it is parked, to raise what is pending. */
void gti_interrupt(gt_thread *thread);

/* Raises what interrupted the current thread. */
void gti_deliver_pending(gti_hub *hub, gt_thread *self);

/* Raises what ended the park of the current thread, if an exception did. */
static inline void gti_deliver(gti_hub *hub, gt_thread *self)
{
    if (self->flags & GTI_INTERRUPTED)
        gti_deliver_pending(hub, self);
}

/* gt_yield for the public call `call`: once round the ready ring. */
void gti_yield(gti_hub *hub, const char *call);

/* True if an I/O call has to yield, so that the hub looks at timers and I/O in time. */
bool gti_look_is_late(gti_hub *hub);

/* Blocks for a time, more than 0, and then raises what is pending. */
void gti_sleep(gti_hub *hub, int64_t duration_ns, const gti_wait *why);

/* The time of the hub's clock. */
int64_t gti_hub_now(const gti_hub *hub);

/* The deadline that is `duration_ns` > 0 from now; GT_FOREVER: there is none. */
int64_t gti_deadline(const gti_hub *hub, int64_t duration_ns);

/* The reserve is not needed any more by the thread that ends. */
void gti_give_reserve(gti_hub *hub);

#endif
