/*
 * A deadlock: nothing can ever happen any more.
 */
#ifndef GTI_DEADLOCK_H
#define GTI_DEADLOCK_H

#include "core/hub/hub.h"

/* Wakes main to raise GT_DEADLOCK (WAIT-6). */
void gti_deadlock(gti_hub *hub);

#endif
