/*
 * For tools that need not be told of stacks. If Valgrind's header was found, Valgrind is
 * told of them all the same. Outside Valgrind that costs a few instructions for each
 * stack made, and none for a switch.
 */
#ifndef GTI_SANITIZER_NO_FIBERS_H
#define GTI_SANITIZER_NO_FIBERS_H

/* On a processor that it does not know, its macros do nothing. */
#if defined GTI_HAVE_VALGRIND
#include <valgrind/memcheck.h>
#endif
#if !defined GTI_HAVE_VALGRIND || defined NVALGRIND
#undef VALGRIND_STACK_REGISTER
#undef VALGRIND_STACK_DEREGISTER
#undef VALGRIND_MAKE_MEM_UNDEFINED
#undef RUNNING_ON_VALGRIND
#undef VALGRIND_DISABLE_ERROR_REPORTING
#undef VALGRIND_ENABLE_ERROR_REPORTING
#define VALGRIND_STACK_REGISTER(low, high) ((void)(low), (void)(high), 0)
#define VALGRIND_STACK_DEREGISTER(id) ((void)(id))
#define VALGRIND_MAKE_MEM_UNDEFINED(low, size) ((void)(low), (void)(size), 0)
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_DISABLE_ERROR_REPORTING ((void)0)
#define VALGRIND_ENABLE_ERROR_REPORTING ((void)0)
#endif

typedef struct gti_fiber {
    const char *low;
    unsigned valgrind_id;
} gti_fiber;

static inline bool gti_fiber_new(gti_fiber *fiber, char *low, size_t size)
{
    fiber->low = low;
    if (!low)
        return true;
    fiber->valgrind_id = (unsigned)VALGRIND_STACK_REGISTER(low, low + size);
    /* There may have been a stack before, which was left for good somewhere below the top. */
    (void)VALGRIND_MAKE_MEM_UNDEFINED(low, size);
    return true;
}

static inline void gti_fiber_reset(gti_fiber *fiber)
{
    (void)fiber;
}

static inline void gti_fiber_free(gti_fiber *fiber)
{
    if (fiber->low)
        VALGRIND_STACK_DEREGISTER(fiber->valgrind_id);
}

static inline void gti_fiber_adopt(gti_fiber *fiber)
{
    (void)fiber;
}

static inline void gti_fiber_disown(gti_fiber *fiber)
{
    (void)fiber;
}

GTI_INLINE void gti_fiber_leave(gti_fiber *from, gti_fiber *to)
{
    (void)from;
    (void)to;
}

GTI_INLINE void gti_fiber_terminate(gti_fiber *from, gti_fiber *to)
{
    (void)from;
    (void)to;
}

GTI_INLINE void gti_fiber_enter(gti_fiber *fiber)
{
    (void)fiber;
}

static inline void gti_fiber_fall_back(gti_fiber *from, gti_fiber *own,
                                       const gti_stack_memory *memory)
{
    (void)from;
    (void)own;
    (void)memory;
}

static inline void gti_unwatched_begin(void)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
}

static inline void gti_unwatched_end(void)
{
    VALGRIND_ENABLE_ERROR_REPORTING;
}

#endif
