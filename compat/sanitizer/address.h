/*
 * AddressSanitizer: which stack runs, and where the fake frames of a suspended one are.
 * An idle stack is poisoned. LeakSanitizer is told of the stacks with a running or
 * suspended context, and of no others. So what only an idle stack refers to is lost.
 */
#ifndef GTI_SANITIZER_ADDRESS_H
#define GTI_SANITIZER_ADDRESS_H

#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

typedef struct gti_fiber {
    struct gti_fiber *next, *previous; /* on the list of all; of address.c */
    void *fake;                        /* its fake frames while it is suspended */
    const void *low;                   /* NULL: the OS thread's own, not known yet */
    size_t size;
    struct gti_fiber *from; /* the one that switched to it last */
    bool is_root;           /* LeakSanitizer looks for pointers in it */
    bool is_suspended;
    bool is_left; /* left for good, and not buried yet */
} gti_fiber;

bool gti_fiber_new(gti_fiber *fiber, char *low, size_t size);
void gti_fiber_reset(gti_fiber *fiber);
void gti_fiber_free(gti_fiber *fiber);
void gti_fiber_adopt(gti_fiber *fiber);
void gti_fiber_disown(gti_fiber *fiber);
void gti_fiber_fall_back(gti_fiber *from, gti_fiber *own, const gti_stack_memory *memory);

/* Poisons a stack that was left for good. Only another stack can do that. */
void gti_fiber_bury(gti_fiber *fiber);

GTI_INLINE void gti_fiber_leave(gti_fiber *from, gti_fiber *to)
{
    from->is_suspended = true;
    to->from = from;
    __sanitizer_start_switch_fiber(&from->fake, to->low, to->size);
}

GTI_INLINE void gti_fiber_terminate(gti_fiber *from, gti_fiber *to)
{
    from->is_left = true;
    to->from = from;
    __sanitizer_start_switch_fiber(NULL, to->low, to->size);
}

/* The first context that is entered from the OS thread's own stack learns where that is. */
GTI_INLINE void gti_fiber_enter(gti_fiber *fiber)
{
    const void *low;
    size_t size;
    __sanitizer_finish_switch_fiber(fiber->fake, &low, &size);
    gti_fiber *from = fiber->from;
    fiber->fake = NULL;
    fiber->is_suspended = false;
    if (from && !from->low) {
        from->low = low;
        from->size = size;
    }
    if (from && from->is_left)
        gti_fiber_bury(from);
}

#define GTI_UNWATCHED __attribute__((no_sanitize_address))

static inline void gti_unwatched_begin(void)
{
}

static inline void gti_unwatched_end(void)
{
}

static inline bool gti_tool_shows_faults(void)
{
    return true;
}

static inline bool gti_frees_at_once(void)
{
    return true;
}

#endif
