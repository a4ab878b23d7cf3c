/*
 * Checks of handles, and the references to their threads.
 */
#ifndef GTI_HANDLE_H
#define GTI_HANDLE_H

#include "core/hub/current.h"

/*
 * Marks that the user has a handle without a reference, which is good while the thread lives. From
 * now on the checks cannot tell that another handle of the thread is used too long.
 */
static inline void gti_lend(gt_thread *thread)
{
    thread->flags = (uint16_t)((thread->flags & ~GTI_RELEASED) | GTI_LENT);
}

/* The slow part of the two checks below, for a handle that is not known to be good. */
gti_hub *gti_check_handle_slowly(const gt_thread *thread, const char *call);
gti_hub *gti_check_waitable_slowly(const gt_thread *thread, const char *call);

/*
 * The hub of a handle that the user passed to a public call. Aborts if the handle is not good
 * (REF-1, REF-2).
 */
static inline gti_hub *gti_check_handle(const gt_thread *thread, const char *call)
{
    gti_hub *hub = gti_this_hub;
    if (!thread || !hub || thread->hub != hub || thread->flags & GTI_RELEASED)
        return gti_check_handle_slowly(thread, call);
    return hub;
}

/* The same for a call that waits for the thread or links it. */
static inline gti_hub *gti_check_waitable(const gt_thread *thread, const char *call)
{
    gti_hub *hub = gti_this_hub;
    if (!thread || !hub || thread->hub != hub || thread->flags & (GTI_RELEASED | GTI_SPAWN_N) ||
        thread == &hub->main)
        return gti_check_waitable_slowly(thread, call);
    return hub;
}

/* Reports the exception of a finished thread if it was not delivered (SPAWN-7). */
void gti_report_undelivered(gti_hub *hub, gt_thread *thread);

/* Frees the control block of a dead thread. */
void gti_handle_free(gti_hub *hub, gt_thread *thread);

GTI_INLINE void gti_release(gti_hub *hub, gt_thread *thread)
{
    if (--thread->references == 0)
        gti_handle_free(hub, thread);
}

/* Gives back a reference of the user. */
void gti_handle_give_back(gti_hub *hub, gt_thread *thread);

#endif
