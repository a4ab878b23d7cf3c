/*
 * The two steps of ending a hub.
 */
#ifndef GTI_API_HUB_H
#define GTI_API_HUB_H

#include "core/hub/hub.h"

/* False, with a line of its own, on a stack or in a function where it cannot end (SHUT-3). */
bool gti_hub_can_end(const gti_hub *hub);

/* Frees all that it has; what still lives is abandoned. Only main is left. */
void gti_hub_empty(gti_hub *hub);

/* Frees an empty hub: the OS thread has none then. */
void gti_hub_free(gti_hub *hub);

/*
 * In a child of fork: gives up what it has inherited, and touches nothing that
 * the parent still uses: no thread is run, no descriptor taken out of the
 * poller, which is only closed. False: there is nothing.
 */
bool gti_hub_after_fork_child(void);

#endif
