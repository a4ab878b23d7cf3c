/*
 * The stacks of a hub, and the pool of those that nobody runs on.
 */
#ifndef GTI_STACKS_H
#define GTI_STACKS_H

#include "backend.h"
#include "compat/memory.h"
#include "compat/sanitizer.h"

typedef struct gti_stack {
    struct gti_stack *next;  /* in the pool */
    size_t asked;            /* the size that it was made for */
    size_t usable;           /* of its memory: the top is staggered */
    gti_stack_memory memory; /* unused where carriers bring their own */
    gti_carrier carrier;
    gti_fiber fiber;
    bool is_waiting;     /* in the pool: its context waits to be given a thread, */
    gti_context context; /* here */
} gti_stack;

typedef struct gti_stacks {
    gti_stack *idle; /* of the default size */
    size_t n_idle;
    gti_stack *retired; /* left a moment ago, to be freed at the next chance */
    unsigned made;      /* how many ever; staggers their tops */
    bool have_canaries; /* an overflow is noticed when the stack is left */
    bool orphaned;      /* by fork: its carriers are the parent's, not ours to end */
    bool used_once;     /* for who measures them: none is used again */
} gti_stacks;

/* A stack for `size` bytes, 0 for the default; NULL: none can be had. */
gti_stack *gti_stacks_take(gti_stacks *stacks, size_t size);

/*
 * Takes back a stack, which may be the one that the caller still runs on.
 *
 *   returns  true: it stays in the pool as it is; false: it will be freed
 */
bool gti_stacks_give(gti_stacks *stacks, gti_stack *stack);

/* Before a context is made on a stack that brings memory of ours. */
void gti_stack_reset(gti_stack *stack);

/* Frees one that nobody runs on, or will again. */
void gti_stack_free(gti_stacks *stacks, gti_stack *stack);

/* Frees the stacks in the pool. */
void gti_stacks_drop(gti_stacks *stacks);

/* Frees the pool. */
void gti_stacks_fini(gti_stacks *stacks);

/* True if a thread that asked for `size` may run on `stack`. */
bool gti_stack_suits(const gti_stack *stack, size_t size);

/* The bytes that a request of `size` comes to; 0: it is absurd. */
size_t gti_stack_size(size_t size);

#endif
