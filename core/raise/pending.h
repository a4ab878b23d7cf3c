/*
 * What is thrown at a thread waits here until the thread can raise it. Nothing here
 * blocks.
 */
#ifndef GTI_PENDING_H
#define GTI_PENDING_H

#include "core/hub/wake.h"

/* True if the current thread has something to raise where it blocks next. */
static inline bool gti_is_pending(const gt_thread *self)
{
    return (self->flags & GTI_KILLED || self->fired) && !self->shields;
}
/* Raises what interrupted the current thread. */
void gti_deliver_pending(gti_hub *hub, gt_thread *self);

/* Raises what ended the park of the current thread, if an exception did. */
static inline void gti_deliver(gti_hub *hub, gt_thread *self)
{
    if (self->flags & GTI_INTERRUPTED)
        gti_deliver_pending(hub, self);
}

/* Keeps it for the victim to raise; a kill that is pending already stays. */
void gti_make_pending(gti_hub *hub, gt_thread *victim, const gt_exception *exception);

/* Has all of them run next, in their order, to raise it; those in a shield later. */
void gti_mark_killed(gti_hub *hub, gt_thread *const threads[], size_t n,
                     const gt_exception *exception);

/* True while the victims of kills that could go on without an end wait in the ring (SCHED-11). */
bool gti_others_are_due(const gti_hub *hub);

/* The same to the current thread, which is about to switch away: it is next, behind
   those on the run-next list already. */
void gti_kill_where_it_blocks(gti_hub *hub, gt_thread *self, const char *call);

/* Condemns every thread but main to GT_EXIT, in spawn order: they run next. */
void gti_mark_all_killed(gti_hub *hub);

#endif
