/*
 * Kills, timeouts and deadlocks that a thread has yet to raise. Nothing here blocks.
 */
#ifndef GTI_PENDING_H
#define GTI_PENDING_H

#include "core/hub/wake.h"

/* True if the current thread raises something where it blocks next. */
static inline bool gti_must_raise(const gt_thread *self)
{
    return (self->flags & GTI_KILLED || self->fired) && !self->shields;
}
/* Raises what interrupted the current thread. */
void gti_deliver_pending(gti_hub *hub, gt_thread *self);

/* Raises an exception if one ended the park of the current thread. */
static inline void gti_deliver(gti_hub *hub, gt_thread *self)
{
    if (self->flags & GTI_INTERRUPTED)
        gti_deliver_pending(hub, self);
}

/* Stores a kill for the victim to raise. If a kill is pending already, that one stays. */
void gti_make_pending(gti_hub *hub, gt_thread *victim, const gt_exception *exception);

/*
 * Kills the threads: each runs next, in the order of the array, and raises the exception. A thread
 * in a shield raises it later.
 */
void gti_mark_killed(gti_hub *hub, gt_thread *const threads[], size_t n,
                     const gt_exception *exception);

/* True while the victims of kills that could go on without an end wait in the ring (SCHED-11). */
bool gti_victims_must_queue(const gti_hub *hub);

/*
 * Kills the current thread, which is about to switch away. It runs after the threads that are on
 * the run-next list already.
 */
void gti_kill_where_it_blocks(gti_hub *hub, gt_thread *self, const char *call);

/* Kills every thread except main with GT_EXIT. They run next, in spawn order. */
void gti_mark_all_killed(gti_hub *hub);

#endif
