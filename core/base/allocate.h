/*
 * All memory of the runtime, counted, and made to fail by tests.
 */
#ifndef GTI_ALLOCATE_H
#define GTI_ALLOCATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

extern atomic_size_t gti_allocation_countdown; /* 0: nothing will fail */
bool gti_allocation_counts_down(void);

/* Zeroed memory; NULL: none. */
void *gti_allocate(size_t size);
void gti_free(void *memory); /* NULL: nothing */

/*
 * True when this allocation is the one that a test wants to fail. Whoever
 * takes something from the system that is not memory asks it first.
 */
static inline bool gti_allocation_fails(void)
{
    return atomic_load_explicit(&gti_allocation_countdown, memory_order_relaxed) != 0 &&
           gti_allocation_counts_down();
}

/* It has been taken, and is held until it is given back. */
void gti_allocation_taken(void);
void gti_allocation_given_back(void);

#endif
