/*
 * The two steps of ending a hub.
 */
#ifndef GTI_HUB_END_H
#define GTI_HUB_END_H

#include "hub.h"

/* Frees all that it has; what still lives is abandoned. Only main is left. */
void gti_hub_empty(gti_hub *hub);

/* Frees an empty hub: the OS thread has none then. */
void gti_hub_free(gti_hub *hub);

#endif
