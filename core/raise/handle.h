/*
 * Handles: whether one is good, and the references to its thread.
 */
#ifndef GTI_HANDLE_H
#define GTI_HANDLE_H

#include "core/hub/current.h"

/*
 * A handle is handed out that is good without a reference for as long as the
 * thread lives; from now on it is not noticed if another is used too long.
 */
static inline void gti_lend(gt_thread *thread)
{
    thread->flags = (uint16_t)((thread->flags & ~GTI_RELEASED) | GTI_LENT);
}

/* What the two below do with a handle that they do not know to be good. */
gti_hub *gti_look_twice(const gt_thread *thread, const char *call);
gti_hub *gti_look_twice_to_wait(const gt_thread *thread, const char *call);

/* The hub of a handle that a public call was given; aborts if it is not good (REF-1, REF-2). */
static inline gti_hub *gti_check_handle(const gt_thread *thread, const char *call)
{
    gti_hub *hub = gti_this_hub;
    if (!thread || !hub || thread->hub != hub || thread->flags & GTI_RELEASED)
        return gti_look_twice(thread, call);
    return hub;
}

/* The same, for one that can be waited for or linked. */
static inline gti_hub *gti_check_waitable(const gt_thread *thread, const char *call)
{
    gti_hub *hub = gti_this_hub;
    if (!thread || !hub || thread->hub != hub || thread->flags & (GTI_RELEASED | GTI_SPAWN_N) ||
        thread == &hub->main)
        return gti_look_twice_to_wait(thread, call);
    return hub;
}

/* Reports the exception of a finished thread that nobody has asked for (SPAWN-7). */
void gti_report_undelivered(gti_hub *hub, gt_thread *thread);

/* Frees the control block of a dead thread. */
void gti_handle_free(gti_hub *hub, gt_thread *thread);

GTI_INLINE void gti_release(gti_hub *hub, gt_thread *thread)
{
    if (--thread->references == 0)
        gti_handle_free(hub, thread);
}

/* Gives back a reference of the users'. */
void gti_handle_give_back(gti_hub *hub, gt_thread *thread);

#endif
