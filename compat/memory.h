/*
 * The contract of compat: memory for objects and for stacks.
 */
#ifndef GTI_COMPAT_MEMORY_H
#define GTI_COMPAT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed memory, aligned for any object; NULL: there is none. */
void *gti_memory_new(size_t size);
void gti_memory_free(void *memory);

/*
 * Memory for a stack, which grows down from low + size. Below `low` there is
 * a guard, where the platform can give one: touching it is a fault.
 */
typedef struct gti_stack_memory {
    char *low;
    size_t size;   /* usable bytes, a multiple of 16 */
    void *mapping; /* what was reserved, the guard included */
    size_t mapped; /* bytes of it */
} gti_stack_memory;

/*
 * Reserves a stack of at least `size` usable bytes, committed by touch where
 * the platform can.
 *
 *   size     at most half of the address space
 *   returns  0; -1: there is no memory, *memory is as it was
 */
int gti_stack_memory_map(gti_stack_memory *memory, size_t size);
void gti_stack_memory_unmap(gti_stack_memory *memory);

/*
 * True where there are no guard pages but a pattern below a stack that is
 * looked at when the stack is left: intact, or overwritten since it was mapped.
 */
bool gti_stack_memory_has_canary(void);
bool gti_stack_memory_is_intact(const gti_stack_memory *memory);

/* The smallest size of a stack that a signal frame and a report fit on. */
size_t gti_stack_memory_smallest(void);

#endif
