/*
 * ThreadSanitizer: a fiber for each stack. Switches of a hub are ordered, so
 * that what one green thread wrote before is seen by the next.
 */
#ifndef GTI_SANITIZER_THREAD_H
#define GTI_SANITIZER_THREAD_H

#include <sanitizer/tsan_interface.h>
#include <stddef.h>

typedef struct gti_fiber {
    void *fiber;
} gti_fiber;

static inline void gti_fiber_new(gti_fiber *fiber, char *low, size_t size)
{
    (void)low;
    (void)size;
    fiber->fiber = __tsan_create_fiber(0);
}

static inline void gti_fiber_reset(gti_fiber *fiber)
{
    (void)fiber;
}

static inline void gti_fiber_free(gti_fiber *fiber)
{
    __tsan_destroy_fiber(fiber->fiber);
}

static inline void gti_fiber_adopt(gti_fiber *fiber)
{
    fiber->fiber = __tsan_get_current_fiber();
}

GTI_INLINE void gti_fiber_leave(gti_fiber *from, gti_fiber *to)
{
    (void)from;
    __tsan_switch_to_fiber(to->fiber, 0);
}

GTI_INLINE void gti_fiber_enter(gti_fiber *fiber)
{
    (void)fiber;
}

#endif
