/*
 * What the rest of core asks of the scheduler: to block, to wake, to run a
 * thread before all others, to end.
 */
#ifndef GTI_SCHEDULER_H
#define GTI_SCHEDULER_H

#include "ready.h"

/*
 * Blocks the current thread until gti_unpark is called with the token that it
 * has now, or an exception is thrown into it. Returns at once if one is
 * pending. Whoever parks takes back what it registered, then calls
 * gti_deliver.
 *
 *   why  valid until it returns
 */
void gti_park(gti_hub *hub, const gti_wait *why);

/* Ends the park with that token; false: it ended before (SCHED-5). */
bool gti_unpark(gt_thread *thread, uint32_t token);

/* Wakes all that wait, in order. */
void gti_unpark_all(gti_waiters *list);

/* Ends the park of `thread`, if it is parked, to raise what is pending. */
void gti_interrupt(gt_thread *thread);

/* Raises what ended the park, if an exception did. */
void gti_deliver(gti_hub *hub);

/*
 * Lets the urgent and then the ready threads run, the current one being among
 * them.
 *
 *   call  the public call, for the message if blocking is forbidden
 */
void gti_switch_away(gti_hub *hub, const char *call);

/* gt_yield for the public call `call`: once round the ready ring. */
void gti_yield(gti_hub *hub, const char *call);

/* The time of the hub's clock. */
int64_t gti_hub_now(const gti_hub *hub);

/* The deadline that is `duration_ns` > 0 from now; GT_FOREVER: there is none. */
int64_t gti_deadline(const gti_hub *hub, int64_t duration_ns);

/*
 * Ends the current thread's use of its stack: returns when another thread has
 * been started on it, which is current then and has the `context` that runs.
 */
void gti_hand_over_stack(gti_hub *hub, gti_stack *stack, gti_context context);

#endif
