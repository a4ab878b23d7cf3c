/*
 * The words on a stack show how deep it was used. Memory that was mapped and never used is zeros,
 * so the first word from the low end that is not zero is the mark. This costs nothing until the
 * program asks. A stack that is used again shows the deepest use of all its threads, unless it is
 * cleaned in between. To paint each stack for every thread, as small systems do, would touch all of
 * its pages. To ask the system which pages were touched gives no bytes, and on most systems not
 * what was swapped out.
 */
#include "core/sched/stack_usage.h"
#include "compat/overflow.h"
#include "compat/own_stack.h"
#include "compat/sanitizer.h"
#include "core/hub/current.h"
#include "core/raise/handle.h"
#include <greenthread/testing.h>

typedef volatile uintptr_t word; /* so that no loop here becomes a call that a tool watches */

GTI_UNWATCHED static const char *deepest(const char *low, const char *top)
{
    const word *place = (const word *)low, *end = (const word *)top;
    gti_unwatched_begin();
    while (place < end && !*place)
        place++;
    gti_unwatched_end();
    return (const char *)place;
}

/* Writes only where it must, so pages that were never touched take no memory. */
GTI_UNWATCHED static void clean(char *low, const char *top)
{
    gti_unwatched_begin();
    for (word *place = (word *)low; place < (const word *)top; place++)
        if (*place)
            *place = 0;
    gti_unwatched_end();
}

size_t gti_stack_used(const gti_stack *stack)
{
    const char *low = stack->memory.low;
    return low ? (size_t)(low + stack->usable - deepest(low, low + stack->usable)) : 0;
}

void gti_stack_clean(gti_stack *stack)
{
    clean(stack->memory.low, stack->memory.low + stack->memory.size);
}

/* More than a frame or two of the library. */
enum { OWN_FRAMES = 4096 };

/*
 * The system may keep more than frames at the top of a stack, such as variables of the OS thread.
 * So what a thread can use is counted from here. The function is unwatched, so `here` is on the
 * stack and not where a tool keeps frames.
 */
GTI_UNWATCHED void gti_stack_enter_carriers(gti_hub *hub)
{
    word here = 0;
    gti_stack *stack = hub->current->stack;
    gti_overflow_watch_carrier();
    if (!gti_own_stack(&stack->memory))
        return;
    size_t below = (uintptr_t)&here - (uintptr_t)stack->memory.low + OWN_FRAMES;
    stack->usable = below < stack->memory.size ? below : stack->memory.size;
    if (hub->stacks.kept_clean)
        clean(stack->memory.low, (const char *)((uintptr_t)&here - OWN_FRAMES));
}

size_t gt_stack_usage(const gt_thread *thread)
{
    gti_hub *hub = gti_check_handle(thread, "gt_stack_usage");
    bool has_stack = !(thread->flags & GTI_UNSTARTED) && thread->state != GT_DEAD;
    return has_stack && thread != &hub->main ? gti_stack_used(thread->stack) : 0;
}

/* A stack in the pool may have a context on it. It cannot be cleaned, so the pool drops it. */
void gt_testing_measure_stacks(bool measure)
{
    gti_hub *hub = gti_hub_get("gt_testing_measure_stacks");
    hub->stacks.kept_clean = measure;
    if (measure)
        gti_stacks_drop(&hub->stacks);
}
