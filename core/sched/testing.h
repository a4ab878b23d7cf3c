/*
 * What a switch does for the calls for tests.
 */
#ifndef GTI_TESTING_H
#define GTI_TESTING_H

#include "core/hub/hub.h"

/*
 * Called where the current thread blocks while GTI_KILL_AT is set. Kills the thread if it is the
 * victim.
 */
void gti_testing_block(gti_hub *hub);

#endif
