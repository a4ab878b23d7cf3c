/*
 * ThreadSanitizer's fibers.
 *
 * The tool maps six to twelve regions for each stack, and a process may have 65,530. When
 * it can map no more, it ends the process, deep inside whatever the program does then. So
 * the library counts stacks, and refuses more in time.
 *
 * A context that is left for good leaves its calls in the fiber's record, which would be
 * full after some thousand contexts. So the next context on the same stack gets its own
 * fiber.
 */
#include "compat/sanitizer.h"
#include "compat/process.h"
#include <stdatomic.h>

#if defined __clang__
enum { MOST_FIBERS = 9000, MOST_CARRIERS = 7000 };
#else
enum { MOST_FIBERS = 6000, MOST_CARRIERS = 4500 };
#endif

/* It takes no lock: a lock would order the program's hubs and hide their races. */
static atomic_int n_fibers, n_carriers;
static atomic_flag has_said_so = ATOMIC_FLAG_INIT;

/*
 * The fibers of this OS thread that ended last. The tool reports a race with what a fiber
 * has done only while it knows the fiber.
 */
enum { REMEMBERED = 64 };
static _Thread_local void *ended[REMEMBERED];
static _Thread_local int next_ended;

static void uncount(atomic_int *n)
{
    atomic_fetch_sub_explicit(n, 1, memory_order_relaxed);
}

static bool count(atomic_int *n, int most)
{
    if (atomic_fetch_add_explicit(n, 1, memory_order_relaxed) < most)
        return true;
    uncount(n);
    if (!atomic_flag_test_and_set_explicit(&has_said_so, memory_order_relaxed))
        gti_process_print("greenthread: this compiler's ThreadSanitizer can follow no more stacks; "
                          "threads that need one finish with GT_NO_MEMORY");
    return false;
}

bool gti_fiber_new(gti_fiber *fiber, char *low, size_t size)
{
    (void)size;
    *fiber = (gti_fiber){.fiber = NULL};
    if (!(low ? count(&n_fibers, MOST_FIBERS) : count(&n_carriers, MOST_CARRIERS)))
        return false;
    if (low)
        fiber->fiber = __tsan_create_fiber(0);
    return true;
}

/* Ends a fiber, a while later. */
static void bury(void *fiber)
{
    if (ended[next_ended])
        __tsan_destroy_fiber(ended[next_ended]);
    ended[next_ended] = fiber;
    next_ended = (next_ended + 1) % REMEMBERED;
}

void gti_fiber_reset(gti_fiber *fiber)
{
    if (fiber->is_used) {
        bury(fiber->fiber);
        fiber->fiber = __tsan_create_fiber(0);
    }
    fiber->is_used = true;
}

void gti_fiber_free(gti_fiber *fiber)
{
    if (fiber->fiber)
        bury(fiber->fiber);
    uncount(fiber->fiber ? &n_fibers : &n_carriers);
}

void gti_fiber_adopt(gti_fiber *fiber)
{
    fiber->fiber = __tsan_get_current_fiber();
}

/* The hub's OS thread may end now. */
void gti_fiber_disown(gti_fiber *fiber)
{
    (void)fiber;
    for (int i = 0; i < REMEMBERED; i++)
        bury(NULL);
}
