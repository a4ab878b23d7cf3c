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

/* "main", "" or what gt_set_name was given. */
static inline const char *gti_name_of(const gt_thread *thread)
{
    return thread->name ? thread->name : thread == &thread->hub->main ? "main" : "";
}

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

#endif
