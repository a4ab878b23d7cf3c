/*
 * What one hub of an OS thread leaves to the next.
 */
#include "conformance.h"

/* The call that makes the hub may be a call on a semaphore that an earlier hub has used. */
CASE("SEM-4", a_semaphore_may_make_the_next_hub)
{
    gt_semaphore semaphore;
    gt_semaphore_init(&semaphore, 1);
    gt_semaphore_acquire(&semaphore);
    gt_shutdown();
    gt_semaphore_release(&semaphore);
    trace("%zu free", gt_semaphore_permits(&semaphore));
    gt_shutdown();
    trace("taken: %d", gt_semaphore_try_acquire(&semaphore));
}

static void sleep_long(void *duration_ns)
{
    gt_sleep(*(int64_t *)duration_ns);
}

static void cleans_up_slowly(void *duration_ns)
{
    gt_exception e;
    bool done = gt_try(sleep_long, duration_ns, &e);
    trace("%s at %lld", done ? "it ends" : "it is killed", (long long)gt_now());
}

static void *has_a_slow_cleanup(void *duration_ns)
{
    GT_DEFER(cleans_up_slowly, duration_ns);
    gt_sleep(GT_FOREVER);
    return NULL;
}

/* The time of a round is over for all of them, whatever else has a timer. */
CASE("SHUT-1", shutdown_has_as_much_patience_with_several)
{
    static int64_t durations_ns[] = {GT_MS(500), GT_SECONDS(3), GT_SECONDS(500)};
    for (int i = 0; i < 3; i++)
        gt_spawn_n(has_a_slow_cleanup, &durations_ns[i]);
    gt_yield();
    gt_shutdown();
}
