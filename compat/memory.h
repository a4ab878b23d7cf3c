/*
 * The contract of compat: memory for objects and for stacks.
 */
#ifndef GTI_COMPAT_MEMORY_H
#define GTI_COMPAT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Returns zeroed memory, aligned for any object, or NULL if there is none. */
void *gti_memory_new(size_t size);
void gti_memory_free(void *memory);

/*
 * Memory for a stack, which grows down from low + size. Below `low` there is a guard
 * where the platform can give one: touching it is a fault. Elsewhere there is a canary, a
 * pattern that is checked when a thread leaves the stack.
 */
typedef struct gti_stack_memory {
    char *low;
    size_t size;   /* usable bytes, a multiple of 16 */
    void *mapping; /* where the guard begins; equal to `low`: there is a canary instead */
    size_t mapped; /* bytes from there to the top */
} gti_stack_memory;

/*
 * Stacks of one size, side by side. Many of them take few mappings, and a system may
 * limit the mappings of a process.
 */
typedef struct gti_stack_block {
    char *memory;
    size_t pitch;      /* bytes from one stack to the next */
    unsigned n;        /* stacks */
    bool has_canaries; /* no guards */
} gti_stack_block;

/*
 * Reserves up to `n` stacks of at least `size` usable bytes each, committed by
 * touch where the platform can.
 *
 *   n        at least 1; fewer are reserved where memory is short, or where it
 *            is committed at once
 *   size     at most a quarter of the address space
 *   returns  0; -1: there is no memory, *block is as it was
 */
int gti_stack_block_map(gti_stack_block *block, size_t size, unsigned n);
void gti_stack_block_unmap(gti_stack_block *block);

/* Where stack `i` is. */
gti_stack_memory gti_stack_block_get(const gti_stack_block *block, unsigned i);

/*
 * Gives the memory behind stacks `first` to `first + n - 1` back to the system. Their
 * contents are lost.
 */
void gti_stack_block_forget(const gti_stack_block *block, unsigned first, unsigned n);

/* False where no stack ever has a guard. */
bool gti_stack_guards_exist(void);

/* Call it before a stack is used, and again after the stack was forgotten. */
void gti_stack_memory_prepare(const gti_stack_memory *memory);

/* False: the canary has been overwritten since then. */
bool gti_stack_memory_is_intact(const gti_stack_memory *memory);

/* The smallest stack on which a signal frame and a report fit. */
size_t gti_stack_memory_smallest(void);

#endif
