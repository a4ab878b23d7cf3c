/*
 * A thread gets a stack when it first runs and gives it back when it ends, so
 * the pool's size follows the threads that are under way, not those that are
 * spawned. Stacks of another size than the default are not pooled: who asks
 * for one is rare, and a pool with sizes would have to be searched.
 *
 * A stack cannot be freed by the thread that still stands on it, so the last
 * one to be freed waits in `retired` for the next call.
 */
#include "stacks.h"
#include "allocate.h"
#include "compat/signals.h"
#include <gti_limits.h>
#include <stdint.h>

/* Tops that share one offset in their pages share cache sets. */
enum { STAGGER = 64, STAGGER_STEPS = 16 };

size_t gti_stack_size(size_t size)
{
    size_t smallest = gti_stack_memory_smallest() + STAGGER * STAGGER_STEPS;
    if (size > SIZE_MAX / 4)
        return 0;
    size_t wanted = size ? size + STAGGER * STAGGER_STEPS : GTI_STACK_SIZE;
    return wanted < smallest ? smallest : wanted;
}

/* The memory, where the backend runs on memory of ours. */
static bool map(gti_stacks *stacks, gti_stack *stack)
{
    if (!GTI_BACKEND_USES_MEMORY)
        return true;
    if (gti_allocation_fails() || gti_stack_memory_map(&stack->memory, stack->asked) != 0)
        return false;
    gti_allocation_taken();
    stacks->have_canaries = gti_stack_memory_has_canary();
    stack->usable = stack->memory.size - STAGGER * (stacks->made++ % STAGGER_STEPS);
    return true;
}

static void unmap(gti_stack *stack)
{
    if (!GTI_BACKEND_USES_MEMORY)
        return;
    gti_stack_memory_unmap(&stack->memory);
    gti_allocation_given_back();
}

/* Signals stay off the OS threads that a backend makes. */
static bool carry(gti_stack *stack)
{
    if (gti_allocation_fails())
        return false;
    gti_signals_hold();
    bool done = gti_carrier_init(&stack->carrier);
    gti_signals_release();
    if (done)
        gti_allocation_taken();
    return done;
}

static gti_stack *make(gti_stacks *stacks, size_t size)
{
    gti_stack *stack = gti_allocate(sizeof *stack);
    if (!stack)
        return NULL;
    stack->asked = size;
    if (!map(stacks, stack))
        goto free_record;
    if (!gti_fiber_new(&stack->fiber, stack->memory.low, stack->memory.size))
        goto unmap_memory;
    if (!carry(stack))
        goto free_fiber;
    return stack;

free_fiber:
    gti_fiber_free(&stack->fiber);
unmap_memory:
    unmap(stack);
free_record:
    gti_free(stack);
    return NULL;
}

/* What the last context left there is nothing to the next. */
void gti_stack_reset(gti_stack *stack)
{
    gti_fiber_reset(&stack->fiber);
    gti_spoil(stack->memory.low, stack->memory.size);
}

void gti_stack_free(gti_stacks *stacks, gti_stack *stack)
{
    if (!stacks->orphaned)
        gti_carrier_fini(&stack->carrier);
    gti_allocation_given_back();
    gti_fiber_free(&stack->fiber);
    unmap(stack);
    gti_free(stack);
}

static void free_retired(gti_stacks *stacks)
{
    if (stacks->retired)
        gti_stack_free(stacks, stacks->retired);
    stacks->retired = NULL;
}

bool gti_stack_suits(const gti_stack *stack, size_t size)
{
    return stack->asked == gti_stack_size(size);
}

gti_stack *gti_stacks_take(gti_stacks *stacks, size_t size)
{
    size = gti_stack_size(size);
    gti_stack *stack = stacks->idle;
    if (size != gti_stack_size(0) || !stack)
        return make(stacks, size);
    stacks->idle = stack->next;
    stacks->n_idle--;
    return stack;
}

bool gti_stacks_give(gti_stacks *stacks, gti_stack *stack)
{
    free_retired(stacks);
    bool full = stacks->n_idle == GTI_IDLE_STACKS || stacks->used_once;
    if (!gti_stack_suits(stack, 0) || full) {
        stacks->retired = stack;
        return false;
    }
    stack->next = stacks->idle;
    stacks->idle = stack;
    stacks->n_idle++;
    return true;
}

void gti_stacks_drop(gti_stacks *stacks)
{
    while (stacks->idle) {
        gti_stack *stack = stacks->idle;
        stacks->idle = stack->next;
        gti_stack_free(stacks, stack);
    }
    stacks->n_idle = 0;
}

void gti_stacks_fini(gti_stacks *stacks)
{
    free_retired(stacks);
    gti_stacks_drop(stacks);
    *stacks = (gti_stacks){0};
}
