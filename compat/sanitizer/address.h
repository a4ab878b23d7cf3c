/*
 * AddressSanitizer: which stack runs, and where fake frames of a suspended one
 * are kept. LeakSanitizer is told that stacks may refer to heap.
 */
#ifndef GTI_SANITIZER_ADDRESS_H
#define GTI_SANITIZER_ADDRESS_H

#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#include <stddef.h>

typedef struct gti_fiber {
    void *fake;      /* its fake frames while it is suspended */
    const void *low; /* NULL: the OS thread's own, not known yet */
    size_t size;
    struct gti_fiber *from; /* who switched to it last; NULL: who left for ever */
} gti_fiber;

static inline void gti_fiber_new(gti_fiber *fiber, char *low, size_t size)
{
    *fiber = (gti_fiber){.low = low, .size = size};
    __lsan_register_root_region(low, size);
}

/* Frames that were never returned from have left their red zones behind. */
static inline void gti_fiber_reset(gti_fiber *fiber)
{
    __asan_unpoison_memory_region(fiber->low, fiber->size);
}

static inline void gti_fiber_free(gti_fiber *fiber)
{
    gti_fiber_reset(fiber);
    __lsan_unregister_root_region(fiber->low, fiber->size);
}

static inline void gti_fiber_adopt(gti_fiber *fiber)
{
    *fiber = (gti_fiber){.low = NULL};
}

GTI_INLINE void gti_fiber_leave(gti_fiber *from, gti_fiber *to)
{
    to->from = from;
    __sanitizer_start_switch_fiber(from ? &from->fake : NULL, to->low, to->size);
}

/* The first to be entered from the OS thread's own stack hears where that is. */
GTI_INLINE void gti_fiber_enter(gti_fiber *fiber)
{
    const void *low;
    size_t size;
    __sanitizer_finish_switch_fiber(fiber->fake, &low, &size);
    fiber->fake = NULL;
    if (fiber->from && !fiber->from->low) {
        fiber->from->low = low;
        fiber->from->size = size;
    }
}

#endif
