/*
 * ThreadSanitizer: a fiber for each stack. Switches of a hub are ordered, so a green
 * thread sees what the one before it wrote.
 */
#ifndef GTI_SANITIZER_THREAD_H
#define GTI_SANITIZER_THREAD_H

#include <sanitizer/tsan_interface.h>

typedef struct gti_fiber {
    void *fiber;  /* NULL: a carrier brings the stack */
    bool is_used; /* a context has been made on it */
} gti_fiber;

bool gti_fiber_new(gti_fiber *fiber, char *low, size_t size);
void gti_fiber_reset(gti_fiber *fiber);
void gti_fiber_free(gti_fiber *fiber);
void gti_fiber_adopt(gti_fiber *fiber);
void gti_fiber_disown(gti_fiber *fiber);

GTI_INLINE void gti_fiber_leave(gti_fiber *from, gti_fiber *to)
{
    (void)from;
    __tsan_switch_to_fiber(to->fiber, 0);
}

GTI_INLINE void gti_fiber_terminate(gti_fiber *from, gti_fiber *to)
{
    gti_fiber_leave(from, to);
}

GTI_INLINE void gti_fiber_enter(gti_fiber *fiber)
{
    (void)fiber;
}

GTI_INLINE void gti_fiber_fall_back(gti_fiber *from, gti_fiber *own,
                                    const gti_stack_memory *memory)
{
    const char *here = __builtin_frame_address(0);
    if (from != own && here >= memory->low && here < memory->low + memory->size)
        gti_fiber_leave(from, own);
}

#define GTI_UNWATCHED __attribute__((no_sanitize_thread))

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
