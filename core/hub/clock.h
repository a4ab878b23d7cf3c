/*
 * The clock of a hub: the system's, or the virtual clock of a test.
 */
#ifndef GTI_CLOCK_H
#define GTI_CLOCK_H

#include "core/hub/hub.h"

/* The time of the hub's clock. */
int64_t gti_hub_now(const gti_hub *hub);

/* The deadline `duration_ns` > 0 from now; GT_FOREVER: there is no deadline. */
int64_t gti_deadline(const gti_hub *hub, int64_t duration_ns);

#endif
