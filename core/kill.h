/*
 * Throwing an exception into another thread.
 */
#ifndef GTI_KILL_H
#define GTI_KILL_H

#include "hub.h"

/* gt_kill, called by the public call `call`; the handle has been checked. */
void gti_kill(gti_hub *hub, gt_thread *thread, const gt_exception *exception, const char *call);

/* The same to the current thread, which is about to switch away: it is next, behind
   those that are urgent already. */
void gti_kill_where_it_blocks(gti_hub *hub, gt_thread *self, const char *call);

/* Condemns every thread but main to GT_EXIT, in spawn order: they run next. */
void gti_condemn_all(gti_hub *hub);

/* Stops all timeouts of a thread. */
void gti_timeouts_stop(gt_thread *thread);

/* True if the current thread has something to raise where it blocks next. */
static inline bool gti_is_pending(const gt_thread *self)
{
    return (self->flags & GTI_KILLED || self->fired) && !self->shields;
}

#endif
