/*
 * All memory of the runtime is allocated here. Allocations are counted, and tests can make them
 * fail.
 */
#ifndef GTI_ALLOCATE_H
#define GTI_ALLOCATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

extern atomic_size_t gti_allocation_countdown; /* 0: no allocation will fail */
bool gti_allocation_counts_down(void);

/* Returns zeroed memory; NULL: no memory. */
void *gti_allocate(size_t size);
void gti_free(void *memory); /* NULL: does nothing */

/*
 * True if a test wants this allocation to fail. Code that takes anything else than memory from the
 * system asks this first.
 */
static inline bool gti_allocation_fails(void)
{
    return atomic_load_explicit(&gti_allocation_countdown, memory_order_relaxed) != 0 &&
           gti_allocation_counts_down();
}

/* Counts a resource that was taken, and one that was given back. */
void gti_allocation_taken(void);
void gti_allocation_given_back(void);

#endif
