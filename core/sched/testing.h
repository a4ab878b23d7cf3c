/*
 * What a switch asks of the calls for tests.
 */
#ifndef GTI_TESTING_H
#define GTI_TESTING_H

#include "core/hub/hub.h"

/* While GTI_KILL_AT is set: the current thread blocks, and may be the victim. */
void gti_testing_block(gti_hub *hub);

#endif
