/*
 * A thread from its first run to its death.
 */
#ifndef GTI_LIFECYCLE_H
#define GTI_LIFECYCLE_H

#include "core/hub/hub.h"

/*
 * Returns the thread to run next. For that it polls timers and descriptors, waits, and starts a
 * thread where it must.
 *
 *   spare  a stack that the caller is about to leave; a thread that has not started may get it;
 * NULL: none
 */
gt_thread *gti_pick(gti_hub *hub, gti_stack *spare);

/* The first function on every new stack, and the last of a backtrace. Never returns. */
void gti_thread_main(void *hub);

#endif
