/*
 * The hub of the calling OS thread, and what a fork of the process does to it (FORK-1, FORK-2). The
 * first call that needs a hub makes it. This is the only call here into a higher room.
 */
#ifndef GTI_CURRENT_H
#define GTI_CURRENT_H

#include "core/hub/hub.h"

/*
 * The hub of this OS thread. Some backends run each green thread on an OS thread of its own. There
 * gti_thread_main sets this variable, so all OS threads of a hub have the same value.
 */
extern GTI_THREAD_LOCAL gti_hub *gti_this_hub;

/* Makes the hub for the public call `call`; NULL: no memory. */
gti_hub *gti_hub_make(const char *call);

/* Makes the hub. Without memory GT_NO_MEMORY leaves main (EXC-5). */
gti_hub *gti_hub_need(const char *call);

/* The hub of the OS thread while handlers of fork run; it is hidden from a child. */
gti_hub *gti_hub_hidden(void);

/* The hub; NULL: there is none. Makes no hub. */
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

/* Registers the handlers that run before and after each fork; false: the system cannot. */
bool gti_fork_watch(void);

/* Aborts in a child of fork that has not called gt_shutdown (FORK-1). */
void gti_hub_check_fork(const char *call);

/*
 * The hub that a child of fork inherited; NULL: there is none. gti_fork_inherit makes it the
 * child's.
 */
gti_hub *gti_fork_inherited(void);
void gti_fork_inherit(gti_hub *hub);

/* Forgets the hub of the OS thread. */
void gti_fork_forget(void);

#endif
