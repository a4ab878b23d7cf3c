/*
 * The stacks of a hub, and the pool of those that nobody runs on.
 */
#ifndef GTI_STACKS_H
#define GTI_STACKS_H

#include "compat/memory.h"
#include "compat/sanitizer.h"
#include "core/backend.h"
#include <limits.h>
#include <stdint.h>

/*
 * At the top of its own memory, in a page that is touched anyway; beside its
 * block where a carrier brings the stack.
 */
typedef struct gti_stack {
    struct gti_block *block;
    unsigned index;          /* in its block */
    size_t request;          /* the size that it was taken for; 0: the default */
    size_t usable;           /* of its memory: the top is staggered */
    gti_stack_memory memory; /* below the record; zeroed where carriers bring their own */
    gti_carrier carrier;
    gti_fiber fiber;
    bool is_waiting;     /* in the pool: its context waits to be given a thread, */
    gti_context context; /* here */
} gti_stack;

/* Stacks of one size; one where carriers bring them. */
typedef struct gti_block {
    struct gti_block *next, *previous; /* on one of its pool's lists */
    struct gti_pool *pool;
    gti_stack_block memory;
    uint64_t idle;  /* bit i: nobody is on stack i */
    uint64_t blank; /* bit i: nobody is, and it has no record: it takes no memory */
} gti_block;

/* Where to look for a stack first is at the front. */
typedef struct gti_block_list {
    gti_block *first, *last;
} gti_block_list;

/*
 * Sizes are multiples of a step: 4,096 bytes up to 64 of them, and from there
 * 32 steps to each doubling. So rounding adds a page, or a 32nd, and there are
 * this many sizes.
 */
enum {
    GTI_STACK_STEP = 4096,
    GTI_STACK_STEPS = 32,
    GTI_STACK_CLASSES = (sizeof(size_t) * CHAR_BIT - 15) * GTI_STACK_STEPS
};

typedef struct gti_pool {
    struct gti_pool *next, *previous; /* on the list of all */
    size_t asked;                     /* the size of its stacks, as gti_stack_size gives it */
    size_t made;                      /* stacks of all its blocks */
    gti_block_list some;              /* blocks with stacks in use, and others; last the ones with
                                         none but blank others */
    gti_block_list all_idle;          /* blocks that could go */
    gti_block_list full; /* all in use; listed for LeakSanitizer, which looks into no stack */
} gti_pool;

typedef struct gti_stacks {
    gti_stack *cached; /* the last that was given back; maybe one that is stood on still */
    gti_pool *pools;   /* those that have been asked, newest first */
    gti_pool *by_size[GTI_STACK_CLASSES]; /* NULL: there is none of that size */
    size_t n_made;                        /* how many ever; staggers their tops */
    bool have_canaries;                   /* an overflow is noticed when the stack is left */
    bool orphaned;   /* by fork: its carriers are the parent's, not ours to end */
    bool kept_clean; /* for who measures them: each thread finds its own all zeros */

    size_t idle;         /* bytes of stacks that nobody is on, without `cached` and blanks */
    size_t least_idle;   /* the least of it since the window began */
    size_t surplus;      /* bytes that the last window had no use for, not given back yet */
    int64_t window_ends; /* by the hub's time */
    int64_t slice_due;   /* when more of the surplus may go */
} gti_stacks;

/* True if a thread that wants `size` may go on with `stack`, which is in use or cached. */
static inline bool gti_stack_suits(const gti_stack *stack, size_t size)
{
    return stack->request == size;
}

/* One that is not cached; NULL: none can be had. */
gti_stack *gti_stacks_find(gti_stacks *stacks, size_t size);

/* A stack of `size`, as gti_stack_size gives it, or 0 for the default; NULL: none can be had. */
static inline gti_stack *gti_stacks_take(gti_stacks *stacks, size_t size)
{
    gti_stack *stack = stacks->cached;
    if (!stack || !gti_stack_suits(stack, size))
        return gti_stacks_find(stacks, size);
    stacks->cached = NULL;
    return stack;
}

/* Takes back a stack, which may be the one that the caller still runs on. */
void gti_stacks_give(gti_stacks *stacks, gti_stack *stack);

/* True if some are idle beyond those that are always kept. */
bool gti_stacks_abound(const gti_stacks *stacks);

/*
 * Gives some of what was of no use lately back to the system.
 *
 *   now_ns   the hub's time
 *   returns  when to come again; GT_FOREVER: when they abound again
 */
int64_t gti_stacks_trim(gti_stacks *stacks, int64_t now_ns);

/* Before a context is made on a stack that brings memory of ours. */
void gti_stack_reset(gti_stack *stack);

/* Ends one that nobody runs on, or will again. */
void gti_stack_free(gti_stacks *stacks, gti_stack *stack);

/* Gives back the memory of all stacks that nobody is on. */
void gti_stacks_drop(gti_stacks *stacks);

/* Frees the pools, with all stacks that were given back or freed. */
void gti_stacks_fini(gti_stacks *stacks);

/* The size of a stack of which a thread can use `size` bytes, 0 for the default; 0: it
   is absurd. */
size_t gti_stack_size(size_t size);

#endif
