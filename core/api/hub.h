/*
 * The two steps of ending a hub.
 */
#ifndef GTI_API_HUB_H
#define GTI_API_HUB_H

#include "core/hub/hub.h"

/*
 * False if the hub cannot end here (SHUT-3): on this stack, or in the report function. Then it
 * prints a line that says so.
 */
bool gti_hub_can_end(const gti_hub *hub);

/* Frees all that the hub has except main. Threads that still live are abandoned. */
void gti_hub_empty(gti_hub *hub);

/* Frees an empty hub. Then the OS thread has no hub. */
void gti_hub_free(gti_hub *hub);

/*
 * In a child of fork: gives up the hub that the child inherited, and touches nothing that the
 * parent still uses. It runs no thread and takes no descriptor out of the poller; it only closes
 * the poller. False: there is no such hub.
 */
bool gti_hub_after_fork_child(void);

#endif
