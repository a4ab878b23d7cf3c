/*
 * Timeouts, for the rest of the library.
 */
#ifndef GTI_TIMEOUT_H
#define GTI_TIMEOUT_H

#include "core/hub/hub.h"

/* Raises GT_TIMEOUT for a timeout on the current thread's list of fired ones. */
_Noreturn void gti_timeout_raise(gti_hub *hub, gt_timeout *timeout);
/* Stops all timeouts of a thread. */
void gti_timeouts_stop(gt_thread *thread);

#endif
