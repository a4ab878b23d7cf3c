/*
 * The hub of the OS thread that calls, and what a fork of the process does to it (FORK-1,
 * FORK-2). The first call that needs a hub makes it: nothing else here calls into a room
 * that is higher up.
 */
#ifndef GTI_CURRENT_H
#define GTI_CURRENT_H

#include "core/hub/hub.h"

/*
 * The hub of this OS thread. On backends that run each green thread on an OS
 * thread of its own it is the same in all of a hub's: gti_thread_main sets it.
 */
extern _Thread_local gti_hub *gti_this_hub;

/* Makes it, for the public call `call`; NULL: no memory. */
gti_hub *gti_hub_make(const char *call);

/* Makes it; without memory GT_NO_MEMORY leaves main (EXC-5). */
gti_hub *gti_hub_need(const char *call);

/* While handlers of fork run: the hub of the OS thread, which is hidden from a child. */
gti_hub *gti_hub_hidden(void);

/* NULL: there is none; it is not made. */
static inline gti_hub *gti_hub_if_any(void)
{
    gti_hub *hub = gti_this_hub;
    return hub ? hub : gti_hub_hidden();
}

static inline gti_hub *gti_hub_get(const char *call)
{
    gti_hub *hub = gti_this_hub;
    return hub ? hub : gti_hub_need(call);
}

/* Has the process call this file before and after each fork; false: it cannot. */
bool gti_fork_watch(void);

/* A programming error in a child of fork that has not called gt_shutdown (FORK-1). */
void gti_hub_check_fork(const char *call);

/* The hub that a child has inherited, which is its own from now on; NULL: there is none. */
gti_hub *gti_fork_inherited(void);
void gti_fork_inherit(gti_hub *hub);

/* The OS thread has no hub any more. */
void gti_fork_forget(void);

#endif
