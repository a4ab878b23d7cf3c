/*
 * No sanitizer. Valgrind, where its header was found, is told of stacks all
 * the same: outside of it that costs a few instructions for each stack made.
 */
#ifndef GTI_SANITIZER_NONE_H
#define GTI_SANITIZER_NONE_H

#include <stddef.h>

#if defined GTI_HAVE_VALGRIND
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(low, high) ((void)(low), (void)(high), 0)
#define VALGRIND_STACK_DEREGISTER(id) ((void)(id))
#endif

typedef struct gti_fiber {
    unsigned valgrind_id;
} gti_fiber;

static inline void gti_fiber_new(gti_fiber *fiber, char *low, size_t size)
{
    fiber->valgrind_id = (unsigned)VALGRIND_STACK_REGISTER(low, low + size);
}

static inline void gti_fiber_reset(gti_fiber *fiber)
{
    (void)fiber;
}

static inline void gti_fiber_free(gti_fiber *fiber)
{
    VALGRIND_STACK_DEREGISTER(fiber->valgrind_id);
}

static inline void gti_fiber_adopt(gti_fiber *fiber)
{
    (void)fiber;
}

GTI_INLINE void gti_fiber_leave(gti_fiber *from, gti_fiber *to)
{
    (void)from;
    (void)to;
}

GTI_INLINE void gti_fiber_enter(gti_fiber *fiber)
{
    (void)fiber;
}

#endif
