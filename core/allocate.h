/*
 * All memory of the runtime, counted, and made to fail by tests.
 */
#ifndef GTI_ALLOCATE_H
#define GTI_ALLOCATE_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed memory; NULL: none. */
void *gti_allocate(size_t size);
void gti_free(void *memory); /* NULL: nothing */

/*
 * True when this allocation is the one that a test wants to fail. Whoever
 * takes something from the system that is not memory asks it first.
 */
bool gti_allocation_fails(void);

/* It has been taken, and is held until it is given back. */
void gti_allocation_taken(void);
void gti_allocation_given_back(void);

#endif
