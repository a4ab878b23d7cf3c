/*
 * The stacks of a hub, and the pool of the stacks that are not in use.
 */
#ifndef GTI_STACKS_H
#define GTI_STACKS_H

#include "compat/memory.h"
#include "compat/sanitizer.h"
#include "core/backend.h"
#include <gti_limits.h>
#include <limits.h>
#include <stdint.h>

/*
 * The record of a stack. It is at the top of the stack's memory, in a page that is touched anyway.
 * Where a carrier brings the stack, the record is beside its block.
 */
typedef struct gti_stack {
    struct gti_block *block;
    unsigned index; /* in its block */
    size_t request; /* the size that was asked for; 0: the default */
    size_t usable;  /* bytes of the memory; less than its size, because the top is staggered */
    gti_stack_memory memory; /* below the record; zeroed where carriers bring stacks */
    gti_carrier carrier;
    gti_fiber fiber;
    bool is_waiting;     /* the stack is in the pool, and its context waits for a thread */
    gti_context context; /* valid while is_waiting */
} gti_stack;

/* Stacks of one size; a single stack where carriers bring them. */
typedef struct gti_block {
    struct gti_block *next, *previous; /* on one of its pool's lists */
    struct gti_pool *pool;
    gti_stack_block memory;
    uint64_t idle;  /* bit i: stack i is not in use and has a record */
    uint64_t blank; /* bit i: stack i is not in use and has no record, so it takes no memory */
} gti_block;

/* The search for a stack starts at the front. */
typedef struct gti_block_list {
    gti_block *first, *last;
} gti_block_list;

/*
 * Sizes are multiples of a step. The step is 4,096 bytes up to 64 of them; after that each doubling
 * has 32 steps. Rounding adds at most a page or a 32nd, and the number of sizes is bounded.
 */
typedef struct gti_pool {
    struct gti_pool *next, *previous; /* on the list of all pools */
    size_t asked;                     /* the size of its stacks, as gti_stack_size returns it */
    size_t made;                      /* stacks in all its blocks */
    gti_block_list some; /* blocks with stacks in use and stacks not in use; blocks with idle stacks
                            come first */
    gti_block_list all_idle; /* blocks with no stack in use: they can be freed */
    gti_block_list full;     /* blocks with all stacks in use; listed for LeakSanitizer, which looks
                                into no stack */
} gti_pool;

typedef struct gti_stacks {
    gti_stack *cached; /* most recently freed stack; may still be the running one */
    struct {
        gti_pool *first, *last;
    } pools;                              /* of the sizes that were asked for, newest first */
    gti_pool *by_size[GTI_STACK_CLASSES]; /* NULL: no pool has that size */
    size_t n_made;                        /* stacks made so far; staggers their tops */
    bool have_canaries;                   /* an overflow is noticed when the stack is left */
    bool orphaned; /* after a fork: the carriers belong to the parent, so they are not ended here */
    bool kept_clean; /* tests measure stacks: each thread finds its stack all zeros */

    size_t idle;       /* bytes of idle stacks, without `cached` and without blank stacks */
    size_t least_idle; /* the lowest value of `idle` since the window began */
    size_t surplus;    /* bytes that the last window did not need and that are not given back yet */
    int64_t window_ends; /* by the hub's clock */
    int64_t slice_due;   /* when the next slice of the surplus may go */
} gti_stacks;

/* True if a thread that wants `size` may run on `stack`, which is in use or cached. */
static inline bool gti_stack_suits(const gti_stack *stack, size_t size)
{
    return stack->request == size;
}

/* Returns a stack that is not cached; NULL: no memory. */
gti_stack *gti_stacks_find(gti_stacks *stacks, size_t size);

/*
 * Returns a stack of `size`, as gti_stack_size returns it, or 0 for the default; NULL: no memory.
 */
static inline gti_stack *gti_stacks_take(gti_stacks *stacks, size_t size)
{
    gti_stack *stack = stacks->cached;
    if (!stack || !gti_stack_suits(stack, size))
        return gti_stacks_find(stacks, size);
    stacks->cached = NULL;
    return stack;
}

/* Gives back a stack; the caller may still run on it. */
void gti_stacks_give(gti_stacks *stacks, gti_stack *stack);

/* True if more stacks are idle than are always kept. */
bool gti_stacks_abound(const gti_stacks *stacks);

/*
 * Gives some of the surplus back to the system.
 *
 *   now_ns   the time of the hub's clock
 *   returns  when to call again; GT_FOREVER: when gti_stacks_abound is true again
 */
int64_t gti_stacks_trim(gti_stacks *stacks, int64_t now_ns);

/* Prepares a stack in memory of the library for a new context. */
void gti_stack_reset(gti_stack *stack);

/* Ends a stack that no thread runs on or will run on again. */
void gti_stack_free(gti_stacks *stacks, gti_stack *stack);

/* Gives back the memory of all stacks that are not in use. */
void gti_stacks_drop(gti_stacks *stacks);

/* Frees the pools and all stacks that were given back or freed. */
void gti_stacks_fini(gti_stacks *stacks);

/*
 * The size of a stack of which a thread can use `size` bytes; 0 asks for the default. Returns 0 if
 * `size` is absurdly large.
 */
size_t gti_stack_size(size_t size);

#endif
