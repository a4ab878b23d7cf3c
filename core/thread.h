/*
 * The life of a thread, as the scheduler and the other public calls see it.
 */
#ifndef GTI_THREAD_H
#define GTI_THREAD_H

#include "hub.h"

/* The first thing on every new stack; `hub` as void pointer. Never returns. */
void gti_thread_main(void *hub);

/*
 * Finishes a thread that has not started: with the kill that is pending, or
 * else because no stack could be had for it.
 */
void gti_thread_end_unstarted(gt_thread *thread);

/* The links of a finished thread have run, or it has none: it is dead. */
void gti_thread_die(gti_hub *hub, gt_thread *thread);

/* Runs the links of the current thread, which has finished. */
void gti_run_links(gti_hub *hub, gt_thread *self);

/* Reports the exception of a finished thread that nobody has asked for (SPAWN-7). */
void gti_report_undelivered(gti_hub *hub, gt_thread *thread);

_Noreturn void gti_bad_handle(const gt_thread *thread, const char *call);

/* The hub of a handle that a public call was given; aborts if it is not ours. */
static inline gti_hub *gti_check_handle(const gt_thread *thread, const char *call)
{
    gti_hub *hub = gti_this_hub;
    if (!thread || !hub || thread->hub != hub)
        gti_bad_handle(thread, call);
    return hub;
}

_Noreturn void gti_not_waitable(const gt_thread *thread, const char *call);

/* The same, for one that can be waited for or linked. */
static inline gti_hub *gti_check_waitable(const gt_thread *thread, const char *call)
{
    gti_hub *hub = gti_check_handle(thread, call);
    if (thread->flags & GTI_SPAWN_N || thread == &hub->main)
        gti_not_waitable(thread, call);
    return hub;
}

#endif
