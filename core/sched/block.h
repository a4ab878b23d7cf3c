/*
 * Blocking: gti_park, and the switch away from a thread. Both are inlined wherever a public call
 * blocks. Each function around a switch adds a return on the resumed stack. The processor has seen
 * other calls meanwhile, so it mispredicts that return every time, which costs as much as the
 * switch.
 */
#ifndef GTI_BLOCK_H
#define GTI_BLOCK_H

#include "core/hub/switch.h"
#include "core/raise/pending.h"
#include "core/sched/lifecycle.h"

/* True if the slow path has more to do than run the run-next list. */
bool gti_has_more_to_do(const gti_hub *hub);

/* The part of gti_switch_away that does it and lets other threads run. Returns `self`. */
gt_thread *gti_switch_away_slowly(gti_hub *hub, gt_thread *self, const char *call);

/*
 * Lets the run-next list and then the run queue run. The current thread is in one of them, or will
 * be woken. What other threads' business does here on its time leaves its errno alone (SCHED-7).
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
 * Takes the place of a park if the current thread has something to raise. It only sets
 * GTI_INTERRUPTED; the gti_deliver of the caller raises. After GT_IO_BURST times in a row, it lets
 * the other threads run first (SCHED-12).
 */
void gti_pass_over(gti_hub *hub, const char *call);

/*
 * Blocks the current thread until gti_unpark is called with its current token, or an exception is
 * thrown into it. Does not park if there is something to raise; see gti_pass_over. After it has
 * returned, the caller takes back what it registered, and calls gti_deliver.
 *
 *   why  valid until it returns
 */
GTI_INLINE void gti_park(gti_hub *hub, const gti_wait *why)
{
    gt_thread *self = hub->current;
    if (gti_must_raise(self)) {
        gti_pass_over(hub, why->call);
        return;
    }
    self->waits_for = why;
    gti_switch_away(hub, self, why->call);
}
/* Does gt_yield for the public call `call`: once round the run queue. */
void gti_yield(gti_hub *hub, const char *call);

/* Blocks for `duration_ns` > 0, then raises what is pending. */
void gti_sleep(gti_hub *hub, int64_t duration_ns, const gti_wait *why);

#endif
