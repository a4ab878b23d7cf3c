/*
 * Blocking: gti_park, and the switch away from a thread, inlined wherever a public call
 * blocks. Each function around a switch would return once more on the stack that is
 * resumed. The processor has seen other calls meanwhile and predicts that return wrongly
 * every time, which costs as much as the switch.
 */
#ifndef GTI_BLOCK_H
#define GTI_BLOCK_H

#include "core/hub/switch.h"
#include "core/raise/pending.h"
#include "core/sched/lifecycle.h"

/* An thread of the run-next list is not all that the hub needs care for. */
bool gti_has_more_to_do(const gti_hub *hub);

/* Then this is the part of gti_switch_away that does it, and lets others run; `self`. */
gt_thread *gti_switch_away_slowly(gti_hub *hub, gt_thread *self, const char *call);

/*
 * Lets the run-next list and then the run queue run; the current one is among
 * them, or will be woken. What is done here for others, on this thread's time,
 * leaves its errno alone (SCHED-7).
 *
 *   call  the public call, for the message if blocking is forbidden
 */
GTI_INLINE void gti_switch_away(gti_hub *hub, gt_thread *self, const char *call)
{
    int code = *gti_errno_of(hub);
    gt_thread *next = NULL;
    if (!gti_needs_slow_path(hub))
        next = gti_next_in_turn(hub);
    else if (gti_has_more_to_do(hub))
        next = gti_switch_away_slowly(hub, self, call);
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
/* gt_yield for the public call `call`: once round the run queue. */
void gti_yield(gti_hub *hub, const char *call);

/* Blocks for a time, more than 0, and then raises what is pending. */
void gti_sleep(gti_hub *hub, int64_t duration_ns, const gti_wait *why);

#endif
