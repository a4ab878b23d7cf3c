/*
 * What one hub of an OS thread leaves to the next.
 */
#include "../conformance.h"

/* The call that makes the hub may be one on a semaphore that an earlier one has used. */
static void a_semaphore_may_make_the_next_hub(void)
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

const conformance_case next_hub_cases[] = {
    {"SEM-4", "a_semaphore_may_make_the_next_hub", a_semaphore_may_make_the_next_hub, 0},
    {0},
};
