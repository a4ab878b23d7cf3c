/*
 * The contract of compat: the stack that the system gave to an OS thread.
 */
#ifndef GTI_COMPAT_OWN_STACK_H
#define GTI_COMPAT_OWN_STACK_H

#include "compat/memory.h"

/*
 * Tells where the calling OS thread's own stack is. `mapping` is the lowest address at
 * which a touch counts as an overflow: a guard's width below `low`.
 *
 *   returns  false: the platform does not tell; *memory is as it was
 */
bool gti_own_stack(gti_stack_memory *memory);

#endif
