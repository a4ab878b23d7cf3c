/*
 * A thread from its first run to its death.
 */
#ifndef GTI_LIFECYCLE_H
#define GTI_LIFECYCLE_H

#include "core/hub/hub.h"

/*
 * The thread to run next, whatever that takes: a look at timers and
 * descriptors, the start of one.
 *
 *   spare  a stack that the caller is about to leave, which a thread that has
 *          not started may be given; NULL: none
 */
gt_thread *gti_pick(gti_hub *hub, gti_stack *spare);

/* The first function on every new stack, and the last of a backtrace. Never returns. */
void gti_thread_main(void *hub);

#endif
