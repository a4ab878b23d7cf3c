/*
 * What the rest of core asks of testing.c.
 */
#ifndef GTI_TESTING_H
#define GTI_TESTING_H

#include "hub.h"

/* While GTI_KILL_AT is set: the current thread blocks, and may be the victim. */
void gti_testing_block(gti_hub *hub);

#endif
