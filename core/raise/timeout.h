/*
 * Timeouts, as the rooms above see them.
 */
#ifndef GTI_TIMEOUT_H
#define GTI_TIMEOUT_H

#include "core/hub/hub.h"

/* GT_TIMEOUT; the timeout is on the current thread's list of those that fired. */
_Noreturn void gti_timeout_raise(gti_hub *hub, gt_timeout *timeout);
/* Stops all timeouts of a thread. */
void gti_timeouts_stop(gt_thread *thread);

#endif
