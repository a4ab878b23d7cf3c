/*
 * How much of a stack has been used.
 */
#ifndef GTI_STACK_USAGE_H
#define GTI_STACK_USAGE_H

#include "core/hub/hub.h"

/* The most bytes that were in use since it was mapped or cleaned; 0: not known. */
size_t gti_stack_used(const gti_stack *stack);

/* Nobody is on it: as if nobody had been. (The memory of some platforms is not zeros at first.) */
void gti_stack_clean(gti_stack *stack);

/*
 * On a carrier's own OS thread, when its stack gets a context: finds out where
 * the stack is, has its overflow told, and cleans it below the caller if none
 * is used twice.
 */
void gti_stack_enter_carriers(gti_hub *hub);

#endif
