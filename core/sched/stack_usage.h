/*
 * How much of a stack was used.
 */
#ifndef GTI_STACK_USAGE_H
#define GTI_STACK_USAGE_H

#include "core/hub/hub.h"

/* The most bytes that were in use since the stack was mapped or cleaned; 0: not known. */
size_t gti_stack_used(const gti_stack *stack);

/*
 * Cleans a stack that no thread is on, as if it were new. (On some platforms new memory is not
 * zeros.)
 */
void gti_stack_clean(gti_stack *stack);

/*
 * Called on a carrier's OS thread when its stack gets a context. Finds out where the stack is, and
 * has its overflow reported. If stacks are kept clean, it cleans the stack below the caller.
 */
void gti_stack_enter_carriers(gti_hub *hub);

#endif
